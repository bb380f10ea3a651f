"""`/search`: one search over everything, as a page and as JSON; the box of every page leads here.

`q` is the text, `kind` narrows to a group of kinds, `start` makes pages. `/search.json` is the same for
programs; `limit` says how many, and the kind `dataset` is that of the catalogue's records.
`/opensearch.xml` lets a browser search here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from pyoxigraph import NamedNode

from ...loaders.matching.model import Thing
from ...loaders.matching.searching import LONGEST_TEXT, Found, search
from ...ontology.iris import BASE, DATA
from ...ontology.names import DT, OWL, SCHEMA, SKOS
from ...ontology.text import Language, Text
from ..catalog.records import RECORDS, Entry
from ..description import base_url
from ..in_force import BeingPreparedError, current
from ..language import reader_language
from ..parameters import decode_parameters, query_string, single
from ..sparql import conditional, with_cache_headers
from .current import current_index

blueprint = Blueprint("search", __name__)

ON_A_PAGE: Final = 20
DATASET: Final = "dataset"  # the kind, in JSON, of the records of the catalogue
DATASETS: Final = 5  # of the catalogue, below what else is found
MOST_STARTS: Final = 1_000
MOST_ANSWERS: Final = 50

# What a reader narrows a search to: name in the address, label, kinds.
GROUPS: Final[Mapping[str, tuple[Text, tuple[NamedNode, ...]]]] = {
    "territory": (Text("Territoires", "Territories"), (DT.Territory,)),
    "concept": (Text("Concepts", "Concepts"), (SKOS.Concept, SKOS.ConceptScheme)),
    "term": (
        Text("Classes et propriétés", "Classes and properties"),
        (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty),
    ),
    "case": (Text("Cas et projets", "Cases and projects"), (DT.CaseStudy, DT.DigitalProject)),
    "question": (Text("Questions", "Questions"), (SCHEMA.Question,)),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of kinds: how many things of it a search finds, and the address that narrows to it."""

    label: Text
    count: int
    href: str
    chosen: bool


@blueprint.get("/search")
def page() -> Response:
    """What a text finds, the whole of it or one group of kinds."""
    text = request.args.get("q", "").strip()[:LONGEST_TEXT]
    chosen = request.args.get("kind", "")
    start = min(max(0, request.args.get("start", 0, type=int)), ON_A_PAGE * MOST_STARTS)
    try:
        index = current_index()
    except BeingPreparedError as error:
        return _html(render_template("search.html", q=text, ready=False), 503, error.retry_after)
    found = search(index, text, _kinds(chosen), ON_A_PAGE, start)
    datasets = _datasets(text)
    near = search(index, text, limit=1).approximate
    of_groups = {name: search(index, text, _kinds(name), 1) for name in GROUPS if text}
    groups = [
        # What is nearly written so counts where nothing at all is written so.
        Group(GROUPS[name][0], of.total if of.approximate == near else 0, _href(text, name), name == chosen)
        for name, of in of_groups.items()
    ]
    return _html(
        render_template(
            "search.html",
            ready=True,
            q=text,
            found=found,
            start=start,
            groups=[group for group in groups if group.count or group.chosen],
            datasets=datasets[:DATASETS] if not start else (),
            datasets_count=len(datasets),
            catalogue="/catalog?" + urlencode({"q": text}),
            chosen=chosen if chosen in GROUPS else "",
            everything=_href(text, ""),
            earlier=_href(text, chosen, start - ON_A_PAGE) if start else None,
            later=_href(text, chosen, start + ON_A_PAGE) if start + ON_A_PAGE < found.total else None,
            page_of=page_of,
        )
    )


@blueprint.get("/search.json")
def as_json() -> Response:
    """The same for programs, and for the suggestions of the box."""
    parameters = decode_parameters(query_string(), ("q", "kind", "start", "limit", "lang"))
    text = (single(parameters, "q") or "").strip()[:LONGEST_TEXT]
    kind = single(parameters, "kind") or ""
    start = _number(single(parameters, "start"), 0)
    limit = min(_number(single(parameters, "limit"), 10), MOST_ANSWERS)
    language, base = reader_language(), base_url().rstrip("/")
    etag, unchanged = conditional("search.json", text, kind, start, limit, language, base)
    if unchanged:
        return unchanged
    if kind == DATASET:
        response = jsonify(_datasets_as_json(_datasets(text), text, start, limit, base))
    else:
        found = search(current_index(), text, _kinds(kind), limit, start)
        response = jsonify(_as_json(found, text, language, base))
    response.vary.update(("Accept-Language", "Cookie"))
    return with_cache_headers(response, etag) if etag else response


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """OpenSearch 1.1 description: https://github.com/dewitt/opensearch"""
    document = render_template("opensearch.xml", base=base_url().rstrip("/"))
    return Response(document, content_type="application/opensearchdescription+xml; charset=utf-8")


def page_of(thing: Thing | str) -> str:
    """The address, here, of the page of a thing of ours."""
    iri = thing if isinstance(thing, str) else thing.iri
    local = iri.removeprefix(BASE)
    if iri.startswith(f"{DATA}terr-"):
        return "/territories/" + iri.removeprefix(DATA)
    if iri.startswith(f"{DATA}case-"):
        return "/cases/" + iri.removeprefix(f"{DATA}case-")
    if local.startswith("ont#"):
        return "/terms/" + local.removeprefix("ont#")
    if local.startswith("voc/"):
        return "/terms/" + local.removeprefix("voc/")
    return "/" + local


def _as_json(found: Found, text: str, language: Language, base: str) -> dict[str, Any]:
    return {
        "query": text,
        "total": found.total,
        "approximate": found.approximate,
        "results": [
            {
                "id": thing.iri,
                "label": thing.label.in_language(language),
                "about": thing.about.in_language(language),
                "url": base + page_of(thing),
            }
            for thing in found.things
        ],
    }


def _datasets(text: str) -> Sequence[Entry]:
    """The records of the catalogue whose titles have all the words of a text."""
    records = current(RECORDS)
    return records.named(text) if records else ()


def _datasets_as_json(found: Sequence[Entry], text: str, start: int, limit: int, base: str) -> dict[str, Any]:
    return {
        "query": text,
        "total": len(found),
        "approximate": False,
        "results": [
            {
                "id": entry.dataset,
                "label": entry.title,
                "about": entry.words or "",
                "url": f"{base}/catalog?{urlencode({'dataset': entry.dataset})}",
            }
            for entry in found[start : start + limit]
        ],
    }


def _kinds(group: str) -> tuple[str, ...]:
    """The kinds of a group; none, for any, when there is no such group."""
    return tuple(kind.value for kind in GROUPS[group][1]) if group in GROUPS else ()


def _href(text: str, kind: str, start: int = 0) -> str:
    kept = {"q": text, "kind": kind, "start": str(start) if start > 0 else ""}
    return "/search?" + urlencode({name: value for name, value in kept.items() if value})


def _number(value: str | None, otherwise: int) -> int:
    if value and value.isascii() and value.isdigit():
        return min(int(value[:9]), ON_A_PAGE * MOST_STARTS)
    return otherwise


def _html(text: str, status: int = 200, retry: int | None = None) -> Response:
    response = make_response(text, status)
    if retry:
        response.headers["Retry-After"] = str(retry)
    return response
