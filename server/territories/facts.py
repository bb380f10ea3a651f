"""What the graph states of one territory: its authority, populations, indicators, history and outline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.names import DCAT, DT, GEO, ORG, RDF
from ...queries.cells import number
from ...store.model import Engine, Term

# A region has thousands of parts: they are read by what lies directly in it, not from here.
_ABOUT: Final = f"""
SELECT ?p ?o WHERE {{ ?thing ?p ?o FILTER(?p NOT IN ({DT.hasPartTerritory}, {DT.memberOrganisation})) }}
"""
_NAMED: Final = "SELECT ?one ?p ?o WHERE { ?one ?pointing ?thing . ?one ?p ?o }"
_OBSERVED: Final = _NAMED.replace("?pointing", str(DT.observedTerritory))
_INDICATORS: Final = _NAMED.replace("?pointing", str(DT.indicatorSubject))
_MEMBERSHIPS: Final = _NAMED.replace("?pointing", str(ORG.member))
_MERGED: Final = f"SELECT ?one WHERE {{ ?one {DT.mergedInto} ?thing }}"
_WKT: Final = f"SELECT ?wkt WHERE {{ ?thing {GEO.hasGeometry} ?geometry . ?geometry {GEO.asWKT} ?wkt }}"
# Starts from the few cases: to start from a class and a band would read most of the country.
_CASES: Final = f"""
SELECT DISTINCT ?case ?territory ?kind ?band WHERE {{
  ?case {DT.comparisonTerritory} ?territory .
  ?territory a ?kind .
  ?observation {DT.observedTerritory} ?territory ; {DT.inPopulationBand} ?band .
}}
ORDER BY ?case
"""

Properties = Mapping[NamedNode, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class TerritoryFacts:
    """A territory and what bears on it; empty where the graph says nothing."""

    iri: NamedNode
    about: Properties
    bodies: Mapping[NamedNode, Properties]  # its authorities
    observations: Mapping[NamedNode, Properties]  # of its population
    indicators: Mapping[NamedNode, Properties]  # of the territory and of its authorities
    memberships: Mapping[NamedNode, Properties]  # of its authorities in groupings
    merged_here: tuple[Term, ...]  # territories that became part of this one
    shapes: tuple[str, ...]  # WKT

    def terms(self) -> Iterable[Term]:
        """All that a page about the territory names."""
        groups = (self.bodies, self.observations, self.indicators, self.memberships)
        yield self.iri
        for of_thing in (self.about, *(one for group in groups for one in group.values())):
            for predicate, values in of_thing.items():
                yield predicate
                yield from values
        for group in groups:
            yield from group
        yield from self.merged_here


def territory_facts(engine: Engine, territory: NamedNode) -> TerritoryFacts:
    """Ask for each part apart: every question starts from one thing, and costs what that thing has."""
    about = _about(engine, territory)
    bodies = {
        body: _about(engine, body) for body in about.get(DT.hasAuthority, ()) if isinstance(body, NamedNode)
    }
    return TerritoryFacts(
        territory,
        about,
        bodies,
        _pointing(engine, _OBSERVED, territory),
        {
            one: of
            for thing in (territory, *bodies)
            for one, of in _pointing(engine, _INDICATORS, thing).items()
        },
        {one: of for body in bodies for one, of in _pointing(engine, _MEMBERSHIPS, body).items()},
        tuple(row[0] for row in engine.select(_MERGED, {"thing": territory}).rows if row[0]),
        outlines(engine, territory),
    )


def outlines(engine: Engine, territory: NamedNode) -> tuple[str, ...]:
    """The shapes of a territory as WKT in longitudes and latitudes (OGC GeoSPARQL 1.1, section 8.5.1)."""
    return tuple(row[0].value for row in engine.select(_WKT, {"thing": territory}).rows if row[0])


def cases_alike(engine: Engine, kind: NamedNode, band: NamedNode) -> tuple[tuple[Term, Term], ...]:
    """Cases that are compared by a territory of the same class and population band, with that territory."""
    return tuple(
        (case, territory)
        for case, territory, *found in engine.select(_CASES).rows
        if case and territory and found == [kind, band]
    )


def year_of(properties: Properties, *predicates: NamedNode) -> int | None:
    """The first year that a thing has under these properties."""
    for predicate in predicates:
        for value in properties.get(predicate, ()):
            found = number(value)
            if found is not None:
                return int(found)
    return None


# What an indicator measures, apart from what it is about and where it comes from.
MEASURES: Final = (
    DT.witnessedPower,
    DT.witnessedProgramme,
    DT.labelScore,
    DT.datasetCount,
    DT.publishedOnPlatform,
    DT.platformTechnology,
    DCAT.keyword,
    DCAT.landingPage,
)


def indicator_kind(properties: Properties) -> Term | None:
    """The most telling class of an indicator."""
    kinds = properties.get(RDF.type, ())
    own = [
        one for one in kinds if one.value.startswith(DT.NAMESPACE) and one not in (DT.Indicator, DT.Statement)
    ]
    return next(iter(own), None)


def _about(engine: Engine, thing: NamedNode) -> Properties:
    found: dict[NamedNode, tuple[Term, ...]] = {}
    for predicate, value in sorted(set(engine.select(_ABOUT, {"thing": thing}).rows), key=str):
        if isinstance(predicate, NamedNode) and value is not None:
            found[predicate] = (*found.get(predicate, ()), value)
    return found


def _pointing(engine: Engine, text: str, thing: NamedNode) -> dict[NamedNode, Properties]:
    found: dict[NamedNode, dict[NamedNode, tuple[Term, ...]]] = {}
    for one, predicate, value in sorted(set(engine.select(text, {"thing": thing}).rows), key=str):
        if isinstance(one, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            of_one = found.setdefault(one, {})
            of_one[predicate] = (*of_one.get(predicate, ()), value)
    return dict(found)
