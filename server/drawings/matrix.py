"""The matrix that the source draws: political by administrative leadership, each from level 1 to level 4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_SIDE: Final = 96.0
_LEFT: Final = 60.0
_TOP: Final = 16.0
_BELOW: Final = 52.0
_MARK: Final = 15.0  # radius


@dataclass(frozen=True, slots=True)
class Mark:
    """A case in its square."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Square:
    political: int
    administrative: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Matrix:
    width: float
    height: float
    side: float
    radius: float
    squares: tuple[Square, ...]
    across: tuple[tuple[int, float, float], ...]  # rank of a political level, where its number stands
    upwards: tuple[tuple[int, float, float], ...]  # rank of an administrative level
    marks: tuple[Mark, ...]


def matrix(
    political: Sequence[int],
    administrative: Sequence[int],
    placed: Mapping[str, tuple[int, int]],
) -> Matrix:
    """Squares for the ranks of both scales, lowest at the left and the bottom; a mark for each placed case.

    `placed`: label of a case -> its ranks, political then administrative. Cases of one square stand in rows
    of three.
    """
    columns = {rank: _LEFT + at * _SIDE for at, rank in enumerate(sorted(political))}
    rows = {rank: _TOP + at * _SIDE for at, rank in enumerate(sorted(administrative, reverse=True))}
    bottom = _TOP + _SIDE * len(rows)
    marks: list[Mark] = []
    inside: dict[tuple[int, int], int] = {}
    for label, (across, up) in placed.items():
        at = inside.get((across, up), 0)
        inside[across, up] = at + 1
        x = columns[across] + _SIDE * (2 * (at % 3) + 1) / 6
        y = rows[up] + _SIDE * (2 * (at // 3 % 3) + 1) / 6
        marks.append(Mark(label, x, y))
    return Matrix(
        _LEFT + _SIDE * len(columns) + 10,
        bottom + _BELOW,
        _SIDE,
        _MARK,
        tuple(Square(p, a, x, y) for p, x in columns.items() for a, y in rows.items()),
        tuple((rank, x + _SIDE / 2, bottom + 20) for rank, x in columns.items()),
        tuple((rank, _LEFT - 14, y + _SIDE / 2 + 5) for rank, y in rows.items()),
        tuple(marks),
    )
