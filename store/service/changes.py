"""What a write changed, kept beside its version, so that the snapshot follows without reading all again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, Store

from ..durability import write_file
from ..graphs import graph_name
from ..writing import Changes

_MOST_QUADS: Final = 100_000


def changes_file(data_dir: Path, version: int) -> Path:
    """Where the changes of a version are kept."""
    return data_dir / "versions" / f"{version:06}.changes"


def write_changes(path: Path, base: int, changes: Changes) -> None:
    """Note what turned version `base` into the next, unless it is too much to be worth it."""
    if changes.added + changes.removed > _MOST_QUADS:
        return
    graphs = [
        {
            "graph": graph,
            "exists": done.exists,
            "added": b"\n".join(done.added).decode(),
            "removed": b"\n".join(done.removed).decode(),
        }
        for graph, done in changes.graphs.items()
    ]
    write_file(path, json.dumps({"base": base, "graphs": graphs}))


def base_of(path: Path) -> int | None:
    """The version that changes were made to; None when none were noted."""
    try:
        return int(json.loads(path.read_text("utf-8"))["base"])
    except (OSError, ValueError, KeyError):
        return None


def apply_changes(path: Path, store: Store) -> None:
    """Make the noted changes in a store that holds their base."""
    for facts in json.loads(path.read_text("utf-8"))["graphs"]:
        name = graph_name(facts["graph"])
        for kind, change in (("removed", store.remove), ("added", store.add)):
            for quad in pyoxigraph.parse(facts[kind], RdfFormat.N_TRIPLES, lenient=True):
                change(Quad(quad.subject, quad.predicate, quad.object, name))
        if facts["exists"]:
            store.add_graph(name)
        else:
            store.remove_graph(name)
