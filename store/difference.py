"""What one version holds and another does not, triple by triple, counted by named graph and by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from ..ontology.names import RDF
from .graphs import graph_name
from .model import DatasetVersion


@dataclass(frozen=True, slots=True)
class GraphDelta:
    """Triples that a graph gained and lost, and the things that it began or ceased to type, by class.

    Triples with blank nodes, which have no name to compare by, are not counted.
    """

    graph: str
    added: int
    removed: int
    classes_added: Mapping[str, int]
    classes_removed: Mapping[str, int]


def compare(before: DatasetVersion, after: DatasetVersion) -> tuple[GraphDelta, ...]:
    """The graphs that differ between two versions, by name."""
    old, new = Store.read_only(str(before.path)), Store.read_only(str(after.path))
    found: list[GraphDelta] = []
    for graph in sorted({*before.graphs, *after.graphs}):
        added, classes_added = _only_in(new, old, graph)
        removed, classes_removed = _only_in(old, new, graph)
        if added or removed:
            found.append(GraphDelta(graph, added, removed, classes_added, classes_removed))
    return tuple(found)


def _only_in(one: Store, other: Store, graph: str) -> tuple[int, Mapping[str, int]]:
    """The triples of a graph that stand in one store alone, and the classes of what they type."""
    count, classes = 0, Counter[str]()
    for quad in one.quads_for_pattern(None, None, None, graph_name(graph)):
        if _is_blank(quad) or quad in other:
            continue
        count += 1
        if quad.predicate == RDF.type and isinstance(quad.object, NamedNode):
            classes[quad.object.value] += 1
    return count, dict(classes.most_common())


def _is_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
