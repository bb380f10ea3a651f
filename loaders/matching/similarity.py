"""How alike two names are, from 0 to 1, by what separates them.

| what separates them | likeness |
|---|---|
| accents, case, hyphens | 1 |
| the article at the head, an abbreviation | 0.98 |
| linking words | 0.95 |
| words abbreviated otherwise | 0.88 |
| letters wrong, missing or swapped | 0.95 less the part of the letters that they are |
| whole words | 0.4 to 0.8, by how much of the longer name is there |
"""

from __future__ import annotations

from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from .names import NameForms, same_words

SAME: Final = 1.0
AS_WRITTEN: Final = 0.98
SAME_CORE: Final = 0.95  # names at least so alike differ by their writing alone
ABBREVIATED: Final = 0.88
_LEAST: Final = 0.4
_PART: Final = 0.4
_SWAPPED: Final = 0.9  # letters swapped are likelier than wrong ones


def likeness(one: NameForms, other: NameForms) -> float:
    """How alike two names are; 0 for names that have too little in common to be compared."""
    if one.words == other.words:
        return SAME
    if one.key == other.key:
        return AS_WRITTEN
    if one.core == other.core:
        return SAME_CORE
    letters = max(_letters(one.key, other.key, SAME_CORE), _letters(one.core, other.core, SAME_CORE - 0.02))
    if letters >= ABBREVIATED:
        return letters
    if same_words(one.words, other.words):
        return ABBREVIATED
    return max(letters, _whole_words(one.words, other.words))


def edits(one: NameForms, other: NameForms) -> int:
    """The letters that separate two names, however they are written; two letters swapped are one."""
    return min(OSA.distance(one.key, other.key), OSA.distance(one.core, other.core))


def _letters(one: str, other: str, best: float) -> float:
    apart = OSA.distance(one, other) / max(len(one), len(other), 1)
    if len(one) == len(other) and sorted(one) == sorted(other):
        apart *= _SWAPPED
    alike = best - apart
    return alike if alike >= _LEAST else 0.0


def _whole_words(one: str, other: str) -> float:
    if fuzz.token_set_ratio(one, other) < 90:
        return 0.0
    return _PART + _PART * fuzz.token_sort_ratio(one, other) / 100
