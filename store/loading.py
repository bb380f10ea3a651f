"""Files loaded into a store on a thread of its own, while the caller goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

from pyoxigraph import RdfFormat, Store

from ..ontology.errors import InputError, Where
from ..ontology.text import Text
from .graphs import graph_name

Work = Callable[[Store], object]


class Loader:
    """What is to be done to a store, in order, each thing when those before it are done.

    The thread is a daemon: an interrupted program does not wait for it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: SimpleQueue[Work | Event] = SimpleQueue()
        self._failure: BaseException | None = None
        self._stopped = False
        self._thread = Thread(target=self._run, name="loading", daemon=True)
        self._thread.start()

    def load(self, content: Path, graph: str | None = None) -> None:
        """Load a file of N-Quads, or of N-Triples (`.nt`) into a graph."""
        self.do(lambda store: load(store, content, graph))

    def do(self, work: Work) -> None:
        self._queue.put(work)

    def wait(self) -> None:
        """Return when everything is done; raises what the first failure was."""
        done = Event()
        self._queue.put(done)
        while not done.wait(0.5):  # so that an interruption is heard
            pass
        if self._failure is not None:
            raise self._failure

    def close(self, wait: bool = True) -> None:
        """Do nothing more than what is being done, and let the store go; `wait` until it has."""
        self._stopped = True
        self._queue.put(Event())
        if wait:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped:
            work = self._queue.get()
            if isinstance(work, Event):
                work.set()
                continue
            try:
                if self._failure is None and not self._stopped:
                    work(self._store)
            except BaseException as failure:  # told to whoever waits
                self._failure = failure
        del self._store


def load(store: Store, content: Path, graph: str | None) -> None:
    """Load a file of N-Quads, or of N-Triples (`.nt`) into a graph; InputError says where it is not."""
    is_triples = content.suffix == ".nt"
    try:
        store.bulk_load(
            path=str(content),
            format=RdfFormat.N_TRIPLES if is_triples else RdfFormat.N_QUADS,
            to_graph=graph_name(graph) if is_triples else None,
        )
    except SyntaxError as error:
        raise InputError(
            Text(
                f"Ce fichier n’est pas du RDF correct : {error.msg}.",
                f"This file is not valid RDF: {error.msg}.",
            ),
            where=Where(str(content), error.lineno, error.offset),
        ) from error
