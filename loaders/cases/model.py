"""What a case file is made of: records of keys, each saying once how it is read, named and written as RDF.

A record class is a frozen dataclass whose fields are made by `key`. From that one declaration come the
reader (`reader.py`), the JSON Schema (`schema.py`), the template (`template.py`) and the quads (`quads.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast

from pyoxigraph import BlankNode, Literal, NamedNode

from ...ontology.iris import data_iri
from ...ontology.text import Text
from ..tree import Mark
from .kinds import ValueKind

T = TypeVar("T")
Triple = tuple[NamedNode | BlankNode, NamedNode, NamedNode | BlankNode | Literal]


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value and the place where it was written."""

    value: T
    mark: Mark


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a place of a file. `reason` is a stable kebab-case code."""

    mark: Mark
    reason: str
    message: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Nested:
    """The value is a record of this class."""

    record: type[Record]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a key means. `predicate` relates the record to the value, `inverse` the value to the record."""

    kind: ValueKind | Nested
    title: Text
    required: bool
    many: bool
    predicate: NamedNode | None
    inverse: NamedNode | None
    example: str | None
    identifying: bool


def key(
    kind: ValueKind | type[Record],
    fr: str,
    en: str,
    predicate: NamedNode | None = None,
    *,
    inverse: NamedNode | None = None,
    required: bool = False,
    many: bool = False,
    example: str | None = None,
    identifying: bool = False,
) -> Any:
    """A key of a record: its kind, its explanation in French and English, and its RDF.

    `identifying` keys say what the national register says too of a real thing.
    """
    spec = Spec(
        Nested(kind) if isinstance(kind, type) else kind,
        Text(fr, en),
        required,
        many,
        predicate,
        inverse,
        example,
        identifying,
    )
    return field(default=() if many else None, metadata={"spec": spec})


@dataclass(frozen=True, slots=True)
class Scope:
    """What makes the IRI of a record, besides its name.

    `code` prefixes names: `A-` in case A, nothing in a study. `owner` and `number` serve for a record without
    a name: the local name of the record above it, and its rank there.
    """

    code: str
    owner: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping of a case file. Class variables say what it is in the graph.

    `IRI_KIND`: first word of its IRI. `TYPES`: its classes, beside what its `kind` key says. `INLINE`: it
    has no node of its own: its keys speak of the record above. `STATEMENT`: it is itself a dt:Statement,
    so that its evidence stands on it. `GROUP`: the names among which its `id` must be unique.
    """

    IRI_KIND: ClassVar[str] = ""
    TITLE: ClassVar[Text] = Text("", "")
    TYPES: ClassVar[tuple[NamedNode, ...]] = ()
    INLINE: ClassVar[bool] = False
    STATEMENT: ClassVar[bool] = False
    GROUP: ClassVar[str] = ""

    mark: Mark

    @property
    def name(self) -> str | None:
        """The name that the author gave to this record."""
        located = getattr(self, "id", None)
        return located.value if isinstance(located, Located) else None

    def iri(self, scope: Scope) -> NamedNode:
        """Its address; a readable one, also when the author gave no name."""
        if self.name:
            return data_iri(self.IRI_KIND, scope.code + self.name)
        return data_iri(self.IRI_KIND, f"{scope.owner}-{scope.number}")

    @property
    def registered(self) -> bool:
        """Whether it is a real thing, which the national register describes: only its IRI is used then."""
        return False

    def faults(self) -> Iterator[Fault]:
        """What is wrong with this record as a whole, beyond each of its values."""
        yield from ()

    def further(self, subject: NamedNode, scope: Scope) -> Iterator[Triple]:
        """Triples that no single key states."""
        yield from ()


@cache
def specs(record: type[Record]) -> dict[str, tuple[str, Spec]]:
    """The keys of a record as they are written, with the field that holds each."""
    return {
        item.name.rstrip("_").replace("_", "-"): (item.name, cast("Spec", item.metadata["spec"]))
        for item in fields(record)
        if "spec" in item.metadata
    }
