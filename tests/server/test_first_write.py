"""The first write into a data folder where nothing is published: it makes version 1."""

from __future__ import annotations

from pathlib import Path

import pytest

GRAPH = "http://e/first"
TRIPLE = "<http://e/s> <http://e/p> 1 ."
FIRST = {
    "PUT": ("PUT", f"/data?graph={GRAPH}", TRIPLE, "text/turtle", 201),
    "POST": ("POST", f"/data?graph={GRAPH}", TRIPLE, "text/turtle", 201),
    "INSERT": (
        "POST",
        "/update",
        f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {TRIPLE} }} }}",
        "application/sparql-update",
        200,
    ),
    "CREATE": ("POST", "/update", f"CREATE GRAPH <{GRAPH}>", "application/sparql-update", 200),
}


@pytest.mark.parametrize("kind", FIRST)
def test_it_makes_version_1(start_service, tmp_path: Path, kind: str) -> None:
    service = start_service(tmp_path / "var", writable=True)
    assert service.query("ASK {}").status == 503
    refused = service.request("PUT", f"/data?graph={GRAPH}", TRIPLE, "guest", content_type="text/turtle")
    assert refused.status == 403
    assert service.request("DELETE", f"/data?graph={GRAPH}", None, "editor").status == 404
    method, path, body, media_type, status = FIRST[kind]
    reply = service.request(method, path, body, "editor", content_type=media_type)
    assert reply.status == status, reply.text
    assert (reply.json["version"], reply.headers["x-digiterr-version"]) == (1, "1")
    triples = 0 if kind == "CREATE" else 1
    assert reply.json["added"] == triples
    count = service.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}")
    assert count.status == 200, count.text
    assert count.json["results"]["bindings"][0]["n"]["value"] == str(triples)
    assert service.request("GET", "/ready").status == 200
    assert service.request("GET", "/", accept="text/html").status == 200
    again = service.request("PUT", f"/data?graph={GRAPH}", TRIPLE, "editor", content_type="text/turtle")
    assert (again.status, again.json["version"]) == (200, 2)
