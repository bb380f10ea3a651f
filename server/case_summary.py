"""A case in short: populations, years, perimeter, owners, methods, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.names import DT, RDF
from ..store.model import Term
from .case_comparison import Method, Population, Project, Studies, comparison
from .case_facts import CaseFacts, Evidence
from .case_sections import Source, sources_of
from .naming import Names
from .rendering import Cell

_OF: Final = (DT.assessedEntity, DT.claimSubject)
# What has a line of its own in the summary, stated or not.
_LINES: Final = {
    DT.assessedLevel: "leadership",
    DT.assessedDimension: "governance",
    DT.claimedValueType: "claimed",
}


@dataclass(frozen=True, slots=True)
class ProjectInShort:
    project: Project
    years: tuple[Source, ...]
    perimeter: tuple[Source, ...]
    owners: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What an assessment or a claim says: values, of what, in which years, and what it rests on."""

    values: tuple[Cell, ...]
    subject: Cell | None
    years: Cell | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reader asks first of a case. Nothing in a tuple: the source states nothing."""

    populations: tuple[tuple[Population, tuple[Source, ...]], ...]
    projects: tuple[ProjectInShort, ...]
    methods: tuple[tuple[Method, tuple[Source, ...]], ...]
    policies: tuple[Line, ...]
    difficulties: tuple[Line, ...]
    leadership: tuple[Line, ...]
    governance: tuple[Line, ...]
    intended: tuple[Line, ...]  # types of public value
    claimed: tuple[Line, ...]
    recorded: frozenset[str]  # names of the lines of which the editor found the source silent
    not_stated: tuple[Cell, ...]  # what else is not stated of the case
    sources: tuple[Cell, ...]  # all that the case is known from


def summary(facts: CaseFacts, names: Names, studies: Studies) -> Summary:
    """The case as a column of the comparison, with the evidence of each of its lines."""
    (compared,) = comparison([facts], names, studies)
    observed = [
        one
        for territory in facts.own(DT.caseTerritory)
        for one in facts.observations_of(territory) or (territory,)
    ]
    projects, methods = facts.own(DT.caseProject), facts.own(DT.hasDataCollection)
    silent = facts.own(DT.notStated)
    cited = {facts.value(one, DT.statedIn): None for one in facts.statements}
    return Summary(
        tuple(
            (population, _evidence(facts, names, observation, (DT.populationCount,)))
            for population, observation in zip(compared.populations, observed, strict=True)
        ),
        tuple(
            ProjectInShort(
                project,
                _evidence(facts, names, thing, (DT.startYear, DT.endYear)),
                _evidence(facts, names, thing, (DT.perimeterKind,)),
                _evidence(facts, names, thing, (DT.projectOwner,)),
            )
            for project, thing in zip(compared.projects, projects, strict=True)
        ),
        tuple(
            (method, _evidence(facts, names, thing, (DT.interviewCount, DT.interviewMode)))
            for method, thing in zip(compared.methods, methods, strict=True)
        ),
        tuple(_named(facts, names, policy) for policy in facts.own(DT.casePolicy)),
        tuple(_named(facts, names, thing) for thing in facts.things_of(DT.Difficulty)),
        _stated(facts, names, DT.LeadershipAssessment, DT.assessedLevel),
        _stated(facts, names, DT.GovernanceAssessment, DT.assessedDimension),
        tuple(
            Line(
                tuple(map(names.cell, values)),
                names.cell(thing),
                None,
                _evidence(facts, names, thing, (predicate,)),
            )
            for predicate in (DT.addressesValueType, DT.propositionValueType)
            for thing in facts.things
            if (values := facts.values(thing, predicate))
        ),
        _stated(facts, names, DT.ValueClaim, DT.claimedValueType),
        frozenset(name for predicate, name in _LINES.items() if predicate in silent),
        tuple(names.cell(one) for one in silent if one not in _LINES),
        tuple(names.cell(source) for source in cited if source is not None),
    )


def _named(facts: CaseFacts, names: Names, thing: Term) -> Line:
    return Line((names.cell(thing),), None, None, _evidence(facts, names, thing, (RDF.type,)))


def _stated(facts: CaseFacts, names: Names, kind: NamedNode, predicate: NamedNode) -> tuple[Line, ...]:
    """The statements of a class, with the values of a property of theirs."""
    return tuple(
        Line(
            tuple(map(names.cell, facts.values(one, predicate))),
            next((names.cell(of) for name in _OF for of in facts.values(one, name)), None),
            names.cell(period) if (period := facts.value(one, DT.assessmentPeriod)) else None,
            sources_of(facts.evidence(one, predicate), names),
        )
        for one in facts.statements_of(kind)
    )


def _evidence(
    facts: CaseFacts, names: Names, thing: Term, predicates: Iterable[NamedNode]
) -> tuple[Source, ...]:
    """What the values of some properties of a thing rest on, each statement once."""
    found: dict[NamedNode, Evidence] = {
        one.statement: one
        for predicate in predicates
        for value in facts.values(thing, predicate)
        for one in facts.evidence(thing, predicate, value)
    }
    return sources_of(found.values() or facts.evidence(thing, DT.concerns), names)
