"""A build published to a remote engine: new contents beside the old, then all of them changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, Final

from ...ontology import iris
from ..model import DatasetVersion, GraphChange
from .engine import RemoteEngine, version_update
from .settings import RemoteSettings

_STAGED: Final = iris.BASE + "staged/"
_N_TRIPLES: Final = "application/n-triples"


def publish(settings: RemoteSettings, changes: Sequence[GraphChange]) -> DatasetVersion | None:
    """Give named graphs their new contents in a remote engine; the version it then holds.

    Contents are sent to graphs of other names by the Graph Store Protocol; one update then moves them all,
    which an engine makes one transaction (SPARQL 1.1 Update, 3.2.4, and 3: "should be atomic"). What is
    killed before that leaves the published graphs as they were; the next publication removes what it left and
    starts afresh. The graphs of a first version go where they belong: nobody reads them yet, and an engine is
    slow to move them. Contents must be N-Triples, or N-Quads of the one graph.
    """
    with closing(RemoteEngine(settings)) as engine:
        return publish_to(engine, changes)


def publish_to(
    engine: RemoteEngine,
    changes: Sequence[GraphChange],
    checksums: Mapping[str, str] | None = None,
    sending: Callable[[str], None] = lambda _: None,
) -> DatasetVersion | None:
    """The same, noting the checksums of all graphs; `sending` is called with each graph before it goes."""
    before = engine.version()
    held = before.graphs if before else {}
    first = before is None or not before.number
    for left in (graph for graph in held if graph.startswith(_STAGED)):
        engine.client.update(f"DROP SILENT GRAPH <{left}>")
    moves: list[str] = []
    for position, change in enumerate(changes):
        if change.content is None:
            moves.append(f"DROP SILENT GRAPH <{change.graph}>")
            continue
        sending(change.graph)
        directly = first and change.graph not in held
        target = change.graph if directly else f"{_STAGED}{position}"
        for number, lines in enumerate(_chunks(change.content, engine.profile.chunk_lines)):
            engine.client.graph_store("POST" if number else "PUT", target, lines, _N_TRIPLES)
        if not directly:
            moves.append(f"MOVE SILENT GRAPH <{target}> TO GRAPH <{change.graph}>")
    number = (before.number if before else 0) + 1
    engine.client.update(" ; ".join([*moves, version_update(number, checksums)]))
    return engine.version_now()


def _chunks(content: Path, lines: int) -> Iterator[bytes]:
    """A file of N-Triples in pieces; in one when it has blank nodes, which have no name across requests.

    A file of N-Quads loses its graph names, which are all one.
    """
    quads = content.suffix == ".nq"
    with content.open("rb") as file:
        if _has_blank_nodes(file):
            yield b"".join(_triple(line) if quads else line for line in file)
            return
        empty = True
        while piece := list(islice(file, lines)):
            empty = False
            yield b"".join(map(_triple, piece)) if quads else b"".join(piece)
        if empty:
            yield b""


def _has_blank_nodes(file: IO[bytes]) -> bool:
    found = any(line.startswith(b"_:") or b" _:" in line for line in file)
    file.seek(0)
    return found


def _triple(quad: bytes) -> bytes:
    """A line of N-Quads without its graph: the last IRI before the full stop, since IRIs hold no space."""
    return quad.rstrip().rstrip(b".").rstrip().rsplit(b" <", 1)[0] + b" .\n"
