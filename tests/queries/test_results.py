"""Rows from what engines send, in whatever pieces it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from digiterr.queries.results import read_rows, turtle
from pyoxigraph import Literal, NamedNode

BINDINGS = {
    "head": {"vars": ["a", "b"]},
    "results": {
        "bindings": [
            {"a": {"type": "uri", "value": "http://x.example/é"}},
            {"b": {"type": "literal", "value": "5", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
        ]
    },
}


def in_pieces(text: str, size: int) -> Iterator[bytes]:
    body = text.encode()
    return (body[i : i + size] for i in range(0, len(body), size))


def test_bindings_in_pieces_of_any_size() -> None:
    for size in (1, 7, 100_000):
        found = read_rows("bindings", in_pieces(json.dumps(BINDINGS, ensure_ascii=False), size))
        assert found.variables == ("a", "b")
        assert list(found.rows) == [(NamedNode("http://x.example/é"), None), (None, Literal(5))]


def test_the_first_rows_leave_the_rest_unread() -> None:
    read: list[int] = []

    def body() -> Iterator[bytes]:
        yield b'{"head":{"vars":["n"]},"results":{"bindings":['
        for i in range(1_000_000):
            read.append(i)
            yield b'%s{"n":{"type":"literal","value":"%d"}}' % (b"," if i else b"", i)
        yield b"]}}"

    assert len(read_rows("bindings", body()).first(10)) == 10
    assert len(read) < 20_000


def test_a_graph_has_triples_for_rows_and_comes_back_as_turtle() -> None:
    line = '<https://w3id.org/digiterr/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "l\'été"@fr .\n'
    found = read_rows("graph", in_pieces(line, 5))
    rows = found.first(10)
    assert found.variables == ("subject", "predicate", "object")
    assert rows == (
        (
            NamedNode("https://w3id.org/digiterr/id/a"),
            NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
            Literal("l'été", language="fr"),
        ),
    )
    assert 'dtd:a rdfs:label "l\'été"@fr' in turtle(rows)


def test_the_truth_of_an_ask_is_one_row() -> None:
    for truth in (True, False):
        found = read_rows("boolean", [json.dumps({"head": {}, "boolean": truth}).encode()])
        assert list(found.rows) == [(Literal(truth),)]
