"""HermiT: is the ontology consistent, and how does it classify? Sound and complete for OWL 2 DL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from rdflib import OWL, Graph

from .java import as_ntriples, failed, run_reasoner

Pair = tuple[str, str]
Link = tuple[str, str, str]
_Signed = tuple[str, bool]  # a property, or its inverse
_T = TypeVar("_T")

_RELATION = re.compile(r"^(?P<name>[A-Za-z]+)\( (?P<iris><[^>]+>(?:\s+<[^>]+>)*) \)$", re.MULTILINE)
_VALUES = re.compile(r"^<(?P<property>[^>]+)> \(known instances:\s*(?P<known>.*?)\s*\|", re.MULTILINE)
_PAIR = re.compile(r"\(<([^>]+)>, <([^>]+)>\)")
_IRI = re.compile(r"<([^>]+)>")
_HIERARCHY = re.compile(r"^(SubObjectPropertyOf|EquivalentObjectProperties)\( (.*) \)$", re.MULTILINE)
_EXPRESSION = re.compile(r"(ObjectInverseOf\( )?<([^>]+)>")
_THING, _NOTHING = str(OWL.Thing), str(OWL.Nothing)


@dataclass(frozen=True)
class Classification:
    """What HermiT says of an ontology, by IRIs; nothing but `consistent` when it is not consistent.

    `subclasses` and `types` hold the nearest classes only; `superclasses_of` and `types_of` hold all.
    `links` are the object property assertions between named individuals, stated ones included.
    """

    consistent: bool
    subclasses: frozenset[Pair] = frozenset()
    equivalents: frozenset[Pair] = frozenset()  # both ways
    types: frozenset[Pair] = frozenset()
    links: frozenset[Link] = frozenset()

    @property
    def unsatisfiable(self) -> frozenset[str]:
        """Classes that can have no member."""
        named = {one for one, other in self.equivalents if other == _NOTHING}
        named |= {one for one, other in self.subclasses if other == _NOTHING}
        return frozenset(named - {_NOTHING})

    @cached_property
    def _above(self) -> dict[str, set[str]]:
        return _closed(self.subclasses | self.equivalents)

    def superclasses_of(self, iri: str) -> frozenset[str]:
        """Every named class above a class, owl:Thing and itself left out."""
        return frozenset(self._above.get(iri, set()) - {_THING})

    def types_of(self, iri: str) -> frozenset[str]:
        """Every named class an individual belongs to, owl:Thing left out."""
        nearest = {kind for individual, kind in self.types if individual == iri}
        return frozenset(nearest.union(*(self.superclasses_of(kind) for kind in nearest)) - {_THING})


def classify(graph: Graph, timeout: float = 120) -> Classification:
    """Classes, types and object property values that follow from an ontology with its data, in one run.

    Datatypes outside OWL 2's datatype map are ignored here and named by `profile_violations`.
    """
    with as_ntriples(graph) as path:
        arguments = ["-c", "-O", "-D", "-Y", "--ignoreUnsupportedDatatypes", "-I", path.as_uri()]
        status, output, errors = run_reasoner(
            "hermit", "org.semanticweb.HermiT.cli.CommandLine", arguments, timeout
        )
    if "Inconsistent ontology" in output + errors:
        return Classification(consistent=False)
    if status:
        raise failed("HermiT", errors or output)
    return _read(output.replace("\r", ""))


def _read(output: str) -> Classification:
    subclasses: set[Pair] = set()
    equivalents: set[Pair] = set()
    types: set[Pair] = set()
    for relation in _RELATION.finditer(output):
        iris = _IRI.findall(relation["iris"])
        match relation["name"]:
            case "SubClassOf":
                subclasses.add((iris[0], iris[1]))
            case "Type":
                types.add((iris[0], iris[1]))
            case "EquivalentClasses":
                equivalents |= {(one, other) for one in iris for other in iris if one != other}
            case _:
                pass
    links = {
        (one, values["property"], other)
        for values in _VALUES.finditer(output)
        for one, other in _PAIR.findall(values["known"])
    }
    links |= _widened(links, output)
    return Classification(
        consistent=True,
        subclasses=frozenset(subclasses),
        equivalents=frozenset(equivalents),
        types=frozenset(types),
        links=frozenset(links),
    )


def _widened(links: set[Link], output: str) -> set[Link]:
    """The values under wider and inverse properties: HermiT prints them under the nearest ones only."""
    pairs: set[tuple[_Signed, _Signed]] = set()
    for relation in _HIERARCHY.finditer(output):
        found = [(iri, not inverse) for inverse, iri in _EXPRESSION.findall(relation[2])]
        both = relation[1] == "EquivalentObjectProperties"
        for (one, one_way), (other, other_way) in pairwise(found):
            for turned in (False, True):
                left, right = (one, one_way != turned), (other, other_way != turned)
                pairs.add((left, right))
                if both:
                    pairs.add((right, left))
    above = _closed(pairs)
    return {
        (one, wider, other) if forward else (other, wider, one)
        for one, on_property, other in links
        for wider, forward in above.get((on_property, True), ())
    }


def _closed(pairs: Iterable[tuple[_T, _T]]) -> dict[_T, set[_T]]:
    """The transitive closure of a relation."""
    nearest: dict[_T, set[_T]] = {}
    for child, parent in pairs:
        nearest.setdefault(child, set()).add(parent)
    closed: dict[_T, set[_T]] = {}
    for child in nearest:
        found, todo = set[_T](), [child]
        while todo:
            for parent in nearest.get(todo.pop(), set()) - found:
                found.add(parent)
                todo.append(parent)
        closed[child] = found - {child}
    return closed
