"""The description of records of the graph: what it states of them, and what the profile asks for besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode

from ...ontology.iris import GRAPH
from ...ontology.names import ADMS, DC, DCAT, DCTERMS, FOAF, PROV, RDF, SPDX
from ...ontology.text import Text
from ...store.model import Engine, Term
from .authorities import COMPLETED, PROFILE, WITHDRAWN, licence
from .description import Description, moment
from .frame import Frame
from .records import Entry, Publisher, Records

# What belongs to a dataset's own description, wherever it leads in the same graph.
_PARTS: Final = frozenset(
    {
        ADMS.identifier,
        DCAT.accessService,
        DCAT.contactPoint,
        DCAT.distribution,
        DCTERMS.accessRights,
        DCTERMS.conformsTo,
        DCTERMS.creator,
        DCTERMS.license,
        DCTERMS.provenance,
        DCTERMS.publisher,
        DCTERMS.rights,
        DCTERMS.spatial,
        DCTERMS.temporal,
        SPDX.checksum,
    }
)
_DEPTH: Final = 3  # dataset -> distribution -> checksum
_BATCH: Final = 1000
# The graphs in a FILTER: named before the things, the engine would read them from end to end.
_STATED: Final = "SELECT ?s ?p ?o WHERE { VALUES ?s { %s } GRAPH ?g { ?s ?p ?o } FILTER(?g IN (%s)) }"


def describe_entries(made: Description, frame: Frame, records: Records, entries: Sequence[Entry]) -> None:
    """Describe records and their datasets as the graph has them; those withdrawn as records alone."""
    graphs = sorted({entry.graph for entry in entries})
    wanted = {NamedNode(entry.dataset) for entry in entries if not entry.withdrawn}
    wanted |= {NamedNode(entry.record) for entry in entries if entry.record}
    _state(made, frame.engine, graphs, wanted)
    for entry in entries:
        _complete(made, frame, entry, records.publishers.get(entry.publisher or ""))


def _state(made: Description, engine: Engine, graphs: Iterable[str], wanted: set[NamedNode]) -> None:
    """What the graphs state of things, and of the parts that these name, in as many steps as it takes."""
    names = ", ".join(str(NamedNode(graph)) for graph in graphs)
    seen: set[NamedNode] = set()
    for _ in range(_DEPTH):
        asked = sorted(wanted - seen, key=str)
        seen |= wanted
        wanted = set()
        for start in range(0, len(asked), _BATCH):
            text = _STATED % (" ".join(map(str, asked[start : start + _BATCH])), names)
            for subject, predicate, value in engine.select(text).rows:
                if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
                    continue
                kept = _as_served(predicate, value)
                made.add(subject, predicate, kept)
                if predicate in _PARTS and isinstance(kept, NamedNode):
                    wanted.add(kept)


def _as_served(predicate: NamedNode, value: Term | None) -> Term | None:
    """A value by the EU's name for it; None for what points at the graph's own account of its sources."""
    if predicate == DCTERMS.license and isinstance(value, NamedNode):
        return licence(value)
    if predicate == DCTERMS.source and isinstance(value, NamedNode):
        return None
    return value


def _complete(made: Description, frame: Frame, entry: Entry, publisher: Publisher | None) -> None:
    dataset = NamedNode(entry.dataset)
    record = NamedNode(entry.record) if entry.record else frame.record_of(entry.dataset)
    made.type(record, DCAT.CatalogRecord)
    made.add(record, FOAF.primaryTopic, dataset)
    made.type(dataset, DCAT.Resource)
    made.add(frame.catalog, DCAT.record, record)
    made.add(record, DCTERMS.conformsTo, PROFILE)
    if entry.origin:
        made.add(record, PROV.hadPrimarySource, NamedNode(entry.origin))
    if not made.holds(record, ADMS.status):
        made.add(record, ADMS.status, WITHDRAWN if entry.withdrawn else COMPLETED)
    if not made.holds(record, DCTERMS.modified):
        changed = made.value(dataset, DCTERMS.modified) or made.value(dataset, DCTERMS.issued)
        made.add(record, DCTERMS.modified, changed or moment(frame.version.created))
    if entry.withdrawn:
        return
    _membership(made, frame.catalog, dataset)
    if publisher:
        body = NamedNode(publisher.iri)
        made.add(body, FOAF.name, Literal(publisher.name, language="fr"))
        made.add(body, DCTERMS.identifier, Literal(publisher.siren))
    if not made.holds(dataset, DCTERMS.description):
        made.say(dataset, DCTERMS.description, _reference(made, dataset, entry, publisher))
    page = made.value(dataset, DCAT.landingPage)
    if (
        isinstance(page, NamedNode)
        and not made.holds(dataset, DCAT.distribution)
        and _is_dataset(made, dataset)
    ):
        # DCAT 3, 6.8.3: known by its landing page alone, a distribution has it as its access URL.
        distribution = NamedNode(f"{record.value}#distribution")
        made.add(dataset, DCAT.distribution, distribution)
        made.add(distribution, DCAT.accessURL, page)
        made.add(distribution, DCTERMS.license, made.value(dataset, DCTERMS.license))


def _membership(made: Description, catalog: NamedNode, dataset: NamedNode) -> None:
    if made.states(dataset, RDF.type, DCAT.DataService):
        made.add(catalog, DCAT.service, dataset)
    else:
        made.add(catalog, DCAT.dataset, dataset)
        if not made.states(dataset, RDF.type, DCAT.DatasetSeries):
            made.type(dataset, DCAT.Dataset)


def _is_dataset(made: Description, dataset: NamedNode) -> bool:
    return made.states(dataset, RDF.type, DCAT.Dataset)


def _reference(made: Description, dataset: NamedNode, entry: Entry, publisher: Publisher | None) -> Text:
    """In place of a description that the source does not give: what this is a reference to."""
    words = made.value(dataset, DC.publisher)
    by = publisher.name if publisher else words.value if isinstance(words, Literal) else None
    fr = f"Référence du jeu de données « {entry.title} »" + (f", publié par {by}" if by else "")
    en = f"Reference of the dataset “{entry.title}”" + (f", published by {by}" if by else "")
    name = entry.graph.removeprefix(GRAPH)
    return Text(
        f"{fr}. La source ({name}) n’en donne pas de description : elle se lit à la page du jeu de données.",
        f"{en}. The source ({name}) gives no description of it: read it on the dataset’s own page.",
    )
