"""What a portal sent, as a page of records: of the form announced, or of the one that its content shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ...ontology.vocabularies import VOCABULARIES
from ...store.formats import GRAPHS
from . import ckan, dcat, udata
from .description import PageGraph
from .json_stream import JsonDocument
from .model import Kind, Page
from .paging import MOST_RECORDS, JsonForm, Listing, read_parts
from .records import FieldNames, read_records

_JSON: Final = "application/json"
_HTML: Final = "text/html"
_XML: Final = "application/rdf+xml"
_TURTLE: Final = "text/turtle"
_HEAD: Final = 4096
_TURTLE_SIGNS: Final = re.compile(
    rb"^\s*(?:#.*\n\s*)*(?:@prefix|@base|prefix\s|base\s|<[a-z]+:[^>\s]*>\s)", re.IGNORECASE
)
_JSON_FORMS: Final[Mapping[Kind, JsonForm]] = {"ckan": ckan.FORM, "udata": udata.FORM}
_OF_JSON_LD: Final = frozenset(("", "@context", "@graph", "@id"))  # "": a list is the document itself
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


def read_page(received: Received) -> Iterator[Page]:
    """The records of a page, in as many parts as bound the memory that it takes; the last has no `more`.

    InputError for what cannot be read, NotACatalogueError for something else.
    """
    parts = _parts(received)
    part = next(parts)
    for following in parts:
        yield replace(part, more=True)
        part = following
    yield part


def _parts(received: Received) -> Iterator[Page]:
    with received.content.open("rb") as file:
        shown = _form_shown(file.read(_HEAD))
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
    kind, listings = _listings(form, received)
    for listing in listings:
        page = PageGraph(listing.triples)
        resources = page.resources()
        for start in range(0, len(resources) or 1, MOST_RECORDS):
            nodes = resources[start : start + MOST_RECORDS]
            records, refusals = read_records(
                page, received.portal, received.address, _field_names(kind), nodes
            )
            yield Page(
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


def _listings(form: str, received: Received) -> tuple[Kind, Iterable[Listing]]:
    if form != _JSON:
        return "dcat", [_in_rdf(RdfFormat.TRIG if form == _TURTLE else GRAPHS[form], received)]
    document = JsonDocument(received.content, received.address)
    for place in document.lists():
        for kind, json_form in _JSON_FORMS.items():
            if place == json_form.records:
                return kind, read_parts(document, json_form, received.address)
        if place in _OF_JSON_LD:
            return "dcat", [_in_rdf(RdfFormat.JSON_LD, received)]
    raise _not_a_catalogue(received, _JSON)


def _in_rdf(rdf_format: RdfFormat, received: Received) -> Listing:
    return dcat.read_page(received.content.read_bytes(), rdf_format, received.address)


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
