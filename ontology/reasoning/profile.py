"""What keeps an ontology out of OWL 2 DL, named: the restrictions of the structural specification.

Sections are those of https://www.w3.org/TR/owl2-syntax/: 2.4 (reserved vocabulary), 4 (datatype map), 5.8
(declarations and typing constraints), 11.1 (simple roles, regularity), 11.2 (anonymous individuals).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ..text import Text
from .phrase import Phrasebook, local_name

_PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_DATATYPES = {
    *(OWL.rational, OWL.real, RDF.XMLLiteral, RDF.PlainLiteral, RDF.langString, RDFS.Literal),
    *(XSD.decimal, XSD.integer, XSD.nonNegativeInteger, XSD.nonPositiveInteger, XSD.positiveInteger),
    *(XSD.negativeInteger, XSD.long, XSD.int, XSD.short, XSD.byte, XSD.unsignedLong, XSD.unsignedInt),
    *(XSD.unsignedShort, XSD.unsignedByte, XSD.double, XSD.float, XSD.string, XSD.normalizedString),
    *(XSD.token, XSD.language, XSD.Name, XSD.NCName, XSD.NMTOKEN, XSD.boolean, XSD.hexBinary),
    *(XSD.base64Binary, XSD.anyURI, XSD.dateTime, XSD.dateTimeStamp),
}
_FACETS = {
    *(XSD.minInclusive, XSD.maxInclusive, XSD.minExclusive, XSD.maxExclusive),
    *(XSD.length, XSD.minLength, XSD.maxLength, XSD.pattern, URIRef(str(RDF) + "langRange")),
}
_SIMPLE_ONLY = (
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.IrreflexiveProperty,
    OWL.AsymmetricProperty,
)
_COUNTING = (
    OWL.minCardinality,
    OWL.maxCardinality,
    OWL.cardinality,
    OWL.minQualifiedCardinality,
    OWL.maxQualifiedCardinality,
    OWL.qualifiedCardinality,
    OWL.hasSelf,
)
_CLASS_AXIOMS = (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.complementOf)
_BUILT_IN_CLASSES = {OWL.Thing, OWL.Nothing}
_BUILT_IN_PROPERTIES = {
    *(OWL.topObjectProperty, OWL.bottomObjectProperty, OWL.topDataProperty, OWL.bottomDataProperty),
}
_BUILT_IN_ANNOTATIONS = {
    *(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.deprecated, OWL.versionInfo),
    *(OWL.priorVersion, OWL.backwardCompatibleWith, OWL.incompatibleWith),
}
_RESERVED = tuple(str(namespace) for namespace in (OWL, RDF, RDFS, XSD))


@dataclass(frozen=True, slots=True)
class ProfileViolation:
    """One restriction of OWL 2 DL that is not kept, as a clause. `rule` is a stable kebab-case name."""

    rule: str
    term: str
    message: Text


def profile_violations(graph: Graph) -> tuple[ProfileViolation, ...]:
    """Every OWL 2 DL restriction that an ontology, merged with what it imports, does not keep."""
    checker = _Checker(graph)
    found = dict.fromkeys(violation for check in checker.checks() for violation in check())
    return tuple(sorted(found, key=lambda violation: (violation.rule, violation.term)))


class _Checker:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.phrasebook = Phrasebook(graph)
        self.kinds: dict[Node, set[Node]] = defaultdict(set)
        for subject, kind in graph.subject_objects(RDF.type):
            self.kinds[subject].add(kind)

    def checks(self) -> tuple[Callable[[], Iterator[ProfileViolation]], ...]:
        return (
            self.undeclared_properties,
            self.undeclared_classes,
            self.punned_properties,
            self.punned_datatypes,
            self.non_simple,
            self.irregular,
            self.datatypes,
            self.facets,
            self.reserved,
            self.data_characteristics,
            self.malformed,
            self.anonymous,
        )

    # -- 5.8: every term is declared, and with one kind only where kinds exclude each other

    def undeclared_properties(self) -> Iterator[ProfileViolation]:
        allowed = _BUILT_IN_PROPERTIES | _BUILT_IN_ANNOTATIONS
        used = {predicate for predicate in self.graph.predicates() if not self._is_reserved(predicate)}
        used |= set(self.graph.objects(None, OWL.onProperty))
        for predicate in (RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentProperty):
            used |= {node for pair in self.graph.subject_objects(predicate) for node in pair}
        for term in used - allowed:
            if isinstance(term, URIRef) and not self.kinds[term].intersection(_PROPERTY_KINDS):
                yield self._violation(
                    "undeclared-property",
                    term,
                    "{} est employée comme propriété sans être déclarée",
                    "{} is used as a property without being declared",
                )

    def undeclared_classes(self) -> Iterator[ProfileViolation]:
        used: set[Node] = set()
        for predicate in _CLASS_AXIOMS:
            used |= {node for pair in self.graph.subject_objects(predicate) for node in pair}
        for predicate in (OWL.someValuesFrom, OWL.allValuesFrom, OWL.onClass, RDFS.domain, RDFS.range):
            used |= set(self.graph.objects(None, predicate))
        for predicate in (OWL.intersectionOf, OWL.unionOf, OWL.disjointUnionOf):
            for head in self.graph.objects(None, predicate):
                used |= set(Collection(self.graph, head))
        used |= {kind for kind in self.graph.objects(None, RDF.type) if not self._is_reserved(kind)}
        for term in used - _BUILT_IN_CLASSES - _DATATYPES:
            if (
                isinstance(term, URIRef)
                and not self._is_reserved(term)
                and not self.kinds[term].intersection({OWL.Class, RDFS.Datatype})
            ):
                yield self._violation(
                    "undeclared-class",
                    term,
                    "{} est employée comme classe sans être déclarée",
                    "{} is used as a class without being declared",
                )

    def punned_properties(self) -> Iterator[ProfileViolation]:
        for term, kinds in self.kinds.items():
            names = [local_name(str(kind)) for kind in _PROPERTY_KINDS if kind in kinds]
            if len(names) > 1:
                yield self._violation(
                    "punned-property",
                    term,
                    f"{{}} est déclarée deux fois, comme {' et '.join(names)}",
                    f"{{}} is declared twice, as {' and '.join(names)}",
                )

    def punned_datatypes(self) -> Iterator[ProfileViolation]:
        for term, kinds in self.kinds.items():
            if {OWL.Class, RDFS.Datatype} <= kinds:
                yield self._violation(
                    "punned-datatype",
                    term,
                    "{} est à la fois une classe et un type de données",
                    "{} is both a class and a datatype",
                )

    # -- 11.1: composite properties stay out of counting axioms, and chains do not turn in circles

    def _composite(self) -> set[Node]:
        """Transitive properties and those made by a chain, with all that is above them, inverses too."""
        graph = self.graph
        composite = set(graph.subjects(RDF.type, OWL.TransitiveProperty))
        composite |= set(graph.subjects(OWL.propertyChainAxiom))
        while True:
            more: set[Node] = set()
            for term in composite:
                for predicate in (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf):
                    more |= set(graph.objects(term, predicate))
                for predicate in (OWL.equivalentProperty, OWL.inverseOf):
                    more |= set(graph.subjects(predicate, term))
            if more <= composite:
                return composite
            composite |= more

    def non_simple(self) -> Iterator[ProfileViolation]:
        graph, composite = self.graph, self._composite()
        for characteristic in _SIMPLE_ONLY:
            for term in composite.intersection(graph.subjects(RDF.type, characteristic)):
                yield self._composite_violation(term, local_name(str(characteristic)))
        for predicate in _COUNTING:
            for restriction in graph.subjects(predicate):
                for term in composite.intersection(graph.objects(restriction, OWL.onProperty)):
                    yield self._composite_violation(term, local_name(str(predicate)))
        for pair in graph.subject_objects(OWL.propertyDisjointWith):
            for term in composite.intersection(pair):
                yield self._composite_violation(term, "propertyDisjointWith")
        for group in graph.subjects(RDF.type, OWL.AllDisjointProperties):
            for head in graph.objects(group, OWL.members):
                for term in composite.intersection(Collection(graph, head)):
                    yield self._composite_violation(term, "AllDisjointProperties")

    def _composite_violation(self, term: Node, construct: str) -> ProfileViolation:
        return self._violation(
            "non-simple-property",
            term,
            f"{{}}, transitive ou issue d’une chaîne, ne peut figurer dans {construct}",
            f"{{}}, transitive or made by a chain, cannot stand in {construct}",
        )

    def irregular(self) -> Iterator[ProfileViolation]:
        """Chains need an order of properties: none may need itself, but at one end of its own chain."""
        graph = self.graph
        needs: dict[Node, set[Node]] = defaultdict(set)
        for child, parent in graph.subject_objects(RDFS.subPropertyOf):
            needs[parent].add(child)
        chained = set(graph.subjects(OWL.propertyChainAxiom))
        for implied, head in graph.subject_objects(OWL.propertyChainAxiom):
            steps = list(Collection(graph, head))
            if steps == [implied, implied]:
                continue
            inner = steps[1:] if steps[0] == implied else steps[:-1] if steps[-1] == implied else steps
            needs[implied] |= set(inner)
        for term in chained:
            reached, todo = set[Node](), [term]
            while todo:
                for needed in needs[todo.pop()] - reached:
                    reached.add(needed)
                    todo.append(needed)
            if term in reached:
                yield self._violation(
                    "irregular-chain",
                    term,
                    "la chaîne qui donne {} dépend d’elle-même",
                    "the chain that gives {} depends on itself",
                )

    # -- 4: the datatype map

    def datatypes(self) -> Iterator[ProfileViolation]:
        graph = self.graph
        used: set[Node] = {
            node.datatype
            for node in graph.objects()
            if isinstance(node, Literal) and node.datatype is not None
        }
        for predicate in (RDFS.range, OWL.onDatatype, OWL.onDataRange, OWL.someValuesFrom, OWL.allValuesFrom):
            used |= {node for node in graph.objects(None, predicate) if str(node).startswith(str(XSD))}
        defined = set(graph.subjects(OWL.equivalentClass)) | set(graph.subjects(OWL.onDatatype))
        for term in used - _DATATYPES - defined:
            if str(term).startswith(_RESERVED):
                yield self._violation(
                    "datatype-outside-map",
                    term,
                    "le type de données {} n’est pas de ceux d’OWL 2",
                    "the datatype {} is not one of OWL 2",
                )

    def facets(self) -> Iterator[ProfileViolation]:
        for head in self.graph.objects(None, OWL.withRestrictions):
            for facet in Collection(self.graph, head):
                for predicate in self.graph.predicates(facet):
                    if predicate not in _FACETS:
                        yield self._violation(
                            "unknown-facet",
                            predicate,
                            "{} n’est pas une facette de type de données",
                            "{} is not a datatype facet",
                        )

    # -- 2.4 and 9: reserved vocabulary, and characteristics that data properties cannot have

    def reserved(self) -> Iterator[ProfileViolation]:
        for term, kinds in list(self.kinds.items()):
            if self._is_reserved(term) and kinds.intersection({OWL.Class, *_PROPERTY_KINDS, RDFS.Datatype}):
                redeclared = (
                    term in _BUILT_IN_CLASSES | _BUILT_IN_PROPERTIES | _BUILT_IN_ANNOTATIONS | _DATATYPES
                )
                if not redeclared:
                    yield self._violation(
                        "reserved-vocabulary",
                        term,
                        "{} appartient au vocabulaire réservé d’OWL et ne peut être redéfini",
                        "{} belongs to OWL's reserved vocabulary and cannot be defined again",
                    )

    def data_characteristics(self) -> Iterator[ProfileViolation]:
        forbidden = {
            *(OWL.InverseFunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty),
            *(OWL.AsymmetricProperty, OWL.ReflexiveProperty, OWL.IrreflexiveProperty),
        }
        for term in set(self.graph.subjects(RDF.type, OWL.DatatypeProperty)):
            for characteristic in sorted(self.kinds[term] & forbidden, key=str):
                name = local_name(str(characteristic))
                yield self._violation(
                    "data-property-characteristic",
                    term,
                    f"{{}}, propriété de données, ne peut être {name}",
                    f"{{}}, a data property, cannot be {name}",
                )

    # -- the mapping to RDF graphs: expressions are whole trees

    def malformed(self) -> Iterator[ProfileViolation]:
        graph = self.graph
        for node in set(graph.subjects(RDF.type, OWL.Restriction)) | set(graph.subjects(OWL.onProperty)):
            fillers = [p for p in graph.predicates(node) if p not in (RDF.type, OWL.onProperty, OWL.onClass)]
            fillers = [p for p in fillers if p not in (OWL.onDataRange, RDFS.subClassOf, OWL.equivalentClass)]
            if len(list(graph.objects(node, OWL.onProperty))) != 1 or len(fillers) != 1:
                yield self._malformed(node)
        for node in set(graph.subjects(RDF.first)) | set(graph.subjects(RDF.rest)):
            rests = list(graph.objects(node, RDF.rest))
            firsts = list(graph.objects(node, RDF.first))
            ends = [r for r in rests if r != RDF.nil and (r, RDF.first, None) not in graph]
            if len(rests) != 1 or len(firsts) != 1 or ends:
                yield self._malformed(node)

    def _malformed(self, node: Node) -> ProfileViolation:
        owner = node
        seen = {node}
        while isinstance(owner, BNode):
            above = next((s for s in self.graph.subjects(None, owner) if s not in seen), None)
            if above is None:
                break
            owner = above
            seen.add(above)
        return self._violation(
            "malformed-expression",
            owner,
            "une expression ou une liste attachée à {} est incomplète ou a deux valeurs",
            "an expression or a list attached to {} is incomplete or has two values",
        )

    # -- 11.2: anonymous individuals form trees

    def anonymous(self) -> Iterator[ProfileViolation]:
        syntax = tuple(str(namespace) for namespace in (OWL, RDF, RDFS))
        seen: dict[Node, Node] = {}
        for subject, predicate, value in self.graph:
            if not isinstance(value, BNode) or str(predicate).startswith(syntax):
                continue
            if OWL.AnnotationProperty in self.kinds[predicate] or predicate == DCTERMS.source:
                continue
            if value in seen and seen[value] != subject:
                yield self._violation(
                    "shared-anonymous-individual",
                    subject,
                    "{} partage un individu anonyme avec un autre sujet",
                    "{} shares an anonymous individual with another subject",
                )
            seen.setdefault(value, subject)

    def _is_reserved(self, term: Node) -> bool:
        return str(term).startswith(_RESERVED)

    def _violation(self, rule: str, term: Node, fr: str, en: str) -> ProfileViolation:
        name = self.phrasebook.term(term)
        return ProfileViolation(rule, str(term), Text(fr.format(name.fr), en.format(name.en)))
