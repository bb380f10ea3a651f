"""Four readers before a browser, each from the home page to what they came for."""

from __future__ import annotations

import re
import time

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("published")]

FIRST_PAGE_SCRIPT = 100_000  # bytes
DRAWN = (
    "[...document.querySelectorAll('#answer figure img')].every(one => one.complete && one.naturalWidth > 0)"
)
EPCI = "CA du Centre Littoral"


def rows_of(page, selector: str) -> list[list[str]]:
    """The texts of a table's rows."""
    return [row.locator("th, td").all_inner_texts() for row in page.locator(f"{selector} tbody tr").all()]


def wait_until_drawn(page) -> None:
    """Asked again and again from outside: the policy of the pages lets no text be run as a script."""
    until = time.monotonic() + 60
    while not page.evaluate(DRAWN):
        assert time.monotonic() < until, "the chart does not come"
        page.wait_for_timeout(200)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_reader_compares_two_cases(open_page, picture, scripts: bool) -> None:
    page = open_page("/", "fr", scripts=scripts)
    page.get_by_role("link", name="Comparer les cas", exact=True).click()
    for name in ("C", "D"):
        page.get_by_role("checkbox", name=f"Collectivité {name}").uncheck()
    page.get_by_role("button", name="Comparer").click()
    page.wait_for_url(re.compile("case="))
    facts = page.locator("table").first
    assert facts.get_by_role("columnheader").all_inner_texts()[-2:] == ["Collectivité A", "Collectivité B"]
    text = page.locator("main").inner_text()
    assert "Collectivité D" not in text.partition("Populations, périmètre")[2]
    # What the source states, and what it does not.
    years = next(row for row in facts.locator("tr").all() if row.inner_text().startswith("Années du projet"))
    assert re.findall(r"20\d\d", years.inner_text()) == ["2018", "2032", "2014", "2026"]
    assert "Niveaux non renseignés : Collectivité A, Collectivité B." in text.replace("\u202f", " ").replace(
        "\xa0", " "
    )
    picture(page, f"journey-compare-{'scripts' if scripts else 'no-scripts'}")
    facts.get_by_role("link", name="Collectivité A", exact=True).click()
    page.wait_for_url("**/cases/A")
    assert page.locator("q").count() > 3, "each fact has the words of its source"


def test_a_researcher_edits_an_example_and_shares_its_chart(open_page, picture) -> None:
    page = open_page("/", "en")
    page.get_by_role("link", name="SPARQL editor").click()
    page.locator("#example").select_option(
        label="How many EPCI of each kind are there, and how many inhabitants do they bring together?"
    )
    page.get_by_role("button", name="Open", exact=True).click()
    answer = page.locator("#answer")
    answer.get_by_text("6 rows").wait_for()
    editor = page.locator(".CodeMirror")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nLIMIT 3")
    page.keyboard.press("Control+Enter")
    answer.get_by_text("3 rows").wait_for()
    asked = rows_of(page, "#answer table")
    assert len(asked) == 3
    answer.locator(".views").get_by_role("link", name=re.compile("bar")).click()
    answer.locator("figure").first.wait_for()
    wait_until_drawn(page)
    shared = page.url
    assert "LIMIT+3" in shared
    picture(page, "journey-chart")

    fresh = open_page(shared.removeprefix(page.evaluate("location.origin")), "en")
    figure = fresh.locator("#answer figure").first
    figure.wait_for()
    assert figure.get_by_role("link", name=re.compile("SVG")).count()
    assert rows_of(fresh, "#answer table") == asked
    alone = fresh.get_by_role("link", name="the answer alone")
    alone.click()
    fresh.wait_for_url(re.compile("alone=yes"))
    assert fresh.locator("#answer figure").count() == 1
    assert not fresh.locator(".CodeMirror").count()


def test_an_error_keeps_the_query_and_shows_its_line(open_page) -> None:
    page = open_page("/sparql", "fr", missing=True)
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT *\nWHERE { ?s ?p }")
    page.keyboard.press("Control+Enter")
    page.locator("#answer .problem").wait_for()
    assert "ligne" in page.locator("#answer").inner_text().lower()
    assert "WHERE { ?s ?p }" in page.locator(".CodeMirror-code").inner_text().replace("\xa0", " ")


def test_the_editor_completes_lays_out_and_keeps_answers_by_tab(open_page) -> None:
    page = open_page("/sparql", "en")
    answer, hint = page.locator("#answer"), page.locator(".CodeMirror-hint")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT * FROM <")
    page.keyboard.press("Control+Space")
    page.keyboard.type("graph/cases")
    hint.get_by_text("graph/cases>").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" { ?case a dt:CaseS")  # the prefix is declared as it is typed
    hint.get_by_text("dt:CaseStudy").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" ; ")
    page.keyboard.press("Control+Space")
    hint.get_by_text("has data collection (4 of 4, mandatory)").first.wait_for()
    page.keyboard.press("Escape")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("dt:caseTerritory ?place } LIMIT 3")
    page.get_by_role("button", name="Format").click()
    text = page.locator(".CodeMirror-code").inner_text().replace("\xa0", " ").replace("\u200b", "")
    assert "PREFIX dt: <https://w3id.org/digiterr/ont#>" in text
    assert "    dt:caseTerritory ?place" in text
    page.keyboard.press("Control+Enter")
    answer.get_by_text("3 rows").wait_for()
    assert answer.locator("th").all_inner_texts() == ["case", "place"]
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download (.rq)").click()
    assert saved.value.suggested_filename == "query-1.rq"
    query = {"name": "two.rq", "mimeType": "text/plain", "buffer": b"SELECT ?c { ?c a dt:CaseStudy } LIMIT 2"}
    page.locator("input[type=file]").set_input_files(files=[query])
    page.get_by_role("button", name="Run").click()
    answer.get_by_text("2 rows").wait_for()
    page.get_by_role("tab", name="Query 1").click()
    answer.get_by_text("3 rows").wait_for()


def test_two_windows_lose_none_of_their_queries(open_page) -> None:
    one = open_page("/sparql", "en")
    two = one.context.new_page()
    two.goto("/sparql")
    two.get_by_role("button", name="New query").click()
    for window, text in ((two, "# of the second"), (one, "# of the first")):
        window.locator(".CodeMirror").click()
        window.keyboard.press("Control+End")
        window.keyboard.type(text)
        window.wait_for_function(f"localStorage.getItem('digiterr-queries').includes({text!r})")
    one.get_by_role("tab", name="Query 2").click()
    one.locator(".CodeMirror-code").get_by_text("# of the second").wait_for()
    fresh = one.context.new_page()
    fresh.goto("/sparql")
    assert fresh.get_by_role("tab").all_inner_texts() == ["Query 1", "Query 2"]
    fresh.get_by_role("tab", name="Query 1").click()
    fresh.locator(".CodeMirror-code").get_by_text("# of the first").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_portal_manager_finds_an_indicator_and_its_source(open_page, picture, scripts: bool) -> None:
    page = open_page("/", "fr", size="phone", scripts=scripts)
    page.get_by_role("link", name="Chercher un territoire").click()
    search = page.locator("main form").first
    search.get_by_role("textbox").or_(search.get_by_role("searchbox")).fill("centre littoral")
    search.get_by_role("button").click()
    page.get_by_role("link", name=EPCI).click()
    page.wait_for_url("**/territories/terr-epci-249730045")
    row = page.locator("tr", has_text="Villes Internet")
    assert "2022" in row.inner_text()
    picture(page, f"journey-indicator-{'scripts' if scripts else 'no-scripts'}")
    row.get_by_role("link", name=re.compile("Villes Internet")).last.click()
    page.wait_for_url("**/id/source-villes-internet*")
    assert page.locator("main").inner_text().count("http") >= 1


def test_an_editor_finds_a_concept_its_uses_and_its_history(open_page, picture) -> None:
    page = open_page("/", "en")
    page.locator("main").get_by_role("link", name="ontology and concepts").click()
    page.get_by_role("link", name="public value", exact=False).first.click()
    page.wait_for_url("**/ont/value")
    page.locator("main").get_by_role("link", name="public value types", exact=True).first.click()
    page.locator("main").get_by_role("link", name="economic value", exact=True).click()
    page.wait_for_url("**/voc/value-economic*")
    assert "Effect on present or future income" in page.locator("main").inner_text()
    assert page.locator("#history + ul").inner_text().startswith("0.1.0")
    picture(page, "journey-concept")
    page.get_by_role("link", name="What are the value types and the example for each?").click()
    assert "optical fibre" in page.locator("table").first.inner_text()


def test_the_first_page_has_little_script(open_page) -> None:
    """Before the editor is opened; sizes as sent uncompressed."""
    page = open_page("/")
    page.wait_for_load_state("networkidle")
    entries = page.evaluate(
        "performance.getEntriesByType('resource').map(one => [one.name, one.decodedBodySize])"
    )
    sizes = {name: size for name, size in entries if name.endswith(".js")}
    assert sizes
    assert 0 < sum(sizes.values()) < FIRST_PAGE_SCRIPT, sizes
