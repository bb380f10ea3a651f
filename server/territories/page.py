"""A territory as a page: what the graph states of it, what it lies in, what is like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template
from pyoxigraph import NamedNode

from ...ontology.errors import NotFoundError
from ...ontology.iris import DATA, own_iri
from ...ontology.names import DCAT, DT, ORG, RDF, RDFS, SKOS
from ...ontology.text import Text
from ...store.model import Term
from ..drawings.outline import outline_map
from ..in_force import current
from ..naming import Names
from ..near_names import near_name
from ..rendering import Cell, local_href, translated
from ..service import service
from .facts import (
    MEASURES,
    Properties,
    TerritoryFacts,
    cases_alike,
    indicator_kind,
    outlines,
    territory_facts,
    year_of,
)
from .gazetteer import BANDS, GAZETTEER, KINDS, Place

blueprint = Blueprint("territory", __name__)

MOST_PARTS: Final = 100
MOST_ALIKE: Final = 8


@dataclass(frozen=True, slots=True)
class Observed:
    """A count of the population, or an indicator: its years, its source, the page of the statement."""

    what: Cell
    details: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    year: int | None
    last: int | None  # of several years
    source: Cell
    statement: str | None


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
    gazetteer = current(GAZETTEER)
    place = gazetteer.by_name.get(name) if gazetteer else None
    bands = [one for of in facts.observations.values() for one in of.get(DT.inPopulationBand, ())]
    band = (place.band_concept if place else None) or next(iter(bands), None)
    like = cases_alike(engine, kinds[0], band) if isinstance(band, NamedNode) else ()
    names = Names(
        engine, (*facts.terms(), *MEASURES, *KINDS, *BANDS, *(one for pair in like for one in pair))
    )
    above = gazetteer.around(place) if gazetteer and place else ()
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
        by_parts=bool(above and place and not place.parents),
        parts=parts[:MOST_PARTS],
        parts_count=len(parts),
        kind_of=lambda one: names.text(one.type),
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
        map=_map(facts, names, above),
    )


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
            None,
            names.cell(next(iter(of.get(DT.statedIn, ())), None)),
            local_href(one.value),
        )
        for one, of in facts.observations.items()
        for count in of.get(DT.populationCount, ())
    ]
    return sorted(found, key=lambda one: (-(one.year or 0), one.source.text))


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
            year_of(of, DT.endYear),
            names.cell(next(iter(of.get(DT.statedIn, ())), None)),
            local_href(one.value),
        )
        for one, of in facts.indicators.items()
    ]
    return sorted(found, key=lambda one: (one.what.text, -(one.year or 0)))


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


def _map(facts: TerritoryFacts, names: Names, above: Sequence[Place]) -> object:
    """The territory in the smallest ones that hold it and have an outline."""
    if not facts.shapes:
        return None
    engine = service().engine
    around = [place for place in above if place.type != DT.RegionTerritory] or above
    shapes = [(one.label, "around", outlines(engine, NamedNode(DATA + one.name))) for one in around[:4]]
    return outline_map([*shapes, (names.text(facts.iri), "itself", facts.shapes)])


def _no_territory(name: str) -> NotFoundError:
    shown = name[:80]
    return NotFoundError(
        Text(f"Le graphe n’a pas de territoire « {shown} ».", f"The graph has no territory “{shown}”."),
        near_name(f"territories/{name}")
        or Text(
            "Cherchez-le par son nom ou son code : /territories",
            "Search for it by name or code: /territories",
        ),
    )
