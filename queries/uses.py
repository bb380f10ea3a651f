"""Where terms are used: the stored queries and the shapes that name each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from ..ontology.iris import CONCEPT, TERM
from ..ontology.text import Text
from ..shapes.listing import listed_shapes
from ..shapes.shapes_graph import project_shapes
from ..store.model import Term
from .library import all_queries

_NAMESPACES: Final = {"dt": TERM, "dtv": CONCEPT}
_NAMED: Final = re.compile(r"<([^<>\s]+)>|\b(dtv?):([\w][\w-]*)")


def terms_named(text: str) -> frozenset[str]:
    """The IRIs that a text in SPARQL or Turtle names, whole or with the project's prefixes."""
    return frozenset(whole or _NAMESPACES[prefix] + local for whole, prefix, local in _NAMED.findall(text))


@cache
def queries_by_term() -> Mapping[str, tuple[str, ...]]:
    """The names of the stored queries that name each term, by its IRI."""
    return _turned((query.name, terms_named(query.text)) for query in all_queries())


@cache
def shapes_by_term() -> Mapping[str, tuple[str, ...]]:
    """The IRIs of the shapes that name each term, in themselves or in what is nested in them."""
    return _turned((shape.value, terms) for shape, terms in shape_terms().items())


@cache
def shape_terms() -> Mapping[NamedNode, frozenset[str]]:
    """The terms that each named shape names."""
    objects: dict[object, list[Term | Triple]] = {}
    for triple in project_shapes().triples:
        objects.setdefault(triple.subject, []).append(triple.object)
    found: dict[NamedNode, frozenset[str]] = {}
    for shape in sorted((node for node in objects if isinstance(node, NamedNode)), key=str):
        said: list[str] = []
        todo: list[object] = [shape]
        while todo:
            for value in objects.get(todo.pop(), ()):
                said.append(str(value))
                if isinstance(value, BlankNode):
                    todo.append(value)
        found[shape] = terms_named("\n".join(said))
    return found


@cache
def shape_messages() -> Mapping[str, Text]:
    """What each named shape tells who breaks it, by its IRI; shapes without a message are left out."""
    return {shape.iri: shape.message for _, found in listed_shapes() for shape in found if shape.message}


def _turned(found: Iterable[tuple[str, frozenset[str]]]) -> Mapping[str, tuple[str, ...]]:
    turned: dict[str, list[str]] = {}
    for name, terms in found:
        for term in terms:
            turned.setdefault(term, []).append(name)
    return {term: tuple(sorted(names)) for term, names in turned.items()}
