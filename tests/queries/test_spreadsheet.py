"""Workbooks: typed cells, texts that are never formulas, what does not fit in a sheet, the sheet that tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.queries import library, spreadsheet
from digiterr.queries.running import run
from digiterr.queries.spreadsheet import answer_workbook, term_values, workbook
from digiterr.store.embedded import open_engine
from openpyxl import load_workbook
from pyoxigraph import BlankNode, Literal, NamedNode


def test_an_answer_has_labels_iris_numbers_and_what_absence_means(published_cases: Path) -> None:
    with open_engine(published_cases) as engine:
        answer = run(engine, library.find("populations-of-the-cases"), language="en")
    with answer_workbook(answer, "http://here.example/queries/x.xlsx") as file:
        book = load_workbook(file)
    assert book.sheetnames == ["Answer", "About"]
    rows = list(book["Answer"].iter_rows(values_only=True))
    assert rows[0] == (
        "Case", "case (IRI)", "Territory", "territory (IRI)", "Population (inhabitants)", "Rounded", "Reference year",
    )  # fmt: skip
    assert rows[1][0] == "Local authority A"
    assert rows[1][1] == "https://w3id.org/digiterr/id/case-A"
    assert rows[1][4] == 150_000
    assert rows[1][6] == "not stated"
    assert book["Answer"].freeze_panes == "A2"
    about = dict(book["About"].iter_rows(values_only=True))
    assert about["Version"] == "DigiTerr 1"
    assert about["Address"] == "http://here.example/queries/x.xlsx"


def test_an_answer_with_its_evidence_says_where_rows_come_from(published_cases: Path) -> None:
    with open_engine(published_cases) as engine:
        answer = run(engine, library.find("share-of-city-in-epci"), language="en", evidence=True)
    with answer_workbook(answer, "http://here.example/") as file:
        book = load_workbook(file)
    rows = list(book["Answer"].iter_rows(values_only=True))
    assert rows[0][-1] == "Provenance"
    assert "slide 5, “300 000 habitants (EPCI)”" in str(rows[1][-1])
    assert "computed (Share of the population) from Case studies of digital territories" in str(rows[1][-1])
    cited = [str(row[1]) for row in book["About"].iter_rows(values_only=True) if row[0] == "Source"]
    assert any("https://hal-univ-pau.archives-ouvertes.fr/hal-04013262" in one for one in cited)


def test_texts_are_never_formulas_and_lose_what_a_cell_cannot_hold() -> None:
    rows = [['=HYPERLINK("http://evil.example")', "a\x00b\x0b", "x" * 40_000, "+1", None, 3.5]]
    with workbook(["a"], rows, [], "en") as file:
        (cell, cleaned, cut, plus, absent, number) = next(load_workbook(file)["Answer"].iter_rows(min_row=2))
    assert cell.data_type == "s"
    assert cell.value == '=HYPERLINK("http://evil.example")'
    assert cleaned.value == "ab"
    assert len(cut.value) == 32_767
    assert plus.data_type == "s"
    assert absent.value is None
    assert number.value == 3.5


def test_terms_keep_what_excel_would_round() -> None:
    terms = (Literal(10**20), Literal(12), NamedNode("http://a.example/"), BlankNode("b"), None, Literal("é"))
    assert next(term_values([terms])) == [str(10**20), 12, "http://a.example/", "_:b", None, "é"]


def test_a_sheet_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    with workbook(["n"], [[1], [2], [3]], [], "fr") as file:
        book = load_workbook(file)
    assert [row[0] for row in book["Réponse"].iter_rows(values_only=True)] == ["n", 1, 2]
    assert "Limite" in dict(book["À propos"].iter_rows(values_only=True))
    with workbook(["n"], [[1], [2]], [], "en", most=1) as file:
        book = load_workbook(file)
    assert dict(book["About"].iter_rows(values_only=True))["Limit"].startswith("The first 1 rows only")
    with workbook(["n"], [[1], [2]], [], "fr") as file:
        assert list(load_workbook(file)["À propos"].iter_rows(values_only=True)) == []
