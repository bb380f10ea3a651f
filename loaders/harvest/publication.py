"""What a harvest writes: the graph of its portal, changed where the portal changed, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from ...ontology.iris import data_iri, graph_iri
from ...ontology.names import ADMS, DCAT, DCTERMS, FOAF, PROV, RDF, SD, VOID, XSD
from ...store.effects import Effects
from ...store.graphs import size_of
from ...store.model import DatasetVersion
from ...store.service.changes import changes_file, write_changes
from ...store.versions import Versions
from ...store.writing import Changes, GraphWrite
from .model import Portal
from .records import COMPLETED, WITHDRAWN, record_code


@dataclass(frozen=True, slots=True)
class Sheet:
    """The catalogue record of a dataset: `topic` is its IRI, `origin` the catalogue that it comes from in the
    first place. A withdrawn one stays, of a dataset that is no longer described."""

    key: str
    identifier: str
    topic: str
    title: str
    origin: str | None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be written: the sheets that are new or changed, `content` the descriptions of their datasets
    (a file of N-Triples), `outdated` the earlier topics of sheets that are there already, by key. `anew`:
    these are all the records there are, whatever the graph holds."""

    portal: Portal
    catalogue: Sequence[str]
    sheets: Sequence[Sheet]
    outdated: Mapping[str, str]
    content: Path
    digest: str
    time: datetime
    anew: bool = False

    @property
    def graph(self) -> NamedNode:
        return graph_of(self.portal.name)


def graph_of(portal: str) -> NamedNode:
    """The named graph of a portal's records."""
    return graph_iri(f"harvest-{portal}")


def published_digest(store: Store, portal: str) -> str | None:
    """The hash that the graph states of the records in it."""
    graph = graph_of(portal)
    found = next(store.quads_for_pattern(graph, DCTERMS.identifier, None, graph), None)
    return found.object.value if found is not None and isinstance(found.object, Literal) else None


def is_described(store: Store, topic: str) -> bool:
    """Whether the graph says anything of a thing."""
    return next(store.quads_for_pattern(NamedNode(topic), None, None, None), None) is not None


def publish(versions: Versions, publication: Publication) -> DatasetVersion:
    """Publish a version with the changes. StoreError for a folder that cannot be written or a full disk."""
    graph, noted, base_number = publication.graph, Changes(), 0

    def write(base: DatasetVersion | None, store: Store) -> Mapping[str, int | None]:
        nonlocal noted, base_number
        base_number = base.number if base else 0
        if publication.anew or base is None or graph.value not in base.graphs:
            _write_anew(store, publication)
            return {graph.value: size_of(store, graph.value)}
        effects = _write_changes(store, publication)
        size = size_of(store, graph.value)
        added, removed = (
            frozenset(f"{quad.triple} .".encode() for quad in quads)
            for quads in (effects.added, effects.removed)
        )
        noted = Changes(
            {graph.value: GraphWrite(graph.value, added, removed, size, existed=True, exists=True)}
        )
        return {graph.value: size}

    def note(staged: DatasetVersion) -> None:
        if noted.graphs:
            write_changes(changes_file(versions.data_dir, staged.number), base_number, noted)

    return versions.commit(write, f"harvest: {publication.portal.name}", before_switch=note)


def _write_anew(store: Store, publication: Publication) -> None:
    """Write the graph as if it had never been; the dates of its sheets and its tombstones stay."""
    graph, time = publication.graph, publication.time.isoformat(timespec="seconds")
    earlier = {
        quad.subject: list(store.quads_for_pattern(quad.subject, None, None, graph))
        for quad in store.quads_for_pattern(None, RDF.type, DCAT.CatalogRecord, graph)
    }
    store.remove_graph(graph)
    store.bulk_load(path=str(publication.content), format=RdfFormat.N_TRIPLES, to_graph=graph)
    triples = [*_about_graph(publication), *_about_catalogue(publication)]
    for sheet in publication.sheets:
        listed = _listed(earlier.pop(sheet_iri(publication.portal.name, sheet.key), ()))
        triples += _about_sheet(publication, sheet, listed or time)
    for said in earlier.values():
        triples += _tombstone(publication, said)
    store.bulk_extend(_in_graph(triples, graph))


def _write_changes(store: Store, publication: Publication) -> Effects:
    graph, effects = publication.graph, Effects()
    time = publication.time.isoformat(timespec="seconds")
    triples = [*_about_graph(publication), *_about_catalogue(publication)]
    for sheet in publication.sheets:
        if sheet.key in publication.outdated:
            _take_out(store, effects, graph, NamedNode(publication.outdated[sheet.key]))
        node = sheet_iri(publication.portal.name, sheet.key)
        said = list(store.quads_for_pattern(node, None, None, graph))
        effects.remove(store, said)
        if sheet.withdrawn:
            triples += _tombstone(publication, said)
        else:
            triples += _about_sheet(publication, sheet, _listed(said) or time)
    for node in (graph, _catalogue(publication.portal)):
        said = store.quads_for_pattern(node, None, None, graph)
        effects.remove(store, [quad for quad in said if quad.predicate != DCAT.record])
    with publication.content.open("rb") as content:
        described = (quad.triple for quad in parse(content, RdfFormat.N_TRIPLES))
        effects.add(store, _in_graph((*triples, *described), graph))
    return effects


def _listed(said: Iterable[Quad]) -> str | None:
    """Since when a sheet has been in the graph."""
    return next((quad.object.value for quad in said if quad.predicate == DCTERMS.issued), None)  # pyright: ignore[reportAttributeAccessIssue]


def _tombstone(publication: Publication, said: Iterable[Quad]) -> Iterator[Triple]:
    """A sheet as it was, of a dataset that the portal has withdrawn."""
    modified = Literal(publication.time.isoformat(timespec="seconds"), datatype=XSD.dateTime)
    for quad in said:
        if quad.predicate == DCTERMS.modified and WITHDRAWN not in {one.object for one in said}:
            yield Triple(quad.subject, DCTERMS.modified, modified)
        elif quad.predicate == ADMS.status:
            yield Triple(quad.subject, ADMS.status, WITHDRAWN)
        else:
            yield quad.triple
        if quad.predicate == RDF.type:
            yield Triple(_catalogue(publication.portal), DCAT.record, quad.subject)


def _take_out(store: Store, effects: Effects, graph: NamedNode, topic: NamedNode) -> None:
    """Remove what the graph says of a dataset, and of what nothing else in the graph refers to any more."""
    queue = [topic]
    while queue:
        said = list(store.quads_for_pattern(queue.pop(), None, None, graph))
        effects.remove(store, said)
        values = {quad.object for quad in said if isinstance(quad.object, NamedNode)}
        queue += [
            value for value in values if next(store.quads_for_pattern(None, None, value, graph), None) is None
        ]


def sheet_iri(portal: str, key: str) -> NamedNode:
    """The IRI of a catalogue record."""
    return data_iri("record", record_code(portal, key))


def _catalogue(portal: Portal) -> NamedNode:
    return data_iri("catalog", portal.name)


def _about_sheet(publication: Publication, sheet: Sheet, issued: str) -> Iterator[Triple]:
    node = sheet_iri(publication.portal.name, sheet.key)
    modified = publication.time.isoformat(timespec="seconds")
    yield Triple(_catalogue(publication.portal), DCAT.record, node)
    yield Triple(node, RDF.type, DCAT.CatalogRecord)
    yield Triple(node, FOAF.primaryTopic, NamedNode(sheet.topic))
    yield Triple(node, DCTERMS.identifier, Literal(sheet.identifier))
    yield Triple(node, DCTERMS.issued, Literal(issued, datatype=XSD.dateTime))
    yield Triple(node, DCTERMS.modified, Literal(modified, datatype=XSD.dateTime))
    yield Triple(node, ADMS.status, WITHDRAWN if sheet.withdrawn else COMPLETED)
    if sheet.title:
        yield Triple(node, DCTERMS.title, Literal(sheet.title))
    if sheet.origin:
        yield Triple(node, PROV.hadPrimarySource, NamedNode(sheet.origin))


def _about_catalogue(publication: Publication) -> Iterator[Triple]:
    portal, node = publication.portal, _catalogue(publication.portal)
    yield Triple(node, RDF.type, DCAT.Catalog)
    yield Triple(node, DCTERMS.title, Literal(portal.name))
    for name in publication.catalogue:
        yield Triple(node, DCTERMS.identifier, Literal(name))
    if portal.is_remote:
        yield Triple(node, FOAF.homepage, NamedNode(portal.address))


def _about_graph(publication: Publication) -> Iterator[Triple]:
    graph, name = publication.graph, publication.portal.name
    for kind in (SD.Graph, VOID.Dataset, PROV.Entity):
        yield Triple(graph, RDF.type, kind)
    yield Triple(graph, DCTERMS.title, Literal(f"Fiches moissonnées : {name}", language="fr"))
    yield Triple(graph, DCTERMS.title, Literal(f"Harvested records: {name}", language="en"))
    yield Triple(graph, PROV.wasDerivedFrom, _catalogue(publication.portal))
    yield Triple(graph, DCTERMS.identifier, Literal(publication.digest))
    time = publication.time.isoformat(timespec="seconds")
    yield Triple(graph, PROV.generatedAtTime, Literal(time, datatype=XSD.dateTime))


def _in_graph(triples: Iterable[Triple], graph: NamedNode) -> Iterator[Quad]:
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)
