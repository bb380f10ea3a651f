"""What passes from a loader to the build: quads, rejects and progress, never a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pyoxigraph import Quad

from ..ontology.errors import Where
from ..ontology.text import Text


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was read and set aside: where it stands, why, and what would mend it.

    `reason` is a stable kebab-case code, by which rejects are counted; `record` is the row as it was read.
    """

    source: str
    where: Where
    reason: str
    message: Text
    hint: Text
    record: str = ""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A safe correction made to a value, so that the publisher can make it at home."""

    source: str
    where: Where
    reason: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step has come: `done` of `total` records (total None when it is not known)."""

    step: str
    done: int
    total: int | None


Event = Quad | Reject | Cleaning | Progress


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What is known of a source: the DCAT facts that go into its graph's description."""

    name: str
    title: Text
    description: Text
    publisher: str
    licence: str  # IRI
    attribution: Text
    landing_page: str | None = None
    edition: str | None = None


class Source(Protocol):
    """One source of the graph. Its quads go to `graph/<name>`; its inputs decide whether it is rebuilt."""

    @property
    def description(self) -> SourceDescription: ...

    def inputs(self) -> Sequence[Path]:
        """The files that this source reads, code lists included; their contents are hashed."""
        ...

    def read(self) -> Iterator[Event]:
        """Rows in, events out, in the order of the files. Raises InputError when nothing can be read."""
        ...
