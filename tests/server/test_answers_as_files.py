"""Answers as charts and workbooks over HTTP, and the lines that take an answer elsewhere."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from digiterr.server.editor import snippets
from openpyxl import load_workbook

pytestmark = pytest.mark.xdist_group("published_cases")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COUNTS = """PREFIX dt: <https://w3id.org/digiterr/ont#>
SELECT ?class (COUNT(*) AS ?n) WHERE { ?x a ?class FILTER(STRSTARTS(STR(?class), STR(dt:))) }
GROUP BY ?class ORDER BY DESC(?n) ?class"""


@pytest.fixture(scope="module")
def live(start_service: Any, published_cases: Path) -> Any:
    return start_service(published_cases)


def asked(query: str = COUNTS, **more: str) -> str:
    return f"/sparql?{urlencode({'query': query, **more})}"


@pytest.mark.parametrize(
    ("extension", "media_type", "begins"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG"), ("xlsx", XLSX, b"PK")],
)
def test_a_stored_query_is_a_chart_and_a_workbook(
    live: Any, extension: str, media_type: str, begins: bytes
) -> None:
    for address in (f"/queries/interviews.{extension}", asked(format=extension, view="bar")):
        first = live.request("GET", address)
        assert (first.status, first.media_type) == (200, media_type)
        assert first.body.startswith(begins)
        again = live.request("GET", address, If_None_Match=first.headers["etag"])
        assert again.status == 304


def test_the_specification_is_in_the_language_and_the_theme_asked_for(live: Any) -> None:
    light = live.request("GET", "/queries/interviews.vl?lang=fr").json
    dark = live.request("GET", "/queries/interviews.vl?lang=en&theme=dark").json
    assert light["config"]["background"] == "#ffffff"
    assert dark["config"]["background"] != "#ffffff"
    assert light["title"]["text"] != dark["title"]["text"]
    assert light["$schema"].endswith("/v6.json")


def test_what_cannot_be_drawn_is_refused_with_what_can(live: Any) -> None:
    unsuited = live.request("GET", "/queries/interviews.svg?view=timeline&lang=en", Accept="*/*")
    assert unsuited.status == 400
    assert unsuited.json["hint"] == "Possible views: bar, table."
    assert live.request("GET", "/queries/interviews.svg?view=pie").status == 400
    assert live.request("GET", "/queries/interviews.svg?theme=pink").status == 400
    table = live.request("GET", "/queries/prerequisites.svg")
    assert table.status == 404
    assert live.request("GET", asked("ASK {}", format="png")).status == 404
    assert live.request("GET", asked("SELECT nonsense", format="svg")).status == 400


def test_a_workbook_of_any_query_has_its_rows_typed(live: Any) -> None:
    expected = live.request("GET", asked(format="json")).json["results"]["bindings"]
    book = load_workbook(io.BytesIO(live.request("GET", asked(format="xlsx", lang="en")).body))
    rows = list(book["Answer"].iter_rows(values_only=True))
    assert rows[0] == ("class", "n")
    assert [list(row) for row in rows[1:]] == [
        [one["class"]["value"], int(one["n"]["value"])] for one in expected
    ]
    assert dict(book["About"].iter_rows(values_only=True))["Query"] == COUNTS


def test_a_graph_is_a_workbook_and_a_network_of_its_triples(live: Any) -> None:
    query = "CONSTRUCT WHERE { ?p <https://w3id.org/digiterr/ont#projectOwner> ?o }"
    book = load_workbook(io.BytesIO(live.request("GET", asked(query, format="xlsx", lang="en")).body))
    rows = list(book["Answer"].iter_rows(values_only=True))
    assert rows[0] == ("subject", "predicate", "object")
    assert len(rows) > 1
    drawn = live.request("GET", asked(query, format="vl", view="network"))
    assert drawn.status == 200


def test_a_query_that_gives_something_else_each_time_is_not_kept(live: Any) -> None:
    reply = live.request("GET", asked("SELECT (RAND() AS ?r) (1 AS ?one) {}", format="xlsx"))
    assert reply.headers["cache-control"] == "no-store"
    assert "etag" not in reply.headers


def test_the_page_of_a_question_shows_its_chart_and_leads_to_files_that_answer(live: Any) -> None:
    page = live.request("GET", "/queries/populations-of-the-cases?case=A&lang=en", Accept="text/html").text
    assert 'data-spec="/queries/populations-of-the-cases.vl?case=A&amp;view=bar"' in page
    for extension in ("svg", "png", "vl", "xlsx", "csv"):
        assert live.request("GET", f"/queries/populations-of-the-cases.{extension}?case=A").status == 200
    assert "<script>" not in page
    matrix = live.request("GET", "/queries/populations-of-the-cases?view=matrix", Accept="text/html").text
    assert "view=matrix" in matrix
    table = live.request("GET", "/queries/prerequisites", Accept="text/html").text
    assert "<figure" not in table


def test_the_lines_for_a_terminal_and_for_python_run_as_they_are(live: Any) -> None:
    expected = live.request("GET", asked(format="csv")).text
    by_key = {one.key: one for one in snippets.of_query(f"{live.url}/sparql", COUNTS)}
    if shutil.which("curl"):
        script = by_key["curl"].code
        ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        assert ran.stdout.splitlines() == expected.splitlines()
    pytest.importorskip("pandas")
    code = by_key["python"].code + "\nprint(len(table), list(table.columns))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == f"{len(expected.splitlines()) - 1} ['class', 'n']"


def test_hostile_queries_stay_inside_the_lines_to_copy() -> None:
    hostile = 'SELECT * { ?s ?p "\\"""")---" \' $(reboot) #(lf) }\nSPARQL\n; rm'
    by_key = {one.key: one.code for one in snippets.of_query("http://h.example/sparql", hostile)}
    lines = by_key["curl"].splitlines()
    assert lines[0].endswith("<<'SPARQL_'")
    assert lines.index("SPARQL_") == len(lines) - 1
    made: dict[str, Any] = {}
    exec(by_key["python"].split("form =")[0].split("import pandas as pd\n")[1], made)  # noqa: S102
    assert made["query"] == hostile
    assert json.loads(by_key["r"].split("\n")[0].removeprefix("query <- ")) == hostile
    written = by_key["power-query"].split('#"query" = "')[1].split('", #"format" = "csv"')[0]
    read = written.replace('""', '"').replace("#(lf)", "\n").replace("#(#)", "#")
    assert read == hostile


def test_power_query_gets_parameters_or_the_whole_address() -> None:
    once = snippets.of_address("http://h/q.csv", [("a", "1")], "http://h/q.csv?a=1")
    twice = snippets.of_address("http://h/q.csv", [("a", "1"), ("a", "2")], "http://h/q.csv?a=1&a=2")
    assert '[Query = [#"a" = "1"]]' in once[-1].code
    assert 'Web.Contents("http://h/q.csv?a=1&a=2")' in twice[-1].code
