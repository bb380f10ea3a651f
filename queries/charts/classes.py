"""The classes of values that a map shades: as many rows in each, equal values in the same."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ...ontology.text import Language
from ..cells import figure

SHADES: Final = 5  # pages.css has one rule for each
Number = int | float
Classes = Sequence[tuple[Number, Number]]  # the least and the greatest value of each


def classes(values: Sequence[Number]) -> Classes:
    """The least and the greatest value of each class, five at most, in ascending order."""
    ordered = sorted(values)
    if not ordered:
        return []
    last = len(ordered) - 1
    ends = sorted(
        {ordered[min(last, -(-len(ordered) * step // SHADES) - 1)] for step in range(1, SHADES + 1)}
    )
    firsts = [ordered[0], *(ordered[_after(ordered, end)] for end in ends[:-1])]
    return list(zip(firsts, ends, strict=True))


def ranges(found: Classes, language: Language) -> list[str]:
    """The classes as a legend lists them, with as few decimals as keep them apart."""
    written: list[list[str]] = []
    for places in range(3):
        written = [[_written(value, places, language) for value in one] for one in found]
        if all(one[1] != other[0] for one, other in pairwise(written)):
            break
    return [least if least == most else f"{least} – {most}" for least, most in written]


def class_of(value: Number, found: Classes) -> int:
    """The place of a value's class."""
    return bisect_left([most for _, most in found], value)


def _after(ordered: Sequence[Number], value: Number) -> int:
    """Where the values above one begin."""
    return next(i for i in range(bisect_left(ordered, value), len(ordered)) if ordered[i] > value)


def _written(value: Number, places: int, language: Language) -> str:
    exact = value if isinstance(value, int) else round(Decimal(str(value)), places)
    return figure(exact, language, grouped=True)
