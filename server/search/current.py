"""The index of names, as the pages and services that search see it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...loaders.matching.index import NameIndex
from ...loaders.matching.matcher import Matcher
from ...store.errors import NothingPublishedError
from ...store.model import Engine
from ..in_force import BeingPreparedError, current, held
from ..service import service
from ..territories.gazetteer import GAZETTEER
from .preparing import FOLDER, index_folder, make_index


@dataclass(frozen=True, slots=True)
class _Index:
    """The kind of thing that an index is, opened with its matcher."""

    folder: str = FOLDER

    def keep(self, engine: Engine, data_dir: Path, version: int) -> None:
        """Make the index of a version, and its gazetteer first."""
        if GAZETTEER.find(data_dir, version) is None:
            GAZETTEER.keep(engine, data_dir, version)
        make_index(engine, data_dir, version)

    def find(self, data_dir: Path, version: int) -> Matcher | None:
        """None for an index that is not made yet, or was made by another release."""
        with suppress(OSError, ValueError):
            return Matcher(NameIndex(index_folder(data_dir, version)))
        return None


INDEX: Final = _Index()


def current_matcher() -> Matcher:
    """For the request being answered. BeingPreparedError until the first index is made."""
    if service().engine.version() is None:
        raise NothingPublishedError
    matcher = current(INDEX)
    if matcher is None:
        raise BeingPreparedError
    return matcher


def current_index() -> NameIndex:
    """The index of `current_matcher`."""
    return current_matcher().index


def index_at_hand() -> NameIndex | None:
    """An index for what is said beside an answer, of whatever version; None until the first is made."""
    found = held(INDEX)
    return found.made.index if found else None
