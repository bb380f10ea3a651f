"""What a page of RDF says of one resource: its own statements, and those about what only it refers to.

A portal may say what it likes of its own resources, and nothing of ours: statements whose subject is under
`iris.BASE`, types and properties of this ontology and of OWL are left out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ...ontology import iris
from ...ontology.names import DCAT, HYDRA, OWL, RDF

Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal

RESOURCES: Final = (DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService)
GENID: Final = iris.BASE + ".well-known/genid/"
_FOREIGN: Final = (iris.BASE, OWL.NAMESPACE, HYDRA.NAMESPACE)
_MOST_TRIPLES: Final = 5_000
_DEEPEST: Final = 12


class TooLargeError(Exception):
    """A description of more statements than any record has, or of blank nodes without end."""


class PageGraph:
    """The triples of one page, by subject."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Node, list[tuple[NamedNode, Value]]] = defaultdict(list)
        self._typed: dict[NamedNode, list[Node]] = defaultdict(list)
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            self._about[subject].append((triple.predicate, value))
            if triple.predicate == RDF.type and isinstance(value, NamedNode):
                self._typed[value].append(subject)
        self._apart = {
            node for kind in (*RESOURCES, DCAT.Catalog, DCAT.CatalogRecord) for node in self.typed(kind)
        }
        self._digests: dict[BlankNode, str] = {}

    def typed(self, kind: NamedNode) -> list[Node]:
        """The things of a class, in the order of the page."""
        return list(dict.fromkeys(self._typed.get(kind, ())))

    def resources(self) -> list[Node]:
        """The datasets, series and services of the page."""
        return list(dict.fromkeys(node for kind in RESOURCES for node in self.typed(kind)))

    def values(self, node: Node, *predicates: NamedNode) -> list[Value]:
        about = self._about.get(node, ())
        return [value for wanted in predicates for predicate, value in about if predicate == wanted]

    def text(self, node: Node, *predicates: NamedNode) -> str | None:
        """The first value as a text: the French one of several, if there is one."""
        found = self.values(node, *predicates)
        literals = [value for value in found if isinstance(value, Literal)]
        french = [value for value in literals if (value.language or "").startswith("fr")]
        for value in (*french, *literals, *found):
            if not isinstance(value, BlankNode) and value.value.strip():
                return value.value.strip()
        return None

    def named(self, node: Node) -> NamedNode:
        """The node itself, or, for a blank one, an IRI made of all that it stands for (RDF 1.1, 3.5)."""
        return node if isinstance(node, NamedNode) else NamedNode(GENID + self._digest(node, 0))

    def description(self, node: Node, iri: NamedNode, without: tuple[NamedNode, ...] = ()) -> list[Triple]:
        """What the page says of a resource, which is called `iri` in it, and of what it leads to.

        Other resources are named, not described; `without` are properties to leave out. TooLargeError.
        """
        triples: list[Triple] = []
        queue, seen = [node], {node}
        while queue:
            current = queue.pop()
            subject = iri if current == node else self.named(current)
            for predicate, value in self._about[current]:
                if not _may_say(predicate, value) or (current == node and predicate in without):
                    continue
                if isinstance(value, Literal):
                    triples.append(Triple(subject, predicate, value))
                else:
                    triples.append(Triple(subject, predicate, iri if value == node else self.named(value)))
                    if value not in seen and self._is_part(value):
                        seen.add(value)
                        queue.append(value)
                if len(triples) > _MOST_TRIPLES:
                    raise TooLargeError
        return triples

    def _is_part(self, value: Node) -> bool:
        if value in self._apart or value not in self._about:
            return False
        return isinstance(value, BlankNode) or not value.value.startswith(iris.BASE)

    def _digest(self, node: BlankNode, depth: int) -> str:
        if depth > _DEEPEST:
            raise TooLargeError
        if node not in self._digests:
            said = sorted(
                f"{predicate} {self._digest(value, depth + 1) if isinstance(value, BlankNode) else value}"
                for predicate, value in self._about.get(node, ())
            )
            self._digests[node] = hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]
        return self._digests[node]


def genid(text: str) -> NamedNode:
    """The IRI of a thing that has none, made of what tells it from others (RDF 1.1 Concepts, 3.5)."""
    return NamedNode(GENID + hashlib.sha256(text.encode()).hexdigest()[:32])


def lines(triples: Iterable[Triple]) -> tuple[str, ...]:
    """Triples as lines of N-Triples, in one order and each once."""
    return tuple(sorted({f"{triple} ." for triple in triples}))


def _may_say(predicate: NamedNode, value: Value) -> bool:
    if predicate.value.startswith(_FOREIGN):
        return False
    return not (predicate == RDF.type and isinstance(value, NamedNode) and value.value.startswith(_FOREIGN))
