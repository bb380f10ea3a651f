"""A map: the outlines and points that the graph holds of the territories an answer names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from math import pi, sqrt
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.names import DT, GEO
from ...ontology.text import Text
from ...store.model import Engine
from ..batches import rows_about
from .classes import class_of, classes, ranges
from .roles import Charted
from .theme import Palette, between
from .views import NUMBER, WIDTH, NothingToDrawError, Spec, records, tooltip

MOST_SHAPES: Final = 1500
MOST_NAMES: Final = 40  # points that are named on the map
_SMALLEST, _LARGEST = 20, 900  # circles, in square pixels
MOST_BESIDE: Final = 15  # squares beside the map
_SAMPLE: Final = 50
_SHAPES: Final = f"""
SELECT ?thing ?wkt WHERE {{
  VALUES ?thing {{ %s }}
  ?thing {GEO.hasGeometry} ?shape . ?shape {GEO.asWKT} ?wkt
}}
"""
_REGIONS: Final = f"""
SELECT ?wkt WHERE {{ ?region a {DT.RegionTerritory} ; {GEO.hasGeometry} ?shape . ?shape {GEO.asWKT} ?wkt }}
"""
_SPREAD: Final = 4.0  # degrees: points of a smaller part of France fill the map by themselves
_RING: Final = re.compile(r"\(([^()]+)\)")
_EUROPE: Final = (-5.5, 41.0, 10.0, 51.5)  # west, south, east, north of metropolitan France

Ring = list[list[float]]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the rows of an answer stand: on the map, beside it, or in the table alone (`left` of them)."""

    column: int
    drawn: list[tuple[int, list[Ring]]]
    beside: list[int]
    left: int

    @property
    def points(self) -> bool:
        """Whether no row has an outline."""
        return all(len(ring) < 4 for _, found in self.drawn for ring in found)


def placed(charted: Charted, shapes: Mapping[str, Sequence[str]]) -> Placed:
    """Metropolitan France where it is among what has shapes (WKT texts by IRI), else all of them.

    Beside the outlines stands what is not among them, a few rows at most: overseas territories, of which the
    sources hold no outline. Raises NothingToDrawError.
    """
    column = territories(charted, shapes)
    if column is None:
        raise NothingToDrawError
    things = [_iri(cells[column]) for cells in charted.answer.rows]
    found = [
        (row, lines) for row, iri in enumerate(things)
        if (lines := [ring for wkt in shapes.get(iri, ()) for ring in rings(wkt)])
    ]  # fmt: skip
    near = [(row, lines) for row, lines in found if _within(lines)]
    drawn = (near or found)[:MOST_SHAPES]
    on_map = {row for row, _ in drawn}
    others = sorted(
        (row for row, iri in enumerate(things) if iri and row not in on_map), key=things.__getitem__
    )
    made = Placed(column, drawn, others, len(things) - len(drawn) - len(others))
    if made.points or len(others) > MOST_BESIDE:
        made = replace(made, beside=[], left=len(things) - len(drawn))
    return made


def geography(charted: Charted, colours: Palette, places: Placed, ground: Sequence[str] = ()) -> Spec:
    """Outlines shaded by classes of the number, or points larger where it is higher, on a `ground` (WKT)."""
    features: list[Spec] = []
    for row, found in places.drawn:
        record = records(charted, range(row, row + 1))[0]
        lines = [[_turned(ring)] for ring in found if len(ring) > 3]
        shape: Spec = (
            {"type": "MultiPolygon", "coordinates": lines}
            if lines
            else {"type": "Point", "coordinates": found[0][0]}
        )
        features.append({"type": "Feature", "geometry": shape, "properties": record} | record)
    if not features:
        raise NothingToDrawError
    if places.points:
        return _map(
            features, [*_grounds(ground, colours), *_points(charted, colours, features, places.column)]
        )
    beside = [records(charted, range(row, row + 1))[0] for row in places.beside]
    encoding: Spec = {"tooltip": tooltip(charted)}
    mark: Spec = {"stroke": colours.soft, "strokeWidth": 0.4}
    if charted.quantity is None:
        mark["fill"] = colours.accent
    else:
        encoding["color"] = _shaded(charted, charted.quantity, colours, [*features, *beside])
    outlines: list[Spec] = [{"mark": mark | {"type": "geoshape"}, "encoding": encoding}]
    if not beside:
        return _map(features, outlines)
    squares: Spec = {
        "title": {
            "text": Text("Hors de la carte", "Not on the map").in_language(charted.answer.language),
            "fontSize": 12, "fontWeight": "normal", "color": colours.soft, "offset": 8,
        },
        "width": 22,
        "height": {"step": 28},
        "data": {"values": beside},
        "mark": mark | {"type": "rect", "height": {"band": 0.8}},
        "encoding": encoding | {"y": {
            "field": f"r{places.column}", "type": "nominal", "sort": None, "title": None,
            "axis": {"orient": "right", "domain": False, "ticks": False, "labelLimit": 180},
        }},
    }  # fmt: skip
    # Without a scale in common each part would have a legend.
    return {
        "hconcat": [_map(features, outlines), squares],
        "resolve": {"scale": {"color": "shared"}},
        "spacing": 10,
    }


def _map(features: list[Spec], layers: list[Spec]) -> Spec:
    return {
        "width": WIDTH,
        "height": 520,
        "projection": {"type": "conicConformal", "parallels": [44, 49], "rotate": [-3, 0]},
        "data": {"values": features},
        "layer": layers,
    }


def _points(charted: Charted, colours: Palette, features: list[Spec], column: int) -> list[Spec]:
    """A circle for each feature, named where they are few."""
    for feature in features:
        feature["longitude"], feature["latitude"] = feature["geometry"]["coordinates"]
    place: Spec = {one: {"field": one, "type": "quantitative"} for one in ("longitude", "latitude")}
    encoding = place | {"tooltip": tooltip(charted)}
    most = 0.0
    if charted.quantity is not None:
        most = max((feature[f"v{charted.quantity}"] or 0 for feature in features), default=0) or 1
        encoding["size"] = {
            "field": f"v{charted.quantity}",
            "type": "quantitative",
            "title": charted.heading(charted.quantity),
            "legend": {"format": NUMBER, "tickCount": 4},
            "scale": {"range": [_SMALLEST, _LARGEST], "domain": [0, most]},
        }
    mark: Spec = {"type": "circle", "opacity": 0.8, "color": colours.accent}
    layers: list[Spec] = [{"mark": mark, "encoding": encoding}]
    if len(features) > MOST_NAMES:
        return layers
    # A name stands below its circle: one layer for each width of circles, since an offset is a mark's.
    by_radius: dict[int, list[Spec]] = {}
    for feature in features:
        share = (feature[f"v{charted.quantity}"] or 0) / most if most else 0
        radius = round(sqrt((_SMALLEST + share * (_LARGEST - _SMALLEST)) / pi) / 3) * 3
        by_radius.setdefault(radius, []).append(feature)
    named = place | {"text": {"field": f"r{column}"}}
    layers += [
        {
            "data": {"values": found},
            "mark": {"type": "text", "dy": radius + 8, "color": colours.soft},
            "encoding": named,
        }
        for radius, found in by_radius.items()
    ]
    return layers


def _shaded(charted: Charted, column: int, colours: Palette, drawn: Sequence[Spec]) -> Spec:
    """The colour of a class of values, which each record gets; one of its own where none is stated."""
    found = classes([one[f"v{column}"] for one in drawn if one[f"v{column}"] is not None])
    names = ranges(found, charted.answer.language)
    shades = [between(colours.few, colours.many, step / max(1, len(names) - 1)) for step in range(len(names))]
    for one in drawn:
        value = one[f"v{column}"]
        one["class"] = one[f"r{column}"] if value is None else names[class_of(value, found)]
    silent = list(dict.fromkeys(one["class"] for one in drawn if one[f"v{column}"] is None))
    return {
        "field": "class",
        "type": "nominal",
        "title": charted.heading(column),
        "scale": {"domain": [*names, *silent], "range": [*shades, *(colours.ground for _ in silent)]},
        "legend": {"symbolType": "square", "symbolSize": 260, "symbolStrokeWidth": 0.6, "rowPadding": 5,
                   "symbolStrokeColor": colours.soft, "labelLimit": 260},
    }  # fmt: skip


def ground_of(engine: Engine, places: Placed) -> list[str]:
    """The outlines of the regions (WKT), where points are spread over metropolitan France; else none."""
    if not places.points or not all(_within(found) for _, found in places.drawn):
        return []
    across, up = zip(*(point for _, found in places.drawn for ring in found for point in ring), strict=True)
    if max(max(across) - min(across), max(up) - min(up)) < _SPREAD:
        return []
    return [row[0].value for row in engine.select(_REGIONS).rows if row[0] is not None]


def _grounds(ground: Sequence[str], colours: Palette) -> list[Spec]:
    lines = [[_turned(ring)] for wkt in ground for ring in rings(wkt) if len(ring) > 3 and _within([ring])]
    if not lines:
        return []
    shape: Spec = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": lines}}
    mark: Spec = {"type": "geoshape", "fill": colours.tint, "stroke": colours.line, "tooltip": None}
    return [{"data": {"values": [shape]}, "mark": mark}]


def left_out(count: int) -> Text:
    """What a map leaves to the table, said in a line."""
    return Text(
        f"{count} ligne{'s' if count > 1 else ''} hors de cette carte : voir le tableau",
        f"{count} row{'s' if count > 1 else ''} not on this map: see the table",
    )


def territories(charted: Charted, shapes: Mapping[str, Sequence[str]]) -> int | None:
    """The first column whose things have shapes."""
    for column in charted.columns("thing"):
        if any(_iri(row[column]) in shapes for row in charted.answer.rows):
            return column
    return None


def shapes_of(engine: Engine, charted: Charted) -> dict[str, list[str]]:
    """The WKT texts of the things that an answer names, by IRI; those of the first column that has any."""
    for column in charted.columns("thing"):
        iris = dict.fromkeys(iri for row in charted.answer.rows if (iri := _iri(row[column])))
        found: dict[str, list[str]] = {}
        for thing, wkt in rows_about(engine, _SHAPES, islice(iris, 2 * MOST_SHAPES)):
            if thing is not None and wkt is not None:
                found.setdefault(thing.value, []).append(wkt.value)
        if found:
            return found
    return {}


def has_shapes(engine: Engine, charted: Charted) -> bool:
    """Whether the graph holds the shape of any of the first things that an answer names."""
    for column in charted.columns("thing"):
        iris = dict.fromkeys(iri for row in charted.answer.rows if (iri := _iri(row[column])))
        wanted = " ".join(str(NamedNode(iri)) for iri in islice(iris, _SAMPLE))
        if wanted and engine.select(_SHAPES % wanted + "LIMIT 1").rows:
            return True
    return False


def rings(wkt: str) -> list[Ring]:
    """The rings and points of a WKT text in longitudes and latitudes; one that cannot be read has none."""
    found: list[Ring] = []
    for inside in _RING.findall(wkt):
        try:
            ring = [[float(number) for number in pair.split()[:2]] for pair in inside.split(",")]
        except ValueError:
            return []
        if any(len(pair) != 2 for pair in ring):
            return []
        found.append(ring)
    return found


def _turned(ring: Ring) -> Ring:
    """The ring clockwise: on a sphere, d3-geo takes what lies to the right of the line for the inside."""
    area = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    return ring if area > 0 else ring[::-1]


def _within(found: Iterable[Ring]) -> bool:
    west, south, east, north = _EUROPE
    return all(west <= x <= east and south <= y <= north for ring in found for x, y in ring)


def _iri(cell: object) -> str:
    return cell.value if isinstance(cell, NamedNode) else ""
