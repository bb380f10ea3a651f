"""`/versions`: those that are kept; `/versions/N`: one of them; `/versions/N/sparql`: queries of it.

The query operation is that of `/sparql` (SPARQL 1.1 Protocol, 2.1), of a version that never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ...ontology.iris import GRAPH
from ...store.dumps.model import Dump, find_dump
from ...store.model import DatasetVersion
from .. import query_operation as operation
from ..description import base_url
from ..front import OUTCOME
from ..http_errors import MethodNotAllowedError
from ..parameters import FORM
from ..problems import wants_html
from ..query_operation import SPARQL_QUERY
from ..service import service
from ..sparql import METHODS, check_query, options, query_request, read_query, send
from .kept import kept_versions

blueprint = Blueprint("versions", __name__)


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph of a version; `before` is its size in the version before, None where that is not kept."""

    iri: str
    name: str
    quads: int
    before: int | None


@blueprint.get("/versions")
def versions() -> Response:
    """The versions that are kept, the newest first: a page, or JSON."""
    found = kept_versions()
    current = service().engine.version()
    kept = sorted(found.list(), key=lambda version: -version.number)
    number = current.number if current else None
    if wants_html():
        return make_response(render_template("versions.html", versions=kept, current=number))
    return _fresh(jsonify([_described(version, version.number == number) for version in kept]))


@blueprint.get("/versions/<int:number>")
def version(number: int) -> Response:
    """One version: when and how it came, its graphs, and what each had before."""
    found = kept_versions()
    one = found.get(number)
    earlier = max((other.number for other in found.list() if other.number < number), default=None)
    before = found.get(earlier).graphs if earlier else None
    names: list[str] = sorted({*one.graphs, *(before.keys() if before else ())})
    graphs = [
        Graph(
            iri,
            iri.removeprefix(GRAPH),
            one.graphs.get(iri, 0),
            None if before is None else before.get(iri, 0),
        )
        for iri in names
    ]
    current = service().engine.version()
    is_current = current is not None and current.number == number
    if not wants_html():
        facts = _described(one, is_current)
        return _fresh(jsonify({**facts, "graphs": dict(one.graphs), "before": earlier}))
    dump: Dump | None = find_dump(service().configuration.data_dir, number)
    return make_response(
        render_template(
            "version.html", version=one, graphs=graphs, earlier=earlier, current=is_current, dump=dump
        )
    )


@blueprint.route("/versions/<int:number>/sparql", methods=["GET", "POST", "OPTIONS"])
def query_version(number: int) -> BaseResponse:
    """The query operation over a version that is kept; without a query, the page of the version."""
    if request.method == "OPTIONS":
        return options(METHODS, SPARQL_QUERY, FORM)
    if request.method not in METHODS:
        raise MethodNotAllowedError(request.method, METHODS)
    kept_versions().get(number)
    asked = read_query()
    if asked is None:
        return redirect(f"/versions/{number}", 303)
    check_query(asked)
    plan = operation.plan_query(
        asked, request.headers.get("Accept", ""), request.headers.get("Accept-Encoding", "")
    )
    tag = operation.entity_tag(number, plan.tagged) if plan.tagged else None
    already = request.headers.get("If-None-Match")
    if tag and request.method in ("GET", "HEAD") and operation.has_already(already, tag):
        return Response(status=304, headers=operation.validators(tag, service().configuration))
    request.environ[OUTCOME] = "error"
    found = service().engine.query(replace(query_request(asked, plan.media_type), version=number))
    request.environ[OUTCOME] = "ok"
    response = Response(headers=operation.answer_headers(found, plan.tagged, service().configuration))
    send(response, found.body, plan.encoding)
    return response


def _described(version: DatasetVersion, current: bool) -> dict[str, Any]:
    address = f"{base_url()}versions/{version.number}"
    return {
        "number": version.number,
        "current": current,
        "created": version.created.isoformat(),
        "triples": version.quads,
        "note": version.note,
        "url": address,
        "sparql": f"{address}/sparql",
    }


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    return response
