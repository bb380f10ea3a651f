"""A service makes what is missing of the version in force, in processes beside its own.

One process of the service watches: the versions that a build or a write over HTTP publishes have what they
need a little later. Writes may come faster than that: only the latest version is prepared, with a rest
between two of them.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final

from ..ontology.errors import DigiTerrError
from ..store.versions import Versions
from .logs import log
from .preparing import missing

_WATCH: Final = 0.5  # seconds between two looks at the version in force: one system call
_REST: Final = 10.0  # seconds left to others between two versions, at most: readers wait for their pages
_NICE: Final = 10
_PROGRAM: Final = f"import sys; from {__package__}.cli import main; main(sys.argv[1:])"


@contextmanager
def versions_prepared(data_dir: Path, after: float) -> Iterator[None]:
    """While it lasts, what is missing of a version that stays in force for `after` seconds is made."""
    stopping = Event()
    thread = Thread(target=_watch, args=(data_dir.resolve(), after, stopping), name="preparing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(5)


def _watch(data_dir: Path, after: float, stopping: Event) -> None:
    done: int | None = None
    seen: tuple[int | None, float] = (None, monotonic())
    pause = _WATCH
    while not stopping.wait(pause):
        pause = _WATCH
        with suppress(DigiTerrError, OSError):
            number = Versions(data_dir).current_number()
            if number != seen[0]:
                seen = (number, monotonic())
            if number is None or number == done or monotonic() - seen[1] < after:
                continue
            started = monotonic()
            if missing(data_dir, number):
                _prepare(data_dir, number, stopping)
            done = number
            pause = max(_WATCH, min(_REST, monotonic() - started))


def _prepare(data_dir: Path, number: int, stopping: Event) -> None:
    words = ["--lang", "en", "prepare", "--data-dir", str(data_dir), "--quiet"]
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, *words], stdin=subprocess.DEVNULL)
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
    while process.poll() is None:
        if stopping.wait(0.1):
            process.terminate()
    if process.returncode and not stopping.is_set():
        log(logging.WARNING, "not all was prepared", version=number, exit_code=process.returncode)
