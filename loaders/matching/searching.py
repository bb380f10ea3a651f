"""Search as one types: whole names first, then their beginnings, then all the words, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tantivy import Query

from .index import NameIndex, all_of, one_of
from .model import Thing
from .names import NameForms, forms
from .wording import CODE

LONGEST_TEXT: Final = 80  # characters of a search that are looked at
_FUZZY: Final = 4  # letters of a word from which one may be wrong


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the things from `start` on, and how many there are in all.

    `approximate`: nothing is written so; these are written nearly so.
    """

    things: tuple[Thing, ...]
    total: int
    approximate: bool = False


def search(index: NameIndex, text: str, kinds: Sequence[str] = (), limit: int = 10, start: int = 0) -> Found:
    """The things that a text finds by name or code, in any language, with or without accents; none for none.

    Each word may be the beginning of one. `kinds`: IRIs of classes, any of which will do.
    """
    name = forms(text[:LONGEST_TEXT])
    if not name.words:
        return Found((), 0)
    of_kind = index.any_of("kind", list(kinds)) if kinds else None

    def limited(query: Query) -> Query:
        return all_of(query, of_kind) if of_kind else query

    widest = limited(one_of(*_ways(index, name)))
    total = index.count(widest)
    if total:
        best: dict[str, Thing] = {}
        for query in _ways(index, name):
            if len(best) >= start + limit:
                break
            entries, _ = index.find(limited(query), start + limit)
            for entry in entries:
                best.setdefault(entry.thing.iri, entry.thing)
        return Found(tuple(best.values())[start : start + limit], total)
    nearly = limited(all_of(*(_nearly(index, word) for word in name.words.split())))
    entries, total = index.find(nearly, limit, start)
    return Found(tuple(entry.thing for entry in entries), total, approximate=bool(total))


def _ways(index: NameIndex, name: NameForms) -> Iterator[Query]:
    """From the surest way of being meant to the least."""
    bare = name.words.replace(" ", "")
    if CODE.match(bare):
        yield index.term("code", bare)
        yield index.term("postcode", bare)
    if name.key:
        yield index.term("key", name.key)
        yield index.term("former", name.key)
        yield index.beginning("key", name.key)
    words = name.words.split()
    yield all_of(*(index.beginning("word", word) for word in words))


def _nearly(index: NameIndex, word: str) -> Query:
    return index.beginning("word", word, 1 if len(word) >= _FUZZY else 0)
