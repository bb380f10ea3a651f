"""The statements of a version, thing by thing, read from its dump.

The dump comes graph by graph. Its lines are laid in files by the hash of their subject, each small enough to
be sorted out in memory; a triple that stands in two graphs counts once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import zstandard

from .model import GENID, Stream, stream_of

BUCKETS: Final = 64
_LINES: Final = 1 << 22  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing and what is stated of it: `statements` are `predicate object` in N-Triples, in order."""

    subject: str  # IRI
    stream: Stream
    statements: tuple[bytes, ...]

    @property
    def digest(self) -> bytes:
        return hashlib.blake2b(b"\n".join(self.statements), digest_size=16).digest()


def bucket_of(subject: str) -> int:
    """The bucket that a subject falls in, in this and every other version."""
    return zlib.crc32(subject.encode()) % BUCKETS


def buckets(dump: Path) -> Iterator[tuple[int, list[Thing]]]:
    """The things of a dump in N-Quads (zstd), bucket by bucket, each bucket in the order of its subjects."""
    with TemporaryDirectory(prefix="feed-", dir=dump.parent.parent) as folder:
        paths = [Path(folder) / str(number) for number in range(BUCKETS)]
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("wb")) for path in paths]
            blank: list[tuple[bytes, bytes, bytes, bytes]] = []
            for line in _lines(dump):
                subject, predicate, value, graph = _terms(line)
                if subject.startswith(b"_:") or value.startswith(b"_:"):
                    blank.append((subject, predicate, value, graph))
                else:
                    files[zlib.crc32(subject[1:-1]) % BUCKETS].write(line + b"\n")
            for subject, predicate, value, graph in _named(blank):
                line = b" ".join((subject, predicate, value, graph, b".\n"))
                files[zlib.crc32(subject[1:-1]) % BUCKETS].write(line)
        for number, path in enumerate(paths):
            yield number, _things(path)
            path.unlink()


def _lines(dump: Path) -> Iterator[bytes]:
    rest = b""
    with dump.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
        while block := reader.read(_LINES):
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            yield from lines


def _terms(line: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Subject, predicate, object and graph (empty when there is none) of a line of N-Quads."""
    subject, predicate, rest = line.split(b" ", 2)
    value, _, graph = rest[:-2].rpartition(b" ")
    if value and (graph.startswith(b"_:") or (graph.startswith(b"<") and b'"' not in graph)):
        return subject, predicate, value, graph
    return subject, predicate, rest[:-2].rstrip(), b""


def _things(path: Path) -> list[Thing]:
    found: dict[bytes, set[bytes]] = {}
    graphs: dict[bytes, bytes] = {}
    with path.open("rb") as file:
        for line in file:
            subject, predicate, value, graph = _terms(line.rstrip(b"\n"))
            found.setdefault(subject, set()).add(predicate + b" " + value)
            if subject not in graphs or graph < graphs[subject]:
                graphs[subject] = graph
    return [
        Thing(name, stream_of(name, graphs[subject][1:-1].decode()), tuple(sorted(found[subject])))
        for subject in sorted(found)
        for name in [subject[1:-1].decode()]
    ]


def _named(
    quads: Iterable[tuple[bytes, bytes, bytes, bytes]],
) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """The same quads, with an IRI for each blank node, the same as long as its surroundings are."""
    quads = list(quads)
    inside: dict[bytes, list[tuple[bytes, bytes]]] = {}
    around: dict[bytes, list[tuple[bytes, bytes]]] = {}
    for subject, predicate, value, _ in quads:
        if subject.startswith(b"_:"):
            inside.setdefault(subject, []).append((predicate, value))
        if value.startswith(b"_:"):
            around.setdefault(value, []).append((subject, predicate))
    contents: dict[bytes, bytes] = {}
    names: dict[bytes, bytes] = {}

    def content(node: bytes, above: frozenset[bytes]) -> bytes:
        if node in contents or node in above:
            return contents.get(node, b"cycle")
        parts = (
            predicate + b" " + (content(value, above | {node}) if value.startswith(b"_:") else value)
            for predicate, value in inside.get(node, ())
        )
        contents[node] = _hash(sorted(parts))
        return contents[node]

    def name(node: bytes, below: frozenset[bytes]) -> bytes:
        if node in names or node in below:
            return names.get(node, b"cycle")
        parents = (
            (name(subject, below | {node}) if subject.startswith(b"_:") else subject) + b" " + predicate
            for subject, predicate in around.get(node, ())
        )
        names[node] = b"<" + GENID.encode() + _hash([content(node, frozenset()), *sorted(parents)]) + b">"
        return names[node]

    for subject, predicate, value, graph in quads:
        yield (
            name(subject, frozenset()) if subject.startswith(b"_:") else subject,
            predicate,
            name(value, frozenset()) if value.startswith(b"_:") else value,
            graph,
        )


def _hash(parts: Iterable[bytes]) -> bytes:
    return hashlib.blake2b(b"\n".join(parts), digest_size=16).hexdigest().encode()
