"""From a shapes graph to shapes: what SHACL allows is read, the rest refused by name, never skipped."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ..ontology.text import Text
from . import user_query
from .components import read_components, read_query
from .model import (
    And,
    ClassTarget,
    Closed,
    Comparison,
    ConformsTo,
    Constraint,
    DisjointWith,
    EqualTo,
    HasProperty,
    HasValue,
    InLanguages,
    InRange,
    InstanceOf,
    LessThan,
    Matching,
    MaxCount,
    MinCount,
    NodeTarget,
    Not,
    ObjectsTarget,
    OfDatatype,
    OfLength,
    OfNodeKind,
    OneOf,
    Or,
    Qualified,
    Selected,
    Shape,
    ShapeNode,
    SubjectsTarget,
    Target,
    Test,
    UniqueLang,
    Xone,
)
from .namespaces import RDF, RDFS, SH, XSD, local_name
from .paths import Path, read_path
from .shapes_graph import Node, ShapesError, ShapesGraph

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_RANGES: Final[dict[str, Comparison]] = {
    "minInclusive": ">=",
    "minExclusive": ">",
    "maxInclusive": "<=",
    "maxExclusive": "<",
}
_LENGTHS: Final[dict[str, Comparison]] = {"minLength": ">=", "maxLength": "<="}
_LESS: Final[dict[str, Comparison]] = {"lessThan": "<", "lessThanOrEquals": "<="}
_KINDS: Final = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
_PROPERTY_ONLY: Final = {
    "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape",
}  # fmt: skip
_PARAMETERS: Final = {
    *_RANGES, *_LENGTHS, *_LESS, *_PROPERTY_ONLY, "class", "datatype", "nodeKind", "pattern", "languageIn",
    "in", "equals", "disjoint", "hasValue", "closed", "not", "and", "or", "xone", "node", "property",
    "sparql",
}  # fmt: skip
# Without the parameter they go with, these make no constraint (SHACL 2.2; W3C test qualified-001).
_COMPANIONS: Final = {
    "flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
}  # fmt: skip
_ASIDE: Final = {
    "path", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "severity", "message",
    "deactivated", "name", "description", "order", "group", "defaultValue", "declare", "prefixes", "select",
    "ask", "labelTemplate",
}  # fmt: skip
_LISTED: Final = {"and", "or", "xone"}
_ONCE: Final = {
    *_RANGES,
    *_LENGTHS,
    "qualifiedValueShape",
    "minCount",
    "maxCount",
    "datatype",
    "nodeKind",
    "pattern",
    "in",
    "closed",
}


@lru_cache(maxsize=8)
def read_all_shapes(graph: ShapesGraph) -> tuple[Shape, ...]:
    """The shapes that have targets, with those they refer to. Raises ShapesError."""
    reader = _Reader(graph)
    for entailment in graph.objects(SH.entailment):
        raise ShapesError(
            entailment,
            "sh:entailment demande des déductions que ce validateur ne fait pas",
            "sh:entailment asks for entailments that this validator does not make",
            Text(
                "Validez le graphe déduit, et retirez sh:entailment.",
                "Validate the inferred graph, and remove sh:entailment.",
            ),
        )
    return tuple(shape for node in reader.nodes() if (shape := reader.shape(node)).targets)


class _Reader:
    def __init__(self, graph: ShapesGraph) -> None:
        self.graph = graph
        self.components = read_components(graph)
        self._known: dict[Node, Shape] = {}
        self._open: list[Node] = []
        self._classes = _subclasses_in(graph, RDFS.Class)

    def nodes(self) -> list[Node]:
        """The shapes of the graph (SHACL 2.1): by type, by target, or by parameter."""
        graph = self.graph
        found = dict.fromkeys(
            graph.subjects(RDF.type, SH.NodeShape) + graph.subjects(RDF.type, SH.PropertyShape)
        )
        for predicate in (*_TARGETS, *(SH[name] for name in sorted(_PARAMETERS))):
            found.update(dict.fromkeys(graph.subjects(predicate)))
        for name in sorted(_PARAMETERS & {"not", "node", "property", "qualifiedValueShape"}):
            found.update(dict.fromkeys(graph.objects(SH[name])))
        for component in self.components:
            found.update(dict.fromkeys(node for node in graph.subjects(component.mandatory[0])))
        return [
            node
            for node in found
            if SH.Parameter not in graph.values(node, RDF.type) and not self._parameter(node)
        ]

    def _parameter(self, node: Node) -> bool:
        return bool(self.graph.subjects(SH.parameter, node))

    def shape(self, node: Node) -> Shape:
        if node in self._known:
            return self._known[node]
        if isinstance(node, Literal):
            raise ShapesError(node, "un littéral n’est pas une règle", "a literal is not a shape")
        if node in self._open:
            raise ShapesError(
                node,
                "une règle se rapporte à elle-même, ce que ce validateur n’admet pas",
                "a shape refers to itself, which this validator does not support",
                Text("Retirez la récursion.", "Remove the recursion."),
            )
        self._open.append(node)
        try:
            shape = self._read(node)
        finally:
            self._open.pop()
        self._known[node] = shape
        return shape

    def _read(self, node: ShapeNode) -> Shape:
        path_node = self._one(node, "path")
        path = None if path_node is None else read_path(self.graph, path_node)
        severity = self._one(node, "severity") or SH.Violation
        if not isinstance(severity, NamedNode):
            raise ShapesError(node, "sh:severity doit être une IRI", "sh:severity must be an IRI")
        deactivated = self._one(node, "deactivated") == Literal("true", datatype=XSD.boolean)
        self._check_words(node)
        constraints: list[Constraint] = []
        for predicate in self.graph.predicates(node):
            name = local_name(predicate.value)
            if predicate in SH and name in _PARAMETERS:
                constraints += self._constraints(node, name, path)
        for component in self.components:
            constraints += component.constraints(self.graph, node, path is not None)
        return Shape(node, path, severity, deactivated, tuple(constraints), self._targets(node))

    def _check_words(self, node: ShapeNode) -> None:
        for predicate in self.graph.predicates(node):
            name = local_name(predicate.value)
            if predicate not in SH or name in _PARAMETERS | _COMPANIONS | _ASIDE:
                continue
            if any(predicate in component.parameters for component in self.components):
                continue
            near = get_close_matches(name, [*_PARAMETERS, *_COMPANIONS, *_ASIDE], 1)
            hint = Text(f"Vouliez-vous dire sh:{near[0]} ?", f"Did you mean sh:{near[0]}?") if near else None
            raise ShapesError(
                node, f"sh:{name} n’est pas pris en charge", f"sh:{name} is not supported", hint
            )

    def _targets(self, node: ShapeNode) -> tuple[Target, ...]:
        targets: list[Target] = []
        for predicate in _TARGETS:
            for value in self.graph.values(node, predicate):
                name = local_name(predicate.value)
                if predicate == SH.targetNode and not isinstance(value, BlankNode):
                    targets.append(NodeTarget(value))
                elif isinstance(value, NamedNode) and predicate == SH.targetClass:
                    targets.append(ClassTarget(value))
                elif isinstance(value, NamedNode) and predicate == SH.targetSubjectsOf:
                    targets.append(SubjectsTarget(value))
                elif isinstance(value, NamedNode) and predicate == SH.targetObjectsOf:
                    targets.append(ObjectsTarget(value))
                else:
                    raise ShapesError(
                        node,
                        f"la valeur de sh:{name} doit être une IRI",
                        f"the value of sh:{name} must be an IRI",
                    )
        is_class = any(kind in self._classes for kind in self.graph.values(node, RDF.type))
        if is_class and isinstance(node, NamedNode):
            targets.append(ClassTarget(node))
        return tuple(dict.fromkeys(targets))

    def _one(self, node: Node, name: str) -> Node | None:
        return self.graph.value(node, SH[name])

    def _constraints(self, node: ShapeNode, name: str, path: Path | None) -> list[Constraint]:
        values = self.graph.values(node, SH[name])
        if name in _PROPERTY_ONLY and path is None:
            raise ShapesError(
                node,
                f"sh:{name} ne va que dans une règle de propriété",
                f"sh:{name} belongs in a property shape only",
            )
        if name in _ONCE and len(values) > 1:
            raise ShapesError(node, f"sh:{name} n’a qu’une valeur", f"sh:{name} takes one value")
        if name == "qualifiedValueShape":
            return self._qualified(node)
        if name == "sparql":
            return [constraint for value in values if (constraint := self._sparql(value))]
        component = SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]
        tests = [self._test(node, name, value) for value in values]
        return [Constraint(component, test) for test in tests if test is not None]

    def _test(self, node: ShapeNode, name: str, value: Node) -> Test | None:
        match name:
            case "class":
                return InstanceOf(self._iri(node, name, value))
            case "datatype":
                return OfDatatype(self._iri(node, name, value))
            case "nodeKind":
                kind = local_name(self._iri(node, name, value).value)
                if value not in SH or kind not in _KINDS:
                    raise ShapesError(
                        node, f"{value} n’est pas une nature de nœud", f"{value} is not a node kind"
                    )
                return OfNodeKind(kind)
            case "pattern":
                flags = self._one(node, "flags")
                return Matching(
                    self._string(node, name, value),
                    "" if flags is None else self._string(node, "flags", flags),
                )
            case "languageIn":
                return InLanguages(
                    tuple(self._string(node, name, item) for item in self.graph.list_items(value))
                )
            case "in":
                return OneOf(tuple(self._constant(node, name, item) for item in self.graph.list_items(value)))
            case "hasValue":
                return HasValue(self._constant(node, name, value))
            case "equals":
                return EqualTo(self._iri(node, name, value))
            case "disjoint":
                return DisjointWith(self._iri(node, name, value))
            case "minCount":
                return MinCount(self._number(node, name, value))
            case "maxCount":
                return MaxCount(self._number(node, name, value))
            case "uniqueLang":
                return UniqueLang() if self._true(node, name, value) else None
            case "closed":
                return self._closed(node) if self._true(node, name, value) else None
            case "not":
                return Not(self.shape(value))
            case "node":
                return ConformsTo(self._node_shape(value))
            case "property":
                inner = self.shape(value)
                if inner.path is None:
                    raise ShapesError(
                        value,
                        "une règle de propriété doit avoir sh:path",
                        "a property shape must have sh:path",
                    )
                return HasProperty(inner)
            case _ if name in _LISTED:
                kinds: dict[str, Callable[[tuple[Shape, ...]], Test]] = {"and": And, "or": Or, "xone": Xone}
                return kinds[name](tuple(self.shape(item) for item in self.graph.list_items(value)))
            case _ if name in _RANGES and isinstance(value, Literal):
                return InRange(_RANGES[name], value)
            case _ if name in _LENGTHS:
                return OfLength(_LENGTHS[name], self._number(node, name, value))
            case _ if name in _LESS:
                return LessThan(self._iri(node, name, value), _LESS[name])
            case _:
                raise ShapesError(
                    node,
                    f"la valeur de sh:{name} doit être un littéral",
                    f"the value of sh:{name} must be a literal",
                )

    def _node_shape(self, value: Node) -> Shape:
        shape = self.shape(value)
        if shape.path is not None:
            raise ShapesError(
                value, "la valeur de sh:node est une règle de nœud", "the value of sh:node is a node shape"
            )
        return shape

    def _closed(self, node: ShapeNode) -> Closed:
        """Properties that are named in the shape's own property shapes, and those to be ignored (4.8.1)."""
        allowed: list[NamedNode] = []
        for value in self.graph.values(node, SH.property):
            path = self._one(value, "path")
            if isinstance(path, NamedNode):
                allowed.append(path)
        ignored = self._one(node, "ignoredProperties")
        if ignored is not None:
            allowed += [self._iri(node, "ignoredProperties", item) for item in self.graph.list_items(ignored)]
        return Closed(tuple(dict.fromkeys(allowed)))

    def _qualified(self, node: ShapeNode) -> list[Constraint]:
        value = self.graph.values(node, SH.qualifiedValueShape)[0]
        shape = self.shape(value)
        siblings: tuple[Shape, ...] = ()
        disjoint = self._one(node, "qualifiedValueShapesDisjoint")
        if disjoint is not None and self._true(node, "qualifiedValueShapesDisjoint", disjoint):
            siblings = tuple(self.shape(sibling) for sibling in self._siblings(node, value))
        constraints: list[Constraint] = []
        signs: tuple[tuple[str, Comparison], ...] = (("Min", ">="), ("Max", "<="))
        for name, sign in signs:
            number = self._one(node, f"qualified{name}Count")
            if number is not None:
                count = self._number(node, f"qualified{name}Count", number)
                test = Qualified(shape, siblings, sign, count)
                constraints.append(Constraint(SH[f"Qualified{name}CountConstraintComponent"], test))
        if not constraints:
            raise ShapesError(
                node,
                "sh:qualifiedValueShape demande sh:qualifiedMinCount ou sh:qualifiedMaxCount",
                "sh:qualifiedValueShape needs sh:qualifiedMinCount or sh:qualifiedMaxCount",
            )
        return constraints

    def _siblings(self, node: ShapeNode, own: Node) -> list[Node]:
        """The shapes that the other properties of the same parents count by (4.7.3.1)."""
        found: dict[Node, None] = {}
        for parent in self.graph.subjects(SH.property, node):
            for brother in self.graph.values(parent, SH.property):
                found.update(dict.fromkeys(self.graph.values(brother, SH.qualifiedValueShape)))
        found.pop(own, None)
        return list(found)

    def _sparql(self, value: Node) -> Constraint | None:
        if isinstance(value, Literal):
            raise ShapesError(
                value, "la valeur de sh:sparql est une contrainte", "the value of sh:sparql is a constraint"
            )
        if self._one(value, "deactivated") == Literal("true", datatype=XSD.boolean):
            return None
        text = self._one(value, "select")
        if text is None:
            raise ShapesError(value, "sh:sparql demande sh:select", "sh:sparql needs sh:select")
        query = read_query(self.graph, value, self._string(value, "select", text))
        user_query.check(query, "SELECT")
        return Constraint(SH.SPARQLConstraintComponent, Selected(query), value)

    def _iri(self, node: Node, name: str, value: Node) -> NamedNode:
        if not isinstance(value, NamedNode):
            raise ShapesError(
                node, f"la valeur de sh:{name} doit être une IRI", f"the value of sh:{name} must be an IRI"
            )
        return value

    def _constant(self, node: Node, name: str, value: Node) -> NamedNode | Literal:
        if isinstance(value, BlankNode):
            raise ShapesError(
                node,
                f"sh:{name} contient un nœud anonyme, qu’aucun nœud des données ne peut égaler",
                f"sh:{name} has a blank node, which no node of the data can equal",
            )
        return value

    def _string(self, node: Node, name: str, value: Node) -> str:
        if not isinstance(value, Literal) or value.datatype != XSD.string:
            raise ShapesError(
                node,
                f"la valeur de sh:{name} doit être une chaîne",
                f"the value of sh:{name} must be a string",
            )
        return value.value

    def _number(self, node: Node, name: str, value: Node) -> int:
        if (
            isinstance(value, Literal)
            and value.datatype == XSD.integer
            and value.value.lstrip("+-").isdigit()
        ):
            return int(value.value)
        raise ShapesError(
            node, f"la valeur de sh:{name} doit être un entier", f"the value of sh:{name} must be an integer"
        )

    def _true(self, node: Node, name: str, value: Node) -> bool:
        """Only the form `true` counts (W3C test uniqueLang-002)."""
        if not isinstance(value, Literal) or value.datatype != XSD.boolean:
            raise ShapesError(
                node,
                f"la valeur de sh:{name} doit être un booléen",
                f"the value of sh:{name} must be a boolean",
            )
        return value.value == "true"


def _subclasses_in(graph: ShapesGraph, top: NamedNode) -> set[Node]:
    found: set[Node] = {top}
    queue: list[Node] = [top]
    while queue:
        for below in graph.subjects(RDFS.subClassOf, queue.pop()):
            if below not in found:
                found.add(below)
                queue.append(below)
    return found
