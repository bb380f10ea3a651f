"""Asking the service from an event loop: connections that are kept for one query after another.

A worker serves a connection for a moment (`requests.py`), so that a stream of short queries costs one message
each way, with no third process between. As many connections are kept as there are memory workers; a query
that finds them busy waits a few milliseconds for one, then makes its own, and long queries hold up no short
ones.
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

_PATIENCE: Final = 0.004  # how long a query waits for a connection in use before it makes another
_STUCK: Final = 1.0  # a queue in which somebody has waited so long takes no more than its length


class UnansweredError(Exception):
    """No answer came this way: the service starts, or is full. `ServiceClient.query` says it better."""


@dataclass(eq=False, slots=True)
class _Link:
    socket: socket.socket
    asked: asyncio.Future[bytes] | None = None
    used: bool = False


@dataclass(eq=False, slots=True)
class _Free:
    """The wait for a connection, since a time of the loop."""

    link: asyncio.Future[_Link | None]
    since: float

    def give_up(self) -> None:
        if not self.link.done():
            self.link.set_result(None)


class Leases:
    """The connections of one event loop to the workers."""

    def __init__(self, settings: ServiceSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "run"
        self._loop = loop
        self._kept = max(1, settings.memory_workers)
        self._idle: list[_Link] = []
        self._open = 0
        self._waiting: deque[_Free] = deque()

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
        """A connection: an idle one, one that becomes so in a moment, or a new one if a worker may be had."""
        if self._idle:
            return self._idle.pop()
        if self._open < self._kept:
            return self._connect()
        settings = self._settings
        since = self._loop.time()
        if len(self._waiting) >= settings.queue_length and since - self._waiting[0].since > _STUCK:
            raise OverloadedError(1)
        link = await self._wait(since, _PATIENCE)
        if link is None and self._open < self._kept + settings.disk_workers:
            return self._connect()
        link = link or await self._wait(since, settings.queue_wait)
        if link is None:
            raise OverloadedError(1)
        return link

    async def _wait(self, since: float, seconds: float) -> _Link | None:
        """A connection that somebody gives back within so many seconds; those who came first are first."""
        free = _Free(self._loop.create_future(), since)
        later = sum(1 for other in self._waiting if other.since > since) if seconds > _PATIENCE else 0
        self._waiting.insert(len(self._waiting) - later, free)
        timer = self._loop.call_later(seconds, free.give_up)
        try:
            return await free.link
        except asyncio.CancelledError:
            if free.link.done() and not free.link.cancelled() and (given := free.link.result()):
                self._give_back(given)
            raise
        finally:
            timer.cancel()
            if free in self._waiting:
                self._waiting.remove(free)

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
        while self._waiting:
            free = self._waiting.popleft()
            if not free.link.done():
                free.link.set_result(link)
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
