"""The search for a territory: by name or code, narrowed by kind, region and population band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from ...ontology.names import DT, DTV
from ..in_force import current
from ..naming import Names
from ..rendering import being_made
from ..service import service
from .gazetteer import BANDS, FACETS, GAZETTEER, KINDS, MOST_CHARACTERS, Gazetteer, Place, Selection

blueprint = Blueprint("territories", __name__)

ON_A_PAGE: Final = 50
MOST_PAGES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many territories it leaves, and the address that takes or leaves it."""

    text: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    kind: str
    region: str


@blueprint.get("/territories")
def territories() -> Response | str:
    """Territories by name or code, narrowed by kind, region and population band."""
    text = request.args.get("q", "").strip()[:MOST_CHARACTERS]
    chosen = {name: value for name in FACETS if (value := request.args.get(name, "")[:MOST_CHARACTERS])}
    start = min(max(0, request.args.get("start", 0, type=int)), ON_A_PAGE * MOST_PAGES)
    gazetteer = current(GAZETTEER)
    if gazetteer is None:
        return being_made(render_template("territories.html", q=text, ready=False))
    selection = gazetteer.select(text, chosen)
    indicators = [NamedNode(DT.NAMESPACE + one) for one in selection.counts["indicator"]]
    names = Names(service().engine, (*KINDS, *BANDS, *indicators))
    found = selection.found
    shown = found[start : start + ON_A_PAGE]
    return render_template(
        "territories.html",
        ready=True,
        q=text,
        chosen=chosen,
        total=len(found),
        start=start,
        found=[Found(one, names.text(one.type), _regions(one, gazetteer)) for one in shown],
        bands=[names.text(one.band_concept) if one.band else "" for one in shown],
        facets=_facets(text, chosen, selection, gazetteer, names),
        earlier=_href(text, chosen, start - ON_A_PAGE) if start else None,
        later=_href(text, chosen, start + ON_A_PAGE) if start + ON_A_PAGE < len(found) else None,
    )


def _facets(
    text: str, chosen: Mapping[str, str], selection: Selection, gazetteer: Gazetteer, names: Names
) -> list[tuple[str, list[Choice]]]:
    """For each facet its values, those that leave the most territories first."""

    def named(facet: str, value: str) -> str:
        if facet == "region":
            place = gazetteer.by_name.get(value)
            return place.label if place else value
        return names.text(NamedNode((DTV if facet == "band" else DT).NAMESPACE + value))

    return [
        (
            facet,
            [
                Choice(
                    named(facet, value),
                    counts[value],
                    _href(text, {**chosen, facet: "" if chosen.get(facet) == value else value}),
                    chosen.get(facet) == value,
                )
                for value in sorted(counts, key=lambda value: (-counts[value], value))
                if value
            ],
        )
        for facet, counts in selection.counts.items()
    ]


def _href(text: str, chosen: Mapping[str, str], start: int = 0) -> str:
    kept = {"q": text, **chosen, "start": str(max(0, start)) if start > 0 else ""}
    return "/territories?" + urlencode({name: value for name, value in kept.items() if value})


def _regions(place: Place, gazetteer: Gazetteer) -> str:
    found = (gazetteer.by_name[one].label for one in place.regions if one != place.name)
    return ", ".join(found)
