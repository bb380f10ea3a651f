"""A version that a worker reads where it lies."""

from __future__ import annotations

from contextlib import ExitStack

from pyoxigraph import Store

from ..embedded import open_store
from ..versions import Versions
from .sandbox import lift_memory_limit, limit_memory


class OpenVersion:
    """The version that a worker has open, held against removal while it is."""

    def __init__(self, versions: Versions, memory: int) -> None:
        self._versions = versions
        self._memory = memory
        self._number = 0
        self._store: Store | None = None
        self._hold = ExitStack()

    def store(self, number: int) -> Store:
        """The store of a version; StoreError or NotFoundError when it cannot be read."""
        if self._store is None or number != self._number:
            self._store = None
            self._hold.close()
            lift_memory_limit()  # opening a store starts threads, whose stacks are not the query's
            version = self._hold.enter_context(self._versions.reading(number))
            self._store = open_store(version)
            self._number = number
            limit_memory(self._memory)
        return self._store

    def close(self) -> None:
        """Let the version go."""
        self._store = None
        self._hold.close()
