"""What a check finds: findings with their severity, place and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ..errors import Where
from ..text import Text


class Severity(IntEnum):
    """How grave a finding is; a higher number is graver."""

    NOTE = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def text(self) -> Text:
        return _WORDS[self]


_WORDS = {
    Severity.NOTE: Text("remarque", "note"),
    Severity.WARNING: Text("avertissement", "warning"),
    Severity.VIOLATION: Text("violation", "violation"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `rule` is a stable kebab-case name; `term` an IRI, or empty."""

    rule: str
    severity: Severity
    term: str
    message: Text
    hint: Text
    where: Where | None = None
