"""What is covered: how many things of each class have each property, by source, and what no case states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, render_template
from pyoxigraph import NamedNode

from ..ontology.iris import graph_iri
from ..ontology.names import DT
from .case_facts import all_cases, case_facts
from .coverage_reading import COVERAGE, CoveredClass
from .in_force import current
from .naming import Names
from .rendering import Cell, being_made
from .service import service

blueprint = Blueprint("coverage", __name__)

HEATS: Final = 5  # shades beyond nothing; pages.css has one rule for each


@dataclass(frozen=True, slots=True)
class Heat:
    """How many things have a property in a source, and how warm that is: from 1 to HEATS, 0 for none."""

    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Table:
    """One class: a row for each property, a column for each source that states any of them."""

    name: str
    kind: Cell
    things: int
    sources: tuple[Cell, ...]
    rows: tuple[tuple[Cell, tuple[Heat, ...]], ...]


@blueprint.get("/coverage")
def coverage() -> Response | str:
    """The whole of it, once it has been counted."""
    engine = service().engine
    found = current(COVERAGE)
    if found is None:
        return being_made(render_template("coverage.html", ready=False))
    cases = [case_facts(engine, case) for case in all_cases(engine)]
    # What every case is said not to state, and what the ontology allows that no case uses.
    shared = set.intersection(*(set(one.own(DT.notStated)) for one in cases)) if cases else set()
    sources = {source: graph_iri(source) for source in found.sources}
    iris = {iri for one in found.classes for iri in (one.iri, *one.properties)}
    iris |= {iri for pair in found.silences for iri in pair}
    names = Names(engine, (*map(NamedNode, sorted(iris)), *sources.values(), *shared))
    return render_template(
        "coverage.html",
        ready=True,
        tables=[_table(one, sources, names) for one in found.classes],
        cases=len(cases),
        shared=[names.cell(one) for one in sorted(shared, key=str)],
        silences=[tuple(names.cell(NamedNode(iri)) for iri in pair) for pair in found.silences],
        heats=range(1, HEATS + 1),
    )


def _table(one: CoveredClass, sources: dict[str, NamedNode], names: Names) -> Table:
    columns = sorted({source for counts in one.properties.values() for source in counts})
    rows = sorted(one.properties.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return Table(
        one.iri.removeprefix(DT.NAMESPACE),
        names.cell(NamedNode(one.iri)),
        one.things,
        tuple(names.cell(sources[source]) for source in columns),
        tuple(
            (
                names.cell(NamedNode(name)),
                tuple(_heat(counts.get(source, 0), one.things) for source in columns),
            )
            for name, counts in rows
        ),
    )


def _heat(count: int, things: int) -> Heat:
    share = min(1.0, count / things) if things else 0.0
    return Heat(count, 0 if not count else max(1, round(share * HEATS)))
