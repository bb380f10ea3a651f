"""Starts the supervisor, and starts it again when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import Final

from .client import ServiceClient
from .settings import ServiceSettings

_QUICK_DEATH: Final = 1.0
_STOP_SECONDS: Final = 12.0


class Guardian:
    """The service of a data folder for as long as this object is open (it is a context manager)."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._guard, name="guardian", daemon=True)

    def start(self) -> ServiceClient:
        """Start the service and wait until it answers, at most ten seconds; its client."""
        self._thread.start()
        client = ServiceClient(self._settings)
        client.wait(10.0)
        return client

    def stop(self) -> None:
        """End the service: what is begun may finish within ten seconds."""
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join(_STOP_SECONDS)

    def _guard(self) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            # The system ends the supervisor when the thread that started it ends: this one.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "digiterr.store.service", self._settings.to_json()],
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
            self._process.wait()
            if time.monotonic() - started < _QUICK_DEATH:
                self._stopping.wait(_QUICK_DEATH)

    def __enter__(self) -> ServiceClient:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
