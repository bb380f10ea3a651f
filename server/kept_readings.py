"""Readings of the whole graph: too slow for a page, so made once for each version and kept in a file.

Preparers make them (`preparing.py`); until they have, a page says that they are coming. Over a remote engine,
which has no versions here, they are made on a thread of their own when a page first needs them.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from flask import current_app

from ..ontology.errors import DigiTerrError
from ..store.durability import whole
from ..store.model import Engine, ResultSet, Term
from .configuration import Configuration
from .logs import log
from .service import CurrentEngine, service

_EXTENSION: Final = "digiterr.readings"
Read = TypeVar("Read")


class Reader:
    """Asks questions for one reading, and remembers of which versions the answers were."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.versions: set[int] = set()

    def select(self, text: str, **bindings: Term) -> ResultSet:
        found = self._engine.select(text, bindings)
        self.versions.add(found.version)
        return found


@dataclass(frozen=True, slots=True)
class Reading(Generic[Read]):
    """A kind of reading: its folder, how it is made as JSON, how that is understood again."""

    folder: str
    make: Callable[[Reader], Any]
    understand: Callable[[Any], Read]

    def keep(self, engine: Engine, data_dir: Path, version: int) -> bool:
        """Make the reading of the version in force; False when another version came meanwhile."""
        reader = Reader(engine)
        made = self.make(reader)
        if reader.versions != {version}:
            return False
        with whole(self._file(data_dir, version)) as draft:
            draft.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        return True

    def find(self, data_dir: Path, version: int) -> Read | None:
        """The reading that was kept of a version; None when there is none that can be understood."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            return self.understand(json.loads(self._file(data_dir, version).read_text(encoding="utf-8")))
        return None

    def _file(self, data_dir: Path, version: int) -> Path:
        return data_dir / self.folder / f"{version:06}.json"


class CurrentReading(Generic[Read]):
    """A reading of the version in force."""

    def __init__(self, reading: Reading[Read], engine: CurrentEngine, configuration: Configuration) -> None:
        self._reading = reading
        self._engine = engine
        self._data_dir = configuration.data_dir
        self._makes = bool(configuration.remote)
        self._lock = threading.Lock()
        self._current: tuple[int, Read] | None = None
        self._making: int | None = None

    def get(self) -> Read | None:
        """None while nothing is published, and while a new version is being read."""
        version = self._engine.version()
        if version is None:
            return None
        with self._lock:
            if self._current is None or self._current[0] != version.number:
                found = self._reading.find(self._data_dir, version.number)
                self._current = (version.number, found) if found is not None else None
                if self._makes and found is None and self._making != version.number:
                    self._making = version.number
                    threading.Thread(target=self._make, args=(version.number,), daemon=True).start()
            return self._current[1] if self._current else None

    def _make(self, version: int) -> None:
        try:
            self._reading.keep(self._engine, self._data_dir, version)
        except (DigiTerrError, OSError) as error:
            log(logging.WARNING, f"no {self._reading.folder}", version=version, reason=str(error))
        finally:
            self._making = None


def current(reading: Reading[Read]) -> Read | None:
    """A reading of the version in force, for the request being answered; None until it is made."""
    held: dict[str, CurrentReading[Any]] = current_app.extensions.setdefault(_EXTENSION, {})
    if reading.folder not in held:
        made = service()
        held.setdefault(reading.folder, CurrentReading(reading, made.engine, made.configuration))
    return held[reading.folder].get()
