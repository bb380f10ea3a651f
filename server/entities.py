"""Linked data: each thing of the graph has its page and its data at its own address.

`/id/...`, `/voc/...` and `/graph/...` answer 303 to the document about the thing, in the format that
the client wants; `/ont` is itself a document, since its terms are fragments of it.
Cool URIs for the Semantic Web, section 4.2: https://www.w3.org/TR/cooluris/#r303gendocument
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as WsgiResponse

from ..ontology.iris import BASE, graph_iri, own_iri
from ..ontology.names import DT, RDF, RDFS, SKOS
from ..queries.labels import iris_in, labels_of
from ..store.model import Term
from .entity_data import FORMATS, about, exists, graph, nothing_about
from .entity_statements import Row, referring_to, said_of, statements
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


def _page(path: str, iri: NamedNode) -> Response:
    engine = service().engine
    language = reader_language()
    stated, mentions = said_of(engine, iri), referring_to(engine, iri)
    if not stated.rows and not mentions.rows and not exists(iri):
        raise nothing_about(path)
    labels = labels_of(engine, {*iris_in(stated.rows), *iris_in(mentions.rows), BASE + path}, language)
    named = (RDFS.label, SKOS.prefLabel, SKOS.definition)
    cell = partial(_cell, labels=labels)
    page = render_template(
        "entity.html",
        title=labels.get(BASE + path, path.partition("/")[2]),
        iri=BASE + path,
        types=_types(stated.rows, labels),
        definition=_best_text(stated.rows, SKOS.definition, language),
        statements=statements(stated, cell, named, lambda row: explanation_href(iri, row[0], row[1])),
        mentions=statements(mentions, cell, (), lambda row: explanation_href(row[1], row[0], iri)),
        formats=[(suffix, f"/{path}.{suffix}") for suffix in FORMATS],
    )
    return make_response(page)


def _types(stated: Iterable[Row], labels: dict[str, str]) -> list[Cell]:
    """The classes of a thing, the ontology's own first; those of other vocabularies that read alike once."""
    kinds = {row[1] for row in stated if row[0] == RDF.type}
    cells = [
        _cell(kind, labels)
        for kind in sorted(kinds, key=lambda one: (DT.NAMESPACE not in str(one), str(one)))
    ]
    return list({one.text: one for one in reversed(cells)}.values())[::-1]


def _best_text(rows: Iterable[Row], name: Term, language: str) -> str | None:
    texts = {
        getattr(row[1], "language", None): getattr(row[1], "value", "") for row in rows if row[0] == name
    }
    return texts.get(language) or next(iter(texts.values()), None)


def _cell(term: Term | None, labels: dict[str, str]) -> Cell:
    iri = next(iter(iris_in([[term]])), None)
    if iri:
        return Cell(labels.get(iri) or readable(iri), local_href(iri), title=iri)
    return Cell(getattr(term, "value", ""), language=getattr(term, "language", None))
