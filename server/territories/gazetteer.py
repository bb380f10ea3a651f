"""The territories of a version by name, code and place: what search, facets and likeness are answered from.

The graph has some fifty thousand territories; reading them takes seconds, so it is a kept reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cached_property
from heapq import nsmallest
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from ...loaders.matching.names import fold
from ...ontology.iris import CONCEPT, DATA
from ...ontology.names import DT, DTV, RDFS, SKOS
from ...ontology.text import Text
from ...queries.cells import number
from ...store.model import Engine, Term
from ..kept_readings import Reader, Reading

MOST_CHARACTERS: Final = 80  # of a search
# The classes of territories that a reader tells apart, widest first.
KINDS: Final = (
    DT.RegionTerritory,
    DT.OverseasTerritory,
    DT.DepartmentTerritory,
    DT.IntermunicipalTerritory,
    DT.SyndicateTerritory,
    DT.MunicipalTerritory,
    DT.SubmunicipalTerritory,
)
_ORDER: Final = {kind.value.removeprefix(DT.NAMESPACE): rank for rank, kind in enumerate(KINDS)}
_TYPES: Final = {kind.value.removeprefix(DT.NAMESPACE): kind for kind in KINDS}
BANDS: Final = (
    DTV.population_under_50k,
    DTV.population_50k_200k,
    DTV.population_200k_500k,
    DTV.population_500k_plus,
)
_KIND: Final = f"SELECT ?t WHERE {{ ?t a ?kind . FILTER NOT EXISTS {{ ?case {DT.caseTerritory} ?t }} }}"
_PAIRS: Final = "SELECT ?t ?value WHERE { ?t ?property ?value }"
_INDICATORS: Final = f"""
SELECT DISTINCT ?t ?kind WHERE {{
  ?kind {RDFS.subClassOf} {DT.Indicator} FILTER(?kind != {DT.Indicator})
  ?indicator a ?kind ; {DT.indicatorSubject} ?subject .
  {{ ?t {DT.hasAuthority} ?subject }} UNION {{ ?subject a {DT.Territory} BIND(?subject AS ?t) }}
}}
"""
_COUNTS: Final = f"""
SELECT ?t ?count ?year ?band WHERE {{
  ?observation {DT.observedTerritory} ?t ; {DT.populationCount} ?count ; {DT.referenceYear} ?year .
  OPTIONAL {{ ?observation {DT.inPopulationBand} ?band }}
}}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A territory. Names of things are local names of the data; "" and None: the graph does not say."""

    name: str
    label: str
    kind: str  # local name of its class
    code: str = ""
    siren: str = ""
    population: int | None = None
    year: int | None = None
    band: str = ""  # local name of the concept
    parents: tuple[str, ...] = ()
    merged_into: str = ""
    regions: tuple[str, ...] = ()  # a territory across regions has several
    indicators: tuple[str, ...] = ()  # local names of the classes of those on it or on its authorities
    others: tuple[str, ...] = ()  # names beside the label
    former_codes: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    bodies: tuple[tuple[str, str], ...] = ()  # its authorities, each with its SIREN
    folded: str = ""  # what a search is compared with: names and codes

    @property
    def former(self) -> bool:
        """Whether it is now a part of another."""
        return bool(self.merged_into)

    @property
    def type(self) -> NamedNode:
        """Its class."""
        return _TYPES[self.kind]

    @property
    def band_concept(self) -> NamedNode | None:
        return NamedNode(CONCEPT + self.band) if self.band else None


@dataclass(frozen=True, slots=True)
class Selection:
    """Territories that a search leaves; for each facet and value of it, how many there would be with it."""

    found: tuple[Place, ...]
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The territories of one version, the most populous first."""

    places: tuple[Place, ...]
    by_name: Mapping[str, Place] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {place.name: place for place in self.places})

    @cached_property
    def children(self) -> Mapping[str, tuple[Place, ...]]:
        """The places that lie directly in another, the most populous first."""
        found: dict[str, list[Place]] = {}
        for place in self.places:
            for parent in place.parents:
                found.setdefault(parent, []).append(place)
        return {name: tuple(inside) for name, inside in found.items()}

    @cached_property
    def counts(self) -> Mapping[NamedNode, int]:
        """How many territories of each class there are now, former ones left out."""
        return Counter(place.type for place in self.places if not place.former)

    @cached_property
    def municipal_sums(self) -> Mapping[str, tuple[int, int | None]]:
        """By what they lie in, the people of the municipalities, and the year when it is the same for all.

        What holds a municipality whose population is not stated has no sum.
        """
        parts: dict[str, list[Place]] = {}
        for place in self.places:
            if place.type == DT.MunicipalTerritory and not place.former:
                for above in self.ancestors(place):
                    parts.setdefault(above.name, []).append(place)
        found: dict[str, tuple[int, int | None]] = {}
        for name, within in parts.items():
            counts = [part.population for part in within if part.population is not None]
            years = {part.year for part in within}
            if len(counts) == len(within):
                found[name] = (sum(counts), years.pop() if len(years) == 1 else None)
        return found

    def search(self, text: str) -> Sequence[Place]:
        """The places of which every word is found, the best named first; all of them for no words."""
        words = fold(text[:MOST_CHARACTERS]).split()
        if not words:
            return self.places
        whole = " ".join(words)
        found: Sequence[Place] = self.places
        for word in sorted(words, key=len, reverse=True):
            found = [place for place in found if word in place.folded]
        return sorted(found, key=lambda place: _rank(place, whole))  # a stable sort: the populous stay first

    def select(self, text: str, chosen: Mapping[str, str]) -> Selection:
        """What a search finds with these values of facets, and how many each value would leave."""
        found = self.search(text)
        wanted = {facet: value for facet, value in chosen.items() if value}
        left: dict[str, Sequence[Place]] = dict.fromkeys(FACETS, found)  # by the other facets
        for facet, value in wanted.items():
            values = FACETS[facet]
            found = [place for place in found if value in values(place)]
            for other in FACETS:
                if other != facet:
                    left[other] = [place for place in left[other] if value in values(place)]
        counts = {
            facet: Counter(chain.from_iterable(map(values, left[facet]))) for facet, values in FACETS.items()
        }
        return Selection(tuple(found), counts)

    def alike(self, place: Place, most: int) -> tuple[Place, ...]:
        """Places of the same kind and population band, the nearest in population first."""
        if place.population is None or not place.band:
            return ()
        same = (
            (abs(one.population - place.population), one.name, one)
            for one in self.places
            if one.kind == place.kind
            and one.band == place.band
            and one.population is not None
            and one is not place
        )
        return tuple(one for _, _, one in nsmallest(most, same, key=lambda one: one[:2]))

    def ancestors(self, place: Place) -> tuple[Place, ...]:
        """All that a place lies in, widest first."""
        found: dict[str, Place] = {}
        pending = list(place.parents)
        while pending:
            above = self.by_name.get(pending.pop())
            if above and above.name not in found:
                found[above.name] = above
                pending += above.parents
        return _widest_first(found.values())

    def around(self, place: Place) -> tuple[Place, ...]:
        """What a place lies in, or what its parts lie in besides it when it lies in nothing; widest first."""
        if place.parents:
            return self.ancestors(place)
        parts = self.children.get(place.name, ())
        found = {one.name: one for part in parts for one in self.ancestors(part)}
        return _widest_first(one for one in found.values() if one.name != place.name)


def _widest_first(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda one: (_ORDER[one.kind], one.label)))


# The facets of the search: the values of a place in each; a value "" is that the graph does not say.
FACETS: Final[Mapping[str, Callable[[Place], tuple[str, ...]]]] = {
    "kind": lambda place: (place.kind,),
    "region": attrgetter("regions"),
    "band": lambda place: (place.band,),
    "indicator": attrgetter("indicators"),
}


def _place(row: list[Any]) -> Place:
    """A place of its fields; those that JSON made lists are tuples again."""
    *before, bodies, folded = row
    values = [tuple(one) if isinstance(one, list) else one for one in before]
    return Place(*[*values, tuple(map(tuple, bodies)), folded])


def _rank(place: Place, whole: str) -> int:
    if whole in (place.code.casefold(), place.siren):
        return 0
    if place.folded.startswith(f"{whole} "):
        return 1 if fold(place.label) == whole else 2
    return 3 if f" {whole} " in f" {place.folded} " else 4


def _places(reader: Reader) -> list[Place]:
    def pairs(text: str, **bindings: Term) -> Iterable[tuple[str, Term]]:
        for row in reader.select(text, **bindings).rows:
            if isinstance(row[0], NamedNode) and row[1] is not None:
                yield _local(row[0]), row[1]

    def several(predicate: NamedNode) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for name, value in pairs(_PAIRS, property=predicate):
            found.setdefault(name, set()).add(_local(value))
        return {name: tuple(sorted(values)) for name, values in found.items()}

    kinds: dict[str, str] = {}
    for kind in KINDS:
        for (territory,) in reader.select(_KIND, kind=kind).rows:
            if isinstance(territory, NamedNode) and territory.value.startswith(DATA):
                kinds.setdefault(_local(territory), _local(kind))
    labels: dict[str, str] = {}
    for name, label in pairs(_PAIRS, property=RDFS.label):
        if name in kinds and (getattr(label, "language", None) in ("fr", None) or name not in labels):
            labels[name] = label.value
    codes = {name: value.value for name, value in pairs(_PAIRS, property=DT.inseeCode)}
    sirens = {name: value.value for name, value in pairs(_PAIRS, property=DT.siren)}
    authorities = several(DT.hasAuthority)
    merged = {name: _local(value) for name, value in pairs(_PAIRS, property=DT.mergedInto)}
    others, former_codes = several(SKOS.altLabel), several(DT.formerInseeCode)
    postcodes = several(DT.postcode)
    parents: dict[str, set[str]] = {}
    for name, value in pairs(_PAIRS, property=DT.directlyPartOfTerritory):
        parents.setdefault(name, set()).add(_local(value))
    children: dict[str, set[str]] = {}
    for name, above in parents.items():
        for one in above:
            children.setdefault(one, set()).add(name)
    indicators: dict[str, set[str]] = {}
    for name, value in pairs(_INDICATORS):
        indicators.setdefault(name, set()).add(_local(value))
    populations: dict[str, tuple[int, int, str]] = {}
    for territory, count, year, band in reader.select(_COUNTS).rows:
        people, when = number(count), number(year)
        if territory is not None and people is not None and when is not None:
            latest = (int(when), int(people), _local(band) if band else "")
            name = _local(territory)
            populations[name] = max(populations.get(name, latest), latest)
    places: list[Place] = []
    for name, kind in kinds.items():
        year, people, band = populations.get(name, (None, None, ""))
        label, code = labels.get(name, name), codes.get(name, "")
        bodies = tuple((body, sirens.get(body, "")) for body in authorities.get(name, ()))
        siren = next((number for _, number in bodies if number), "")
        places.append(
            Place(
                name, label, kind, code, siren, people, year, band,
                tuple(sorted(parents.get(name, ()))),
                merged.get(name, ""),
                _regions(name, kinds, parents, children),
                tuple(sorted(indicators.get(name, ()))),
                others.get(name, ()), former_codes.get(name, ()), postcodes.get(name, ()), bodies,
                fold(" ".join((label, *others.get(name, ()), code, siren))),
            )
        )  # fmt: skip
    places.sort(key=lambda one: (-(one.population or 0), one.folded, one.name))
    return places


def _regions(
    name: str,
    kinds: Mapping[str, str],
    parents: Mapping[str, set[str]],
    children: Mapping[str, set[str]],
) -> tuple[str, ...]:
    """The region that a territory lies in, or those that its parts lie in when it is itself in none."""
    for pending in ([name], sorted(children.get(name, ()))):
        found, seen = set[str](), set(pending)
        while pending:
            one = pending.pop()
            if kinds.get(one) == _local(DT.RegionTerritory):
                found.add(one)
            fresh = parents.get(one, set()) - seen
            seen |= fresh
            pending += sorted(fresh)
        if found:
            return tuple(sorted(found))
    return ()


def _local(term: Term) -> str:
    return term.value.removeprefix(DATA).removeprefix(DT.NAMESPACE).removeprefix(CONCEPT)


GAZETTEER: Final[Reading[Gazetteer]] = Reading(
    "gazetteer",
    lambda reader: [astuple(place) for place in _places(reader)],
    lambda rows: Gazetteer(tuple(_place(row) for row in rows)),
)


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the reading of a version."""
    GAZETTEER.keep(engine, data_dir, version)
    return Text("Répertoire des territoires fait.", "Gazetteer of territories made.")
