"""The territories as pages: a search with facets, and what the graph states of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from pyoxigraph import NamedNode

from ..ontology.errors import NotFoundError
from ..ontology.iris import DATA, own_iri
from ..ontology.names import DCAT, DT, DTV, ORG, RDF, RDFS, SKOS
from ..ontology.text import Text
from ..store.model import Term
from .drawings.outline import outline_map
from .gazetteer import GAZETTEER, KINDS, MOST_CHARACTERS, Gazetteer, Place, Selection
from .kept_readings import CurrentReading
from .naming import Names
from .rendering import Cell, translated
from .service import Service, service
from .territory_facts import (
    MEASURES,
    Properties,
    TerritoryFacts,
    cases_alike,
    indicator_kind,
    outlines,
    territory_facts,
    year_of,
)

blueprint = Blueprint("territories", __name__)

ON_A_PAGE: Final = 50
MOST_PAGES: Final = 2_000
MOST_PARTS: Final = 100
MOST_ALIKE: Final = 8
_EXTENSION: Final = "digiterr.gazetteer"
_FACETS: Final = ("kind", "region", "band")
_BANDS: Final = (
    DTV.population_under_50k,
    DTV.population_50k_200k,
    DTV.population_200k_500k,
    DTV.population_500k_plus,
)


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


@dataclass(frozen=True, slots=True)
class Observed:
    """A count of the population, or an indicator: its period and its source."""

    what: Cell
    details: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    period: int | None
    source: Cell


@dataclass(frozen=True, slots=True)
class Body:
    """An authority of the territory, and the powers that the graph says it holds."""

    body: Cell
    kinds: tuple[Cell, ...]
    siren: str | None
    grouping: Cell | None
    tax: Cell | None
    powers: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    grouping: Cell
    start: int | None
    end: int | None


@blueprint.record
def _keep_gazetteer(state: BlueprintSetupState) -> None:
    made = cast("Service", state.app.extensions["digiterr"])
    state.app.extensions[_EXTENSION] = CurrentReading(GAZETTEER, made.engine, made.configuration.data_dir)


@blueprint.get("/territories")
def territories() -> str:
    """Territories by name or code, narrowed by kind, region and population band."""
    text = request.args.get("q", "").strip()[:MOST_CHARACTERS]
    chosen = {name: value for name in _FACETS if (value := request.args.get(name, "")[:MOST_CHARACTERS])}
    start = min(max(0, request.args.get("start", 0, type=int)), ON_A_PAGE * MOST_PAGES)
    gazetteer = _gazetteer()
    if gazetteer is None:
        return render_template("territories.html", q=text, ready=False)
    selection = gazetteer.select(text, *(chosen.get(facet, "") for facet in _FACETS))
    names = Names(service().engine, (*KINDS, *_BANDS))
    found = selection.found
    shown = found[start : start + ON_A_PAGE]
    return render_template(
        "territories.html",
        ready=True,
        q=text,
        chosen=chosen,
        total=len(found),
        start=start,
        found=[Found(one, _kind(one, names), _regions(one, gazetteer)) for one in shown],
        bands=[_band(one, names) for one in shown],
        facets=_facets(text, chosen, selection, gazetteer, names),
        earlier=_href(text, chosen, start - ON_A_PAGE) if start else None,
        later=_href(text, chosen, start + ON_A_PAGE) if start + ON_A_PAGE < len(found) else None,
    )


@blueprint.get("/territories/<name>")
def territory(name: str) -> str:
    """One territory; its name is the last part of its IRI."""
    engine = service().engine
    try:
        iri = own_iri(f"id/{name}")
    except ValueError:
        raise _no_territory(name) from None
    facts = territory_facts(engine, iri)
    kinds = [kind for kind in KINDS if kind in facts.about.get(RDF.type, ())]
    if not kinds:
        raise _no_territory(name)
    gazetteer = _gazetteer()
    place = gazetteer.by_name.get(name) if gazetteer else None
    bands = [one for of in facts.observations.values() for one in of.get(DT.inPopulationBand, ())]
    band = NamedNode(DTV.NAMESPACE + place.band) if place and place.band else next(iter(bands), None)
    like = cases_alike(engine, kinds[0], band) if isinstance(band, NamedNode) else ()
    names = Names(
        engine, (*facts.terms(), *MEASURES, *KINDS, *_BANDS, *(one for pair in like for one in pair))
    )
    above = gazetteer.ancestors(place) if gazetteer and place else ()
    parts = gazetteer.children.get(name, ()) if gazetteer else ()
    return render_template(
        "territory.html",
        title=names.text(iri),
        name=name,
        iri=iri.value,
        entity=names.cell(iri),
        kinds=[names.cell(kind) for kind in kinds],
        facts=facts,
        codes=[one.value for one in facts.about.get(DT.inseeCode, ())],
        area=[names.cell(one) for one in facts.about.get(DT.areaSquareKilometres, ())],
        ready=gazetteer is not None,
        above=above,
        parts=parts[:MOST_PARTS],
        parts_count=len(parts),
        kind_of=lambda one: _kind(one, names),
        bodies=[_body(body, facts.bodies[body], names) for body in facts.bodies],
        populations=_populations(facts, names),
        indicators=_indicators(facts, names),
        former_names=[names.cell(one) for one in facts.about.get(SKOS.altLabel, ())],
        former_codes=[one.value for one in facts.about.get(DT.formerInseeCode, ())],
        ended=year_of(facts.about, DT.endYear),
        merged_into=[_territory_cell(one, names) for one in facts.about.get(DT.mergedInto, ())],
        merged_here=[_territory_cell(one, names) for one in facts.merged_here],
        memberships=_memberships(facts, names),
        alike=gazetteer.alike(place, MOST_ALIKE) if gazetteer and place else (),
        band=names.cell(band) if band else None,
        cases=[(names.cell(case), case.value.rpartition("case-")[2], names.cell(one)) for case, one in like],
        map=_map(facts, names, above, parts),
    )


def _gazetteer() -> Gazetteer | None:
    return cast("CurrentReading[Gazetteer]", current_app.extensions[_EXTENSION]).get()


def _facets(
    text: str, chosen: Mapping[str, str], selection: Selection, gazetteer: Gazetteer, names: Names
) -> list[tuple[str, list[Choice]]]:
    """For each facet its values, those that leave the most territories first."""

    def choices(facet: str, counts: Mapping[str, int], named: Callable[[str], str]) -> list[Choice]:
        return [
            Choice(
                named(value),
                counts[value],
                _href(text, {**chosen, facet: "" if chosen.get(facet) == value else value}),
                chosen.get(facet) == value,
            )
            for value in sorted(counts, key=lambda value: (-counts[value], value))
            if value
        ]

    def region(value: str) -> str:
        place = gazetteer.by_name.get(value)
        return place.label if place else value

    def kind(value: str) -> str:
        return names.text(NamedNode(DT.NAMESPACE + value))

    def band(value: str) -> str:
        return names.text(NamedNode(DTV.NAMESPACE + value))

    return [
        ("kind", choices("kind", selection.kinds, kind)),
        ("region", choices("region", selection.regions, region)),
        ("band", choices("band", selection.bands, band)),
    ]


def _href(text: str, chosen: Mapping[str, str], start: int = 0) -> str:
    kept = {"q": text, **chosen, "start": str(max(0, start)) if start > 0 else ""}
    return "/territories?" + urlencode({name: value for name, value in kept.items() if value})


def _kind(place: Place, names: Names) -> str:
    return names.text(NamedNode(DT.NAMESPACE + place.kind))


def _band(place: Place, names: Names) -> str:
    return names.text(NamedNode(DTV.NAMESPACE + place.band)) if place.band else ""


def _regions(place: Place, gazetteer: Gazetteer) -> str:
    found = (gazetteer.by_name[one].label for one in place.regions if one != place.name)
    return ", ".join(found)


def _territory_cell(term: Term, names: Names) -> Cell:
    """A territory linked to its page here rather than to the page of its data."""
    return Cell(names.text(term), "/territories/" + term.value.removeprefix(DATA))


def _body(body: NamedNode, about: Properties, names: Names) -> Body:
    def first(predicate: NamedNode) -> Cell | None:
        return next((names.cell(one) for one in about.get(predicate, ())), None)

    kinds = [one for one in about.get(RDF.type, ()) if one in _BODIES]
    return Body(
        names.cell(body),
        tuple(names.cell(one) for one in kinds),
        next((one.value for one in about.get(DT.siren, ())), None),
        first(DT.groupingKind),
        first(DT.taxRegime),
        tuple(sorted((names.cell(one) for one in about.get(DT.holdsPower, ())), key=lambda one: one.text)),
    )


_BODIES: Final = frozenset(
    (
        DT.Municipality, DT.DepartmentalAuthority, DT.RegionalAuthority, DT.OverseasAuthority,
        DT.SpecialStatusAuthority, DT.OwnTaxIntermunicipalBody, DT.MixedSyndicate, DT.MunicipalSyndicate,
        DT.TerritorialAlliance,
    )
)  # fmt: skip


def _populations(facts: TerritoryFacts, names: Names) -> list[Observed]:
    found = [
        Observed(
            names.cell(count),
            (),
            year_of(of, DT.referenceYear),
            names.cell(next(iter(of.get(DT.statedIn, ())), None)),
        )
        for of in facts.observations.values()
        for count in of.get(DT.populationCount, ())
    ]
    return sorted(found, key=lambda one: (-(one.period or 0), one.source.text))


def _indicators(facts: TerritoryFacts, names: Names) -> list[Observed]:
    found = [
        Observed(
            names.cell(indicator_kind(of) or RDFS.Resource),
            tuple(
                (_measure(measure, names), tuple(map(names.cell, of[measure])))
                for measure in MEASURES
                if measure in of
            ),
            year_of(of, DT.referenceYear, DT.startYear),
            names.cell(next(iter(of.get(DT.statedIn, ())), None)),
        )
        for of in facts.indicators.values()
    ]
    return sorted(found, key=lambda one: (one.what.text, -(one.period or 0)))


def _measure(measure: NamedNode, names: Names) -> Cell:
    """A measure by its label; those of DCAT, which the graph does not label, in our words."""
    if measure == DCAT.keyword:
        return Cell(translated("mots-clés", "keywords"))
    return Cell(translated("page", "page")) if measure == DCAT.landingPage else names.cell(measure)


def _memberships(facts: TerritoryFacts, names: Names) -> list[Membership]:
    found = [
        Membership(names.cell(grouping), year_of(of, DT.startYear), year_of(of, DT.endYear))
        for of in facts.memberships.values()
        for grouping in of.get(ORG.organization, ())
    ]
    return sorted(found, key=lambda one: (one.start or 0, one.grouping.text))


def _map(facts: TerritoryFacts, names: Names, above: Sequence[Place], parts: Sequence[Place]) -> object:
    """The territory in the smallest ones that hold it and have an outline."""
    if not facts.shapes:
        return None
    engine = service().engine
    around = [place for place in above if place.kind != KINDS[0].value.removeprefix(DT.NAMESPACE)] or list(
        above
    )
    if not around and parts:
        departments = {parent for part in parts for parent in part.parents} - {
            facts.iri.value.removeprefix(DATA)
        }
        gazetteer = _gazetteer()
        around = (
            [gazetteer.by_name[one] for one in sorted(departments) if one in gazetteer.by_name]
            if gazetteer
            else []
        )
    shapes = [(one.label, "around", outlines(engine, NamedNode(DATA + one.name))) for one in around[:4]]
    return outline_map([*shapes, (names.text(facts.iri), "itself", facts.shapes)])


def _no_territory(name: str) -> NotFoundError:
    shown = name[:80]
    return NotFoundError(
        Text(f"Le graphe n’a pas de territoire « {shown} ».", f"The graph has no territory “{shown}”."),
        Text(
            "Cherchez-le par son nom ou son code : /territories",
            "Search for it by name or code: /territories",
        ),
    )
