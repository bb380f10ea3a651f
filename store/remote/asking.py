"""Asking a remote engine from an event loop: each query on a thread of its own, its connection kept."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from ..errors import OverloadedError
from ..model import Answer, QueryRequest
from .engine import RemoteEngine

_WHOLE: Final = 128 * 1024
_GATHERING: Final = 0.05  # seconds for which the pieces of an answer are gathered into one


class RemoteQueries:
    """The queries of one event loop. At most `threads` are asked at a time; `queue_length` more wait,
    `queue_wait` seconds at most."""

    def __init__(
        self,
        engine: RemoteEngine,
        threads: int,
        queue_length: int,
        queue_wait: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._engine = engine
        self._loop = loop
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="remote")
        self._free = asyncio.Semaphore(threads)
        self._waiting = 0
        self._queue_length = queue_length
        self._queue_wait = queue_wait

    async def query(self, request: QueryRequest) -> tuple[Answer, bytes | None]:
        """Ask. Raises the DigiTerrError that the answer is; cancelling ends the query.

        The content of a short answer comes with it; the body of a longer one (None) is to be read on a
        thread.
        """
        await self._take()
        abandoned = threading.Event()
        try:
            asked = replace(request, abandoned=abandoned.is_set)
            return await self._loop.run_in_executor(self._threads, self._ask, asked)
        except asyncio.CancelledError:
            abandoned.set()
            raise
        finally:
            self._free.release()

    def close(self) -> None:
        """Let the threads go, those that wait for an answer when they have it."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _take(self) -> None:
        """Wait for a thread. Raises OverloadedError."""
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self._queue_length:
            raise OverloadedError(1)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._queue_wait):
                await self._free.acquire()
        except TimeoutError as error:
            raise OverloadedError(1) from error
        finally:
            self._waiting -= 1

    def _ask(self, request: QueryRequest) -> tuple[Answer, bytes | None]:
        answer = self._engine.query(request)
        first, until = bytearray(), time.monotonic() + _GATHERING
        for piece in answer.body:
            first += piece
            if len(first) > _WHOLE or time.monotonic() > until:
                return replace(answer, body=_resumed(bytes(first), answer.body)), None
        return answer, bytes(first)


def _resumed(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
