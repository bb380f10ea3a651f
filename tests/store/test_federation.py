"""SERVICE and LOAD: what is allowed, and only that, is fetched and stands in place of the clause."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.ontology.errors import InputError, ServiceError
from digiterr.store.evaluation import evaluate
from digiterr.store.federation import with_services
from digiterr.store.model import Authority, GraphChange, QueryRequest, UpdateRequest
from digiterr.store.outline import CallRefusedError
from digiterr.store.service.fetching import Fetcher, is_public
from digiterr.store.service.guardian import Guardian
from digiterr.store.service.settings import ServiceSettings
from digiterr.store.versions import Versions
from digiterr.store.writing import updating
from pyoxigraph import Literal, NamedNode, Quad, Store

DATA = """
<http://e/a> <http://e/name> "Ambérieu"@fr .
<http://e/b> <http://e/name> "Bourg" .
<http://e/b> <http://e/near> _:x .
"""


@pytest.fixture(scope="module")
def elsewhere(http_server, sparql_answer) -> Iterator[str]:
    """A SPARQL endpoint, a document, and what goes wrong with both."""

    def answer(method: str, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/redirect":
            return 302, {"Location": "http://127.0.0.1:9/elsewhere"}, b""
        if path == "/broken":
            return 200, {"Content-Type": "application/sparql-results+json"}, b"{nonsense"
        if path == "/large":
            return 200, {"Content-Type": "text/turtle"}, b"#" * 200_000
        if path == "/missing":
            return 404, {"Content-Type": "text/plain"}, b"no"
        if method == "POST":
            return 200, {"Content-Type": "application/sparql-results+json"}, sparql_answer(DATA, body)
        return 200, {"Content-Type": "text/turtle"}, DATA.encode()

    with http_server(answer) as address:
        yield address


@pytest.fixture(scope="module")
def fetcher(elsewhere: str) -> Fetcher:
    """A fetcher that takes this machine for a public one, and else holds to every rule."""
    return Fetcher((f"{elsewhere}/*",), 5.0, 100_000, permitted=lambda address: address == "127.0.0.1")


def here() -> Store:
    store = Store()
    for name in "abc":
        node = NamedNode(f"http://e/{name}")
        store.add(Quad(node, NamedNode("http://e/rank"), Literal(ord(name)), NamedNode("http://e/g")))
    return store


def rows(store: Store, text: str, fetcher: Fetcher) -> list[dict[str, str]]:
    output = io.BytesIO()
    evaluate(store, QueryRequest(text, accept="application/sparql-results+json"), fetcher.fetch).serialize(
        output
    )
    found = json.loads(output.getvalue())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_a_service_clause_joins_with_the_rest(elsewhere: str, fetcher: Fetcher) -> None:
    text = (
        f"PREFIX e: <http://e/> PREFIX far: <{elsewhere}/> SELECT ?s ?n ?r "
        "{ ?s e:rank ?r SERVICE far:sparql { ?s e:name ?n FILTER(?n != 'x') } } ORDER BY ?r"
    )
    assert rows(here(), text, fetcher) == [
        {"s": "http://e/a", "n": "Ambérieu", "r": "97"},
        {"s": "http://e/b", "n": "Bourg", "r": "98"},
    ]


def test_blank_nodes_of_elsewhere_become_iris(elsewhere: str, fetcher: Fetcher) -> None:
    text = f"SELECT ?x {{ SERVICE <{elsewhere}/sparql> {{ <http://e/b> <http://e/near> ?x }} }}"
    assert rows(here(), text, fetcher)[0]["x"].startswith("https://w3id.org/digiterr/.well-known/genid/")


def test_unbound_variables_and_no_solution(elsewhere: str, fetcher: Fetcher) -> None:
    optional = "{ ?s <http://e/name> ?n OPTIONAL { ?s <http://e/near> ?x } }"
    found = rows(here(), f"SELECT * {{ SERVICE <{elsewhere}/sparql> {optional} }}", fetcher)
    assert sorted(len(row) for row in found) == [2, 3]
    none = f"SELECT * {{ ?s <http://e/rank> ?r SERVICE <{elsewhere}/sparql> {{ ?s <http://e/no> ?n }} }}"
    assert rows(here(), none, fetcher) == []


def test_silent_takes_a_failure_for_no_binding(elsewhere: str, fetcher: Fetcher) -> None:
    text = "SELECT * {{ ?s <http://e/rank> ?r SERVICE {} <{}/broken> {{ ?s <http://e/name> ?n }} }}"
    with pytest.raises(InputError, match="not usable"):
        rows(here(), text.format("", elsewhere), fetcher)
    assert len(rows(here(), text.format("SILENT", elsewhere), fetcher)) == 3


def test_an_endpoint_that_is_a_variable_is_refused(fetcher: Fetcher) -> None:
    with pytest.raises(CallRefusedError):
        with_services("SELECT * { ?e a <http://e/E> SERVICE ?e { ?s ?p ?o } }", fetcher.fetch)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::]",
        "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "[fe80::1]",
        "[fd00::1]", "100.64.0.1", "224.0.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_never_asked(host: str) -> None:
    """Even when the operator allows everything."""
    anywhere = Fetcher(("*",), 2.0, 1000)
    for query in (None, "SELECT * {}"):
        with pytest.raises(CallRefusedError) as caught:
            anywhere.fetch(f"http://{host}:8999/", query)
        assert caught.value.status == 403


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://e/", "http://user@example.org/", "gopher://e/"]
)
def test_only_http_is_spoken(address: str) -> None:
    with pytest.raises(CallRefusedError):
        Fetcher(("*",), 2.0, 1000).fetch(address, None)


def test_public_addresses() -> None:
    assert is_public("193.252.117.1")
    assert is_public("2a01:c910::1")


def test_redirections_are_checked_like_addresses(elsewhere: str, fetcher: Fetcher) -> None:
    for query in (None, "SELECT * {}"):
        with pytest.raises(CallRefusedError, match=r"127\.0\.0\.1:9"):
            fetcher.fetch(f"{elsewhere}/redirect", query)


def test_limits_of_size_and_time(elsewhere: str, fetcher: Fetcher) -> None:
    with pytest.raises(ServiceError, match="more than 100000 bytes"):
        fetcher.fetch(f"{elsewhere}/large", None)
    with pytest.raises(ServiceError, match="HTTP 404"):
        fetcher.fetch(f"{elsewhere}/missing", None)
    with pytest.raises(CallRefusedError):
        fetcher.fetch("http://192.0.2.1/", None)


def test_load_becomes_insert_data(elsewhere: str, fetcher: Fetcher) -> None:
    store = here()
    updating(f"LOAD <{elsewhere}/data> INTO GRAPH <http://e/new>", (), (), fetcher.fetch, may_load=True)(
        store
    )
    assert len(list(store.quads_for_pattern(None, None, None, NamedNode("http://e/new")))) == 3
    with pytest.raises(ServiceError):
        updating(f"LOAD <{elsewhere}/missing>", (), (), fetcher.fetch, may_load=True)
    updating(f"LOAD SILENT <{elsewhere}/missing>", (), (), fetcher.fetch, may_load=True)(store)
    with pytest.raises(CallRefusedError):
        updating(f"LOAD <{elsewhere}/data>", (), (), fetcher.fetch, may_load=False)


def test_the_gateway_holds_the_rules_for_workers_and_writer(tmp_path: Path, elsewhere: str) -> None:
    """The real processes: everything is allowed by name, and this machine is still refused."""
    (tmp_path / "one.nt").write_text("<http://e/a> <http://e/p> <http://e/b> .\n")
    Versions(tmp_path / "var").publish([GraphChange("http://e/one", tmp_path / "one.nt")])
    settings = ServiceSettings(tmp_path / "var", memory_workers=0, services=("http://*",))
    with Guardian(settings) as client:
        for silent in ("", "SILENT"):
            text = f"SELECT * {{ SERVICE {silent} <{elsewhere}/sparql> {{ ?s ?p ?o }} }}"
            if silent:
                answer = client.query(QueryRequest(text, accept="text/csv"))
                assert b"".join(answer.body).count(b"\r\n") == 2
            else:
                with pytest.raises(CallRefusedError):
                    client.query(QueryRequest(text))
        load = UpdateRequest(f"LOAD <{elsewhere}/data>", Authority("loader", ("*",), load=True))
        with pytest.raises(CallRefusedError):
            client.update(load)
