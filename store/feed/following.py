"""Bringing the feed to a version: an event for each thing that came, changed or went, and for no other."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Final

from ...ontology.names import AS, RDF, XSD
from ..dumps.model import Dump
from ..model import DatasetVersion
from .grouping import Thing, buckets
from .ledger import Ledger, writing
from .model import STREAMS, Change, Step, stamp

EVENTS_ON_A_PAGE: Final = 500
_BYTES_ON_A_PAGE: Final = 1_000_000


def follow(data_dir: Path, version: DatasetVersion, dump: Dump) -> Step | None:
    """Bring the feed to a version, of which this is the dump; None when it is there already."""
    path = dump.path("digiterr.nq.zst")
    if path is None:
        raise ValueError(f"no N-Quads in {dump.folder}")
    with writing(data_dir) as ledger:
        if ledger.followed() == version.number:
            return None
        time = ledger.next_time()
        streams = {stream.name: _Pages(ledger, stream.name, time) for stream in STREAMS}
        for number, things in buckets(path):
            _follow_bucket(ledger, number, things, streams)
        for pages in streams.values():
            pages.write()
        ledger.drop_superseded()
        counts = {name: dict(pages.counts) for name, pages in streams.items() if pages.counts}
        step = Step(version.number, time, version.note, counts)
        ledger.note_step(step)
        return step


def _follow_bucket(ledger: Ledger, number: int, things: list[Thing], streams: dict[str, _Pages]) -> None:
    known = ledger.bucket(number)
    for thing in things:
        before = known.pop(thing.subject, None)
        digest = thing.digest
        stream = before[0] if before else thing.stream.name
        if before is None or before[1] is None:
            streams[stream].add(Change.CREATED, thing.subject, number, digest, thing.statements)
        elif before[1] != digest:
            streams[stream].add(Change.UPDATED, thing.subject, number, digest, thing.statements)
    for subject, (stream, digest, _) in sorted(known.items()):
        if digest is not None:
            streams[stream].add(Change.DELETED, subject, number, None, ())


class _Pages:
    """The pages of one stream that a version adds."""

    def __init__(self, ledger: Ledger, stream: str, time: datetime) -> None:
        self.counts = Counter[Change]()
        self._ledger = ledger
        self._stream = stream
        self._time = time
        self._published = f'"{stamp(time)}"^^{XSD.dateTime}'
        self._lines: list[str] = []
        self._bytes = 0
        self._things: list[tuple[str, int, bytes | None]] = []

    def add(
        self, change: Change, subject: str, bucket: int, digest: bytes | None, statements: tuple[bytes, ...]
    ) -> None:
        """Add an event: the thing as it is from now on, under a name of its own."""
        self.counts[change] += 1
        self._things.append((subject, bucket, digest))
        event = f"<#{len(self._things)}>"
        about = [f"{AS.object} <{subject}>", f"{AS.published} {self._published}"]
        if change is Change.DELETED:
            about.append(f"{RDF.type} {AS.Delete}")
        stated = [*about, *(statement.decode() for statement in statements)]
        self._lines += [f"{event} {one} ." for one in stated]
        self._bytes += sum(map(len, stated))
        if len(self._things) >= EVENTS_ON_A_PAGE or self._bytes >= _BYTES_ON_A_PAGE:
            self.write()

    def write(self) -> None:
        """Write what was added since the last page as a page."""
        if not self._things:
            return
        body = "\n".join(self._lines) + "\n"
        page = self._ledger.add_page(self._stream, self._time, len(self._things), body)
        self._ledger.put_things(
            (subject, bucket, self._stream, digest, page) for subject, bucket, digest in self._things
        )
        self._lines, self._bytes, self._things = [], 0, []
