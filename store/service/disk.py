"""Disk workers: they read a version where it lies, change version when told to, and take little memory."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, suppress
from typing import NoReturn

from pyoxigraph import Store

from ...ontology.errors import DigiTerrError
from ..embedded import open_store
from ..versions import Versions
from . import wire
from .sandbox import deny_network, lift_memory_limit, limit_memory
from .settings import ServiceSettings
from .worker import run_worker


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


def run_disk_worker(channel: socket.socket, settings: ServiceSettings) -> NoReturn:
    """Be a disk worker. Never returns."""
    deny_network()
    channel.send(wire.BORN + str(os.getpid()).encode())
    versions = Versions(settings.data_dir)
    opened = OpenVersion(versions, settings.memory)
    number = versions.current_number()
    if number is not None:
        with suppress(DigiTerrError):  # said to the client who meets it
            opened.store(number)
    limit_memory(settings.memory)
    run_worker(channel, opened.store, settings)
