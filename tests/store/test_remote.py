"""A remote engine answers what the embedded store answers: oxigraph serve and Virtuoso 7, by W3C protocols."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from digiterr.ontology.errors import InputError, ServiceError
from digiterr.store.embedded import open_engine
from digiterr.store.errors import QuerySyntaxError
from digiterr.store.formats import BINDINGS, GRAPHS
from digiterr.store.model import Authority, GraphChange, QueryRequest, ResultSet, UpdateRequest, Upload
from digiterr.store.outline import CallRefusedError
from digiterr.store.remote.engine import RemoteEngine
from digiterr.store.remote.profiles import recognised
from digiterr.store.remote.publishing import publish
from digiterr.store.remote.settings import RemoteSettings
from digiterr.store.versions import Versions
from digiterr.store.writing import ForbiddenError
from pyoxigraph import Literal, NamedNode

ONE = "https://w3id.org/digiterr/graph/one"
TWO = "https://w3id.org/digiterr/graph/two"
EDITOR = Authority("editor", ("*",))
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> list[GraphChange]:
    folder = tmp_path_factory.mktemp("staged")
    things = "".join(
        f"<http://e/s{i}> <http://e/in> <http://e/d{i % 7}> .\n"
        f'<http://e/s{i}> <http://e/n> "{i * 37 % 101}"^^<{XSD}integer> .\n'
        for i in range(300)
    )
    labels = "".join(
        f'<http://e/s{i}> <http://e/label> "Élan n° {i}"@fr <{TWO}> .\n' for i in range(0, 300, 2)
    )
    (folder / "one.nt").write_text(things, "utf-8")
    (folder / "two.nq").write_text(
        labels + f'<http://e/s0> <http://e/odd> "a \\"quoted\\"\\nline" <{TWO}> .\n', "utf-8"
    )
    return [GraphChange(ONE, folder / "one.nt"), GraphChange(TWO, folder / "two.nq")]


@pytest.fixture(scope="module")
def remote(remote_settings: RemoteSettings, staged: list[GraphChange]) -> Iterator[RemoteEngine]:
    version = publish(remote_settings, staged)
    assert version is not None
    assert dict(version.graphs) == {ONE: 600, TWO: 151}
    with closing(RemoteEngine(remote_settings)) as engine:
        yield engine


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, staged: list[GraphChange]):
    folder = tmp_path_factory.mktemp("embedded")
    Versions(folder).publish(staged)
    with open_engine(folder) as engine:
        yield engine


def rows(found: ResultSet) -> list[tuple[str, ...]]:
    return sorted(tuple("" if term is None else term.value for term in row) for row in found.rows)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?l { <http://e/s4> <http://e/label> ?l }",
        "SELECT ?s ?n { ?s <http://e/n> ?n FILTER(?n > 90) }",
        "SELECT ?d (COUNT(?s) AS ?c) (SUM(?n) AS ?t) { ?s <http://e/in> ?d ; <http://e/n> ?n } GROUP BY ?d",
        "SELECT ?s ?l { ?s <http://e/in> <http://e/d1> OPTIONAL { ?s <http://e/label> ?l } }",
        "SELECT ?s ?n { ?s <http://e/n> ?n } ORDER BY DESC(?n) ?s LIMIT 10 OFFSET 5",
        "SELECT DISTINCT ?o { <http://e/s1> <http://e/in>/^<http://e/in>/<http://e/n> ?o }",
        "SELECT ?s { ?s <http://e/label> ?l FILTER(CONTAINS(?l, '29')) }",
        "SELECT ?g (COUNT(*) AS ?c) { GRAPH ?g { ?s ?p ?o } FILTER(?g = <https://w3id.org/digiterr/graph/two>) } "
        "GROUP BY ?g",
        "SELECT (COUNT(*) AS ?c) { ?s <http://e/in> ?d MINUS { ?s <http://e/label> ?l } }",
        f"SELECT (COUNT(*) AS ?c) FROM <{ONE}> {{ ?s ?p ?o }}",
        "SELECT ?o { <http://e/s0> <http://e/odd> ?o }",
        "SELECT ?x ?n { VALUES ?x { <http://e/s1> <http://e/s2> } ?x <http://e/n> ?n }",
    ],
)
def test_the_same_answers_everywhere(remote: RemoteEngine, embedded, text: str) -> None:
    found, expected = remote.select(text), embedded.select(text)
    assert found.variables == expected.variables
    assert rows(found) == rows(expected)
    assert expected.rows


def test_values_are_bound_as_values(remote: RemoteEngine, embedded) -> None:
    text = "SELECT ?n { ?s <http://e/n> ?n }"
    bound = {"s": NamedNode("http://e/s5")}
    assert rows(remote.select(text, bound)) == rows(embedded.select(text, bound))
    assert remote.select("SELECT ?s { ?s ?p ?o }", {"o": Literal('"} UNION { ?s ?p ?o } #')}).rows == ()


def test_datasets_of_the_protocol(remote: RemoteEngine) -> None:
    def count(text: str, **dataset: tuple[str, ...]) -> int:
        answer = remote.query(QueryRequest(text, accept="application/sparql-results+json", **dataset))
        found = pyoxigraph.parse_query_results(b"".join(answer.body), BINDINGS[answer.media_type])
        return int(next(iter(found))[0].value)  # pyright: ignore

    every = "SELECT (COUNT(*) AS ?c) { ?s ?p ?o . FILTER(STRSTARTS(STR(?s), 'http://e/')) }"
    assert count(every) == 751
    assert count(every, default_graphs=(TWO,)) == 151
    assert count(every, default_graphs=(ONE, TWO)) == 751
    named = "SELECT (COUNT(*) AS ?c) { GRAPH ?g { ?s ?p ?o } }"
    assert count(named, named_graphs=(TWO,)) == 151


@pytest.mark.parametrize("media_type", BINDINGS)
def test_every_format_of_bindings(remote: RemoteEngine, media_type: str) -> None:
    answer = remote.query(QueryRequest("SELECT ?l { <http://e/s4> <http://e/label> ?l }", accept=media_type))
    assert (answer.form, answer.media_type) == ("bindings", media_type)
    body = b"".join(answer.body)
    assert "Élan n° 4" in body.decode("unicode_escape" if b"\\u" in body else "utf-8")


@pytest.mark.parametrize("media_type", GRAPHS)
def test_every_format_of_graphs(remote: RemoteEngine, media_type: str) -> None:
    text = "CONSTRUCT { ?s <http://e/label> ?l } WHERE { ?s <http://e/label> ?l }"
    answer = remote.query(QueryRequest(text, accept=media_type))
    body = b"".join(answer.body)
    quads = {quad.triple for quad in pyoxigraph.parse(body, GRAPHS[media_type])}
    assert len(quads) == 150
    assert Literal("Élan n° 4", language="fr") in {triple.object for triple in quads}


def test_errors_say_what_the_engine_said(remote: RemoteEngine) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        remote.query(QueryRequest("SELECT * {\n ?s ?p }"))
    assert caught.value.status == 400
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    with pytest.raises(CallRefusedError):
        remote.query(QueryRequest("SELECT * { SERVICE <http://127.0.0.1/> {} }"))
    with pytest.raises(InputError):
        remote.query(QueryRequest("nonsense"))


def test_row_limit_is_announced(remote: RemoteEngine) -> None:
    answer = remote.query(QueryRequest("SELECT * { ?s <http://e/n> ?n }", accept="text/csv", row_limit=5))
    assert dict(answer.headers) == {"X-DigiTerr-Row-Limit": "5"}
    assert b"".join(answer.body).strip().count(b"\n") == 5


def test_writes_raise_the_version(remote: RemoteEngine, tmp_path: Path) -> None:
    before = remote.version()
    assert before is not None
    (tmp_path / "u.ttl").write_text("<http://e/new> <http://e/p> 1, 2 .")
    upload = [Upload(tmp_path / "u.ttl", "text/turtle", "http://e/")]
    put = remote.put_graph("http://e/scratch", upload, EDITOR)
    assert (put.version, put.graphs, put.added, put.existed) == (
        before.number + 1, ("http://e/scratch",), 2, False,
    )  # fmt: skip
    text = "INSERT DATA { GRAPH <http://e/scratch> { <http://e/new> <http://e/p> 3 } }"
    assert remote.update(UpdateRequest(text, EDITOR)).added == 1
    assert remote.has_graph("http://e/scratch")
    assert remote.delete_graph("http://e/scratch", EDITOR).removed == 3
    assert not remote.has_graph("http://e/scratch")


def test_uploads_are_read_before_they_are_sent(remote: RemoteEngine, tmp_path: Path) -> None:
    """Relative IRIs, formats that the engine may not know, several files at once, RDF that is not."""
    before = remote.version()
    (tmp_path / "a.jsonld").write_text('{"@id": "thing", "http://e/p": [1, 2]}')
    (tmp_path / "b.ttl").write_text("<thing> <http://e/p> 3 .\n<thing> nonsense .\n")
    one = Upload(tmp_path / "a.jsonld", "application/ld+json", "http://e/base/")
    two = Upload(tmp_path / "b.ttl", "text/turtle", "http://e/base/")
    with pytest.raises(InputError) as caught:
        remote.put_graph("http://e/read", [one, two], EDITOR)
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    assert remote.version_now() == before
    (tmp_path / "b.ttl").write_text("<thing> <http://e/p> 3 .\n")
    assert remote.put_graph("http://e/read", [one, two], EDITOR).added == 3
    found = remote.select("SELECT DISTINCT ?s { GRAPH <http://e/read> { ?s ?p ?o } }")
    assert rows(found) == [("http://e/base/thing",)]
    assert remote.delete_graph("http://e/read", EDITOR).removed == 3


def test_counting_that_takes_long_is_done_once(
    remote: RemoteEngine, remote_settings: RemoteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a large graph it takes longer than the version is taken for known."""
    monkeypatch.setattr("digiterr.store.remote.engine._VERSION_SECONDS", 0.0)
    with closing(RemoteEngine(remote_settings)) as afresh:
        assert afresh.version() == replace(remote.version(), created=afresh.version().created)
        assert afresh.query(QueryRequest("ASK {}")).version == remote.version().number


def test_tokens_and_validated_graphs(remote: RemoteEngine, tmp_path: Path) -> None:
    limited = Authority("limited", ("http://e/mine*",))
    with pytest.raises(ForbiddenError):
        remote.put_graph("http://e/yours", [], limited)
    with pytest.raises(ForbiddenError):
        remote.update(UpdateRequest("INSERT DATA { GRAPH <http://e/mine> { <a:b> <a:b> 1 } }", limited))
    with pytest.raises(ForbiddenError) as caught:
        remote.delete_graph(ONE, EDITOR)
    for text in (
        f"INSERT DATA {{ GRAPH <{ONE}> {{ <http://e/s> <http://e/p> 1 }} }}",
        f"CLEAR GRAPH <{ONE}>",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    ):
        with pytest.raises(ForbiddenError) as caught:
            remote.update(UpdateRequest(text, EDITOR))
    copied = f"INSERT {{ GRAPH <http://e/copy> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }}"
    assert remote.update(UpdateRequest(copied, EDITOR)).added == 600
    assert remote.delete_graph("http://e/copy", EDITOR).removed == 600
    assert caught.value.hint is not None
    assert "digiterr build" in caught.value.hint.en


def test_publishing_again_replaces_and_drops(
    remote_settings: RemoteSettings, remote: RemoteEngine, tmp_path: Path
) -> None:
    (tmp_path / "three.nt").write_text("_:a <http://e/p> _:b .\n_:b <http://e/p> _:a .\n")
    three = "https://w3id.org/digiterr/graph/three"
    version = publish(remote_settings, [GraphChange(three, tmp_path / "three.nt")])
    assert version is not None
    assert version.graphs[three] == 2
    (tmp_path / "three.nt").write_text("<http://e/a> <http://e/p> <http://e/b> .\n")
    version = publish(remote_settings, [GraphChange(three, tmp_path / "three.nt")])
    assert version is not None
    assert version.graphs[three] == 1
    version = publish(remote_settings, [GraphChange(three, None)])
    assert version is not None
    assert dict(version.graphs) == {ONE: 600, TWO: 151}


def test_an_engine_that_is_not_there_is_said() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ServiceError, match="does not answer"):
        RemoteEngine(RemoteSettings(f"http://127.0.0.1:{port}/sparql")).query(QueryRequest("ASK {}"))


@pytest.mark.parametrize(
    ("server", "profile"),
    [("Virtuoso/07.20.3229 (Linux)", "virtuoso"), ("Oxigraph/0.5.13", "oxigraph"), ("nginx", "generic")],
)
def test_engines_are_recognised(server: str, profile: str) -> None:
    assert recognised(server).name == profile
