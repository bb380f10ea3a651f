"""The list of the questions and the page of one: filter, themes, parameters, evidence, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from digiterr.queries import library
from digiterr.queries.themes import THEMES

Page = Callable[[Any, str], str]


def names(text: str) -> list[str]:
    return re.findall(r'<li><a href="/queries/([a-z0-9-]+)">', text)


def test_questions_are_listed_once_each_by_theme(service: Any, page: Page) -> None:
    text = page(service, "/queries?lang=fr")
    assert sorted(names(text)) == sorted(query.name for query in library.all_queries())
    assert re.findall(r'<h2 id="([a-z-]+)"', text) == list(THEMES)
    assert "à choisir : Année" in text.replace("\xa0", " ")
    assert " · chronologie" in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("durée prévue", ["project-durations"]),
        ("DUREE prevue", ["project-durations"]),  # accents and case do not matter
        ("how long planned", ["project-durations"]),  # nor the language of the reader
        ("wifi <b>", []),
    ],
)
def test_questions_are_filtered_by_their_words(
    service: Any, page: Page, words: str, found: list[str]
) -> None:
    text = page(service, f"/queries?lang=fr&q={quote(words)}")
    assert names(text) == found
    assert "<b>" not in text
    assert ("Aucune question n’a tous ces mots" in text) == (not found)


def test_a_form_shows_what_was_asked_and_the_default_before(service: Any, page: Page) -> None:
    assert 'name="year" value="2021"' in page(service, "/queries/projects-running-in")
    assert 'name="year" value="2015"' in page(service, "/queries/projects-running-in?year=2015")
    text = page(service, "/queries/populations-of-the-cases?lang=en")
    assert '<option value="" selected>(any)</option>' in text
    assert '<option value="A" selected>' in page(service, "/queries/populations-of-the-cases?case=A")
    tool = page(service, "/queries/value-type-of-a-tool?lang=en")
    assert '<option value="optical-fibre" selected>' in tool
    assert "(any)" not in tool


def test_the_heading_is_of_the_question_that_was_asked(service: Any, page: Page) -> None:
    heading = re.compile("<h1>(.*?)</h1>")
    asked = page(service, "/queries/projects-running-in?lang=en&year=2021")
    assert heading.findall(asked) == ["Which projects are running in 2021?"]
    other = page(service, "/queries/projects-running-in?lang=en&year=2015")
    assert heading.findall(other) == ["Projects running in a given year"]
    assert '<p class="lead">Year: 2015</p>' in other
    tool = page(service, "/queries/value-type-of-a-tool?lang=en&tool=hackathon")
    assert '<p class="lead">Tool: hackathon</p>' in tool


def test_a_page_says_where_each_row_comes_from(service: Any, page: Page) -> None:
    text = page(service, "/queries/project-durations?lang=en")
    assert re.search(
        r'<summary>slide 5</summary>\s*(<p><q lang="fr">[^<]*</q></p>)*<p><q lang="fr">2018-2032', text
    )
    assert text.count("computed <a href=") == 3  # the fourth has no end, and so no duration
    assert "stated by none of them: Length." in text[text.index('id="sources"') :]
