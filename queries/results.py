"""Answers of engines as rows: what comes over the wire, read as it comes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast

from pyoxigraph import (
    Literal,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from ..ontology.iris import CONCEPT, DATA, TERM
from ..ontology.names import DCTERMS, RDF, RDFS, SKOS, XSD
from ..store.model import ResultForm, Term

TRIPLE: Final = ("subject", "predicate", "object")  # the columns of a graph
_PREFIXES: Final = {
    "dt": TERM,
    "dtv": CONCEPT,
    "dtd": DATA,
    "rdf": RDF.NAMESPACE,
    "rdfs": RDFS.NAMESPACE,
    "xsd": XSD.NAMESPACE,
    "skos": SKOS.NAMESPACE,
    "dcterms": DCTERMS.NAMESPACE,
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an answer, read once, as they come."""

    variables: tuple[str, ...]
    rows: Iterator[tuple[Term | None, ...]]

    def first(self, count: int) -> tuple[tuple[Term | None, ...], ...]:
        """The first rows; the others are left unread."""
        return tuple(islice(self.rows, count))


def read_rows(form: ResultForm, body: Iterable[bytes]) -> Rows:
    """Rows from SPARQL JSON results, or from the N-Triples of a graph, whose columns are those of a triple.

    The truth of an ASK is one row of one column, `answer`.
    """
    stream = io.BufferedReader(_Chunks(body), 1 << 16)
    if form == "graph":
        triples = parse(cast("Any", stream), format=RdfFormat.N_TRIPLES)
        found = ((one.subject, one.predicate, one.object) for one in triples)
        return Rows(TRIPLE, cast("Iterator[tuple[Term | None, ...]]", found))
    solutions = cast("Any", parse_query_results(cast("Any", stream), format=QueryResultsFormat.JSON))
    if form == "boolean":
        return Rows(("answer",), iter([(Literal(bool(solutions)),)]))
    variables = tuple(variable.value for variable in solutions.variables)
    return Rows(variables, (tuple(solution) for solution in solutions))


def turtle(rows: Iterable[Sequence[Term | None]]) -> str:
    """Triples, as rows of TRIPLE, in Turtle with the usual prefixes."""
    triples = [Triple(*cast("Any", row)) for row in rows]
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b"").decode()


class _Chunks(io.RawIOBase):
    """Chunks of bytes as a file that is read from its beginning to its end."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count
