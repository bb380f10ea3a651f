"""Answers in each format, in both languages, with their evidence."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from digiterr.ontology.errors import NotFoundError
from digiterr.ontology.names import PROV
from digiterr.queries.cells import figure
from digiterr.queries.expectation import differences
from digiterr.queries.model import StoredAnswer
from digiterr.queries.reading import parse_query
from digiterr.queries.running import run
from digiterr.queries.writing import as_csv, as_json, as_markdown, as_tsv, as_turtle, as_xml
from digiterr.store.embedded import EmbeddedEngine
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results


@pytest.fixture
def answer(small: EmbeddedEngine, communes: str) -> StoredAnswer:
    return run(small, parse_query(communes, "communes", "communes.rq"), language="fr", evidence=True)


def test_labels_are_in_the_language_asked_for(small: EmbeddedEngine, communes: str) -> None:
    query = parse_query(communes, "communes", "communes.rq")
    names = {
        language: list(run(small, query, language=language).labels.values()) for language in ("fr", "en")
    }
    assert names["fr"] == ["Ambérieu", 'Pipe | \\ and "quote"']  # the other language when there is but that
    assert names["en"] == ["Amberieu", 'Pipe | \\ and "quote"']


def test_json_is_standard_and_says_more(answer: StoredAnswer) -> None:
    document = json.loads(as_json(answer))
    assert document["head"]["vars"] == ["commune", "population", "rounded"]
    first, second = document["results"]["bindings"]
    assert document["labels"][first["commune"]["value"]] == "Ambérieu"
    assert first["population"]["value"] == "15554"
    assert "population" not in second  # unbound: not stated, neither zero nor null
    assert document["columns"][1] == {
        "name": "population",
        "label": "Population",
        "unit": "habitants",
        "absent": "non renseigné",
    }
    assert document["page"] == {"start": 0, "rows": 2, "more": False}
    assert document["evidence"][0][0]["source"] == "Recensement"
    assert document["evidence"][1][0] == {
        "thing": "https://w3id.org/digiterr/id/terr-commune-01005",
        "source": "source-talk",
        "sourceIri": "https://w3id.org/digiterr/id/source-talk",
        "record": "https://w3id.org/digiterr/id/statement-1",
        "slide": 5,
        "quote": "une citation",
        "status": "contexte",
        "graph": "https://w3id.org/digiterr/graph/small",
        "page": None,
        "computed": [],
    }
    assert [one["title"] for one in document["sources"]] == ["Recensement", "source-talk"]
    solutions = parse_query_results(as_json(answer), format=QueryResultsFormat.JSON)
    assert len(list(solutions)) == 2  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("write", "form"), [(as_xml, QueryResultsFormat.XML), (as_tsv, QueryResultsFormat.TSV)]
)
def test_xml_and_tsv_are_the_standard_ones(answer: StoredAnswer, write, form: QueryResultsFormat) -> None:  # pyright: ignore[reportMissingParameterType]
    rows = [tuple(solution) for solution in parse_query_results(write(answer), format=form)]  # pyright: ignore
    assert [row[0] for row in rows] == [row[0] for row in answer.rows]
    assert rows[1][1] is None


def test_csv_has_labels_beside_iris(answer: StoredAnswer) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(answer))))
    assert rows[0]["commune"] == "https://w3id.org/digiterr/id/terr-commune-01004"
    assert rows[0]["communeLabel"] == "Ambérieu"
    assert rows[1]["communeLabel"] == 'Pipe | \\ and "quote"'
    assert rows[1]["population"] == ""
    assert rows[1]["evidence"] == "source-talk, diapositive 5, «\u00a0une citation\u00a0», contexte"
    assert as_csv(answer).splitlines(keepends=True)[0].endswith("\r\n")


def test_turtle_is_a_result_set(answer: StoredAnswer) -> None:
    triples = list(parse(as_turtle(answer), format=RdfFormat.TURTLE))
    predicates = [triple.predicate.value.replace("/", "#").rsplit("#", 1)[1] for triple in triples]
    assert predicates.count("solution") == 2
    assert predicates.count("binding") == 4
    assert predicates.count("resultVariable") == 3
    records = {triple.object.value for triple in triples if triple.predicate == PROV.wasDerivedFrom}  # pyright: ignore
    assert records == {f"https://w3id.org/digiterr/id/{name}" for name in ("population-01004", "statement-1")}
    assert predicates.count("source") == 2


def test_markdown_says_what_is_not_stated(answer: StoredAnswer) -> None:
    assert as_markdown(answer).splitlines() == [
        "| Commune | Population (habitants) | Arrondie | Provenance |",
        "| --- | ---: | --- | --- |",
        "| Ambérieu | 15\u202f554 | non | Recensement, https://w3id.org/digiterr/id/population-01004, "
        "https://w3id.org/digiterr/voc/status-open-data |",
        '| Pipe \\| \\\\ and "quote" | non renseigné | non renseigné | '
        "source-talk, diapositive 5, «\u00a0une citation\u00a0», contexte |",
    ]
    assert as_markdown(replace(answer, evidence=None)).startswith(
        "| Commune | Population (habitants) | Arrondie |\n"
    )


def test_numbers_are_written_as_the_language_does() -> None:
    from decimal import Decimal

    assert figure(1234567, "en", grouped=True) == "1,234,567"
    assert figure(1234567, "fr", grouped=True) == "1\u202f234\u202f567"
    assert figure(2018, "fr", grouped=False) == "2018"
    assert figure(Decimal("8.10"), "fr", grouped=True) == "8,1"
    assert figure(Decimal("50.0"), "en", grouped=True) == "50"


def test_pages(small: EmbeddedEngine, communes: str) -> None:
    query = parse_query(communes, "communes", "communes.rq")
    first, second = run(small, query, size=1), run(small, query, start=1, size=1)
    assert (len(first.rows), first.more) == (1, True)
    assert (len(second.rows), second.more) == (1, False)
    assert first.rows[0] != second.rows[0]
    assert run(small, query, start=2, size=1).rows == ()


def test_a_source_that_is_absent_is_named_rather_than_answered_by_nothing(
    small: EmbeddedEngine, communes: str
) -> None:
    query = parse_query(communes.replace("sources: [small]", "sources: [small, banatic]"), "x", "x.rq")
    with pytest.raises(NotFoundError) as caught:
        run(small, query)
    assert "needs the source banatic," in caught.value.sentence("en")


def test_an_answer_is_compared_with_the_one_pinned(small: EmbeddedEngine, communes: str) -> None:
    assert differences(run(small, parse_query(communes, "x", "x.rq"))) == []
    wrong = communes.replace("15554, false", "15555, false").replace("null, null", "0, null")
    assert len(differences(run(small, parse_query(wrong, "x", "x.rq")))) == 2
    fewer = communes.replace("#+     - [dtd:terr-commune-01005, null, null]\n", "")
    assert differences(run(small, parse_query(fewer, "x", "x.rq"))) == ["1 rows were expected, 2 came."]
