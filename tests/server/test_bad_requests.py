"""What hostile or broken clients send: each has its exact status and problem document, and changes nothing."""

from __future__ import annotations

import gzip
import socket
import time
from urllib.parse import quote, urlencode

import pytest

EDITOR = "editor"
FORM = "application/x-www-form-urlencoded"
GRAPH = "/data?graph=http%3A%2F%2Fbad.example%2Fgraph"


@pytest.fixture(scope="module")
def writable(start_service, small_graph_copy):
    return start_service(small_graph_copy, "upload_size = 1000000\nbody_timeout = 1.0\n", writable=True)


def assert_problem(reply, status: int, code: str) -> dict:
    assert reply.status == status, reply.text[:500]
    assert reply.media_type == "application/problem+json"
    problem = reply.json
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"https://w3id.org/digiterr/problem/{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert "Traceback" not in reply.text
    return problem


def unchanged(writable, version: str) -> bool:
    return writable.request("GET", "/health").headers["x-digiterr-version"] == version


@pytest.fixture
def version(writable) -> str:
    return writable.request("GET", "/health").headers["x-digiterr-version"]


def test_malformed_query(service) -> None:
    problem = assert_problem(service.query("SELEKT * {}"), 400, "query-syntax")
    assert (problem["line"], problem["column"]) == (1, 1)


def test_enormous_query(service) -> None:
    text = f"SELECT * {{ ?s ?p '{'x' * 1_000_000}' }}"
    reply = service.request("POST", "/sparql", text, content_type="application/sparql-query")
    problem = assert_problem(reply, 413, "content-too-large")
    assert problem["limit"] == "query_length"


def test_enormous_query_in_a_form(service) -> None:
    reply = service.request("POST", "/sparql", urlencode({"query": "x" * 300_000}), content_type=FORM)
    assert_problem(reply, 413, "content-too-large")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }",
        "SELECT * { " + "{" * 5_000 + "}" * 5_000 + " }",
        "SELECT * { ?s ?p " + "[ ?p " * 2_000 + "1" + "]" * 2_000 + " }",
        "SELECT * { ?s ?p " + "( " * 2_000 + "1" + ")" * 2_000 + " }",
        "SELECT (" + "ABS(" * 3_000 + "1" + ")" * 3_000 + " AS ?x) {}",
    ],
    ids=["parentheses", "groups", "blank-nodes", "lists", "functions"],
)
def test_deeply_nested_query(service, text: str) -> None:
    reply = service.request("POST", "/sparql", text, content_type="application/sparql-query")
    problem = assert_problem(reply, 400, "query-too-deep")
    assert problem["limit"] == "query_depth"


@pytest.mark.parametrize("encoded", ["ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%7D", "%C3%28"])
def test_query_that_is_not_utf8(service, encoded: str) -> None:
    assert_problem(service.request("GET", f"/sparql?query={encoded}"), 400, "bad-request")
    reply = service.request("POST", "/sparql", f"query={encoded}", content_type=FORM)
    assert_problem(reply, 400, "bad-request")


def test_body_that_is_not_utf8(service) -> None:
    body = "SELECT * { ?s ?p 'é' }".encode("latin-1")
    reply = service.request("POST", "/sparql", body, content_type="application/sparql-query")
    problem = assert_problem(reply, 400, "bad-request")
    assert "UTF-8" in problem["detail"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/sparql-update", ""])
def test_wrong_media_type_of_a_query(service, media_type: str) -> None:
    reply = service.request("POST", "/sparql", "ASK {}", content_type=media_type)
    problem = assert_problem(reply, 415, "unsupported-media-type")
    assert reply.headers["accept-post"] == f"application/sparql-query, {FORM}"
    assert problem["accepted"] == ["application/sparql-query", FORM]


def test_unknown_parameter(service) -> None:
    reply = service.query("ASK {}", parameters={"defalt-graph-uri": "http://a/"}, accept_language="en")
    problem = assert_problem(reply, 400, "bad-request")
    assert problem["hint"] == "Did you mean default-graph-uri?"


def test_query_given_twice(service) -> None:
    assert_problem(service.request("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D"), 400, "bad-request")


def test_post_without_a_query(service) -> None:
    assert_problem(service.request("POST", "/sparql", "lang=fr", content_type=FORM), 400, "bad-request")


def test_unknown_format(service) -> None:
    assert_problem(service.query("ASK {}", parameters={"format": "excel"}), 400, "bad-request")


@pytest.mark.parametrize("value", ["-1", "0", "soon", "inf", "nan"])
def test_timeout_that_is_no_time(service, value: str) -> None:
    assert_problem(service.query("ASK {}", parameters={"timeout": value}), 400, "bad-request")


def test_graph_name_that_is_no_iri(service) -> None:
    reply = service.query("ASK {}", parameters={"default-graph-uri": "not an iri"})
    assert_problem(reply, 400, "bad-input")


def test_update_by_get(service) -> None:
    reply = service.request("GET", "/sparql?update=CLEAR%20ALL")
    problem = assert_problem(reply, 400, "bad-request")
    assert "/update" in problem["hint"]
    refused = service.request("GET", "/update?update=CLEAR%20ALL")
    assert_problem(refused, 405, "method-not-allowed")
    assert refused.headers["allow"] == "OPTIONS, POST"


def test_update_sent_as_a_query(service) -> None:
    problem = assert_problem(service.query("DROP ALL"), 400, "bad-request")
    assert "/update" in problem["hint"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../configuration.py",
        "/static/%2e%2e/configuration.py",
        "/static/..%2fconfiguration.py",
        "/id/../../etc/passwd",
        "/id/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ttl",
        "/queries/..%2f..%2fpyproject",
        "/voc/x%00.ttl",
    ],
)
def test_path_traversal(service, path: str) -> None:
    reply = service.request("GET", path)
    assert reply.status in (303, 404), path
    if reply.status == 303:
        reply = service.request("GET", reply.headers["location"])
        assert reply.status == 404
    assert b"import" not in reply.body
    assert b"root:" not in reply.body


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK%7B%7D&default-graph-uri=http://a/%0d%0aX-Evil:%201",
        "/id/case-A%0d%0aX-Evil:%201",
        "/?lang=fr%0d%0aX-Evil:%201",
        "/data?graph=http://a/%0d%0aX-Evil:%201",
        "/queries/x%0d%0aX-Evil:%201",
    ],
)
def test_header_injection(service, path: str) -> None:
    reply = service.request("GET", path)
    assert "x-evil" not in reply.headers
    assert reply.status in (200, 303, 400, 404)
    if reply.status == 303:
        assert "\n" not in reply.headers["location"]


def test_a_query_is_text_in_html(service) -> None:
    text = "SELECT * { <script>alert(1)</script> '</textarea><b onclick=\"x\">' }"
    reply = service.query(text, accept="text/html")
    assert reply.status == 400
    assert reply.media_type == "text/html"
    assert "<script>alert" not in reply.text
    assert "</textarea><b" not in reply.text
    assert "&lt;script&gt;alert(1)" in reply.text  # the text is kept, and is text


def test_a_literal_is_text_in_html(service) -> None:
    reply = service.query("SELECT ('<img src=x onerror=alert(1)>' AS ?x) {}", accept="text/html")
    assert reply.status == 200
    assert "<img src=x" not in reply.text
    assert "&lt;img src=x" in reply.text


def test_head_leaves_no_body_on_the_wire(service) -> None:
    """Two requests on one connection: what follows the first head is the second answer."""
    path = f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 5000')}"
    asked = (
        f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(asked.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    first, _, rest = received.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200")
    assert rest.startswith(b"HTTP/1.1 200"), rest[:100]
    assert b'"status":"ok"' in rest


def test_a_slow_body_is_given_up(writable) -> None:
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\n"
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", writable.port), timeout=30) as connection:
        connection.sendall(head.encode() + b"SELECT")
        received = connection.recv(65536)
    assert received.startswith(b"HTTP/1.1 408"), received[:200]
    assert b'"request-timeout"' in received
    assert 0.8 < time.monotonic() - started < 10


def test_slow_clients_hold_nobody_up(writable) -> None:
    """More stalled bodies than there are threads: the next request is answered all the same."""
    stalled = []
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\n"
    for _ in range(40):
        connection = socket.create_connection(("127.0.0.1", writable.port), timeout=30)
        connection.sendall(head.encode())
        stalled.append(connection)
    started = time.monotonic()
    assert writable.query("ASK {}").status == 200
    assert time.monotonic() - started < 5
    for connection in stalled:
        connection.close()


@pytest.mark.parametrize(
    "framing", ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n28\r\n"]
)
def test_a_body_whose_client_goes_changes_nothing(writable, version: str, framing: str) -> None:
    """Half a graph, cut between two lines, is a graph too: it is not taken for the whole."""
    head = (
        f"PUT {GRAPH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {writable.tokens[EDITOR]}\r\n"
        f"Content-Type: application/n-triples\r\n{framing}"
    )
    with socket.create_connection(("127.0.0.1", writable.port), timeout=30) as connection:
        connection.sendall(head.encode() + b"<http://e/a> <http://e/b> <http://e/c> .\r\n")
        connection.shutdown(socket.SHUT_WR)
        received = connection.recv(65536)
    assert not received or b" 400 " in received.partition(b"\r\n")[0]
    assert unchanged(writable, version)


def test_body_over_the_limit(writable, version: str) -> None:
    body = "<http://e/s> <http://e/p> '" + "x" * 1_100_000 + "' ."
    problem = assert_problem(
        writable.request("PUT", GRAPH, body, EDITOR, content_type="text/turtle"), 413, "content-too-large"
    )
    assert problem["limit"] == "upload_size"
    assert unchanged(writable, version)


def test_gzip_bomb(writable, version: str) -> None:
    bomb = gzip.compress(b"#" * 50_000_000)
    assert len(bomb) < 100_000
    reply = writable.request("PUT", GRAPH, bomb, EDITOR, content_type="text/turtle", content_encoding="gzip")
    assert_problem(reply, 413, "content-too-large")
    assert unchanged(writable, version)


def test_broken_gzip(writable, version: str) -> None:
    for body in (b"not gzip", gzip.compress(b"<http://e/s> <http://e/p> 1 .")[:-9]):
        reply = writable.request(
            "PUT", GRAPH, body, EDITOR, content_type="text/turtle", content_encoding="gzip"
        )
        assert_problem(reply, 400, "bad-request")
    assert unchanged(writable, version)


def test_unknown_content_encoding(writable) -> None:
    reply = writable.request("PUT", GRAPH, b"", EDITOR, content_type="text/turtle", content_encoding="lzma")
    assert_problem(reply, 415, "unsupported-media-type")


def test_entity_expansion_bomb(writable, version: str) -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    bomb = (
        f'<!DOCTYPE rdf:RDF [<!ENTITY e0 "boom">{entities}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
        '<rdf:Description rdf:about="http://e/s"><e:p>&e9;</e:p></rdf:Description></rdf:RDF>'
    )
    started = time.monotonic()
    reply = writable.request("PUT", GRAPH, bomb, EDITOR, content_type="application/rdf+xml")
    assert reply.status in (400, 413, 507), reply.text
    assert time.monotonic() - started < 20
    assert unchanged(writable, version)


@pytest.mark.parametrize(
    ("media_type", "body", "line"),
    [
        ("text/turtle", "<http://e/s> <http://e/p> 1 .\n<http://e/s> <http://e/p> nothing .\n", 2),
        ("application/n-triples", "<http://e/s> <http://e/p> <http://e/o> .\n\nnonsense\n", 3),
        (
            "application/rdf+xml",
            "<rdf:RDF\n xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a",
            None,
        ),
        ("application/ld+json", '{\n"@id": "http://e/s",\n"http://e/p": }', 3),
    ],
)
def test_invalid_rdf(writable, version: str, media_type: str, body: str, line: int | None) -> None:
    problem = assert_problem(
        writable.request("PUT", GRAPH, body, EDITOR, content_type=media_type), 400, "bad-input"
    )
    if line:  # the XML reader gives no place
        assert problem["line"] == line
        assert problem["column"] >= 1
    assert unchanged(writable, version)
    assert writable.request("GET", GRAPH).status == 404


@pytest.mark.parametrize("media_type", ["text/html", "application/sparql-query", ""])
def test_upload_that_is_not_rdf(writable, version: str, media_type: str) -> None:
    reply = writable.request("PUT", GRAPH, "x", EDITOR, content_type=media_type)
    problem = assert_problem(reply, 415, "unsupported-media-type")
    assert "text/turtle" in problem["accepted"]
    assert unchanged(writable, version)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b\r\nnothing",
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ntext\r\n--b--\r\n',
    ],
)
def test_broken_multipart(writable, version: str, body: bytes) -> None:
    reply = writable.request("POST", GRAPH, body, EDITOR, content_type="multipart/form-data; boundary=b")
    assert_problem(reply, 400, "bad-request")
    reply = writable.request("POST", GRAPH, body, EDITOR, content_type="multipart/form-data")
    assert_problem(reply, 400, "bad-request")
    assert unchanged(writable, version)


LOOPBACK = [
    "http://127.0.0.1:{port}/health",
    "http://127.1:{port}/health",
    "http://0x7f.1:{port}/health",
    "http://2130706433:{port}/health",
    "http://[::1]:{port}/health",
    "http://localhost:{port}/health",
    "http://0:{port}/health",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("address", LOOPBACK)
def test_service_is_refused(service, address: str) -> None:
    before = len(service.log)
    iri = address.format(port=service.port)
    reply = service.query(f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}")
    assert_problem(reply, 403, "call-refused")
    assert [line for line in service.log[before:] if line.get("path") == "/health"] == []


@pytest.mark.parametrize("address", LOOPBACK)
@pytest.mark.parametrize("who", ["editor", "loader"])
def test_load_is_refused(writable, version: str, who: str, address: str) -> None:
    iri = address.format(port=writable.port)
    reply = writable.request(
        "POST", "/update", f"LOAD <{iri}>", who, content_type="application/sparql-update"
    )
    assert_problem(reply, 403, "call-refused")
    assert unchanged(writable, version)


def test_unknown_path(service) -> None:
    assert_problem(service.request("GET", "/nowhere"), 404, "not-found")


def test_unknown_method(service) -> None:
    reply = service.request("BREW", "/sparql")
    assert_problem(reply, 405, "method-not-allowed")
    assert "GET" in reply.headers["allow"]
