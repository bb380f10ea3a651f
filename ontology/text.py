"""Text in the two languages of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in French and in English, neither being the translation of record of the other."""

    fr: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.fr if language == "fr" else self.en

    def as_mapping(self) -> Mapping[Language, str]:
        return {"fr": self.fr, "en": self.en}


def grouped(number: int, language: Language) -> str:
    """A whole number with its thousands apart, as the language writes it."""
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", "\u202f")


def did_you_mean(name: str, known: Sequence[str]) -> Text | None:
    """The hint that a name was meant for one that is known and nearly the same; None when none is."""
    near = get_close_matches(name, known, n=1)
    return Text(f"Vouliez-vous dire « {near[0]} » ?", f"Did you mean “{near[0]}”?") if near else None
