"""A case in short: populations, years, perimeter, owners, methods, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ..ontology.names import DT
from ..store.model import Term
from .case_comparison import Method, Population, Project, comparison
from .case_facts import CaseFacts, Evidence
from .case_sections import Source, sources_of
from .naming import Names
from .rendering import Cell


@dataclass(frozen=True, slots=True)
class ProjectInShort:
    project: Project
    years: tuple[Source, ...]
    perimeter: tuple[Source, ...]
    owners: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reader asks first of a case. Nothing in a tuple: the source states nothing."""

    populations: tuple[tuple[Population, tuple[Source, ...]], ...]
    projects: tuple[ProjectInShort, ...]
    methods: tuple[tuple[Method, tuple[Source, ...]], ...]
    not_stated: tuple[Cell, ...]
    sources: tuple[Cell, ...]  # all that the case is known from


def summary(facts: CaseFacts, names: Names, study: tuple[int, int] | None) -> Summary:
    """The case as a column of the comparison, with the evidence of each of its lines."""
    (compared,) = comparison([facts], names, study)
    observed = [one for territory in facts.own(DT.caseTerritory) for one in facts.observations_of(territory)]
    projects, methods = facts.own(DT.caseProject), facts.own(DT.hasDataCollection)
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
        compared.not_stated,
        tuple(names.cell(source) for source in cited if source is not None),
    )


def _evidence(
    facts: CaseFacts, names: Names, thing: Term, predicates: Iterable[NamedNode]
) -> tuple[Source, ...]:
    """What the values of some properties of a thing rest on, each statement once."""
    found: dict[NamedNode, Evidence] = {
        one.statement: one
        for predicate in predicates
        if facts.values(thing, predicate)
        for value in facts.values(thing, predicate)
        for one in facts.evidence(thing, predicate, value)
    }
    return sources_of(found.values() or facts.evidence(thing, DT.concerns), names)
