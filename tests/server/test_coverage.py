"""What is covered: counts by class, property and source, and the silences of the cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from digiterr.server.coverage_reading import COVERAGE

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def covered(start_service, published_cases: Path, page):
    service = start_service(published_cases, prepared=True)
    page(service, "/coverage")
    return service


def test_counts_are_those_of_the_graph(covered) -> None:
    text = covered.request("GET", "/coverage?class=PopulationObservation&lang=en", **HTML).text
    section = text[text.index('id="of-class"') : text.index('id="counts"')]
    asked = covered.query(
        "PREFIX dt: <https://w3id.org/digiterr/ont#> SELECT (COUNT(DISTINCT ?o) AS ?n) { ?o dt:populationCount ?c }",
        accept="application/sparql-results+json",
    )
    count = asked.json["results"]["bindings"][0]["n"]["value"]
    assert f'heat-5">{count}<' in section  # every observation has a count
    row = text[text.index('id="class-PopulationObservation"') :]
    assert f'heat-1">{count}<' in row[: row.index("</tr>")]  # fewer than ten, all in the cases


def test_the_first_page_lists_classes_without_their_properties(covered) -> None:
    text = covered.request("GET", "/coverage?lang=en", **HTML).text
    assert 'id="of-class"' not in text
    assert 'href="/coverage?class=CaseStudy#of-class"' in text
    assert text.index('id="silences"') < text.index('id="counts"')


def test_the_same_numbers_are_data(covered) -> None:
    rows = covered.request("GET", "/coverage.json?class=CaseStudy").json
    of_class = [one for one in rows if one["property"] is None]
    assert [(one["things"], one["things_of_class"]) for one in of_class] == [(4, 4)]
    silent = [one for one in rows if one["property"] and one["property"].endswith("#notStated")]
    assert [one["things"] for one in silent] == [4]
    table = covered.request("GET", "/coverage.csv").text.split("\r\n")
    assert table[0].startswith("class_iri,class_label,property,")
    assert len(table) > len(rows) + 2


def test_a_class_of_nothing_is_not_found(covered) -> None:
    for path in ("/coverage", "/coverage.csv"):
        assert covered.request("GET", f"{path}?class=Dragon&lang=en", **HTML).status == 404


def test_what_no_case_states_is_said(covered) -> None:
    text = covered.request("GET", "/coverage?lang=en", **HTML).text
    silences = text[text.index('id="silences"') : text.index('id="counts"')]
    for label in ("assessed level", "assessed dimension", "claimed value type"):
        assert label in silences


def test_the_reading_is_kept_for_its_version(covered, published_cases: Path) -> None:
    assert covered.request("GET", "/coverage", **HTML).status == 200
    kept = COVERAGE.find(published_cases, 1)
    assert kept
    assert "cases" in kept.sources
    assert COVERAGE.find(published_cases, 2) is None


def test_a_reading_that_cannot_be_understood_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage" / "000001.json").write_text(json.dumps({"classes": 1}), encoding="utf-8")
    assert COVERAGE.find(tmp_path, 1) is None


def test_both_languages(covered) -> None:
    assert "Ce qui est couvert" in covered.request("GET", "/coverage?lang=fr", **HTML).text
    assert "What is covered" in covered.request("GET", "/coverage?lang=en", **HTML).text
