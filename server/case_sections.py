"""A case fact by fact: each thing of it, what is stated of it and where, and what the source does not say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.names import DT, RDF, RDFS, SKOS
from ..store.model import Term
from .case_facts import APPARATUS, TELLING, CaseFacts, Evidence
from .naming import Names
from .rendering import Cell
from .why import explanation_href

_YEARS: Final = frozenset((DT.startYear, DT.endYear, DT.referenceYear))
# What is asked of each thing of a case, so that its absence is said: class -> properties.
EXPECTED: Final = {
    DT.DigitalProject: (DT.startYear, DT.endYear, DT.perimeterKind, DT.projectOwner),
    DT.InterviewCampaign: (DT.interviewCount, DT.interviewMode),
    DT.PopulationObservation: (DT.populationCount, DT.referenceYear),
}
_ORDER: Final = (DT.CaseStudy, DT.DigitalProject, *TELLING, DT.DataCollection)


@dataclass(frozen=True, slots=True)
class Source:
    """Evidence as it is read: a source and a place in it, the words, how it is known."""

    source: Cell
    place: str | None
    on_page: bool
    quote: str | None
    quote_language: str | None
    status: Cell
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    property: Cell
    value: Cell
    sources: tuple[Source, ...]
    why: str
    inferred: bool  # it follows from what is stated: no source says it


@dataclass(frozen=True, slots=True)
class Section:
    """A thing of the case: what it is, the facts, and what the source does not say of it."""

    thing: Cell
    kinds: tuple[Cell, ...]
    facts: tuple[Fact, ...]
    silences: tuple[Cell, ...]


def sections(facts: CaseFacts, names: Names) -> list[Section]:
    """The things of a case: the case itself, its projects, populations and methods, then the others."""
    shown = {
        **facts.things,
        **{one: facts.statements[one] for kind in TELLING for one in facts.statements_of(kind)},
    }

    def rank(thing: NamedNode) -> tuple[int, str]:
        kinds = shown[thing].get(RDF.type, ())
        found = [at for at, kind in enumerate(_ORDER) if kind in kinds]
        return (found[0] if found else len(_ORDER), thing.value)

    return [_section(facts, thing, names) for thing in sorted(shown, key=rank)]


def sources_of(evidence: Iterable[Evidence], names: Names) -> tuple[Source, ...]:
    """Evidence as it is read; notes in the reader's language."""
    return tuple(
        Source(
            names.cell(one.source),
            one.place,
            one.on_page,
            one.quote.value if one.quote else None,
            one.quote.language if one.quote else None,
            names.cell(one.status),
            tuple(note.text for note in map(names.cell, one.notes) if note.language is None),
        )
        for one in evidence
    )


def _section(facts: CaseFacts, thing: NamedNode, names: Names) -> Section:
    stated = facts.things.get(thing) or facts.statements[thing]
    kinds = [kind for kind in stated.get(RDF.type, ()) if isinstance(kind, NamedNode)]
    expected = [one for kind in kinds for one in EXPECTED.get(kind, ())]
    told = [one for one in stated if one not in APPARATUS and one not in (RDFS.label, SKOS.note)]
    # What is asked of every thing of the kind comes first, in the order in which it is asked.
    told.sort(key=lambda one: expected.index(one) if one in expected else len(expected))
    return Section(
        names.cell(thing),
        tuple(
            names.cell(kind) for kind in kinds if kind != DT.Statement and kind.value.startswith(DT.NAMESPACE)
        ),
        tuple(_fact(facts, thing, one, value, names) for one in told for value in stated[one]),
        tuple(names.cell(predicate) for predicate in expected if predicate not in stated),
    )


def _fact(facts: CaseFacts, thing: NamedNode, predicate: NamedNode, value: Term, names: Names) -> Fact:
    return Fact(
        names.cell(predicate),
        names.cell(value, grouped=predicate not in _YEARS),
        sources_of(facts.evidence(thing, predicate, value), names),
        explanation_href(thing, predicate, value),
        predicate == DT.inPopulationBand,
    )
