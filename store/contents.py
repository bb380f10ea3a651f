"""The contents of a version to come: the graphs that change, and all the others as the base has them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, Store

from ..ontology.errors import InputError
from ..ontology.text import Text
from .graphs import graph_name, graphs_of, size_of
from .loading import Loader
from .model import DatasetVersion

# Measured, quads a second: dropping a graph goes quad by quad, copying one is a bulk load.
_DROPPED_A_SECOND: Final = 28_000
_COPIED_A_SECOND: Final = 110_000


class Draft:
    """The store of a version to come, in a folder: files are loaded into it while others are being made.

    It begins with the graphs of the base that do not change: those that do are dropped from a hard-link copy,
    or the others are copied into an empty store, as what takes less time. `in_place`: it begins as a copy of
    the base, and the caller makes the changes in `store`. More graphs may be added to `changed` on the way.
    """

    def __init__(
        self,
        base: DatasetVersion | None,
        changed: Collection[str],
        folder: Path,
        *,
        in_place: bool = False,
    ) -> None:
        self.base = base
        self.changed = set(changed)
        self.folder = folder
        self._before: Mapping[str, int] = dict(base.graphs) if base else {}
        dropped = sum(self._before.get(graph, 0) for graph in self.changed)
        kept = sum(self._before.values()) - dropped
        copied = base is not None and (in_place or dropped / _DROPPED_A_SECOND < kept / _COPIED_A_SECOND)
        if base is not None and copied:
            Store.read_only(str(base.path)).backup(str(folder))
        self.store = Store(str(folder))
        self._loader = Loader(self.store)
        self._fresh = not copied
        if base is not None and not in_place:
            replaced, kept_graphs = self.changed & self._before.keys(), self._before.keys() - self.changed
            self._loader.do(
                lambda store: _drop(replaced, store) if copied else _copy(base, kept_graphs, store)
            )

    def load(self, content: Path, graph: str | None = None) -> None:
        """Have a file of N-Quads loaded, or one of N-Triples (`.nt`) into a graph; told of it by `wait`."""
        self._loader.load(content, graph)

    def do(self, work: Callable[[Store], object]) -> None:
        """Have something done to the store after what it was given before."""
        self._loader.do(work)

    def wait(self) -> None:
        """Return when everything is done. InputError, with line and column, for a file that is not RDF."""
        self._loader.wait()

    def finish(self, sizes: Mapping[str, int | None] | None = None) -> Mapping[str, int]:
        """Close the store; the number of quads of each graph. `sizes`: those known of changed graphs, None
        for a graph that is gone; others are counted."""
        self._loader.wait()
        if self._fresh:
            self.store.optimize()
        self.store.flush()
        known = dict(sizes or {})
        present = graphs_of(self.store)
        counts = {graph: count for graph, count in self._before.items() if graph not in self.changed}
        for graph in self.changed:
            size = (
                known[graph] if graph in known else size_of(self.store, graph) if graph in present else None
            )
            if size is not None:
                counts[graph] = size
        _refuse_strays(present, counts)
        self._loader.close()
        del self.store
        return counts

    def close(self) -> None:
        """Let the store go, whatever was still to be done to it."""
        self._loader.close(wait=False)
        if hasattr(self, "store"):
            del self.store

    def rebase(self, base: DatasetVersion | None, folder: Path) -> Mapping[str, int]:
        """Once finished: the same changes to another base, in another folder; its graphs' sizes."""
        made = Store.read_only(str(self.folder))
        present = self.changed & graphs_of(made)
        again = Draft(base, self.changed, folder)
        again.do(lambda store: store.bulk_extend(_quads_of(made, present)))
        return again.finish()


def rewrite(
    base: DatasetVersion | None,
    folder: Path,
    write: Callable[[DatasetVersion | None, Store], Mapping[str, int | None]],
) -> Mapping[str, int]:
    """Make the store of a new version by letting `write` change a copy of the base; its graphs' sizes."""
    if base is not None:
        Store.read_only(str(base.path)).backup(str(folder))
    store = Store(str(folder))
    counts = {**(base.graphs if base else {}), **write(base, store)}
    store.flush()
    return {graph: count for graph, count in counts.items() if count is not None}


def _drop(graphs: Collection[str], store: Store) -> None:
    for graph in graphs:
        store.remove_graph(graph_name(graph))


def _copy(base: DatasetVersion, graphs: Collection[str], store: Store) -> None:
    if graphs:
        store.bulk_extend(_quads_of(Store.read_only(str(base.path)), graphs))
    for graph in graphs:
        store.add_graph(graph_name(graph))  # it may be empty


def _quads_of(source: Store, graphs: Collection[str]) -> Iterator[Quad]:
    return chain.from_iterable(
        source.quads_for_pattern(None, None, None, graph_name(graph)) for graph in graphs
    )


def _refuse_strays(present: Collection[str], counts: Mapping[str, int]) -> None:
    if strays := set(present) - counts.keys():
        names = ", ".join(sorted(strays))
        raise InputError(
            Text(
                f"Des quads sont dans d’autres graphes que ceux annoncés : {names}.",
                f"There are quads in graphs other than those announced: {names}.",
            )
        )
