"""Matching of names to things: which comes first, how sure it is, what is said beside a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.loaders.matching.index import NameIndex, write_index
from digiterr.loaders.matching.matcher import Matcher
from digiterr.loaders.matching.model import Thing, Wanted
from digiterr.loaders.matching.publishers import publisher_of
from digiterr.loaders.matching.searching import search
from digiterr.ontology.iris import DATA, data_iri
from digiterr.ontology.names import DT, SKOS
from digiterr.ontology.text import Text
from pyoxigraph import NamedNode

REGION, DEPARTMENT, EPCI, COMMUNE = (
    DT.RegionTerritory,
    DT.DepartmentTerritory,
    DT.IntermunicipalTerritory,
    DT.MunicipalTerritory,
)


def place(
    name: str, label: str, kind: NamedNode, within: str = "", weight: int = 1000, **more: tuple[str, ...]
) -> Thing:
    lies_in = tuple(DATA + "terr-" + one for one in within.split())
    return Thing(
        data_iri("terr", name).value, (kind.value, DT.Territory.value), Text(label, label),
        within=lies_in, weight=weight, **more,
    )  # fmt: skip


def things() -> Iterator[Thing]:
    yield place("region-53", "Bretagne", REGION, weight=3_000_000, codes=("53",))
    yield place("department-35", "Ille-et-Vilaine", DEPARTMENT, "region-53", 500_000, codes=("35",))
    yield place("department-53", "Mayenne", DEPARTMENT, "region-52", 500_000, codes=("53",))
    yield place("department-93", "Seine-Saint-Denis", DEPARTMENT, "region-11", 500_000, codes=("93",))
    yield place("department-86", "Vienne", DEPARTMENT, "region-75", 500_000, codes=("86",))
    yield place(
        "epci-243500139",
        "Rennes Métropole",
        EPCI,
        weight=150_000,
        codes=("243500139",),
        bodies=(DATA + "org-243500139",),
    )
    yield place(
        "commune-35238", "Rennes", COMMUNE, "department-35 region-53", 220_000,
        codes=("35238", "213502388"), postcodes=("35000", "35200", "35700"), bodies=(DATA + "org-commune-35238",),
    )  # fmt: skip
    yield place("commune-93066", "Saint-Denis", COMMUNE, "department-93", 110_000, codes=("93066",))
    yield place("commune-97411", "Saint-Denis", COMMUNE, "department-974", 150_000, codes=("97411",))
    yield place("commune-11339", "Saint-Denis", COMMUNE, "department-11", 500, codes=("11339",))
    yield place("commune-38544", "Vienne", COMMUNE, "department-38", 30_000, codes=("38544",))
    yield place("commune-92077", "Ville-d'Avray", COMMUNE, weight=11_000)
    yield place("commune-01053", "Bourg-en-Bresse", COMMUNE, weight=42_000)
    yield place("commune-28140", "Épernon", COMMUNE, weight=5_000, former=("Saint-Hilarion-le-Vieux",))
    yield place("commune-59512", "Roubaix", COMMUNE, weight=98_000)
    yield place("commune-59517", "Roubais", COMMUNE, weight=100)
    yield Thing(
        "https://w3id.org/digiterr/voc/value-economic", (SKOS.Concept.value,),
        Text("valeur économique", "economic value"), names=("value-economic",), weight=300_000,
    )  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    folder = tmp_path_factory.mktemp("index")
    assert write_index(things(), folder) == 17
    return NameIndex(folder)


@pytest.fixture(scope="module")
def matcher(index: NameIndex) -> Matcher:
    return Matcher(index)


def local(iri: str) -> str:
    return iri.rpartition("/")[2].removeprefix("terr-")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RENNES", "commune-35238"),
        ("ville de rennes", "commune-35238"),
        ("Rennes Métropole", "epci-243500139"),
        ("métropole de Rennes", "epci-243500139"),
        ("35238", "commune-35238"),
        ("35000 Rennes", "commune-35238"),
        ("213502388", "commune-35238"),
        ("213 502 388 00019", "commune-35238"),
        ("saint denis (93)", "commune-93066"),
        ("St-Denis (Seine-Saint-Denis)", "commune-93066"),
        ("département de la Vienne", "department-86"),
        ("commune de Vienne", "commune-38544"),
        ("Ville d'Avray", "commune-92077"),
        ("Boug-en-Bresse", "commune-01053"),
        ("Saint Hilarion le Vieux", "commune-28140"),
        ("Economic value", "value-economic"),
    ],
)
def test_what_is_meant_comes_first_and_is_sure(matcher: Matcher, text: str, name: str) -> None:
    first = matcher.match(Wanted(text))[0]
    assert (local(first.thing.iri), first.sure) == (name, True)


@pytest.mark.parametrize("text", ["Saint-Denis", "Vienne", "35000", "Roubaiz", "Saint-Denis (Nowhere)"])
def test_what_may_be_several_things_is_not_sure(matcher: Matcher, text: str) -> None:
    found = matcher.match(Wanted(text))
    assert found
    assert not any(one.sure for one in found)


def test_a_department_tells_homonyms_apart_by_code_by_name_and_by_iri(matcher: Matcher) -> None:
    for written in ("93", "Seine-Saint-Denis", "seine st denis", DATA + "terr-department-93"):
        found = matcher.match(Wanted("Saint-Denis", kinds=(COMMUNE,), around=((written, DEPARTMENT),)))
        assert local(found[0].thing.iri) == "commune-93066", written
        assert found[0].sure
        assert [one.score for one in found[1:]] == [70.0, 70.0]


def test_a_code_that_is_of_a_region_and_of_a_department_is_read_as_the_kind_asked_for(
    matcher: Matcher,
) -> None:
    assert matcher.places_named("53", DEPARTMENT) == {data_iri("terr", "department-53").value}
    assert matcher.places_named("53", REGION) == {data_iri("terr", "region-53").value}
    assert len(matcher.places_named("53")) == 2


def test_a_kind_asked_for_leaves_others_out(matcher: Matcher) -> None:
    found = matcher.match(Wanted("Vienne", kinds=(COMMUNE,)))
    assert [local(one.thing.iri) for one in found] == ["commune-38544"]
    assert found[0].sure
    assert matcher.match(Wanted("Vienne", kinds=(SKOS.Concept,))) == ()


def test_a_place_that_nobody_knows_makes_nothing_sure(matcher: Matcher) -> None:
    found = matcher.match(Wanted("Rennes", kinds=(COMMUNE,), around=(("Nowhere", DEPARTMENT),)))
    assert local(found[0].thing.iri) == "commune-35238"
    assert not found[0].sure


@pytest.mark.parametrize("text", ["", " ", "?!", "()", "\x00", "«»", "ŸŸŸŸŸ" * 200, "(" * 5000, "zzyzx"])
def test_texts_that_name_nothing(matcher: Matcher, text: str) -> None:
    assert matcher.match(Wanted(text)) == ()


def test_publishers_are_told_by_number_then_by_name(matcher: Matcher) -> None:
    by_number = publisher_of(matcher, "Portail open data", "21350238800019")
    assert by_number
    assert (by_number.territory.value, by_number.body, by_number.score) == (
        DATA + "terr-commune-35238", NamedNode(DATA + "org-commune-35238"), 100.0,
    )  # fmt: skip
    by_name = publisher_of(matcher, "RENNES METROPOLE", "999999999")
    assert by_name
    assert by_name.body == NamedNode(DATA + "org-243500139")
    for name in ("Saint-Denis", "Office de tourisme de Rennes", "Vienne", "42", "", "Service des eaux"):
        assert publisher_of(matcher, name) is None, name
    here = publisher_of(matcher, "Mairie de Saint-Denis", around="93")
    assert here
    assert local(here.territory.value) == "commune-93066"


def test_search_gives_whole_names_then_beginnings_then_words(index: NameIndex) -> None:
    assert [local(one.iri) for one in search(index, "vienne").things] == ["department-86", "commune-38544"]
    found = search(index, "renn")
    assert [local(one.iri) for one in found.things] == ["commune-35238", "epci-243500139"]
    assert [local(one.iri) for one in search(index, "bresse bourg").things] == ["commune-01053"]
    assert [local(one.iri) for one in search(index, "value eco").things] == ["value-economic"]
    assert [local(one.iri) for one in search(index, "53").things] == ["region-53", "department-53"]


def test_search_forgives_a_letter_and_says_so(index: NameIndex) -> None:
    found = search(index, "rennas")
    assert found.approximate
    assert local(found.things[0].iri) == "commune-35238"
    assert search(index, "zzyzx").total == 0


def test_search_by_kind_and_by_page(index: NameIndex) -> None:
    everything = search(index, "saint", limit=10)
    assert everything.total == 5
    assert [one.iri for start in range(5) for one in search(index, "saint", limit=1, start=start).things] == [
        one.iri for one in everything.things
    ]
    communes = search(index, "saint", (COMMUNE.value,))
    assert {one.kinds[0] for one in communes.things} == {COMMUNE.value}
    assert communes.total == 4


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        NameIndex(tmp_path)
