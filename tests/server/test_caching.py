"""Entity tags, 304 and the cache of answers. RFC 9110, sections 8.8.3 and 13.1.2."""

from __future__ import annotations

from urllib.parse import quote

from digiterr.server.cache import AnswerCache, CachedAnswer

QUERY = "SELECT ?s { ?s a <https://w3id.org/digiterr/ont#CaseStudy> } ORDER BY ?s"


def outcomes(service, request_id: str) -> list[str]:
    return [line.get("outcome") for line in service.log if line.get("request_id") == request_id]


def test_etag_is_strong_and_of_version_query_and_format(service) -> None:
    first = service.query(QUERY)
    etag = first.headers["etag"]
    assert etag.startswith('"v1-')
    assert service.query(QUERY).headers["etag"] == etag
    assert service.query(QUERY, accept="text/csv").headers["etag"] != etag
    assert service.query(QUERY + " LIMIT 2").headers["etag"] != etag
    assert service.query(QUERY, accept_encoding="gzip").headers["etag"] != etag


def test_304_for_what_the_client_has(service) -> None:
    query = QUERY + " # test 304"
    etag = service.query(query).headers["etag"]
    for asked in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        reply = service.query(query, if_none_match=asked)
        assert reply.status == 304, asked
        assert reply.body == b""
        assert reply.headers["etag"] == etag
        assert "cache-control" in reply.headers
    assert service.query(query, if_none_match='"other"').status == 200


def test_head_gets_304_too(service) -> None:
    path = f"/sparql?query={quote(QUERY)}"
    etag = service.request("GET", path).headers["etag"]
    assert service.request("HEAD", path, if_none_match=etag).status == 304


def test_a_repeated_query_is_answered_from_memory(service) -> None:
    query = QUERY + " # asked twice"
    one = service.query(query, x_request_id="first-time")
    two = service.query(query, x_request_id="second-time")
    assert (one.status, one.body, one.media_type) == (two.status, two.body, two.media_type)
    assert outcomes(service, "first-time") == ["ok"]
    assert outcomes(service, "second-time") == ["cached"]


def test_a_repeated_post_is_answered_from_memory(service) -> None:
    query = QUERY + " # posted twice"
    for request_id, outcome in (("post-one", "ok"), ("post-two", "cached")):
        reply = service.request(
            "POST", "/sparql", query, content_type="application/sparql-query", x_request_id=request_id
        )
        assert reply.status == 200
        assert outcomes(service, request_id) == [outcome]


def test_answers_that_change_each_time_are_not_kept(service) -> None:
    for query in (
        "SELECT (RAND() AS ?x) {}",
        "SELECT (NOW() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "CONSTRUCT { [] <http://e/p> ?o } { BIND(1 AS ?o) }",
    ):
        reply = service.query(query)
        assert reply.status == 200
        assert "etag" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"
    assert service.query("SELECT (UUID() AS ?x) {}").body != service.query("SELECT (UUID() AS ?x) {}").body


def test_errors_are_not_kept(service) -> None:
    assert service.query("SELECT").headers["cache-control"] == "no-store"


def answer(size: int) -> CachedAnswer:
    return CachedAnswer((), (), '"e"', b"x" * size)


def test_the_cache_is_bounded_and_forgets_the_least_recently_used() -> None:
    cache = AnswerCache(100_000)
    for key in range(8):
        cache.put(key, answer(10_000))
    assert cache.get(0)
    cache.put(8, answer(10_000))
    cache.put(9, answer(10_000))
    assert cache.used <= 100_000
    assert cache.get(0)
    assert cache.get(1) is None


def test_one_answer_never_fills_the_cache() -> None:
    cache = AnswerCache(80_000)
    cache.put("large", answer(10_001))
    assert cache.get("large") is None
    assert AnswerCache(0).largest_body == 0
