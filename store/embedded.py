"""The embedded store in process: a published version, opened read-only.

For the command line and the tests. The web service asks the workers instead (`service/`): a short query can
kill the process that runs it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Self, cast

from pyoxigraph import QuerySolutions, Store

from ..ontology.errors import InputError, StoreError, Where
from ..ontology.text import Text
from .evaluation import evaluate, run
from .model import Answer, DatasetVersion, QueryRequest, ResultForm, ResultSet, Term
from .outline import refuse_calls, with_bindings
from .versions import Versions

_CHUNKS_AHEAD: Final = 8
_Head = tuple[ResultForm, str, dict[str, str]]


class EmbeddedEngine:
    """An `Engine` over one published version; the current one unless another is named."""

    def __init__(self, version: DatasetVersion) -> None:
        self._version = version
        self._store = open_store(version)

    def version(self) -> DatasetVersion:
        """The version that this engine answers from; it never changes."""
        return self._version

    def query(self, request: QueryRequest) -> Answer:
        """Answer a query; a thread of its own makes the results, at most 64 kB ahead of the reader."""
        return _Production(self._store, self._version.number, request).answer()

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        """The solutions of a SELECT as terms; InputError for any other form."""
        refuse_calls(text)
        result = run(self._store, QueryRequest(with_bindings(text, bindings or {})))
        if not isinstance(result, QuerySolutions):
            raise InputError(Text("Une requête SELECT est attendue ici.", "A SELECT query is expected here."))
        variables = tuple(variable.value for variable in result.variables)
        rows = tuple(tuple(solution) for solution in result)
        return ResultSet(variables, rows, self._version.number)

    def close(self) -> None:
        """Let the version go; the engine answers no more."""
        del self._store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def open_engine(data_dir: Path, number: int | None = None) -> EmbeddedEngine:
    """The engine over the current version in a data folder, or over another of its versions.

    NothingPublishedError when there is none, NotFoundError for a number that does not exist.
    """
    versions = Versions(data_dir)
    return EmbeddedEngine(versions.current() if number is None else versions.get(number))


def open_store(version: DatasetVersion) -> Store:
    """The store of a version, read-only; StoreError when it cannot be opened."""
    try:
        return Store.read_only(str(version.path))
    except OSError as error:
        raise StoreError(
            Text(
                f"La version {version.number} du graphe est illisible : {error}.",
                f"Version {version.number} of the graph cannot be read: {error}.",
            ),
            Text(
                "Revenez à une version antérieure avec « digiterr rollback », ou reconstruisez.",
                "Go back to an earlier version with `digiterr rollback`, or build again.",
            ),
            Where(file=str(version.path)),
        ) from error


class _ReaderGoneError(Exception):
    """The reader of an answer closed it before its end."""


class _Production:
    """A query evaluated on a thread of its own, where the engine's objects must stay."""

    def __init__(self, store: Store, version: int, request: QueryRequest) -> None:
        self._store = store
        self._version = version
        self._request = request
        self._queue: queue.Queue[_Head | bytes | BaseException | None] = queue.Queue(_CHUNKS_AHEAD)
        self._gone = threading.Event()
        threading.Thread(target=self._produce, daemon=True).start()

    def answer(self) -> Answer:
        first = self._queue.get()
        if isinstance(first, BaseException):
            raise first
        first = cast("_Head", first)
        form, media_type, headers = first
        return Answer(form, media_type, self._version, self._chunks(), headers)

    def _chunks(self) -> Iterator[bytes]:
        try:
            while (chunk := self._queue.get()) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                yield cast("bytes", chunk)
        finally:
            self._gone.set()

    def _produce(self) -> None:
        try:
            evaluation = evaluate(self._store, self._request)
            self._put((evaluation.form, evaluation.media_type, evaluation.headers))
            evaluation.serialize(self)  # pyright: ignore[reportArgumentType] (the engine calls write and flush)
            self._put(None)
        except _ReaderGoneError:
            pass
        except BaseException as error:
            # Its frames hold objects of the engine, which must die on this thread.
            self._put_if_read(error.with_traceback(None))

    def write(self, chunk: bytes) -> int:
        self._put(chunk)
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    def _put(self, item: _Head | bytes | None) -> None:
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
