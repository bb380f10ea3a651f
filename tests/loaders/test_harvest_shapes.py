"""The rules of harvested records beside SEMIC's shapes of DCAT-AP 3.0.1: they refuse what those refuse.

SEMIC's also want the class of each value that a record only names; a portal names a licence, and does not describe it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.loaders.harvest.description import PageGraph
from digiterr.loaders.harvest.harvesting import Options, harvest
from digiterr.loaders.harvest.model import Portal
from digiterr.loaders.harvest.reader import PageReader
from digiterr.loaders.harvest.records import read_records
from digiterr.loaders.harvest.visits import Manners
from digiterr.ontology.iris import data_iri
from digiterr.ontology.names import DCAT, RDF
from digiterr.shapes.namespaces import SH
from digiterr.shapes.shapes_graph import ShapesGraph, read_shapes
from digiterr.shapes.validation import validate
from digiterr.store.versions import Versions
from portal_server import PREFIXES, PortalServer, ckan, ckan_package, dataset, udata, udata_dataset
from pyoxigraph import RdfFormat, Store, Triple, parse

GOOD = dataset(1)
FAULTS = {
    "none": GOOD,
    "title": GOOD.replace('dcterms:title "Jeu 1"@fr ;', ""),
    "title-link": GOOD.replace('"Jeu 1"@fr', "<https://portal.example/title>"),
    "description": GOOD.replace('dcterms:description "Ce que contient le jeu 1."@fr ;', ""),
    "access": GOOD.replace("dcat:accessURL <https://portal.example/file/1.csv>", 'dcterms:title "Fichier"'),
    "access-text": GOOD.replace("<https://portal.example/file/1.csv>", '"fichier.csv"'),
    "download-text": GOOD.replace("dcat:accessURL", 'dcat:downloadURL "ici" ; dcat:accessURL'),
    "publishers": GOOD
    + "<https://portal.example/dataset/1> dcterms:publisher <https://portal.example/org/2> .",
    "publisher-text": GOOD.replace(
        "dcterms:publisher <https://portal.example/org/1>", 'dcterms:publisher "Ville"'
    ),
    "nameless": GOOD.replace('; foaf:name "Ville d’Exemple"', ""),
    "dates": GOOD + '<https://portal.example/dataset/1> dcterms:issued "2020", "2021" .',
    "changes": GOOD + '<https://portal.example/dataset/1> dcterms:modified "2020", "2021" .',
    "date-link": GOOD + "<https://portal.example/dataset/1> dcterms:issued <https://portal.example/2020> .",
    "frequency": GOOD + '<https://portal.example/dataset/1> dcterms:accrualPeriodicity "souvent" .',
    "page": GOOD + '<https://portal.example/dataset/1> dcat:landingPage "accueil" .',
    "licences": GOOD
    + "<https://portal.example/file/1> dcterms:license <https://l.example/1> , <https://l.example/2> .",
    "licence-text": GOOD + '<https://portal.example/file/1> dcterms:license "libre" .',
    "size": GOOD + '<https://portal.example/file/1> dcat:byteSize "12 Ko" .',
    "distribution-text": GOOD + '<https://portal.example/dataset/1> dcat:distribution "fichier.csv" .',
}


@pytest.fixture(scope="module")
def semic(shared: Path) -> ShapesGraph:
    found = read_shapes(shared / "vocab/semic-dcat-ap-3.0.1/dcat-ap-SHACL.ttl").triples
    # The file names two property shapes of data services that it does not describe.
    described = {triple.subject for triple in found if triple.predicate == SH.path}
    kept = [triple for triple in found if triple.predicate != SH.property or triple.object in described]
    assert len(found) - len(kept) == 2
    return ShapesGraph(kept)


def breaks_semic(triples: list[Triple], shapes: ShapesGraph) -> list[str]:
    """What SEMIC's shapes say of triples, the classes of values apart."""
    report = validate(triples, shapes, engine="compiled")
    return [
        str(result.path) for result in report.violations if result.component != SH.ClassConstraintComponent
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_record_is_refused_as_by_semic(semic: ShapesGraph, fault: str) -> None:
    triples = [quad.triple for quad in parse(PREFIXES + FAULTS[fault], RdfFormat.TURTLE)]
    records, refusals = read_records(PageGraph(triples), "portal", "page", str)
    assert len(records) + len(refusals) == 1
    assert bool(refusals) == bool(breaks_semic(triples, semic)), (refusals, breaks_semic(triples, semic))
    assert bool(refusals) == (fault != "none")
    for refusal in refusals:
        assert refusal.message.fr
        assert refusal.hint.fr
        assert "'" not in refusal.message.fr + refusal.hint.fr


@pytest.mark.parametrize("kind", ["ckan", "udata"])
def test_what_json_becomes_is_dcat_ap(
    semic: ShapesGraph, portal: PortalServer, page_reader: PageReader, tmp_path: Path, kind: str
) -> None:
    if kind == "ckan":
        full = {
            "maintainer": "Service", "maintainer_email": "donnees@ville.example", "resources": [
                {"id": "r", "name": "F", "url": "https://f.example/1", "format": "wfs", "mimetype": "text/csv", "size": "12.0",
                 "hash": "ABCD", "hash_algorithm": "sha256", "last_modified": "2026-01-01T00:00:00.123456"}],
            "extras": [{"key": "temporal_start", "value": "2020-01-01"}, {"key": "guid", "value": "g-1"},
                       {"key": "frequency", "value": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"}],
        }  # fmt: skip
        portal.pages["/api/3/action/package_search"] = ckan([ckan_package(1, **full), ckan_package(2)])
    else:
        more = {
            "temporal_coverage": {"start": "2020-01-01", "end": None},
            "contact_points": [{"name": "Service", "email": "donnees@ville.example"}],
            "harvest": {"domain": "ville.example", "remote_id": "r-1"},
        }
        portal.pages["/api/1/datasets/"] = udata(portal.url, [udata_dataset(1, **more), udata_dataset(2)])
    data_dir = tmp_path / "var"
    options = Options(manners=Manners(interval=0))
    run = harvest(
        Portal("portal", portal.url, kind), data_dir, lambda _who: None, options, reader=page_reader
    )  # pyright: ignore[reportArgumentType]
    assert (run.tally.added, run.tally.refused) == (2, 0)
    store = Store.read_only(str(Versions(data_dir).current().path))
    # Of the portal itself no more is known than its address; the engine keeps each kind of integer as xsd:integer.
    triples = [
        quad.triple
        for quad in store
        if quad.subject != data_iri("catalog", "portal") and quad.predicate != DCAT.byteSize
    ]
    assert len({t.subject for t in triples if t.predicate == RDF.type and t.object == DCAT.Dataset}) == 2
    assert breaks_semic(triples, semic) == []
