"""Harvests of portals made by the tests: what comes, what changes, what goes, and what is left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from digiterr.loaders.harvest.harvesting import Options, harvest
from digiterr.loaders.harvest.model import Kind, Portal, Publisher, Run, name_for
from digiterr.loaders.harvest.reader import PageReader
from digiterr.loaders.harvest.state import PortalFolder
from digiterr.loaders.harvest.visits import Manners
from digiterr.ontology.errors import ServiceError
from digiterr.ontology.iris import data_iri
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from portal_server import (
    PREFIXES,
    Page,
    PortalServer,
    ckan,
    ckan_package,
    dataset,
    turtle,
    udata,
    udata_dataset,
)
from pyoxigraph import NamedNode, RdfFormat, Store

GRAPH = "https://w3id.org/digiterr/graph/harvest-portal"
ASK = """
PREFIX adms: <http://www.w3.org/ns/adms#> PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dc: <http://purl.org/dc/elements/1.1/> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX prov: <http://www.w3.org/ns/prov#>
"""
QUICK = Manners(interval=0, timeout=1, backoff=0.01, attempts=2, page_size=1 << 20)


class Instance:
    """A data folder that harvests one portal."""

    def __init__(self, folder: Path, reader: PageReader) -> None:
        self.reader = reader
        self.data_dir = folder / "var"
        self.versions = Versions(self.data_dir)

    def harvest(
        self,
        address: str,
        kind: Kind = "auto",
        name: str = "portal",
        body_of: Callable[[Publisher], NamedNode | None] = lambda _publisher: None,
        **options: Any,
    ) -> Run:
        settings = Options(manners=QUICK, **options)
        return harvest(Portal(name, address, kind), self.data_dir, body_of, settings, reader=self.reader)

    @property
    def store(self) -> Store:
        return Store.read_only(str(self.versions.current().path))

    def rows(self, pattern: str) -> list[tuple[Any, ...]]:
        """The values of a pattern's variables, by their names, in the graph of the portal."""
        names = " ".join(sorted(set(re.findall(r"\?\w+", pattern))))
        found: Any = self.store.query(f"{ASK} SELECT {names} {{ GRAPH <{GRAPH}> {{ {pattern} }} }}")
        return sorted(tuple(term.value if term else None for term in row) for row in found)

    def titles(self) -> list[str]:
        return [title for (title,) in self.rows("[] a dcat:Dataset ; dcterms:title ?title")]

    def dump(self) -> set[str]:
        content = self.store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(GRAPH)) or b""
        return set(content.decode().splitlines())


@pytest.fixture
def instance(tmp_path: Path, page_reader: PageReader) -> Instance:
    return Instance(tmp_path, page_reader)


def test_a_paged_catalogue_comes_whole_and_then_only_its_changes(
    portal: PortalServer, instance: Instance
) -> None:
    def publish(first: str, second: str) -> None:
        portal.pages["/catalog.ttl"] = Page(
            turtle(first, this="/catalog.ttl", following="/page2"), etag=f'"{hash(first)}"'
        )
        portal.pages["/page2"] = Page(turtle(second), etag=f'"{hash(second)}"')

    publish(dataset(1) + dataset(2), dataset(3))
    run = instance.harvest(f"{portal.url}/catalog.ttl")
    assert (run.tally.added, run.tally.pages, run.version) == (3, 2, 1)
    assert instance.titles() == ["Jeu 1", "Jeu 2", "Jeu 3"]
    sheets = instance.rows("[] a dcat:CatalogRecord ; foaf:primaryTopic ?d ; prov:hadPrimarySource ?origin")
    assert sheets == [(f"https://portal.example/dataset/{n}", f"{portal.url}/catalog.ttl") for n in (1, 2, 3)]

    portal.statuses.clear()
    again = instance.harvest(f"{portal.url}/catalog.ttl")
    assert (again.version, again.tally.unchanged, again.tally.unchanged_pages) == (None, 3, 2)
    assert portal.statuses == [404, 304, 304]
    assert instance.versions.current_number() == 1

    before = instance.dump()
    publish(dataset(1) + dataset(2, "Jeu 2, revu"), dataset(4))
    changed = instance.harvest(f"{portal.url}/catalog.ttl")
    tally = changed.tally
    assert (tally.added, tally.changed, tally.unchanged, tally.withdrawn) == (1, 1, 1, 1)
    assert changed.version == 2
    assert instance.titles() == ["Jeu 1", "Jeu 2, revu", "Jeu 4"]
    untouched = {line for line in before if "/dataset/1>" in line or "/file/1" in line}
    assert untouched <= instance.dump()


def test_what_is_withdrawn_leaves_a_tombstone_and_nothing_else(
    portal: PortalServer, instance: Instance
) -> None:
    portal.pages["/c"] = Page(turtle(dataset(1), dataset(2)))
    instance.harvest(f"{portal.url}/c")
    issued = instance.rows("?r foaf:primaryTopic <https://portal.example/dataset/2> ; dcterms:issued ?issued")
    portal.pages["/c"] = Page(turtle(dataset(1)))
    assert instance.harvest(f"{portal.url}/c").tally.withdrawn == 1
    assert not [
        line
        for line in instance.dump()
        if line.startswith(("<https://portal.example/dataset/2>", "<https://portal.example/file/2>"))
    ]
    topic = "?r foaf:primaryTopic <https://portal.example/dataset/2>"
    status = "http://publications.europa.eu/resource/authority/dataset-status/"
    sheet = issued[0][1]
    assert instance.rows(f"{topic} ; adms:status ?s ; dcterms:title ?t") == [
        (sheet, f"{status}WITHDRAWN", "Jeu 2")
    ]
    assert instance.rows(f"{topic} ; dcterms:issued ?issued") == issued
    # What the others refer to stays; what comes back is listed since its first day.
    assert instance.rows("<https://portal.example/org/1> foaf:name ?name") == [("Ville d’Exemple",)]
    portal.pages["/c"] = Page(turtle(dataset(1), dataset(2)))
    assert instance.harvest(f"{portal.url}/c").tally.added == 1
    assert instance.rows(f"{topic} ; dcterms:issued ?issued") == issued
    assert instance.rows(f"{topic} ; adms:status ?s") == [(sheet, f"{status}COMPLETED")]


def test_a_harvest_makes_the_same_graph_whether_by_steps_or_at_once(
    portal: PortalServer, tmp_path: Path, page_reader: PageReader
) -> None:
    by_steps, at_once = Instance(tmp_path / "a", page_reader), Instance(tmp_path / "b", page_reader)
    for numbers in (range(4), range(1, 6), range(2, 7)):
        portal.pages["/c"] = Page(turtle(*(dataset(n, f"Jeu {n} v{max(numbers)}") for n in numbers)))
        by_steps.harvest(f"{portal.url}/c")
    at_once.harvest(f"{portal.url}/c")

    def described(instance: Instance) -> set[str]:
        return {line for line in instance.dump() if line.startswith("<https://portal.example/")}

    assert described(by_steps) == described(at_once)
    assert len(described(at_once)) == 5 * 8 + 2


def test_ckan_is_read_whole_then_by_its_last_changes(portal: PortalServer, instance: Instance) -> None:
    packages = [ckan_package(n, f"2026-01-0{n}T00:00:00") for n in range(1, 8)]
    portal.pages["/api/3/action/package_search"] = ckan(packages)
    run = instance.harvest(portal.url, "ckan")
    assert (run.tally.added, run.tally.pages) == (7, 3)
    assert instance.rows(
        f"<{portal.url}/dataset/pkg-1> dcat:distribution ?d . ?d dcat:accessURL ?url ; dcterms:license ?l"
    ) == [
        (
            f"{portal.url}/dataset/pkg-1/resource/res-1",
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
            "https://files.example/1%20%C3%A9.csv",
        )
    ]
    packages[2] = ckan_package(3, "2026-02-01T00:00:00", title="Jeu 3, revu")
    packages.append(ckan_package(9, "2026-02-02T00:00:00"))
    portal.asked.clear()
    run = instance.harvest(portal.url, "ckan")
    assert (run.tally.added, run.tally.changed, run.tally.pages) == (1, 1, 2)
    assert len(portal.asked_for_pages()) == 2
    # One is gone: the total tells, and all pages are read.
    del packages[0]
    run = instance.harvest(portal.url, "ckan")
    assert (run.tally.withdrawn, run.tally.unchanged) == (1, 7)
    assert "Jeu 1" not in instance.titles()


def test_udata_is_read_whole_then_by_its_last_changes(portal: PortalServer, instance: Instance) -> None:
    datasets = [udata_dataset(n, f"2026-01-0{n}T00:00:00+00:00") for n in range(1, 6)]
    portal.pages["/api/1/datasets/"] = udata(portal.url, datasets)
    run = instance.harvest(portal.url, "udata")
    assert (run.tally.added, run.tally.pages) == (5, 2)
    one = f"<https://udata.example/datasets/{1:024x}/>"
    assert instance.rows(f"{one} dcterms:accrualPeriodicity ?f ; dcat:keyword ?k") == [
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL", "budget"),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL", "finances"),
    ]
    datasets[4] = udata_dataset(5, "2026-03-01T00:00:00+00:00", title="Jeu 5, revu")
    assert instance.harvest(portal.url, "udata").tally.changed == 1
    assert "Jeu 5, revu" in instance.titles()


@pytest.mark.parametrize("kind", ["ckan", "udata", "dcat", "linked"])
def test_a_portal_is_recognised_from_its_first_page(
    portal: PortalServer, instance: Instance, kind: str
) -> None:
    home = (
        '<!doctype html><html><head><link rel="alternate" type="text/turtle" href="/here.ttl"></head></html>'
    )
    portal.pages["/"] = Page(home if kind == "linked" else "<!doctype html><html></html>", "text/html")
    if kind == "ckan":
        portal.pages["/api/3/action/package_search"] = ckan([ckan_package(1)])
    elif kind == "udata":
        portal.pages["/api/1/datasets/"] = udata(portal.url, [udata_dataset(1)])
    else:
        portal.pages["/here.ttl" if kind == "linked" else "/catalog"] = Page(turtle(dataset(1)))
    assert instance.harvest(f"{portal.url}/").tally.added == 1
    portal.asked.clear()
    instance.harvest(f"{portal.url}/", whole=True)
    assert instance.titles() == ["Jeu 1"]


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("application/rdf+xml", "catalogue.rdf"),
        ("application/ld+json", "catalogue.jsonld"),
        ("application/n-triples", "catalogue.nt"),
        ("text/turtle", "catalogue.ttl"),
    ],
)
def test_any_syntax_over_http_or_in_a_file(
    portal: PortalServer, instance: Instance, tmp_path: Path, media_type: str, name: str
) -> None:
    from digiterr.store.conversion import convert_turtle

    body = convert_turtle(turtle(dataset(1)), media_type)
    portal.pages["/c"] = Page(body, media_type, gzipped=True)
    assert instance.harvest(f"{portal.url}/c").tally.added == 1
    (tmp_path / name).write_bytes(body)
    from_file = Instance(tmp_path / "file", instance.reader)
    assert from_file.harvest(str(tmp_path / name)).tally.added == 1
    assert from_file.titles() == instance.titles()


@pytest.mark.parametrize("kind", ["ckan", "udata"])
def test_a_file_of_json_is_read_like_a_page(instance: Instance, tmp_path: Path, kind: str) -> None:
    document: dict[str, Any] = {"result": {"count": 1, "results": [ckan_package(1)]}}
    if kind == "udata":
        document = {"data": [udata_dataset(1)], "total": 1, "next_page": None}
    (tmp_path / "list.json").write_text(json.dumps(document))
    assert instance.harvest(str(tmp_path / "list.json")).tally.added == 1
    assert instance.titles() == ["Jeu 1"]
    assert instance.harvest(str(tmp_path / "list.json")).version is None


def test_publishers_are_linked_with_the_words_of_the_portal(portal: PortalServer, instance: Instance) -> None:
    portal.pages["/api/3/action/package_search"] = ckan(
        [
            ckan_package(1, organization={"id": "o1", "title": "Ville d’Exemple", "siret": "21010004600015"}),
            ckan_package(2, organization={"id": "o2", "title": "Une association"}),
        ]
    )
    seen: list[Publisher] = []

    def body_of(publisher: Publisher) -> NamedNode | None:
        seen.append(publisher)
        return data_iri("org", "commune-01004") if publisher.siren == "210100046" else None

    run = instance.harvest(portal.url, "ckan", body_of=body_of)
    assert run.tally.linked == 1
    assert {one.name for one in seen} == {"Ville d’Exemple", "Une association"}
    assert instance.rows("?d dc:publisher ?words ; dcterms:publisher ?body") == [
        ("https://w3id.org/digiterr/id/org-commune-01004", f"{portal.url}/dataset/pkg-1", "Ville d’Exemple")
    ]
    assert instance.rows("?d dcterms:publisher ?who . ?who foaf:name ?name") == [
        (f"{portal.url}/dataset/pkg-2", "Une association", f"{portal.url}/organization/o2")
    ]


def test_a_duplicate_has_a_sheet_and_no_second_description(portal: PortalServer, instance: Instance) -> None:
    uuid = "6b27dd5e-4fa2-4d3b-9d1a-2b3c4d5e6f70"
    identified = f'; dcterms:identifier "{uuid}"'
    portal.pages["/a"] = Page(turtle(dataset(1, more=identified), dataset(2), dataset(3)))
    instance.harvest(f"{portal.url}/a", name="other")
    elsewhere = "https://second.example"
    same_file = f"<{elsewhere}/dataset/b> dcat:distribution <{elsewhere}/d> . <{elsewhere}/d> a dcat:Distribution ; dcat:accessURL <https://portal.example/file/2.csv> ."
    by_file = (
        PREFIXES
        + f'<{elsewhere}/dataset/b> a dcat:Dataset ; dcterms:title "B" ; dcterms:description "B" .'
        + same_file
    )
    by_identifier = dataset("a", more=identified, base=elsewhere)
    portal.pages["/b"] = Page(
        by_file
        + by_identifier.replace('dcterms:identifier "a"', f'dcterms:identifier "{uuid}"')
        + dataset("c", base=elsewhere)
    )
    run = instance.harvest(f"{portal.url}/b")
    assert (run.tally.added, run.tally.duplicates) == (3, 2)
    assert instance.titles() == ["Jeu c"]
    topics = {row[0] for row in instance.rows("[] foaf:primaryTopic ?d")}
    assert topics == {
        "https://portal.example/dataset/1",
        "https://portal.example/dataset/2",
        f"{elsewhere}/dataset/c",
    }
    # When the first portal drops it, the second one's description stands in.
    portal.pages["/a"] = Page(turtle(dataset(2), dataset(3)))
    instance.harvest(f"{portal.url}/a", name="other")
    again = instance.harvest(f"{portal.url}/b")
    assert (again.tally.changed, again.tally.duplicates) == (1, 1)
    assert instance.titles() == ["Jeu a", "Jeu c"]


def test_own_records_are_not_taken_back(portal: PortalServer, instance: Instance) -> None:
    own, address = "urn:uuid:8d0d2b0e-6a3c-4f5e-9a43-0f6a1c3c9d11", "https://data.example.org/"
    sheet = f"<https://hub.example/r/1> a dcat:CatalogRecord ; foaf:primaryTopic <https://portal.example/dataset/1> ; prov:hadPrimarySource <{own}> ."
    portal.pages["/c"] = Page(turtle(dataset(1), sheet, dataset(2, base=address.rstrip("/")), dataset(3)))
    run = instance.harvest(f"{portal.url}/c", own=(own, address))
    assert (run.tally.own, run.tally.added) == (2, 1)
    assert instance.titles() == ["Jeu 3"]


def test_the_origin_is_kept_along_the_chain(portal: PortalServer, instance: Instance) -> None:
    first = "https://first.example/catalog"
    sheet = f"[] a dcat:CatalogRecord ; foaf:primaryTopic <https://portal.example/dataset/1> ; prov:hadPrimarySource <{first}> ."
    instance_number = "urn:uuid:8d0d2b0e-6a3c-4f5e-9a43-0f6a1c3c9d11"
    catalogue = f'<https://hub.example/catalog> a dcat:Catalog ; dcterms:identifier "{instance_number}" .'
    portal.pages["/c"] = Page(turtle(dataset(1), sheet, dataset(2), catalogue))
    instance.harvest(f"{portal.url}/c")
    assert instance.rows("[] foaf:primaryTopic ?d ; prov:hadPrimarySource ?origin") == [
        ("https://portal.example/dataset/1", first),
        ("https://portal.example/dataset/2", instance_number),
    ]


def test_a_state_that_is_lost_or_of_another_version_does_no_harm(
    portal: PortalServer, instance: Instance
) -> None:
    portal.pages["/c"] = Page(turtle(dataset(1), dataset(2)), etag='"1"')
    instance.harvest(f"{portal.url}/c")
    first = instance.dump()
    portal.pages["/c"] = Page(turtle(dataset(1), dataset(3)), etag='"2"')
    instance.harvest(f"{portal.url}/c")
    second = instance.dump()
    # The graph goes back a version: what was kept of the portal is not of this graph any more.
    instance.versions.rollback(1)
    assert instance.dump() == first
    assert instance.harvest(f"{portal.url}/c").version == 3
    assert instance.titles() == ["Jeu 1", "Jeu 3"]
    assert len(instance.dump()) == len(second)
    (PortalFolder(instance.data_dir, "portal").path / "state.json").write_text("{")
    assert instance.harvest(f"{portal.url}/c").version == 4
    assert len(instance.dump()) == len(second)


def test_other_graphs_are_left_alone(portal: PortalServer, instance: Instance, tmp_path: Path) -> None:
    other = tmp_path / "other.nt"
    other.write_text('<http://a.example/> <http://a.example/p> "kept" .\n')
    instance.versions.prepare()
    instance.versions.publish([GraphChange("http://a.example/graph", other)])
    portal.pages["/c"] = Page(turtle(dataset(1)))
    version = instance.harvest(f"{portal.url}/c").version
    assert version == 2
    assert instance.versions.get(2).graphs["http://a.example/graph"] == 1
    assert instance.versions.get(2).graphs[GRAPH] == len(instance.dump())


def test_most_records_gone_at_once_is_not_believed(portal: PortalServer, instance: Instance) -> None:
    portal.pages["/c"] = Page(turtle(*(dataset(n) for n in range(30))))
    instance.harvest(f"{portal.url}/c")
    portal.pages["/c"] = Page(turtle())
    with pytest.raises(ServiceError, match="30 records of 30 are gone"):
        instance.harvest(f"{portal.url}/c")
    assert len(instance.titles()) == 30
    assert instance.harvest(f"{portal.url}/c", withdraw=True).tally.withdrawn == 30
    assert instance.titles() == []


def test_what_changed_is_noted_for_the_snapshot(portal: PortalServer, instance: Instance) -> None:
    from digiterr.store.service.changes import apply_changes, changes_file

    portal.pages["/c"] = Page(turtle(dataset(1), dataset(2)))
    instance.harvest(f"{portal.url}/c")
    memory = Store()
    memory.bulk_extend(instance.store)
    portal.pages["/c"] = Page(turtle(dataset(2, "Jeu 2, revu"), dataset(3)))
    instance.harvest(f"{portal.url}/c")
    apply_changes(changes_file(instance.data_dir, 2), memory)
    assert set(memory) == set(instance.store)


def test_the_account_of_each_run_is_kept(portal: PortalServer, instance: Instance) -> None:
    portal.pages["/c"] = Page(turtle(dataset(1)))
    instance.harvest(f"{portal.url}/c")
    portal.pages["/c"] = Page(status=500)
    with pytest.raises(ServiceError):
        instance.harvest(f"{portal.url}/c")
    done, failed = PortalFolder(instance.data_dir, "portal").runs()
    assert (done.tally.added, done.version, done.error) == (1, 1, None)
    assert failed.error is not None
    assert "HTTP 500" in failed.error.fr
    assert json.loads((PortalFolder(instance.data_dir, "portal").path / "state.json").read_text())["records"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.data.gouv.fr/api/1/datasets/", "data-gouv-fr"),
        ("http://127.0.0.1:8123/catalog", "127-0-0-1-8123"),
        ("data/Mon Catalogue.ttl", "mon-catalogue"),
    ],
)
def test_a_portal_is_named_after_its_host_or_file(address: str, name: str) -> None:
    assert name_for(address) == name
