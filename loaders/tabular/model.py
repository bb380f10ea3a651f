"""What a mapping says, once read: the part of YARRRML that this reader understands.

Notation: YARRRML (https://rml.io/yarrrml/spec/). The sections named below are those of the specification;
what is outside the subset is refused by name (see `yarrrml.py`), never skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from ...ontology.errors import Where


@dataclass(frozen=True, slots=True)
class Reference:
    """`$(column)`: the value of a column of the current row; nothing when the cell is empty."""

    column: str


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references in it; nothing when any of them is empty. In IRIs, values are percent-encoded."""

    parts: tuple[str | Reference, ...]
    is_iri: bool


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function applied to the row (YARRRML "Functions"): its IRI and its named parameters."""

    function: str
    parameters: tuple[tuple[str, Expression], ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Constant:
    """A term that is the same on every row."""

    term: NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Join:
    """The subject that another mapping gives to the row whose `other` equals this row's `own`."""

    mapping: str
    own: Expression
    other: Expression
    where: Where


Expression = Reference | Template | FunctionCall | Constant | Join


@dataclass(frozen=True, slots=True)
class ObjectMap:
    """How an object is made: an expression, then either an IRI or a literal with its datatype or language."""

    expression: Expression
    is_iri: bool = False
    datatype: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PredicateObjectMap:
    """Predicates and objects of a subject, made only where the condition holds."""

    predicates: tuple[NamedNode, ...]
    objects: tuple[ObjectMap, ...]
    condition: FunctionCall | None
    where: Where


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """One mapping: for each row of each of its sources, a subject and what is said of it."""

    name: str
    sources: tuple[str, ...]
    subject: Expression
    condition: FunctionCall | None
    predicate_objects: tuple[PredicateObjectMap, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """A table to read: a file of the source's description, its formulation, and where its records are."""

    name: str
    file: str
    formulation: str  # csv | tsv | xlsx | json | geojson
    iterator: str | None
    where: Where


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping file."""

    sources: dict[str, LogicalSource]
    triples_maps: dict[str, TriplesMap]
