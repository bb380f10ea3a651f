"""Every shipped query: its header, its two languages, and the answer that it must give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.loaders.building.sources import default_sources
from digiterr.ontology.errors import NotFoundError
from digiterr.ontology.iris import graph_iri
from digiterr.ontology.text import LANGUAGES
from digiterr.queries import library
from digiterr.queries.arguments import filled
from digiterr.queries.expectation import as_pinned, differences
from digiterr.queries.model import StoredQuery
from digiterr.queries.running import choices, run
from digiterr.queries.themes import THEMES
from digiterr.store.embedded import EmbeddedEngine, open_engine

SHIPPED = {planned.name for planned in default_sources() if planned.absent is None}
QUERIES = library.all_queries()
OF_THE_STUDY = [query for query in QUERIES if set(query.sources) <= {"cases", "ontology"}]
OF_FRANCE = [query for query in QUERIES if query not in OF_THE_STUDY and set(query.sources) <= SHIPPED]
OF_MORE_DATA = [query for query in QUERIES if not set(query.sources) <= SHIPPED]

# Questions that the source leaves open: no row, or rows that say "not stated" (None).
SILENT = {28: (), 29: ("level", "source"), 31: ("level", "type"), 32: (), 33: (), 37: ("policy",)}


def name_of(query: StoredQuery) -> str:
    return query.name


@pytest.fixture(scope="module")
def study(published_cases: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(published_cases) as engine:
        yield engine


@pytest.fixture(scope="module")
def france(published: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(published) as engine:
        yield engine


@pytest.fixture(scope="module")
def france_with_data(published_with_data: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(published_with_data) as engine:
        yield engine


def test_the_forty_questions_and_twenty_national_ones_are_there() -> None:
    assert sorted(query.number for query in QUERIES if query.number) == list(range(1, 41))
    assert len(OF_FRANCE) >= 20
    assert len(OF_MORE_DATA) >= 5


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_every_query_has_a_theme_to_be_listed_under(query: StoredQuery) -> None:
    assert query.theme in THEMES


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_both_languages_are_whole(query: StoredQuery) -> None:
    labels = [thing.label for thing in (*query.columns, *query.parameters)]
    for text in (query.title, query.question, *labels):
        for language in LANGUAGES:
            assert text.in_language(language).strip() == text.in_language(language) != ""
    for text in (query.title, query.question):
        assert not any(mark in text.fr for mark in (" ?", " :", " ;", " !", "'", '"'))
    assert query.question.fr.endswith("\u202f?")
    assert query.question.en.endswith("?")
    for language in LANGUAGES:
        assert len(set(query.keywords[language])) == len(query.keywords[language])


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_the_text_with_its_defaults_is_the_text_as_written(query: StoredQuery) -> None:
    defaults = {parameter.name: parameter.default for parameter in query.parameters}
    assert len(filled(query, defaults).splitlines()) == len(query.text.splitlines())


@pytest.mark.parametrize("query", OF_THE_STUDY, ids=name_of)
def test_a_question_on_the_study_has_the_answer_of_the_source(
    study: EmbeddedEngine, query: StoredQuery
) -> None:
    assert differences(run(study, query)) == []


@pytest.mark.parametrize("query", OF_FRANCE, ids=name_of)
def test_a_national_question_has_the_answer_pinned(france: EmbeddedEngine, query: StoredQuery) -> None:
    answer = run(france, query)
    assert answer.rows
    assert differences(answer) == []


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.xdist_group("france_with_data")
@pytest.mark.parametrize("query", OF_MORE_DATA, ids=name_of)
def test_a_question_on_more_data_has_the_answer_pinned(
    france_with_data: EmbeddedEngine, query: StoredQuery
) -> None:
    assert differences(run(france_with_data, query)) == []


@pytest.mark.parametrize("query", OF_THE_STUDY, ids=name_of)
def test_the_study_is_answered_alike_among_all_of_france(france: EmbeddedEngine, query: StoredQuery) -> None:
    assert differences(run(france, query)) == []


@pytest.mark.parametrize("query", OF_MORE_DATA, ids=name_of)
def test_a_question_whose_source_is_absent_is_refused_by_name(
    study: EmbeddedEngine, query: StoredQuery
) -> None:
    with pytest.raises(NotFoundError) as caught:
        run(study, query)
    assert any(source in caught.value.message.en for source in set(query.sources) - SHIPPED)


@pytest.mark.parametrize("number", SILENT)
def test_silence_is_neither_zero_nor_no(study: EmbeddedEngine, number: int) -> None:
    query = library.find(str(number))
    answer = run(study, query)
    unstated = SILENT[number]
    if not unstated:
        assert answer.rows == ()
        assert query.silence is not None
    names = [column.name for column in query.columns]
    for row in answer.rows:
        assert all(row[names.index(name)] is None for name in unstated)


def test_evidence_leads_to_the_slide_and_the_words(study: EmbeddedEngine) -> None:
    answer = run(study, library.find("projects-with-an-epci"), language="fr", evidence=True)
    assert answer.evidence is not None
    quotes = {one.quote for one in answer.evidence[1]}
    assert "Projet Syndicat mixte Département et EPCI" in quotes
    assert {one.slide for one in answer.evidence[1]} == {5}
    assert {one.status for one in answer.evidence[1]} >= {"énoncé de contexte"}


def assert_evidence(engine: EmbeddedEngine, query: StoredQuery) -> None:
    """Every row names its sources, and none is answered for by another source than its query's."""
    answer = run(engine, query, evidence=True, size=300)
    assert answer.evidence is not None
    declared = {graph_iri(source).value for source in query.sources}
    of_the_study = {graph_iri(source).value for source in ("cases", "ontology")}
    computed = [i for i, column in enumerate(query.columns) if column.computed]
    for row, evidence in zip(answer.rows, answer.evidence, strict=True):
        assert evidence, row
        for one in evidence:
            assert one.source.title != one.source.iri
            assert one.record or one.computed or not one.thing, one
            assert one.status or not (one.record or one.computed), one
            graphs = declared | (of_the_study if declared <= of_the_study else set())
            assert one.graph is None or one.graph in graphs, one
        said = {name for one in evidence for name in one.computed}
        assert said == {query.columns[i].name for i in computed if row[i] is not None}


@pytest.mark.parametrize("query", OF_THE_STUDY, ids=name_of)
def test_every_row_on_the_study_has_evidence(study: EmbeddedEngine, query: StoredQuery) -> None:
    assert_evidence(study, query)


@pytest.mark.parametrize("query", OF_FRANCE, ids=name_of)
def test_every_row_on_france_has_evidence(france: EmbeddedEngine, query: StoredQuery) -> None:
    assert_evidence(france, query)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.xdist_group("france_with_data")
@pytest.mark.parametrize("query", OF_MORE_DATA, ids=name_of)
def test_every_row_on_more_data_has_evidence(france_with_data: EmbeddedEngine, query: StoredQuery) -> None:
    assert_evidence(france_with_data, query)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.xdist_group("france_with_data")
def test_indicators_of_a_body_answer_for_its_territory(france_with_data: EmbeddedEngine) -> None:
    answer = run(france_with_data, library.find("digital-epci-like-a-case"), evidence=True, size=1)
    assert answer.evidence is not None
    records = [(one.record or "").rpartition("/")[2] for one in answer.evidence[0]]
    assert sum(one.startswith("population-epci-") for one in records) == 1  # that of geography alone
    assert any(one.startswith("indicator-open-data-") for one in records)


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_a_column_that_aggregates_says_from_which_sources(query: StoredQuery) -> None:
    aggregated = set(re.findall(r"\((?:COUNT|SUM|AVG)\([^\n]*? AS \?(\w+)\)", query.text))
    for column in query.columns:
        if column.name in aggregated:
            assert column.computed, column.name


def test_a_record_answers_for_the_row_whose_numbers_it_states(france: EmbeddedEngine) -> None:
    answer = run(france, library.find("internet-labels"), evidence=True)
    assert answer.evidence is not None
    years = {}
    for row, evidence in zip(as_pinned(answer), answer.evidence, strict=True):
        records = [str(one.record) for one in evidence]
        years.setdefault(row[0], set()).add(row[1])
        assert len(records) == 1
        assert records[0].endswith(f"-{row[1]}")
        assert evidence[0].page
        assert evidence[0].page.startswith("https://")
    assert any(len(of_one) > 1 for of_one in years.values())  # or there would be nothing to tell apart


def test_values_of_a_parameter_are_found_in_the_data(study: EmbeddedEngine) -> None:
    query = library.find("populations-of-the-cases")
    found = choices(study, query.parameters[0], query)
    assert [choice.value for choice in found] == ["A", "B", "C", "D"]
    assert found[0].label is not None
    assert found[0].label.fr == "Collectivité A"


def test_arguments_change_the_answer(study: EmbeddedEngine) -> None:
    def rows(name: str, **given: list[str]) -> list[tuple[object, ...]]:
        return list(as_pinned(run(study, library.find(name), given)))

    assert len(rows("populations-of-the-cases", case=["A", "D"])) == 3
    assert [row[0] for row in rows("projects-running-in", year=["2015"])] == ["dtd:case-B"]
    assert rows("large-epci", threshold=["305000"]) == [("dtd:case-C", "dtd:terr-C-epci", 310000)]
    assert rows("value-type-of-a-tool", tool=["hackathon"]) == [("dtv:tool-hackathon", "dtv:value-strategic")]
    assert rows("levels-above", level=["administrative-3"]) == [("dtv:administrative-4", True)]
    assert rows("roles-at-a-level", rank=["1"]) == [
        ("dtv:administrative-1", None),
        ("dtv:political-1", None),
    ]


def test_a_query_is_found_by_name_or_number_and_the_nearest_is_named() -> None:
    assert library.find("10") is library.find("project-durations")
    with pytest.raises(NotFoundError) as caught:
        library.find("project-duration")
    assert "Did you mean 'project-durations'?" in caught.value.sentence("en")
    with pytest.raises(NotFoundError) as none:
        library.find("xyzzy-zzz")
    assert "digiterr query --list" in none.value.sentence("en")
