"""The ontology's axioms compiled into rules: the OWL 2 RL fragment, and a little more where it is sound.

Each axiom gives rules of its own, with its terms as constants (OWL 2 Profiles, section 4.3, tables 5 to 8,
instantiated), so that an engine starts from the index of a predicate or a class. What has no rule is returned
as `OutsideFragment`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef, Variable
from rdflib.collection import Collection
from rdflib.term import Identifier, Node

from ..text import Text
from .expressions import Condition, NotExpressible, Reader, X, Y
from .phrase import Phrasebook
from .rules import Atom, OutsideFragment, Rule, RuleSet

_TRIVIAL = {OWL.Thing, RDFS.Resource}
_IDENTITY = Text(
    "La règle dirait que deux choses n’en font qu’une (owl:sameAs) ; elle est laissée aux raisonneurs et aux "
    "formes SHACL, qui signalent deux valeurs là où une seule est permise.",
    "The rule would say that two things are one (owl:sameAs); it is left to the reasoners and to the SHACL "
    "shapes, which report two values where one is allowed.",
)
_REFLEXIVE = Text(
    "La règle dirait de chaque chose du graphe qu’elle est liée à elle-même.",
    "The rule would say of everything in the graph that it is linked to itself.",
)
_KEY = OWL.hasKey


def compile_rules(ontology: Graph) -> RuleSet:
    """The rules of an ontology: modules and alignments together in one graph, labels included."""
    return _Compiler(ontology).compile()


class _Compiler:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = Reader(graph)
        self.phrasebook = Phrasebook(graph)
        self.rules: dict[Rule, None] = {}
        self.contradictions: dict[Rule, None] = {}
        self.outside: dict[OutsideFragment, None] = {}

    def compile(self) -> RuleSet:
        for step in (self._classes, self._properties, self._characteristics, self._disjointness):
            step()
        rules = list(self.rules)
        return RuleSet(
            simple=tuple(rule for rule in rules if rule.is_simple),
            joins=tuple(rule for rule in rules if not rule.is_simple),
            contradictions=tuple(self.contradictions),
            outside=tuple(self.outside),
        )

    # -- classes (tables 6 and 7)

    def _classes(self) -> None:
        for predicate in (RDFS.subClassOf, OWL.equivalentClass):
            for left, right in sorted(self.graph.subject_objects(predicate), key=_order):
                self._inclusion(left, right, predicate)
                if predicate == OWL.equivalentClass:
                    self._inclusion(right, left, predicate)
        for predicate in (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf):
            for named in sorted(set(self.graph.subjects(predicate)), key=str):
                if isinstance(named, URIRef):  # a class defined in place, without owl:equivalentClass
                    self._definition_in_place(named, predicate)
        for parent, members in sorted(self.graph.subject_objects(OWL.disjointUnionOf), key=_order):
            parts = list(Collection(self.graph, members))
            for part in parts:
                self._inclusion(part, parent, OWL.disjointUnionOf)
            self._exclusive(parts, OWL.disjointUnionOf)
            self._leave_out(
                parent,
                OWL.disjointUnionOf,
                members,
                Text(
                    "Une règle ne choisit pas entre les parts ; l’appartenance de chaque part au tout est "
                    "déduite, et leur disjonction est vérifiée.",
                    "A rule does not choose between the parts; that each part belongs to the whole is "
                    "inferred, and their disjointness is checked.",
                ),
            )

    def _definition_in_place(self, named: URIRef, predicate: URIRef) -> None:
        body = BNode()
        scratch = Graph()
        scratch += self.graph
        for value in self.graph.objects(named, predicate):
            scratch.add((body, predicate, value))
        reader, self.reader = self.reader, Reader(scratch)
        self._inclusion(named, body, predicate)
        self._inclusion(body, named, predicate)
        self.reader = reader

    def _inclusion(self, left: Node, right: Node, predicate: URIRef) -> None:
        """Rules for `left ⊑ right`."""
        if (
            right in _TRIVIAL
            or left == right
            or self.reader.is_datatype(left)
            or self.reader.is_datatype(right)
        ):
            return
        try:
            conditions = self.reader.memberships(left, X)
        except NotExpressible as reason:
            self._leave_out(left, predicate, right, reason.text)
            return
        consequences, reasons = self.reader.consequences(right, X)
        for reason in reasons:
            self._leave_out(left, predicate, right, reason)
        for condition in conditions:
            for extra, heads in consequences:
                self._add(predicate, condition.also(extra), heads)

    # -- properties (table 5)

    def _properties(self) -> None:
        graph, forward = self.graph, lambda node: self.reader.link(node, X, Y)
        for child, parent in sorted(graph.subject_objects(RDFS.subPropertyOf), key=_order):
            if not self._is_annotation(child, parent):
                self._add(RDFS.subPropertyOf, Condition((forward(child),)), (forward(parent),))
        for one, other in sorted(graph.subject_objects(OWL.equivalentProperty), key=_order):
            self._add(OWL.equivalentProperty, Condition((forward(one),)), (forward(other),))
            self._add(OWL.equivalentProperty, Condition((forward(other),)), (forward(one),))
        for one, other in sorted(graph.subject_objects(OWL.inverseOf), key=_order):
            if isinstance(one, URIRef):
                self._add(OWL.inverseOf, Condition((forward(one),)), (self.reader.link(other, Y, X),))
                self._add(OWL.inverseOf, Condition((forward(other),)), (self.reader.link(one, Y, X),))
        for predicate, variable in ((RDFS.domain, X), (RDFS.range, Y)):
            for on_property, described in sorted(graph.subject_objects(predicate), key=_order):
                if not self._is_annotation(on_property):
                    self._typing(predicate, on_property, described, variable)
        for implied, steps in sorted(graph.subject_objects(OWL.propertyChainAxiom), key=_order):
            links = list(Collection(graph, steps))
            nodes = [X, *(Variable(f"step{i}") for i in range(1, len(links))), Y]
            body = tuple(self.reader.link(step, nodes[i], nodes[i + 1]) for i, step in enumerate(links))
            self._add(OWL.propertyChainAxiom, Condition(body), (forward(implied),))

    def _typing(self, predicate: URIRef, on_property: Node, described: Node, variable: Variable) -> None:
        if described in _TRIVIAL or self.reader.is_datatype(described):
            return
        consequences, reasons = self.reader.consequences(described, variable)
        for reason in reasons:
            self._leave_out(on_property, predicate, described, reason)
        body = Condition((self.reader.link(on_property, X, Y),))
        for extra, heads in consequences:
            self._add(predicate, body.also(extra), heads)

    def _characteristics(self) -> None:
        middle, link = Variable("middle"), self.reader.link
        makers: dict[URIRef, Callable[[Node], tuple[tuple[Atom, ...], tuple[Atom, ...]]]] = {
            OWL.SymmetricProperty: lambda p: ((link(p, X, Y),), (link(p, Y, X),)),
            OWL.TransitiveProperty: lambda p: ((link(p, X, middle), link(p, middle, Y)), (link(p, X, Y),)),
            OWL.AsymmetricProperty: lambda p: ((link(p, X, Y), link(p, Y, X)), ()),
            OWL.IrreflexiveProperty: lambda p: ((link(p, X, X),), ()),
        }
        for characteristic, make in makers.items():
            for on_property in sorted(self.graph.subjects(RDF.type, characteristic), key=str):
                body, heads = make(on_property)
                self._add(characteristic, Condition(body), heads)
        for characteristic in (OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.ReflexiveProperty):
            reason = _REFLEXIVE if characteristic == OWL.ReflexiveProperty else _IDENTITY
            for on_property in sorted(self.graph.subjects(RDF.type, characteristic), key=str):
                self._leave_out(on_property, RDF.type, characteristic, reason)
        for keyed, key in sorted(self.graph.subject_objects(_KEY), key=_order):
            self._leave_out(keyed, _KEY, key, _IDENTITY)

    # -- contradictions

    def _disjointness(self) -> None:
        graph = self.graph
        for one, other in sorted(graph.subject_objects(OWL.disjointWith), key=_order):
            self._exclusive([one, other], OWL.disjointWith)
        for group in sorted(graph.subjects(RDF.type, OWL.AllDisjointClasses), key=str):
            for members in graph.objects(group, OWL.members):
                self._exclusive(list(Collection(graph, members)), OWL.AllDisjointClasses)
        pairs = list(graph.subject_objects(OWL.propertyDisjointWith))
        for group in graph.subjects(RDF.type, OWL.AllDisjointProperties):
            for members in graph.objects(group, OWL.members):
                names = list(Collection(graph, members))
                pairs += [(one, other) for i, one in enumerate(names) for other in names[i + 1 :]]
        for one, other in sorted(pairs, key=_order):
            body = (self.reader.link(one, X, Y), self.reader.link(other, X, Y))
            self._add(OWL.propertyDisjointWith, Condition(body), ())

    def _exclusive(self, classes: list[Node], construct: URIRef) -> None:
        for i, one in enumerate(classes):
            for other in classes[i + 1 :]:
                try:
                    for left in self.reader.memberships(one, X):
                        for right in self.reader.memberships(other, X):
                            self._add(construct, left.also(right), ())
                except NotExpressible as reason:
                    self._leave_out(one, OWL.disjointWith, other, reason.text)

    # -- what was found

    def _add(self, construct: Identifier, condition: Condition, heads: tuple[Atom, ...]) -> None:
        body = tuple(dict.fromkeys(condition.atoms))
        useful = tuple(
            head
            for head in heads
            if head not in body and not (head.is_membership and head.object in _TRIVIAL) and head.is_writable
        )
        if useful:
            self.rules[Rule(str(construct), body, useful, condition.clauses)] = None
        elif not heads:
            self.contradictions[Rule(str(construct), body, (), condition.clauses)] = None

    def _leave_out(self, subject: Node, predicate: Node, value: Node, reason: Text) -> None:
        phrase = self.phrasebook.statement(subject, predicate, value)
        name = str(subject) if isinstance(subject, URIRef) else ""
        self.outside[OutsideFragment(name, phrase, reason)] = None

    def _is_annotation(self, *properties: Node) -> bool:
        return any((node, RDF.type, OWL.AnnotationProperty) in self.graph for node in properties)


def _order(pair: Iterable[Node]) -> tuple[str, ...]:
    return tuple(str(node) for node in pair)
