"""How terms are written for the engine at hand: what it keeps of a literal, and which classes it knows.

An engine may not keep a literal as it was written. Oxigraph turns `"01"^^xsd:integer` into `1` and every
integer type into xsd:integer. A graph that is loaded for validation only is kept exact by giving such a
literal a datatype of its own, from which queries take the original back; for a graph that an engine already
holds, what it no longer tells apart is not told apart here either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from .datatypes import INTEGER_RANGES
from .namespaces import RDF, RDFS, XSD
from .shapes_graph import Node

_AS_WRITTEN: Final = "urn:x-as-written:"


def wrap(literal: Literal) -> Literal:
    """A literal that every engine keeps as it is."""
    return Literal(literal.value, datatype=NamedNode(_AS_WRITTEN + literal.datatype.value))


def unwrap(term: Node) -> Node:
    """The term as it was before `wrap`."""
    if isinstance(term, Literal) and term.datatype.value.startswith(_AS_WRITTEN):
        return Literal(term.value, datatype=NamedNode(term.datatype.value.removeprefix(_AS_WRITTEN)))
    return term


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the compiler must know of the engine and of the data.

    `subclasses` gives each class of the shapes the classes at or below it that have instances, or None where
    they cannot all be named (an anonymous class is among them). `wrapped` are the literals that `wrap`
    replaced in the data. `one_integer_type`: the engine keeps xsd:integer alone of the integer types.
    """

    subclasses: Mapping[NamedNode, tuple[NamedNode, ...] | None] = field(default_factory=dict)
    wrapped: frozenset[Literal] = frozenset()
    exact: bool = False
    one_integer_type: bool = False

    def term(self, term: NamedNode | Literal) -> str:
        """A constant, for comparison by identity."""
        return str(wrap(term)) if isinstance(term, Literal) and term in self.wrapped else str(term)

    def value_of(self, variable: str) -> str:
        """The value of a variable, for comparison by value."""
        if not self.exact:
            return variable
        datatype = f"STR(DATATYPE({variable}))"
        original = f"STRDT(STR({variable}), IRI(SUBSTR({datatype}, {len(_AS_WRITTEN) + 1})))"
        return f'COALESCE(IF(STRSTARTS({datatype}, "{_AS_WRITTEN}"), {original}, {variable}), {variable})'

    def has_datatype(self, variable: str, datatype: NamedNode) -> str:
        if self.exact:
            return f"DATATYPE({variable}) IN ({datatype}, <{_AS_WRITTEN}{datatype.value}>)"
        name = datatype.value.removeprefix(XSD.base)
        if self.one_integer_type and datatype in XSD and name in INTEGER_RANGES:
            return f"DATATYPE({variable}) IN ({datatype}, {XSD.integer})"
        return f"DATATYPE({variable}) = {datatype}"

    def instances(self, variable: str, iri: NamedNode) -> str:
        """A pattern that finds the instances of a class and of the classes below it ("SHACL instance")."""
        classes = self.subclasses.get(iri, (iri,))
        if classes is None:
            return f"{variable} {RDF.type}/{RDFS.subClassOf}* {iri} ."
        if len(classes) == 1:
            return f"{variable} {RDF.type} {classes[0]} ."
        if not classes:
            return f"{variable} {RDF.type} {iri} ."
        return " UNION ".join(f"{{ {variable} {RDF.type} {name} }}" for name in classes)

    def is_instance(self, variable: str, iri: NamedNode, fresh: str) -> str:
        """The condition that a node is such an instance."""
        classes = self.subclasses.get(iri, (iri,))
        if classes is None or len(classes) <= 1:
            return f"EXISTS {{ {self.instances(variable, iri)} }}"
        named = ", ".join(map(str, classes))
        return f"EXISTS {{ {variable} {RDF.type} {fresh} FILTER ({fresh} IN ({named})) }}"
