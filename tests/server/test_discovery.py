"""What the web at large finds: schema.org blocks, Signposting links, sitemaps, robots, oEmbed, OpenAPI."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from digiterr.queries import library
from digiterr.server.app import create_app
from digiterr.server.configuration import Configuration
from digiterr.server.discovery.operations import OPERATIONS
from openapi_spec_validator import validate

pytestmark = pytest.mark.xdist_group("published")

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
RENNES = "https://w3id.org/digiterr/id/terr-commune-35238"


def blocks(page: str) -> list[Mapping[str, Any]]:
    """The nodes of the JSON-LD of a page."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [node for one in found for node in json.loads(one)["@graph"]]


def links(reply: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for target, relation in re.findall(r'<([^>]+)>; rel="([^"]+)"', reply.headers.get("link", "")):
        found.setdefault(relation, []).append(target)
    return found


def test_a_territory_is_a_place_and_its_authority_an_organisation(france: Any) -> None:
    reply = france.request("GET", "/territories/terr-commune-35238?lang=en", accept="text/html")
    place, body = blocks(reply.text)
    assert place["@id"] == RENNES
    assert "Place" in place["@type"]
    assert place["name"] == "Rennes"
    assert {"Ille-et-Vilaine", "Bretagne", "Rennes Métropole"} == {
        one["name"] for one in place["containedInPlace"]
    }
    assert body["@type"] == "GovernmentOrganization"
    assert body["identifier"] == {"@type": "PropertyValue", "propertyID": "SIREN", "value": "213502388"}
    assert body["areaServed"] == {"@id": RENNES}


def test_a_concept_is_a_term_in_both_languages(france: Any) -> None:
    (term,) = blocks(france.request("GET", "/terms/value-economic?lang=fr", accept="text/html").text)
    assert (term["@type"], term["@id"]) == ("DefinedTerm", "https://w3id.org/digiterr/voc/value-economic")
    assert {one["@language"]: one["@value"] for one in term["name"]} == {
        "fr": "valeur économique",
        "en": "economic value",
    }
    assert term["inDefinedTermSet"]["@id"] == "https://w3id.org/digiterr/voc/scheme-value-type"


def test_the_first_page_is_a_dataset_that_can_be_searched(france: Any) -> None:
    site, dataset = blocks(france.request("GET", "/?lang=en", accept="text/html").text)
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{france.url}/search?q={{search_term_string}}"
    assert dataset["@type"] == "Dataset"
    assert {"name", "description", "license", "distribution"} <= set(dataset)


def test_a_question_is_a_dataset_with_its_files(france: Any) -> None:
    query = library.all_queries()[0]
    (dataset,) = blocks(france.request("GET", f"/queries/{query.name}?lang=en", accept="text/html").text)
    assert dataset["description"] == query.question.en
    for one in dataset["distribution"]:
        reply = france.request("GET", one["contentUrl"].removeprefix(france.url))
        assert (reply.status, reply.media_type) == (200, one["encodingFormat"])


def test_a_case_has_no_place_and_no_name_of_one(france: Any) -> None:
    nodes = blocks(france.request("GET", "/cases/A?lang=fr", accept="text/html").text)
    assert [node["@type"] for node in nodes] == ["Dataset"]
    assert "containedInPlace" not in json.dumps(nodes)
    assert "sameAs" not in json.dumps(nodes)


def test_text_of_the_graph_cannot_end_the_block(france: Any) -> None:
    page = france.request(
        "GET", "/territories/terr-commune-94038", accept="text/html"
    ).text  # L'Haÿ-les-Roses
    inside = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert inside
    assert "<" not in inside[1]
    assert (
        "script-src 'self'"
        in france.request("GET", "/", accept="text/html").headers["content-security-policy"]
    )


def test_signposts_lead_from_the_page_to_the_data_and_back(france: Any) -> None:
    """Signposting, FAIR profile: cite-as, type, license, describedby on the page; describes on its data."""
    found = links(france.request("GET", "/territories/terr-commune-35238", accept="text/html"))
    assert found["cite-as"] == [RENNES]
    assert "https://schema.org/Place" in found["type"]
    assert found["license"] == ["https://www.etalab.gouv.fr/licence-ouverte-open-licence"]
    assert len(found["describedby"]) == 3
    for target in found["describedby"]:
        data = france.request("GET", target.removeprefix(france.url))
        assert data.status == 200
        assert links(data)["describes"] == [f"{france.url}/territories/terr-commune-35238"]


def test_no_page_about_nothing_says_something(france: Any) -> None:
    for path in ("/search?q=rennes", "/territories/terr-nowhere", "/territories", "/sparql"):
        reply = france.request("GET", path, accept="text/html")
        assert blocks(reply.text) == []
        assert "cite-as" not in links(reply)


def test_robots_are_told_of_the_sitemap(france: Any) -> None:
    reply = france.request("GET", "/robots.txt")
    assert reply.media_type == "text/plain"
    lines = reply.text.splitlines()
    assert f"Sitemap: {france.url}/sitemap.xml" in lines
    assert "Disallow: /sparql" in lines


def test_sitemaps_hold_every_territory_and_addresses_that_answer(france: Any) -> None:
    index = ElementTree.fromstring(france.request("GET", "/sitemap.xml").body)  # noqa: S314 (our own)
    maps = [one.text.removeprefix(france.url) for one in index.findall("s:sitemap/s:loc", SITEMAP)]
    paths: list[str] = []
    for path in maps:
        reply = france.request("GET", path)
        assert len(reply.body) < 50 * 1024 * 1024
        found = ElementTree.fromstring(reply.body).findall("s:url/s:loc", SITEMAP)  # noqa: S314
        assert 0 < len(found) <= 50_000
        paths += [one.text.removeprefix(france.url) for one in found]
        again = france.request("GET", path, if_none_match=reply.headers["etag"])
        assert again.status == 304
    assert len(paths) == len(set(paths))
    communes = [path for path in paths if path.startswith("/territories/terr-commune-")]
    assert len(communes) > 34_000
    for path in (
        *(one for one in paths if not one.startswith(("/territories/", "/terms/", "/queries/"))),
        *communes[:2],
    ):
        assert france.request("GET", path, accept="text/html").status in (200, 503), (
            path
        )  # 503: being prepared
    terms = [path for path in paths if path.startswith("/terms/")]
    assert len(terms) > 400
    for path in terms[:: len(terms) // 8]:
        assert france.request("GET", path, accept="text/html").status in (200, 503), path
    assert france.request("GET", "/sitemaps/territories-99.xml").status == 404
    assert france.request("GET", "/sitemaps/nothing.xml").status == 404


def test_a_chart_can_be_embedded(france: Any) -> None:
    """oEmbed 1.0, 2.3: discovery in the page; type rich with html, width and height; bounds are kept."""
    name = library.all_queries()[0].name
    page = france.request("GET", f"/queries/{name}?lang=en", accept="text/html").text
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert found
    document = france.request("GET", found[1].replace("&amp;", "&") + "&maxwidth=300&maxheight=10000").json
    assert (document["version"], document["type"], document["width"]) == ("1.0", "rich", 300)
    source = re.search(r'<iframe src="([^"]+)"', document["html"])
    assert source
    frame = france.request(
        "GET", source[1].replace("&amp;", "&").removeprefix(france.url), accept="text/html"
    )
    assert frame.status == 200
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    chart = re.search(r'<img src="([^"]+)"', frame.text)
    assert chart
    assert france.request("GET", chart[1].replace("&amp;", "&")).media_type == "image/svg+xml"
    as_xml = france.request(
        "GET", f"/oembed?{urlencode({'url': f'{france.url}/queries/{name}', 'format': 'xml'})}"
    )
    assert ElementTree.fromstring(as_xml.body).findtext("type") == "rich"  # noqa: S314


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("", 400),
        ("http://elsewhere.example/queries/x", 404),
        ("{web}/cases", 404),
        ("{web}/queries/none", 404),
        ("http://[", 404),
    ],
)
def test_what_cannot_be_embedded(france: Any, url: str, status: int) -> None:
    assert france.request("GET", f"/oembed?url={quote(url.replace('{web}', france.url))}").status == status


def test_an_unknown_oembed_format_is_not_implemented(france: Any) -> None:
    assert france.request("GET", "/oembed?format=yaml&url=x").status == 501


def test_a_hostile_parameter_stays_in_the_frame(france: Any) -> None:
    name = library.all_queries()[0].name
    url = f'{france.url}/queries/{name}?x="></iframe><script>alert(1)</script>'
    html = france.request("GET", f"/oembed?{urlencode({'url': url})}").json["html"]
    assert "<script" not in html
    assert html.count("<") == 2


def test_the_openapi_document_is_valid_in_both_languages(france: Any) -> None:
    for language in ("fr", "en"):
        document = france.request("GET", f"/openapi.json?lang={language}").json
        validate(document)
    assert document["paths"]["/search.json"]["get"]["parameters"][0]["name"] == "q"
    assert document["paths"]["/update"]["post"]["security"] == [{"token": []}]


def test_every_operation_without_required_parameters_answers(france: Any) -> None:
    for one in OPERATIONS:
        if one.method == "get" and "{" not in one.path and not any(each.required for each in one.fields):
            reply = france.request("GET", one.path)
            known = reply.status in (200, 503)  # 503: being prepared
            assert known or (one.path == "/data" and reply.status == 400), one.path


# Pages for people, and other addresses of what the document names.
NOT_IN_OPENAPI = re.compile(
    r"^/(?:$|cases|coverage|territories|terms|why|search$|opensearch\.xml|static|queries|ont$|ont/|catalog$|catalog/publisher/<siren>$"
    r"|shapes$|dumps|feed/|harvest$|harvest/|id/|voc/|graph/|reconcile/(?:documentation|view)|reconcile/1\.0/|reconcile/<language>"
    r"|robots\.txt|sitemaps/|embed/|data/<path|releases|versions|sparql/)"
)


def test_every_interface_is_in_the_openapi_document(france: Any) -> None:
    class Nothing:
        def version(self) -> None:
            return None

    app = create_app(Configuration(), Nothing())  # type: ignore[arg-type]
    described = {re.sub(r"\{(\w+)\}", r"<\1>", one.path) for one in OPERATIONS} | {"/openapi.json"}
    rules = {
        re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"<\1>", str(rule)) for rule in app.url_map.iter_rules()
    }
    missing = sorted(rule for rule in rules - described if not NOT_IN_OPENAPI.match(rule))
    assert missing == []
