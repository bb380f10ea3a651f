"""What is kept of a portal between two harvests: its pages, records and refusals, the account of its runs.

The graph alone says what is published: a state that is not of the published graph is not used.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from ...ontology.errors import StoreError, Where
from ...ontology.text import Text
from ...store.durability import whole, write_file
from ..building.rejects import plain_cell
from .model import Kind, Refusal, Run, Standing, Tally

FOLDER: Final = "harvest"
KEPT_RUNS: Final = 100
REFUSED_COLUMNS: Final = (
    "title", "identifier", "page", "field", "value", "reason",
    "message_fr", "message_en", "hint_fr", "hint_en",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page as it was: its validators, the page after it, the keys of its records."""

    etag: str | None
    modified: str | None
    next: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as it was written: `topic` is the IRI of the dataset that its sheet is about; `linked`: its
    publisher is a body of the graph."""

    standing: Standing
    checksum: str
    topic: str
    title: str
    linked: bool = False

    @property
    def is_published(self) -> bool:
        return self.standing in ("taken", "duplicate")


@dataclass(frozen=True, slots=True)
class State:
    """A portal as the last harvest that ended left it. `latest`: when the last of its records was changed, in
    its own words; `whole`: when all its pages were last read."""

    kind: Kind = "auto"
    start: str = ""
    total: int | None = None
    latest: str | None = None
    whole: datetime | None = None
    catalogue: tuple[str, ...] = ()
    pages: Mapping[str, KnownPage] = field(default_factory=dict)
    records: Mapping[str, KnownRecord] = field(default_factory=dict)
    refusals: Mapping[str, Refusal] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The hash of what is published of the portal; the graph states it too."""
        hasher = hashlib.sha256()
        for key in sorted(self.records):
            record = self.records[key]
            if record.is_published:
                hasher.update(f"{key} {record.standing} {record.checksum} {record.topic}\n".encode())
        return hasher.hexdigest()


class PortalFolder:
    """The folder of one portal in the data folder."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self.name = name
        self.path = data_dir / FOLDER / name
        self.refused = self.path / "refused.csv"
        self._state = self.path / "state.json"
        self._runs = self.path / "runs.jsonl"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the portal: one harvest of it at a time. StoreError when another is at work."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(
                    Text(
                        "un autre moissonnage de ce portail est en cours.",
                        "another harvest of this portal is at work.",
                    ),
                    Text("Attendez qu’il s’achève.", "Wait for it to end."),
                    Where(self.name),
                ) from None
            yield

    def is_at_work(self) -> bool:
        """Whether a harvest of the portal is at work now."""
        with suppress(OSError), (self.path / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def read(self) -> State | None:
        """The state that was kept; None when there is none, or none that can be read."""
        try:
            return _state(json.loads(self._state.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, state: State) -> None:
        """Keep a state, and its refusals as a table for the publisher."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_file(self._state, json.dumps(_facts(state), ensure_ascii=False))
        with whole(self.refused) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(REFUSED_COLUMNS)
            for one in state.refusals.values():
                table.writerow(
                    plain_cell(cell)
                    for cell in (
                        one.title, one.key, one.where, one.field, one.value, one.reason,
                        one.message.fr, one.message.en, one.hint.fr, one.hint.en,
                    )
                )  # fmt: skip

    def enter(self, run: Run) -> None:
        """Add a run to the account; the last hundred are kept."""
        self.path.mkdir(parents=True, exist_ok=True)
        kept = [json.dumps(run_facts(one), ensure_ascii=False) for one in (*self.runs(), run)][-KEPT_RUNS:]
        write_file(self._runs, "\n".join(kept) + "\n")

    def runs(self) -> tuple[Run, ...]:
        """The harvests of the portal, the oldest first."""
        found: list[Run] = []
        with suppress(OSError):
            for line in self._runs.read_text("utf-8").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    found.append(_run(json.loads(line)))
        return tuple(found)


def portal_names(data_dir: Path) -> tuple[str, ...]:
    """The portals that were ever harvested into a data folder."""
    folder = data_dir / FOLDER
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir())) if folder.is_dir() else ()


def _facts(state: State) -> dict[str, Any]:
    return {
        "kind": state.kind,
        "start": state.start,
        "total": state.total,
        "latest": state.latest,
        "whole": state.whole.isoformat() if state.whole else None,
        "catalogue": state.catalogue,
        "pages": {
            address: [page.etag, page.modified, page.next, page.keys] for address, page in state.pages.items()
        },
        "records": {
            key: [one.standing, one.checksum, one.topic, one.title, one.linked]
            for key, one in state.records.items()
        },
        "refusals": [asdict(one) for one in state.refusals.values()],
    }


def _state(facts: dict[str, Any]) -> State:
    refusals = [
        Refusal(**{**one, "message": Text(**one["message"]), "hint": Text(**one["hint"])})
        for one in facts["refusals"]
    ]
    return State(
        kind=facts["kind"],
        start=facts["start"],
        total=facts["total"],
        latest=facts["latest"],
        whole=datetime.fromisoformat(facts["whole"]) if facts["whole"] else None,
        catalogue=tuple(facts["catalogue"]),
        pages={
            address: KnownPage(etag, modified, following, tuple(keys))
            for address, (etag, modified, following, keys) in facts["pages"].items()
        },
        records={key: KnownRecord(*one) for key, one in facts["records"].items()},
        refusals={one.key: one for one in refusals},
    )


def run_facts(run: Run) -> dict[str, Any]:
    """A run for programs: times in seconds, texts in both languages."""
    return {
        "portal": run.portal,
        "address": run.address,
        "started": run.started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "tally": asdict(run.tally),
        "version": run.version,
        "error": asdict(run.error) if run.error else None,
        "notes": [asdict(note) for note in run.notes],
        "reasons": dict(run.reasons),
    }


def _run(facts: dict[str, Any]) -> Run:
    return Run(
        portal=facts["portal"],
        address=facts["address"],
        started=datetime.fromisoformat(facts["started"]),
        seconds=facts["seconds"],
        tally=Tally(**cast("dict[str, int]", facts["tally"])),
        version=facts["version"],
        error=Text(**facts["error"]) if facts["error"] else None,
        notes=tuple(Text(**note) for note in facts["notes"]),
        reasons=facts["reasons"],
    )
