"""Puts on every page what tells machines of it: JSON-LD, Signposting headers, an oEmbed address."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, g, request

from ...ontology.errors import DigiTerrError
from ..description import base_iri
from ..entity_data import FORMATS
from ..language import reader_language
from ..search.current import index_at_hand
from ..search.page import page_of
from ..service import service
from .about import SCHEMA, About, subject

blueprint = Blueprint("discovery", __name__)

_NAMED: Final = ("id", "voc")
_CHARTED: Final = "/queries/"


def page_about() -> About | None:
    """What the page being made is about; found once for each request."""
    if "about" not in g:
        base = base_iri().rstrip("/")
        try:
            g.about = subject(request.path, base, index_at_hand(), service().engine, reader_language())
        except DigiTerrError:
            g.about = None
    return g.about


def oembed_href() -> str | None:
    """Where the page of a stored query says how it is shown in a frame elsewhere."""
    if not request.path.startswith(_CHARTED) or request.path == _CHARTED:
        return None
    asked = request.query_string.decode("ascii", "replace")
    url = base_iri().rstrip("/") + request.path + (f"?{asked}" if asked else "")
    return "/oembed?" + urlencode({"url": url})


@blueprint.app_context_processor
def names() -> dict[str, object]:
    return {"page_about": page_about, "oembed_href": oembed_href}


@blueprint.after_app_request
def signposts(response: Response) -> Response:
    """RFC 8288 links with the relations of Signposting, on pages and on documents of data."""
    if response.status_code != 200 or request.method not in ("GET", "HEAD"):
        return response
    if response.mimetype == "text/html" and (about := page_about()):
        response.headers.add("Link", ", ".join(_links(about)))
    elif page := _described_page():
        response.headers.add("Link", f'<{base_iri().rstrip("/")}{page}>; rel="describes"; type="text/html"')
    return response


def _links(about: About) -> list[str]:
    described = [
        f'<{href}>; rel="describedby"; type="{media_type}"' for href, media_type in about.data.items()
    ]
    return [
        f'<{quote(about.iri, safe=":/#?&=%")}>; rel="cite-as"',
        f'<{SCHEMA}{about.type}>; rel="type"',
        f'<{SCHEMA}AboutPage>; rel="type"',
        f'<{about.licence}>; rel="license"',
        *described,
    ]


def _described_page() -> str | None:
    """The page about the thing that a document of data, `/id/NAME.ttl`, describes."""
    kind, _, name = request.path.strip("/").partition("/")
    stem, _, suffix = name.rpartition(".")
    if kind not in _NAMED or not stem or suffix not in FORMATS or not stem.isascii():
        return None
    return page_of(f"https://w3id.org/digiterr/{kind}/{quote(stem)}")
