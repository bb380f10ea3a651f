"""`/feed`: what changes from one version to the next, for programs that keep a copy and for people."""

from __future__ import annotations

import hashlib
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request

from ...ontology.errors import NotFoundError
from ...ontology.text import Text
from ...store.conversion import convert_turtle
from ...store.feed.ledger import reading
from ...store.feed.model import STREAMS
from ..compression import encoding_for
from ..description import base_iri
from ..http_errors import HttpError
from ..in_force import BeingPreparedError, answer_is_of
from ..language import reader_language
from ..negotiation import GRAPH_ALIASES, GRAPH_FORMATS, HTML, SHORT_NAMES, negotiate
from ..service import service
from ..sparql import content_type, send
from ..versions.kept import refuse_over_remote_engine
from .documents import (
    TITLE,
    atom_document,
    overview_document,
    page_document,
    stream_document,
    summaries,
)

blueprint = Blueprint("feed", __name__)
blueprint.before_request(refuse_over_remote_engine)

ATOM: Final = "application/atom+xml"
ENTRIES: Final = 50
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_STREAMS: Final = {stream.name: stream for stream in STREAMS}


class GoneError(HttpError):
    """RFC 9110, 15.5.11: what was here has been removed for good."""

    code = "gone"
    status = 410


@blueprint.get("/feed")
def feed() -> Response:
    """The streams, and what the latest versions changed."""
    offered = (*GRAPH_FORMATS, ATOM, HTML)
    media_type = _wanted(offered)
    if media_type == ATOM:
        return atom()
    if media_type != HTML:
        return _document(overview_document(), "feed", media_type, "public, no-cache")
    with reading(service().configuration.data_dir) as ledger:
        steps = ledger.steps(ENTRIES) if ledger else ()
    language = reader_language()
    page = render_template(
        "feed.html",
        title=TITLE,
        streams=STREAMS,
        steps=[(step, list(summaries(step, language))) for step in steps],
    )
    return make_response(page)


@blueprint.get("/feed.atom")
def atom() -> Response:
    """What each of the latest versions changed, for a feed reader."""
    language = reader_language()
    with reading(service().configuration.data_dir) as ledger:
        steps = ledger.steps(ENTRIES) if ledger else ()
    return _validated(
        atom_document(steps, base_iri(), language).encode(), f"{ATOM}; charset=utf-8", "public, no-cache"
    )


@blueprint.get("/feed/<any(" + ", ".join(_STREAMS) + "):name>")
def stream(name: str) -> Response:
    """A stream and the way to its pages. Raises a 503 before the first version is in the feed."""
    with reading(service().configuration.data_dir) as ledger:
        if ledger is None:
            raise BeingPreparedError
        answer_is_of(ledger.followed() or 0)
        text = stream_document(_STREAMS[name], ledger.pages(name))
    return _document(text, f"feed/{name}", _wanted(GRAPH_FORMATS), "public, no-cache")


@blueprint.get("/feed/pages/<int:number>")
def page(number: int) -> Response:
    """A page of events: it never changes. Raises a 410 for one that later events have made useless."""
    with reading(service().configuration.data_dir) as ledger:
        last = ledger.last_page() if ledger else 0
        found = ledger.page(number) if ledger and number <= last else None
    if found is None:
        raise _no_page(number, last)
    described, body = found
    return _document(
        page_document(described, body), f"feed/pages/{number}", _wanted(GRAPH_FORMATS), _FOR_EVER
    )


def _no_page(number: int, last: int) -> NotFoundError | GoneError:
    if 0 < number <= last:
        return GoneError(
            Text(
                f"La page {number} du flux n’est plus : ses événements ont tous une suite.",
                f"Page {number} of the feed is gone: all its events were followed by others.",
            ),
            Text("Lisez les autres pages ; elles disent tout.", "Read the other pages: they say all."),
        )
    return NotFoundError(
        Text(f"Le flux n’a pas de page {number}.", f"The feed has no page {number}."),
        Text("Partez de /feed.", "Start from /feed."),
    )


def _wanted(offered: tuple[str, ...]) -> str:
    named = [name for name in SHORT_NAMES.get(request.args.get("format", ""), ()) if name in offered]
    return named[0] if named else negotiate(request.headers.get("Accept", ""), offered, GRAPH_ALIASES)


def _document(text: str, path: str, media_type: str, caching: str) -> Response:
    turtle = f"@base <{base_iri()}{path}> .\n{text}"
    content = turtle.encode() if media_type == "text/turtle" else convert_turtle(turtle, media_type)
    return _validated(content, content_type(media_type), caching)


def _validated(content: bytes, kind: str, caching: str) -> Response:
    etag = hashlib.blake2b(content, digest_size=16).hexdigest()
    response = Response(content_type=kind)
    if request.if_none_match.contains_weak(etag):
        response.status_code = 304
    else:
        send(response, iter([content]), encoding_for(request.headers.get("Accept-Encoding", "")))
    response.set_etag(etag)
    response.headers["Cache-Control"] = caching
    response.vary.update(("Accept", "Accept-Encoding"))
    return response
