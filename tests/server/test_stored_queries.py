"""Stored queries over HTTP: formats, pages, provenance, languages, errors, and their OpenAPI description."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from digiterr.queries import library
from digiterr.queries.expectation import differences
from digiterr.queries.kept import KeptAnswers
from digiterr.queries.reading import without_header
from digiterr.queries.running import keep_answers, run
from digiterr.store.embedded import open_engine
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from SPARQLWrapper import JSON, SPARQLWrapper

OF_THE_STUDY = [query for query in library.all_queries() if set(query.sources) <= {"cases", "ontology"}]


@pytest.fixture(scope="module")
def live(start_service: Any, published_cases: Path) -> Any:
    return start_service(published_cases, prepared=True)


@pytest.mark.parametrize("query", OF_THE_STUDY, ids=lambda query: query.name)
def test_a_sparqlwrapper_client_gets_the_expected_rows(live: Any, query: Any) -> None:
    client = SPARQLWrapper(live.url + "/sparql")
    client.setQuery(without_header(query.text))
    client.setReturnFormat(JSON)
    found: Any = client.query().convert()
    assert found["head"]["vars"] == [column.name for column in query.columns]
    assert len(found["results"]["bindings"]) == query.expected.count
    over_http = live.request("GET", f"/queries/{query.name}.json").json
    assert over_http["results"] == found["results"]


def test_json_has_labels_in_the_language_asked_for(live: Any) -> None:
    for language, label in (("fr", "Collectivité A"), ("en", "Local authority A")):
        reply = live.request("GET", f"/queries/cases-of-the-study.json?lang={language}")
        assert reply.status == 200
        assert reply.media_type == "application/sparql-results+json"
        assert reply.headers["content-language"] == language
        assert reply.json["labels"]["https://w3id.org/digiterr/id/case-A"] == label


def test_every_format(live: Any) -> None:
    def body(extension: str, media_type: str) -> str:
        reply = live.request("GET", f"/queries/project-durations.{extension}?lang=en")
        assert (reply.status, reply.media_type) == (200, media_type)
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["content-disposition"] == f'inline; filename="project-durations.{extension}"'
        return reply.text

    rows = list(csv.DictReader(io.StringIO(body("csv", "text/csv"))))
    assert [row["end"] for row in rows] == ["2032", "2026", "2026", ""]
    assert rows[0]["projectLabel"]
    for extension, media_type, form in (
        ("xml", "application/sparql-results+xml", QueryResultsFormat.XML),
        ("tsv", "text/tab-separated-values", QueryResultsFormat.TSV),
    ):
        solutions: Any = parse_query_results(body(extension, media_type), format=form)
        assert len(list(solutions)) == 4
    assert list(parse(body("ttl", "text/turtle"), format=RdfFormat.TURTLE))
    assert body("md", "text/markdown").count("not stated") == 2


def test_parameters_are_bound_and_hostile_ones_refused_or_harmless(live: Any) -> None:
    def starts(value: str) -> Any:
        return live.request("GET", f"/queries/projects-running-in.json?year={quote(value)}")

    assert len(starts("2015").json["results"]["bindings"]) == 1
    refused = starts("2015 } DROP ALL #")
    assert (refused.status, refused.media_type) == (400, "application/problem+json")
    assert refused.json["code"] == "bad-input"
    several = live.request("GET", "/queries/populations-of-the-cases.json?case=A&case=D")
    assert len(several.json["results"]["bindings"]) == 3
    assert live.request("GET", "/queries/populations-of-the-cases.json?case=A%3E%20%7D").status == 400


def test_pages_follow_their_links(live: Any) -> None:
    seen: list[str] = []
    path = "/queries/populations-of-the-cases.json?size=3"
    while path:
        reply = live.request("GET", path)
        seen += [row["territory"]["value"] for row in reply.json["results"]["bindings"]]
        links = {
            part.split("rel=")[1].split(";")[0]: part[1 : part.index(">")]
            for part in reply.headers["link"].split(", ")
        }
        path = links.get("next", "").removeprefix(live.url)
    assert len(seen) == len(set(seen)) == 7
    assert links["prev"].endswith("start=3")


def test_the_openapi_document_describes_the_answers(live: Any) -> None:
    document = live.request("GET", "/queries/openapi.json?lang=en").json
    operation = document["paths"]["/queries/project-durations.{extension}"]["get"]
    results = operation["responses"]["200"]["content"]["application/sparql-results+json"]["schema"]
    reply = live.request("GET", "/queries/project-durations.json?provenance=yes")
    Draft202012Validator(results).validate(reply.json)
    assert list(Draft202012Validator(results).iter_errors({**reply.json, "page": 1}))
    problem = document["components"]["responses"]["problem"]["content"]["application/problem+json"]["schema"]
    refused = live.request("GET", "/queries/project-durations.json?size=0")
    Draft202012Validator(problem).validate(refused.json)


def test_provenance_by_row(live: Any) -> None:
    reply = live.request("GET", "/queries/project-durations.json?provenance=yes&lang=en")
    evidence = reply.json["evidence"][3]
    assert {one["slide"] for one in evidence} == {5}
    assert "Depuis 2018" in {one["quote"] for one in evidence}
    assert "context statement" in {one["status"] for one in evidence}
    plain = live.request("GET", "/queries/project-durations.json?provenance=no")
    assert "evidence" not in plain.json


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/queries/project-duration.json", 404, "project-durations"),
        ("/queries/project-durations.json?yeer=1", 400, "yeer"),
        ("/queries/projects-running-in.json?yeer=2015", 400, "year"),
        ("/queries/project-durations.json?size=0", 400, "size"),
        ("/queries/project-durations.json?start=-1", 400, "start"),
        ("/queries/project-durations.json?size=99999999999", 400, "size"),
        ("/queries/project-durations.json?provenance=maybe", 400, "maybe"),
        ("/queries/project-durations.json?size=1&size=2", 400, "size"),
        ("/queries/project-durations.json?lang=de", 400, "fr, en"),
        ("/queries/project-durations.json?view=pie", 400, "timeline"),
        ("/queries/project-durations.csv?theme=pink", 400, "dark"),
        ("/queries/populations-of-the-cases.json?case=Z", 400, "A, B, C, D"),
        ("/queries/value-type-of-a-tool.json?tool=hackaton", 400, "hackathon"),
        ("/queries/commune-profile.json?code=%00", 400, "code"),
        ("/queries/" + "9" * 200 + ".json", 404, "/queries"),
        ("/queries/epci-by-population.json", 404, "geography"),
        ("/queries/project-durations.exe", 404, ""),
    ],
)
def test_errors_are_problem_documents(live: Any, path: str, status: int, said: str) -> None:
    reply = live.request("GET", path, accept_language="en")
    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    assert said in reply.json["detail"] + reply.json.get("hint", "")


def test_an_unchanged_answer_is_not_sent_again(live: Any) -> None:
    path = "/queries/project-durations.csv?lang=fr"
    first = live.request("GET", path)
    again = live.request("GET", path, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = live.request("GET", "/queries/project-durations.csv?lang=en", if_none_match=first.headers["etag"])
    assert other.status == 200


def test_the_page_is_at_the_address_without_extension(live: Any) -> None:
    moved = live.request("GET", "/queries/projects-running-in.html?year=2015")
    assert (moved.status, moved.headers["location"]) == (308, "/queries/projects-running-in?year=2015")
    page = live.request("GET", moved.headers["location"], accept="text/html")
    assert page.status == 200
    assert 'href="/queries/projects-running-in.csv?year=2015"' in page.text


def test_the_openapi_document_is_valid_and_its_examples_answer(live: Any) -> None:
    for language in ("fr", "en"):
        document = live.request("GET", f"/queries/openapi.json?lang={language}").json
        validate(document)
        assert len(document["paths"]) == len(library.all_queries())
    assert {tag for one in document["paths"].values() for tag in one["get"]["tags"]} == {
        tag["name"] for tag in document["tags"]
    }
    operation: Mapping[str, Any] = document["paths"]["/queries/large-epci.{extension}"]["get"]
    assert operation["parameters"][-1]["schema"] == {"type": "integer", "default": 275000}


def test_the_list_names_every_query(live: Any) -> None:
    entries = live.request("GET", "/queries.json?lang=en").json
    assert [entry["name"] for entry in entries] == [query.name for query in library.all_queries()]
    assert entries[0]["question"] == "Which cases does the study cover?"
    assert live.request("GET", entries[0]["url"].removeprefix(live.url)).status == 200


def test_kept_answers_are_those_of_the_engine(published_cases: Path) -> None:
    with open_engine(published_cases) as engine:
        kept = KeptAnswers(published_cases, engine.version().number)
        assert keep_answers(engine, library.all_queries(), kept) == len(OF_THE_STUDY)
        for query in OF_THE_STUDY:
            assert differences(run(engine, query, kept=kept)) == []
            page = run(engine, query, start=1, size=2, kept=kept)
            assert page.rows == run(engine, query).rows[1:3]
            assert page.more == (query.expected.count > 3)
        assert kept.find(library.find("epci-by-population")) is None  # its source is absent: no empty answer
