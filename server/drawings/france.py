"""Outlines on one map of metropolitan France, as SVG paths.

Lambert's conformal conic projection with the parallels and the meridian of RGF93 / Lambert-93 (EPSG:2154),
on a sphere: at the size of a page, the ellipsoid would move nothing by a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .outline import Ring, rings

WIDTH: Final = 640.0
SIDE: Final = 26.0  # of the square of a territory overseas, of which the sources have no outline
_FIRST_SQUARE: Final = (10.0, 330.0)  # in the sea, below Brittany
_STEP: Final = 42.0
_WEST, _SOUTH, _EAST, _NORTH = -5.3, 41.2, 9.75, 51.25  # what is beyond is overseas
_MERIDIAN: Final = math.radians(3)
_FIRST, _SECOND = math.radians(44), math.radians(49)


def _polar(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


_CONE: Final = math.log(math.cos(_FIRST) / math.cos(_SECOND)) / math.log(_polar(_SECOND) / _polar(_FIRST))
_FACTOR: Final = math.cos(_FIRST) * _polar(_FIRST) ** _CONE / _CONE


def _lambert(longitude: float, latitude: float) -> tuple[float, float]:
    """Metres over the radius of the Earth, from the pole of the cone; northwards is up."""
    radius = _FACTOR / _polar(math.radians(latitude)) ** _CONE
    angle = _CONE * (math.radians(longitude) - _MERIDIAN)
    return radius * math.sin(angle), -radius * math.cos(angle)


_LEFT, _RIGHT = _lambert(_WEST, 45)[0], _lambert(_EAST, 42)[0]
_TOP, _BOTTOM = _lambert(_EAST, _NORTH)[1], _lambert(3, _SOUTH)[1]
_SCALE: Final = WIDTH / (_RIGHT - _LEFT)
HEIGHT: Final = round((_TOP - _BOTTOM) * _SCALE, 1)


@dataclass(frozen=True, slots=True)
class Outline:
    """A path on the map, and the box that it fills: left, top, right, bottom."""

    path: str
    box: tuple[float, float, float, float]


def outline(texts: Iterable[str]) -> Outline | None:
    """The outline that WKT texts in longitudes and latitudes give; None when none of it is on the map."""
    drawn: list[str] = []
    points: list[tuple[int, int]] = []
    for ring in (ring for text in texts for ring in rings(text)):
        placed = _placed(ring)
        if len(placed) > 3:
            drawn.append(_path(placed))
            points += placed
    if not points:
        return None
    across, down = [x for x, _ in points], [y for _, y in points]
    return Outline("".join(drawn), (min(across) / 10, min(down) / 10, max(across) / 10, max(down) / 10))


def square(rank: int) -> tuple[float, float]:
    """Where the square of the territory overseas of this rank stands: one below the other, from 0."""
    left, top = _FIRST_SQUARE
    return left, top + rank * _STEP


def _placed(ring: Ring) -> list[tuple[int, int]]:
    """The points of a ring in tenths of a pixel, without those that fall on the one before."""
    found: list[tuple[int, int]] = []
    for longitude, latitude in ring:
        if not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH):
            return []
        x, y = _lambert(longitude, latitude)
        point = (round((x - _LEFT) * _SCALE * 10), round((_TOP - y) * _SCALE * 10))
        if not found or point != found[-1]:
            found.append(point)
    return found


def _path(points: list[tuple[int, int]]) -> str:
    """A closed path; moves are relative, which takes the fewest characters."""
    x, y = points[0]
    moves = [f"M{_tenths(x)} {_tenths(y)}l"]
    for to_x, to_y in points[1:]:
        moves.append(f"{_tenths(to_x - x)} {_tenths(to_y - y)} ")
        x, y = to_x, to_y
    return "".join(moves).rstrip() + "z"


def _tenths(value: int) -> str:
    return f"{value / 10:g}"
