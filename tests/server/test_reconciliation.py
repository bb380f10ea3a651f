"""The Reconciliation Service API, versions 0.2 and 1.0-draft, over HTTP, as OpenRefine uses it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest

pytestmark = pytest.mark.xdist_group("published")

FORM = "application/x-www-form-urlencoded"
RENNES = "id/terr-commune-35238"


def asked(service: Any, queries: object, path: str = "/reconcile/en") -> Any:
    reply = service.request("POST", path, urlencode({"queries": json.dumps(queries)}), content_type=FORM)
    assert reply.status == 200, reply.text
    return reply.json


def extended(service: Any, ids: list[str], *properties: str, language: str = "en") -> Any:
    wanted = {"ids": ids, "properties": [{"id": one} for one in properties]}
    reply = service.request("GET", f"/reconcile/{language}?{urlencode({'extend': json.dumps(wanted)})}")
    assert reply.status == 200, reply.text
    return reply.json


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/fr", "/reconcile/en"])
def test_the_manifest_has_what_the_specification_requires(france: Any, path: str) -> None:
    """Version 0.2, section 3: versions, name, identifierSpace, schemaSpace; patterns of the templates."""
    reply = france.request("GET", path)
    assert reply.headers["access-control-allow-origin"] == "*"
    manifest = reply.json
    assert "0.2" in manifest["versions"]
    assert {"name", "identifierSpace", "schemaSpace", "documentation", "logo", "serviceVersion"} <= set(
        manifest
    )
    assert "{{id}}" in manifest["view"]["url"]
    assert "{{id}}" in manifest["preview"]["url"]
    assert all(
        "${id}" in manifest["suggest"][kind]["flyout_service_path"] for kind in ("entity", "type", "property")
    )
    assert all({"id", "name"} == set(one) for one in manifest["defaultTypes"])
    for address in (manifest["documentation"], manifest["logo"]):
        assert france.request("GET", address.removeprefix(france.url)).status == 200


def test_every_address_of_the_manifest_leads_to_the_entity(france: Any) -> None:
    manifest = france.request("GET", "/reconcile/fr").json

    def local(url: str) -> str:
        assert url.startswith(france.url)
        return url.removeprefix(france.url)

    def path_of(service: dict[str, str]) -> str:
        return local(service["service_url"] + service["service_path"])

    suggested = france.request("GET", path_of(manifest["suggest"]["entity"]) + "?prefix=renn").json["result"]
    assert suggested[0]["id"] == RENNES
    identifier = quote(suggested[0]["id"], safe="")
    preview = france.request("GET", local(manifest["preview"]["url"]).replace("{{id}}", identifier))
    assert "Rennes" in preview.text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    seen = france.request("GET", local(manifest["view"]["url"]).replace("{{id}}", identifier))
    assert (seen.status, seen.headers["location"]) == (303, "/territories/terr-commune-35238")
    flyout = manifest["suggest"]["entity"]
    path = local(flyout["flyout_service_url"] + flyout["flyout_service_path"]).replace("${id}", identifier)
    assert "Ille-et-Vilaine" in france.request("GET", path).json["html"]
    properties = france.request("GET", path_of(manifest["suggest"]["property"]) + "?prefix=d%C3%A9p").json[
        "result"
    ]
    assert properties[0] == {"id": "department", "name": "département"}
    types = france.request("GET", path_of(manifest["suggest"]["type"]) + "?prefix=commune").json["result"]
    assert types[0] == {"id": "MunicipalTerritory", "name": "commune"}
    proposed = path_of(manifest["extend"]["propose_properties"])
    found = france.request("GET", proposed + "?type=MunicipalTerritory&limit=3").json
    assert (found["type"], found["limit"], len(found["properties"])) == ("MunicipalTerritory", 3, 3)


def test_a_batch_is_answered_key_by_key(france: Any) -> None:
    """Version 0.2, section 4: `result` lists candidates with id, name, type, score, match."""
    found = asked(france, {
        "q0": {"query": "Saint-Denis", "type": "MunicipalTerritory", "properties": [{"pid": "department", "v": "93"}]},
        "q1": {"query": "Saint-Denis", "type": ["MunicipalTerritory"], "limit": 3},
        "q2": {"query": "valeur économique"},
        "q3": "L'HAY LES ROSES",
        "q4": {"query": "Rennes", "properties": [{"pid": "postcode", "v": 35000}]},
        "q5": {"query": "x", "properties": [{"pid": "inseeCode", "v": "35238"}]},
        "q6": {"properties": [{"pid": "siren", "v": "243500139"}]},
        "q7": {"query": "Saint-Denis", "properties": [{"pid": "region", "v": {"id": "id/terr-region-04"}}]},
    })  # fmt: skip
    first = {key: of["result"][0]["id"] if of["result"] else None for key, of in found.items()}
    assert first == {
        "q0": "id/terr-commune-93066",
        "q1": "id/terr-commune-97411",  # the most populous of equals
        "q2": "voc/value-economic",
        "q3": "id/terr-commune-94038",
        "q4": RENNES,
        "q5": RENNES,
        "q6": "id/terr-epci-243500139",
        "q7": "id/terr-commune-97411",
    }
    sure = {key for key, of in found.items() if of["result"][0]["match"]}
    assert {"q0", "q2", "q3", "q4", "q6", "q7"} == sure
    assert len(found["q1"]["result"]) == 3
    for of in found.values():
        scores = [one["score"] for one in of["result"]]
        assert scores == sorted(scores, reverse=True)
        for one in of["result"]:
            assert {"id", "name", "description", "type", "score", "match", "features"} == set(one)
            assert 0 < one["score"] <= 100


def test_an_identifier_is_matched_as_itself(france: Any) -> None:
    found = asked(
        france, {"a": RENNES, "b": "https://w3id.org/digiterr/voc/value-economic", "c": "terr-commune-35238"}
    )
    assert [of["result"][0]["id"] for of in found.values()] == [RENNES, "voc/value-economic", RENNES]
    assert all(of["result"][0]["match"] for of in found.values())


@pytest.mark.parametrize("query", ["Y", "é", "?", " ", "\U0001f300", "' OR 1=1 --", "a" * 10_000, "(" * 1000])
def test_odd_texts_are_answered(france: Any, query: str) -> None:
    sent = {"q": {"query": query, "properties": [{"pid": "department", "v": "80"}]}}
    found = asked(france, sent)["q"]["result"]
    if query == "Y":
        assert (found[0]["name"], found[0]["match"]) == ("Y", True)


def test_a_type_that_does_not_exist_has_no_candidates(france: Any) -> None:
    found = asked(
        france,
        {"a": {"query": "Rennes", "type": "City"}, "b": {"query": "Rennes", "type": "dt:MunicipalTerritory"}},
    )
    assert found["a"] == {"result": []}
    assert found["b"]["result"][0]["id"] == RENNES
    assert france.request("GET", "/reconcile/suggest/entity?prefix=renn&type=City").json == {"result": []}


@pytest.mark.parametrize(
    "queries",
    ["[1", "[]", '"x"', '{"q": 1}', '{"q": {}}', '{"q": {"query": 1}}', '{"q": {"query": "x", "type": 3}}',
     '{"q": {"query": "x", "limit": 0}}', '{"q": {"query": "x", "limit": "2"}}', '{"q": {"query": "x", "properties": 1}}',
     "[" * 100_000],
)  # fmt: skip
def test_what_is_no_batch_is_refused(france: Any, queries: str) -> None:
    reply = france.request("POST", "/reconcile", urlencode({"queries": queries}), content_type=FORM)
    assert (reply.status, reply.media_type) == (400, "application/problem+json")
    assert reply.json["hint"]


@pytest.mark.parametrize("size", [501, 10_000])
def test_a_batch_too_large_is_refused(france: Any, size: int) -> None:
    """Version 1.0-draft, section 4: 413 when the batch is larger than the service takes; it says how many."""
    many = {f"q{number}": {"query": "Rennes"} for number in range(size)}
    reply = france.request("POST", "/reconcile", urlencode({"queries": json.dumps(many)}), content_type=FORM)
    assert (reply.status, reply.media_type) == (413, "application/problem+json")
    draft = {"queries": [{"conditions": [{"matchType": "name", "v": "Rennes"}]}] * size}
    again = france.request("POST", "/reconcile/1.0/match", json.dumps(draft), content_type="application/json")
    assert again.status == 413
    if size < 10_000:
        allowed = france.request("GET", "/reconcile").json["batchSize"]
        assert (reply.json["limit"], again.json["limit"]) == (allowed, allowed)


def test_jsonp_is_refused_and_cors_offered(france: Any) -> None:
    assert france.request("GET", "/reconcile?callback=f").status == 400
    preflight = france.request("OPTIONS", "/reconcile/1.0/match", origin="https://example.org")
    assert preflight.status == 204
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]


def test_values_of_properties(france: Any) -> None:
    """Version 0.2, section 7: rows by identifier and property; entities, numbers and texts told apart."""
    found = extended(
        france, [RENNES, "id/terr-nowhere"], "department", "region", "epci", "population", "inseeCode", "siren",
        "postcode", "authority", "nothing", language="fr",
    )  # fmt: skip
    row = found["rows"][RENNES]
    assert row["department"] == [{"id": "id/terr-department-35", "name": "Ille-et-Vilaine"}]
    assert row["region"] == [{"id": "id/terr-region-53", "name": "Bretagne"}]
    assert row["epci"] == [{"id": "id/terr-epci-243500139", "name": "Rennes Métropole"}]
    assert row["population"][0]["int"] > 200_000
    assert row["inseeCode"] == [{"str": "35238"}]
    assert row["siren"] == [{"str": "213502388"}]
    assert {"str": "35000"} in row["postcode"]
    assert row["authority"] == [{"id": "id/org-commune-35238", "name": "Commune de Rennes"}]
    assert row["nothing"] == []
    assert set(map(len, found["rows"]["id/terr-nowhere"].values())) == {0}
    meta = {one["id"]: one for one in found["meta"]}
    assert meta["department"]["type"] == {"id": "DepartmentTerritory", "name": "département"}
    assert meta["population"]["name"] == "population, dernière année connue"


def test_values_of_concepts_in_the_language_asked_for(france: Any) -> None:
    for language, label in (("fr", "valeur économique"), ("en", "economic value")):
        row = extended(france, ["voc/value-economic"], "label", "inScheme", "definition", language=language)[
            "rows"
        ]
        assert row["voc/value-economic"]["label"] == [{"str": label}]
        assert row["voc/value-economic"]["inScheme"][0]["id"] == "voc/scheme-value-type"
        assert len(row["voc/value-economic"]["definition"]) == 1


def test_hostile_identifiers_are_values_and_nothing_more(france: Any) -> None:
    for one in (
        "> } DROP ALL",
        "https://w3id.org/digiterr/id/x> ?o } #",
        "http://elsewhere.example/x",
        "",
        "../..",
        "\x00",
    ):
        assert extended(france, [one], "department")["rows"] == {one: {"department": []}}
        assert france.request("GET", f"/reconcile/preview?{urlencode({'id': one})}").status == 404
        assert france.request("GET", f"/reconcile/view?{urlencode({'id': one})}").status == 404


@pytest.mark.parametrize(
    "extend", ["{", "[]", '{"ids": "x", "properties": []}', '{"ids": [], "properties": {}}']
)
def test_what_is_no_extension_is_refused(france: Any, extend: str) -> None:
    assert france.request("GET", f"/reconcile?{urlencode({'extend': extend})}").status == 400


def test_version_1_asks_by_conditions_and_answers_in_lists(france: Any) -> None:
    """Version 1.0-draft: POST /match with `conditions`; results in the order of the queries."""
    assert "1.0-draft" in france.request("GET", "/reconcile/1.0").json["versions"]
    sent = {
        "queries": [
            {
                "type": "MunicipalTerritory",
                "limit": 1,
                "conditions": [
                    {"matchType": "name", "v": "St Denis"},
                    {"matchType": "property", "pid": "department", "v": {"id": "id/terr-department-93"}},
                ],
            },
            {"conditions": [{"matchType": "property", "pid": "inseeCode", "v": ["35238"]}]},
        ]
    }
    reply = france.request(
        "POST", "/reconcile/en/1.0/match", json.dumps(sent), content_type="application/json"
    )
    found = [one["candidates"] for one in reply.json["results"]]
    assert [(of[0]["id"], of[0]["match"]) for of in found] == [
        ("id/terr-commune-93066", True),
        (RENNES, True),
    ]
    assert len(found[0]) == 1
    wanted = {"ids": [RENNES], "properties": [{"id": "inseeCode"}]}
    reply = france.request(
        "POST", "/reconcile/1.0/extend", json.dumps(wanted), content_type="application/json"
    )
    assert reply.json["rows"] == [
        {"id": RENNES, "properties": [{"id": "inseeCode", "values": [{"str": "35238"}]}]}
    ]
    for wrong in ('{"queries": {}}', '{"queries": [{}]}', '{"queries": [{"conditions": [1]}]}'):
        assert (
            france.request("POST", "/reconcile/1.0/match", wrong, content_type="application/json").status
            == 400
        )
    assert france.request("POST", "/reconcile/1.0/match", "{}", content_type="text/plain").status == 415


def test_search_as_json_and_as_a_page(france: Any) -> None:
    found = france.request("GET", "/search.json?q=rennes&limit=2&lang=en")
    assert [one["label"] for one in found.json["results"]] == ["Rennes", "Rennes Métropole"]
    assert found.json["results"][0]["url"] == f"{france.url}/territories/terr-commune-35238"
    again = france.request(
        "GET", "/search.json?q=rennes&limit=2&lang=en", if_none_match=found.headers["etag"]
    )
    assert again.status == 304
    for language, word in (("fr", "réponses"), ("en", "results")):
        page = france.request("GET", f"/search?q=rennes&lang={language}", accept="text/html")
        assert word in page.text
        assert '<a href="/territories/terr-commune-35238">Rennes</a>' in page.text
    concepts = france.request("GET", "/search?q=valeur&kind=concept&lang=fr", accept="text/html")
    assert "/terms/value-economic" in concepts.text
    assert "/territories/" not in concepts.text.partition('<ol class="plain found"')[2].partition("</ol>")[0]


def test_kinds_of_results_add_up(france: Any) -> None:
    page = france.request("GET", "/search?q=valeur&lang=en", accept="text/html").text
    total = re.search(r"<strong>([\d,]+)</strong> results", page)
    kinds = re.findall(r'</a> <span class="small">([\d,]+)</span></li>', page)
    assert total
    assert len(kinds) > 1
    assert sum(int(one.replace(",", "")) for one in kinds) == int(total[1].replace(",", ""))


def test_an_empty_query_has_no_candidates_and_spoils_no_batch(france: Any) -> None:
    queries = quote(
        json.dumps({"q0": {"query": ""}, "q1": {"query": "Rennes", "type": "MunicipalTerritory"}})
    )
    found = france.request("GET", f"/reconcile/en?queries={queries}").json
    assert found["q0"]["result"] == []
    assert found["q1"]["result"][0]["id"] == "id/terr-commune-35238"


def test_errors_are_in_the_language_of_the_address(france: Any) -> None:
    for language, said in (("en", "This is no JSON"), ("fr", "Ce n’est pas du JSON")):
        reply = france.request("GET", f"/reconcile/{language}?queries=oops", accept_language="de")
        assert (reply.status, said in reply.json["detail"]) == (400, True)


@pytest.mark.parametrize(
    "text", ["", "a", "<script>alert(1)</script>", "%00", "%F0%9F%8C%80", "a" * 5000, "zzyzx zzyzx"]
)
def test_any_search_has_a_page(france: Any, text: str) -> None:
    reply = france.request(
        "GET", f"/search?q={text if text.startswith('%') else quote(text)}&start=40", accept="text/html"
    )
    assert reply.status == 200
    assert "<script>alert" not in reply.text


def test_a_browser_can_search_here(france: Any) -> None:
    reply = france.request("GET", "/opensearch.xml")
    assert reply.media_type == "application/opensearchdescription+xml"
    assert f"{france.url}/search?q={{searchTerms}}" in reply.text


def test_before_the_index_is_made_clients_are_told_to_come_again(publish, start_service) -> None:
    service = start_service(publish({}))
    queries = quote(json.dumps({"q": {"query": "x"}}))
    for path in ("/search.json?q=x", f"/reconcile?queries={queries}", "/sitemap.xml"):
        reply = service.request("GET", path)
        assert (reply.status, reply.json["code"]) == (503, "being-prepared")
        assert int(reply.headers["retry-after"]) > 0
    page = service.request("GET", "/search?q=x&lang=en", accept="text/html")
    assert page.status == 503
    assert "being made" in page.text
    assert service.request("GET", "/reconcile").status == 200
