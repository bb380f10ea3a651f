"""The graph's own datasets: the whole with its dumps, the graph of each source, the stored answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode

from ...ontology.iris import DATA, GRAPH, ONTOLOGY
from ...ontology.names import (
    ADMS,
    DCAT,
    DCTERMS,
    FOAF,
    PROV,
    RDF,
    RDFS,
    SPDX,
    VOID,
    XSD,
)
from ...ontology.text import Text, grouped
from ...queries import library
from ...store.dumps.model import Dump, DumpFile
from ...store.model import DatasetVersion, Term
from .authorities import (
    COMPLETED,
    ENGLISH,
    FRANCE,
    FRENCH,
    GOVERNMENT,
    PROFILE,
    PUBLIC,
    REGIONS,
    file_type,
    licence,
    media_type,
)
from .description import Description, moment
from .frame import DATASET, Frame, describe_contact
from .services import API, SPARQL, describe_services

ANSWERS: Final = NamedNode(DATA + "dataset-answers")
RIGHTS: Final = Text(
    "Chaque graphe garde la licence de sa source, que sa notice donne.",
    "Each graph keeps the licence of its source, which its record gives.",
)
_PROVENANCE: Final = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{GRAPH}provenance> {{ ?s ?p ?o }} }}"
_NOT_SOURCES: Final = ("provenance", "version", "harvest-")
_BILINGUAL: Final = frozenset({"ontology", "cases"})
_SERIALISATIONS: Final = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
_PASSED_ON: Final = (DCTERMS.accrualPeriodicity,)

Facts = Mapping[NamedNode, Sequence[tuple[NamedNode, Term]]]
Years = Mapping[str, tuple[str, str]]


def describe_own(made: Description, frame: Frame, dumps: Sequence[Dump], years: Years) -> None:
    """Describe every dataset of this instance, the services that give them, and their records."""
    facts = _facts(frame)
    describe_contact(made, frame)
    graphs = source_graphs(frame.version)
    for name in graphs:
        _graph(made, frame, name, facts, years)
    _whole(made, frame, dumps, graphs)
    _answers(made, frame)
    describe_services(made, frame, [DATASET, ANSWERS, *(NamedNode(GRAPH + name) for name in graphs)])


def source_graphs(version: DatasetVersion) -> list[str]:
    """The names of the graphs that are datasets of ours: what a source states, not what follows from it."""
    return [
        name
        for graph in sorted(version.graphs)
        if (name := graph.removeprefix(GRAPH)) != graph
        and not name.endswith("/inferred")
        and not name.startswith(_NOT_SOURCES)
    ]


def own_datasets(version: DatasetVersion) -> tuple[str, ...]:
    """The datasets that `describe_own` puts in the catalogue."""
    graphs = (GRAPH + name for name in source_graphs(version))
    return (DATASET.value, ANSWERS.value, *graphs)


def _dataset(made: Description, frame: Frame, dataset: NamedNode, page: NamedNode) -> None:
    """What all datasets of ours have in common, and the record of each."""
    made.type(dataset, DCAT.Dataset, DCAT.Resource)
    made.add(frame.catalog, DCAT.dataset, dataset)
    made.add(dataset, DCTERMS.identifier, Literal(dataset.value))
    made.add(dataset, DCTERMS.publisher, frame.publisher)
    made.add(dataset, DCAT.contactPoint, frame.contact_point)
    made.add(dataset, DCTERMS.spatial, FRANCE)
    made.add(dataset, DCTERMS.accessRights, PUBLIC)
    made.add(dataset, DCTERMS.conformsTo, NamedNode(ONTOLOGY))
    made.add(dataset, DCAT.theme, GOVERNMENT, REGIONS)
    made.add(dataset, DCAT.landingPage, page)
    record = frame.record_of(dataset.value)
    made.type(record, DCAT.CatalogRecord)
    made.add(frame.catalog, DCAT.record, record)
    made.add(record, FOAF.primaryTopic, dataset)
    made.add(record, DCTERMS.conformsTo, PROFILE)
    made.add(record, DCTERMS.language, FRENCH, ENGLISH)
    made.add(record, PROV.hadPrimarySource, frame.own)
    made.add(record, ADMS.status, COMPLETED)


def _changed(made: Description, frame: Frame, dataset: NamedNode, when: Term | None) -> None:
    when = when if isinstance(when, Literal) else moment(frame.version.created)
    made.add(dataset, DCTERMS.modified, when)
    made.add(frame.record_of(dataset.value), DCTERMS.modified, when)


def _distribution(
    made: Description, dataset: NamedNode, node: NamedNode, address: NamedNode, kind: str, title: Text
) -> None:
    made.add(dataset, DCAT.distribution, node)
    made.say(node, DCTERMS.title, title)
    made.add(node, DCAT.accessURL, address)
    made.add(node, DCAT.mediaType, media_type(kind))
    made.add(node, DCTERMS.format, file_type(kind))


def _graph(made: Description, frame: Frame, name: str, facts: Facts, years: Years) -> None:
    """A named graph: what a source states, as RDF, with what it was made from."""
    graph, source = NamedNode(GRAPH + name), NamedNode(f"{DATA}source-{name}")
    _dataset(made, frame, graph, frame.page(f"graph/{name}.html"))
    titles = list(_all(facts, graph, DCTERMS.title)) or [Literal(name)]
    made.add(graph, DCTERMS.title, *titles)
    size = frame.version.graphs[graph.value]
    inferred = frame.version.graphs.get(f"{graph.value}/inferred", 0)
    descriptions = list(_all(facts, source, DCTERMS.description))
    if descriptions:
        made.add(graph, DCTERMS.description, *descriptions)
    else:
        made.say(
            graph,
            DCTERMS.description,
            Text(f"Le graphe nommé « {name} ».", f"The named graph “{name}”."),
        )
    made.add(graph, VOID.triples, Literal(str(size), datatype=XSD.integer))
    made.say(
        graph,
        RDFS.comment,
        Text(
            f"{grouped(size, 'fr')} triplets énoncés, {grouped(inferred, 'fr')} inférés.",
            f"{grouped(size, 'en')} triples stated, {grouped(inferred, 'en')} inferred.",
        ),
    )
    made.add(graph, DCTERMS.language, FRENCH, ENGLISH if name in _BILINGUAL else None)
    for build in _all(facts, graph, PROV.wasGeneratedBy):
        made.add(graph, PROV.wasGeneratedBy, build)
        for when in _all(facts, build, PROV.endedAtTime):
            _changed(made, frame, graph, when)
    if not made.holds(graph, DCTERMS.modified):
        _changed(made, frame, graph, None)
    if graph.value in years:
        period = frame.node(f"period-{name}")
        made.add(graph, DCTERMS.temporal, period)
        for end, year in zip((DCAT.startDate, DCAT.endDate), years[graph.value], strict=True):
            made.add(period, end, Literal(year, datatype=XSD.gYear))
    terms = _source(made, frame, graph, source, name, facts)
    for suffix, kind in _SERIALISATIONS.items():
        node = frame.node(f"{name}-{suffix}")
        address = frame.page(f"graph/{name}.{suffix}")
        _distribution(made, graph, node, address, kind, Text(f"{name}.{suffix}", f"{name}.{suffix}"))
        made.add(node, DCAT.downloadURL, address)
        made.add(node, DCTERMS.license, terms)
    _asked(made, frame, graph, f"{name}-sparql", terms)


def _source(
    made: Description, frame: Frame, graph: NamedNode, source: NamedNode, name: str, facts: Facts
) -> NamedNode | None:
    """What a graph was made from, as its publisher has it; its licence."""
    if source not in facts:
        return None
    made.add(graph, DCTERMS.source, source)
    made.type(source, DCAT.Dataset)
    statement = frame.node(f"provenance-{name}")
    for predicate, value in facts[source]:
        if predicate == DCTERMS.bibliographicCitation and isinstance(value, Literal):
            made.add(graph, DCTERMS.provenance, statement)
            made.add(statement, RDFS.label, value)
        if predicate in _PASSED_ON:
            made.add(graph, predicate, value)
        if predicate == DCTERMS.license and isinstance(value, NamedNode):
            made.add(source, predicate, licence(value))
        elif predicate not in (DCTERMS.hasPart, RDF.type, RDFS.label):
            made.add(source, predicate, value)
    for publisher in _all(facts, source, DCTERMS.publisher):
        if isinstance(publisher, NamedNode):
            made.add(publisher, FOAF.name, *_all(facts, publisher, FOAF.name))
    terms = made.value(source, DCTERMS.license)
    return terms if isinstance(terms, NamedNode) else None


def _whole(made: Description, frame: Frame, dumps: Sequence[Dump], graphs: Sequence[str]) -> None:
    """The union of all graphs: the dump of the version in force, and the versions that are kept."""
    _dataset(made, frame, DATASET, NamedNode(frame.base))
    made.say(
        DATASET,
        DCTERMS.title,
        Text("DigiTerr : graphe des territoires numériques", "DigiTerr: the graph of digital territories"),
    )
    made.say(
        DATASET,
        DCTERMS.description,
        Text(
            "Tous les graphes en un : villes, intercommunalités, départements et régions de France, études "
            "de cas, indicateurs, ontologie, et ce qui s’en déduit.",
            "All graphs in one: cities, groupings of communes, departments and regions of France, case "
            "studies, indicators, ontology, and what follows from them.",
        ),
    )
    _changed(made, frame, DATASET, None)
    made.add(DATASET, DCTERMS.language, FRENCH, ENGLISH)
    made.add(DATASET, DCAT.version, Literal(str(frame.version.number)))
    made.add(DATASET, DCTERMS.hasPart, *(NamedNode(GRAPH + name) for name in graphs))
    made.add(DATASET, VOID.triples, Literal(str(frame.version.quads), datatype=XSD.integer))
    made.add(DATASET, FOAF.page, frame.page(".well-known/void"))
    _asked(made, frame, DATASET, "digiterr-sparql", None)
    for dump in dumps:
        described = DATASET
        if dump.version != frame.version.number:
            described = frame.page(f"versions/{dump.version}")
            made.add(DATASET, DCAT.hasVersion, described)
            made.say(
                described,
                DCTERMS.title,
                Text(f"DigiTerr, version {dump.version}", f"DigiTerr, version {dump.version}"),
            )
            made.say(
                described,
                DCTERMS.description,
                Text("Une version antérieure du graphe.", "An earlier version of the graph."),
            )
            made.add(described, DCAT.version, Literal(str(dump.version)))
            made.add(described, DCAT.isVersionOf, DATASET)
            made.add(described, DCTERMS.issued, moment(dump.created))
            made.add(described, DCTERMS.publisher, frame.publisher)
        for file in dump.files:
            describe_dump_file(made, frame, described, dump, file)


def describe_dump_file(
    made: Description, frame: Frame, dataset: NamedNode, dump: Dump, file: DumpFile
) -> None:
    """A file of a dump as a distribution, with its size and checksum."""
    node, terms = frame.page(f"dumps/{dump.version}/{file.name}"), frame.node("rights")
    _distribution(made, dataset, node, node, file.media_type, Text(file.name, file.name))
    made.add(node, DCAT.downloadURL, node)
    made.add(node, DCTERMS.issued, moment(dump.created))
    made.add(node, DCTERMS.rights, terms)
    made.say(terms, RDFS.label, RIGHTS)
    made.add(node, DCAT.byteSize, Literal(str(file.size), datatype=XSD.nonNegativeInteger))
    if file.compression:
        made.add(node, DCAT.compressFormat, media_type(file.compression))
    checksum = NamedNode(f"{node.value}#sha256")
    made.add(node, SPDX.checksum, checksum)
    made.add(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    made.add(checksum, SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary))


def _asked(made: Description, frame: Frame, dataset: NamedNode, name: str, terms: NamedNode | None) -> None:
    node = frame.node(name)
    made.add(dataset, DCAT.distribution, node)
    made.say(node, DCTERMS.title, Text("Par requête SPARQL", "By SPARQL query"))
    made.add(node, DCAT.accessURL, frame.page("sparql"))
    made.add(node, DCAT.accessService, frame.node(SPARQL))
    made.add(node, DCTERMS.license, terms)


def _answers(made: Description, frame: Frame) -> None:
    """The answers to the stored questions, each a table to download."""
    _dataset(made, frame, ANSWERS, frame.page("queries"))
    made.say(
        ANSWERS,
        DCTERMS.title,
        Text("Réponses aux questions enregistrées", "Answers to the stored questions"),
    )
    made.say(
        ANSWERS,
        DCTERMS.description,
        Text(
            "Des tables tirées du graphe, une par question : comparaisons de cas, territoires, indicateurs.",
            "Tables drawn from the graph, one for each question: comparisons of cases, territories, "
            "indicators.",
        ),
    )
    _changed(made, frame, ANSWERS, None)
    made.add(ANSWERS, DCTERMS.language, FRENCH, ENGLISH)
    for query in library.all_queries():
        node = frame.page(f"queries/{query.name}")
        _distribution(made, ANSWERS, node, node, "text/csv", query.title)
        made.say(node, DCTERMS.description, query.question)
        made.add(node, DCAT.downloadURL, frame.page(f"queries/{query.name}.csv"))
        made.add(node, DCAT.accessService, frame.node(API))


def _facts(frame: Frame) -> Facts:
    """What the graph of provenance states, by subject."""
    found: dict[NamedNode, list[tuple[NamedNode, Term]]] = {}
    for subject, predicate, value in frame.engine.select(_PROVENANCE).rows:
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            found.setdefault(subject, []).append((predicate, value))
    return found


def _all(facts: Facts, subject: Term, predicate: NamedNode) -> Iterator[Term]:
    known = facts.get(subject, ()) if isinstance(subject, NamedNode) else ()
    return (value for name, value in known if name == predicate)
