"""Readings of the whole graph: too slow for a page, so made once for each version and kept in a file.

Preparers make them (`preparing.py`); requests find them through `in_force.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..store.durability import whole
from ..store.model import Engine, ResultSet, Term

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
