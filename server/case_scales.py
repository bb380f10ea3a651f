"""Cases on the scales of the source: leadership levels, governance dimensions, value types by status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
# What a claim says to create value, rather than the claim or what that thing is part of.
_CLAIMS: Final = f"""
SELECT ?subject ?type WHERE {{
  ?claim {DT.claimedValueType} ?type .
  OPTIONAL {{ ?claim {DT.claimSubject} ?named }}
  BIND(COALESCE(?named, ?claim) AS ?subject)
}} ORDER BY ?subject
"""
_OF_CASE: Final = (
    f"SELECT DISTINCT ?case ?thing WHERE {{ ?statement {DT.aboutCase} ?case ; {DT.concerns} ?thing }}"
)
# A value type is meant, shown by an example, or claimed: three things that the source tells apart. What an
# action might create by the kind of its tools (dt:mightCreate) is nobody's statement, and none of them.
_INTENDED: Final = (DT.addressesValueType, DT.propositionValueType)
_ILLUSTRATED: Final = (DT.illustratesValueType,)


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
class Holders:
    """The things of a case; `case` None: things of which the source speaks apart from any case."""

    case: Cell | None
    things: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ValueType:
    """A value type, and the things of which each status is stated, by case."""

    type: Cell
    intended: tuple[Holders, ...]
    illustrated: tuple[Holders, ...]
    claimed: tuple[Holders, ...]


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


def value_types(engine: Engine, cases: Sequence[CaseFacts]) -> tuple[ValueType, ...]:
    """The types of public value, each with what is meant to create it, illustrates it, is claimed to: things
    of these cases, and things that no case is about."""
    meant, shown = (
        [row for name in names for row in engine.select(_VALUES, {"property": name}).rows]
        for names in (_INTENDED, _ILLUSTRATED)
    )
    by_status = [_by_type(rows) for rows in (meant, shown, engine.select(_CLAIMS).rows)]
    types = [kind for (kind,) in engine.select(_TYPES).rows if kind is not None]
    owners: dict[Term, set[Term]] = {}
    for case, thing in engine.select(_OF_CASE).rows:
        if case is not None and thing is not None:
            owners.setdefault(thing, set()).add(case)
    subjects = (one for of_type in by_status for things in of_type.values() for one in things)
    names = Names(engine, (*types, *subjects, *(case.iri for case in cases)))

    def held(things: Sequence[Term]) -> tuple[Holders, ...]:
        shared = tuple(names.cell(one) for one in things if one not in owners)
        return (
            *((Holders(None, shared),) if shared else ()),
            *(
                Holders(names.cell(case.iri), tuple(map(names.cell, own)))
                for case in cases
                if (own := [one for one in things if case.iri in owners.get(one, ())])
            ),
        )

    return tuple(
        ValueType(names.cell(kind), *(held(of_type.get(kind, ())) for of_type in by_status)) for kind in types
    )


def _by_type(rows: Iterable[Sequence[Term | None]]) -> dict[Term, tuple[Term, ...]]:
    found: dict[Term, dict[Term, None]] = {}
    for subject, kind in rows:
        if subject is not None and kind is not None:
            found.setdefault(kind, {})[subject] = None
    return {kind: tuple(things) for kind, things in found.items()}


def _levels(engine: Engine, scheme: NamedNode) -> dict[NamedNode, int]:
    return {
        level: int(rank)
        for level, value in engine.select(_LEVELS, {"scheme": scheme}).rows
        if isinstance(level, NamedNode) and (rank := number(value)) is not None
    }
