"""The query operation over HTTP, against a running service. SPARQL 1.1 Protocol, section 2.1."""

from __future__ import annotations

import gzip
from urllib.parse import quote, urlencode

import brotli
import pytest

CASES = "https://w3id.org/digiterr/graph/cases"
ONTOLOGY = "https://w3id.org/digiterr/graph/ontology"
DT = "https://w3id.org/digiterr/ont#"
SELECT = f"SELECT ?case {{ ?case a <{DT}CaseStudy> }} ORDER BY ?case"
JSON = "application/sparql-results+json"
FOUR_CASES = [f"https://w3id.org/digiterr/id/case-{letter}" for letter in "ABCD"]


def cases_of(reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [row["case"]["value"] for row in reply.json["results"]["bindings"]]


def test_query_by_get(service) -> None:
    """2.1.1: query via GET."""
    assert cases_of(service.query(SELECT)) == FOUR_CASES


def test_query_by_form(service) -> None:
    """2.1.2: query via URL-encoded POST."""
    reply = service.request(
        "POST", "/sparql", urlencode({"query": SELECT}), content_type="application/x-www-form-urlencoded"
    )
    assert cases_of(reply) == FOUR_CASES


def test_query_by_post(service) -> None:
    """2.1.3: query via POST directly."""
    reply = service.request("POST", "/sparql", SELECT, content_type="application/sparql-query")
    assert cases_of(reply) == FOUR_CASES


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_dataset_of_the_protocol(service, way: str) -> None:
    """2.1.4: default-graph-uri and named-graph-uri make the dataset, however the query comes."""
    text = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"

    def count(**graphs: str) -> int:
        dataset = urlencode({name.replace("_", "-"): value for name, value in graphs.items()})
        if way == "get":
            reply = service.request("GET", f"/sparql?query={quote(text)}&{dataset}")
        elif way == "form":
            reply = service.request(
                "POST",
                "/sparql",
                f"query={quote(text)}&{dataset}",
                content_type="application/x-www-form-urlencoded",
            )
        else:
            reply = service.request(
                "POST", f"/sparql?{dataset}", text, content_type="application/sparql-query"
            )
        return int(reply.json["results"]["bindings"][0]["n"]["value"])

    cases, ontology = count(default_graph_uri=CASES), count(named_graph_uri=ONTOLOGY)
    assert cases > 1000
    assert ontology > 1000
    assert count(default_graph_uri=CASES, named_graph_uri=ONTOLOGY) == cases + ontology


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/xml", "application/sparql-results+xml"),
        ("application/json", JSON),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.9", "text/tab-separated-values"),
        ("text/csv;q=0.5, application/*;q=0.4", "text/csv"),
        ("image/png, */*;q=0.1", JSON),
        (f"{JSON};q=0, text/csv;q=0.1", "text/csv"),
        ("text/csv; charset=utf-8; q=0.5", "text/csv"),
        ('image/png;level=1, text/csv;header="absent, or not"', "text/csv"),
    ],
)
def test_content_negotiation_of_bindings(service, accept: str, media_type: str) -> None:
    reply = service.query(SELECT, accept=accept)
    assert reply.status == 200
    assert reply.media_type == media_type
    assert "accept" in reply.headers["vary"].lower()


@pytest.mark.parametrize(
    "media_type",
    [
        "text/turtle",
        "application/n-triples",
        "application/ld+json",
        "application/rdf+xml",
        "application/trig",
        "application/n-quads",
    ],
)
def test_graphs_in_six_formats(service, media_type: str) -> None:
    reply = service.query(f"CONSTRUCT WHERE {{ ?case a <{DT}CaseStudy> }}", accept=media_type)
    assert reply.media_type == media_type
    assert reply.text.count("case-") >= 4


@pytest.mark.parametrize(
    ("name", "query", "media_type"),
    [
        ("json", SELECT, JSON),
        ("csv", SELECT, "text/csv"),
        ("xml", "CONSTRUCT WHERE { ?s a ?o }", "application/rdf+xml"),
        ("json", "CONSTRUCT WHERE { ?s a ?o }", "application/ld+json"),
        ("ttl", "DESCRIBE <https://w3id.org/digiterr/id/case-A>", "text/turtle"),
    ],
)
def test_short_names_of_formats(service, name: str, query: str, media_type: str) -> None:
    assert service.query(query, parameters={"format": name}).media_type == media_type


def test_406_lists_what_is_on_offer(service) -> None:
    reply = service.query("ASK {}", accept="image/png")
    assert reply.status == 406
    assert reply.media_type == "application/problem+json"
    assert reply.json["code"] == "not-acceptable"
    assert JSON in reply.json["offered"]
    assert JSON in reply.json["hint"]


def test_syntax_error_says_line_and_column(service) -> None:
    reply = service.query("SELECT * {\n  ?s ?p ?o .\n  FILTR(?s)\n}", accept_language="fr")
    assert reply.status == 400
    problem = reply.json
    assert problem["code"] == "query-syntax"
    assert (problem["line"], problem["column"]) == (3, 3)
    assert "n’est pas attendu" in problem["detail"]
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert problem["type"].endswith("/problem/query-syntax")
    assert problem["instance"] == "/sparql"


def test_head_has_the_headers_of_get_and_no_body(service) -> None:
    path = f"/sparql?query={quote(SELECT)}"
    got, head = service.request("GET", path), service.request("HEAD", path)
    assert head.status == 200
    assert head.body == b""
    for name in ("content-type", "etag", "x-digiterr-version", "vary"):
        assert head.headers[name] == got.headers[name]


def test_options_and_preflight(service) -> None:
    reply = service.request(
        "OPTIONS",
        "/sparql",
        origin="https://example.org",
        access_control_request_method="POST",
        access_control_request_headers="content-type",
    )
    assert reply.status == 204
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    assert "application/sparql-query" in reply.headers["accept-post"]


def test_cors_on_every_answer(service) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/sparql?query=nonsense", "/health", "/nothing"):
        reply = service.request("GET", path, origin="https://example.org")
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "X-DigiTerr-Version" in reply.headers["access-control-expose-headers"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(service, method: str) -> None:
    reply = service.request(method, "/sparql?query=ASK%7B%7D")
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert reply.json["code"] == "method-not-allowed"


def test_every_answer_says_its_version_and_request(service) -> None:
    reply = service.query("ASK {}", x_request_id="my-request.1")
    assert reply.headers["x-digiterr-version"] == "1"
    assert reply.headers["x-request-id"] == "my-request.1"
    forged = service.query("ASK {}", x_request_id="a b<c>")
    assert forged.headers["x-request-id"] != "a b<c>"


@pytest.mark.parametrize(("encoding", "decode"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_compression(service, encoding: str, decode) -> None:
    text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 2000"
    plain = service.query(text)
    packed = service.query(text, accept_encoding=f"{encoding}, identity;q=0.1")
    assert packed.headers["content-encoding"] == encoding
    assert decode(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 4
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert "content-encoding" not in service.query(text, accept_encoding="identity").headers


def test_a_million_rows_begin_at_once(service) -> None:
    """Answers leave as they are made: the first byte of a long one comes long before its last."""
    import http.client
    import time

    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    text = "SELECT * { ?a a ?b . ?c a ?d } LIMIT 400000"
    start = time.perf_counter()
    connection.request("GET", f"/sparql?query={quote(text)}", headers={"Accept": "text/csv"})
    answer = connection.getresponse()
    assert answer.read(1)
    first = time.perf_counter() - start
    rows = answer.read().count(b"\n")
    whole = time.perf_counter() - start
    connection.close()
    assert rows > 300_000
    assert first < whole / 3
