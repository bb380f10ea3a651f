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
from dataclasses import dataclass
from typing import Any, Final

from ..model import Answer, QueryRequest
from . import wire
from .client import answer_of, request_message, streamed_answer
from .settings import ServiceSettings

_PATIENCE: Final = 0.004  # how long a query waits for a connection in use


class UnansweredError(Exception):
    """No answer came this way: the service starts, or is full. `ServiceClient.query` says it better."""


@dataclass(eq=False, slots=True)
class _Link:
    socket: socket.socket
    asked: asyncio.Future[bytes] | None = None
    used: bool = False


class Leases:
    """The connections of one event loop to the workers."""

    def __init__(self, settings: ServiceSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "run"
        self._loop = loop
        self._kept = max(1, settings.memory_workers)
        self._idle: list[_Link] = []
        self._open = 0
        self._waiting: deque[asyncio.Future[_Link | None]] = deque()

    async def query(self, request: QueryRequest) -> tuple[Answer, bytes | None]:
        """Ask. Raises the DigiTerrError that the answer is, or UnansweredError; cancelling ends the query.

        The content of an answer that fits in one message comes with it; the body of a longer one (None) is to
        be read on a thread.
        """
        message = wire.REQUEST + request_message(request)
        if len(message) > wire.MESSAGE_SIZE:
            raise UnansweredError
        while True:
            link = await self._take()
            try:
                link.asked = self._loop.create_future()
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
            # Its worker had finished with it: ask on another.

    async def _take(self) -> _Link:
        if self._idle:
            return self._idle.pop()
        if self._open >= self._kept:
            free: asyncio.Future[_Link | None] = self._loop.create_future()
            self._waiting.append(free)
            timer = self._loop.call_later(_PATIENCE, _give_up, free)
            try:
                link = await free
            finally:
                timer.cancel()
            if link is not None:
                return link
        return self._connect()

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
            if not free.done():
                free.set_result(link)
                return
        if self._open > self._kept:
            self._drop(link)
        else:
            self._idle.append(link)

    def _readable(self, link: _Link) -> None:
        try:
            message = link.socket.recv(wire.MESSAGE_SIZE + 1)
        except BlockingIOError:
            return
        except OSError:
            message = b""
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


def _give_up(free: asyncio.Future[Any]) -> None:
    if not free.done():
        free.set_result(None)
