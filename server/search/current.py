"""The index of the version in force, as the pages and services that search see it."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from flask import current_app

from ...loaders.matching.index import NameIndex
from ...loaders.matching.matcher import Matcher
from ...ontology.errors import DigiTerrError
from ...store.errors import NothingPublishedError
from ..catalog.preparation import BeingPreparedError
from ..logs import log
from ..service import CurrentEngine, service
from ..territories.gazetteer import GAZETTEER
from .preparing import index_folder, make_index

_EXTENSION: Final = "digiterr.search"


class CurrentIndex:
    """Opens the index of each version once. Over a remote engine, which prepares nothing, makes it."""

    def __init__(self, engine: CurrentEngine, data_dir: Path, makes: bool) -> None:
        self._engine = engine
        self._data_dir = data_dir
        self._makes = makes
        self._lock = threading.Lock()
        self._current: tuple[int, Matcher] | None = None
        self._making: int | None = None

    def get(self) -> Matcher | None:
        """The index with its matcher; None while it is being made. NothingPublishedError before that."""
        version = self._engine.version()
        if version is None:
            raise NothingPublishedError
        with self._lock:
            if self._current and self._current[0] == version.number:
                return self._current[1]
            folder = index_folder(self._data_dir, version.number)
            with suppress(OSError, ValueError):  # not made yet, or made by another release
                self._current = (version.number, Matcher(NameIndex(folder)))
                return self._current[1]
            if self._makes and self._making != version.number:
                self._making = version.number
                threading.Thread(target=self._make, args=(version.number,), daemon=True).start()
        return None

    def _make(self, version: int) -> None:
        try:
            if GAZETTEER.find(self._data_dir, version) is None:
                GAZETTEER.keep(self._engine, self._data_dir, version)
            make_index(self._engine, self._data_dir, version)
        except (DigiTerrError, OSError) as error:
            log(logging.WARNING, "no search index", version=version, reason=str(error))
        finally:
            self._making = None


def current_matcher() -> Matcher:
    """For the request being answered. BeingPreparedError while the index is being made."""
    made = service()
    held = current_app.extensions.setdefault(
        _EXTENSION,
        CurrentIndex(made.engine, made.configuration.data_dir, bool(made.configuration.remote)),
    )
    matcher = cast("CurrentIndex", held).get()
    if matcher is None:
        raise BeingPreparedError
    return matcher


def current_index() -> NameIndex:
    """The index of `current_matcher`."""
    return current_matcher().index
