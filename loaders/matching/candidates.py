"""Where candidates are looked for in the index, the cheapest and surest ways first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tantivy import Query

from .index import NameIndex, all_of, one_of
from .names import LINKING, NameForms
from .wording import CODE, Wording

_WORDS: Final = 6  # of a name that are looked for
_SHORT: Final = 5  # letters up to which two wrong ones make another name


@dataclass(frozen=True, slots=True)
class Asked:
    """One way of reading what is wanted; `around`: for each place named beside it, what it may be."""

    wording: Wording
    around: tuple[frozenset[str], ...]
    codes: frozenset[str]


def ways(index: NameIndex, asked: Asked, any_found: Callable[[], bool]) -> Iterator[Query]:
    """The queries to run, one after the other; `any_found` tells what has come of those before."""
    name = asked.wording.name
    if asked.codes:
        yield index.any_of("code", sorted(asked.codes))
        if CODE.match(name.words):
            yield index.any_of("postcode", sorted(asked.codes))
            return
    if not name.key:
        return
    exact = one_of(index.term("key", name.key), index.term("core", name.core), index.term("former", name.key))
    beside = [index.any_of("within", sorted(places)) for places in asked.around if places]
    if asked.codes:
        beside.append(index.any_of("postcode", sorted(asked.codes)))
    if beside:
        yield all_of(exact, *beside)
        if any_found():
            yield exact
            return
        for distance in (1, 2):
            yield all_of(_near(index, name, distance), *beside)
            if any_found():
                return
    yield exact
    if any_found():
        return
    yield _near(index, name, 1)
    words = name.words.split()
    telling = [word for word in words if word not in LINKING] or words
    begun = [index.beginning("word", word) for word in telling[:_WORDS]]
    if not any_found():
        yield all_of(*begun)
    if not any_found():
        yield _near(index, name, 2)
    if not any_found() and len(begun) > 1:  # a word abbreviated otherwise than by its beginning
        yield one_of(*(all_of(*begun[:left], *begun[left + 1 :]) for left in range(len(begun))))


def _near(index: NameIndex, name: NameForms, distance: int) -> Query:
    distance = min(distance, 1 if len(name.key) <= _SHORT else 2)
    return one_of(
        index.near("key", name.key, distance),
        index.near("core", name.core, min(distance, 1)),
        index.near("former", name.key, 1),
    )
