"""Cases on the scales of the source: leadership levels, governance dimensions, value types by status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.names import DT, DTV, SKOS
from ..queries.cells import number
from ..store.model import Engine, Term
from .case_facts import CaseFacts
from .drawings.matrix import Matrix, matrix
from .naming import Names
from .rendering import Cell

_LEVELS: Final = (
    f"SELECT ?level ?rank WHERE {{ ?level {SKOS.inScheme} ?scheme ; {DT.levelRank} ?rank }} ORDER BY ?rank"
)
_DIMENSIONS: Final = (
    f"SELECT ?axis ?dimension WHERE {{ ?dimension {DT.onAxis} ?axis }} ORDER BY ?axis ?dimension"
)
_TYPES: Final = f"SELECT ?type WHERE {{ ?type a {DT.PublicValueType} }} ORDER BY ?type"
_VALUES: Final = "SELECT ?subject ?type WHERE { ?subject ?property ?type } ORDER BY ?subject"
# A value type is meant, shown by an example, or claimed: three things that the source tells apart.
INTENDED: Final = (DT.addressesValueType, DT.propositionValueType, DT.mightCreate)
ILLUSTRATED: Final = (DT.illustratesValueType,)
CLAIMED: Final = (DT.claimedValueType, DT.claimedToCreate)


@dataclass(frozen=True, slots=True)
class Level:
    rank: int
    level: Cell


@dataclass(frozen=True, slots=True)
class Placed:
    """A case and its levels on one scale each; none: not stated."""

    case: Cell
    political: tuple[Cell, ...]
    administrative: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Leadership:
    drawing: Matrix
    political: tuple[Level, ...]
    administrative: tuple[Level, ...]
    cases: tuple[Placed, ...]
    not_stated: tuple[Cell, ...]  # the cases that no square holds


@dataclass(frozen=True, slots=True)
class Governance:
    """Dimensions by axis, and for each dimension whether a statement gives it to each case."""

    rows: tuple[tuple[Cell, Cell, tuple[bool, ...]], ...]


@dataclass(frozen=True, slots=True)
class ValueType:
    """A value type, and the things of which each status is stated."""

    type: Cell
    intended: tuple[Cell, ...]
    illustrated: tuple[Cell, ...]
    claimed: tuple[Cell, ...]


def leadership(engine: Engine, cases: Sequence[CaseFacts]) -> Leadership:
    """Both scales as the graph has them, with the cases of which assessments state the levels."""
    political = _levels(engine, DTV.scheme_political_leadership)
    administrative = _levels(engine, DTV.scheme_administrative_leadership)
    names = Names(engine, (*political, *administrative, *(case.iri for case in cases)))
    marks: dict[str, tuple[int, int]] = {}
    placed: list[Placed] = []
    for case in cases:
        stated = {
            level
            for one in case.statements_of(DT.LeadershipAssessment)
            for level in case.values(one, DT.assessedLevel)
        }
        across = [level for level in political if level in stated]
        up = [level for level in administrative if level in stated]
        pairs = list(product(across, up))
        for at, (one, other) in enumerate(pairs):
            label = case.name if len(pairs) == 1 else f"{case.name}{at + 1}"
            marks[label] = (political[one], administrative[other])
        placed.append(
            Placed(names.cell(case.iri), tuple(map(names.cell, across)), tuple(map(names.cell, up)))
        )
    return Leadership(
        matrix(list(political.values()), list(administrative.values()), marks),
        tuple(Level(rank, names.cell(level)) for level, rank in political.items()),
        tuple(Level(rank, names.cell(level)) for level, rank in administrative.items()),
        tuple(placed),
        tuple(one.case for one in placed if not (one.political and one.administrative)),
    )


def governance(engine: Engine, cases: Sequence[CaseFacts]) -> Governance:
    """The dimensions of governance, and the cases of which a statement gives them."""
    dimensions = engine.select(_DIMENSIONS).rows
    names = Names(engine, (term for row in dimensions for term in row))
    properties = (DT.assessedDimension, DT.exhibitsDimension)
    stated = [
        {
            value
            for of_thing in (*case.statements.values(), *case.things.values())
            for predicate in properties
            for value in of_thing.get(predicate, ())
        }
        for case in cases
    ]
    return Governance(
        tuple(
            (names.cell(axis), names.cell(dimension), tuple(dimension in of_case for of_case in stated))
            for axis, dimension in dimensions
        )
    )


def value_types(engine: Engine) -> tuple[ValueType, ...]:
    """The types of public value, each with what is meant to create it, illustrates it, is claimed to."""
    found: dict[Term, dict[str, dict[Term, None]]] = {}
    for status, properties in (("intended", INTENDED), ("illustrated", ILLUSTRATED), ("claimed", CLAIMED)):
        for predicate in properties:
            for subject, kind in engine.select(_VALUES, {"property": predicate}).rows:
                if subject is not None and kind is not None:
                    found.setdefault(kind, {}).setdefault(status, {})[subject] = None
    types = [kind for (kind,) in engine.select(_TYPES).rows if kind is not None]
    subjects = (one for of_type in found.values() for things in of_type.values() for one in things)
    names = Names(engine, (*types, *subjects))
    return tuple(
        ValueType(
            names.cell(kind),
            *(
                tuple(map(names.cell, found.get(kind, {}).get(status, ())))
                for status in ("intended", "illustrated", "claimed")
            ),
        )
        for kind in types
    )


def _levels(engine: Engine, scheme: NamedNode) -> dict[NamedNode, int]:
    return {
        level: int(rank)
        for level, value in engine.select(_LEVELS, {"scheme": scheme}).rows
        if isinstance(level, NamedNode) and (rank := number(value)) is not None
    }
