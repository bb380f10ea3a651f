"""A map: the outlines and points that the graph holds of the territories an answer names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.names import GEO
from ...ontology.text import Text
from ...store.model import Engine
from .roles import Charted
from .theme import Palette, between
from .views import WIDTH, NothingToDrawError, Spec, records, tooltip

MOST_SHAPES: Final = 1500
MOST_NAMES: Final = 40  # points that are named on the map
_BATCH: Final = 500
_SAMPLE: Final = 50
_SHAPES: Final = f"""
SELECT ?thing ?wkt WHERE {{
  VALUES ?thing {{ %s }}
  ?thing {GEO.hasGeometry} ?shape . ?shape {GEO.asWKT} ?wkt
}}
"""
_RING: Final = re.compile(r"\(([^()]+)\)")
_EUROPE: Final = (-5.5, 41.0, 10.0, 51.5)  # west, south, east, north of metropolitan France

Ring = list[list[float]]


def geography(charted: Charted, colours: Palette, shapes: Mapping[str, Sequence[str]]) -> Spec:
    """Outlines or points, darker or larger where the number is higher. `shapes`: WKT texts by IRI.

    Where metropolitan France is among what is drawn, the map is of it; the table has the others.
    """
    column = territories(charted, shapes)
    value = charted.quantity
    if column is None:
        raise NothingToDrawError
    drawn: list[tuple[int, list[Ring]]] = []
    for row, cells in enumerate(charted.answer.rows):
        found = [ring for wkt in shapes.get(_iri(cells[column]), ()) for ring in rings(wkt)]
        if found:
            drawn.append((row, found))
    near = [(row, found) for row, found in drawn if _within(found)]
    features: list[Spec] = []
    for row, found in (near or drawn)[:MOST_SHAPES]:
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
    encoding: Spec = {"tooltip": tooltip(charted)}
    points = all(feature["geometry"]["type"] == "Point" for feature in features)
    mark: Spec = {"type": "geoshape", "stroke": colours.ground, "strokeWidth": 0.7, "fill": colours.accent}
    if points:
        mark = {"type": "circle", "opacity": 0.8, "color": colours.accent}
        for feature in features:
            feature["longitude"], feature["latitude"] = feature["geometry"]["coordinates"]
        encoding |= {
            "longitude": {"field": "longitude", "type": "quantitative"},
            "latitude": {"field": "latitude", "type": "quantitative"},
        }
    if value is not None:
        encoding |= _measured(charted, value, colours, points=points)
        mark.pop("fill", None)
    layers: list[Spec] = [{"mark": mark, "encoding": encoding}]
    if points and len(features) <= MOST_NAMES:
        place = {one: encoding[one] for one in ("longitude", "latitude")}
        named = {"text": {"field": f"r{column}"}}
        layers.append({"mark": {"type": "text", "dy": 12, "color": colours.soft}, "encoding": place | named})
    return {
        "width": WIDTH,
        "height": 520,
        "projection": {"type": "conicConformal", "parallels": [44, 49], "rotate": [-3, 0]},
        "data": {"values": features},
        "layer": layers,
    }


def beyond(charted: Charted, shapes: Mapping[str, Sequence[str]]) -> Text | None:
    """What a map leaves out, said in a line; None when it shows every row."""
    column = territories(charted, shapes)
    if column is None:
        return None
    found = [
        [ring for wkt in shapes.get(_iri(cells[column]), ()) for ring in rings(wkt)]
        for cells in charted.answer.rows
    ]
    near = sum(1 for one in found if one and _within(one)) or sum(1 for one in found if one)
    left = len(found) - min(near, MOST_SHAPES)
    if not left:
        return None
    return Text(
        f"{left} ligne{'s' if left > 1 else ''} hors de cette carte : voir le tableau",
        f"{left} row{'s' if left > 1 else ''} not on this map: see the table",
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
        for batch in _batches(islice(iris, 2 * MOST_SHAPES)):
            wanted = " ".join(str(NamedNode(iri)) for iri in batch)
            for thing, wkt in engine.select(_SHAPES % wanted).rows:
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


def _measured(charted: Charted, column: int, colours: Palette, *, points: bool) -> Spec:
    title = charted.heading(column)
    legend: Spec = {"format": ",.3~r"}
    of: Spec = {"field": f"v{column}", "type": "quantitative", "title": title, "legend": legend}
    if points:
        return {"size": of | {"scale": {"range": [20, 900], "zero": True}}}
    ramp = [between(colours.few, colours.many, step / 4) for step in range(5)]
    # Quantiles: one large city would leave every other territory in the palest colour.
    return {
        "color": {
            "condition": {
                "test": f"isValid(datum.v{column})",
                **of,
                "scale": {"type": "quantile", "range": ramp},
            },
            "value": colours.tint,
        }
    }


def _turned(ring: Ring) -> Ring:
    """The ring clockwise: on a sphere, d3-geo takes what lies to the right of the line for the inside."""
    area = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    return ring if area > 0 else ring[::-1]


def _within(found: Iterable[Ring]) -> bool:
    west, south, east, north = _EUROPE
    return all(west <= x <= east and south <= y <= north for ring in found for x, y in ring)


def _iri(cell: object) -> str:
    return cell.value if isinstance(cell, NamedNode) else ""


def _batches(iris: Iterable[str]) -> Iterable[tuple[str, ...]]:
    remaining = iter(iris)
    while batch := tuple(islice(remaining, _BATCH)):
        yield batch
