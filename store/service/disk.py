"""Disk workers: they read a version where it lies, change version when told to, and take little memory."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import NoReturn

from ...ontology.errors import DigiTerrError
from ..versions import Versions
from . import wire
from .opened import OpenVersion
from .sandbox import deny_network, limit_memory
from .settings import ServiceSettings
from .worker import run_worker


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
