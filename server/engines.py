"""The engine behind the service: its processes, and the client that web processes have of them."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

from ..store.remote.engine import RemoteEngine
from ..store.remote.settings import RemoteSettings
from ..store.service.client import ServiceClient
from ..store.service.guardian import Guardian
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
    return RemoteEngine(
        RemoteSettings(
            query=configuration.remote,
            update=configuration.remote_update or None,
            graph_store=configuration.remote_graph_store or None,
            user=configuration.remote_user or None,
            password=configuration.remote_password or None,
            authentication="digest" if configuration.remote_authentication == "digest" else "basic",
            timeout=configuration.query_timeout,
            validated=configuration.validated,
        )
    )


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
