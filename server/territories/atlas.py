"""The map of France: one indicator, by region, department or intermunicipal territory, and its table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from ...ontology.names import DT
from ...queries.charts.classes import SHADES, Classes, class_of, classes
from ..drawings.france import HEIGHT, SIDE, WIDTH, square
from ..in_force import current
from ..naming import Names
from ..rendering import Cell, being_made, translated
from ..service import service
from .atlas_reading import ATLAS, LEVELS, Atlas, Origin
from .gazetteer import GAZETTEER, MOST_CHARACTERS, Gazetteer, Place

blueprint = Blueprint("atlas", __name__)

POPULATION: Final = "population"
DATASETS: Final = "datasets"
_MARGIN: Final = 12.0  # around a region drawn alone, in units of the map
# The classes whose sources state what is no indicator by its own name.
_KINDS: Final = {
    POPULATION: DT.PopulationObservation.value.removeprefix(DT.NAMESPACE),
    DATASETS: DT.OpenDataPublicationIndicator.value.removeprefix(DT.NAMESPACE),
}
_LEVELS: Final = {kind.value.removeprefix(DT.NAMESPACE): kind for kind in LEVELS}


@dataclass(frozen=True, slots=True)
class Area:
    """A territory of the map. `value` None: no source states it; `shade` from 1 to SHADES, 0 for none.

    `summed`: the population is the sum of those of the municipalities, as none is stated for the whole.
    """

    place: Place
    value: int | None
    year: int | None
    summed: bool
    shade: int
    path: str | None
    square: tuple[float, float] | None = None  # of a region or department overseas, which has no outline

    @property
    def drawn(self) -> bool:
        return bool(self.path or self.square)


@dataclass(frozen=True, slots=True)
class Band:
    """A shade of the legend and the values that it stands for."""

    shade: int
    least: int
    most: int


@blueprint.get("/territories/map")
def france() -> Response | str:
    """A map and its table, both of the same areas; without outlines, the table alone."""
    gazetteer, atlas = current(GAZETTEER), current(ATLAS)
    if gazetteer is None or atlas is None:
        return being_made(render_template("atlas.html", ready=False))
    kinds = sorted({kind for place in gazetteer.places for kind in place.indicators})
    measures = (POPULATION, *kinds, *((DATASETS,) if atlas.datasets else ()))
    measure = _chosen("measure", measures)
    level = _chosen("level", tuple(_LEVELS), "DepartmentTerritory")
    regions = sorted(
        (place for place in gazetteer.places if place.kind == "RegionTerritory"), key=lambda one: one.folded
    )
    region = gazetteer.by_name.get(_chosen("region", tuple(one.name for one in regions), ""))
    areas = _areas(gazetteer, atlas, measure, level, region)
    if not region and any(area.path for area in areas):
        areas = _with_squares(areas)
    names = Names(
        service().engine,
        (
            *LEVELS,
            *(NamedNode(DT.NAMESPACE + kind) for kind in kinds),
            *(NamedNode(one.source) for of in atlas.origins.values() for one in of),
        ),
    )
    return render_template(
        "atlas.html",
        ready=True,
        measure=measure,
        level=level,
        region=region,
        measures=[(one, _measure_text(one, names)) for one in measures],
        levels=[(one, names.text(kind)) for one, kind in _LEVELS.items()],
        regions=regions,
        title=_measure_text(measure, names),
        definition=f"/terms/{measure}" if measure in kinds else None,
        areas=areas,
        legend=_legend(areas),
        silent=sum(area.value is None for area in areas),
        drawn=any(area.drawn for area in areas),
        outlines=any(place.kind == level and place.name in atlas.outlines for place in gazetteer.places),
        undrawn=[area.place for area in areas if not area.drawn],
        side=SIDE,
        frame=_frame(atlas, region),
        origins=_origins(measure, atlas, names),
        narrowed="/territories?"
        + urlencode({"indicator": measure, **({"region": region.name} if region else {})})
        if measure in kinds
        else None,
    )


def _chosen(name: str, offered: Sequence[str], default: str | None = None) -> str:
    value = request.args.get(name, "")[:MOST_CHARACTERS]
    return value if value in offered else offered[0] if default is None else default


def _measure_text(measure: str, names: Names) -> str:
    if measure == POPULATION:
        return translated("population", "population")
    if measure == DATASETS:
        return translated("jeux de données publiés", "datasets published")
    return names.text(NamedNode(DT.NAMESPACE + measure))


def _areas(
    gazetteer: Gazetteer, atlas: Atlas, measure: str, level: str, region: Place | None
) -> tuple[Area, ...]:
    """The areas of a level, the highest value first and those without one last."""
    inside = [
        place
        for place in gazetteer.places
        if place.kind == level and not place.former and (region is None or region.name in place.regions)
    ]
    values = {place.name: place.population for place in inside}
    years = {place.name: place.year for place in inside if measure == POPULATION}
    summed: Mapping[str, tuple[int, int | None]] = {}
    if measure == POPULATION:
        sums = gazetteer.municipal_sums
        summed = {name: sums[name] for name, value in values.items() if value is None and name in sums}
        values |= {name: people for name, (people, _) in summed.items()}
        years |= {name: year for name, (_, year) in summed.items()}
    else:
        counted = _counted(gazetteer, atlas, measure, level)
        values = {name: counted.get(name) for name in values}
    shaded = classes([value for value in values.values() if value is not None])
    areas = [
        Area(
            place,
            value,
            years.get(place.name),
            place.name in summed,
            _shade(value, shaded),
            outline.path if (outline := atlas.outlines.get(place.name)) else None,
        )
        for place in inside
        for value in [values[place.name]]
    ]
    areas.sort(key=lambda area: (area.value is None, -(area.value or 0), area.place.folded))
    return tuple(areas)


def _with_squares(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """Regions and departments overseas as squares, in the order of their codes."""
    overseas = sorted(
        (area.place.code, area.place.name)
        for area in areas
        if not area.path and area.place.type != DT.IntermunicipalTerritory
    )
    ranks = {name: rank for rank, (_, name) in enumerate(overseas)}
    return tuple(
        replace(area, square=square(ranks[area.place.name])) if area.place.name in ranks else area
        for area in areas
    )


def _counted(gazetteer: Gazetteer, atlas: Atlas, measure: str, level: str) -> Mapping[str, int]:
    """By area, how many territories in it (or the area itself) have the indicator; or their datasets."""
    totals: dict[str, int] = defaultdict(int)
    if measure == DATASETS:
        stated = [
            (gazetteer.by_name[name], n) for name, n in atlas.datasets.items() if name in gazetteer.by_name
        ]
    else:
        stated = [(place, 1) for place in gazetteer.places if measure in place.indicators]
    for place, count in stated:
        for area in (place, *gazetteer.around(place)):
            if area.kind == level:
                totals[area.name] += count
    return totals


def _shade(value: int | None, shaded: Classes) -> int:
    if value is None:
        return 0
    # Fewer shades than there might be: the darkest ones, apart from each other.
    return (
        SHADES if len(shaded) == 1 else 1 + round(class_of(value, shaded) * (SHADES - 1) / (len(shaded) - 1))
    )


def _legend(areas: Sequence[Area]) -> list[Band]:
    bands: dict[int, list[int]] = {}
    for area in areas:
        if area.value is not None:
            bands.setdefault(area.shade, []).append(area.value)
    return [Band(shade, min(values), max(values)) for shade, values in sorted(bands.items())]


def _frame(atlas: Atlas, region: Place | None) -> str:
    """The part of the map in view: the region with a margin, or all of it."""
    outline = atlas.outlines.get(region.name) if region else None
    if outline is None:
        return f"0 0 {WIDTH:g} {HEIGHT:g}"
    left, top, right, bottom = outline.box
    return (
        f"{left - _MARGIN:g} {top - _MARGIN:g} {right - left + 2 * _MARGIN:g} {bottom - top + 2 * _MARGIN:g}"
    )


def _origins(measure: str, atlas: Atlas, names: Names) -> list[tuple[Cell, str]]:
    """The sources of what is shown, and their years."""
    kind = _KINDS.get(measure, measure)
    return [(names.cell(NamedNode(one.source)), _years(one)) for one in atlas.origins.get(kind, ())]


def _years(origin: Origin) -> str:
    if origin.first is None or origin.first == origin.last:
        return str(origin.first or "")
    return f"{origin.first}–{origin.last}"
