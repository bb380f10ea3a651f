"""Cases side by side: populations, years, perimeter, owners and methods, and the timeline of the projects."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Population:
    """A count of a territory's population; `band` and `year` absent where there is none."""

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


def comparison(cases: Sequence[CaseFacts], names: Names, study: tuple[int, int] | None) -> list[Compared]:
    """The cases in the order given; `study`: the first and last year of the study."""
    return [
        Compared(
            case.name,
            names.cell(case.iri),
            tuple(
                _population(case, territory, observation, names)
                for territory in case.own(DT.caseTerritory)
                for observation in case.observations_of(territory)
            ),
            tuple(_project(case, project, names, study) for project in case.own(DT.caseProject)),
            tuple(_method(case, method, names) for method in case.own(DT.hasDataCollection)),
            tuple(names.cell(predicate) for predicate in case.own(DT.notStated)),
        )
        for case in cases
    ]


def projects_drawn(cases: Sequence[CaseFacts], names: Names, study: tuple[int, int] | None) -> Timeline:
    """The projects of the cases on one timeline, labelled by their case."""
    spans = [
        Span(names.text(case.iri), case.year(project, DT.startYear), case.year(project, DT.endYear))
        for case in cases
        for project in case.own(DT.caseProject)
    ]
    return timeline(spans, study)


def study_years(engine: Engine, cases: Sequence[CaseFacts]) -> tuple[int, int] | None:
    """From the first to the last year of the studies that the cases belong to."""
    found = [
        (int(first), int(last))
        for case in cases
        for row in engine.select(_STUDY, {"case": case.iri}).rows
        if (first := number(row[0])) is not None and (last := number(row[1])) is not None
    ]
    return (min(one for one, _ in found), max(one for _, one in found)) if found else None


def _population(case: CaseFacts, territory: Term, observation: NamedNode, names: Names) -> Population:
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
