"""Pages are read in a process of its own, without network and with bounded memory and time: what a portal
sends may be anything."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Final, Self, cast

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ...store.service.sandbox import deny_network, die_with_parent, limit_memory
from .model import Page
from .pages import NotACatalogueError, Received, read_page

MEMORY: Final = 2 << 30  # bytes
TIMEOUT: Final = 120.0  # seconds


class PageReader:
    """Reads pages, one at a time, in a process that is started at the first and ended with the context."""

    def __init__(self, memory: int = MEMORY, timeout: float = TIMEOUT) -> None:
        self._memory = memory
        self._timeout = timeout
        self._process: BaseProcess | None = None
        self._link: Connection | None = None
        self._address = ""
        self._more = False  # of the page that was begun

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, received: Received) -> Page:
        """The records of a page, or its first part: `end` gives those after it.

        InputError for what cannot be read, or takes too much memory or time.
        """
        self.begin(received)
        return self.end()

    def begin(self, received: Received) -> None:
        """Have a page read while something else is done; `end` gives its records."""
        if self._more:  # nobody wants the rest of the last one
            self._end()
        self._address, self._more = received.address, True
        self._started().send(received)

    def end(self) -> Page:
        """The next part of the page that was begun."""
        link, address = self._started(), self._address
        try:
            if not link.poll(self._timeout):
                self._end()
                raise _too_much(address, f"{self._timeout:g} s")
            answer = link.recv()
        except EOFError:
            self._end()
            raise _too_much(address, f"{self._memory >> 20} Mio") from None
        self._more = isinstance(answer, Page) and answer.more
        if isinstance(answer, Page):
            return answer
        kind, *said = answer
        raise {NotACatalogueError.code: NotACatalogueError}.get(kind, InputError)(*said)

    def _started(self) -> Connection:
        if self._link is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = cast("tuple[Connection, Connection]", context.Pipe())
            self._process = context.Process(target=_serve, args=(theirs, self._memory), daemon=True)
            self._process.start()
            theirs.close()
            self._link = ours
        return self._link

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._link is not None:
            self._link.close()
        self._process = self._link = None
        self._more = False


def _serve(link: Connection, memory: int) -> None:
    die_with_parent()
    with suppress(OSError):  # where the system has no such filter, memory and time are bounded all the same
        deny_network()
    limit_memory(memory)
    with suppress(EOFError, KeyboardInterrupt, MemoryError):
        while True:
            received: Received = link.recv()
            try:
                for page in read_page(received):
                    link.send(page)
            except InputError as error:
                link.send((error.code, error.message, error.hint, error.where))


def _too_much(address: str, limit: str) -> InputError:
    return InputError(
        Text(f"cette page demande plus de {limit} à lire.", f"this page takes more than {limit} to read."),
        Text(
            "Rien n’a été modifié ; demandez au portail des pages plus courtes.",
            "Nothing was changed; ask the portal for shorter pages.",
        ),
        Where(address),
    )
