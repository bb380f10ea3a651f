"""A source read into a staged file of N-Quads: written whole or not at all, and found again by its hash.

A build that is stopped leaves the sources that it finished; the next takes up those whose hash is the same.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, serialize

from ...ontology.errors import ViolationsError
from ...ontology.iris import graph_iri
from ...ontology.text import Text
from ..model import Cleaning, Progress, Reject
from .accounts import read_tallies, tally_facts
from .model import Tally
from .rejects import Counts, RejectsFile
from .sources import Planned


@dataclass(frozen=True, slots=True)
class Staged:
    """What reading a source gave: its quads and its rejects in files, and the counts."""

    quads: Path
    rejects: Path
    records: int
    triples: int
    reject_tallies: tuple[Tally, ...]
    cleaning_tallies: tuple[Tally, ...]
    unmatched: dict[str, int]
    seconds: float


def stage(planned: Planned, digest: str, folder: Path, progressed: Callable[[Progress], None]) -> Staged:
    """Read a source into `folder`, or find it there from a build that was stopped.

    Raises InputError when the source cannot be read, ViolationsError for rejects of a strict source.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{planned.name}-{digest[:16]}"
    account = folder / f"{stem}.json"
    if account.is_file():
        return _read_account(account)
    started = time.perf_counter()
    part, rejects_path = folder / f"{stem}.part", folder / f"{stem}.rejects.csv"
    rejects_path.unlink(missing_ok=True)  # of a reading that was stopped
    rejects = RejectsFile(rejects_path)
    try:
        reading = _Reading(planned, rejects, progressed)
        serialize(reading.quads(), str(part), format=RdfFormat.N_QUADS)
    finally:
        rejects.close()
    quads = part.replace(part.with_suffix(".nq"))
    staged = Staged(
        quads=quads,
        rejects=rejects_path,
        records=sum(reading.done.values()),
        triples=reading.triples,
        reject_tallies=rejects.counts.tallies(),
        cleaning_tallies=reading.cleanings.tallies(),
        unmatched=planned.unmatched(),
        seconds=time.perf_counter() - started,
    )
    if planned.strict and staged.reject_tallies:
        raise _refusal(staged.reject_tallies)
    _write_account(staged, account)
    return staged


class _Reading:
    """The quads of a source, with its other events accounted for on the way."""

    def __init__(
        self, planned: Planned, rejects: RejectsFile, progressed: Callable[[Progress], None]
    ) -> None:
        self._planned = planned
        self._rejects = rejects
        self._progressed = progressed
        self.cleanings = Counts()
        self.done: dict[str, int] = {}
        self.triples = 0

    def quads(self) -> Iterator[Quad]:
        graph = graph_iri(self._planned.name)
        for event in self._planned.source.read():
            if isinstance(event, Quad):
                if event.graph_name != graph:
                    raise ValueError(f"{self._planned.name} writes into {event.graph_name}")
                self.triples += 1
                yield event
            elif isinstance(event, Reject):
                self._rejects.add(event)
            elif isinstance(event, Cleaning):
                self.cleanings.add_cleaning(event)
            else:
                self.done[event.step] = event.done
                self._progressed(event)


def _refusal(tallies: tuple[Tally, ...]) -> ViolationsError:
    """The first problems of a strict source, one a line."""
    examples = [example for tally in tallies for example in tally.examples]
    total = sum(tally.count for tally in tallies)
    fr = [f"{e.where}: {e.message.fr} {e.hint.fr}" for e in examples]
    en = [f"{e.where}: {e.message.en} {e.hint.en}" for e in examples]
    if total > len(examples):
        fr.append(f"… et {total - len(examples)} de plus")
        en.append(f"... and {total - len(examples)} more")
    return ViolationsError(
        Text("rien n’a été publié :\n" + "\n".join(fr), "nothing was published:\n" + "\n".join(en)),
    )


def _write_account(staged: Staged, path: Path) -> None:
    facts = {
        "quads": staged.quads.name,
        "rejects": staged.rejects.name,
        "records": staged.records,
        "triples": staged.triples,
        "reject_tallies": tally_facts(staged.reject_tallies),
        "cleaning_tallies": tally_facts(staged.cleaning_tallies),
        "unmatched": staged.unmatched,
        "seconds": staged.seconds,
    }
    part = path.with_suffix(".account")
    part.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def _read_account(path: Path) -> Staged:
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Staged(
        quads=path.parent / facts["quads"],
        rejects=path.parent / facts["rejects"],
        records=facts["records"],
        triples=facts["triples"],
        reject_tallies=read_tallies(facts["reject_tallies"]),
        cleaning_tallies=read_tallies(facts["cleaning_tallies"]),
        unmatched=facts["unmatched"],
        seconds=facts["seconds"],
    )
