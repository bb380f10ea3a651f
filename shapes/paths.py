"""SHACL property paths (SHACL 2.3.1): read from a shapes graph, written as SPARQL and as RDF again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as Choice

from pyoxigraph import BlankNode, NamedNode, Triple

from .namespaces import RDF, SH
from .shapes_graph import Node, ShapesError, ShapesGraph

Repetition = Choice["*", "+", "?"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate path: one property."""

    iri: NamedNode

    def __str__(self) -> str:
        return str(self.iri)


@dataclass(frozen=True, slots=True)
class Inverse:
    """`sh:inversePath`: from object to subject."""

    path: Path

    def __str__(self) -> str:
        return f"^({self.path})"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A SHACL list of paths, walked one after the other."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return "/".join(f"({path})" for path in self.paths)


@dataclass(frozen=True, slots=True)
class Alternative:
    """`sh:alternativePath`: any of the paths."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return "|".join(f"({path})" for path in self.paths)


@dataclass(frozen=True, slots=True)
class Repeated:
    """`sh:zeroOrMorePath`, `sh:oneOrMorePath`, `sh:zeroOrOnePath`."""

    path: Path
    repetition: Repetition

    def __str__(self) -> str:
        return f"({self.path}){self.repetition}"


Path = Predicate | Inverse | Sequence | Alternative | Repeated

_REPETITIONS: dict[NamedNode, Repetition] = {
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}
_REPETITION_TERMS = {sign: term for term, sign in _REPETITIONS.items()}


def read_path(graph: ShapesGraph, node: Node, seen: tuple[Node, ...] = ()) -> Path:
    """The path that `node` stands for. Raises ShapesError for one that SHACL does not allow."""
    if isinstance(node, NamedNode) and node != RDF.nil:
        return Predicate(node)
    if node in seen:
        raise ShapesError(node, "un chemin se contient lui-même", "a path contains itself")
    if not isinstance(node, BlankNode):
        raise ShapesError(node, "ce nœud n’est pas un chemin", "this node is not a path")
    seen = (*seen, node)
    if graph.values(node, RDF.first):
        paths = tuple(read_path(graph, item, seen) for item in graph.list_items(node))
        if len(paths) < 2:
            raise ShapesError(
                node,
                "un chemin en séquence a au moins deux étapes",
                "a sequence path has at least two steps",
            )
        return Sequence(paths)
    for term, sign in _REPETITIONS.items():
        if (inner := graph.value(node, term)) is not None:
            return Repeated(read_path(graph, inner, seen), sign)
    if (inner := graph.value(node, SH.inversePath)) is not None:
        return Inverse(read_path(graph, inner, seen))
    if (items := graph.value(node, SH.alternativePath)) is not None:
        paths = tuple(read_path(graph, item, seen) for item in graph.list_items(items))
        if len(paths) < 2:
            raise ShapesError(
                node,
                "un chemin alternatif a au moins deux branches",
                "an alternative path has at least two branches",
            )
        return Alternative(paths)
    raise ShapesError(node, "ce nœud n’est pas un chemin", "this node is not a path")


def path_triples(path: Path) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """The node that stands for a path in RDF, and the triples that describe it."""
    match path:
        case Predicate(iri):
            return iri, []
        case Inverse(inner):
            return _described(SH.inversePath, *path_triples(inner))
        case Repeated(inner, sign):
            return _described(_REPETITION_TERMS[sign], *path_triples(inner))
        case Sequence(paths):
            return _list_triples(paths)
        case Alternative(paths):
            return _described(SH.alternativePath, *_list_triples(paths))


def _described(
    term: NamedNode, inner: NamedNode | BlankNode, triples: list[Triple]
) -> tuple[BlankNode, list[Triple]]:
    node = BlankNode()
    return node, [Triple(node, term, inner), *triples]


def _list_triples(paths: tuple[Path, ...]) -> tuple[NamedNode | BlankNode, list[Triple]]:
    cells: list[NamedNode | BlankNode] = [*(BlankNode() for _ in paths), RDF.nil]
    triples: list[Triple] = []
    for cell, rest, path in zip(cells, cells[1:], paths, strict=False):
        head, inner = path_triples(path)
        triples += [Triple(cell, RDF.first, head), Triple(cell, RDF.rest, rest), *inner]
    return cells[0], triples


def predicates_of(path: Path) -> Iterator[NamedNode]:
    """Every property that the path walks through."""
    match path:
        case Predicate(iri):
            yield iri
        case Inverse(inner) | Repeated(inner):
            yield from predicates_of(inner)
        case Sequence(paths) | Alternative(paths):
            for inner in paths:
                yield from predicates_of(inner)
