"""The engine behind the service: its processes, and the client that web processes have of them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from ..store.model import Engine
from ..store.remote.asking import RemoteQueries
from ..store.remote.engine import RemoteEngine
from ..store.remote.settings import RemoteSettings
from ..store.service.client import ServiceClient
from ..store.service.guardian import Guardian
from ..store.service.leases import Leases
from ..store.service.settings import ServiceSettings
from .configuration import Configuration
from .service import CurrentEngine


def start_engine(configuration: Configuration) -> AbstractContextManager[object]:
    """The processes of the engine, to be started once, by the process that starts the web processes.

    A remote engine has its own.
    """
    return nullcontext() if configuration.remote else Guardian(_settings(configuration))


def open_engine(configuration: Configuration) -> CurrentEngine:
    """The engine as a web process sees it."""
    if not configuration.remote:
        return ServiceClient(_settings(configuration))
    folder = configuration.data_dir if configuration.data_dir.is_dir() else None
    engine = RemoteEngine(replace(remote_settings(configuration), folder=folder))
    engine.follow()
    return engine


def with_own_folder(configuration: Configuration) -> Configuration:
    """The settings of a service over a remote engine, with a folder for what it makes of its versions.

    Those in the data folder may be of another graph. What an earlier service made is removed: the versions of
    an engine may have begun again since. Its identity stays.
    """
    place = hashlib.sha256(configuration.remote.encode()).hexdigest()[:16]
    folder = configuration.data_dir / "remote" / place
    for entry in folder.glob("*"):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.is_symlink():
            entry.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    return replace(configuration, data_dir=folder)


def remote_settings(configuration: Configuration) -> RemoteSettings:
    """Where the remote engine is."""
    return RemoteSettings(
        query=configuration.remote,
        update=configuration.remote_update or None,
        graph_store=configuration.remote_graph_store or None,
        user=configuration.remote_user or None,
        password=configuration.remote_password or None,
        authentication="digest" if configuration.remote_authentication == "digest" else "basic",
        timeout=configuration.query_timeout,
        write_timeout=configuration.write_timeout,
        validated=configuration.validated,
    )


def open_asker(
    engine: CurrentEngine, configuration: Configuration, loop: asyncio.AbstractEventLoop
) -> Leases | RemoteQueries | None:
    """What asks the engine from an event loop, if that can be done."""
    if isinstance(engine, ServiceClient):
        return Leases(engine.settings, loop)
    if isinstance(engine, RemoteEngine):
        return RemoteQueries(
            engine,
            configuration.web_threads,
            configuration.queue_length,
            configuration.queue_wait,
            loop,
        )
    return None


def engine_of(engine: CurrentEngine, version: int) -> Engine | None:
    """The engine as it answers from one version; None where that one is not kept."""
    in_force = engine.version()
    if in_force is not None and in_force.number == version:
        return engine
    return engine.at(version) if isinstance(engine, ServiceClient) else None


def _settings(configuration: Configuration) -> ServiceSettings:
    return ServiceSettings(
        data_dir=configuration.data_dir.resolve(),
        memory_workers=configuration.memory_workers or os.cpu_count() or 2,
        disk_workers=configuration.disk_workers,
        timeout=configuration.query_timeout,
        memory=configuration.worker_memory,
        queue_length=configuration.queue_length,
        queue_wait=configuration.queue_wait,
        memory_quads=configuration.memory_quads,
        write_timeout=configuration.write_timeout,
        keep_versions=configuration.keep_versions,
        validated=configuration.validated,
        services=configuration.services,
        service_timeout=configuration.service_timeout,
        service_bytes=configuration.service_bytes,
    )
