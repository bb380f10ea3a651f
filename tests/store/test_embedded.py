"""The engine in process: datasets, formats, bound parameters, refusals, errors with their place."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from digiterr.ontology.errors import InputError
from digiterr.store.embedded import open_engine
from digiterr.store.errors import QuerySyntaxError
from digiterr.store.formats import BINDINGS, GRAPHS, NotAcceptableError
from digiterr.store.model import QueryRequest
from digiterr.store.outline import CallRefusedError, with_row_limit
from pyoxigraph import Literal, NamedNode

G1 = "https://w3id.org/digiterr/graph/one"
G2 = "https://w3id.org/digiterr/graph/two"
ALL = "SELECT * { ?s ?p ?o }"


def rows(data_dir: Path, text: str, **dataset: tuple[str, ...]) -> int:
    with open_engine(data_dir) as engine:
        answer = engine.query(QueryRequest(text, accept="application/sparql-results+json", **dataset))
        return len(json.loads(b"".join(answer.body))["results"]["bindings"])


def test_the_default_graph_is_the_union_unless_graphs_are_given(data_dir: Path) -> None:
    assert rows(data_dir, ALL) == 12
    assert rows(data_dir, f"SELECT * FROM <{G2}> {{ ?s ?p ?o }}") == 2
    assert rows(data_dir, ALL, default_graphs=(G2,)) == 2
    assert rows(data_dir, f"SELECT * FROM <{G2}> {{ ?s ?p ?o }}", default_graphs=(G1,)) == 10
    assert rows(data_dir, "SELECT * { GRAPH ?g { ?s ?p ?o } }", default_graphs=(G1,)) == 0
    assert rows(data_dir, "SELECT * { GRAPH ?g { ?s ?p ?o } }", named_graphs=(G2,)) == 2
    assert rows(data_dir, ALL, named_graphs=(G2,)) == 0
    assert rows(data_dir, f"SELECT * FROM NAMED <{G2}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 2


@pytest.mark.parametrize("media_type", BINDINGS)
def test_every_format_of_bindings(data_dir: Path, media_type: str) -> None:
    with open_engine(data_dir) as engine:
        answer = engine.query(QueryRequest("SELECT ?l { ?s <http://e/label> ?l }", accept=media_type))
        assert (answer.form, answer.media_type, answer.version) == ("bindings", media_type, 1)
        assert "é1".encode() in b"".join(answer.body)
        boolean = engine.query(QueryRequest("ASK { ?s ?p ?o }", accept=media_type))
        assert (boolean.form, b"true" in b"".join(boolean.body)) == ("boolean", True)


@pytest.mark.parametrize("media_type", GRAPHS)
def test_every_format_of_graphs(data_dir: Path, media_type: str) -> None:
    with open_engine(data_dir) as engine:
        answer = engine.query(QueryRequest("DESCRIBE <http://e/s1>", accept=media_type))
        assert (answer.form, answer.media_type) == ("graph", media_type)
        assert "é1".encode() in b"".join(answer.body)


def test_turtle_uses_the_prefixes_of_the_house(data_dir: Path) -> None:
    text = "PREFIX dt: <https://w3id.org/digiterr/ont#> CONSTRUCT { ?s a dt:X } { ?s <http://e/label> ?o }"
    with open_engine(data_dir) as engine:
        body = b"".join(engine.query(QueryRequest(text, accept="text/turtle")).body)
    assert b"dt:X" in body


def test_a_graph_does_not_come_as_csv(data_dir: Path) -> None:
    with open_engine(data_dir) as engine, pytest.raises(NotAcceptableError, match="text/csv") as caught:
        engine.query(QueryRequest("DESCRIBE <http://e/s1>", accept="text/csv"))
    assert caught.value.status == 406
    assert caught.value.hint is not None
    assert "text/turtle" in caught.value.hint.en


def test_select_binds_values_as_values(data_dir: Path) -> None:
    with open_engine(data_dir) as engine:
        found = engine.select("SELECT ?n { ?s <http://e/n> ?n }", {"s": NamedNode("http://e/s3")})
        assert found.variables == ("n",)
        assert [row[0].value for row in found.rows if row[0]] == ["3"]
        hostile = Literal('"} UNION { ?s ?p ?o } #')
        assert engine.select("SELECT ?s { ?s ?p ?o }", {"o": hostile}).rows == ()
        unbound = engine.select("SELECT ?s ?x { ?s <http://e/label> ?o OPTIONAL { ?s <http://e/no> ?x } }")
        assert {row[1] for row in unbound.rows} == {None}
        with pytest.raises(InputError, match="SELECT query is expected"):
            engine.select("ASK {}")


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("SELECT * {\n  ?s ?p }", 2, 9, "}"),
        ("SELEC * { ?s ?p ?o }", 1, 1, "SELEC"),
        ("SELECT ?s WERE { ?s ?p ?o }", 1, 11, "WERE"),
        ("SELECT ?x {\n ?s ?p ?x OPTINAL {?s ?p ?o} }", 2, 11, "OPTINAL"),
        ("SELECT * { ?s ?p ?o . } }", 1, 25, "}"),
        ("INSERT DATA { <http://a> <http://b> 1 }", 1, 1, "INSERT"),
        ("SELECT * { ?s ?p ?o", 1, 20, "too early"),
        ("SELECT * { ?s foo:bar ?o }", 1, 15, "prefix foo: is not declared"),
    ],
)
def test_a_syntax_error_has_its_place(data_dir: Path, text: str, line: int, column: int, said: str) -> None:
    with open_engine(data_dir) as engine, pytest.raises(QuerySyntaxError) as caught:
        engine.query(QueryRequest(text, row_limit=5))
    where = caught.value.where
    assert where is not None
    assert (where.line, where.column) == (line, column)
    assert said in caught.value.sentence("en")


def test_service_and_load_are_refused(data_dir: Path) -> None:
    with open_engine(data_dir) as engine:
        for text in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "LOAD <http://127.0.0.1:9/>"):
            with pytest.raises(CallRefusedError, match="is refused here") as caught:
                engine.query(QueryRequest(text))
            assert caught.value.status == 403


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("SELECT * {}", "SELECT * {} LIMIT 5 "),
        ("SELECT * {} LIMIT 3", "SELECT * {} LIMIT 3"),
        ("SELECT * {} LIMIT 30 OFFSET 2 # LIMIT 2", "SELECT * {} LIMIT 5 OFFSET 2 # LIMIT 2"),
        ("SELECT * { {SELECT * {} LIMIT 30} } # x", "SELECT * { {SELECT * {} LIMIT 30} } LIMIT 5  # x"),
        ("SELECT * {} VALUES ?x { 1 }", "SELECT * {}  LIMIT 5 VALUES ?x { 1 }"),
        ("CONSTRUCT {?s ?p ?o} WHERE {?s ?p ?o}", "CONSTRUCT {?s ?p ?o} WHERE {?s ?p ?o} LIMIT 5 "),
        ("ASK {}", "ASK {}"),
        ("DESCRIBE <a>", "DESCRIBE <a>"),
    ],
)
def test_row_limit_is_written_where_the_grammar_has_it(text: str, limited: str) -> None:
    assert with_row_limit(text, 5) == (limited, limited != text)


def test_a_row_limit_is_announced(data_dir: Path) -> None:
    with open_engine(data_dir) as engine:
        answer = engine.query(QueryRequest(ALL, row_limit=5, accept="text/tab-separated-values"))
        assert dict(answer.headers) == {"X-DigiTerr-Row-Limit": "5"}
        assert b"".join(answer.body).count(b"\n") == 6
        whole = engine.query(QueryRequest(ALL + " LIMIT 4", row_limit=5))
        assert dict(whole.headers) == {}


def test_results_are_made_as_they_are_read_and_closing_stops_them(data_dir: Path) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s . ?t ?u ?v }"
    with open_engine(data_dir) as engine:
        others = set(threading.enumerate())
        body = engine.query(QueryRequest(text)).body
        assert next(body).startswith(b'{"head"')
        working = set(threading.enumerate()) - others
        assert working
        body.close()  # pyright: ignore[reportAttributeAccessIssue]
        for thread in working:
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?z ?b ?a }", "z,b,a"),
        ("SELECT DISTINCT* { ?z $b ?a MINUS { ?h ?b ?a } BIND(1 AS ?c) } ORDER BY ?a", "z,b,a,c"),
        ("SELECT # *\n* { { SELECT * { ?z ?b ?a } } ?z ?a2 ?b . FILTER(?a2 = ?b) } LIMIT 1", "z,b,a,a2"),
        ("SELECT * { { SELECT ?b (COUNT(*) AS ?n) { ?z ?b ?a } GROUP BY ?b } }", "b,n"),
        ("SELECT ?b ?a { ?z ?b ?a }", "b,a"),
        ("SELECT * {}", ""),
    ],
)
def test_the_columns_of_a_star_come_in_the_order_of_the_query(
    data_dir: Path, text: str, columns: str
) -> None:
    with open_engine(data_dir) as engine:
        table = b"".join(engine.query(QueryRequest(text, accept="text/csv")).body).decode()
        assert table.splitlines()[0] == columns
        document = json.loads(b"".join(engine.query(QueryRequest(text)).body))
        assert ",".join(engine.select(text).variables) == columns
        assert document["head"].get("vars", []) == [name for name in columns.split(",") if name]
