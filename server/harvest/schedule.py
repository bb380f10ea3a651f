"""Harvests that are due: each portal as often as its setting says, one at a time, in a process apart."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ...loaders.harvest.model import Portal
from ...loaders.harvest.state import PortalFolder, run_facts
from ...ontology.errors import DigiTerrError
from ...store.service.sandbox import die_with_parent
from ..configuration import Configuration
from ..logs import log, set_up_logs
from .running import harvest_portal

_EVERY: Final = 15.0  # seconds between two looks at the schedule


def next_time(data_dir: Path, portal: Portal) -> datetime | None:
    """When a portal is due: its period after the last attempt; now, if there was none; None: never."""
    if portal.every is None:
        return None
    runs = PortalFolder(data_dir, portal.name).runs()
    return runs[-1].started + timedelta(seconds=portal.every) if runs else datetime.now(UTC)


def due(data_dir: Path, portals: Sequence[Portal]) -> list[Portal]:
    """The portals to be harvested now."""
    times = [(portal, next_time(data_dir, portal)) for portal in portals]
    now = datetime.now(UTC)
    return [portal for portal, time in times if time is not None and time <= now]


class Schedule:
    """Harvests what is due for as long as the context lasts."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if any(portal.every is not None for portal in self._configuration.harvests):
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        context = multiprocessing.get_context("spawn")
        data_dir = self._configuration.data_dir.resolve()
        while not self._stopping.wait(1.0):
            for portal in due(data_dir, self._configuration.harvests):
                process = context.Process(target=_harvest, args=(portal, self._configuration))
                process.start()
                while process.is_alive() and not self._stopping.wait(0.2):
                    pass
                if self._stopping.is_set():
                    process.terminate()
                process.join()
                if self._stopping.is_set():
                    return
            self._stopping.wait(_EVERY)


def _harvest(portal: Portal, configuration: Configuration) -> None:
    """Harvest in this process, and log how it went; the account of the portal says it too."""
    die_with_parent()
    set_up_logs(configuration.log_format)
    try:
        run = harvest_portal(portal, configuration)
    except DigiTerrError as error:
        log(logging.WARNING, "harvest failed", portal=portal.name, error=error.sentence("en"))
        return
    facts = run_facts(run)
    log(logging.INFO, "harvest", portal=portal.name, version=run.version, **facts["tally"])
