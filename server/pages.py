"""The first page: what this is, what it holds, and ways in."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template
from pyoxigraph import NamedNode

from ..ontology.names import DT
from ..queries.cells import heading
from .contents import Contents, current_contents
from .daily_question import question_of_the_day
from .in_force import current
from .language import reader_language
from .questions import answer_rows
from .service import service
from .territories.gazetteer import GAZETTEER, KINDS

blueprint = Blueprint("pages", __name__)

# The things that the first page counts aloud; its template has their names in the plural.
COUNTED: Final = (
    DT.CaseStudy,
    DT.MunicipalTerritory,
    DT.IntermunicipalTerritory,
    DT.DepartmentTerritory,
    DT.RegionTerritory,
    DT.Indicator,
)


@blueprint.get("/")
def home() -> str:
    """What this is, ways in, a question with its answer, and what the graph holds."""
    made = service()
    contents = current_contents()
    daily = None
    if contents:
        folder = made.configuration.data_dir
        daily = question_of_the_day(made.engine, folder, contents.version, reader_language())
    return render_template(
        "home.html",
        contents=contents,
        counted=_counted(contents),
        classes=sorted(contents.classes, key=lambda one: _rank(one.iri))
        if contents and contents.counts
        else (),
        daily=daily,
        headings=[heading(column, reader_language()) for column in daily.query.columns] if daily else [],
        rows=answer_rows(daily) if daily else [],
    )


def _rank(iri: str) -> int:
    """What readers look for first: what is counted aloud, then the ontology's classes, then the others."""
    if NamedNode(iri) in COUNTED:
        return COUNTED.index(NamedNode(iri))
    return len(COUNTED) + (not iri.startswith(DT.NAMESPACE))


def _counted(contents: Contents | None) -> list[tuple[str, int]]:
    """How many cases, territories and indicators there are, by the local name of their class.

    Territories are those of today, without those of the cases, which are nowhere on the map.
    """
    gazetteer = current(GAZETTEER)
    if not (contents and contents.counts and gazetteer):
        return []
    counts = {NamedNode(iri): count for iri, count in contents.counts.classes.items()}
    counts.update({kind: gazetteer.counts.get(kind, 0) for kind in KINDS})
    return [
        (kind.value.removeprefix(DT.NAMESPACE), count) for kind in COUNTED if (count := counts.get(kind, 0))
    ]
