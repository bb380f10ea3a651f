"""A remote engine that is slow, that is no engine, or that breaks off: each is told for what it is."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from digiterr.ontology.errors import DigiTerrError, ServiceError
from digiterr.store.errors import AbandonedError, EngineDiedError, QueryTimeoutError, ServiceDownError
from digiterr.store.model import QueryRequest
from digiterr.store.remote.engine import RemoteEngine
from digiterr.store.remote.settings import RemoteSettings

JSON = "application/sparql-results+json"
EMPTY = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
SELECT = QueryRequest("SELECT ?s { ?s ?p ?o }", accept=JSON)
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@contextmanager
def engine_of(http_server, answer, **settings: object) -> Iterator[RemoteEngine]:
    """A remote engine behind a server that answers so, profile known, its version never asked."""
    with http_server(answer) as address:
        made = RemoteSettings(f"{address}/sparql", profile="generic", **settings)
        with closing(RemoteEngine(made)) as engine:
            engine._known = replace(engine._known, asked=time.monotonic() + 3600)
            yield engine


def always(status: int, media_type: str, content: bytes, **headers: str):
    return lambda *_: (status, {"Content-Type": media_type, **headers}, content)


@pytest.mark.parametrize(
    ("status", "media_type", "content", "error", "told"),
    [
        (200, "text/html", b"<html>Please log in</html>", ServiceError, "text/html.*Please log in"),
        (401, "text/plain", b"who?", ServiceError, "refuses our credentials \\(HTTP 401\\)"),
        (403, "text/plain", b"no", ServiceError, "refuses our credentials \\(HTTP 403\\)"),
        (404, "text/plain", b"no such dataset", ServiceError, "HTTP 404: no such dataset"),
        (500, "text/plain", b"Java heap space", ServiceError, "HTTP 500: Java heap space"),
        (503, "text/plain", b"starting", ServiceError, "HTTP 503: starting"),
    ],
)
def test_what_is_no_answer(http_server, status, media_type, content, error, told) -> None:
    with (
        engine_of(http_server, always(status, media_type, content)) as engine,
        pytest.raises(error, match=told) as caught,
    ):
        b"".join(engine.query(SELECT).body)
    assert caught.value.status == 502
    assert caught.value.hint is not None


def test_an_answer_cut_short_is_not_taken_for_whole(http_server) -> None:
    lines = b"<http://e/a> <http://e/b> <http://e/c> .\n" * 3
    lengths = {"Content-Length": "1000"}
    for accept, given in (
        ("application/n-triples", "application/n-triples"),
        ("application/trig", "text/turtle"),
    ):
        received: list[bytes] = []
        with engine_of(http_server, always(200, given, lines, **lengths)) as engine:
            body = engine.query(QueryRequest(CONSTRUCT, accept=accept)).body
            with pytest.raises(EngineDiedError, match="too early"):
                received.extend(body)
        assert b"truncated" in b"".join(received)
        assert accept != given or b"".join(received).startswith(lines)


@pytest.mark.parametrize(
    "content", [b'{"head": {"vars": ["s"]}, "res', b"nonsense", b'{"head": {}, "boolean": true}']
)
def test_solutions_that_cannot_be_read(http_server, content: bytes) -> None:
    with engine_of(http_server, always(200, JSON, content)) as engine, pytest.raises(EngineDiedError):
        engine.select(SELECT.text)


def test_an_engine_is_recognised_though_its_answer_is_cut(http_server) -> None:
    cut = always(200, JSON, b"{", **{"Content-Length": "100"})
    with http_server(cut) as address, closing(RemoteEngine(RemoteSettings(address))) as engine:
        assert engine.profile.name == "generic"
        with pytest.raises(EngineDiedError):
            engine.version()


def test_an_engine_that_takes_too_long(http_server) -> None:
    def answer(*_: object):
        time.sleep(2)
        return 200, {"Content-Type": JSON}, EMPTY

    with engine_of(http_server, answer, timeout=0.3) as engine:
        began = time.monotonic()
        with pytest.raises(QueryTimeoutError):
            engine.query(SELECT)
        assert time.monotonic() - began < 1.5
        with pytest.raises(AbandonedError):
            engine.query(QueryRequest(SELECT.text, accept=JSON, abandoned=lambda: True))


def test_connections_are_kept_and_made_again(http_server) -> None:
    """A server that closes each connection after its answer, without saying so, costs no query."""
    count = itertools.count()

    def answer(*_: object):
        next(count)
        return 200, {"Content-Type": JSON}, EMPTY

    with engine_of(http_server, answer) as engine:
        for _ in range(5):
            assert b"".join(engine.query(SELECT).body) == EMPTY
        (waiting,) = engine.client._kept._idle.values()
        assert len(waiting) == 1
        waiting[0][1].sock.shutdown(2)  # as a server does that had enough
        assert b"".join(engine.query(SELECT).body) == EMPTY
    assert next(count) == 6


def test_formats_that_the_engine_has_not_are_made(http_server) -> None:
    with engine_of(http_server, always(200, "application/json", EMPTY)) as engine:
        assert b"".join(engine.query(SELECT).body) == EMPTY
        csv = engine.query(QueryRequest(SELECT.text, accept="text/csv"))
        assert (csv.media_type, b"".join(csv.body)) == ("text/csv", b"s\r\n")


def test_the_version_waits_for_nobody(http_server) -> None:
    """Until a followed engine has answered, its version is an error, but queries are answered, of version 0;
    afterwards, the last one known."""

    def answer(*_: object):
        time.sleep(0.5)
        return 200, {"Content-Type": JSON}, EMPTY

    with engine_of(http_server, answer) as engine:
        engine._known = replace(engine._known, asked=0.0)
        engine.follow()
        began = time.monotonic()
        with pytest.raises(ServiceDownError):
            engine.version()
        assert time.monotonic() - began < 0.2
        assert engine.query(SELECT).version == 0
        while time.monotonic() - began < 5:
            try:
                assert engine.version() is None  # nothing is there
                break
            except DigiTerrError:
                time.sleep(0.05)
        else:
            pytest.fail("the version was never known")
