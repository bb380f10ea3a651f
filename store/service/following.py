"""The supervisor's side of the snapshot: which version it holds, and how it follows what is published."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from ...ontology.errors import DigiTerrError
from ..versions import Versions
from . import wire
from .changes import base_of, changes_file
from .loop import Loop
from .processes import fork
from .settings import ServiceSettings
from .snapshot import run_snapshot

_SETTLE: Final = 1.0  # versions that follow each other faster are not each read into memory
_LONGEST_SETTLE: Final = 60.0
_MOST_STEPS: Final = 50


@dataclass(slots=True)
class _Process:
    pid: int
    control: socket.socket
    version: int


class Snapshot:
    """The snapshot process, started, told what to do, and ended.

    `renewed` is called when it holds the version in force.
    """

    def __init__(
        self, settings: ServiceSettings, versions: Versions, loop: Loop, renewed: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._versions = versions
        self._loop = loop
        self._renewed = renewed
        self._process: _Process | None = None
        self._ready = False
        self._following = False  # it is making the changes of the version that it is said to hold
        self._failures = 0
        self._seen: int | None = None
        self._changed = 0.0
        self._load_after = 0.0
        self._settle = _SETTLE

    @property
    def version(self) -> int | None:
        """The version that workers can be forked over; None while there is none."""
        return self._process.version if self._process and self._ready else None

    def facts(self) -> dict[str, Any]:
        """What the supervisor reports of it."""
        process = self._process
        return {
            "pid": process.pid if process else None,
            "version": process.version if process else None,
            "ready": self._ready,
        }

    def fork_worker(self, channel: socket.socket, stderr: int) -> int:
        """Have a worker forked that holds these two; the version that it answers from. OSError if none is."""
        if self._process is None:
            raise ProcessLookupError
        socket.send_fds(self._process.control, [wire.FORK], [channel.fileno(), stderr])
        return self._process.version

    def follow(self, version: int | None, now: float) -> None:
        """Called at every tick with the version in force: hold it, by its changes or by reading it whole."""
        if version != self._seen:
            soon = now - self._changed < 10 * self._settle
            self._seen, self._changed = version, now
            self._load_after = now + (self._settle if soon else 0.0)
        process = self._process
        if version is None or self._following or (process and process.version == version):
            return
        if process and self._ready and self._follow_changes(process, version):
            return
        if now < self._load_after:
            return
        if process and not self._ready:
            self._settle = min(2 * self._settle, _LONGEST_SETTLE)  # versions come faster than they are read
        self.end()
        wanted = self._settings.memory_workers > 0
        with suppress(DigiTerrError):
            if wanted and self._versions.get(version).quads <= self._settings.memory_quads:
                self._start(version)

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        process, self._process = self._process, None
        self._ready = self._following = False
        self._loop.unwatch(process.control)
        process.control.close()
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)

    def _start(self, version: int) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = fork(lambda: run_snapshot(theirs, version, self._settings), (theirs.fileno(),))
        theirs.close()
        self._process, self._ready = _Process(pid, ours, version), False
        self._loop.watch(ours, select.EPOLLIN, lambda _: self._hear(ours))

    def _follow_changes(self, process: _Process, version: int) -> bool:
        """Have it make the changes of the next version on the way to the current one, if they were noted."""
        held = process.version
        if not held < version <= held + _MOST_STEPS:
            return False
        step = held + 1
        while step <= version and base_of(changes_file(self._settings.data_dir, step)) == step - 1:
            step += 1
        if step <= version:
            return False
        try:
            process.control.send(wire.FOLLOW + str(held + 1).encode())
        except OSError:
            return False
        process.version, self._ready, self._following = held + 1, False, True
        return True

    def _hear(self, control: socket.socket) -> None:
        try:
            message = control.recv(1)
        except OSError:
            message = b""
        if message == wire.READY:
            self._ready, self._failures, self._settle = True, 0, _SETTLE
            self._following = False
            if self.version == self._versions.current_number():
                self._renewed()  # otherwise the next tick has it follow further
        else:
            self._failures += 0 if self._ready else 1
            self._load_after = time.monotonic() + min(60.0, 2.0**self._failures - 1)
            self.end()
