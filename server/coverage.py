"""What is covered: how many things of each class each source states, which properties they have, and what no
case states; as a page, and the same numbers as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from ..ontology.errors import NotFoundError
from ..ontology.iris import graph_iri
from ..ontology.names import DT, RDFS
from ..ontology.text import Text
from .case_facts import all_cases, case_facts
from .coverage_reading import COVERAGE, Coverage, CoveredClass
from .in_force import current
from .naming import Names
from .rendering import Cell, being_made, short_iri
from .service import service
from .terms.lexicon import LEXICON

blueprint = Blueprint("coverage", __name__)

HEATS: Final = 5  # shades beyond nothing; pages.css has one rule for each


@dataclass(frozen=True, slots=True)
class Heat:
    """A count of things and how warm it is: from 1 to HEATS, 0 for none."""

    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Row:
    """A class or a property, and its count in each source. `name`: of a class, in the page's address."""

    name: str
    term: Cell
    things: int
    counts: tuple[Heat, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by source: one for each class of a module, or for each property of a class. `sources`: each with
    the things of the class that it states, where it states any."""

    title: Cell | None
    things: int
    sources: tuple[tuple[Cell, int | None], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """One number as data. `property` None: things of the class in the source; else those that have it."""

    class_iri: str
    class_label: str
    property: str | None
    property_label: str | None
    source: str
    source_label: str
    things: int
    things_of_class: int


@blueprint.get("/coverage")
def coverage() -> Response | str:
    """Classes by source; the properties of the class that the address names; what no case states."""
    engine = service().engine
    found = current(COVERAGE)
    if found is None:
        return being_made(render_template("coverage.html", ready=False))
    chosen = _chosen(found)
    cases = [case_facts(engine, case) for case in all_cases(engine)]
    # What every case is said not to state, and what the ontology allows that no case uses.
    shared = set.intersection(*(set(one.own(DT.notStated)) for one in cases)) if cases else set()
    silent = {NamedNode(iri) for pair in found.silences for iri in pair}
    modules = _modules(found)
    sources = sorted({source for one in found.classes for source in one.sources})
    names = _names(found, (*shared, *silent, *(NamedNode(iri) for iri in modules if iri)))
    return render_template(
        "coverage.html",
        ready=True,
        modules=[_by_class(iri, of, sources, names) for iri, of in modules.items()],
        adding=[names.cell(graph_iri(source)) for source in found.sources if source not in sources],
        chosen=_by_property(chosen, names) if chosen else None,
        chosen_name=_name(chosen) if chosen else None,
        cases=len(cases),
        shared=[names.cell(one) for one in sorted(shared, key=str)],
        silences=[tuple(names.cell(NamedNode(iri)) for iri in pair) for pair in found.silences],
        heats=range(1, HEATS + 1),
    )


@blueprint.get("/coverage.<any(csv, json):form>")
def coverage_data(form: str) -> Response:
    """The numbers of the page, of all classes or of the one that the address names."""
    found = current(COVERAGE)
    if found is None:
        return being_made("")
    chosen = _chosen(found)
    rows = [asdict(one) for one in _counts([chosen] if chosen else found.classes, _names(found))]
    if form == "json":
        return Response(json.dumps(rows, ensure_ascii=False), mimetype="application/json")
    out = io.StringIO()
    writer = csv.DictWriter(out, [one.name for one in fields(Count)])  # RFC 4180: CRLF ends a row
    writer.writeheader()
    writer.writerows(rows)
    return Response(out.getvalue(), mimetype="text/csv")


def _name(one: CoveredClass) -> str:
    """What a class is called in an address: `CaseStudy`, `dcat:Dataset`."""
    return short_iri(one.iri).removeprefix("dt:")


def _chosen(found: Coverage) -> CoveredClass | None:
    """The class that the address names, if any; NotFoundError when nothing is stated to be of it."""
    name = request.args.get("class", "")
    if not name:
        return None
    for one in found.classes:
        if name in (_name(one), one.iri):
            return one
    shown = name[:80]
    raise NotFoundError(
        Text(
            f"Aucune chose énoncée n’est de la classe « {shown} ».", f"No thing stated is of class “{shown}”."
        ),
        Text(
            "La page de ce qui est couvert liste les classes.",
            "The page of what is covered lists the classes.",
        ),
    )


def _names(found: Coverage, more: Iterable[NamedNode] = ()) -> Names:
    terms = {iri for one in found.classes for iri in (one.iri, *one.properties)}
    return Names(service().engine, (*map(NamedNode, sorted(terms)), *map(graph_iri, found.sources), *more))


def _modules(found: Coverage) -> dict[str, list[CoveredClass]]:
    """The classes by the IRI of their module, the module with the most things first; "" for no module."""
    lexicon = current(LEXICON)
    modules: dict[str, list[CoveredClass]] = defaultdict(list)
    for one in found.classes:
        entry = lexicon.find(one.iri) if lexicon else None
        modules[(entry.value(RDFS.isDefinedBy) if entry else None) or ""].append(one)
    return dict(sorted(modules.items(), key=lambda item: (not item[0], -sum(one.things for one in item[1]))))


def _by_class(module: str, classes: Iterable[CoveredClass], sources: Sequence[str], names: Names) -> Table:
    """Shades by magnitude: units, tens, hundreds, thousands, more."""
    rows = [
        Row(
            _name(one),
            names.cell(NamedNode(one.iri)),
            one.things,
            tuple(
                Heat(count, min(HEATS, len(str(count))) if count else 0)
                for source in sources
                for count in [one.sources.get(source, 0)]
            ),
        )
        for one in classes
    ]
    title = names.cell(NamedNode(module)) if module else None
    columns = tuple((names.cell(graph_iri(source)), None) for source in sources)
    return Table(title, sum(row.things for row in rows), columns, tuple(rows))


def _by_property(one: CoveredClass, names: Names) -> Table:
    """Shades by the share of the things of the class that the source states; of all, where it states none."""
    columns = sorted({source for counts in one.properties.values() for source in counts})
    rows = sorted(one.properties.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return Table(
        names.cell(NamedNode(one.iri)),
        one.things,
        tuple((names.cell(graph_iri(source)), one.sources.get(source)) for source in columns),
        tuple(
            Row(
                name,
                names.cell(NamedNode(name)),
                max(counts.values()),
                tuple(
                    _share(counts.get(source, 0), one.sources.get(source, one.things)) for source in columns
                ),
            )
            for name, counts in rows
        ),
    )


def _share(count: int, things: int) -> Heat:
    share = min(1.0, count / things) if things else 0.0
    return Heat(count, 0 if not count else max(1, round(share * HEATS)))


def _counts(classes: Iterable[CoveredClass], names: Names) -> Iterable[Count]:
    for one in classes:
        of_class = one.iri, names.text(NamedNode(one.iri))
        lines = [(None, one.sources), *sorted(one.properties.items())]
        for name, counts in lines:
            label = names.text(NamedNode(name)) if name else None
            for source, things in sorted(counts.items()):
                graph = graph_iri(source)
                yield Count(*of_class, name, label, graph.value, names.text(graph), things, one.things)
