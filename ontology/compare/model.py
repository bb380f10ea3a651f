"""What differs between two versions of an ontology."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from ..text import Text

ChangeKind = Literal[
    "term-added",
    "term-removed",
    "term-renamed",
    "term-moved",
    "term-deprecated",
    "kind-changed",
    "axiom-added",
    "axiom-removed",
    "label-changed",
    "text-changed",
    "fact-added",
    "fact-removed",
]


class Level(IntEnum):
    """How far the version number should rise."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def text(self) -> Text:
        return _LEVELS[self]


_LEVELS = {
    Level.NONE: Text("aucun changement", "no change"),
    Level.PATCH: Text("corrective", "patch"),
    Level.MINOR: Text("mineure", "minor"),
    Level.MAJOR: Text("majeure", "major"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `term` is the IRI it bears on, empty for an axiom on no term in particular.

    `successor` is the new IRI of a renamed term.
    """

    kind: ChangeKind
    term: str
    message: Text
    level: Level
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between what is checked and `before`: a revision, a release, the shipped ontology."""

    before: str
    changes: tuple[Change, ...]
    version_before: str | None
    version_after: str | None

    @property
    def level(self) -> Level:
        """The level of the gravest change."""
        return max((change.level for change in self.changes), default=Level.NONE)

    @property
    def touched(self) -> frozenset[str]:
        """The terms that any change bears on, under their old names and their new ones."""
        names = {change.term for change in self.changes} | {change.successor for change in self.changes}
        return frozenset(name for name in names if name)

    def wanted_version(self) -> str | None:
        """The least version number that says what changed; None when the number before is not known."""
        return raised(self.version_before, self.level)


def raised(version: str | None, level: Level) -> str | None:
    """A version number (major.minor.patch) raised by a level."""
    try:
        major, minor, patch = (int(part) for part in (version or "").split("."))
    except ValueError:
        return None
    return {
        Level.NONE: f"{major}.{minor}.{patch}",
        Level.PATCH: f"{major}.{minor}.{patch + 1}",
        Level.MINOR: f"{major}.{minor + 1}.0",
        Level.MAJOR: f"{major + 1}.0.0",
    }[level]


def number(version: str | None) -> tuple[int, ...]:
    """A version number in the order of versions; empty when it is not one."""
    try:
        return tuple(int(part) for part in (version or "").split("."))
    except ValueError:
        return ()
