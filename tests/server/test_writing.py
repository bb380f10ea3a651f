"""Writes over HTTP: who may, what they change, what is refused; every query after the answer sees them."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

EDITOR, GUEST = "editor", "guest"
UPDATE = "application/sparql-update"
TURTLE = "text/turtle"
MINE = "http://guest.example/notes"
OTHERS = "http://others.example/notes"
CASES = "https://w3id.org/digiterr/graph/cases"


def at(graph: str) -> str:
    return f"/data?graph={quote(graph, safe='')}"


@pytest.fixture(scope="module")
def writable(start_service, small_graph_copy):
    return start_service(small_graph_copy, writable=True)


def version_of(reply) -> int:
    return int(reply.headers["x-digiterr-version"])


def test_read_only_is_the_default(service) -> None:
    for method, path in (("POST", "/update"), ("PUT", at(MINE)), ("DELETE", at(MINE)), ("POST", "/data")):
        reply = service.request(method, path, "x", EDITOR, content_type=TURTLE)
        assert reply.status == 403, (method, path)
        assert reply.json["code"] == "forbidden"


def test_writing_needs_a_known_token(writable) -> None:
    for token, challenge in ((None, 'Bearer realm="digiterr"'), ("wrong", 'error="invalid_token"')):
        reply = writable.request("PUT", at(MINE), "", token, content_type=TURTLE)
        assert reply.status == 401
        assert challenge in reply.headers["www-authenticate"]


def test_a_token_writes_its_own_graphs_only(writable) -> None:
    own = "http://guest.example/first"
    content = "<http://e/s> <http://e/p> 1 ."
    assert writable.request("PUT", at(own), content, GUEST, content_type=TURTLE).status == 201
    before = version_of(writable.request("GET", "/health"))
    refused = writable.request("PUT", at(OTHERS), content, GUEST, content_type=TURTLE)
    assert (refused.status, refused.json["code"]) == (403, "forbidden")
    for text in (
        f"INSERT DATA {{ GRAPH <{OTHERS}> {{ <http://e/s> <http://e/p> 2 }} }}",
        "INSERT { GRAPH ?g { <http://e/new> <http://e/p> 2 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DROP ALL",
    ):
        refused = writable.request("POST", "/update", text, GUEST, content_type=UPDATE)
        assert refused.status == 403, text
    assert version_of(writable.request("GET", "/health")) == before
    assert writable.request("GET", at(OTHERS)).status == 404
    allowed = f"INSERT DATA {{ GRAPH <{own}> {{ <http://e/s> <http://e/p> 3 }} }}"
    assert writable.request("POST", "/update", allowed, GUEST, content_type=UPDATE).status == 200


def test_a_write_is_seen_by_every_query_that_follows(writable) -> None:
    count = "SELECT (COUNT(*) AS ?n) { GRAPH <http://e/seen> { ?s ?p ?o } }"
    for number in range(1, 6):
        text = f"INSERT DATA {{ GRAPH <http://e/seen> {{ <http://e/{number}> <http://e/p> 1 }} }}"
        written = writable.request("POST", "/update", text, EDITOR, content_type=UPDATE)
        assert written.status == 200
        assert (written.json["added"], written.json["removed"]) == (1, 0)
        assert written.json["graphs"] == ["http://e/seen"]
        reply = writable.query(count)
        assert reply.json["results"]["bindings"][0]["n"]["value"] == str(number)
        assert version_of(reply) == written.json["version"]


def test_a_write_changes_every_etag(writable) -> None:
    ask = "ASK { ?s ?p ?o }"
    before = writable.query(ask).headers["etag"]
    assert writable.query(ask, if_none_match=before).status == 304
    writable.request("PUT", at(MINE), "<http://e/s> <http://e/p> 9 .", EDITOR, content_type=TURTLE)
    after = writable.query(ask, if_none_match=before)
    assert after.status == 200
    assert after.headers["etag"] != before


def test_data_that_breaks_the_shapes_is_refused_with_the_report(writable) -> None:
    before = writable.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{CASES}> {{ ?s ?p ?o }} }}").body
    text = (
        "PREFIX dt: <https://w3id.org/digiterr/ont#>\n"
        f"INSERT DATA {{ GRAPH <{CASES}> {{ <https://w3id.org/digiterr/id/case-Z> a dt:CaseStudy }} }}"
    )
    reply = writable.request("POST", "/update", text, EDITOR, content_type=UPDATE)
    assert reply.status == 422, reply.text
    assert reply.json["code"] == "violations"
    assert "ValidationReport" in reply.json["report"]
    assert writable.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{CASES}> {{ ?s ?p ?o }} }}").body == before


def test_what_refers_to_a_thing_that_loses_its_type_is_judged_too(writable) -> None:
    text = (
        "PREFIX dt: <https://w3id.org/digiterr/ont#>\n"
        f"DELETE {{ GRAPH <{CASES}> {{ ?p a ?type }} }} WHERE {{ GRAPH <{CASES}> {{"
        " <https://w3id.org/digiterr/id/case-A> dt:hasDataCollection ?p . ?p a ?type } }"
    )
    reply = writable.request("POST", "/update", text, EDITOR, content_type=UPDATE)
    assert reply.status == 422, reply.text
    assert "case-A" in reply.json["report"]


def test_update_by_form_with_using(writable) -> None:
    original = "http://e/original"
    writable.request("PUT", at(original), "<http://e/s> <http://e/p> 1 , 2 .", EDITOR, content_type=TURTLE)
    form = urlencode(
        {
            "update": "INSERT { GRAPH <http://e/copy> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
            "using-graph-uri": original,
        }
    )
    reply = writable.request(
        "POST", "/update", form, EDITOR, content_type="application/x-www-form-urlencoded"
    )
    assert reply.status == 200, reply.text
    read, copied = (
        writable.request("GET", at(graph), accept="application/n-triples")
        for graph in (original, "http://e/copy")
    )
    assert copied.status == 200
    assert sorted(copied.body.split(b"\n")) == sorted(read.body.split(b"\n"))


def test_patch_changes_one_graph(writable) -> None:
    """Graph Store HTTP Protocol, 5.7: the graph is the default graph of the update."""
    graph = at("http://e/patched")
    writable.request("PUT", graph, "<http://e/s> <http://e/p> 1 .", EDITOR, content_type=TURTLE)
    text = "DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }"
    reply = writable.request("PATCH", graph, text, EDITOR, content_type=UPDATE)
    assert reply.status == 200, reply.text
    found = writable.request("GET", graph, accept="application/n-triples").text
    assert '"2"' in found
    assert '"1"' not in found
    wrong = writable.request("PATCH", graph, text, EDITOR, content_type="application/json")
    assert wrong.status == 415
    assert wrong.headers["accept-patch"] == UPDATE


def test_several_files_become_one_graph(writable) -> None:
    """5.5: the parts of a multipart POST are merged."""
    part = '--b\r\nContent-Disposition: form-data; name="f"; filename="{0}.ttl"\r\nContent-Type: text/turtle\r\n\r\n'
    body = "".join(part.format(n) + f"<http://e/{n}> <http://e/p> _:same .\r\n" for n in (1, 2)) + "--b--\r\n"
    graph = at("http://e/parts")
    reply = writable.request("POST", graph, body, EDITOR, content_type="multipart/form-data; boundary=b")
    assert reply.status == 201, reply.text
    assert reply.json["added"] == 2
    nodes = {
        line.split()[2]
        for line in writable.request("GET", graph, accept="application/n-triples").text.splitlines()
    }
    assert len(nodes) == 2  # a blank node belongs to its file


def test_every_graph_can_be_named_by_its_address(writable) -> None:
    direct = writable.request("PUT", "/data/a/b", "<> <http://e/p> 1 .", EDITOR, content_type=TURTLE)
    assert direct.status == 201
    iri = f"{writable.url}/data/a/b"
    assert direct.json["graphs"] == [iri]
    assert f"<{iri}>" in writable.request("GET", at(iri), accept="application/n-triples").text
    assert writable.request("DELETE", "/data/a/b", token=EDITOR).status == 200
    assert writable.request("DELETE", "/data/a/b", token=EDITOR).status == 404


def test_one_graph_in_two_ways_is_refused(writable) -> None:
    assert writable.request("GET", "/data?default&graph=http://e/").status == 400
    assert writable.request("PUT", "/data", "", EDITOR, content_type=TURTLE).status == 400
    assert writable.request("GET", "/data?graph=relative").status == 400


def test_options_of_the_graph_store(service) -> None:
    reply = service.request("OPTIONS", "/data")
    assert reply.status == 204
    assert reply.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
    assert reply.headers["accept-patch"] == UPDATE
