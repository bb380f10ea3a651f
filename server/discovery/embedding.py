"""Charts for the pages of portals: `/embed/queries/NAME` for a frame, and `/oembed` that tells of it.

oEmbed 1.0: https://oembed.com/
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.sax.saxutils import escape

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from markupsafe import escape as escape_html

from ...ontology.errors import NotFoundError
from ...ontology.text import LANGUAGES, Text
from ...queries import library
from ...queries.model import StoredQuery
from ..description import base_iri
from ..http_errors import BadRequestError, HttpError
from ..language import reader_language

blueprint = Blueprint("embedding", __name__)

WIDTH, HEIGHT = 720, 480  # pixels of a frame, when the consumer sets no bounds
_LEAST: Final = 160
_POLICY: Final = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors *"
)


class NotEmbeddableError(HttpError):
    """oEmbed, 2.3.4: 501 for a format that is not offered."""

    code = "not-implemented"
    status = 501


@blueprint.get("/embed/queries/<name>")
def embed(name: str) -> Response:
    """A stored query as a chart with its title and source, made for a frame; its parameters as usual."""
    query = _query(name)
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    asked = urlencode([*kept, ("lang", reader_language())])
    page = render_template("embed.html", query=query, asked=asked, base=base_iri().rstrip("/"))
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@blueprint.get("/oembed")
def oembed() -> Response:
    """What to show for the address of a stored query's page: JSON, or XML with `format=xml`."""
    form = request.args.get("format", "json")
    if form not in ("json", "xml"):
        raise NotEmbeddableError(
            Text(f"Le format « {form[:20]} » n’est pas offert.", f"The format “{form[:20]}” is not offered."),
            Text("Demandez json ou xml.", "Ask for json or xml."),
        )
    url = request.args.get("url", "")
    try:
        address = urlsplit(url)
    except ValueError:
        address = urlsplit("")
    if not url:
        raise BadRequestError(Text("Il manque le paramètre url.", "The parameter url is missing."))
    here = urlsplit(base_iri())
    path = address.path.removeprefix(here.path.rstrip("/"))
    if address.netloc != here.netloc or not path.startswith("/queries/"):
        raise _nothing(url)
    query = _query(path.removeprefix("/queries/").removesuffix(".html"))
    given = dict(parse_qsl(address.query))
    language = given.get("lang") if given.get("lang") in LANGUAGES else reader_language()
    title = query.title.fr if language == "fr" else query.title.en
    kept = urlencode({**given, "lang": language})
    base = base_iri().rstrip("/")
    width, height = _bounded("maxwidth", WIDTH), _bounded("maxheight", HEIGHT)
    source = escape_html(f"{base}/embed/queries/{query.name}?{kept}")
    frame = (
        f'<iframe src="{source}" width="{width}" height="{height}" title="{escape_html(title)}"'
        ' loading="lazy" style="border:0"></iframe>'
    )
    document = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "DigiTerr",
        "provider_url": f"{base}/",
        "cache_age": 86400,
        "width": width,
        "height": height,
        "html": frame,
    }
    if form == "json":
        return jsonify(document)
    members = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in document.items())
    xml = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>{members}</oembed>'
    return Response(xml, content_type="text/xml; charset=utf-8")


def _query(name: str) -> StoredQuery:
    found = next((one for one in library.all_queries() if one.name == name), None)
    if found is None:
        raise _nothing(name)
    return found


def _bounded(name: str, size: int) -> int:
    return max(_LEAST, min(size, request.args.get(name, size, type=int)))


def _nothing(what: str) -> NotFoundError:
    shown = what[:120]
    return NotFoundError(
        Text(f"« {shown} » n’est pas une question d’ici.", f"“{shown}” is not a query of this service."),
        Text("Leur liste est à /queries.", "They are listed at /queries."),
    )
