"""The supervisor: hands each query to an idle worker, holds the limits, and replaces what dies.

One process, one loop, no engine: it never reads a query. It keeps a copy of every connection it hands out, so
that when a worker dies it can tell the client why, and when a client goes it can end the worker.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from collections import Counter, deque
from contextlib import suppress
from typing import Final

from ...ontology.errors import DigiTerrError
from ..errors import NothingPublishedError, OverloadedError, ServiceDownError, to_json
from ..versions import Versions
from . import wire
from .crew import Crew
from .following import Snapshot
from .gateway import run_gateway
from .loop import Loop
from .processes import Kind, Worker, cause_of_death, fork
from .requests import dispatch
from .sandbox import adopt_orphans, die_with_parent
from .settings import ServiceSettings

_TICK: Final = 0.04
_HANG_UP_GRACE: Final = 0.1  # a client may close before its worker has said that it is done
_LOWER_AFTER: Final = 1.0  # a query this long makes way for others
_LOWERED: Final = 4
_STOP_GRACE: Final = 10.0


class Supervisor:
    """The state of the service; `run` is its life."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._versions = Versions(settings.data_dir)
        self._loop = Loop()
        self._snapshot = Snapshot(settings, self._versions, self._loop, lambda: self._crew.renew())
        self._crew = Crew(settings, self._loop, self._snapshot, self._hear)
        self._waiting: dict[Kind, deque[tuple[socket.socket, float]]] = {"disk": deque(), "write": deque()}
        self._outcomes: Counter[str] = Counter()
        self._seconds = 0.05  # a moving mean of the time of a query
        self._gateway: int | None = None
        self._version: int | None = None
        self._stopping: float | None = None

    def run(self) -> None:
        """Serve until SIGTERM; then end what is begun, for ten seconds at most."""
        die_with_parent(signal.SIGTERM)
        adopt_orphans()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        folder = self._settings.data_dir / "run"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        listeners = [
            (wire.listen(folder, "queries", 1024), lambda link: self._accept(link, "disk")),
            (wire.listen(folder, "writes", 64), lambda link: self._accept(link, "write")),
            (wire.listen(folder, "control", 64), self._report),
        ]
        for link, accept in listeners:
            self._loop.watch(link, select.EPOLLIN, lambda _, link=link, accept=accept: accept(link))
        self._crew.start("disk")
        self._start_gateway()
        next_tick = 0.0
        while self._stopping is None or (self._crew.is_busy() and time.monotonic() < self._stopping):
            self._loop.turn(_TICK)
            now = time.monotonic()
            if now >= next_tick:
                next_tick = now + _TICK / 2
                self._tick(now)
        for worker in self._crew.workers:
            worker.kill()
        self._snapshot.end()

    def _stop(self, *_: object) -> None:
        self._stopping = time.monotonic() + _STOP_GRACE

    # Clients

    def _accept(self, listener: socket.socket, kind: Kind) -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            self._offer(client, kind)

    def _offer(self, client: socket.socket, kind: Kind) -> None:
        version = self._versions.current_number()
        if self._stopping is not None:
            self._refuse(client, ServiceDownError(), "stopping")
        elif version is None and kind != "write":
            self._refuse(client, NothingPublishedError(), "nothing published")
        elif (worker := self._crew.take_idle(kind, version)) is not None:
            self._assign(worker, client, version or 0)
        elif len(self._waiting[kind]) >= self._settings.queue_length:
            self._refuse(client, OverloadedError(self._wait_estimate(kind)), "overloaded")
        else:
            self._waiting[kind].append((client, time.monotonic()))
            self._loop.watch(client, select.EPOLLRDHUP, lambda _: self._gone_waiting(client, kind))
            self._crew.grow(kind, len(self._waiting[kind]))

    def _assign(self, worker: Worker, client: socket.socket, version: int) -> None:
        try:
            dispatch(worker.channel, client, version)
        except OSError:  # it died this instant, which its channel will tell; the client goes to another
            self._offer(client, "write" if worker.kind == "write" else "disk")
            return
        worker.client = client
        worker.since = time.monotonic()
        worker.hung_up = None
        worker.watched = False

    def _watch_client(self, worker: Worker, client: socket.socket) -> None:
        """Learn when the client of a query goes; most queries are over before it is worth it."""
        worker.watched = True

        def hung_up(_: int) -> None:
            worker.hung_up = time.monotonic()
            self._loop.unwatch(client)

        self._loop.watch(client, select.EPOLLRDHUP, hung_up)

    def _refuse(self, client: socket.socket, error: DigiTerrError, outcome: str) -> None:
        self._outcomes[outcome] += 1
        self._tell(client, error)
        client.close()

    def _tell(self, client: socket.socket, error: DigiTerrError) -> None:
        with suppress(OSError):
            client.send(wire.ERROR + to_json(error), socket.MSG_DONTWAIT)

    def _gone_waiting(self, client: socket.socket, kind: Kind) -> None:
        self._loop.unwatch(client)
        self._waiting[kind] = deque(item for item in self._waiting[kind] if item[0] is not client)
        self._outcomes["disconnected"] += 1
        client.close()

    def _wait_estimate(self, kind: Kind) -> int:
        workers = sum(worker.kind == kind for worker in self._crew.workers) or 1
        return max(1, min(60, round(len(self._waiting[kind]) * self._seconds / workers)))

    # Workers

    def _hear(self, worker: Worker) -> None:
        """A message of a worker, or the end of it."""
        try:
            message = worker.channel.recv(64)
        except OSError:
            message = b""
        if not message:
            self._bury(worker)
        elif message[:1] == wire.BORN:
            worker.pid = int(message[1:])
        elif message[:1] == wire.READY:
            self._freed(worker, int(message[1:]))

    def _freed(self, worker: Worker, answered: int) -> None:
        if worker.client is not None:
            elapsed = time.monotonic() - worker.since
            self._seconds += 0.05 * (elapsed / max(1, answered) - self._seconds)
            self._outcomes["written" if worker.kind == "write" else "answered"] += answered
            self._release(worker)
        if worker.retired or worker.lowered:
            self._crew.retire(worker)
            return
        kind: Kind = "write" if worker.kind == "write" else "disk"
        version = self._versions.current_number()
        if worker.kind == "memory" and worker.version != version:
            self._crew.retire(worker)
        elif self._waiting[kind]:
            client, _ = self._waiting[kind].popleft()
            self._loop.unwatch(client)
            self._assign(worker, client, version or 0)
        else:
            self._crew.idle[worker.kind].append(worker)

    def _release(self, worker: Worker) -> None:
        if worker.client is not None:
            self._loop.unwatch(worker.client)
            worker.client.close()
            worker.client = None

    def _bury(self, worker: Worker) -> None:
        """A worker's channel has closed: learn why, tell its client, have it replaced."""
        status, words = self._crew.bury(worker)
        if worker.client is not None and _is_unread(worker.client):
            # It was dead already when the query came: another answers.
            client, worker.client = worker.client, None
            self._loop.unwatch(client)
            self._offer(client, "write" if worker.kind == "write" else "disk")
        if worker.client is not None:
            elapsed = time.monotonic() - worker.since
            if worker.hung_up is not None:
                self._outcomes["disconnected"] += 1
            else:
                error = cause_of_death(status, words, elapsed, self._settings)
                self._outcomes[error.code] += 1
                self._tell(worker.client, error)
            self._release(worker)
        if self._stopping is None:
            kind: Kind = "write" if worker.kind == "write" else "disk"
            self._crew.replace(worker, len(self._waiting[kind]))

    # Time

    def _tick(self, now: float) -> None:
        for worker in self._crew.workers:
            if worker.client is None:
                continue
            if not worker.watched:
                self._watch_client(worker, worker.client)
            elif worker.hung_up is not None and now - worker.hung_up > _HANG_UP_GRACE:
                worker.retired = True  # it may have said just now that it is done: not to be used again
                worker.kill()
            elif not worker.lowered and worker.kind != "write" and now - worker.since > _LOWER_AFTER:
                worker.lowered = True
                with suppress(OSError):
                    own = os.getpriority(os.PRIO_PROCESS, worker.pid)
                    os.setpriority(os.PRIO_PROCESS, worker.pid, own + _LOWERED)
        for kind, waiting in self._waiting.items():
            while waiting and now - waiting[0][1] > self._settings.queue_wait:
                client, _ = waiting.popleft()
                self._loop.unwatch(client)
                self._refuse(client, OverloadedError(self._wait_estimate(kind)), "overloaded")
            if waiting:
                self._crew.grow(kind, len(self._waiting[kind]))
        if self._gateway in self._crew.reap():
            self._gateway = None
        if self._gateway is None:
            self._start_gateway()
        self._follow_version(now)

    def _start_gateway(self) -> None:
        if self._settings.services and self._stopping is None:
            self._gateway = fork(lambda: run_gateway(self._settings), ())

    def _follow_version(self, now: float) -> None:
        version = self._versions.current_number()
        if version != self._version:
            self._version = version
            for worker in [worker for worker in self._crew.idle["memory"] if worker.version != version]:
                self._crew.retire(worker)
        if self._stopping is None:
            self._snapshot.follow(version, now)

    # Reports

    def _report(self, listener: socket.socket) -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            with client:
                now = time.monotonic()
                facts = {
                    "pid": os.getpid(),
                    "version": self._version,
                    "queue": {kind: len(waiting) for kind, waiting in self._waiting.items()},
                    "outcomes": self._outcomes,
                    "snapshot": self._snapshot.facts(),
                    "workers": [
                        {
                            "pid": worker.pid or None,  # while it is being started it has none
                            "kind": worker.kind,
                            "version": worker.version,
                            "busy": worker.client is not None,
                            "seconds": round(now - worker.since, 3) if worker.client else 0.0,
                        }
                        for worker in self._crew.workers
                    ],
                }
                client.send(json.dumps(facts).encode(), socket.MSG_DONTWAIT)


def _is_unread(client: socket.socket) -> bool:
    """Whether a client's request still lies there whole."""
    with suppress(OSError):
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == wire.REQUEST
    return False
