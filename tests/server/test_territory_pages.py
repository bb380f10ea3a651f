"""The pages of the territories, on a small country."""

from __future__ import annotations

import math
import re

import pytest
from digiterr.server.drawings.france import HEIGHT, WIDTH, outline
from digiterr.server.drawings.outline import outline_map, rings
from digiterr.server.preparing import prepare
from digiterr.server.territories.gazetteer import Gazetteer, Place, fold

HTML = {"accept": "text/html"}
COUNTRY = """
@prefix : <https://w3id.org/digiterr/id/> .
@prefix dt: <https://w3id.org/digiterr/ont#> .
@prefix dtv: <https://w3id.org/digiterr/voc/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:terr-region-1 a dt:RegionTerritory ; rdfs:label "Haute-Ourse"@fr ; dt:inseeCode "98" .
:terr-department-1 a dt:DepartmentTerritory ; rdfs:label "Œuvre-et-Loire"@fr ; dt:inseeCode "981" ;
  dt:directlyPartOfTerritory :terr-region-1 ; geo:hasGeometry :outline-1 .
:terr-department-2 a dt:DepartmentTerritory ; rdfs:label "Silence-sur-Mer"@fr ; dt:inseeCode "982" ;
  dt:directlyPartOfTerritory :terr-region-1 ; geo:hasGeometry :outline-2 .
:terr-region-2 a dt:RegionTerritory ; rdfs:label "Îles-d’Essai"@fr ; dt:inseeCode "07" .
:terr-department-3 a dt:DepartmentTerritory ; rdfs:label "Îles-d’Essai"@fr ; dt:inseeCode "979" ;
  dt:directlyPartOfTerritory :terr-region-2 .
:outline-2 geo:asWKT "POLYGON((2 45,3 45,3 46,2 46,2 45))"^^geo:wktLiteral .
:outline-1 geo:asWKT "POLYGON((0 45,2 45,2 46,0 46,0 45))"^^geo:wktLiteral .
:terr-epci-1 a dt:IntermunicipalTerritory ; rdfs:label "CC de l’Ourse"@fr ; dt:hasAuthority :org-epci .
:org-epci a dt:OwnTaxIntermunicipalBody ; rdfs:label "CC de l’Ourse"@fr ; dt:siren "200000008" ;
  dt:groupingKind dtv:grouping-cc ; dt:holdsPower dtv:power-9925 .
:terr-commune-1 a dt:MunicipalTerritory ; rdfs:label "Saint-Élan"@fr ; dt:inseeCode "98001" ;
  skos:altLabel "Vieil-Élan"@fr ; dt:directlyPartOfTerritory :terr-department-1, :terr-epci-1 ;
  dt:hasAuthority :org-1 ; geo:hasGeometry :point-1 .
:point-1 geo:asWKT "POINT(1 45.5)"^^geo:wktLiteral .
:org-1 a dt:Municipality ; rdfs:label "Commune de Saint-Élan"@fr ; dt:siren "219800016" .
:terr-commune-2 a dt:MunicipalTerritory ; rdfs:label "Saint-Élan-du-Lac <b>"@fr ; dt:inseeCode "98002" ;
  dt:directlyPartOfTerritory :terr-department-1 .
:terr-commune-3 a dt:MunicipalTerritory ; rdfs:label "Vieil-Élan"@fr ; dt:mergedInto :terr-commune-1 ;
  dt:endYear 2019 .
:population-1 a dt:PopulationObservation ; dt:observedTerritory :terr-commune-1 ; dt:populationCount 12345 ;
  dt:referenceYear 2023 ; dt:inPopulationBand dtv:population-under-50k ; dt:statedIn :source-x .
:population-0 a dt:PopulationObservation ; dt:observedTerritory :terr-commune-1 ; dt:populationCount 11000 ;
  dt:referenceYear 2015 ; dt:inPopulationBand dtv:population-under-50k ; dt:statedIn :source-x .
:population-2 a dt:PopulationObservation ; dt:observedTerritory :terr-commune-2 ; dt:populationCount 900 ;
  dt:referenceYear 2023 ; dt:inPopulationBand dtv:population-under-50k ; dt:statedIn :source-x .
:source-x rdfs:label "Recensement d’essai"@fr .
:indicator-1 a dt:OpenDataPublicationIndicator ; dt:indicatorSubject :org-1 ; dt:datasetCount 37 ;
  dt:referenceYear 2022 ; dt:statedIn :source-x .
:membership-1 a org:Membership ; org:member :org-1 ; org:organization :org-epci ; dt:startYear 2017 .
:case-X a dt:CaseStudy ; rdfs:label "Case X"@en ; dt:caseTerritory :terr-X-city ;
  dt:comparisonTerritory :terr-X-city .
:terr-X-city a dt:MunicipalTerritory ; rdfs:label "city of X"@en .
:population-X a dt:PopulationObservation ; dt:observedTerritory :terr-X-city ; dt:populationCount 20000 ;
  dt:inPopulationBand dtv:population-under-50k .
"""


@pytest.fixture(scope="module")
def country(start_service, publish):
    data_dir = publish({"geography": COUNTRY})
    list(prepare(data_dir, 1))
    return start_service(data_dir)


def results(text: str) -> str:
    return text[text.index("<tbody>") : text.index("</tbody>")] if "<tbody>" in text else ""


@pytest.mark.parametrize("asked", ["saint elan", "SAINT-ÉLAN", "98001", "219800016", "vieil"])
def test_search_folds_accents_and_case_and_knows_codes(country, page, asked: str) -> None:
    found = results(
        page(country, f"/territories?q={asked.replace(' ', '+')}".encode().decode("ascii", "ignore"))
    )
    if asked.isascii():
        assert "/territories/terr-commune-1" in found


def test_the_exact_name_comes_first_and_case_territories_do_not_come(country, page) -> None:
    found = results(page(country, "/territories?q=saint+elan"))
    assert found.index("terr-commune-1") < found.index("terr-commune-2")
    assert "terr-X-city" not in page(country, "/territories")


def test_names_are_escaped(country, page) -> None:
    text = page(country, "/territories?q=%3Cb%3E")
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_facets_count_and_narrow(country, page) -> None:
    text = page(country, "/territories?lang=en")
    assert "kind=DepartmentTerritory" in text
    narrowed = results(page(country, "/territories?kind=DepartmentTerritory&lang=en"))
    assert "terr-department-1" in narrowed
    assert "terr-commune" not in narrowed
    in_region = results(page(country, "/territories?region=terr-region-1"))
    assert "terr-epci-1" in in_region  # by its member
    assert "terr-commune-3" not in in_region


def test_the_facet_of_indicators_finds_what_they_are_on(country, page) -> None:
    found = results(page(country, "/territories?indicator=OpenDataPublicationIndicator"))
    assert "terr-commune-1" in found  # by its authority
    assert "terr-commune-2" not in found


def test_the_map_draws_what_has_an_outline_and_lists_all(country, page) -> None:
    text = page(
        country, "/territories/map?level=DepartmentTerritory&measure=OpenDataPublicationIndicator&lang=en"
    )
    assert re.search(
        r'<path id="area-terr-department-1" class="shade-5" d="M[^"]+z"><title>Œuvre-et-Loire: 1<', text
    )
    row = text[text.index('<tr id="row-terr-department-1">') :]
    assert '<td class="figure">1</td>' in row[: row.index("</tr>")]
    assert 'href="/territories?indicator=OpenDataPublicationIndicator"' in text
    assert "Recensement d’essai</a> (2022)" in text


def test_the_map_adds_up_municipalities_where_no_whole_is_stated(country, page) -> None:
    text = page(country, "/territories/map?level=DepartmentTerritory&measure=population&lang=en")
    assert '13,245 <span class="small">(sum, 2023)' in results(text)  # 12,345 and 900


def test_the_map_tells_silence_from_zero(country, page) -> None:
    text = page(
        country, "/territories/map?level=DepartmentTerritory&measure=OpenDataPublicationIndicator&lang=en"
    )
    assert re.search(
        r'id="area-terr-department-2" class="shade-0"[^>]*><title>Silence-sur-Mer: not stated<', text
    )
    row = text[text.index('<tr id="row-terr-department-2">') :]
    assert "not stated" in row[: row.index("</tr>")]


def test_the_map_has_a_named_square_for_what_has_no_outline(country, page) -> None:
    text = page(country, "/territories/map?level=DepartmentTerritory&measure=population&lang=en")
    square = text[text.index('<rect id="area-terr-department-3" class="shade-0"') :]
    assert "<title>Îles-d’Essai: not stated</title>" in square[:200]
    assert '<text class="overseas"' in square[: square.index("</a>")]
    assert 'href="#area-terr-department-3"' in text
    assert "Without an outline" not in text
    assert "Inhabitants" in text
    alone = page(country, "/territories/map?level=DepartmentTerritory&region=terr-region-2&lang=en")
    assert "no outline of these territories" in alone


def test_the_map_names_the_sources_of_populations(country, page) -> None:
    text = page(country, "/territories/map?measure=population&lang=en")
    assert "Recensement d’essai</a> (2015–2023)" in text


def test_each_indicator_and_count_leads_to_its_statement(country, page) -> None:
    text = page(country, "/territories/terr-commune-1?lang=en")
    for statement in ("indicator-1", "population-1", "population-0"):
        assert f'href="/id/{statement}">statement</a>' in text


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/territories/terr-comune-1", "terr-commune-1"),
        ("/id/terr-comune-1.ttl", "terr-commune-1"),
        ("/terms/CenterCity", "CentreCity"),
        ("/voc/value-economical.html", "value-economic"),
        ("/graph/geographie.html", "geography"),
    ],
)
def test_an_address_of_nothing_hints_at_the_name_that_was_meant(country, path: str, meant: str) -> None:
    for language, words in (("fr", f"Vouliez-vous dire « {meant} » ?"), ("en", f"Did you mean “{meant}”?")):
        answer = country.request("GET", f"{path}?lang={language}", accept="text/html")
        assert answer.status == 404
        assert words in answer.text.replace("\u00a0", " ")
        assert "/search?q=" in answer.text


def test_a_sum_lacking_a_municipality_is_none() -> None:
    known = Place("b", "B", "MunicipalTerritory", population=5, year=2023, parents=("a",))
    silent = Place("c", "C", "MunicipalTerritory", parents=("a",))
    area = Place("a", "A", "DepartmentTerritory")
    assert Gazetteer((area, known)).municipal_sums == {"a": (5, 2023)}
    assert Gazetteer((area, known, silent)).municipal_sums == {}


def test_the_map_without_outlines_is_a_table(country, page) -> None:
    text = page(country, "/territories/map?level=RegionTerritory&measure=datasets&lang=en")
    assert "no outlines to draw" in text
    assert '<td class="figure">37</td>' in results(text)


def test_the_map_takes_no_measure_that_it_does_not_offer(country, page) -> None:
    assert "Map of France: population" in page(
        country, "/territories/map?measure=%3Cb%3E&level=x&region=y&lang=en"
    )


def test_france_is_drawn_with_its_corners_where_they_are() -> None:
    def middle(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = longitude, latitude
        drawn = outline([f"POLYGON(({x} {y},{x + 0.1} {y},{x + 0.1} {y + 0.1},{x} {y + 0.1},{x} {y}))"])
        assert drawn
        left, top, right, bottom = drawn.box
        return (left + right) / 2, (top + bottom) / 2

    brest, strasbourg, lille, perpignan = (
        middle(-4.5, 48.4),
        middle(7.7, 48.6),
        middle(3.1, 50.6),
        middle(2.9, 42.7),
    )
    assert 0 < brest[0] < lille[0] < strasbourg[0] < WIDTH
    assert 0 < lille[1] < strasbourg[1] < perpignan[1] < HEIGHT
    # Lille to Perpignan is 878 km, Brest to Strasbourg 899 km on the sphere: conformal, so in proportion.
    across, down = math.dist(brest, strasbourg), math.dist(lille, perpignan)
    assert across / down == pytest.approx(899 / 878, rel=0.01)
    assert outline(["POLYGON((55 -21,56 -21,56 -20,55 -21))"]) is None  # overseas


def test_a_page_beyond_the_last_is_empty_and_not_an_error(country, page) -> None:
    assert "0" in page(country, "/territories?start=99999999999999999999")
    assert results(page(country, "/territories?start=500")) == ""


def test_a_territory_shows_what_bears_on_it(country, page) -> None:
    text = page(country, "/territories/terr-commune-1?lang=en")
    assert "12,345" in text
    assert "11,000" in text
    assert "Recensement d’essai" in text
    assert "37" in text
    assert "2022" in text
    assert "Commune de Saint-Élan" in text
    assert "219800016" in text
    assert "Vieil-Élan" in text
    assert "2017" in text
    assert "/territories/terr-region-1" in text
    assert 'href="/cases/X"' in text  # same kind, same band
    assert "/territories/terr-commune-2" in text[text.index('id="alike"') :]
    assert "<circle" in text
    assert "<path" in text


def test_powers_are_named(country, page) -> None:
    text = page(country, "/territories/terr-epci-1?lang=fr")
    assert "power-9925" in text
    assert "Population non renseignée." in text  # silence, not zero


def test_a_merged_territory_says_where_it_went(country, page) -> None:
    text = page(country, "/territories/terr-commune-3?lang=en")
    assert "is no more" in text
    assert "2019" in text
    assert 'href="/territories/terr-commune-1"' in text


def test_without_outline_a_sentence_says_so(country, page) -> None:
    text = page(country, "/territories/terr-commune-2?lang=en")
    assert "no outline or point" in text
    assert 'class="drawing map"' not in text


@pytest.mark.parametrize("name", ["terr-commune-9", "case-X", "a%20b", "org-1"])
def test_what_is_no_territory_is_not_found(country, page, name: str) -> None:
    assert country.request("GET", f"/territories/{name}", **HTML).status == 404


def test_folding() -> None:
    assert fold("Saint-Élan d’Œuvre") == "saint elan d oeuvre"


def test_alike_is_of_the_same_kind_and_band_nearest_first() -> None:
    def place(name: str, people: int | None, band: str = "b", kind: str = "MunicipalTerritory") -> Place:
        return Place(name, name, kind, population=people, band=band)

    one = place("one", 100)
    others = [place("far", 500), place("near", 110), place("band", 101, "c"), place("kind", 100, kind="x")]
    gazetteer = Gazetteer((one, *others, place("silent", None)))
    assert [found.name for found in gazetteer.alike(one, 5)] == ["near", "far"]
    assert gazetteer.alike(place("silent", None), 5) == ()


def test_map_keeps_north_up_and_skips_what_is_no_wkt() -> None:
    drawing = outline_map(
        [("a", "around", ["POLYGON((0 45,2 45,2 46,0 46,0 45))"]), ("b", "itself", ["POINT(1 46)"])]
    )
    assert drawing
    assert drawing.shapes[1].point
    assert drawing.shapes[1].point[1] < drawing.height / 2  # the north is at the top
    assert outline_map([("a", "itself", ["POLYGON((x y))"])]) is None
    assert rings("POINT(1 2)") == [((1.0, 2.0),)]
