"""Comparing results as SPARQL does: solutions as a multiset, blank nodes by their place, numbers by value."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result
from rdflib.term import Node

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {
    XSD + name
    for name in (
        "integer",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
    )
}
MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
FORMATS = {
    "application/sparql-results+xml": "xml",
    "application/sparql-results+json": "json",
    "text/tab-separated-values": "tsv",
}

Rows = list[dict[str, Node]]


def read_rows(body: bytes, media_type: str) -> Rows | bool:
    """The solutions, or the truth value, of a result document."""
    result = Result.parse(io.BytesIO(body), format=FORMATS[media_type])
    if result.type == "ASK":
        return bool(result.askAnswer)
    return [
        {str(variable): value for variable, value in row.items() if value is not None}
        for row in result.bindings
    ]


def rows_of_graph(graph: Graph) -> Rows | bool | None:
    """The solutions that a graph describes in the result set vocabulary; None for any other graph."""
    found = graph.value(None, RDF.type, RS.ResultSet)
    if found is None:
        return None
    boolean = graph.value(found, RS.boolean)
    if boolean is not None:
        return bool(boolean.toPython())
    return [
        {
            str(graph.value(binding, RS.variable)): graph.value(binding, RS.value)
            for binding in graph.objects(solution, RS.binding)
        }
        for solution in graph.objects(found, RS.solution)
    ]


def expected_of(path: Path) -> Rows | bool | Graph:
    """What a result file holds."""
    if path.suffix in (".ttl", ".rdf", ".nt"):
        graph = Graph().parse(path)
        rows = rows_of_graph(graph)
        return graph if rows is None else rows
    return read_rows(path.read_bytes(), MEDIA_TYPES[path.suffix])


def same(one: Rows | bool | Graph, other: Rows | bool | Graph) -> bool:
    """Whether two results are equal as SPARQL's tests mean it."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Graph) or isinstance(other, Graph):
        return (
            isinstance(one, Graph) and isinstance(other, Graph) and isomorphic(_normal(one), _normal(other))
        )
    if not any(isinstance(value, BNode) for rows in (one, other) for row in rows for value in row.values()):
        return _counted(one) == _counted(other)
    return isomorphic(_graph(one), _graph(other))


def same_csv(one: str, other: str) -> bool:
    """CSV has no types: rows of text, in any order, blank nodes alike by their label's place."""
    return _csv(one) == _csv(other)


def _csv(text: str) -> Counter[frozenset[tuple[str, str]]]:
    header, *rows = list(csv.reader(io.StringIO(text)))
    labels: dict[str, str] = {}

    def cell(value: str) -> str:
        if value.startswith("_:"):
            return labels.setdefault(value, f"_:{len(labels)}")
        try:
            return str(Decimal(value).normalize())
        except ArithmeticError:
            return value

    # The columns of SELECT * come in no order that the specification gives.
    return Counter(
        frozenset((name, cell(value)) for name, value in zip(header, row, strict=True)) for row in rows
    )


def _counted(rows: Rows) -> Counter[frozenset[tuple[str, Node]]]:
    return Counter(frozenset((name, _term(value)) for name, value in row.items()) for row in rows)


def _graph(rows: Rows) -> Graph:
    graph = Graph()
    for row in rows:
        solution = BNode()
        graph.add((RS.solution, RS.solution, solution))
        for name, value in row.items():
            graph.add((solution, URIRef(f"urn:variable:{name}"), _term(value)))
    return graph


def _normal(graph: Graph) -> Graph:
    normal = Graph()
    for subject, predicate, value in graph:
        normal.add((subject, predicate, _term(value)))
    return normal


def _term(value: Node) -> Node:
    """A literal whose lexical form depends on its value alone, which is what the engine keeps."""
    if isinstance(value, Literal):
        if value.datatype is not None and str(value.datatype) in NUMBERS:
            try:
                number = Decimal(str(value))
            except ArithmeticError:
                return value
            kind = str(value.datatype)
            if kind.endswith(("double", "float")):
                return Literal(repr(float(number)), datatype=value.datatype, normalize=False)
            return Literal(str(number.normalize() + 0), datatype=value.datatype, normalize=False)
        if value.datatype is not None and str(value.datatype) == XSD + "string":
            return Literal(str(value))
        if value.language:
            return Literal(str(value), lang=value.language.lower())
    return value
