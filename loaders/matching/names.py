"""French names of places as people write them: accents, articles, hyphens, « St », « s/ », old inversions.

A name has three forms. `words` keeps all its words; `key` runs them together without the article at its
head, abbreviations written out; `core` drops the linking words as well. Two names that differ by how they
are written, and not by what is named, share a key or a core.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

ARTICLES: Final = frozenset(("le", "la", "les", "l"))
LINKING: Final = ARTICLES | frozenset(
    ("de", "du", "des", "d", "en", "sur", "sous", "au", "aux", "a", "et", "of", "the", "and")
)
# One way of writing each word; « lès » (near) is written lès, lez or les. « s/ » and « s/s » are La Poste's.
_WRITTEN_OUT: Final = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "s": "sur",
    "ss": "sous",
    "lez": "les",
    "mt": "mont",
    "mts": "monts",
    "nd": "notre dame",
    "gd": "grand",
    "gde": "grande",
    "gds": "grands",
    "gdes": "grandes",
    "vx": "vieux",
    "chau": "chateau",
    "fg": "faubourg",
    "fbg": "faubourg",
}
_SEVERAL: Final = ((re.compile(r"\bn d\b"), "notre dame"), (re.compile(r"\bs s\b"), "sous"))
_MARKS: Final = re.compile("[\u0300-\u036f]+")  # accents, set apart from their letters
_BETWEEN: Final = re.compile(r"[\W_]+")
_ORDINAL: Final = re.compile(r"(?<=\d)(er|ere|e|eme|ieme|nd|nde)\b")
# « Mans (Le) », « Haÿ-les-Roses (L') », « Mans, Le »: as in alphabetical lists.
_INVERTED: Final = re.compile(
    r"^(?P<name>.*\S)\s*(?:\(\s*|,\s+)(?P<article>l(?:e|a|es|['’]))\s*\)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class NameForms:
    """The forms in which a name is compared: without accents and case."""

    words: str
    key: str
    core: str


def fold(text: str) -> str:
    """Text without accents, case, hyphens and apostrophes, for comparison; œ and æ in two letters."""
    text = text.casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae")))
    return _BETWEEN.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def forms(text: str) -> NameForms:
    """The forms of a name; empty ones for a text without letters and digits."""
    inverted = _INVERTED.match(text.strip())
    if inverted:
        text = f"{inverted['article']} {inverted['name']}"
    words = fold(text)
    return _forms(words)


def _forms(words: str) -> NameForms:
    whole = _ORDINAL.sub("", words)
    for pattern, written in _SEVERAL:
        whole = pattern.sub(written, whole)
    out = " ".join(_WRITTEN_OUT.get(word, word) for word in whole.split()).split()
    key = out[1:] if len(out) > 1 and out[0] in ARTICLES else out
    core = [word for word in out if word not in LINKING] or out
    return NameForms(words, "".join(key), "".join(core))


def abbreviates(short: str, long: str) -> bool:
    """Whether a word may stand for a longer one: its first letter, then some of the others in their order."""
    if not short or 4 * len(short) > 3 * len(long) or short[0] != long[0]:
        return False
    letters = iter(long[1:])
    return all(letter in letters for letter in short[1:])


def same_words(some: str, others: str) -> bool:
    """Whether two names are the same word for word, some but not all abbreviated, linking words aside."""
    first = [word for word in some.split() if word not in LINKING]
    second = [word for word in others.split() if word not in LINKING]
    if len(first) != len(second) or not set(first) & set(second):
        return False
    return all(
        one == other or abbreviates(one, other) or abbreviates(other, one)
        for one, other in zip(first, second, strict=True)
    )


def distinct(texts: Iterable[str]) -> Sequence[str]:
    """Texts without those that say nothing new once folded, in their order."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(fold(text), text)
    found.pop("", None)
    return tuple(found.values())
