"""Where a build brings its graphs together, to be judged and inferred from before publication."""

from __future__ import annotations

import ctypes
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from ...ontology.iris import graph_iri
from ...ontology.reasoning import RuleSet
from ...store.contents import Draft
from ...store.model import DatasetVersion

PROVENANCE: Final = graph_iri("provenance")


class Workspace(ABC):
    """The graphs of the version to be, and its draft: what is changed here is changed there."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    @property
    @abstractmethod
    def store(self) -> Store:
        """All the graphs, to be asked."""

    @abstractmethod
    def gather(self) -> None:
        """Have all that was read in the store."""

    @abstractmethod
    def changed_things(self, at_most: int) -> list[NamedNode] | None:
        """The things of which something changed; None when there are more than `at_most`."""

    @abstractmethod
    def remove(self, quads: Sequence[Quad]) -> None:
        """Take statements out of their graph."""

    @abstractmethod
    def infer(self, name: str, context: Sequence[str], rules: RuleSet) -> int:
        """Have what follows from a source; the number of triples inferred."""

    def inferred(self) -> None:  # noqa: B027 (most have nothing to do)
        """All sources were inferred from."""

    @abstractmethod
    def tell(self, quads: Iterable[Quad]) -> None:
        """Add to what the graph of provenance of the version says."""

    @abstractmethod
    def size(self, graph: NamedNode) -> int:
        """The number of triples of a graph that changed."""

    @abstractmethod
    def finish(self) -> Mapping[str, int | None]:
        """Have everything in the draft; the sizes of the graphs that changed."""

    @abstractmethod
    def before_switch(self, version: DatasetVersion) -> None:
        """What is kept beside a version that is about to be published."""

    def describes(self, graph: NamedNode, node: NamedNode) -> bool:
        return next(self._quads(graph, node, None), None) is not None

    def take_out(self, graph: NamedNode, node: NamedNode) -> list[Quad]:
        """Remove what a graph says of a thing, and the links of that graph to it; the quads removed."""
        removed = list(dict.fromkeys([*self._quads(graph, node, None), *self._quads(graph, None, node)]))
        self.remove(removed)
        return removed

    def _quads(self, graph: NamedNode, subject: NamedNode | None, value: NamedNode | None) -> Iterator[Quad]:
        return self.store.quads_for_pattern(subject, None, value, graph)


def give_back_memory() -> None:
    """Return freed memory to the system where the C library can: publication needs as much again."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
