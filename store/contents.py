"""The contents of a new version: the graphs that changed, and all the others as the base has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, Store

from ..ontology.errors import InputError, Where
from ..ontology.text import Text
from .graphs import graph_name, graphs_of, size_of
from .model import DatasetVersion, GraphChange

# Measured, quads a second: dropping a graph goes quad by quad, copying one is a bulk load.
_DROPPED_A_SECOND: Final = 28_000
_COPIED_A_SECOND: Final = 110_000


def build(base: DatasetVersion | None, changes: Sequence[GraphChange], folder: Path) -> Mapping[str, int]:
    """Make the store of a new version in a folder; the number of quads of each of its graphs.

    Graphs are dropped from a hard-link copy of the base, or the others are copied into an empty store, as
    what takes less time. InputError, with line and column, for a file that is not RDF.
    """
    before = dict(base.graphs) if base else {}
    changed = {change.graph for change in changes}
    dropped = sum(before.get(graph, 0) for graph in changed)
    kept = sum(before.values()) - dropped
    if base is not None and dropped / _DROPPED_A_SECOND < kept / _COPIED_A_SECOND:
        Store.read_only(str(base.path)).backup(str(folder))
        store = Store(str(folder))
        for graph in changed & before.keys():
            store.remove_graph(graph_name(graph))
    else:
        store = Store(str(folder))
        if base is not None and kept:
            store.bulk_extend(_kept(base, changed))
        for graph in before.keys() - changed:
            store.add_graph(graph_name(graph))  # it may be empty
    # One file may bring several graphs: it is loaded once, which also leaves nothing to compact.
    for content, graph in {c.content: c.graph for c in changes if c.content is not None}.items():
        _load(store, graph, content)
    store.optimize()
    store.flush()
    counts = {graph: count for graph, count in before.items() if graph not in changed}
    counts.update({change.graph: size_of(store, change.graph) for change in changes if change.content})
    _refuse_strays(store, counts)
    return counts


def rewrite(
    base: DatasetVersion, folder: Path, write: Callable[[DatasetVersion, Store], Mapping[str, int | None]]
) -> Mapping[str, int]:
    """Make the store of a new version by letting `write` change a copy of the base; its graphs' sizes."""
    Store.read_only(str(base.path)).backup(str(folder))
    store = Store(str(folder))
    counts = {**base.graphs, **write(base, store)}
    store.flush()
    return {graph: count for graph, count in counts.items() if count is not None}


def _kept(base: DatasetVersion, changed: set[str]) -> Iterator[Quad]:
    source = Store.read_only(str(base.path))
    return chain.from_iterable(
        source.quads_for_pattern(None, None, None, graph_name(graph))
        for graph in base.graphs
        if graph not in changed
    )


def _load(store: Store, graph: str, content: Path) -> None:
    is_triples = content.suffix == ".nt"
    try:
        store.bulk_load(
            path=str(content),
            format=RdfFormat.N_TRIPLES if is_triples else RdfFormat.N_QUADS,
            to_graph=graph_name(graph) if is_triples else None,
        )
    except SyntaxError as error:
        raise InputError(
            Text(
                f"Ce fichier n’est pas du RDF correct : {error.msg}.",
                f"This file is not valid RDF: {error.msg}.",
            ),
            where=Where(str(content), error.lineno, error.offset),
        ) from error


def _refuse_strays(store: Store, counts: Mapping[str, int]) -> None:
    if strays := graphs_of(store) - counts.keys():
        names = ", ".join(sorted(strays))
        raise InputError(
            Text(
                f"Des quads sont dans d’autres graphes que ceux annoncés : {names}.",
                f"There are quads in graphs other than those announced: {names}.",
            )
        )
