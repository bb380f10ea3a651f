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

from ..ontology.errors import NotFoundError
from ..ontology.iris import BASE, graph_iri, own_iri
from ..ontology.names import DT, OWL, RDF, RDFS, SKOS
from ..ontology.text import Text
from ..queries.labels import iris_in, labels_of
from ..store.model import QueryRequest, Term
from ..store.outline import with_bindings
from .compression import encoding_for
from .language import reader_language
from .negotiation import GRAPH_ALIASES, GRAPH_FORMATS, HTML, negotiate
from .rendering import Cell, local_href, short_iri
from .service import service
from .sparql import content_type, send
from .why import explanation_href

blueprint = Blueprint("entities", __name__)

SUFFIXES: Final = {
    "html": HTML,
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
_SUFFIX_OF: Final = {media_type: suffix for suffix, media_type in SUFFIXES.items()}
_OFFERED: Final = (*GRAPH_FORMATS, HTML)
_MOST_STATEMENTS: Final = 2_000
_MOST_MENTIONS: Final = 200
_ABOUT: Final = f"""
CONSTRUCT {{ ?thing ?property ?value . ?value {RDFS.label} ?label }}
WHERE {{ ?thing ?property ?value OPTIONAL {{ ?value {RDFS.label} ?label }} }}
"""
_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?thing { ?s ?p ?o } }"
_STATEMENTS: Final = f"""
SELECT DISTINCT ?property ?value ?graph WHERE {{ GRAPH ?graph {{ ?thing ?property ?value }} }}
LIMIT {_MOST_STATEMENTS}
"""
_MENTIONS: Final = f"""
SELECT DISTINCT ?property ?subject ?graph WHERE {{ GRAPH ?graph {{ ?subject ?property ?thing }} }}
LIMIT {_MOST_MENTIONS}
"""
_TERMS: Final = f"""
SELECT DISTINCT ?term ?kind WHERE {{
  VALUES ?kind {{ {OWL.Class} {OWL.ObjectProperty} {OWL.DatatypeProperty} }}
  ?term a ?kind .
  FILTER(STRSTARTS(STR(?term), "{DT.NAMESPACE}"))
}}
ORDER BY ?term
"""
_DEFINITIONS: Final = f"""
SELECT ?term ?definition WHERE {{ ?term {SKOS.definition} ?definition }}
"""


Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A property of a thing and its values, each with the graphs that state it, and why they do."""

    property: Cell
    values: tuple[tuple[Cell, tuple[str, ...], str], ...]  # value, graphs, address of its explanation


@blueprint.get("/id/<path:name>")
@blueprint.get("/voc/<path:name>")
@blueprint.get("/graph/<path:name>")
def thing(name: str) -> WsgiResponse:
    """A thing is not a document: 303 to the one about it, unless the address already names that one."""
    stem, _, suffix = name.rpartition(".")
    kind = request.path.split("/")[1]
    if stem and suffix in SUFFIXES:
        return document(f"{kind}/{stem}", SUFFIXES[suffix])
    response = redirect(f"/{kind}/{name}.{_SUFFIX_OF[_wanted()]}", 303)
    response.vary.update(("Accept",))
    return response


@blueprint.get("/ont")
def ontology() -> Response:
    """The ontology as a document: its terms are fragments of this address."""
    media_type = _wanted()
    if media_type == HTML:
        return _ontology_page()
    response = _data(_GRAPH, graph_iri("ontology"), media_type)
    response.vary.update(("Accept",))
    return response


@blueprint.get("/ont.<suffix>")
def ontology_document(suffix: str) -> Response:
    """The ontology in one format."""
    if suffix not in SUFFIXES:
        raise _nothing_about("ont")
    if SUFFIXES[suffix] == HTML:
        return _ontology_page()
    return _data(_GRAPH, graph_iri("ontology"), SUFFIXES[suffix])


def document(path: str, media_type: str) -> Response:
    """The document about a thing of ours. NotFoundError when the graph says nothing of it."""
    try:
        iri = own_iri(path)
    except ValueError:
        raise _nothing_about(path) from None
    if media_type != HTML:
        is_graph = path.startswith("graph/")
        return _data(_GRAPH if is_graph else _ABOUT, iri, media_type)
    return _page(path, iri)


def _wanted() -> str:
    return negotiate(request.headers.get("Accept", ""), _OFFERED, GRAPH_ALIASES)


def _data(text: str, iri: Term, media_type: str) -> Response:
    answer = service().engine.query(QueryRequest(with_bindings(text, {"thing": iri}), accept=media_type))
    begun = next(answer.body, b"")
    response = Response(content_type=content_type(media_type))
    response.vary.update(("Accept-Encoding",))

    def whole() -> Iterable[bytes]:
        yield begun
        yield from answer.body

    if not _exists(iri):
        raise _nothing_about(request.path)
    send(response, iter(whole()), encoding_for(request.headers.get("Accept-Encoding", "")))
    return response


def _exists(iri: Term) -> bool:
    engine = service().engine
    version = engine.version()
    known = f"{iri}"[1:-1]
    if version and known in version.graphs:
        return True
    return bool(engine.select("SELECT ?p WHERE { ?thing ?p ?o } LIMIT 1", {"thing": iri}).rows)


def _page(path: str, iri: Term) -> Response:
    engine = service().engine
    language = reader_language()
    stated = engine.select(_STATEMENTS, {"thing": iri}).rows
    mentions = engine.select(_MENTIONS, {"thing": iri}).rows
    if not stated and not mentions and not _exists(iri):
        raise _nothing_about(path)
    labels = labels_of(engine, {*iris_in(stated), *iris_in(mentions), BASE + path}, language)
    named = (RDFS.label, SKOS.prefLabel)
    title = labels.get(BASE + path, path.partition("/")[2])
    page = render_template(
        "entity.html",
        title=title,
        iri=BASE + path,
        types=[_cell(row[1], labels) for row in stated if row[0] == RDF.type],
        definition=_best_text(stated, SKOS.definition, language),
        statements=_grouped(
            stated, labels, {*named, SKOS.definition}, lambda row: explanation_href(iri, row[0], row[1])
        ),
        mentions=_grouped(mentions, labels, set(), lambda row: explanation_href(row[1], row[0], iri)),
        formats=[(suffix, f"/{path}.{suffix}") for suffix in SUFFIXES if suffix != "html"],
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
                tuple(str(row[2])[1:-1].removeprefix(BASE + "graph/") for row in alike),
                explained(alike[0]),
            )
            for value, same in groupby(of_property, key=lambda row: row[1])
            for alike in [list(same)]
        )
        found.append(Statement(_cell(name, labels), values))
    return sorted(found, key=lambda statement: statement.property.text.lower())


def _best_text(rows: Iterable[tuple[Term | None, ...]], name: Term, language: str) -> str | None:
    texts = {
        getattr(row[1], "language", None): getattr(row[1], "value", "") for row in rows if row[0] == name
    }
    return texts.get(language) or next(iter(texts.values()), None)


def _cell(term: Term | None, labels: dict[str, str]) -> Cell:
    iri = next(iter(iris_in([[term]])), None)
    if iri:
        return Cell(labels.get(iri, short_iri(iri)), local_href(iri), title=iri)
    return Cell(getattr(term, "value", ""), language=getattr(term, "language", None))


def _ontology_page() -> Response:
    engine = service().engine
    language = reader_language()
    terms = engine.select(_TERMS).rows
    labels = labels_of(engine, iris_in(terms), language)
    definitions: dict[str, str] = {}
    for term, definition in engine.select(_DEFINITIONS).rows:
        own = getattr(definition, "language", None) == language
        if term is not None and (own or str(term) not in definitions):
            definitions[str(term)] = getattr(definition, "value", "")
    entries = {
        kind: [
            (str(term)[1:-1], labels.get(str(term)[1:-1], ""), definitions.get(str(term), ""))
            for term, of_kind in terms
            if of_kind == kind and term is not None
        ]
        for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    }
    page = render_template(
        "ontology.html",
        classes=entries[OWL.Class],
        object_properties=entries[OWL.ObjectProperty],
        datatype_properties=entries[OWL.DatatypeProperty],
        formats=[(suffix, f"/ont.{suffix}") for suffix in SUFFIXES if suffix != "html"],
    )
    return make_response(page)


def _nothing_about(path: str) -> NotFoundError:
    shown = path.strip("/")[:200]
    return NotFoundError(
        Text(f"Le graphe ne dit rien de {shown}.", f"The graph says nothing of {shown}."),
        Text(
            "Vérifiez l’adresse, ou cherchez par une requête.", "Check the address, or search with a query."
        ),
    )
