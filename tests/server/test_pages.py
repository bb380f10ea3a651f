"""The pages: two languages, no script needed, nothing from elsewhere, readable by all."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

PAGES = [
    "/",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%203",
    "/sparql?query=ASK%20%7B%7D",
    "/sparql?query=nonsense",
    "/queries",
    "/queries/share-of-city-in-epci",
    "/id/case-A.html",
    "/voc/value-economic.html",
    "/graph/cases.html",
    "/ont",
    "/nowhere",
]
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Page(HTMLParser):
    """What a page is made of, for the rules below."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(params=PAGES)
def path(request) -> str:
    return request.param


def test_each_page_comes_in_two_languages(service, path: str) -> None:
    pages = {}
    for language in ("fr", "en"):
        reply = service.request("GET", path, accept=HTML, accept_language=language)
        assert reply.media_type == "text/html", reply.text[:300]
        assert reply.headers["content-language"] == language
        assert Page(reply.text).all("html")[0]["lang"] == language
        pages[language] = reply.text
    assert pages["fr"] != pages["en"]


def test_each_page_keeps_to_the_policy(service, path: str) -> None:
    reply = service.request("GET", path, accept=HTML)
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    page = Page(reply.text)
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag
        if tag in ("script", "link", "img", "form"):
            address = attributes.get("src") or attributes.get("href") or attributes.get("action") or "/"
            assert address.startswith("/"), (tag, address)
    # A block of data is not a script: nothing runs it.
    scripts = [one for one in page.all("script") if one.get("type") != "application/ld+json"]
    assert all("src" in attributes for attributes in scripts)


def test_each_page_can_be_read_by_all(service, path: str) -> None:
    page = Page(service.request("GET", path, accept=HTML).text)
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("title")
    assert all("alt" in image for image in page.all("img"))
    labelled = {label.get("for") for label in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        assert control.get("type") == "hidden" or control.get("id") in labelled or control.get("aria-label")
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_the_choice_of_a_language_is_kept(service) -> None:
    reply = service.request("GET", "/?lang=en", accept=HTML, accept_language="fr")
    assert reply.headers["content-language"] == "en"
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("lang=en;")
    again = service.request("GET", "/queries", accept=HTML, accept_language="fr", cookie="lang=en")
    assert again.headers["content-language"] == "en"


def test_the_first_page_leads_in(service, page) -> None:
    """Three ways in, each of which answers."""
    home = service.request("GET", "/", accept=HTML, accept_language="en").text
    ways = home[home.index('id="ways"') : home.index("</section>", home.index('id="ways"'))]
    for way in ("/cases/compare", "/cases", "/territories", "/territories/map", "/queries", "/sparql"):
        assert f'href="{way}"' in ways
        assert page(service, way)


def test_the_question_of_the_day_comes_with_its_answer(service) -> None:
    for language in ("fr", "en"):
        home = service.request("GET", f"/?lang={language}", accept=HTML).text
        daily = home[home.index('id="daily"') : home.index("</section>", home.index('id="daily"'))]
        address = re.search(r'href="(/queries/[a-z0-9-]+)"', daily)
        assert address
        answer = service.request("GET", f"{address[1]}.json?size=1&lang={language}").json
        first = [html.escape(label) for label in answer["labels"].values()]
        assert daily.count("<tr>") > 1  # a head and at least one row
        assert all(label in daily.replace("<wbr>", "") for label in first)


def test_a_thing_is_not_a_document(service) -> None:
    """303 to the document in the format wanted; the document says what the graph knows."""
    for accept, suffix in ((HTML, ".html"), ("text/turtle", ".ttl"), ("application/ld+json", ".jsonld")):
        reply = service.request("GET", "/id/case-A", accept=accept)
        assert reply.status == 303
        assert reply.headers["location"] == f"/id/case-A{suffix}"
        assert "accept" in reply.headers["vary"].lower()
        assert service.request("GET", reply.headers["location"]).status == 200
    assert service.request("GET", "/id/case-Q.ttl").status == 404
    assert service.request("GET", "/id/case-A", accept="image/png").status == 406


ENDINGS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "html": "text/html",
}


@pytest.mark.parametrize(
    "path", ["/id/case-A", "/id/statement-project-D-1", "/voc/value-economic", "/graph/cases"]
)
def test_each_kind_of_thing_has_its_documents(service, path: str) -> None:
    for ending, media_type in ENDINGS.items():
        reply = service.request("GET", path, accept=media_type)
        assert (reply.status, reply.headers["location"]) == (303, f"{path}.{ending}")
        document = service.request("GET", f"{path}.{ending}")
        assert document.status == 200
        assert document.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize("path", ["/ont", "/ont/value", "/terms/CentreCity"])
def test_a_document_is_given_in_the_format_wanted(service, page, path: str) -> None:
    page(service, path)  # once it is prepared
    for media_type in ENDINGS.values():
        reply = service.request("GET", path, accept=media_type)
        assert reply.status == 200
        assert reply.headers["content-type"].partition(";")[0] == media_type
        assert "accept" in reply.headers["vary"].lower()
    assert service.request("GET", path, accept="image/png").status == 406


def test_each_statement_of_a_page_leads_to_why(service) -> None:
    """Every "why?" of a page answers, and says where the triple is asserted or what it follows from."""
    text = service.request("GET", "/id/project-A.html?lang=en", accept=HTML).text
    reasons = [html.unescape(found) for found in re.findall(r'href="(/why\?[^"]+)"', text)]
    assert len(reasons) > 10
    for address in reasons:
        answer = service.request("GET", f"{address}&lang=en", accept=HTML)
        assert answer.status == 200
        assert "Asserted in the graph" in answer.text or "Inferred" in answer.text


def test_of_many_values_some_are_shown_and_a_query_has_them_all(service) -> None:
    page = service.request("GET", "/id/source-hal-04013262.html", accept=HTML, accept_language="en").text
    (href, rest), *_ = re.findall(r'<a href="([^"]+)">and ([\d,]+) more: all of them</a>', page)
    assert 'href="/id/' in page.partition("What refers to it")[2]
    answer = service.request("GET", html.unescape(href).replace("format=html", "format=csv"))
    assert len(answer.text.splitlines()) - 1 == 30 + int(rest.replace(",", ""))
