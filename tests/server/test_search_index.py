"""The index of what is published: matching of the communes of France, with the rates that it must keep."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from digiterr.loaders.matching.index import NameIndex
from digiterr.loaders.matching.matcher import Matcher
from digiterr.loaders.matching.model import Wanted
from digiterr.loaders.matching.searching import search
from digiterr.ontology.iris import DATA
from digiterr.ontology.names import DT
from digiterr.server.preparing import prepare_one
from digiterr.server.search.preparing import index_folder
from digiterr.store.versions import Versions

pytestmark = pytest.mark.xdist_group("published")


@pytest.fixture(scope="module")
def index(published: Path) -> NameIndex:
    version = Versions(published).current_number()
    assert version
    made = prepare_one("search", published, version)
    assert made.failed is None, made.failed
    return NameIndex(index_folder(published, version))


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """`bench/reconcile.py`, which makes the faults and counts the right answers."""
    spec = importlib.util.spec_from_file_location(
        "reconcile", Path(__file__).parents[2] / "bench/reconcile.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["reconcile"] = module
    spec.loader.exec_module(module)
    return module


def test_rates_of_matching_over_all_communes(index: NameIndex, bench: ModuleType) -> None:
    found = bench.measure(index)
    one_fault, _ = found["one fault"]
    assert one_fault.names == 500
    assert one_fault.first >= 0.95
    assert one_fault.first_three >= 0.98
    assert one_fault.sure_and_wrong < 0.005
    assert one_fault.sure >= 0.8  # an answer that is never sure is of no use
    homonyms, missed = found["homonyms, department given"]
    assert homonyms.first == 1.0, missed
    assert homonyms.sure_and_wrong == 0.0
    told, _ = found["one fault, department given"]
    assert told.first >= 0.98
    # Of CPU, since the clock tells of other tests too.
    assert max(one.batch_cpu_ms for one, _ in found.values()) < 200


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("communauté de communes du pays de gex", "epci-240100750"),
        ("commune de Bazoches sur Vesles", "commune-02054"),  # a former name
        ("01400 L'Abergement-Clémenciat", "commune-01001"),  # a postcode
        ("Paris 12e", "district-75112"),
        ("Corse du Sud", "department-2A"),
    ],
)
def test_names_of_the_map(index: NameIndex, text: str, name: str) -> None:
    first = Matcher(index).match(Wanted(text))[0]
    assert (first.thing.iri, first.sure) == (f"{DATA}terr-{name}", True)


def test_a_part_of_a_commune_leads_to_the_commune_too(index: NameIndex) -> None:
    matcher = Matcher(index)
    part = matcher.match(Wanted("Arbignieu", kinds=(DT.SubmunicipalTerritory,)))[0]
    assert part.thing.iri == f"{DATA}terr-delegated-01015"
    whole = matcher.match(Wanted("Arbignieu", kinds=(DT.MunicipalTerritory,)))[0]
    assert (whole.thing.iri, whole.name) == (f"{DATA}terr-commune-01015", "Arbignieu")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("lyo", f"{DATA}terr-commune-69123"),
        ("valeur economique", "https://w3id.org/digiterr/voc/value-economic"),
        ("economic value", "https://w3id.org/digiterr/voc/value-economic"),
        ("35238", f"{DATA}terr-commune-35238"),
        ("CaseStudy", "https://w3id.org/digiterr/ont#CaseStudy"),
    ],
)
def test_search_in_both_languages_by_code_and_by_local_name(index: NameIndex, text: str, first: str) -> None:
    assert search(index, text).things[0].iri == first
