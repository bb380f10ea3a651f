"""Class expressions read two ways: what shows that something is a member, and what membership implies.

The first is OWL 2 RL's grammar of sub-class expressions, the second that of super-class expressions
(OWL 2 Profiles, section 4.2.3). Two forms go further, being sound: faceted datatypes, tested by value, and
`at least 2`, met when two values are stated to be different.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, product

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, Variable
from rdflib.collection import Collection
from rdflib.term import Identifier, Node

from ..text import Text
from .rules import Atom

X = Variable("x")
Y = Variable("y")

_COMPARISONS: dict[Node, str] = {
    XSD.minInclusive: ">=",
    XSD.maxInclusive: "<=",
    XSD.minExclusive: ">",
    XSD.maxExclusive: "<",
}
_INEXACT = "(xsd:float, xsd:double)"  # value spaces apart from the decimals (XSD 1.1, section 2.2.3)
_INTEGERS = {XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.int, XSD.long}

_EXISTENTIAL = Text(
    "Une règle n’invente pas l’individu dont l’axiome dit qu’il existe.",
    "A rule does not invent the individual that the axiom says exists.",
)
_CHOICE = Text(
    "Une règle ne choisit pas entre plusieurs cas.", "A rule does not choose between several cases."
)
_COUNT = Text(
    "Compter demande de savoir que les valeurs sont toutes distinctes, ou qu’il n’y en a pas d’autre.",
    "Counting needs to know that values are all different, or that there is no other.",
)
_ALL = Text(
    "« Seulement » ne se constate pas dans un monde ouvert : une autre valeur peut exister sans être dite.",
    "‘Only’ cannot be observed in an open world: another value may exist without being stated.",
)
_NEGATION = Text(
    "Une règle ne conclut rien de l’absence, ni à une absence.",
    "A rule concludes nothing from an absence, nor to one.",
)
_UNKNOWN = Text("Forme d’expression inconnue des règles.", "A form of expression that the rules do not know.")


class NotExpressible(Exception):  # noqa: N818 - an answer, not a fault
    """The expression has no form as a rule; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Condition:
    """A conjunction of patterns and other SPARQL clauses (FILTER, VALUES)."""

    atoms: tuple[Atom, ...] = ()
    clauses: tuple[str, ...] = ()

    def also(self, other: Condition) -> Condition:
        return Condition(self.atoms + other.atoms, self.clauses + other.clauses)


class Reader:
    """Reads the class expressions of one ontology graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._fresh = count(1)

    def variable(self, prefix: str) -> Variable:
        return Variable(f"{prefix}{next(self._fresh)}")

    def items(self, head: Node | None) -> list[Node]:
        """The members of an RDF list."""
        return list(Collection(self.graph, head)) if head is not None else []

    def link(self, on_property: Node, subject: Identifier, value: Identifier) -> Atom:
        """The pattern `subject property value`; an inverse property is turned round."""
        inverse = self.graph.value(on_property, OWL.inverseOf) if isinstance(on_property, BNode) else None
        if inverse is not None:
            return self.link(inverse, value, subject)
        return Atom(subject, _identifier(on_property), value)

    def is_datatype(self, node: Node) -> bool:
        """Whether the expression is a data range: no individual is ever a member."""
        return (
            (node, RDF.type, RDFS.Datatype) in self.graph
            or (node, OWL.onDatatype, None) in self.graph
            or str(node).startswith(str(XSD))
            or node in (RDFS.Literal, RDF.langString, RDF.PlainLiteral)
        )

    # -- sub-class expressions

    def memberships(self, node: Node, member: Variable) -> list[Condition]:
        """Alternative conditions, each sufficient for `member` to be in the class; or NotExpressible."""
        graph = self.graph
        if not isinstance(node, BNode):
            return [Condition((Atom(member, RDF.type, _identifier(node)),))]
        if (parts := graph.value(node, OWL.intersectionOf)) is not None:
            ways = [self.memberships(part, member) for part in Collection(graph, parts)]
            return [_all(combination) for combination in product(*ways)]
        if (parts := graph.value(node, OWL.unionOf)) is not None:
            return [way for part in Collection(graph, parts) for way in self.memberships(part, member)]
        if (parts := graph.value(node, OWL.oneOf)) is not None:
            names = " ".join(_identifier(part).n3() for part in Collection(graph, parts))
            return [Condition((), (f"VALUES ?{member} {{ {names} }}",))]
        if (on_property := graph.value(node, OWL.onProperty)) is not None:
            return self._restriction(node, on_property, member)
        raise NotExpressible(_NEGATION if graph.value(node, OWL.complementOf) is not None else _UNKNOWN)

    def _restriction(self, node: BNode, on_property: Node, member: Variable) -> list[Condition]:
        graph = self.graph
        if (value := graph.value(node, OWL.hasValue)) is not None:
            return [Condition((self.link(on_property, member, _identifier(value)),))]
        if (filler := graph.value(node, OWL.someValuesFrom)) is not None:
            return self._some(on_property, filler, member)
        for predicate in (OWL.minQualifiedCardinality, OWL.minCardinality):
            if (number := graph.value(node, predicate)) is not None:
                filler = graph.value(node, OWL.onClass) or OWL.Thing
                least = int(str(number))
                if least == 1:
                    return self._some(on_property, filler, member)
                if least == 2:
                    return self._two(on_property, filler, member)
                raise NotExpressible(_COUNT)
        if graph.value(node, OWL.hasSelf) is not None:
            return [Condition((self.link(on_property, member, member),))]
        raise NotExpressible(_ALL if graph.value(node, OWL.allValuesFrom) is not None else _COUNT)

    def _some(self, on_property: Node, filler: Node, member: Variable) -> list[Condition]:
        value = self.variable("value")
        here = Condition((self.link(on_property, member, value),))
        if filler == OWL.Thing:
            return [here]
        if self.is_datatype(filler):
            return [here.also(Condition((), self._facets(filler, value)))]
        return [here.also(way) for way in self.memberships(filler, value)]

    def _two(self, on_property: Node, filler: Node, member: Variable) -> list[Condition]:
        """Two values in the class that are stated to be different (owl:differentFrom, owl:AllDifferent)."""
        one, other = self._some(on_property, filler, member), self._some(on_property, filler, member)
        ways: list[Condition] = []
        for left, right in product(one, other):
            a, b = _value(left, member), _value(right, member)
            members = "(owl:members|owl:distinctMembers)"
            different = (
                f"FILTER(?{a} != ?{b} && (EXISTS {{ ?{a} owl:differentFrom|^owl:differentFrom ?{b} }} || "
                f"EXISTS {{ ?{a} ^rdf:first/(^rdf:rest)*/^{members} ?all . ?all a owl:AllDifferent . "
                f"?all {members}/rdf:rest*/rdf:first ?{b} }}))"
            )
            ways.append(left.also(right).also(Condition((), (different,))))
        return ways

    def _facets(self, data_range: Node, value: Variable) -> tuple[str, ...]:
        graph = self.graph
        base = graph.value(data_range, OWL.onDatatype)
        if base is None:
            raise NotExpressible(_UNKNOWN)
        tests: list[str] = []
        for facet in self.items(graph.value(data_range, OWL.withRestrictions)):
            for predicate, bound in graph.predicate_objects(facet):
                if predicate not in _COMPARISONS or not isinstance(bound, Literal):
                    raise NotExpressible(_UNKNOWN)
                tests.append(f"?{value} {_COMPARISONS[predicate]} {bound.n3()}")
        if base in _INTEGERS:
            tests.append(f"?{value} = FLOOR(?{value})")
        tests.append(f"isNumeric(?{value}) && datatype(?{value}) NOT IN {_INEXACT}")
        return (f"FILTER({' && '.join(tests)})",)

    # -- super-class expressions

    def consequences(
        self, node: Node, member: Variable
    ) -> tuple[list[tuple[Condition, tuple[Atom, ...]]], list[Text]]:
        """What membership implies: (further conditions, heads) and, for the rest, why it is left out."""
        graph = self.graph
        if not isinstance(node, BNode):
            return [(Condition(), (Atom(member, RDF.type, _identifier(node)),))], []
        if (parts := graph.value(node, OWL.intersectionOf)) is not None:
            found: list[tuple[Condition, tuple[Atom, ...]]] = []
            reasons: list[Text] = []
            for part in Collection(graph, parts):
                implied, left_out = self.consequences(part, member)
                found += implied
                reasons += left_out
            return found, reasons
        if (excluded := graph.value(node, OWL.complementOf)) is not None:
            try:
                return [(way, ()) for way in self.memberships(excluded, member)], []
            except NotExpressible as reason:
                return [], [reason.text]
        if (on_property := graph.value(node, OWL.onProperty)) is None:
            return [], [_CHOICE]
        if (value := graph.value(node, OWL.hasValue)) is not None:
            return [(Condition(), (self.link(on_property, member, _identifier(value)),))], []
        if (filler := graph.value(node, OWL.allValuesFrom)) is not None:
            if self.is_datatype(filler):
                return [], []
            each = self.variable("each")
            here = Condition((self.link(on_property, member, each),))
            implied, reasons = self.consequences(filler, each)
            return [(here.also(extra), heads) for extra, heads in implied], reasons
        if graph.value(node, OWL.hasSelf) is not None:
            return [(Condition(), (self.link(on_property, member, member),))], []
        return [], [_EXISTENTIAL if graph.value(node, OWL.someValuesFrom) is not None else _COUNT]


def _all(conditions: tuple[Condition, ...]) -> Condition:
    whole = Condition()
    for condition in conditions:
        whole = whole.also(condition)
    return whole


def _value(condition: Condition, member: Variable) -> Variable:
    """The variable of the value in a condition made by `Reader._some`: the other end of its first link."""
    first = condition.atoms[0]
    value = first.object if first.subject == member else first.subject
    assert isinstance(value, Variable)  # noqa: S101 - by construction
    return value


def _identifier(node: Node | None) -> Identifier:
    assert isinstance(node, Identifier)  # noqa: S101 - every node of an RDF graph is one
    return node
