"""A version of this machine sent to a remote engine: the graphs that differ from what it holds, at once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from ..model import DatasetVersion, GraphChange
from .engine import RemoteEngine
from .publishing import publish_to
from .settings import RemoteSettings


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the version that the engine holds now, the graphs that changed, the triples sent."""

    version: int
    changed: tuple[str, ...]
    triples: int


def send(
    settings: RemoteSettings, version: DatasetVersion, data_dir: Path, sending: Callable[[str, int], None]
) -> Sent:
    """Give an engine the graphs of a version; those it was sent before and that are no more, it loses.

    Graphs that it holds from elsewhere stay. What a graph holds is known by the hash of its triples, kept
    beside the number of the version. `sending` is called with each graph and its size before it goes.
    Raises the ServiceError of an engine that does not answer; its graphs are then as they were.
    """
    store = Store.read_only(str(version.path))
    with (
        closing(RemoteEngine(settings)) as engine,
        tempfile.TemporaryDirectory(prefix=f"publish-{os.getpid()}-", dir=data_dir / "staging") as folder,
    ):
        held = engine.checksums()
        changes: list[GraphChange] = []
        checksums: dict[str, str] = {}
        for position, graph in enumerate(sorted(version.graphs)):
            content = Path(folder) / f"{position}.nt"
            store.dump(str(content), RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))
            checksums[graph] = _checksum(content)
            if held.get(graph) == checksums[graph]:
                content.unlink()
            else:
                changes.append(GraphChange(graph, content))
        changes += [GraphChange(graph, None) for graph in sorted(held.keys() - checksums.keys())]
        if not changes:
            now = engine.version()
            return Sent(now.number if now else 0, (), 0)
        now = publish_to(engine, changes, checksums, lambda graph: sending(graph, version.graphs[graph]))
        triples = sum(version.graphs.get(change.graph, 0) for change in changes)
        return Sent(now.number if now else 0, tuple(change.graph for change in changes), triples)


def _checksum(content: Path) -> str:
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
