"""The supervisor's workers: who there is, who is idle, how one is started and how it ended."""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from .disk import run_disk_worker
from .following import Snapshot
from .loop import Loop
from .processes import Kind, Worker, fork
from .settings import ServiceSettings
from .writer import run_writer


class Crew:
    """Every worker. `hear` is called when one has something to say, or has closed its channel."""

    def __init__(
        self, settings: ServiceSettings, loop: Loop, snapshot: Snapshot, hear: Callable[[Worker], None]
    ) -> None:
        self.workers: list[Worker] = []
        self.idle: dict[Kind, list[Worker]] = {"memory": [], "disk": [], "write": []}
        self._settings = settings
        self._loop = loop
        self._snapshot = snapshot
        self._hear = hear
        self._statuses: dict[int, int] = {}

    def of(self, kind: Kind) -> list[Worker]:
        """The workers of a kind, a list of its own."""
        return [worker for worker in self.workers if worker.kind == kind]

    def is_busy(self) -> bool:
        return any(worker.client is not None for worker in self.workers)

    def start(self, kind: Kind) -> None:
        """Start a worker; a memory worker is forked by the snapshot."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        worker = Worker(kind, ours, reading)
        try:
            if kind == "memory":
                worker.version = self._snapshot.fork_worker(theirs, writing)
            else:
                run = run_writer if kind == "write" else run_disk_worker

                def live() -> None:
                    os.dup2(writing, 2)
                    run(theirs, self._settings)

                worker.pid = fork(live, (theirs.fileno(), writing))  # pyright: ignore[reportArgumentType]
        except OSError:
            ours.close()
            os.close(reading)
            return
        finally:
            theirs.close()
            os.close(writing)
        self.workers.append(worker)
        self._loop.watch(ours, select.EPOLLIN, lambda _: self._hear(worker))

    def grow(self, kind: Kind, waiting: int) -> None:
        """Start a worker more where so many clients wait and there may be one more."""
        most = 1 if kind == "write" else self._settings.disk_workers
        ours = self.of(kind)
        starting = sum(worker.client is None for worker in ours) - len(self.idle[kind])
        if len(ours) < most and starting < waiting:
            self.start(kind)

    def take_idle(self, kind: Kind, version: int | None) -> Worker | None:
        """An idle worker for a query or a write: from memory if there is one of the version."""
        if kind == "disk":
            memory = self.idle["memory"]
            while memory:
                worker = memory.pop()
                if worker.version == version:
                    return worker
                self.retire(worker)
        idle = self.idle[kind]
        return idle.pop() if idle else None

    def retire(self, worker: Worker) -> None:
        """End an idle worker: it leaves when its channel closes."""
        worker.retired = True
        with suppress(ValueError):
            self.idle[worker.kind].remove(worker)
        with suppress(OSError):
            worker.channel.shutdown(socket.SHUT_WR)

    def renew(self) -> None:
        """Put new memory workers in the place of the old: the snapshot holds the version in force."""
        for worker in self.of("memory"):
            if worker.client is None:
                self.retire(worker)
            worker.retired = True
        for _ in range(self._settings.memory_workers):
            self.start("memory")

    def replace(self, worker: Worker, waiting: int) -> None:
        """Start another in the place of a worker that is no more, if one is wanted."""
        if worker.kind == "memory":
            wanted = worker.version == self._snapshot.version
            if wanted and len(self.of("memory")) < self._settings.memory_workers:
                self.start("memory")
        elif not self.idle[worker.kind]:
            if worker.kind == "disk" and not self.of("disk"):
                self.start("disk")
            else:
                self.grow(worker.kind, waiting)

    def bury(self, worker: Worker) -> tuple[int | None, str]:
        """Forget a worker whose channel has closed: its status, and its last words, which are repeated."""
        self._loop.unwatch(worker.channel)
        worker.channel.close()
        self.workers.remove(worker)
        with suppress(ValueError):
            self.idle[worker.kind].remove(worker)
        status = self._status(worker.pid)
        words = worker.last_words()
        os.close(worker.stderr)
        if words:
            sys.stderr.write(words)
            sys.stderr.flush()
        return status, words

    def reap(self) -> set[int]:
        """Collect ended children: their process numbers. Workers' statuses stay until they are buried."""
        pids = {worker.pid for worker in self.workers}
        ended: set[int] = set()
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                ended.add(found[0])
                if found[0] in pids:
                    self._statuses[found[0]] = found[1]
        return ended

    def _status(self, pid: int) -> int | None:
        if pid in self._statuses:
            return self._statuses.pop(pid)
        with suppress(ChildProcessError):
            return os.waitpid(pid, 0)[1] if pid else None
        return None
