"""Asking the service from an event loop: connections that are kept for one query after another.

A worker serves a connection for a moment (`requests.py`), so that a stream of short queries costs one
message each way, with no third process between. As many connections are kept as there are memory workers.
Queries that find them busy wait their turn while turns go on; when none has ended for a few milliseconds,
the first of them makes a connection of its own: long queries hold up no short ones.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ..errors import OverloadedError
from ..model import Answer, QueryRequest
from . import wire
from .client import answer_of, request_message, streamed_answer
from .settings import ServiceSettings

_PATIENCE: Final = 0.004  # how long no connection may come free before another is made
_STUCK: Final = 1.0  # a queue in which somebody has waited so long takes no more than its length


class UnansweredError(Exception):
    """No answer came this way: the service starts, or is full. `ServiceClient.query` says it better."""


@dataclass(eq=False, slots=True)
class _Link:
    socket: socket.socket
    asked: asyncio.Future[bytes] | None = None
    used: bool = False


@dataclass(eq=False, slots=True)
class _Waiter:
    """Who waits for a connection, since a time of the loop; it gets None when it has waited too long."""

    link: asyncio.Future[_Link | None]
    since: float


class Leases:
    """The connections of one event loop to the workers."""

    def __init__(self, settings: ServiceSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "run"
        self._loop = loop
        self._kept = max(1, settings.memory_workers)
        self._idle: list[_Link] = []
        self._open = 0
        self._waiting: deque[_Waiter] = deque()
        self._turned = 0.0  # when a connection last came free
        self._looks = False

    async def query(self, request: QueryRequest) -> tuple[Answer, bytes | None]:
        """Ask. Raises the DigiTerrError that the answer is, or UnansweredError; cancelling ends the query.

        The content of an answer that fits in one message comes with it; the body of a longer one (None) is to
        be read on a thread.
        """
        message = wire.REQUEST + request_message(request)
        if len(message) > wire.MESSAGE_SIZE:
            raise UnansweredError
        link = await self._take()
        while True:
            try:
                link.asked = self._loop.create_future()
                with suppress(BrokenPipeError, ConnectionResetError):  # an answer may stand there already
                    link.socket.send(message)
                reply = await link.asked
            except OSError:
                reply = b""
            except asyncio.CancelledError:
                self._drop(link)
                raise
            link.asked = None
            kind, payload, used = reply[:1], reply[1:], link.used
            link.used = True
            if kind in (wire.WHOLE, wire.ERROR):
                self._give_back(link)
                answer = answer_of(kind, payload)
                return answer, next(answer.body)
            self._forget(link)
            if kind == wire.HEAD:
                link.socket.setblocking(True)
                return streamed_answer(link.socket, payload, self._settings.timeout), None
            link.socket.close()
            if not used:
                raise UnansweredError
            link = self._connect()  # its worker had finished with it

    def close(self) -> None:
        """Let the idle connections go."""
        while self._idle:
            self._drop(self._idle.pop())

    async def _take(self) -> _Link:
        """A connection: an idle one, one that comes free, or a new one if a worker may be had."""
        if self._idle:
            return self._idle.pop()
        if self._open < self._kept:
            return self._connect()
        now = self._loop.time()
        if len(self._waiting) >= self._settings.queue_length and now - self._waiting[0].since > _STUCK:
            raise OverloadedError(1)
        waiter = _Waiter(self._loop.create_future(), now)
        self._waiting.append(waiter)
        if not self._looks:
            self._looks = True
            self._loop.call_later(_PATIENCE, self._look)
        try:
            link = await waiter.link
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif (
                not waiter.link.cancelled()
                and not waiter.link.exception()
                and (given := waiter.link.result())
            ):
                self._give_back(given)
            raise
        if link is None:
            raise OverloadedError(1)
        return link

    def _look(self) -> None:
        """Now and then while queries wait: make a connection when none comes free, and end long waits."""
        now = self._loop.time()
        while self._waiting and (
            self._waiting[0].link.done() or now - self._waiting[0].since > self._settings.queue_wait
        ):
            late = self._waiting.popleft()
            if not late.link.done():
                late.link.set_result(None)
        self._looks = bool(self._waiting)
        if not self._waiting:
            return
        stalled = now - max(self._turned, self._waiting[0].since) >= _PATIENCE
        if stalled and self._open < self._kept + self._settings.disk_workers:
            waiter = self._waiting.popleft()
            try:
                waiter.link.set_result(self._connect())
            except UnansweredError as error:
                waiter.link.set_exception(error)
        self._loop.call_later(_PATIENCE, self._look)

    def _connect(self) -> _Link:
        try:
            link = _Link(wire.connect(self._folder, "queries"))
        except OSError as error:
            raise UnansweredError from error
        link.socket.setblocking(False)
        self._open += 1
        self._loop.add_reader(link.socket, self._readable, link)
        return link

    def _give_back(self, link: _Link) -> None:
        self._turned = self._loop.time()
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.link.done():
                waiter.link.set_result(link)
                return
        if self._open > self._kept:
            self._drop(link)
        else:
            self._idle.append(link)

    def _readable(self, link: _Link) -> None:
        try:
            message = _received(link.socket)
        except BlockingIOError:
            return
        if link.asked is not None and not link.asked.done():
            link.asked.set_result(message)
            if message[:1] == wire.HEAD or not message:
                self._loop.remove_reader(link.socket)  # what follows is read elsewhere
        elif link in self._idle:
            self._idle.remove(link)
            self._drop(link)

    def _forget(self, link: _Link) -> None:
        self._open -= 1
        self._loop.remove_reader(link.socket)

    def _drop(self, link: _Link) -> None:
        self._forget(link)
        link.socket.close()


def _received(link: socket.socket) -> bytes:
    """The next message, b"" when the other side is gone. BlockingIOError when there is none yet."""
    for _ in range(2):
        try:
            return link.recv(wire.MESSAGE_SIZE + 1)
        except BlockingIOError:
            raise
        except OSError:  # it closed without reading ours; what it sent before that comes next
            continue
    return b""
