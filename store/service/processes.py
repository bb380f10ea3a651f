"""The supervisor's children: how they are started, and why they ended."""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn

from ...ontology.errors import DigiTerrError
from ..errors import EngineDiedError, MemoryLimitError, QueryTimeoutError
from .settings import ServiceSettings

Kind = Literal["memory", "disk", "write"]
_LAST_WORDS: Final = 4096


@dataclass(eq=False, slots=True)
class Worker:
    """A worker as the supervisor sees it. `version`: that of a memory worker, which cannot change.

    `client` is the supervisor's copy of the connection that the worker answers; `hung_up` when its other end
    was seen closed; `retired`: to be ended once it is idle.
    """

    kind: Kind
    channel: socket.socket
    stderr: int
    pid: int = 0
    version: int | None = None
    client: socket.socket | None = None
    since: float = 0.0
    hung_up: float | None = None
    watched: bool = False
    lowered: bool = False
    retired: bool = False
    outcome: str = field(default="ok")

    def kill(self) -> None:
        """End the process now, whatever it is doing."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """What the process wrote to its standard error, the beginning of it."""
        words = b""
        with suppress(OSError):
            while piece := os.read(self.stderr, 1 << 16):
                words = (words + piece)[:_LAST_WORDS]
        return words.decode("utf-8", "replace")


def fork(target: Callable[[], NoReturn], keep: Iterable[int]) -> int:
    """Start a child that holds only the descriptors named, besides the standard ones; its process number."""
    child = os.fork()
    if child:
        return child
    try:
        kept = {0, 1, 2, *keep}
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 (only the names are wanted)
            if int(name) not in kept:
                with suppress(OSError):
                    os.close(int(name))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        target()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(1)


def cause_of_death(
    status: int | None, words: str, elapsed: float, settings: ServiceSettings
) -> DigiTerrError:
    """Why a worker died while it answered, for its client."""
    number = os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None
    if number == signal.SIGALRM:
        return QueryTimeoutError(settings.timeout if elapsed > settings.timeout else round(elapsed, 3))
    if "memory allocation" in words or "MemoryError" in words or "bad_alloc" in words:
        return MemoryLimitError(settings.memory)
    if number == signal.SIGSEGV or "overflowed its stack" in words:
        return EngineDiedError("stack overflow: nesting too deep")
    if "total order" in words:
        return EngineDiedError("sort over values that have no common order")
    return EngineDiedError(signal.Signals(number).name if number else "exit")
