"""Text in the two languages of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
