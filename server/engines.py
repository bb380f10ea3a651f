"""The engine behind the service: its processes, and the client that web processes have of them."""

from __future__ import annotations

import os

from ..store.service.client import ServiceClient
from ..store.service.guardian import Guardian
from ..store.service.settings import ServiceSettings
from .configuration import Configuration
from .service import CurrentEngine


def start_engine(configuration: Configuration) -> Guardian:
    """The processes of the engine, to be started once, by the process that starts the web processes."""
    return Guardian(_settings(configuration))


def open_engine(configuration: Configuration) -> CurrentEngine:
    """The engine as a web process sees it."""
    return ServiceClient(_settings(configuration))


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
