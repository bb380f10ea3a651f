"""The pages of the cases: facts with their sources, silences said, and nothing that the source does not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from digiterr.server.drawings.matrix import matrix
from digiterr.server.drawings.timeline import Span, timeline

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def cases(start_service, published_cases: Path):
    return start_service(published_cases, prepared=True)


def test_the_list_names_every_case_and_says_what_is_open(cases, page) -> None:
    text = page(cases, "/cases?lang=en")
    assert all(f'href="/cases/{name}"' in text for name in "ABCD")
    assert "end not stated" in text


def test_a_case_gives_quote_slide_and_status_of_its_facts(cases, page) -> None:
    text = page(cases, "/cases/A?lang=fr")
    assert "20 entretiens semi-directifs" in text
    assert "diapositive 5" in text
    assert "déduction de l’éditeur" in text
    assert "2032 est une prévision de 2023" in text
    assert "/why?s=" in text


def test_a_case_opens_on_a_short_account_with_its_sources(cases, page) -> None:
    text = page(cases, "/cases/A?lang=en")
    short = re.sub(r"\s+", " ", text[text.index('id="short"') : text.index('id="facts"')])
    for said in ("150,000", "300,000", "2018</span> – <span>2032", "(planned)", "50,000 to 199,999"):
        assert said in short
    assert short.count("year not stated") == 2  # of both populations
    for stated_in in ("slide 5", "context statement", "editor’s inference", "Digital territories"):
        assert stated_in in short
    assert 'class="planned"' in short
    assert 'class="key open"' not in short  # no key for what the drawing has not
    # What has no fact of its own has no heading.
    assert text.index("municipality of local authority A</a> <span") > text.index("with nothing more said")


def test_years_of_populations_are_tied_to_their_territories(cases, page) -> None:
    text = page(cases, "/cases/compare?case=A&lang=en")
    row = text[text.index("Years of the population") :]
    row = row[: row.index("</tr>")]
    assert row.count("not stated") == row.count("of local authority A)") == 2


def test_a_case_says_what_is_not_stated(cases, page) -> None:
    text = page(cases, "/cases/D?lang=en")
    silent = text[text.index('id="not-stated"') :]
    for label in ("assessed level", "assessed dimension", "claimed value type"):
        assert label in silent
    project = text[text.index("digital project of local authority D") :]
    assert "end year" in project[project.index("Not stated:") :][:200]


def test_a_band_is_told_apart_from_what_the_source_says(cases, page) -> None:
    assert "inferred from what the source says" in page(cases, "/cases/A?lang=en")


def test_an_unknown_case_is_not_found(cases, page) -> None:
    assert cases.request("GET", "/cases/Z", **HTML).status == 404
    assert cases.request("GET", "/cases/%3Cb%3E", **HTML).status == 404
    assert cases.request("GET", "/cases/compare?case=Z", **HTML).status == 404


def test_comparison_places_no_case_of_which_no_level_is_stated(cases, page) -> None:
    text = page(cases, "/cases/compare?lang=en")
    assert "Levels not stated:" in text
    assert "mark-case" not in text
    assert "No case is placed" in text


def test_comparison_tells_planned_and_open_ends(cases, page) -> None:
    text = page(cases, "/cases/compare?lang=en")
    assert text.count('class="planned"') == 3  # A, B and C end after 2023
    assert text.count('class="open"') == 1  # D
    assert "2032" in text
    assert "planned as of the end of the study" in text


def test_comparison_of_two_cases_holds_these_alone(cases, page) -> None:
    text = page(cases, "/cases/compare?case=B&case=A&lang=en")
    head = text[text.index('<table class="compare">') :]
    head = head[: head.index("</thead>")]
    assert re.findall(r'href="/cases/(\w)"', head) == ["B", "A"]


def test_value_types_are_illustrated_and_none_is_claimed(cases, page) -> None:
    text = page(cases, "/cases/compare?lang=en")
    values = text[text.index('id="values"') : text.index('id="governance"')]
    assert values.count("not stated") == 14  # seven types, neither intended nor claimed
    governance = text[text.index('id="governance"') :]
    assert governance.count("not stated") == 20  # five dimensions, four cases


def test_the_page_of_the_data_leads_to_that_of_the_case(cases, page) -> None:
    assert 'href="/cases/A"' in page(cases, "/id/case-A.html")
    assert 'href="/territories/terr-A-epci"' in page(cases, "/id/terr-A-epci.html")
    assert "EPCI" in page(cases, "/territories/terr-A-epci")


def test_both_languages_differ(cases, page) -> None:
    french, english = page(cases, "/cases/compare?lang=fr"), page(cases, "/cases/compare?lang=en")
    assert "Frise des projets" in french
    assert "Timeline of the projects" in english
    assert "Timeline" not in french


ASSESSED = """
@prefix : <https://w3id.org/digiterr/id/> .
@prefix dt: <https://w3id.org/digiterr/ont#> .
@prefix dtv: <https://w3id.org/digiterr/voc/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:case-E a dt:CaseStudy ; rdfs:label "Case E"@en ; dt:caseTerritory :terr-E ; dt:notStated dt:assessedDimension .
:terr-E a dt:IntermunicipalTerritory ; rdfs:label "Territory of E"@en .
:tool-E a dt:DigitalTool ; rdfs:label "Fibre of E"@en ; dt:claimedToCreate dtv:value-economic .
:claim-E a dt:ValueClaim ; dt:aboutCase :case-E ; dt:concerns :case-E , :tool-E ; dt:claimSubject :tool-E ;
    dt:claimedValueType dtv:value-economic ; dt:sourceQuote "la fibre attire"@fr ; dt:sourcePage 12 .
dtv:value-economic a dt:PublicValueType ; rdfs:label "economic value"@en .
dtv:political-3 rdfs:label "3 - mayor"@en .
:case-F a dt:CaseStudy ; rdfs:label "Case F"@en .
:level-1 a dt:LeadershipAssessment ; dt:aboutCase :case-E ; dt:concerns :case-E ; dt:assessedLevel dtv:political-3 .
:level-2 a dt:LeadershipAssessment ; dt:aboutCase :case-E ; dt:concerns :case-E ; dt:assessedLevel dtv:administrative-2 .
:level-3 a dt:LeadershipAssessment ; dt:aboutCase :case-F ; dt:concerns :case-F ; dt:assessedLevel dtv:political-1 .
"""


@pytest.fixture(scope="module")
def assessed(start_service, publish):
    return start_service(publish({"cases": ASSESSED}), prepared=True)


def test_what_is_assessed_and_claimed_of_a_case_is_on_its_page(assessed, page) -> None:
    text = page(assessed, "/cases/E?lang=en")
    short = text[text.index('id="short"') : text.index('id="facts"')]
    assert "3 - mayor" in short
    assert "economic value" in short
    assert "la fibre attire" in short
    governance = short[short.index(">Governance<") :]
    assert "not stated" in governance[: governance.index("</tr>")]
    assert "silence recorded by the editor" in governance[: governance.index("</tr>")]
    assert short.count("Population") == short.count("(Territory of E)") == 1  # without a count
    assert "3 - mayor" in text[text.index('id="facts"') :]


def test_comparison_names_the_subject_of_a_claim_under_its_case(assessed, page) -> None:
    text = page(assessed, "/cases/compare?lang=en")
    row = text[text.index(">economic value<") :]
    row = re.sub(r"<[^>]*>", "", row[: row.index("</tr>")])
    assert "Case E: Fibre of E" in row
    assert row.count("E") == 2  # neither the claim nor what the subject is part of
    assert "not stated" in text[text.index(">Populations<") : text.index("(Territory of E)")]


def test_an_assessed_case_is_placed_and_a_half_assessed_one_is_not(assessed, page) -> None:
    text = page(assessed, "/cases/compare?lang=en")
    assert re.findall(r'class="mark-text"[^>]*>(\w+)<', text) == ["E"]
    assert "Levels not stated: Case F." in re.sub(r"\s+", " ", text)


def test_timeline_stops_what_is_known_at_the_end_of_the_study() -> None:
    drawing = timeline(
        [Span("A", 2018, 2032, 2023), Span("D", 2018, None, 2023), Span("E", None, None, 2023)], (2021, 2023)
    )
    planned, unended, silent = drawing.bars
    assert planned.run
    assert planned.planned
    assert not planned.open
    assert sum(planned.run) == pytest.approx(planned.planned[0], abs=0.2)
    assert unended.run
    assert unended.open
    assert not unended.planned
    assert (silent.run, silent.planned, silent.open) == (None, None, None)
    assert drawing.ticks[0][0] == 2014
    assert drawing.ticks[-1][0] == 2032


def test_timeline_claims_nothing_of_a_study_that_is_not_there() -> None:
    drawing = timeline([Span("E", 2019, None, None), Span("F", 2016, 2024, None)], (2021, 2023))
    unended, ended = drawing.bars
    assert unended.run
    assert unended.open
    assert unended.run[1] < unended.open[1]  # the year of its start alone
    assert ended.run
    assert (ended.planned, ended.open) == (None, None)


def test_matrix_places_cases_by_their_ranks() -> None:
    drawing = matrix([1, 2, 3, 4], [1, 2, 3, 4], {"E": (3, 1), "F": (3, 1), "G": (1, 4)})
    assert len(drawing.squares) == 16
    marks = {mark.label: mark for mark in drawing.marks}
    assert marks["E"].y == marks["F"].y > marks["G"].y  # level 4 is above level 1
    assert marks["E"].x < marks["F"].x
    assert marks["G"].x < marks["E"].x
    square = next(one for one in drawing.squares if (one.political, one.administrative) == (3, 1))
    assert square.x < marks["E"].x < square.x + drawing.side
    assert square.y < marks["E"].y < square.y + drawing.side
