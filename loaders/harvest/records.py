"""A page of DCAT as records: each with its description, judged by the shapes of harvested records."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ...ontology import iris
from ...ontology.names import ADMS, DCAT, DCTERMS, FOAF, PROV, RDFS, SCHEMA
from ...ontology.text import Text
from ...shapes.compiled_engine import validate_in_memory
from ...shapes.paths import Predicate
from ...shapes.report import ValidationResult
from ...shapes.shapes_graph import ShapesGraph, read_shapes
from ..identifiers import siren_problem, siret_problem
from .description import Node, PageGraph, TooLargeError, genid, lines
from .likeness import likenesses
from .model import Publisher, Record, Refusal

WITHDRAWN: Final = NamedNode("http://publications.europa.eu/resource/authority/dataset-status/WITHDRAWN")
COMPLETED: Final = NamedNode("http://publications.europa.eu/resource/authority/dataset-status/COMPLETED")
_LONGEST_TITLE: Final = 300
_DIGITS: Final = re.compile(r"\D")
_MARK: Final = "Harvested"

# The publisher's own word for a property; the properties themselves, for RDF.
FieldNames = Callable[[str], str]


def read_records(
    page: PageGraph, portal: str, where: str, field_name: FieldNames, nodes: Iterable[Node] | None = None
) -> tuple[list[Record], list[Refusal]]:
    """The records of a page, or of some of its resources, and those that its publisher has to mend."""
    sheets = {
        topic: sheet
        for sheet in page.typed(DCAT.CatalogRecord)
        for topic in page.values(sheet, FOAF.primaryTopic)
    }
    drafts: dict[str, Record] = {}
    refusals: list[Refusal] = []
    triples: dict[str, list[Triple]] = {}
    for node in page.resources() if nodes is None else nodes:
        sheet = sheets.get(node)
        title = (page.text(node, DCTERMS.title) or "")[:_LONGEST_TITLE]
        identifier = page.text(node, DCTERMS.identifier) or (
            page.text(sheet, DCTERMS.identifier) if sheet else None
        )
        key = node.value if isinstance(node, NamedNode) else identifier
        if key is None:
            refusals.append(_without_name(title, where, field_name))
            continue
        try:
            draft, said = _draft(
                page,
                node,
                sheet if isinstance(sheet, NamedNode | BlankNode) else None,
                key,
                identifier or key,
                title,
                portal,
            )
        except TooLargeError:
            refusals.append(_too_large(key, title, where))
            continue
        drafts[key], triples[key] = draft, said
    broken = _judge(triples)
    records: list[Record] = [
        _tombstone(topic) for topic, sheet in sheets.items() if _is_withdrawn(page, sheet, topic)
    ]
    for key, draft in drafts.items():
        if key in broken:
            refusals.append(_refusal(draft, broken[key], where, field_name))
        else:
            records.append(draft)
    return records, refusals


def record_code(portal: str, key: str) -> str:
    """The part of a record's IRI after its kind."""
    return f"{portal}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _draft(
    page: PageGraph, node: Node, sheet: Node | None, key: str, identifier: str, title: str, portal: str
) -> tuple[Record, list[Triple]]:
    """A record, and all that the page says for it, its publisher included, to be judged."""
    own_name = isinstance(node, NamedNode) and not node.value.startswith(iris.BASE)
    iri = (
        node
        if isinstance(node, NamedNode) and own_name
        else iris.data_iri("dataset", record_code(portal, key))
    )
    description = page.description(node, iri, without=(DCTERMS.publisher,))
    if not own_name:
        description.append(Triple(iri, DCTERMS.identifier, Literal(key)))
    said = list(description)
    publishers = page.values(node, DCTERMS.publisher)
    publisher = None
    for found in publishers:
        if isinstance(found, Literal):
            said.append(Triple(iri, DCTERMS.publisher, found))
            continue
        publisher, about = _publisher(page, found)
        said += [Triple(iri, DCTERMS.publisher, NamedNode(publisher.node)), *about]
    origin = page.values(sheet, PROV.hadPrimarySource) if sheet is not None else []
    identifiers = [
        value.value for value in page.values(node, DCTERMS.identifier) if isinstance(value, Literal)
    ]
    record = Record(
        key=key,
        identifier=identifier,
        iri=iri.value,
        title=title,
        content=lines(description),
        publisher=publisher,
        origin=next((value.value for value in origin if isinstance(value, NamedNode)), None),
        likeness=tuple(likenesses(iri.value, identifiers, _files(page, node))),
    )
    return record, said


def _publisher(page: PageGraph, node: Node) -> tuple[Publisher, list[Triple]]:
    """The publisher, and what the page says of it. One under our own addresses is not theirs to describe."""
    name = page.text(node, FOAF.name, SCHEMA.name, RDFS.label, DCTERMS.title) or ""
    numbers = [value.value for value in page.values(node, DCTERMS.identifier) if isinstance(value, Literal)]
    address = page.named(node)
    ours = address.value if address.value.startswith(iris.DATA) else None
    agent = genid(name) if ours else address
    about = page.description(node, agent)
    return Publisher(name, _siren(numbers), agent.value, lines(about), ours), about


def _siren(numbers: Iterable[str]) -> str | None:
    """The SIREN among the identifiers of a body, or that of its SIRET."""
    for number in numbers:
        digits = _DIGITS.sub("", number)
        if len(digits) == 9 and siren_problem(digits) is None:
            return digits
        if len(digits) == 14 and siret_problem(digits) is None:
            return digits[:9]
    return None


def _files(page: PageGraph, node: Node) -> list[str]:
    found: list[str] = []
    for distribution in page.values(node, DCAT.distribution):
        if isinstance(distribution, Literal):
            continue
        addresses = page.values(distribution, DCAT.downloadURL) or page.values(distribution, DCAT.accessURL)
        found += [address.value for address in addresses if isinstance(address, NamedNode)]
    return found


def _is_withdrawn(page: PageGraph, sheet: Node, topic: object) -> bool:
    said = {
        value.value.rpartition("/")[2].upper()
        for value in page.values(sheet, ADMS.status)
        if isinstance(value, NamedNode)
    }
    return "WITHDRAWN" in said and isinstance(topic, NamedNode)


def _tombstone(topic: object) -> Record:
    key = topic.value if isinstance(topic, NamedNode) else str(topic)
    return Record(key=key, identifier=key, iri=key, title="", withdrawn=True)


@cache
def _shapes() -> ShapesGraph:
    with as_file(files(__package__ or "").joinpath("shapes.ttl")) as path:
        return read_shapes(path)


def _judge(triples: dict[str, list[Triple]]) -> dict[str, ValidationResult]:
    """The first rule that each record breaks, for those that break one."""
    owners: dict[object, set[str]] = defaultdict(set)
    for key, said in triples.items():
        for triple in said:
            owners[triple.subject].add(key)
    everything = dict.fromkeys(triple for said in triples.values() for triple in said)
    broken: dict[str, ValidationResult] = {}
    for result in validate_in_memory(everything, _shapes()).violations:
        for key in owners.get(result.focus_node, ()):
            broken.setdefault(key, result)
    return broken


def _refusal(record: Record, result: ValidationResult, where: str, field_name: FieldNames) -> Refusal:
    shape = result.source_shape.value.rpartition("#")[2].removeprefix(_MARK)
    reason = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", shape).lower()
    path = result.path.iri.value if isinstance(result.path, Predicate) else ""
    value = result.value.value if isinstance(result.value, NamedNode | Literal) else ""
    hint = result.hint or Text("", "")
    return Refusal(record.key, record.title, where, field_name(path), reason, result.message, hint, value)


def _without_name(title: str, where: str, field_name: FieldNames) -> Refusal:
    return Refusal(
        title, title, where, field_name(DCTERMS.identifier.value), "identifier",
        Text("La fiche n’a ni adresse ni identifiant.", "The record has no address and no identifier."),
        Text("Donnez-lui un identifiant qui ne change pas.", "Give it an identifier that does not change."),
    )  # fmt: skip


def _too_large(key: str, title: str, where: str) -> Refusal:
    return Refusal(
        key, title, where, "", "too-large",
        Text(
            "La fiche compte plus d’énoncés que n’en a une fiche, ou des nœuds anonymes sans fin.",
            "The record has more statements than a record has, or blank nodes without end.",
        ),
        Text(
            "Publiez ces données comme un fichier, non dans la fiche.",
            "Publish these data as a file, not in the record.",
        ),
    )  # fmt: skip
