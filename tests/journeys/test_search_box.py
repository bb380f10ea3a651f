"""The search box of every page: suggestions as one types, by keyboard and by mouse, and no need of scripts."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.xdist_group("published")


def test_suggestions_lead_to_the_page_by_keyboard(open_page, picture) -> None:
    page = open_page("/cases", "fr")
    box = page.locator("header").get_by_role("combobox")
    box.press_sequentially("hay-les-r")
    option = page.locator("header").get_by_role("option").first
    option.wait_for()
    assert "L'Haÿ-les-Roses" in option.inner_text()
    assert box.get_attribute("aria-expanded") == "true"
    picture(page, "search-suggestions")
    box.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Enter")
    page.wait_for_url(re.compile("/territories/terr-commune-94038$"))


def test_suggestions_close_and_the_text_is_searched_as_it_is(open_page) -> None:
    page = open_page("/cases", "en")
    box = page.locator("header").get_by_role("combobox")
    box.press_sequentially("economic value")
    options = page.locator("header").get_by_role("option")
    options.first.wait_for()
    assert "economic value" in options.first.inner_text()
    box.press("Escape")
    assert not options.first.is_visible()
    box.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=economic"))
    assert page.locator("main ol a").first.inner_text() == "economic value"


def test_the_box_works_without_scripts(open_page) -> None:
    page = open_page("/cases", "fr", scripts=False)
    page.locator("header input[name=q]").fill("saint etienne")
    page.locator("header form button").click()
    page.wait_for_url(re.compile(r"/search\?q=saint"))
    assert page.locator("main ol a").first.inner_text() == "Saint-Étienne"
