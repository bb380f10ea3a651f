"""What passes between the store and the rooms above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as RdfLiteral

Term = NamedNode | BlankNode | RdfLiteral
ResultForm = Literal["bindings", "boolean", "graph"]


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
    """A named graph's new content: an N-Triples or N-Quads file, or None to drop the graph."""

    graph: str
    content: Path | None


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A SPARQL query as a client sent it. `timeout` in seconds; empty graph lists: none was given."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str | None = None  # media type wanted, already negotiated by the caller
    timeout: float | None = None
    row_limit: int | None = None


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
