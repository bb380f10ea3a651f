"""The page of SPARQL: the query, and its answer as a table, a chart, a map or a network.

It works without JavaScript, as a form and its answer; with it, the text becomes an editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, cast
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request
from pyoxigraph import BlankNode, Literal, NamedNode

from ...ontology.errors import DigiTerrError
from ...ontology.names import DT, XSD
from ...queries.cells import number
from ...queries.charts.specification import VIEWS, views_of
from ...queries.model import View
from ...queries.results import turtle
from ...store.model import ResultForm, Term
from ..contents import Row, current_contents
from ..description import base_url
from ..front import OUTCOME
from ..parameters import single
from ..problems import problem_document, wants_html
from ..query_operation import RESULT_FORMS, Asked
from ..rendering import PREFIXES, Cell, local_href, short_iri
from ..service import service
from .answers import first_rows
from .examples import example, question_of, shelves
from .exports import ROWS_OF_A_CHART
from .snippets import Columns, Snippet, columns_of, of_graph, of_query

ROWS_ON_A_PAGE: Final = 500
_LONGEST_ADDRESS: Final = 8000  # characters of a link; a longer query has no address, and so no picture
# The formats that a page offers, by their short names.
_DOWNLOADS: Final[Mapping[ResultForm, tuple[tuple[str, str], ...]]] = {
    "bindings": (("csv", "CSV"), ("json", "JSON"), ("xlsx", "XLSX"), ("tsv", "TSV"), ("xml", "XML")),
    "boolean": (("json", "JSON"), ("xml", "XML")),
    "graph": (
        ("turtle", "Turtle"),
        ("jsonld", "JSON-LD"),
        ("ntriples", "N-Triples"),
        ("rdfxml", "RDF/XML"),
        ("xlsx", "XLSX"),
    ),
}
_FIRST: Final = tuple(
    term.value
    for term in (
        DT.CaseStudy, DT.DigitalProject, DT.MunicipalTerritory, DT.IntermunicipalTerritory,
        DT.DepartmentTerritory, DT.RegionTerritory, DT.Indicator, DT.PopulationObservation, DT.PublicPower,
    )
)  # fmt: skip
EXAMPLE: Final = """\
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?case ?label WHERE {
  ?case a dt:CaseStudy ;
    rdfs:label ?label .
}
ORDER BY ?case
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the page: `truth` of an ASK, the `turtle` of a graph, `rows` under `variables` else.

    `labels` are those of the IRIs in the rows, `figures` the places of the columns that hold numbers.
    """

    version: int
    view: View
    views: tuple[View, ...]
    more: bool
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    figures: frozenset[int] = frozenset()
    columns: Columns = field(default_factory=Columns)
    truth: bool | None = None
    turtle: str | None = None


def opening_page() -> Response:
    """The page before anything is asked; with `example`, the answer to the query of that name."""
    name = request.args.get("example")
    if not name:
        return query_form_page()
    kept = {"format": "html"} if wants_html() else {}
    kept |= {key: value for key, value in request.args.items() if key != "example"}
    response = redirect(f"/sparql?{urlencode({'query': example(name), **kept})}", 303)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return make_response(response)


def query_form_page(asked: Asked | None = None, error: DigiTerrError | None = None) -> Response:
    """The SPARQL form; for a program that sends no query, the description of the service."""
    if not wants_html() and error is None:
        from ..description import service_description

        return service_description()
    page = _render(asked, error=error)
    response = make_response(page, error.status if error else 200)
    response.content_type = "text/html; charset=utf-8"
    return response


def result_page(asked: Asked) -> Response:
    """The answer to a query as a page. An error keeps the text of the query."""
    try:
        shown = _shown(asked)
    except DigiTerrError as error:
        request.environ[OUTCOME] = "error"
        return query_form_page(asked, error)
    return make_response(_render(asked, shown))


def link(asked: Asked, **changed: str | None) -> str | None:
    """The address of an answer, with other parameters; None when it would be too long for one."""
    kept = {name: values for name, values in asked.parameters.items() if name not in changed}
    pairs = [(name, value) for name, values in kept.items() for value in values if name != "query"]
    pairs += [(name, value) for name, value in changed.items() if value is not None]
    address = f"/sparql?{urlencode([('query', asked.text), *pairs])}"
    return address if len(address) <= _LONGEST_ADDRESS else None


def _shown(asked: Asked) -> Shown:
    graph = asked.form in ("CONSTRUCT", "DESCRIBE")
    answer = first_rows(asked, ROWS_OF_A_CHART if graph else ROWS_ON_A_PAGE)
    views = views_of(service().engine, answer)
    view = cast("View", single(asked.parameters, "view") or "table")
    view = view if view in views else "table"
    rows = answer.rows[:ROWS_ON_A_PAGE]
    shown = Shown(
        answer.version,
        view,
        views,
        answer.more or len(answer.rows) > ROWS_ON_A_PAGE,
        tuple(column.name for column in answer.query.columns),
        tuple(tuple(_cell(term) for term in row) for row in rows),
        answer.labels,
        frozenset(i for row in rows for i, term in enumerate(row) if number(term) is not None),
        columns_of((column.name for column in answer.query.columns), rows),
    )
    match RESULT_FORMS[asked.form] if asked.form else None:
        case "boolean":
            term = answer.rows[0][0]
            return replace(shown, truth=isinstance(term, Literal) and term.value == "true", views=("table",))
        case "graph":
            return replace(shown, turtle=turtle(answer.rows))
        case _:
            return shown


def _cell(term: Term | None) -> Cell | None:
    match term:
        case None:
            return None
        case NamedNode():
            iri = term.value
            return Cell(short_iri(iri), local_href(iri), title=iri)
        case BlankNode():
            return Cell(f"_:{term.value}")
        case Literal():
            datatype = None if term.datatype == XSD.string or term.language else term.datatype.value
            return Cell(term.value, None, term.language, short_iri(datatype) if datatype else None)


def _rank(row: Row) -> int:
    """What readers come for first; the others stay by their number."""
    return _FIRST.index(row.iri) if row.iri in _FIRST else len(_FIRST)


def _snippets(asked: Asked, shown: Shown) -> tuple[Snippet, ...]:
    endpoint = f"{base_url()}sparql"
    if asked.form in ("CONSTRUCT", "DESCRIBE"):
        return of_graph(endpoint, asked.text)
    return of_query(endpoint, asked.text, shown.columns)


def _render(asked: Asked | None, shown: Shown | None = None, error: DigiTerrError | None = None) -> str:
    alone = bool(asked and single(asked.parameters, "alone") and shown)
    contents = None if alone else current_contents()
    return render_template(
        "sparql.html",
        query=asked.text if asked else EXAMPLE,
        question=question_of(asked.text) if asked else None,
        alone=alone,
        contents=contents,
        classes=sorted(contents.classes, key=_rank) if contents else (),
        prefixes=PREFIXES,
        shelves=shelves(),
        problem=problem_document(error) if error else None,
        error=error,
        shown=shown,
        names=VIEWS,
        link=(lambda **changed: link(asked, **changed)) if asked else None,
        snippets=_snippets(asked, shown) if asked and shown else (),
        downloads=_DOWNLOADS[RESULT_FORMS[asked.form] if asked and asked.form else "bindings"],
        limit=service().configuration.query_timeout,
    )
