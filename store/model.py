"""What passes between the store and the rooms above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as RdfLiteral

Term = NamedNode | BlankNode | RdfLiteral
ResultForm = Literal["bindings", "boolean", "graph"]
# The unnamed graph alone, where a list of default graphs can name it (Jena's IRI for it).
DEFAULT_GRAPH: Final = "urn:x-arq:DefaultGraph"


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """A published, immutable state of the dataset. Numbers count from 1 and are never used twice.

    `inputs` holds what the publisher noted of its sources (name -> hash of what was read), `note` a line on
    how the version came to be.
    """

    number: int
    created: datetime
    quads: int
    graphs: Mapping[str, int]  # named graph IRI -> number of quads
    path: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class GraphDifference:
    """How the size of a named graph differs between two versions; 0 where the graph is absent."""

    graph: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A named graph's new content: an N-Triples or N-Quads file, or None to drop the graph.

    An N-Quads file may hold the contents of several graphs; each of them has its change, with the same file.
    """

    graph: str
    content: Path | None


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A SPARQL query as a client sent it. `timeout` in seconds; empty graph lists: none was given.

    `abandoned` is asked some ten times a second while the engine works: True ends the query, since nobody
    waits for its answer any more. `version`: a version that is kept, instead of the one in force.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str | None = None  # media type wanted, already negotiated by the caller
    timeout: float | None = None
    row_limit: int | None = None
    abandoned: Callable[[], bool] | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on its way out: `body` yields bytes in `media_type` as the engine makes them."""

    form: ResultForm
    media_type: str
    version: int
    body: Iterator[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The solutions of a SELECT, whole; an unbound variable is None."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    version: int


class Engine(Protocol):
    """Anything that answers SPARQL 1.1: the embedded store, its workers, or a remote endpoint.

    Values are bound to variables by the engine and never pasted into the text.
    """

    def query(self, request: QueryRequest) -> Answer: ...

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet: ...


@dataclass(frozen=True, slots=True)
class Authority:
    """Who writes, and where: `graphs` are patterns of graph IRIs (`*` for any characters), `default` naming
    the unnamed graph; `load` allows LOAD."""

    name: str
    graphs: tuple[str, ...]
    load: bool = False


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """A SPARQL update as a client sent it; empty graph lists: none was given."""

    text: str
    authority: Authority
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """RDF to be read into a graph: a file, its media type, and what its relative IRIs are relative to."""

    path: Path
    media_type: str
    base_iri: str


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What one transaction did. `version` is the one that holds it; `existed`: the graph was there before."""

    version: int
    graphs: tuple[str, ...]
    added: int
    removed: int
    existed: bool = True


class WritableEngine(Engine, Protocol):
    """An engine that takes writes: each is one transaction, visible to every query that starts after it.

    `graph` None is the unnamed graph. Raises a 403 for a graph that the authority may not write,
    ViolationsError (422) with the report for what breaks the shapes, InputError with a place for RDF or
    SPARQL that is not; nothing has changed then.
    """

    def update(self, request: UpdateRequest) -> WriteReport: ...

    def put_graph(
        self, graph: str | None, uploads: Sequence[Upload], authority: Authority
    ) -> WriteReport: ...

    def post_graph(
        self, graph: str | None, uploads: Sequence[Upload], authority: Authority
    ) -> WriteReport: ...

    def delete_graph(self, graph: str | None, authority: Authority) -> WriteReport: ...

    def patch_graph(self, graph: str | None, text: str, authority: Authority) -> WriteReport:
        """Run an update on one graph, which stands as the default graph of its text."""
        ...

    def has_graph(self, graph: str | None) -> bool: ...
