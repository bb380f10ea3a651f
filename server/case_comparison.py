"""Cases side by side: populations, years, perimeter, owners and methods, and the timeline of the projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.names import DT, RDF
from ..queries.cells import number
from ..store.model import Engine, Term
from .case_facts import CaseFacts
from .drawings.timeline import Span, Timeline, timeline
from .naming import Names
from .rendering import Cell

_STUDY: Final = (
    f"SELECT ?start ?end WHERE {{ ?study {DT.hasCase} ?case ; {DT.startYear} ?start ; {DT.endYear} ?end }}"
)

# The first and the last year of the study that each case belongs to; a case may belong to none.
Studies = Mapping[NamedNode, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Population:
    """A count of a territory's population; `count`, `band` and `year` absent where none is stated."""

    territory: Cell
    count: Cell
    rounded: bool
    band: Cell
    year: Cell


@dataclass(frozen=True, slots=True)
class Project:
    project: Cell
    start: Cell
    end: Cell
    planned: bool  # its end comes after the last year of the study
    perimeter: tuple[Cell, ...]
    owners: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A way of collecting data, with the number and the manner of interviews where they are stated."""

    kind: Cell
    count: Cell | None
    manner: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One case as a column of the comparison. Nothing in a tuple: the source states nothing."""

    name: str
    case: Cell
    populations: tuple[Population, ...]
    projects: tuple[Project, ...]
    methods: tuple[Method, ...]
    not_stated: tuple[Cell, ...]


def comparison(cases: Sequence[CaseFacts], names: Names, studies: Studies) -> list[Compared]:
    """The cases in the order given."""
    return [
        Compared(
            case.name,
            names.cell(case.iri),
            tuple(
                _population(case, territory, observation, names)
                for territory in case.own(DT.caseTerritory)
                for observation in case.observations_of(territory) or (None,)
            ),
            tuple(
                _project(case, project, names, studies.get(case.iri)) for project in case.own(DT.caseProject)
            ),
            tuple(_method(case, method, names) for method in case.own(DT.hasDataCollection)),
            tuple(names.cell(predicate) for predicate in case.own(DT.notStated)),
        )
        for case in cases
    ]


def projects_drawn(cases: Sequence[CaseFacts], names: Names, studies: Studies) -> Timeline:
    """The projects of the cases on one timeline, labelled by their case."""
    spans = [
        Span(
            names.text(case.iri),
            case.year(project, DT.startYear),
            case.year(project, DT.endYear),
            studies[case.iri][1] if case.iri in studies else None,
        )
        for case in cases
        for project in case.own(DT.caseProject)
    ]
    return timeline(spans, study_drawn(studies))


def study_drawn(studies: Studies) -> tuple[int, int] | None:
    """From the first to the last year of all studies."""
    if not studies:
        return None
    return min(first for first, _ in studies.values()), max(last for _, last in studies.values())


def study_years(engine: Engine, cases: Sequence[CaseFacts]) -> Studies:
    """The years of the studies that cases belong to."""
    found: dict[NamedNode, tuple[int, int]] = {}
    for case in cases:
        for row in engine.select(_STUDY, {"case": case.iri}).rows:
            first, last = number(row[0]), number(row[1])
            if first is not None and last is not None:
                before = found.get(case.iri, (int(first), int(last)))
                found[case.iri] = (min(before[0], int(first)), max(before[1], int(last)))
    return found


def _population(case: CaseFacts, territory: Term, observation: NamedNode | None, names: Names) -> Population:
    rounded = case.value(observation, DT.isRounded)
    return Population(
        names.cell(territory),
        names.cell(case.value(observation, DT.populationCount)),
        rounded is not None and rounded.value == "true",
        names.cell(case.value(observation, DT.inPopulationBand)),
        names.cell(case.value(observation, DT.referenceYear), grouped=False),
    )


def _project(case: CaseFacts, project: Term, names: Names, study: tuple[int, int] | None) -> Project:
    end = case.year(project, DT.endYear)
    return Project(
        names.cell(project),
        names.cell(case.value(project, DT.startYear), grouped=False),
        names.cell(case.value(project, DT.endYear), grouped=False),
        end is not None and study is not None and end > study[1],
        tuple(names.cell(one) for one in case.values(project, DT.perimeterKind)),
        tuple(names.cell(one) for one in case.values(project, DT.projectOwner)),
    )


def _method(case: CaseFacts, method: Term, names: Names) -> Method:
    manner = case.value(method, DT.interviewMode)
    count = case.value(method, DT.interviewCount)
    return Method(
        names.cell(case.value(method, RDF.type)),
        names.cell(count) if count else None,
        manner.value if manner else None,
    )
