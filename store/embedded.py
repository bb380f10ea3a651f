"""The embedded store in process: a published version, opened read-only.

For the command line and the tests. The web service asks the workers instead (`service/`): a short query can
kill the process that runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Self

from pyoxigraph import QuerySolutions, Store

from ..ontology.errors import InputError, StoreError, Where
from ..ontology.text import Text
from .evaluation import evaluate, run
from .model import Answer, DatasetVersion, QueryRequest, ResultForm, ResultSet, Term
from .outline import refuse_calls, with_bindings
from .selection import with_ordered_columns
from .streaming import Production
from .versions import Versions

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

        def work(announce: Callable[[_Head], None], output: IO[bytes]) -> None:
            evaluation = evaluate(self._store, request)
            announce((evaluation.form, evaluation.media_type, evaluation.headers))
            evaluation.serialize(output)

        production = Production[_Head](work)
        form, media_type, headers = production.head()
        return Answer(form, media_type, self._version.number, production.body(), headers)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        """The solutions of a SELECT as terms; InputError for any other form."""
        refuse_calls(text)
        text = with_ordered_columns(with_bindings(text, bindings or {}))
        result = run(self._store, QueryRequest(text))
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
