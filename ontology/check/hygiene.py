"""The hygiene rules run over checked documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store
from rdflib import OWL, RDF, RDFS, SKOS, VANN, Graph, URIRef
from rdflib.term import Node

from ..errors import Where
from ..iris import CONCEPT, GRAPH, ONTOLOGY, TERM
from ..names import DCTERMS
from ..names import RDF as RDF_NAME
from ..text import Text
from ..vocabularies import VOCABULARIES
from .documents import Checked, Document
from .model import Finding
from .rule_files import HygieneRule, hygiene_rules

_OWN, _STATED, _FOREIGN, _MENTIONED, _FILES = (
    NamedNode(f"{GRAPH}check/{name}") for name in ("own", "stated", "foreign", "mentioned", "files")
)
_KINDS = (
    *(OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Datatype),
    *(SKOS.Concept, SKOS.ConceptScheme, OWL.Ontology),
)
_OURS = (TERM, CONCEPT)
_OUTSIDE = tuple(vocabulary.namespace for vocabulary in VOCABULARIES)


def hygiene_findings(checked: Checked) -> Iterator[Finding]:
    """What the rules find, gravest first within each rule's name."""
    store = _store(checked)
    for rule in hygiene_rules():
        yield from _run(rule, store, checked)


def _run(rule: HygieneRule, store: Store, checked: Checked) -> Iterator[Finding]:
    solutions = store.query(rule.sparql)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the rules are ours, and SELECTs
    names = [variable.value for variable in solutions.variables]
    rows = {tuple(zip(names, map(str, solution), strict=True)): solution for solution in solutions}
    for key in sorted(rows):
        solution = rows[key]
        term = solution["term"]
        if not isinstance(term, NamedNode):
            continue
        said = {name: _said(solution[name], checked) for name in names}
        yield Finding(
            rule=rule.name,
            severity=rule.severity,
            term=term.value,
            message=Text(rule.sentence.fr.format(**said), rule.sentence.en.format(**said)),
            hint=rule.hint,
            where=checked.where(term.value) or _file(term.value, checked),
        )


def _said(term: object, checked: Checked) -> str:
    if isinstance(term, NamedNode):
        named = {document_iri(document).value: document.name for document in checked.documents}
        return named.get(term.value) or checked.short(term.value)
    return term.value if isinstance(term, Literal) else str(term)


def _file(term: str, checked: Checked) -> Where | None:
    found = (d.name for d in checked.documents if document_iri(d).value == term)
    return next((Where(file=name) for name in found), None)


def document_iri(document: Document) -> NamedNode:
    """The name that a file has while it is checked."""
    return NamedNode(f"{GRAPH}check/file/{sha256(document.name.encode()).hexdigest()[:16]}")


def _store(checked: Checked) -> Store:
    store = Store()
    store.load(_ntriples(checked.graph), RdfFormat.N_TRIPLES, to_graph=DefaultGraph())
    concepts = _concept_classes(checked.graph)
    for document in checked.documents:
        store.load(_ntriples(document.graph), RdfFormat.N_TRIPLES, to_graph=_STATED)
        store.extend(_described(document, concepts))
    return store


def _ntriples(graph: Graph) -> bytes:
    return graph.serialize(format="nt", encoding="utf-8")


def _concept_classes(graph: Graph) -> frozenset[Node]:
    """skos:Concept and the classes below it."""
    return frozenset(
        node for node in graph.transitive_subjects(RDFS.subClassOf, SKOS.Concept) if isinstance(node, Node)
    )


def _described(document: Document, concepts: frozenset[Node]) -> Iterator[Quad]:
    """The file itself, the terms that it defines or speaks of as if it did, and those it mentions."""
    file = document_iri(document)
    yield Quad(file, RDF_NAME.type, NamedNode(DCTERMS.NAMESPACE + "Dataset"), _FILES)
    for header in document.ontologies:
        yield Quad(file, DCTERMS.hasPart, NamedNode(str(header)), _FILES)
    for subject, kind in document.graph.subject_objects(RDF.type):
        declared = SKOS.Concept if kind in concepts else kind
        if isinstance(subject, URIRef) and declared in _KINDS:
            graph = _FOREIGN if _is_foreign(subject, document) else _OWN
            yield Quad(NamedNode(str(subject)), RDF_NAME.type, NamedNode(str(declared)), graph)
    own = tuple(_namespaces(document))
    for term in {node for triple in document.graph for node in triple if isinstance(node, URIRef)}:
        if str(term).startswith(own) and term not in document.ontologies and _local(term, own):
            yield Quad(NamedNode(str(term)), RDF_NAME.type, NamedNode(str(RDFS.Resource)), _MENTIONED)


def _is_foreign(term: URIRef, document: Document) -> bool:
    if document.is_ours:
        return str(term).startswith(_OUTSIDE) and not str(term).startswith(_OURS)
    return str(term).startswith((*_OUTSIDE, *_OURS)) and term not in document.ontologies


def _namespaces(document: Document) -> Iterable[str]:
    """Namespaces whose terms the file must declare or find declared: ours, and those it says are its own."""
    yield from _OURS
    for header in document.ontologies:
        for namespace in document.graph.objects(header, VANN.preferredNamespaceUri):
            yield str(namespace)
        if not str(header).startswith(ONTOLOGY):
            yield str(header) + "#"


def _local(term: URIRef, namespaces: tuple[str, ...]) -> str:
    return min((str(term).removeprefix(n) for n in namespaces), key=len)
