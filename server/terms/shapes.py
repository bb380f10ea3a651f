"""The validation rules as a document: their IRIs are fragments of `/shapes`."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request

from ...ontology.iris import TERM
from ...shapes.listing import listed_shapes, shapes_turtle
from ...shapes.namespaces import SH
from ...store.conversion import convert_turtle
from ..entity_data import nothing_about
from ..in_force import current
from ..language import reader_language
from ..negotiation import GRAPH_ALIASES, HTML, negotiate
from ..rendering import Cell, local_href, short_iri
from .lexicon import LEXICON
from .modules import FORMATS

blueprint = Blueprint("shapes", __name__)

GRAVITY: Final = {SH.Violation: "must", SH.Warning: "should", SH.Info: "may"}


@blueprint.get("/shapes")
def shapes() -> Response:
    """All rules by module, as a page or as SHACL."""
    wanted = negotiate(request.headers.get("Accept", ""), (*FORMATS.values(), HTML), GRAPH_ALIASES)
    response = _page() if wanted == HTML else _data(wanted)
    response.vary.update(("Accept",))
    return response


@blueprint.get("/shapes.<suffix>")
def shapes_document(suffix: str) -> Response:
    """All rules in one format."""
    if suffix not in FORMATS:
        raise nothing_about(f"shapes.{suffix}")
    return _data(FORMATS[suffix])


def _data(media_type: str) -> Response:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(convert_turtle(shapes_turtle(), media_type), content_type=media_type + charset)


def _page() -> Response:
    lexicon = current(LEXICON)

    def cell(iri: str) -> Cell:
        found = lexicon.find(iri) if lexicon and iri.startswith(TERM) else None
        return Cell(found.label(reader_language()) if found else short_iri(iri), local_href(iri), title=iri)

    return Response(
        render_template(
            "shapes.html",
            modules=listed_shapes(),
            cell_of=cell,
            gravity=GRAVITY,
            formats=[(suffix, f"/shapes.{suffix}") for suffix in FORMATS],
        )
    )
