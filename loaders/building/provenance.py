"""The graph `provenance`: the sources, files and builds that each graph comes from (DCAT, PROV)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from ...ontology.iris import data_iri, graph_iri, inferred_graph_iri
from ...ontology.names import DCAT, DCTERMS, DQV, FOAF, PROV, RDF, RDFS, SD, SPDX, VOID, XSD
from ...ontology.text import Text
from ...store.model import DatasetVersion
from .inputs import file_digest
from .model import SourceReport
from .sources import Planned
from .workspace import PROVENANCE

DATASET: Final = data_iri("dataset", "digiterr")
_FREQUENCIES: Final = "http://publications.europa.eu/resource/authority/frequency/"
_SHA256: Final = NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")


@dataclass(frozen=True, slots=True)
class BuildFacts:
    """The build that makes a version: when, and the time that names it."""

    started: datetime
    ended: datetime

    @property
    def iri(self) -> NamedNode:
        return data_iri("build", self.started.strftime("%Y%m%dT%H%M%S%f"))


def describe_source(planned: Planned) -> Iterator[Quad]:
    """The source as a dcat:Dataset: title, publisher, licence, attribution, edition, files by hash."""
    description, publisher = planned.source.description, planned.publisher
    node = data_iri("source", description.name)
    yield from _typed(node, DCAT.Dataset, PROV.Entity)
    yield from _both(node, RDFS.label, description.title)
    yield from _both(node, DCTERMS.title, description.title)
    yield from _both(node, DCTERMS.description, description.description)
    yield from _both(node, DCTERMS.bibliographicCitation, description.attribution)
    yield _quad(node, DCTERMS.license, NamedNode(description.licence))
    agent = data_iri("publisher", description.name)
    yield _quad(node, DCTERMS.publisher, agent)
    yield from _typed(agent, FOAF.Agent)
    yield from _both(agent, FOAF.name, publisher or Text(description.publisher, description.publisher))
    if description.landing_page:
        yield _quad(node, DCAT.landingPage, NamedNode(description.landing_page))
    if description.edition:
        yield _quad(node, DCAT.version, Literal(description.edition))
    if planned.frequency:
        frequency = NamedNode(f"{_FREQUENCIES}{planned.frequency.upper()}")
        yield _quad(node, DCTERMS.accrualPeriodicity, frequency)
    if planned.absent is None:
        for path in planned.source.inputs():
            yield from _file(node, path)


def describe_graphs(
    report: SourceReport, digest: str, needs: tuple[str, ...], build: NamedNode, loaded: bool
) -> Iterator[Quad]:
    """The two graphs of a source, stated and inferred: what they derive from, their sizes, the build.

    `loaded`: this build read the source; otherwise it only inferred anew from what was published.
    """
    stated, inferred = graph_iri(report.name), inferred_graph_iri(report.name)
    if loaded:
        yield from _graph(stated, report.title, report.triples)
        yield _quad(stated, PROV.wasDerivedFrom, data_iri("source", report.name))
        yield _quad(stated, PROV.wasGeneratedBy, build)
        yield _quad(stated, DCTERMS.identifier, Literal(digest))
        yield from _rejects(report, stated)
    title = Text(f"Inférences : {report.title.fr}", f"Inferences: {report.title.en}")
    yield from _graph(inferred, title, report.inferred)
    yield _quad(inferred, PROV.wasGeneratedBy, build)
    for origin in dict.fromkeys((report.name, "ontology", *needs)):
        yield _quad(inferred, PROV.wasDerivedFrom, graph_iri(origin))


def describe_build(facts: BuildFacts, used: Iterable[str]) -> Iterator[Quad]:
    """The build as a prov:Activity, by this release of the program, with the sources that it read."""
    software = data_iri("software", f"digiterr-{package_version('digiterr')}")
    label = f"DigiTerr {package_version('digiterr')}"
    day = facts.started.strftime("%Y-%m-%d %H:%M:%S UTC")
    yield from _typed(facts.iri, PROV.Activity)
    yield from _both(facts.iri, RDFS.label, Text(f"Construction du {day}", f"Build of {day}"))
    yield _quad(facts.iri, PROV.startedAtTime, _time(facts.started))
    yield _quad(facts.iri, PROV.endedAtTime, _time(facts.ended))
    yield _quad(facts.iri, PROV.wasAssociatedWith, software)
    yield from _typed(software, PROV.SoftwareAgent)
    yield from _both(software, RDFS.label, Text(label, label))
    for name in used:
        yield _quad(facts.iri, PROV.used, data_iri("source", name))


def describe_dataset(names: Iterable[str], triples: int, modified: datetime) -> Iterator[Quad]:
    """The whole, as a dataset made of the graphs of its sources."""
    title = Text("DigiTerr : graphe des territoires numériques", "DigiTerr: the graph of digital territories")
    yield from _typed(DATASET, DCAT.Dataset, VOID.Dataset)
    yield from _both(DATASET, DCTERMS.title, title)
    yield _quad(DATASET, VOID.triples, Literal(triples))
    yield _quad(DATASET, DCTERMS.modified, _time(modified))
    for name in names:
        yield _quad(DATASET, DCTERMS.source, data_iri("source", name))
        yield _quad(DATASET, VOID.subset, graph_iri(name))
        yield _quad(DATASET, VOID.subset, inferred_graph_iri(name))


def carry_over(base: DatasetVersion, graphs: Iterable[NamedNode]) -> Iterator[Quad]:
    """What the published version says of graphs that stay as they are, and of all that they come from."""
    store = Store.read_only(str(base.path))
    queue, seen = list(graphs), set[NamedNode]()
    while queue:
        node = queue.pop()
        if node in seen:
            continue
        seen.add(node)
        for quad in store.quads_for_pattern(node, None, None, PROVENANCE):
            yield quad
            if isinstance(quad.object, NamedNode) and quad.predicate != PROV.used:
                queue.append(quad.object)


def _graph(graph: NamedNode, title: Text, triples: int) -> Iterator[Quad]:
    yield from _typed(graph, SD.Graph, VOID.Dataset, PROV.Entity)
    yield from _both(graph, DCTERMS.title, title)
    yield _quad(graph, VOID.triples, Literal(triples))


def _rejects(report: SourceReport, stated: NamedNode) -> Iterator[Quad]:
    """How many records were read and set aside, as quality measurements of the graph."""
    measures: Mapping[str, tuple[int, Text]] = {
        "records": (report.records, Text("enregistrements lus", "records read")),
        "rejected": (report.rejected, Text("enregistrements mis de côté", "records set aside")),
        "cleaned": (report.cleaned, Text("valeurs nettoyées", "values cleaned")),
    }
    for name, (count, label) in measures.items():
        node = data_iri("quality", f"{report.name}-{name}")
        yield _quad(stated, DQV.hasQualityMeasurement, node)
        yield from _typed(node, DQV.QualityMeasurement)
        yield from _both(node, RDFS.label, label)
        yield _quad(node, DQV.value, Literal(count))


def _file(source: NamedNode, path: Path) -> Iterator[Quad]:
    digest = file_digest(path)
    node, checksum = data_iri("file", digest[:32]), data_iri("checksum", digest[:32])
    yield _quad(source, DCTERMS.hasPart, node)
    yield from _typed(node, PROV.Entity)
    yield _quad(node, RDFS.label, Literal(path.name))
    yield _quad(node, DCAT.byteSize, Literal(str(path.stat().st_size), datatype=XSD.nonNegativeInteger))
    yield _quad(node, SPDX.checksum, checksum)
    yield from _typed(checksum, SPDX.Checksum)
    yield _quad(checksum, SPDX.algorithm, _SHA256)
    yield _quad(checksum, SPDX.checksumValue, Literal(digest))


def _typed(node: NamedNode, *kinds: NamedNode) -> Iterator[Quad]:
    for kind in kinds:
        yield _quad(node, RDF.type, kind)


def _both(node: NamedNode, predicate: NamedNode, text: Text) -> Iterator[Quad]:
    yield _quad(node, predicate, Literal(text.fr, language="fr"))
    yield _quad(node, predicate, Literal(text.en, language="en"))


def _quad(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
    return Quad(subject, predicate, value, PROVENANCE)


def _time(moment: datetime) -> Literal:
    return Literal(moment.isoformat(timespec="milliseconds"), datatype=XSD.dateTime)
