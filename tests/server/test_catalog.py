"""The catalogue as portals meet it: DCAT-AP 3 by SEMIC's shapes, page by page, own and harvested records."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from digiterr.ontology.iris import graph_iri
from digiterr.ontology.names import ADMS, DCAT, DCTERMS, FOAF, HYDRA, PROV, RDF, SPDX
from digiterr.server.catalog.records import prepare
from digiterr.store.dumps.making import make_dump
from digiterr.store.embedded import open_engine
from digiterr.store.instance import instance_iri
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse
from rdflib import SH, Graph

Ready = Callable[[], bool]
MANY = 260
PORTAL = "https://portal.example/catalog"
WITHDRAWN = NamedNode("http://publications.europa.eu/resource/authority/dataset-status/WITHDRAWN")


def listed(number: int, title: str) -> str:
    """A dataset as the source of data.gouv.fr describes it, without record or description."""
    node = f"<https://w3id.org/digiterr/id/dataset-datagouv-{number}>"
    return (
        f"{node} a dcat:Dataset ; dcterms:title {title} ; dcterms:identifier '{number}' ;"
        f" dcat:landingPage <https://www.data.gouv.fr/fr/datasets/{number}/> ;"
        " dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;"
        " dcterms:publisher dtd:org-200000172 ; dcterms:modified '2024-05-06'^^xsd:date .\n"
    )


HARVESTED = f"""
<https://portal.example/d/1> a dcat:Dataset ; dcterms:title "Bancs"@fr ; dcterms:description "Les bancs."@fr ;
  dcterms:publisher <https://portal.example/agent> ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dcat:distribution <https://portal.example/d/1/csv> .
<https://portal.example/agent> a foaf:Agent ; foaf:name "Ville d’Exemple"@fr .
<https://portal.example/d/1/csv> a dcat:Distribution ; dcat:accessURL <https://portal.example/d/1.csv> ;
  spdx:checksum <https://portal.example/d/1/csv#sum> .
<https://portal.example/d/1/csv#sum> a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "00ff"^^xsd:hexBinary .
dtd:record-example-1 a dcat:CatalogRecord ; foaf:primaryTopic <https://portal.example/d/1> ;
  dcterms:issued "2026-01-01T00:00:00Z"^^xsd:dateTime ; dcterms:modified "2026-01-02T00:00:00Z"^^xsd:dateTime ;
  prov:hadPrimarySource <{PORTAL}> .
dtd:record-example-2 a dcat:CatalogRecord ; foaf:primaryTopic <https://portal.example/d/2> ;
  dcterms:title "Arbres" ; dcterms:modified "2026-01-03T00:00:00Z"^^xsd:dateTime ;
  adms:status {WITHDRAWN} ; prov:hadPrimarySource <{PORTAL}> .
"""
PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix dtd: <https://w3id.org/digiterr/id/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dt: <https://w3id.org/digiterr/ont#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
BODY = 'dtd:org-200000172 dt:siren "200000172" ; rdfs:label "CC Faucigny-Glières"@fr .\n'


def wait_until(happened: Ready, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.2)


def change(folder: Path, name: str, turtle: str) -> GraphChange:
    path = folder / f"{name}.nt"
    triples = [quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE)]
    path.write_text("".join(f"{triple} .\n" for triple in triples), encoding="utf-8")
    return GraphChange(graph_iri(name).value, path)


def datasets(numbers: Iterator[int] | range) -> str:
    return BODY + "".join(listed(number, f'"Jeu {number}"@fr') for number in numbers)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, published_cases: Path) -> Path:
    import shutil

    folder = tmp_path_factory.mktemp("catalog")
    shutil.copytree(published_cases, folder / "var", symlinks=True, ignore=shutil.ignore_patterns("run"))
    Versions(folder / "var").publish(
        [change(folder, "datagouv", datasets(range(MANY))), change(folder, "harvest-example", HARVESTED)]
    )
    make_dump(folder / "var", Versions(folder / "var").current())
    keep_records(folder / "var")
    return folder / "var"


def keep_records(data_dir: Path) -> int:
    """What the service does in the background, at once."""
    number = Versions(data_dir).current().number
    with open_engine(data_dir, number) as engine:
        prepare(engine, data_dir, number)
    return number


@pytest.fixture(scope="module")
def portal(data_dir: Path, start_service):
    return start_service(data_dir, 'contact = "data@example.org"\npublisher = "Agence d’Exemple"\n')


def graph_at(service, path: str) -> Store:
    reply = service.request("GET", path, accept="text/turtle")
    assert reply.status == 200, reply.text
    store = Store()
    store.load(reply.body, RdfFormat.TURTLE)
    return store


def all_pages(service, path: str = "/catalog") -> list[tuple[str, Store]]:
    """What a harvester that follows hydra:next reads."""
    pages: list[tuple[str, Store]] = []
    following: str | None = path
    while following:
        store = graph_at(service, following)
        pages.append((following, store))
        found = next(store.quads_for_pattern(None, HYDRA.next, None), None)
        following = found.object.value.removeprefix(service.url) if found else None  # type: ignore[union-attr]
    return pages


def values(store: Store, predicate: NamedNode) -> set[str]:
    return {quad.object.value for quad in store.quads_for_pattern(None, predicate, None)}  # type: ignore[union-attr]


def test_every_record_stands_on_one_page(portal) -> None:
    pages = all_pages(portal)
    assert len(pages) == 4
    found = [iri for _, page in pages for iri in values(page, DCAT.dataset)]
    listed_here = {iri for iri in found if "dataset-datagouv-" in iri}
    assert len(found) == len(set(found))
    assert len(listed_here) == MANY
    assert "https://portal.example/d/1" in found
    assert {f"https://w3id.org/digiterr/graph/{name}" for name in ("ontology", "cases", "datagouv")} <= set(
        found
    )
    total = next(iter(values(pages[0][1], HYDRA.totalItems)))
    assert int(total) == len(found) + 1  # the withdrawn record has no dataset


def test_each_page_links_to_its_neighbours(portal) -> None:
    reply = portal.request("GET", "/catalog.ttl?page=2&of=4")
    links = dict(reversed(one) for one in re.findall(r'<([^>]+)>; rel="(\w+)"', reply.headers["link"]))
    assert links == {
        "first": f"{portal.url}/catalog.ttl",
        "prev": f"{portal.url}/catalog.ttl",
        "next": f"{portal.url}/catalog.ttl?page=3&of=4",
        "last": f"{portal.url}/catalog.ttl?page=4&of=4",
    }


def test_pages_conform_to_the_shapes_of_semic(portal, shared: Path) -> None:
    import pyshacl

    shapes = Graph().parse(shared / "vocab/semic-dcat-ap-3.0.1/dcat-ap-SHACL.ttl")
    # The file names two property shapes of data services that it does not describe; pySHACL refuses it so.
    undescribed = {
        shape for shape in shapes.objects(None, SH.property) if (shape, SH.path, None) not in shapes
    }
    assert len(undescribed) == 2
    for shape in undescribed:
        shapes.remove((None, SH.property, shape))
    paths = [
        "/catalog",
        "/catalog?page=2&of=8",
        "/catalog/publisher/200000172?page=2&of=8",
        f"/catalog?origin={PORTAL}",
    ]
    for path in paths:
        page = Graph().parse(data=portal.request("GET", path, accept="text/turtle").text, format="turtle")
        assert len(page) > 50
        conforms, _, text = pyshacl.validate(page, shacl_graph=shapes, advanced=False)
        assert conforms, f"{path}: {text[:2000]}"


def test_origins_tell_own_records_from_those_of_others(portal, data_dir: Path) -> None:
    own = instance_iri(data_dir)
    pages = Store()
    for _, page in all_pages(portal):
        pages.extend(page)

    def origin_of(dataset: str) -> set[str]:
        records = pages.quads_for_pattern(None, FOAF.primaryTopic, NamedNode(dataset))
        return {
            o.object.value
            for r in records
            for o in pages.quads_for_pattern(r.subject, PROV.hadPrimarySource, None)
        }

    assert origin_of("https://w3id.org/digiterr/graph/cases") == {own.value}
    assert origin_of("https://portal.example/d/1") == {PORTAL}
    assert {own.value} == values(pages, DCTERMS.identifier) & {own.value}
    without = values(graph_at(portal, f"/catalog?except={own.value}&of=1"), DCAT.dataset)
    assert "https://portal.example/d/1" in without
    assert not any("/graph/" in iri for iri in without)
    alone = values(graph_at(portal, "/catalog?origin=own"), DCAT.dataset)
    assert "https://w3id.org/digiterr/id/dataset-digiterr" in alone
    assert not any("portal.example" in iri or "dataset-datagouv" in iri for iri in alone)


def test_a_withdrawn_dataset_stays_as_a_record(portal) -> None:
    page = graph_at(portal, f"/catalog?origin={PORTAL}")
    record = NamedNode("https://w3id.org/digiterr/id/record-example-2")
    assert next(page.quads_for_pattern(record, ADMS.status, WITHDRAWN), None)
    assert "https://portal.example/d/2" not in values(page, DCAT.dataset)


def test_a_harvested_record_keeps_its_dates_and_parts(portal) -> None:
    page = graph_at(portal, f"/catalog?origin={PORTAL}")
    record = NamedNode("https://w3id.org/digiterr/id/record-example-1")
    modified = [quad.object for quad in page.quads_for_pattern(record, DCTERMS.modified, None)]
    assert [one.value for one in modified if isinstance(one, Literal)] == ["2026-01-02T00:00:00Z"]
    assert "00FF" in {value.upper() for value in values(page, SPDX.checksumValue)}
    assert "Ville d’Exemple" in values(page, FOAF.name)


def test_licences_are_those_of_the_eu(portal) -> None:
    page = graph_at(portal, "/catalog/publisher/200000172")
    assert values(page, DCTERMS.license) == {
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    }


def test_a_publisher_has_its_own_catalogue(portal) -> None:
    pages = all_pages(portal, "/catalog/publisher/200000172")
    found = {iri for _, page in pages for iri in values(page, DCAT.dataset)}
    assert len(found) == MANY
    assert "CC Faucigny-Glières" in values(pages[0][1], FOAF.name)
    assert portal.request("GET", "/catalog/publisher/000000000", accept="text/turtle").status == 404


def test_the_contact_and_the_publisher_are_those_of_the_settings(portal) -> None:
    text = portal.request("GET", "/catalog?origin=own", accept="text/turtle").text
    assert "mailto:data@example.org" in text
    assert "Agence d’Exemple" in text


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
        ("html", "text/html"),
    ],
)
def test_formats(portal, suffix: str, media_type: str) -> None:
    for path, accept in ((f"/catalog.{suffix}", "*/*"), ("/catalog", media_type)):
        reply = portal.request("GET", path, accept=accept)
        assert (reply.status, reply.media_type) == (200, media_type)
    if suffix != "html":
        same = Graph().parse(
            data=reply.text, format={"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}[suffix]
        )
        assert len(same) == len(graph_at(portal, "/catalog"))


def test_an_unchanged_page_is_not_sent_again_even_of_a_new_version(
    portal, data_dir: Path, tmp_path: Path
) -> None:
    pages = [path for path, _ in all_pages(portal)]
    tags = {p: portal.request("GET", p, accept="text/turtle").headers["etag"] for p in pages}

    def state(path: str) -> int:
        return portal.request("GET", path, accept="text/turtle", if_none_match=tags[path]).status

    assert {state(path) for path in pages} == {304}
    added = change(tmp_path, "datagouv", datasets(range(MANY + 1)))
    Versions(data_dir).publish([added])
    number = keep_records(data_dir)
    wait_until(
        lambda: (
            portal.request("GET", "/catalog?origin=own", accept="text/turtle").headers["x-digiterr-version"]
            == str(number)
            and portal.request("GET", "/catalog", accept="text/turtle").status == 200
        ),
    )
    changed = [path for path in pages if state(path) != 304]
    assert 1 <= len(changed) <= 2  # the first, which tells of the version, and the one of the new record
    assert pages[0] in changed
    found = {iri for _, page in all_pages(portal) for iri in values(page, DCAT.dataset)}
    assert f"https://w3id.org/digiterr/id/dataset-datagouv-{MANY}" in found


def test_one_record_has_an_address(portal) -> None:
    page = graph_at(portal, "/catalog?dataset=https%3A%2F%2Fportal.example%2Fd%2F1")
    assert values(page, DCAT.dataset) == {"https://portal.example/d/1"}
    assert (
        portal.request("GET", "/catalog?dataset=https%3A%2F%2Fno.example%2F", accept="text/turtle").status
        == 404
    )


def test_people_search_the_titles(portal) -> None:
    for language, words in (("fr", "Les notices"), ("en", "The records")):
        text = portal.request("GET", f"/catalog?q=jeu+17&lang={language}", accept="text/html").text
        assert words in text
        assert "Jeu 17<" in text
        assert "Jeu 18<" not in text
    assert "Bancs" in portal.request("GET", "/catalog?q=b%C3%A4ncs", accept="text/html").text
    bench = portal.request("GET", f"/catalog?origin={PORTAL}", accept="text/html").text
    assert (
        "Ville d’Exemple" in bench
    )  # in the words of the source, since no body of the graph is known for it
    assert ">portal.example</a>" in bench
    assert "(retiré)" in portal.request("GET", "/catalog?q=arbres&lang=fr", accept="text/html").text


@pytest.mark.parametrize(
    "asked", ["page=0", "page=5&of=4", "of=3", "page=x", "of=99999999", "unknown=1", "start=0"]
)
def test_what_makes_no_sense_is_refused(portal, asked: str) -> None:
    accept = "text/html" if asked.startswith("start") else "text/turtle"
    assert portal.request("GET", f"/catalog?{asked}", accept=accept).status == 400


def test_the_dump_is_a_distribution_with_its_size_and_checksum(portal, data_dir: Path) -> None:
    page = graph_at(portal, "/catalog?origin=own")
    dump = make_dump(data_dir, Versions(data_dir).get(2))
    for file in dump.files:
        node = NamedNode(f"{portal.url}/dumps/2/{file.name}")
        sizes = [quad.object for quad in page.quads_for_pattern(node, DCAT.byteSize, None)]
        assert [one.value for one in sizes if isinstance(one, Literal)] == [str(file.size)]
    assert {file.sha256 for file in dump.files} <= {one.lower() for one in values(page, SPDX.checksumValue)}


def test_types_are_stated_for_all_that_the_profile_names(portal) -> None:
    page = graph_at(portal, "/catalog?origin=own")
    services = {quad.subject for quad in page.quads_for_pattern(None, RDF.type, DCAT.DataService)}
    assert len(services) >= 3
    assert values(page, DCAT.endpointURL) >= {
        f"{portal.url}/sparql",
        f"{portal.url}/data",
        f"{portal.url}/queries",
    }


def test_harvested_datasets_are_found_by_the_search(portal) -> None:
    found = portal.request("GET", "/search.json?q=BANCS&kind=dataset").json
    assert (found["total"], found["approximate"]) == (1, False)
    assert found["results"][0]["label"] == "Bancs"
    record = portal.request("GET", found["results"][0]["url"].removeprefix(portal.url), accept="text/turtle")
    assert "<https://portal.example/d/1>" in record.text
    many = portal.request("GET", "/search.json?q=jeu&kind=dataset&limit=7&start=3").json
    assert many["total"] >= MANY
    assert len(many["results"]) == 7
    assert portal.request("GET", "/search.json?q=&kind=dataset").json["results"] == []
