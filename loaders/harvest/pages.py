"""What a portal sent, as a page of records: of the form announced, or of the one that its content shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import RdfFormat

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ...ontology.vocabularies import VOCABULARIES
from ...store.formats import GRAPHS
from . import ckan, dcat, udata
from .description import PageGraph
from .model import Kind, Page
from .paging import Listing
from .records import FieldNames, read_records

_JSON: Final = "application/json"
_HTML: Final = "text/html"
_XML: Final = "application/rdf+xml"
_TURTLE: Final = "text/turtle"
_HEAD: Final = 4096
_TURTLE_SIGNS: Final = re.compile(
    rb"^\s*(?:#.*\n\s*)*(?:@prefix|@base|prefix\s|base\s|<[a-z]+:[^>\s]*>\s)", re.IGNORECASE
)
_FIELDS: Final[Mapping[Kind, Mapping[str, str]]] = {"ckan": ckan.FIELDS, "udata": udata.FIELDS}


@dataclass(frozen=True, slots=True)
class Received:
    """A page as it came: the file that holds it, where from, the media type announced, the portal's name."""

    content: Path
    address: str
    media_type: str
    portal: str


class NotACatalogueError(InputError):
    """An answer that holds no catalogue: a page for people, or JSON of another kind."""

    code = "not-a-catalogue"


def read_page(received: Received) -> Page:
    """The records of a page. InputError for what cannot be read, NotACatalogueError for something else."""
    content = received.content.read_bytes()
    shown = _form_shown(content[:_HEAD])
    announced = received.media_type
    form = shown or (announced if announced in GRAPHS else None)
    if form is None or form == _HTML:
        raise _not_a_catalogue(received, form or announced)
    notes: tuple[Text, ...] = ()
    if not _agree(announced, form):
        notes = (
            Text(
                f"{received.address} annonce {announced or 'rien'} et envoie {form}.",
                f"{received.address} announces {announced or 'nothing'} and sends {form}.",
            ),
        )
    kind, listing = _listing(content, form, received)
    records, refusals = read_records(
        PageGraph(listing.triples), received.portal, received.address, _field_names(kind)
    )
    return Page(
        kind=kind,
        records=tuple(records),
        refusals=tuple(refusals),
        next=listing.next,
        total=listing.total,
        earliest=listing.earliest,
        latest=listing.latest,
        catalogue=listing.catalogue,
        notes=notes,
    )


def _listing(content: bytes, form: str, received: Received) -> tuple[Kind, Listing]:
    if form != _JSON:
        rdf_format = RdfFormat.TRIG if form == _TURTLE else GRAPHS[form]
        return "dcat", dcat.read_page(content, rdf_format, received.address)
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(
            Text(f"ce JSON est incorrect : {error}.", f"this JSON is not valid: {error}."),
            Text("Rien n’a été modifié ; réessayez plus tard.", "Nothing was changed; try again later."),
            Where(received.address, getattr(error, "lineno", None), getattr(error, "colno", None)),
        ) from error
    if ckan.is_page(found):
        return "ckan", ckan.read_page(found, received.address)
    if udata.is_page(found):
        return "udata", udata.read_page(found, received.address)
    if isinstance(found, list) or {"@context", "@graph", "@id"} & set(
        found if isinstance(found, dict) else ()
    ):
        return "dcat", dcat.read_page(content, RdfFormat.JSON_LD, received.address)
    raise _not_a_catalogue(received, _JSON)


def _form_shown(head: bytes) -> str | None:
    """The form that a content shows by its first characters."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = text[:2048].lower()
    if lower.startswith((b"<!doctype html", b"<html")) or (b"<html" in lower and b"<rdf" not in lower):
        return _HTML
    if lower.startswith((b"<?xml", b"<rdf:rdf", b"<!--")):
        return _XML
    if text.startswith((b"{", b"[")) and not text.startswith(b"[]"):
        return _JSON
    return _TURTLE if _TURTLE_SIGNS.match(text) else None


def _agree(announced: str, form: str) -> bool:
    if form == _JSON:
        return announced.endswith("json")
    if form == _TURTLE:
        return announced in GRAPHS and announced not in (_XML, "application/ld+json")
    return announced == form or (form == _XML and announced.endswith("/xml"))


def _field_names(kind: Kind) -> FieldNames:
    own = _FIELDS.get(kind, {})
    return lambda property_iri: own.get(property_iri) or _short(property_iri)


def _short(property_iri: str) -> str:
    """A property with the prefix of its vocabulary."""
    for vocabulary in VOCABULARIES:
        if property_iri.startswith(vocabulary.namespace):
            return f"{vocabulary.prefix}:{property_iri.removeprefix(vocabulary.namespace)}"
    return property_iri


def _not_a_catalogue(received: Received, form: str) -> NotACatalogueError:
    return NotACatalogueError(
        Text(
            f"on n’y trouve pas de catalogue, mais {form or 'un contenu inconnu'}.",
            f"there is no catalogue there, but {form or 'something unknown'}.",
        ),
        Text(
            "Donnez l’adresse du catalogue lui-même : DCAT en RDF, ou l’API de CKAN ou d’udata (--kind).",
            "Give the address of the catalogue itself: DCAT in RDF, or the API of CKAN or udata (--kind).",
        ),
        Where(received.address),
    )
