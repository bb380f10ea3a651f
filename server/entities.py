"""Linked data: each thing of the graph has its page and its data at its own address.

`/id/...`, `/voc/...` and `/graph/...` answer 303 to the document about the thing, in the format that
the client wants; `/ont` is itself a document, since its terms are fragments of it.
Cool URIs for the Semantic Web, section 4.2: https://www.w3.org/TR/cooluris/#r303gendocument
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as WsgiResponse

from ..ontology.iris import BASE, graph_iri, own_iri
from ..ontology.names import DT, RDF, RDFS, SKOS
from ..queries.labels import iris_in, labels_of
from ..store.model import Term
from .entity_data import FORMATS, about, exists, graph, nothing_about
from .language import reader_language
from .negotiation import GRAPH_ALIASES, GRAPH_FORMATS, HTML, negotiate
from .rendering import Cell, local_href, readable
from .service import service
from .terms.modules import ontology_page
from .terms.page import concept_page
from .why import explanation_href

blueprint = Blueprint("entities", __name__)

_SUFFIXES: Final = {"html": HTML, **FORMATS}
_SUFFIX_OF: Final = {media_type: suffix for suffix, media_type in _SUFFIXES.items()}
_OFFERED: Final = (*GRAPH_FORMATS, HTML)
_MOST_STATEMENTS: Final = 2_000
_MOST_MENTIONS: Final = 200
_STATEMENTS: Final = f"""
SELECT DISTINCT ?property ?value ?graph WHERE {{ GRAPH ?graph {{ ?thing ?property ?value }} }}
LIMIT {_MOST_STATEMENTS}
"""
_MENTIONS: Final = f"""
SELECT DISTINCT ?property ?subject ?graph WHERE {{ GRAPH ?graph {{ ?subject ?property ?thing }} }}
LIMIT {_MOST_MENTIONS}
"""

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A property of a thing and its values, each with the graphs that state it, and why they do."""

    property: Cell
    values: tuple[tuple[Cell, tuple[Cell, ...], str], ...]  # value, graphs, address of its explanation


@blueprint.get("/id/<path:name>")
@blueprint.get("/voc/<path:name>")
@blueprint.get("/graph/<path:name>")
def thing(name: str) -> WsgiResponse:
    """A thing is not a document: 303 to the one about it, unless the address already names that one."""
    stem, _, suffix = name.rpartition(".")
    kind = request.path.split("/")[1]
    if stem and suffix in _SUFFIXES:
        return document(f"{kind}/{stem}", _SUFFIXES[suffix])
    response = redirect(f"/{kind}/{name}.{_SUFFIX_OF[_wanted()]}", 303)
    response.vary.update(("Accept",))
    return response


@blueprint.get("/ont")
def ontology() -> Response:
    """The ontology as a document: its terms are fragments of this address."""
    media_type = _wanted()
    if media_type == HTML:
        return make_response(ontology_page())
    response = graph(graph_iri("ontology"), media_type)
    response.vary.update(("Accept",))
    return response


@blueprint.get("/ont.<suffix>")
def ontology_document(suffix: str) -> Response:
    """The ontology in one format."""
    if suffix not in _SUFFIXES:
        raise nothing_about("ont")
    if _SUFFIXES[suffix] == HTML:
        return make_response(ontology_page())
    return graph(graph_iri("ontology"), _SUFFIXES[suffix])


def document(path: str, media_type: str) -> Response:
    """The document about a thing of ours. NotFoundError when the graph says nothing of it."""
    try:
        iri = own_iri(path)
    except ValueError:
        raise nothing_about(path) from None
    if media_type != HTML:
        return graph(iri, media_type) if path.startswith("graph/") else about(iri, media_type)
    page = concept_page(iri) if path.startswith("voc/") else None
    return make_response(page) if page else _page(path, iri)


def _wanted() -> str:
    return negotiate(request.headers.get("Accept", ""), _OFFERED, GRAPH_ALIASES)


def _page(path: str, iri: Term) -> Response:
    engine = service().engine
    language = reader_language()
    stated = engine.select(_STATEMENTS, {"thing": iri}).rows
    mentions = engine.select(_MENTIONS, {"thing": iri}).rows
    if not stated and not mentions and not exists(iri):
        raise nothing_about(path)
    labels = labels_of(engine, {*iris_in(stated), *iris_in(mentions), BASE + path}, language)
    named = (RDFS.label, SKOS.prefLabel)
    title = labels.get(BASE + path, path.partition("/")[2])
    page = render_template(
        "entity.html",
        title=title,
        iri=BASE + path,
        types=_types(stated, labels),
        definition=_best_text(stated, SKOS.definition, language),
        statements=_grouped(
            stated, labels, {*named, SKOS.definition}, lambda row: explanation_href(iri, row[0], row[1])
        ),
        mentions=_grouped(mentions, labels, set(), lambda row: explanation_href(row[1], row[0], iri)),
        formats=[(suffix, f"/{path}.{suffix}") for suffix in FORMATS],
        more=len(stated) >= _MOST_STATEMENTS,
        more_mentions=len(mentions) >= _MOST_MENTIONS,
    )
    return make_response(page)


def _grouped(
    rows: Iterable[Row], labels: dict[str, str], left_out: set[Term], explained: Callable[[Row], str]
) -> list[Statement]:
    wanted = sorted(
        (row for row in rows if row[0] not in left_out), key=lambda row: (str(row[0]), str(row[1]))
    )
    found: list[Statement] = []
    for name, of_property in groupby(wanted, key=lambda row: row[0]):
        values = tuple(
            (
                _cell(value, labels),
                tuple(_cell(row[2], labels) for row in alike),
                explained(alike[0]),
            )
            for value, same in groupby(of_property, key=lambda row: row[1])
            for alike in [list(same)]
        )
        found.append(Statement(_cell(name, labels), values))
    return sorted(found, key=lambda statement: statement.property.text.lower())


def _types(stated: Iterable[Row], labels: dict[str, str]) -> list[Cell]:
    """The classes of a thing, the ontology's own first; those of other vocabularies that read alike once."""
    kinds = {row[1] for row in stated if row[0] == RDF.type}
    cells = [
        _cell(kind, labels)
        for kind in sorted(kinds, key=lambda one: (DT.NAMESPACE not in str(one), str(one)))
    ]
    return list({one.text: one for one in reversed(cells)}.values())[::-1]


def _best_text(rows: Iterable[tuple[Term | None, ...]], name: Term, language: str) -> str | None:
    texts = {
        getattr(row[1], "language", None): getattr(row[1], "value", "") for row in rows if row[0] == name
    }
    return texts.get(language) or next(iter(texts.values()), None)


def _cell(term: Term | None, labels: dict[str, str]) -> Cell:
    iri = next(iter(iris_in([[term]])), None)
    if iri:
        return Cell(labels.get(iri) or readable(iri), local_href(iri), title=iri)
    return Cell(getattr(term, "value", ""), language=getattr(term, "language", None))
