"""The case studies as pages: their list, each with its sources and silences, and any of them side by side."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request

from ..ontology.names import DT
from .case_comparison import comparison, projects_drawn, study_drawn, study_years
from .case_facts import APPARATUS, all_cases, case_facts, find_case
from .case_scales import governance, leadership, value_types
from .case_sections import EXPECTED, sections
from .case_summary import summary
from .naming import Names
from .service import service

blueprint = Blueprint("cases", __name__)

MOST_COMPARED: Final = 24


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
    studies = study_years(engine, [facts])
    found = sections(facts, names)
    return render_template(
        "case.html",
        case=facts,
        title=names.text(facts.iri),
        entity=names.cell(facts.iri),
        short=summary(facts, names, studies),
        study=study_drawn(studies),
        timeline=projects_drawn([facts], names, studies),
        sections=[one for one in found if one.facts or one.silences],
        only_named=[one for one in found if not (one.facts or one.silences)],
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
    studies = study_years(engine, facts)
    names = Names(engine, (*every, *(term for one in facts for term in one.terms())))
    return render_template(
        "compare.html",
        every=[(one.value.rpartition("case-")[2], names.text(one), one in chosen) for one in every],
        compared=comparison(facts, names, studies),
        study=study_drawn(studies),
        timeline=projects_drawn(facts, names, studies),
        leadership=leadership(engine, facts),
        governance=governance(engine, facts),
        value_types=value_types(engine, facts),
    )
