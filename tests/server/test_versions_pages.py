"""Versions that are kept can be read and queried over HTTP by their number."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest

HTML = {"accept": "text/html"}
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s <http://example.org/p> ?o }"
N_TRIPLES = "application/n-triples"


@pytest.fixture(scope="module")
def three(start_service, small_graph: Path, tmp_path_factory: pytest.TempPathFactory):
    """A service of three versions: none, one and two triples of a property."""
    folder = tmp_path_factory.mktemp("versions") / "var"
    shutil.copytree(small_graph, folder, symlinks=True, ignore=shutil.ignore_patterns("run"))
    service = start_service(folder, writable=True)
    for end in ("a", "b"):
        triple = f"<http://example.org/s> <http://example.org/p> <http://example.org/{end}> ."
        written = service.request(
            "POST", "/data?graph=http://example.org/g", triple, "editor", content_type=N_TRIPLES
        )
        assert written.status in (200, 201, 204), written.text
    return service


def asked(service, number: int, query: str = COUNT, **headers: str):
    path = f"/versions/{number}/sparql?{urlencode({'query': query})}"
    return service.request("GET", path, accept="application/sparql-results+json", **headers)


def test_each_version_answers_as_it_was(three) -> None:
    for _ in range(2):  # workers go to and fro between versions
        for number, held in ((1, 0), (3, 2), (2, 1)):
            reply = asked(three, number)
            assert reply.status == 200, reply.text
            assert reply.json["results"]["bindings"][0]["n"]["value"] == str(held)
            assert reply.headers["x-digiterr-version"] == "3" or number == 3
    assert three.query(COUNT, accept="text/csv").text.split() == ["n", "2"]


def test_an_answer_is_known_again(three) -> None:
    first = asked(three, 1)
    again = asked(three, 1, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert asked(three, 2, if_none_match=first.headers["etag"]).status == 200


def test_a_version_that_is_not_kept_is_not_found(three) -> None:
    for path in ("/versions/9", f"/versions/9/sparql?{urlencode({'query': COUNT})}"):
        reply = three.request("GET", path)
        assert reply.status == 404
        assert "1, 2, 3" in reply.json["hint"]


def test_what_is_no_query_is_refused(three) -> None:
    assert asked(three, 1, "INSERT DATA { <http://e/s> <http://e/p> 1 }").status == 400
    assert asked(three, 1, "SELECT nonsense").status == 400
    assert three.request("GET", "/versions/1/sparql").status == 303


def test_the_list_and_the_page_of_a_version(three) -> None:
    listed = three.request("GET", "/versions", accept="application/json").json
    assert [(one["number"], one["current"]) for one in listed] == [(3, True), (2, False), (1, False)]
    one = three.request("GET", "/versions/2", accept="application/json").json
    assert one["graphs"]["http://example.org/g"] == 1
    assert one["sparql"].endswith("/versions/2/sparql")
    for language, word in (("fr", "Interroger cette version"), ("en", "Query this version")):
        page = three.request("GET", f"/versions/2?lang={language}", **HTML)
        assert page.status == 200
        assert word in page.text
        assert "http://example.org/g" in page.text
        assert three.request("GET", f"/versions?lang={language}", **HTML).status == 200
