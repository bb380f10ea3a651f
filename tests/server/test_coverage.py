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
    text = covered.request("GET", "/coverage?lang=en", **HTML).text
    section = text[text.index('id="class-PopulationObservation"') :]
    section = section[: section.index("</section>")]
    asked = covered.query(
        "PREFIX dt: <https://w3id.org/digiterr/ont#> SELECT (COUNT(DISTINCT ?o) AS ?n) { ?o dt:populationCount ?c }",
        accept="application/sparql-results+json",
    )
    count = asked.json["results"]["bindings"][0]["n"]["value"]
    assert f'heat-5">{count}<' in section  # every observation has a count


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
