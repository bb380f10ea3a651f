"""Rejects as a file that a publisher can mend, and the account of a build as a page."""

from __future__ import annotations

import ast
import csv
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from digiterr.loaders.building.accounts import read_report, report_facts
from digiterr.loaders.building.model import (
    BuildReport,
    Example,
    SourceReport,
    StepReport,
    Tally,
    Warned,
)
from digiterr.loaders.building.rejects import COLUMNS, EXAMPLES, Counts, RejectsFile
from digiterr.loaders.building.reports import html_page, markdown
from digiterr.loaders.model import Cleaning, Reject
from digiterr.ontology.errors import Where
from digiterr.ontology.text import Language, Text

ROOT = Path(__file__).parents[2]
REFUSING = {"Fault", "RefusedValueError", "_unknown"}
REASON = re.compile(r"[a-z]+(-[a-z]+)+")


def reject(number: int, record: str = "a;b", reason: str = "wrong-siren") -> Reject:
    return Reject(
        "small",
        Where("small.csv", number, 3),
        reason,
        Text(f"ligne {number} fausse", f"row {number} is wrong"),
        Text("Corrigez.", "Mend it."),
        record,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_reject_keeps_the_row_its_place_and_the_reason(tmp_path: Path) -> None:
    file = RejectsFile(tmp_path / "small.csv")
    file.add(reject(7, 'a;"b"\nc'))
    file.close()
    (row,) = rows(tmp_path / "small.csv")
    assert tuple(row) == COLUMNS
    assert (row["file"], row["line"], row["column"]) == ("small.csv", "7", "3")
    assert (row["reason"], row["message_en"], row["hint_fr"]) == (
        "wrong-siren",
        "row 7 is wrong",
        "Corrigez.",
    )
    assert row["record"] == 'a;"b"\nc'


@pytest.mark.parametrize("record", ["=1+1", "+33", "-1", "@SUM(A1)", "\tx"])
def test_a_row_is_no_formula_of_a_spreadsheet(tmp_path: Path, record: str) -> None:
    file = RejectsFile(tmp_path / "small.csv")
    file.add(reject(1, record))
    file.close()
    assert rows(tmp_path / "small.csv")[0]["record"] == f"'{record}"


def test_what_is_added_later_does_not_change_the_file_of_an_earlier_version(tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    file = RejectsFile(first)
    file.add(reject(1))
    file.close()
    second = tmp_path / "second.csv"
    second.hardlink_to(first)
    file = RejectsFile(second)
    file.add(reject(2))
    file.close()
    assert [row["line"] for row in rows(first)] == ["1"]
    assert [row["line"] for row in rows(second)] == ["1", "2"]


def test_reasons_are_counted_with_their_first_examples() -> None:
    counts = Counts()
    for number in range(EXAMPLES + 4):
        counts.add_reject(reject(number))
    counts.add_cleaning(Cleaning("small", Where("small.csv", 2), "blank-trimmed", " a", "a"))
    first, second = counts.tallies()
    assert (first.reason, first.count, len(first.examples)) == ("wrong-siren", EXAMPLES + 4, EXAMPLES)
    assert (second.reason, second.count) == ("blank-trimmed", 1)
    assert second.examples[0].message.en == '" a" became "a"'


REPORT = BuildReport(
    started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    seconds=12.34,
    version=7,
    published=True,
    triples=1_234_567,
    sources=(
        SourceReport(
            "small",
            Text("Petite source", "Small source"),
            "built",
            "2021",
            10,
            20,
            30,
            (
                Tally(
                    "wrong|siren",
                    2,
                    (Example("f.csv:3", Text("<b>faux</b>", "<b>wrong</b>"), Text("h", "h"), "r"),),
                ),
            ),
            (Tally("blank-trimmed", 1),),
            {"commune": 4},
            1.5,
        ),
        SourceReport(
            "away", Text("Absente", "Away"), "absent", advice=Text("fichiers manquants", "missing files")
        ),
    ),
    steps=(StepReport("load", "small", 1.5, 1.25, 123_000_000, 20),),
    warnings=(Warned(Text("il manque un libellé", "a label is missing"), 3, "<http://example.org/x>"),),
    previous=6,
    difference={"https://w3id.org/digiterr/graph/small": (10, 20)},
)


def test_the_json_report_says_it_all() -> None:
    written = json.loads(json.dumps(report_facts(REPORT)))
    assert read_report(written) == REPORT


class Page(HTMLParser):
    """The tags of a page, in order; unclosed ones are found by the test below."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            (
                "Construction de la version 7",
                "1\u202f234\u202f567",
                "lue",
                "absente",
                "12,3 s",
                "<b>faux</b>",
            ),
        ),
        ("en", ("Build of version 7", "1,234,567", "read", "absent", "12.3 s", "<b>wrong</b>")),
    ],
)
def test_the_page_is_whole_and_holds_nothing_but_text(language: Language, words: tuple[str, ...]) -> None:
    page = Page()
    page.feed(html_page(REPORT, language))
    assert page.open == []
    assert page.language == language
    text = " ".join(page.text)
    for word in words:
        assert word in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_markdown_tables_have_as_many_cells_in_each_row(language: Language) -> None:
    text = markdown(REPORT, language)
    assert "wrong\\|siren" in text
    assert "<b>" not in text
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) >= 6
    for table in tables:
        cells = {line.replace("\\|", "").count("|") for line in table.splitlines()}
        assert len(cells) == 1


def test_a_report_without_faults_has_no_empty_section() -> None:
    sound = replace(
        REPORT, sources=(replace(REPORT.sources[0], rejects=(), cleanings=(), unmatched={}),), warnings=()
    )
    assert "Rejected rows" not in markdown(sound, "en")
    assert "Good practice" not in html_page(sound, "en")


def reasons_in_code() -> set[str]:
    """The reasons that geography and declared sources give: kebab-case names given to what refuses a row."""
    found: set[str] = set()
    for folder in ("geography", "tabular"):
        for path in sorted((ROOT / "loaders" / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSING:
                    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    found |= {text for text in texts if REASON.fullmatch(str(text))}
    return found


def test_each_reason_is_documented_and_has_a_test() -> None:
    reasons = reasons_in_code()
    assert len(reasons) > 25
    told = "".join(
        (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("building.md", "sources.md")
    )
    tested = "".join(
        (ROOT / "tests" / "loaders" / name).read_text(encoding="utf-8")
        for name in ("test_geography.py", "test_tabular.py")
    )
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in told] == []
    assert [reason for reason in sorted(reasons) if f'"{reason}"' not in tested] == []
