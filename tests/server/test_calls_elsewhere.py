"""SERVICE and LOAD as a client of the web service meets them, towards an endpoint on the allow-list.

The endpoint is on this machine, whose addresses are never allowed: the service is started with that one rule
lifted for 127.0.0.1, all others standing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

DATA = '<http://e/a> <http://e/name> "Ambérieu"@fr . <http://e/b> <http://e/name> "Bourg" .'
UPDATE = "application/sparql-update"
LIFTED = """\
import sys

if "digiterr.store.service" in sys.orig_argv:
    from digiterr.store.service import fetching

    fetching.Fetcher.__init__.__defaults__ = (
        lambda address: address == "127.0.0.1" or fetching.is_public(address),
    )
"""
SETTINGS = """
services = ["{elsewhere}/*", "http://127.1:*", "http://localhost:*", "http://[[]::1]:*", "http://10.*"]
service_timeout = 1.0
service_bytes = 10000
"""


@pytest.fixture(scope="module")
def elsewhere(http_server, sparql_answer) -> Iterator[str]:
    """A SPARQL endpoint and a document, with an answer too long, one too late and one that leads away."""

    def answer(method: str, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        if method == "GET":
            return 200, {"Content-Type": "text/turtle"}, DATA.encode()
        if path == "/late":
            time.sleep(3)
        if path == "/away":
            return 307, {"Location": "http://[::1]:9/sparql"}, b""
        content = sparql_answer(DATA, body) + b" " * 20_000 * (path == "/long")
        return 200, {"Content-Type": "application/sparql-results+json"}, content

    with http_server(answer) as address:
        yield address


@pytest.fixture(scope="module")
def calling(start_service, small_graph_copy, elsewhere, tmp_path_factory):
    """A service that takes writes and may call the endpoint."""
    folder: Path = tmp_path_factory.mktemp("lifted")
    (folder / "sitecustomize.py").write_text(LIFTED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        return start_service(small_graph_copy, SETTINGS.format(elsewhere=elsewhere), writable=True)


def names(reply) -> list[str]:
    assert reply.status == 200, reply.text
    return sorted(row["n"]["value"] for row in reply.json["results"]["bindings"])


def test_a_service_clause_brings_its_solutions(calling, elsewhere) -> None:
    text = f"SELECT ?n {{ SERVICE <{elsewhere}/sparql> {{ ?s <http://e/name> ?n }} }}"
    assert names(calling.query(text)) == ["Ambérieu", "Bourg"]


def test_it_joins_with_what_is_here(calling, elsewhere) -> None:
    """The queries of our own data and of theirs meet in one answer, by all three request forms."""
    text = (
        "PREFIX dt: <https://w3id.org/digiterr/ont#> SELECT ?case ?n { ?case a dt:CaseStudy "
        f"SERVICE <{elsewhere}/sparql> {{ <http://e/b> <http://e/name> ?n }} }}"
    )
    assert names(calling.query(text)) == ["Bourg"] * 4
    posted = calling.request("POST", "/sparql", text, content_type="application/sparql-query")
    assert names(posted) == ["Bourg"] * 4


def test_load_needs_a_token_that_may(calling, elsewhere) -> None:
    text = f"LOAD <{elsewhere}/document> INTO GRAPH <http://e/loaded>"
    refused = calling.request("POST", "/update", text, "editor", content_type=UPDATE)
    assert (refused.status, refused.json["code"]) == (403, "call-refused")
    loaded = calling.request("POST", "/update", text, "loader", content_type=UPDATE)
    assert loaded.status == 200, loaded.text
    assert loaded.json["graphs"] == ["http://e/loaded"]
    assert loaded.json["added"] == 2


@pytest.mark.parametrize("path", ["long", "late"])
def test_limits_of_size_and_time(calling, elsewhere, path: str) -> None:
    begun = time.monotonic()
    reply = calling.query(f"SELECT * {{ SERVICE <{elsewhere}/{path}> {{ ?s ?p ?o }} }}")
    assert reply.status == 502, reply.text
    assert reply.json["code"] == "service"
    assert elsewhere in reply.json["detail"]
    assert time.monotonic() - begun < 2.9
    silent = calling.query(f"SELECT * {{ SERVICE SILENT <{elsewhere}/{path}> {{ ?s ?p ?o }} }}")
    assert silent.json["results"]["bindings"] == [{}]


def test_what_the_list_does_not_have_is_refused(calling, elsewhere) -> None:
    """Another host; another port of the same host; an address of this machine that the list does allow."""
    port = elsewhere.rpartition(":")[2]
    for address in (
        "http://example.org/sparql",
        "http://127.0.0.1:9/sparql",
        f"http://[::1]:{port}/sparql",
        "http://10.0.0.1/sparql",
        f"{elsewhere}/away",
    ):
        reply = calling.query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
        assert (reply.status, reply.json["code"]) == (403, "call-refused"), address


def test_off_by_default(service, elsewhere) -> None:
    reply = service.query(f"SELECT * {{ SERVICE <{elsewhere}/sparql> {{ ?s ?p ?o }} }}")
    assert (reply.status, reply.json["code"]) == (403, "call-refused")
    assert "SERVICE" in reply.json["detail"]
