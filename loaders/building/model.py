"""The account of a build: what each step took, and what became of every row of every source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from ...ontology.text import Text

StepName = Literal["load", "gather", "validate", "infer", "contradictions", "describe", "write", "publish"]
Outcome = Literal["built", "reused", "absent"]
"""built: read anew; reused: as it was published; absent: its files are missing and it never was published."""

STEPS: Final[Mapping[StepName, Text]] = {
    "load": Text("lecture", "loading"),
    "gather": Text("assemblage", "gathering"),
    "validate": Text("validation", "validation"),
    "infer": Text("inférence", "inference"),
    "contradictions": Text("recherche de contradictions", "search for contradictions"),
    "describe": Text("description", "description"),
    "write": Text("écriture", "writing"),
    "publish": Text("publication", "publication"),
}


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step: seconds by the clock and of its thread, peak memory until its end (bytes), triples made."""

    step: StepName
    source: str | None
    seconds: float
    cpu_seconds: float
    peak_memory: int
    triples: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One rejected record or one cleaning, as the report quotes it."""

    where: str
    message: Text
    hint: Text
    record: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one reason was met, with the first few examples."""

    reason: str
    count: int
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of a source: its rows (`records`), those set aside, and the triples that it gave."""

    name: str
    title: Text
    outcome: Outcome
    edition: str | None = None
    records: int = 0
    triples: int = 0
    inferred: int = 0
    rejects: tuple[Tally, ...] = ()
    cleanings: tuple[Tally, ...] = ()
    unmatched: Mapping[str, int] = field(default_factory=dict)  # what was looked up in vain, by join
    seconds: float = 0.0
    advice: Text | None = None  # how to get what is absent

    @property
    def rejected(self) -> int:
        return sum(tally.count for tally in self.rejects)

    @property
    def cleaned(self) -> int:
        return sum(tally.count for tally in self.cleanings)


@dataclass(frozen=True, slots=True)
class Warned:
    """A rule that the published data breaks without being refused for it: how often, and where first."""

    message: Text
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The account of a build. `published` is False when every source was as version `version` has it."""

    started: datetime
    seconds: float
    version: int
    published: bool
    triples: int
    sources: tuple[SourceReport, ...]
    steps: tuple[StepReport, ...] = ()
    warnings: tuple[Warned, ...] = ()
    previous: int | None = None
    difference: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # graph: triples before and after
