"""A map of outlines and points: WKT in longitudes and latitudes, drawn flat about its middle latitude."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WIDTH: Final = 480.0
_HEIGHT: Final = 420.0
_MARGIN: Final = 14.0
_RING: Final = re.compile(r"\(([^()]+)\)")
_MOST_POINTS: Final = 20_000  # of a map; what is beyond is left out rather than sent

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of the map: `role` is `around`, `itself` or `beside`; a path, or the centre of a point."""

    label: str
    role: str
    path: str | None
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Map:
    width: float
    height: float
    shapes: tuple[Shape, ...]


def outline_map(places: Sequence[tuple[str, str, Sequence[str]]]) -> Map | None:
    """Draw places (label, role, WKT texts) in this order, all in view; None when there is nothing to draw.

    A degree of longitude is drawn shorter by the cosine of the middle latitude, so that small areas keep
    their proportions.
    """
    read = [(label, role, [ring for text in texts for ring in rings(text)]) for label, role, texts in places]
    points = [point for _, _, found in read for ring in found for point in ring]
    if not points or len(points) > _MOST_POINTS:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * narrow, 1e-3), max(north - south, 1e-3)
    scale = min((_WIDTH - 2 * _MARGIN) / across, (_HEIGHT - 2 * _MARGIN) / up)
    height = up * scale + 2 * _MARGIN
    left = (_WIDTH - across * scale) / 2

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return (round(left + (x - west) * narrow * scale, 1), round(_MARGIN + (north - y) * scale, 1))

    shapes: list[Shape] = []
    for label, role, found in read:
        lines = [ring for ring in found if len(ring) > 2]
        if lines:
            path = "".join("M" + "L".join(f"{x} {y}" for x, y in map(placed, ring)) + "Z" for ring in lines)
            shapes.append(Shape(label, role, path, None))
        shapes += [Shape(label, role, None, placed(ring[0])) for ring in found if len(ring) == 1]
    return Map(_WIDTH, round(height, 1), tuple(shapes))


def rings(wkt: str) -> list[Ring]:
    """The rings and points of a WKT text; a text that cannot be read has none."""
    found: list[Ring] = []
    for inside in _RING.findall(wkt):
        try:
            pairs = [tuple(map(float, pair.split()[:2])) for pair in inside.split(",")]
        except ValueError:
            return []
        if any(len(pair) != 2 for pair in pairs):
            return []
        found.append(tuple((x, y) for x, y in pairs))
    return found
