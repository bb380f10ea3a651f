"""OWL in words: terms by their labels, class expressions and axioms as short phrases in two languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Identifier, Node

from ..text import LANGUAGES, Language, Text

_FACETS = {
    "minInclusive": "≥",
    "maxInclusive": "≤",
    "minExclusive": ">",
    "maxExclusive": "<",
    "length": "length =",
    "minLength": "length ≥",
    "maxLength": "length ≤",
    "pattern": "~",
}
_QUANTIFIERS: dict[URIRef, Text] = {
    OWL.someValuesFrom: Text("au moins un", "some"),
    OWL.allValuesFrom: Text("seulement", "only"),
    OWL.hasValue: Text("la valeur", "the value"),
    OWL.minCardinality: Text("au moins", "at least"),
    OWL.maxCardinality: Text("au plus", "at most"),
    OWL.cardinality: Text("exactement", "exactly"),
    OWL.minQualifiedCardinality: Text("au moins", "at least"),
    OWL.maxQualifiedCardinality: Text("au plus", "at most"),
    OWL.qualifiedCardinality: Text("exactement", "exactly"),
    OWL.hasSelf: Text("elle-même", "itself"),
}
_PREDICATES: dict[URIRef, Text] = {
    RDF.type: Text("est de type", "is a"),
    RDFS.subClassOf: Text("est une sorte de", "is a kind of"),
    OWL.equivalentClass: Text("équivaut à", "is equivalent to"),
    OWL.disjointWith: Text("est disjointe de", "is disjoint with"),
    OWL.complementOf: Text("est le contraire de", "is the complement of"),
    OWL.disjointUnionOf: Text("est l’union disjointe de", "is the disjoint union of"),
    OWL.oneOf: Text("est l’un de", "is one of"),
    RDFS.subPropertyOf: Text("implique la propriété", "implies the property"),
    OWL.equivalentProperty: Text("équivaut à la propriété", "is equivalent to the property"),
    OWL.inverseOf: Text("est l’inverse de", "is the inverse of"),
    OWL.propertyDisjointWith: Text("exclut la propriété", "excludes the property"),
    OWL.propertyChainAxiom: Text("s’obtient par la chaîne", "follows from the chain"),
    RDFS.domain: Text("a pour domaine", "has the domain"),
    RDFS.range: Text("a pour portée", "has the range"),
    OWL.hasKey: Text("a pour clé", "has the key"),
    OWL.differentFrom: Text("est distinct de", "is different from"),
    OWL.sameAs: Text("est identique à", "is the same as"),
}
_CHARACTERISTICS: dict[URIRef, Text] = {
    OWL.FunctionalProperty: Text("a au plus une valeur", "has at most one value"),
    OWL.InverseFunctionalProperty: Text("identifie son sujet", "identifies its subject"),
    OWL.TransitiveProperty: Text("est transitive", "is transitive"),
    OWL.SymmetricProperty: Text("est symétrique", "is symmetric"),
    OWL.AsymmetricProperty: Text("est asymétrique", "is asymmetric"),
    OWL.ReflexiveProperty: Text("est réflexive", "is reflexive"),
    OWL.IrreflexiveProperty: Text("est irréflexive", "is irreflexive"),
}


def local_name(iri: str) -> str:
    """What follows the last `#` or `/` of an IRI."""
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


class Phrasebook:
    """Says OWL in words, with the labels that a graph holds."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def term(self, node: Node) -> Text:
        """A term's label in both languages, else its local name; a literal is its value."""
        if isinstance(node, Literal):
            return Text(str(node), str(node))
        labels: dict[Language, str] = {}
        for predicate in (SKOS.prefLabel, RDFS.label):
            for label in self.graph.objects(node, predicate):
                for language in LANGUAGES:
                    if isinstance(label, Literal) and label.language == language:
                        labels[language] = str(label)
        name = local_name(str(node)) if isinstance(node, URIRef) else "_"
        quoted_fr = f"« {labels['fr']} »" if "fr" in labels else name
        quoted_en = f"‘{labels['en']}’" if "en" in labels else name
        return Text(quoted_fr, quoted_en)

    def expression(self, node: Node) -> Text:
        """A class expression or data range in words."""
        if not isinstance(node, BNode):
            return self.term(node)
        return _text(lambda language: self._expression(node, language))

    def statement(self, subject: Node, predicate: Node, value: Node) -> Text:
        """One triple of an axiom or a fact, as a clause."""
        if predicate == RDF.type and isinstance(value, URIRef) and value in _CHARACTERISTICS:
            verb = _CHARACTERISTICS[value]
            return self._clause(subject, verb, None)
        verb = _PREDICATES.get(URIRef(str(predicate))) or self.term(predicate)
        return self._clause(subject, verb, value)

    def _clause(self, subject: Node, verb: Text, value: Node | None) -> Text:
        left = self.expression(subject)
        if value is None:
            return Text(f"{left.fr} {verb.fr}", f"{left.en} {verb.en}")
        right = self.value(value)
        return Text(f"{left.fr} {verb.fr} {right.fr}", f"{left.en} {verb.en} {right.en}")

    def block(self, node: Node) -> Text:
        """An axiom that no term bears: a general inclusion, or things that exclude each other or differ."""
        graph = self.graph
        for predicate in (OWL.members, OWL.distinctMembers):
            members = graph.value(node, predicate)
            if members is not None:
                names = self.listing(self._items(members))
                differ = (node, RDF.type, OWL.AllDifferent) in graph
                fr, en = (
                    ("sont tous distincts", "are all different")
                    if differ
                    else ("s’excluent", "exclude each other")
                )
                return Text(f"{names.fr} {fr}", f"{names.en} {en}")
        parent = graph.value(node, RDFS.subClassOf)
        return self.statement(node, RDFS.subClassOf, parent) if parent is not None else self.expression(node)

    def value(self, node: Node) -> Text:
        """The object of an axiom: a term, an expression or a list of them (a chain reads left to right)."""
        if isinstance(node, BNode) and (node, RDF.first, None) in self.graph:
            return self._joined(self._items(node), Text(" ∘ ", " ∘ "))
        return self.expression(node)

    def listing(self, nodes: Sequence[Node]) -> Text:
        return self._joined(nodes, Text(", ", ", "))

    def _joined(self, nodes: Sequence[Node], separator: Text) -> Text:
        parts = [self.expression(node) for node in nodes]
        return Text(
            separator.fr.join(part.fr for part in parts), separator.en.join(part.en for part in parts)
        )

    def _expression(self, node: Identifier, language: Language) -> str:
        graph = self.graph
        for predicate, word in (
            (OWL.intersectionOf, Text(" et ", " and ")),
            (OWL.unionOf, Text(" ou ", " or ")),
            (OWL.oneOf, Text(", ", ", ")),
        ):
            members = graph.value(node, predicate)
            if members is not None:
                parts = [self.expression(m).in_language(language) for m in Collection(graph, members)]
                inner = word.in_language(language).join(parts)
                return f"{{{inner}}}" if predicate == OWL.oneOf else f"({inner})"
        if (complement := graph.value(node, OWL.complementOf)) is not None:
            return (
                f"{'non' if language == 'fr' else 'not'} {self.expression(complement).in_language(language)}"
            )
        if (inverse := graph.value(node, OWL.inverseOf)) is not None:
            word = "inverse de" if language == "fr" else "inverse of"
            return f"{word} {self.term(inverse).in_language(language)}"
        if (datatype := graph.value(node, OWL.onDatatype)) is not None:
            return self._datatype(node, datatype)
        if (on_property := graph.value(node, OWL.onProperty)) is not None:
            return self._restriction(node, on_property, language)
        return "une classe sans nom" if language == "fr" else "an unnamed class"

    def _items(self, head: Node | None) -> list[Node]:
        return list(Collection(self.graph, head)) if head is not None else []

    def _datatype(self, node: Identifier, datatype: Node) -> str:
        facets = [
            f"{_FACETS.get(local_name(str(predicate)), local_name(str(predicate)))} {value}"
            for facet in self._items(self.graph.value(node, OWL.withRestrictions))
            for predicate, value in self.graph.predicate_objects(facet)
        ]
        return f"{local_name(str(datatype))} [{', '.join(facets)}]"

    def _restriction(self, node: Identifier, on_property: Node, language: Language) -> str:
        name = self.expression(on_property).in_language(language)
        for predicate, word in _QUANTIFIERS.items():
            filler = self.graph.value(node, predicate)
            if filler is None:
                continue
            quantifier = word.in_language(language)
            if predicate == OWL.hasSelf:
                return f"{name} {quantifier}"
            qualifier = self.graph.value(node, OWL.onClass) or self.graph.value(node, OWL.onDataRange)
            kind = f" {self.expression(qualifier).in_language(language)}" if qualifier is not None else ""
            return f"{name} {quantifier} {self.expression(filler).in_language(language)}{kind}"
        return name


def _text(render: Callable[[Language], str]) -> Text:
    return Text(render("fr"), render("en"))


# Said by the hierarchy, the domain or the range of a term: phrases add what these do not.
_SHOWN = (RDFS.domain, RDFS.range, RDF.type, RDFS.subClassOf, RDFS.subPropertyOf)


def spoken_axioms(graph: Graph) -> dict[str, tuple[Text, ...]]:
    """The axioms on each named term in words, by its IRI, but for its named parents, domain and range."""
    book = Phrasebook(graph)
    found: dict[str, tuple[Text, ...]] = {}
    for term in sorted({node for node in graph.subjects() if isinstance(node, URIRef)}):
        clauses = {
            clause.en: clause
            for predicate, value in graph.predicate_objects(term)
            if (predicate == RDF.type and value in _CHARACTERISTICS)
            or (predicate in _PREDICATES and not (predicate in _SHOWN and isinstance(value, URIRef)))
            for clause in [book.statement(term, predicate, value)]
        }
        if clauses:
            found[str(term)] = tuple(clauses[key] for key in sorted(clauses))
    return found
