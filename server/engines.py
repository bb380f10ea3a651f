"""The engine behind the service: it follows the version in force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from ..store.embedded import EmbeddedEngine
from ..store.errors import NothingPublishedError
from ..store.model import Answer, DatasetVersion, QueryRequest, ResultSet, Term
from ..store.versions import Versions
from .configuration import Configuration
from .service import CurrentEngine


class FollowingEngine:
    """The embedded engine over whichever version is current; an answer begun on an older one ends on it."""

    def __init__(self, data_dir: Path) -> None:
        self._versions = Versions(data_dir)
        self._engine: EmbeddedEngine | None = None
        self._opening = Lock()

    def version(self) -> DatasetVersion | None:
        try:
            return self._current().version()
        except NothingPublishedError:
            return None

    def query(self, request: QueryRequest) -> Answer:
        return self._current().query(request)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        return self._current().select(text, bindings)

    def _current(self) -> EmbeddedEngine:
        number = self._versions.current_number()
        engine = self._engine
        if engine is None or engine.version().number != number:
            with self._opening:
                engine = self._engine
                if engine is None or engine.version().number != number:
                    engine = self._engine = EmbeddedEngine(self._versions.current())
        return engine


def open_current_engine(configuration: Configuration) -> CurrentEngine:
    """The engine that the settings ask for."""
    return FollowingEngine(configuration.data_dir)
