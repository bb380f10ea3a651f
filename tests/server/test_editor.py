"""The page of SPARQL: answers in every view, errors that keep the query, what the editor completes from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from digiterr.ontology.names import DT
from digiterr.queries import library
from digiterr.queries.reading import without_header
from digiterr.server import contents, coverage_reading
from digiterr.server.editor.demanded import mandatory
from digiterr.store.embedded import open_engine

pytestmark = pytest.mark.xdist_group("published_cases")

WEB = Path(__file__).parents[2] / "web"
CASES = "SELECT ?case ?territory WHERE { ?case <https://w3id.org/digiterr/ont#caseTerritory> ?territory }"


@pytest.fixture(scope="module")
def live(start_service: Any, published_cases: Path) -> Any:
    with open_engine(published_cases) as engine:
        for made in (contents, coverage_reading):
            made.prepare(engine, published_cases, 1)
    return start_service(published_cases)


@pytest.fixture
def page(live: Any) -> Callable[..., Any]:
    def get(query: str, **more: str) -> Any:
        parameters = urlencode({"query": query, "format": "html", "lang": "en", **more})
        return live.request("GET", f"/sparql?{parameters}", Accept="text/html")

    return get


def test_a_result_has_labels_views_downloads_and_lines_to_copy(live: Any, page: Any) -> None:
    text = page(CASES).text
    assert '<small class="named">Local authority A</small>' in text
    assert re.findall(r'<nav class="views".*?</nav>', text, re.DOTALL)[0].count("<a ") == 2
    assert "read.csv" in text


def test_a_view_shows_its_picture_and_the_table_beside(page: Any) -> None:
    text = page(CASES, view="network").text
    assert '<figure class="chart"' in text
    assert "format=svg" in text
    assert "<table>" in text
    assert 'aria-current="true">network' in text
    assert "<figure" not in page(CASES, view="pie").text


def test_lines_to_copy_keep_codes_whole_and_read_numbers_as_numbers(page: Any) -> None:
    text = unescape(
        page('SELECT ?code ?n ?x { VALUES (?code ?n ?x) { ("01" 2 "a") ("2A" 3.5 UNDEF) } }').text
    )
    assert 'dtype={"code": str})' in text
    assert 'colClasses = c("code" = "character"))' in text
    assert 'TransformColumnTypes(table, {{"n", type number}}, "en-US")' in text
    graph = unescape(page("CONSTRUCT WHERE { ?s a <https://w3id.org/digiterr/ont#CaseStudy> }").text)
    assert "Graph().parse(urlopen(" in graph
    assert "read.csv" not in graph, "a graph is no table"


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell")
def test_lines_to_copy_run_as_printed(live: Any, page: Any) -> None:
    query = CASES.replace("}", '# it\'s "q" $HOME `x` \\ %20\n}') + " ORDER BY ?case"
    code = dict(re.findall(r'<code id="code-([\w-]+)">(.*?)</code>', page(query).text, re.DOTALL))
    said = subprocess.run(["bash", "-c", unescape(code["curl"])], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[1].startswith("https://w3id.org/digiterr/id/case-A,https://")
    pytest.importorskip("pandas")
    made: dict[str, Any] = {}
    exec(unescape(code["python"]), made)  # noqa: S102 (ours, as a reader runs it)
    assert list(made["table"].columns) == ["case", "territory"]
    if shutil.which("Rscript"):
        lines = unescape(code["r"]) + "\ncat(nrow(table))"
        told = subprocess.run(["Rscript", "-e", lines], capture_output=True, text=True, check=True)
        assert int(told.stdout) == len(made["table"])


def test_the_answer_alone_has_no_form_and_leads_back_to_the_query(page: Any) -> None:
    text = page(CASES, alone="yes", view="network").text
    assert "<textarea" not in text
    assert "editor.js" not in text
    assert "the query</a>" in text


def test_an_error_keeps_the_query_and_tells_the_line(page: Any) -> None:
    reply = page("SELECT ?s WHERE {\n  ?s a dt:Nope\n}")
    assert reply.status == 400
    assert "?s a dt:Nope" in reply.text
    assert 'data-line="2"' in reply.text
    slow = page("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", timeout="0.2")
    assert slow.status == 503
    assert "?j ?k ?l" in slow.text
    assert "<code>query_timeout</code>" in slow.text


def test_yes_no_and_turtle(page: Any) -> None:
    assert '<p class="verdict">Yes</p>' in page("ASK { ?s ?p ?o }").text
    assert '<p class="verdict">No</p>' in page("ASK { FILTER(false) }").text
    graph = page("CONSTRUCT WHERE { <https://w3id.org/digiterr/id/case-A> a ?c }").text
    assert "dtd:case-A a" in unescape(graph)
    assert "format=jsonld" in graph


@pytest.mark.parametrize("query", ["ASK {}", "DESCRIBE <https://w3id.org/digiterr/id/case-A>", CASES])
def test_every_file_that_a_page_offers_is_there(live: Any, page: Any, query: str) -> None:
    links = re.findall(r'<a href="(/sparql[^"]+)" download', page(query, view="network").text)
    assert len(links) >= 3
    assert {live.request("GET", unescape(link)).status for link in links} == {200}


def test_a_query_too_long_for_an_address_is_answered_without_links(live: Any) -> None:
    query = "SELECT ?s ?n { VALUES (?s ?n) { (<urn:a> 1) } } #" + "x" * 9000
    reply = live.request(
        "POST", "/sparql", urlencode({"query": query, "format": "html", "view": "bar"}),
        content_type="application/x-www-form-urlencoded", Accept="text/html",
    )  # fmt: skip
    assert reply.status == 200
    assert "urn:a" in reply.text
    assert "<figure" not in reply.text
    assert 'format=csv"' not in reply.text


def test_the_editor_completes_from_counts_and_shapes(live: Any) -> None:
    found = live.request("GET", "/sparql/terms.json?lang=fr").json
    classes = {one["iri"]: one for one in found["classes"]}
    case = classes[DT.CaseStudy.value]
    assert case["count"] == 4
    assert case["label"] == "cas étudié"
    assert found["having"][DT.CaseStudy.value][DT.caseTerritory.value] == 4
    assert found["prefixes"]["dt"] == DT.NAMESPACE
    assert found["graphs"][0]["iri"].startswith("https://w3id.org/digiterr/graph/")
    counts = [one["count"] for one in found["properties"]]
    assert counts == sorted(counts, reverse=True)


def test_what_a_shape_demands_is_mandatory() -> None:
    demanded = mandatory()
    assert DT.hasDataCollection.value in demanded[DT.CaseStudy.value]
    assert DT.caseTerritory.value not in demanded[DT.CaseStudy.value]
    assert all(demanded.values())


def test_the_examples_are_the_stored_queries_in_the_language_of_the_reader(live: Any) -> None:
    for language in ("fr", "en"):
        examples = live.request("GET", f"/sparql/examples.json?lang={language}").json
        assert {one["name"] for one in examples} == {query.name for query in library.all_queries()}
        assert examples[0]["question"] == library.find(examples[0]["name"]).question.in_language(language)
        assert not any(one["text"].startswith("#+") for one in examples)


def test_the_page_says_what_can_be_asked_without_scripts(live: Any) -> None:
    for language, name, shelf in (("fr", "cas étudié", "La recherche"), ("en", "case study", "The study")):
        text = live.request("GET", f"/sparql?lang={language}", Accept="text/html").text
        assert f'<a href="/sparql?example=dt:CaseStudy">{name}</a>' in text
        assert "PREFIX dt: &lt;https://w3id.org/digiterr/ont#&gt;" in text
        assert f'<optgroup label="{shelf}' in text
        assert text.count("<option value=") == len(library.all_queries()) + 2


def test_every_example_leads_to_a_query_that_is_answered(live: Any, page: Any) -> None:
    query, address = library.all_queries()[0], ""
    for query in library.all_queries():
        reply = live.request("GET", f"/sparql?example={query.name}&lang=en", Accept="text/html")
        assert reply.status == 303
        address = reply.headers["location"]
        assert len(address) < 8000, "an example has an address to share"
        (text,) = parse_qs(urlsplit(address).query)["query"]
        assert text.strip() == without_header(query.text).strip()
    shown = live.request("GET", address, Accept="text/html").text
    assert f"<title>{query.question.en} ·" in unescape(shown)
    missing = live.request("GET", "/sparql?example=leadership-level", Accept="application/json")
    assert missing.status == 404
    assert "leadership-levels" in missing.json["hint"]


def test_the_query_of_a_class_asks_for_what_its_things_have(live: Any, page: Any) -> None:
    reply = live.request("GET", "/sparql?example=dt:CaseStudy", Accept="text/html")
    (text,) = parse_qs(urlsplit(reply.headers["location"]).query)["query"]
    assert "?caseStudy a dt:CaseStudy ;\n    dt:hasDataCollection ?hasDataCollection ;" in text
    assert '<small class="named">Local authority A</small>' in page(text).text
    for name in ("dt:Nope", "dt:", "dt:%3E%7D"):
        assert live.request("GET", f"/sparql?example={name}").status == 404


def test_a_prefix_that_is_not_declared_is_given_whole(page: Any) -> None:
    assert "Add at the head: PREFIX dt: <https://w3id.org/digiterr/ont#>" in unescape(
        page("SELECT * { ?s a dt:CaseStudy }").text
    )


def test_scripts_are_built_and_the_first_pages_take_little_of_them(live: Any) -> None:
    app = Path(str(files("digiterr.server"))) / "static" / "app"
    first = sum((app / name).stat().st_size for name in ("site.js", "charts.js"))
    assert first < 100_000
    licences = (app / "licences.txt").read_text(encoding="utf-8")
    for package in ("vega ", "vega-lite ", "@zazuko/yasqe ", "codemirror "):
        assert re.search(rf"^{re.escape(package)}[\d.]+ \(", licences, re.MULTILINE), package
    reply = live.request("GET", "/static/app/editor.js")
    assert reply.status == 200
    assert reply.media_type in ("text/javascript", "application/javascript")
    home = live.request("GET", "/", Accept="text/html").text
    assert "editor.js" not in home


def test_the_lock_of_the_front_end_names_no_registry() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for path, package in lock["packages"].items() if path)
    scripts = "".join(path.read_text(encoding="utf-8") for path in (WEB / "src").rglob("*.ts"))
    assert not re.search(r"https?://(?!w3id\.org)", scripts)
