"""What an ontology says of each term, in a form that can be compared: blank nodes by their content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ..iris import BASE

KINDS = (
    *(OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Datatype),
    *(SKOS.ConceptScheme, SKOS.Concept),
)
LABELS = (RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
LOGICAL = (
    *(RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range),
    *(OWL.equivalentClass, OWL.equivalentProperty, OWL.disjointWith, OWL.disjointUnionOf, OWL.oneOf),
    *(OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.inverseOf, OWL.propertyDisjointWith),
    *(OWL.propertyChainAxiom, OWL.hasKey, OWL.differentFrom, OWL.sameAs),
)
_BLOCK_TYPES = (OWL.AllDifferent, OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.Axiom)
_LISTS = (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.members, OWL.distinctMembers, OWL.disjointUnionOf)

Statement = tuple[URIRef, str]  # a predicate, and its object by content


@dataclass
class Description:
    """One term: its kind, module, and statements; `nodes` gives back the object of each."""

    kind: URIRef
    module: Node | None
    deprecated: bool
    statements: dict[Statement, Node] = field(default_factory=dict)

    def of(self, *predicates: URIRef) -> dict[Statement, Node]:
        return {key: node for key, node in self.statements.items() if key[0] in predicates}


def describe(graph: Graph, namespaces: tuple[str, ...] = (BASE,)) -> Mapping[URIRef, Description]:
    """Every declared term in the namespaces."""
    concepts = set(graph.transitive_subjects(RDFS.subClassOf, SKOS.Concept))
    described: dict[URIRef, Description] = {}
    for kind in (*KINDS[:-1], *(node for node in concepts if isinstance(node, URIRef))):
        for term in graph.subjects(RDF.type, kind):
            if isinstance(term, URIRef) and str(term).startswith(namespaces) and term not in described:
                described[term] = _description(graph, term, SKOS.Concept if kind in concepts else kind)
    return described


def _description(graph: Graph, term: URIRef, kind: URIRef) -> Description:
    found = Description(
        kind=kind,
        module=graph.value(term, RDFS.isDefinedBy),
        deprecated=any(str(value) == "true" for value in graph.objects(term, OWL.deprecated)),
    )
    for predicate, value in graph.predicate_objects(term):
        if isinstance(predicate, URIRef) and predicate not in (RDFS.isDefinedBy, OWL.deprecated):
            found.statements[predicate, content(graph, value)] = value
    return found


def axiom_blocks(graph: Graph) -> dict[str, Node]:
    """Axioms that belong to no term: general inclusions, and groups that exclude each other or differ."""
    blocks = {node for kind in _BLOCK_TYPES for node in graph.subjects(RDF.type, kind)}
    blocks |= {node for node in graph.subjects(RDFS.subClassOf) if isinstance(node, BNode)}
    return {content(graph, node): node for node in blocks if isinstance(node, BNode)}


def content(graph: Graph, node: Node, seen: frozenset[Node] = frozenset()) -> str:
    """A node by what it says: a blank node is its statements, a list of a set's members has no order."""
    if not isinstance(node, BNode):
        return repr(node)
    if node in seen:
        return "…"
    seen = seen | {node}
    if (node, RDF.first, None) in graph:
        return "(" + " ".join(content(graph, item, seen) for item in Collection(graph, node)) + ")"
    parts = sorted(_parts(graph, node, seen))
    return "[" + " ; ".join(parts) + "]"


def _parts(graph: Graph, node: BNode, seen: frozenset[Node]) -> Iterator[str]:
    for predicate, value in graph.predicate_objects(node):
        if predicate in _LISTS and isinstance(value, BNode):
            members = sorted(content(graph, item, seen) for item in Collection(graph, value))
            yield f"{predicate} {{{' '.join(members)}}}"
        else:
            yield f"{predicate} {content(graph, value, seen)}"


NOTES = (SKOS.definition, RDFS.comment, SKOS.example, SKOS.scopeNote, SKOS.editorialNote, SKOS.changeNote)
UNSAID = (DCTERMS.modified, SKOS.changeNote)
"""Statements whose change is the trace of a change, not one in itself."""
