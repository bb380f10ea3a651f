"""The pages people read: the first page, the stored questions, the SPARQL form and its results.

They work without JavaScript: every question is a link or a form, and its answer a page.
"""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request
from pyoxigraph import NamedNode

from ..ontology.errors import DigiTerrError
from ..ontology.names import DT
from ..queries.cells import heading
from ..store.model import QueryRequest
from .contents import Contents
from .daily_question import question_of_the_day
from .front import OUTCOME
from .kept_readings import current
from .language import reader_language
from .negotiation import JSON, TURTLE
from .problems import problem_document, wants_html
from .questions import answer_rows
from .rendering import Cell, local_href, short_iri
from .service import service
from .sparql import RESULT_FORMS, Asked, query_request
from .territories.gazetteer import GAZETTEER, KINDS

blueprint = Blueprint("pages", __name__)

ROWS_ON_A_PAGE: Final = 500
GRAPH_TEXT_ON_A_PAGE: Final = 200_000
# The things that the first page counts aloud; its template has their names in the plural.
COUNTED: Final = (
    DT.CaseStudy,
    DT.MunicipalTerritory,
    DT.IntermunicipalTerritory,
    DT.DepartmentTerritory,
    DT.RegionTerritory,
    DT.Indicator,
)
EXAMPLE: Final = """\
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?case ?label WHERE {
  ?case a dt:CaseStudy ;
    rdfs:label ?label .
}
ORDER BY ?case
"""


@blueprint.get("/")
def home() -> str:
    """What this is, ways in, a question with its answer, and what the graph holds."""
    made = service()
    contents = made.counter.contents()
    daily = None
    if contents:
        folder = made.configuration.data_dir
        daily = question_of_the_day(made.engine, folder, contents.version, reader_language())
    return render_template(
        "home.html",
        contents=contents,
        counted=_counted(contents),
        daily=daily,
        headings=[heading(column, reader_language()) for column in daily.query.columns] if daily else [],
        rows=answer_rows(daily) if daily else [],
    )


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


def query_form_page(asked: Asked | None = None, error: DigiTerrError | None = None) -> Response:
    """The SPARQL form; for a program that sends no query, the description of the service."""
    if not wants_html() and error is None:
        from .description import service_description

        return service_description()
    text = asked.text if asked else EXAMPLE
    page = render_template(
        "sparql.html",
        query=text,
        problem=problem_document(error) if error else None,
        error=error,
        result=None,
    )
    response = make_response(page, error.status if error else 200)
    response.content_type = "text/html; charset=utf-8"
    return response


def result_page(asked: Asked) -> Response:
    """The answer to a query as a page: a table, yes or no, or Turtle. An error keeps the query's text."""
    form = RESULT_FORMS[asked.form] if asked.form else "bindings"
    media_type = TURTLE if form == "graph" else JSON
    wanted = query_request(asked, media_type)
    rows = min(ROWS_ON_A_PAGE + 1, wanted.row_limit or ROWS_ON_A_PAGE + 1)
    wanted = QueryRequest(
        wanted.text, wanted.default_graphs, wanted.named_graphs, wanted.accept, wanted.timeout,
        rows if form == "bindings" else wanted.row_limit,
    )  # fmt: skip
    request.environ[OUTCOME] = "error"
    try:
        answer = service().engine.query(wanted)
        result = _graph_text(answer.body) if form == "graph" else _table(b"".join(answer.body))
    except DigiTerrError as error:
        return query_form_page(asked, error)
    request.environ[OUTCOME] = "ok"
    page = render_template(
        "sparql.html", query=asked.text, problem=None, result=result, version=answer.version
    )
    return make_response(page)


def _table(body: bytes) -> dict[str, Any]:
    document = json.loads(body)
    if "boolean" in document:
        return {"boolean": document["boolean"]}
    variables = document["head"]["vars"]
    bindings = document["results"]["bindings"]
    return {
        "variables": variables,
        "rows": [
            [_cell(binding.get(variable)) for variable in variables] for binding in bindings[:ROWS_ON_A_PAGE]
        ],
        "more": len(bindings) > ROWS_ON_A_PAGE,
    }


def _cell(term: dict[str, str] | None) -> Cell | None:
    if term is None:
        return None
    value = term["value"]
    match term["type"]:
        case "uri":
            return Cell(short_iri(value), local_href(value), title=value)
        case "bnode":
            return Cell(f"_:{value}")
        case _:
            datatype = term.get("datatype")
            return Cell(value, None, term.get("xml:lang"), short_iri(datatype) if datatype else None)


def _graph_text(body: Any) -> dict[str, Any]:
    text = bytearray()
    for chunk in body:
        text += chunk
        if len(text) > GRAPH_TEXT_ON_A_PAGE:
            body.close()
            break
    return {
        "turtle": bytes(text[:GRAPH_TEXT_ON_A_PAGE]).decode("utf-8", "replace"),
        "more": len(text) > GRAPH_TEXT_ON_A_PAGE,
    }
