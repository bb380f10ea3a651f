"""Bytes that a writer makes on a thread of its own, read on another as they come."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any, Final, Generic, TypeVar, cast

_CHUNKS_AHEAD: Final = 8
Head = TypeVar("Head")


class Production(Generic[Head]):
    """Runs `work(announce, output)` on a thread: it announces a head, then writes a body to the output.

    Objects of the engine must stay on the thread that made them. At most 64 kB wait for the reader; a reader
    that closes the body stops the writer at its next write.
    """

    def __init__(self, work: Callable[[Callable[[Head], None], IO[bytes]], object]) -> None:
        self._work = work
        self._queue: queue.Queue[tuple[Head] | bytes | BaseException | None] = queue.Queue(_CHUNKS_AHEAD)
        self._gone = threading.Event()
        threading.Thread(target=self._produce, daemon=True).start()

    def head(self) -> Head:
        """Wait for the head. Raises what the work raised before it."""
        first = self._queue.get()
        if isinstance(first, BaseException):
            raise first
        return cast("tuple[Head]", first)[0]

    def body(self) -> Iterator[bytes]:
        """The chunks after the head. Raises what the work raised, where it raised it."""
        try:
            while (chunk := self._queue.get()) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                yield cast("bytes", chunk)
        finally:
            self._gone.set()

    def _produce(self) -> None:
        try:
            self._work(lambda head: self._put((head,)), cast("IO[Any]", self))
            self._put(None)
        except _ReaderGoneError:
            pass
        except BaseException as error:
            # Its frames hold objects of the engine, which must die on this thread.
            self._put_if_read(error.with_traceback(None))

    def write(self, chunk: bytes) -> int:
        """Called by the work."""
        self._put(chunk)
        return len(chunk)

    def flush(self) -> None:
        """Called by the work; nothing is held back."""

    def _put(self, item: tuple[Head] | bytes | None) -> None:
        while not self._gone.is_set():
            try:
                self._queue.put(item, timeout=0.2)
            except queue.Full:
                continue
            return
        raise _ReaderGoneError

    def _put_if_read(self, error: BaseException) -> None:
        try:
            self._queue.put(error, timeout=5)
        except queue.Full:
            return


class _ReaderGoneError(Exception):
    """The reader closed the body before its end."""
