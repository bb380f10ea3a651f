"""Shapes as the compiler reads them: SHACL's constraint components (section 4), one class for each form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as Choice

from pyoxigraph import BlankNode, Literal, NamedNode

from .paths import Path

ShapeNode = NamedNode | BlankNode
Comparison = Choice["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class ClassTarget:
    """`sh:targetClass`, or a class that is a shape itself (2.1.3.2, 2.1.3.3)."""

    iri: NamedNode


@dataclass(frozen=True, slots=True)
class NodeTarget:
    """`sh:targetNode`: an IRI or a literal."""

    term: NamedNode | Literal


@dataclass(frozen=True, slots=True)
class SubjectsTarget:
    """`sh:targetSubjectsOf`."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class ObjectsTarget:
    """`sh:targetObjectsOf`."""

    predicate: NamedNode


Target = ClassTarget | NodeTarget | SubjectsTarget | ObjectsTarget


# Constraints that each value node meets or breaks by itself.


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`sh:class`."""

    iri: NamedNode


@dataclass(frozen=True, slots=True)
class OfDatatype:
    """`sh:datatype`: the datatype, and a lexical form that it allows."""

    iri: NamedNode


@dataclass(frozen=True, slots=True)
class OfNodeKind:
    """`sh:nodeKind`; `kind` is the local name of its value."""

    kind: str


@dataclass(frozen=True, slots=True)
class InRange:
    """`sh:minInclusive` and its three siblings."""

    comparison: Comparison
    bound: Literal


@dataclass(frozen=True, slots=True)
class OfLength:
    """`sh:minLength` (`>=`) and `sh:maxLength` (`<=`), in characters."""

    comparison: Comparison
    length: int


@dataclass(frozen=True, slots=True)
class Matching:
    """`sh:pattern` with `sh:flags`."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class InLanguages:
    """`sh:languageIn`."""

    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """`sh:in`."""

    members: tuple[NamedNode | Literal, ...]


@dataclass(frozen=True, slots=True)
class DisjointWith:
    """`sh:disjoint`."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class LessThan:
    """`sh:lessThan` (`<`) and `sh:lessThanOrEquals` (`<=`)."""

    predicate: NamedNode
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Not:
    """`sh:not`."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class And:
    """`sh:and`."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`sh:or`."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Xone:
    """`sh:xone`."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class ConformsTo:
    """`sh:node`."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Asked:
    """A SPARQL-based component with an ASK validator (6.2.2): the query holds of each good value."""

    query: UserQuery


# Constraints on the set of value nodes, or on the focus node.


@dataclass(frozen=True, slots=True)
class MinCount:
    """`sh:minCount`."""

    count: int


@dataclass(frozen=True, slots=True)
class MaxCount:
    """`sh:maxCount`."""

    count: int


@dataclass(frozen=True, slots=True)
class UniqueLang:
    """`sh:uniqueLang true`."""


@dataclass(frozen=True, slots=True)
class EqualTo:
    """`sh:equals`."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class HasValue:
    """`sh:hasValue`."""

    term: NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Qualified:
    """`sh:qualifiedValueShape` with `sh:qualifiedMinCount` (`>=`) or `sh:qualifiedMaxCount` (`<=`).

    `siblings` are the shapes that a counted value must not conform to (4.7.3.1).
    """

    shape: Shape
    siblings: tuple[Shape, ...]
    comparison: Comparison
    count: int


@dataclass(frozen=True, slots=True)
class Closed:
    """`sh:closed true`: the properties that are allowed."""

    allowed: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class HasProperty:
    """`sh:property`: validates the value nodes by a property shape, with results of its own."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Selected:
    """`sh:sparql`, or a component with a SELECT validator: each solution is a result (5.3.1, 6.2.1)."""

    query: UserQuery


ValueTest = (
    InstanceOf | OfDatatype | OfNodeKind | InRange | OfLength | Matching | InLanguages | OneOf
    | DisjointWith | LessThan | Not | And | Or | Xone | ConformsTo | Asked
)  # fmt: skip
Test = (
    ValueTest | MinCount | MaxCount | UniqueLang | EqualTo | HasValue | Qualified | Closed | HasProperty
    | Selected
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UserQuery:
    """SPARQL that an author of shapes wrote, with the prefixes it uses and the values pre-bound to it.

    `node` is where it stands in the shapes graph.
    """

    node: ShapeNode
    text: str
    prefixes: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, NamedNode | Literal], ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """A test and the IRI of the component it belongs to, under which results are reported.

    `source` is the value of `sh:sourceConstraint`, for `sh:sparql`.
    """

    component: NamedNode
    test: Test
    source: ShapeNode | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (no path) or a property shape."""

    node: ShapeNode
    path: Path | None
    severity: NamedNode
    deactivated: bool
    constraints: tuple[Constraint, ...]
    targets: tuple[Target, ...] = field(default=())
