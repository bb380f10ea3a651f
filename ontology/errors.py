"""What can go wrong, said once: every error names what, where, why and what to do, in two languages.

Each error carries the HTTP status and the exit code by which programs recognise it. It is rendered in one
place for each medium: the terminal, problem details (RFC 9457) and the pages of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from .text import Language, Text


class ExitCode(IntEnum):
    """Exit codes of the command line; documented in docs/command-line.md."""

    OK = 0
    VIOLATIONS = 1  # the input was read and judged, and does not conform
    USAGE = 2  # the command was called wrongly (click's own code)
    INPUT = 3  # the input could not be read or understood
    STORE = 4  # the graph could not be read or written
    SERVICE = 5  # the service could not start or did not answer
    UNEXPECTED = 70  # a fault of DigiTerr's own (EX_SOFTWARE of sysexits.h)
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file: lines and columns count from 1; `pointer` is a key path or a triple."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place} ({self.pointer})" if place and self.pointer else place or self.pointer or ""


class DigiTerrError(Exception):
    """An error meant for the person who caused it.

    `code` is a stable kebab-case name, `status` the HTTP status, `exit_code` that of the command line.
    """

    code = "internal-error"
    status = 500
    exit_code = ExitCode.INPUT
    details: Mapping[str, object] = MappingProxyType({})  # members added to the problem details

    def __init__(self, message: Text, hint: Text | None = None, where: Where | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.hint = hint
        self.where = where

    def sentence(self, language: Language) -> str:
        """One sentence: where, what and why, then what to do."""
        place = f"{self.where}: " if self.where and str(self.where) else ""
        hint = f" {self.hint.in_language(language)}" if self.hint else ""
        return f"{place}{self.message.in_language(language)}{hint}"


class InputError(DigiTerrError):
    """A file, a value or a request that cannot be understood."""

    code = "bad-input"
    status = 400
    exit_code = ExitCode.INPUT


class NotFoundError(DigiTerrError):
    """Something named by the user does not exist."""

    code = "not-found"
    status = 404
    exit_code = ExitCode.INPUT


class ViolationsError(DigiTerrError):
    """Data that was understood and breaks a rule."""

    code = "violations"
    status = 422
    exit_code = ExitCode.VIOLATIONS


class StoreError(DigiTerrError):
    """The graph on disk, or the engine that holds it, cannot be used."""

    code = "store"
    status = 503
    exit_code = ExitCode.STORE


class ServiceError(DigiTerrError):
    """The service cannot start, or a service that was called does not answer."""

    code = "service"
    status = 502
    exit_code = ExitCode.SERVICE
