"""Where a build brings its graphs together, to be judged and inferred from before publication."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from ...store.graphs import size_of
from ...store.model import DatasetVersion

# Measured, quads a second: dropping a graph goes quad by quad, copying into memory is a bulk load.
_DROPPED_A_SECOND: Final = 28_000
_COPIED_A_SECOND: Final = 150_000


class Workspace:
    """The graphs of the version to be: those that stay as `base` has them, and the new ones once loaded.

    It is in memory, which is faster to join in, or a hard-link copy of the base on disk where so little
    changes that copying the rest into memory would take longer than the build.
    """

    def __init__(self, base: DatasetVersion | None, replaced: set[str], folder: Path) -> None:
        sizes: Mapping[str, int] = base.graphs if base else {}
        dropped = sum(size for graph, size in sizes.items() if graph in replaced)
        kept = sum(sizes.values()) - dropped
        self.on_disk = base is not None and dropped / _DROPPED_A_SECOND < kept / _COPIED_A_SECOND
        if base is not None and self.on_disk:
            shutil.rmtree(folder, ignore_errors=True)
            Store.read_only(str(base.path)).backup(str(folder))
            self.store = Store(str(folder))
            for graph in replaced & sizes.keys():
                self.store.remove_graph(NamedNode(graph))
            return
        self.store = Store()
        if base is not None:
            origin = Store.read_only(str(base.path))
            for graph in sizes.keys() - replaced:
                self.store.bulk_extend(origin.quads_for_pattern(None, None, None, NamedNode(graph)))

    def load(self, quads: Path) -> None:
        """Add a staged file of N-Quads."""
        self.store.bulk_load(path=str(quads), format=RdfFormat.N_QUADS)

    def add(self, quads: Iterable[Quad]) -> None:
        self.store.bulk_extend(quads)

    def subjects(self, graphs: Sequence[NamedNode], at_most: int) -> list[NamedNode] | None:
        """The things that the graphs describe; None when there are more than `at_most`."""
        found: dict[NamedNode, None] = {}
        for graph in graphs:
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                if isinstance(quad.subject, NamedNode):
                    found[quad.subject] = None
                    if len(found) > at_most:
                        return None
        return list(found)

    def describes(self, graph: NamedNode, node: NamedNode) -> bool:
        return next(self._quads(graph, node, None), None) is not None

    def take_out(self, graph: NamedNode, node: NamedNode) -> list[Quad]:
        """Remove what a graph says of a thing, and the links of that graph to it; the quads removed."""
        removed = list(self._quads(graph, node, None)) + list(self._quads(graph, None, node))
        for quad in removed:
            self.store.remove(quad)
        return removed

    def write(self, graph: NamedNode, path: Path) -> Path:
        """Write a graph to a file of N-Triples.

        Inferences about blank nodes are left out: in a file of their own, they would be about others.
        """
        if graph.value.endswith("/inferred"):
            self.store.update(
                f"DELETE {{ GRAPH {graph} {{ ?s ?p ?o }} }} "
                f"WHERE {{ GRAPH {graph} {{ ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }} }}"
            )
        self.store.dump(str(path), format=RdfFormat.N_TRIPLES, from_graph=graph)
        return path

    def write_all(self, path: Path) -> Path:
        """Write all the graphs to one file of N-Quads."""
        self.store.dump(str(path), format=RdfFormat.N_QUADS)
        return path

    def size(self, graph: NamedNode) -> int:
        return size_of(self.store, graph.value)

    def _quads(self, graph: NamedNode, subject: NamedNode | None, value: NamedNode | None) -> Iterator[Quad]:
        return self.store.quads_for_pattern(subject, None, value, graph)


def give_back_memory() -> None:
    """Return freed memory to the system where the C library can: publication needs as much again."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
