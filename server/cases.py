"""The case studies as pages: their list, each with its sources and silences, and any of them side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request
from pyoxigraph import NamedNode

from ..ontology.names import DT, RDF, RDFS, SKOS
from ..store.model import Term
from .case_comparison import comparison, projects_drawn, study_years
from .case_facts import APPARATUS, CaseFacts, Evidence, all_cases, case_facts, find_case
from .case_scales import governance, leadership, value_types
from .naming import Names
from .rendering import Cell, translated
from .service import service
from .why import explanation_href

blueprint = Blueprint("cases", __name__)

MOST_COMPARED: Final = 24
_YEARS: Final = frozenset((DT.startYear, DT.endYear, DT.referenceYear))
# What is asked of each thing of a case, so that its absence is said: class -> properties.
EXPECTED: Final = {
    DT.DigitalProject: (DT.startYear, DT.endYear, DT.perimeterKind, DT.projectOwner),
    DT.InterviewCampaign: (DT.interviewCount, DT.interviewMode),
    DT.PopulationObservation: (DT.populationCount, DT.referenceYear),
}
_ORDER: Final = (DT.CaseStudy, DT.DigitalProject, DT.PopulationObservation, DT.DataCollection)


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


@blueprint.get("/cases")
def cases() -> str:
    """All cases, in a few words each."""
    engine = service().engine
    facts = [case_facts(engine, case) for case in all_cases(engine)]
    names = Names(engine, (term for one in facts for term in one.terms()))
    return render_template("cases.html", cases=comparison(facts, names, study_years(engine, facts)))


@blueprint.get("/cases/<name>")
def case(name: str) -> str:
    """One case: each fact with its source, and what is not stated."""
    engine = service().engine
    facts = case_facts(engine, find_case(engine, name))
    expected = (predicate for properties in EXPECTED.values() for predicate in properties)
    names = Names(engine, (*facts.terms(), *expected, *APPARATUS))
    for thing, kind, about in facts.unnamed():
        joined = translated(" : ", ": ").join(names.text(one) for one in (kind, about) if one)
        names.call(thing, joined)
    return render_template(
        "case.html",
        case=facts,
        title=names.text(facts.iri),
        entity=names.cell(facts.iri),
        sections=_sections(facts, names),
        not_stated=[names.cell(predicate) for predicate in facts.own(DT.notStated)],
        others=[one for one in all_cases(engine) if one != facts.iri],
    )


@blueprint.get("/cases/compare")
def compare() -> str:
    """The cases of the address side by side; all of them when it names none."""
    engine = service().engine
    every = all_cases(engine)
    asked = [name for name in request.args.getlist("case") if name][:MOST_COMPARED]
    chosen = list(dict.fromkeys(find_case(engine, name) for name in asked)) or list(every)[:MOST_COMPARED]
    facts = [case_facts(engine, one) for one in chosen]
    study = study_years(engine, facts)
    names = Names(engine, (*every, *(term for one in facts for term in one.terms())))
    return render_template(
        "compare.html",
        every=[(one.value.rpartition("case-")[2], names.text(one), one in chosen) for one in every],
        compared=comparison(facts, names, study),
        study=study,
        timeline=projects_drawn(facts, names, study),
        leadership=leadership(engine, facts),
        governance=governance(engine, facts),
        value_types=value_types(engine),
    )


def _sections(facts: CaseFacts, names: Names) -> list[Section]:
    shown = {
        **facts.things,
        **{one: facts.statements[one] for one in facts.statements_of(DT.PopulationObservation)},
    }

    def rank(thing: NamedNode) -> tuple[int, str]:
        kinds = shown[thing].get(RDF.type, ())
        found = [at for at, kind in enumerate(_ORDER) if kind in kinds]
        return (found[0] if found else len(_ORDER), thing.value)

    return [_section(facts, thing, names) for thing in sorted(shown, key=rank)]


def _section(facts: CaseFacts, thing: NamedNode, names: Names) -> Section:
    stated = facts.things.get(thing) or facts.statements[thing]
    kinds = stated.get(RDF.type, ())
    expected = (one for kind in kinds for one in EXPECTED.get(_as_node(kind), ()))
    return Section(
        names.cell(thing),
        tuple(names.cell(kind) for kind in kinds if kind != DT.Statement and _is_ours(kind)),
        tuple(
            _fact(facts, thing, predicate, value, names)
            for predicate, values in stated.items()
            if predicate not in APPARATUS and predicate not in (RDFS.label, SKOS.note)
            for value in values
        ),
        tuple(names.cell(predicate) for predicate in expected if predicate not in stated),
    )


def _fact(facts: CaseFacts, thing: NamedNode, predicate: NamedNode, value: Term, names: Names) -> Fact:
    return Fact(
        names.cell(predicate),
        names.cell(value, grouped=predicate not in _YEARS),
        tuple(_sources(facts.evidence(thing, predicate, value), names)),
        explanation_href(thing, predicate, value),
        predicate == DT.inPopulationBand,
    )


def _sources(evidence: Iterable[Evidence], names: Names) -> Iterable[Source]:
    for one in evidence:
        notes = [names.cell(note) for note in one.notes]
        yield Source(
            names.cell(one.source),
            one.place,
            one.on_page,
            one.quote.value if one.quote else None,
            one.quote.language if one.quote else None,
            names.cell(one.status),
            tuple(note.text for note in notes if note.language is None),
        )


def _as_node(term: Term) -> NamedNode:
    return term if isinstance(term, NamedNode) else RDF.nil


def _is_ours(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(DT.NAMESPACE)
