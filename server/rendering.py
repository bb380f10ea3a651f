"""What templates know: the reader's language, links to the pages of things, numbers as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, make_response, request
from markupsafe import Markup, escape

from ..ontology.iris import BASE, TERM
from ..ontology.names import DCTERMS, DT, OWL, SKOS
from ..ontology.text import Language, Text
from ..queries.cells import figure
from ..queries.outside_terms import outside_label
from .in_force import earlier_version
from .language import reader_language

_SOON = 5  # seconds in which what is being prepared may be there
_BREAKS = re.compile(r"(?<=[/#_])")
_BEFORE_MARKS = re.compile(r" (?=[:;?!»])|(?<=«) ")
PREFIXES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
    "http://www.w3.org/2002/07/owl#": "owl:",
    "http://www.w3.org/2001/XMLSchema#": "xsd:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://www.w3.org/ns/dcat#": "dcat:",
    "http://xmlns.com/foaf/0.1/": "foaf:",
    "http://www.w3.org/ns/org#": "org:",
    "http://purl.org/linked-data/cube#": "qb:",
    "http://www.opengis.net/ont/geosparql#": "geo:",
    "http://www.w3.org/2006/time#": "time:",
    "https://schema.org/": "schema:",
    "https://w3id.org/digiterr/ont#": "dt:",
    "https://w3id.org/digiterr/voc/": "dtv:",
    "https://w3id.org/digiterr/id/": "dtd:",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value on a page: its text, where it leads, its language and datatype when they matter."""

    text: str
    href: str | None = None
    language: str | None = None
    datatype: str | None = None
    title: str | None = None
    absent: bool = False


def short_iri(iri: str) -> str:
    """An IRI with its usual prefix."""
    for namespace, prefix in PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri.removeprefix(namespace)
    return iri


def readable(iri: str) -> str:
    """What a thing without a label in the graph is called: by a term's usual name, else by its short IRI."""
    label = outside_label(iri)
    return in_readers_language(label) if label else short_iri(iri)


def local_href(iri: str) -> str | None:
    """Where an IRI is read: here when it is one of ours, at its own address when that is of the web."""
    if iri.startswith(TERM):
        return "/terms/" + iri.removeprefix(TERM)
    if iri.startswith(BASE):
        return "/" + iri.removeprefix(BASE)
    return iri if iri.startswith(("http://", "https://")) else None


def being_made(page: str) -> Response:
    """A page whose content is being prepared: 503, to be asked for again in a while."""
    response = make_response(page, 503)
    response.headers["Retry-After"] = str(_SOON)
    return response


def number(value: int | float | Decimal, language: Language | None = None) -> str:
    """A number as the reader's language writes it."""
    exact = value if isinstance(value, int) else Decimal(str(value))
    return figure(exact, language or reader_language(), grouped=True)


def translated(fr: str, en: str) -> str:
    """A text of a page; in French, no line breaks before a double mark or inside guillemets."""
    return _BEFORE_MARKS.sub("\u00a0", fr) if reader_language() == "fr" else en


def in_readers_language(text: Text | None) -> str:
    return text.in_language(reader_language()) if text else ""


def other_language_href() -> str:
    """This page in the other language."""
    other = "en" if reader_language() == "fr" else "fr"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', other)])}"


def breakable(text: str) -> Markup:
    """Text in which a browser may break long IRIs and identifiers."""
    return Markup("<wbr>").join(escape(part) for part in _BREAKS.split(text))


def add_template_names(app: Flask) -> None:
    """Put these functions at the templates' disposal."""
    names: dict[str, Any] = {
        "earlier_version": earlier_version,
        "t": translated,
        "say": in_readers_language,
        "number": number,
        "local_href": local_href,
        "short_iri": short_iri,
        "other_language_href": other_language_href,
        "breakable": breakable,
        "DCTERMS": DCTERMS,
        "DT": DT,
        "OWL": OWL,
        "SKOS": SKOS,
    }
    app.jinja_env.globals.update(names)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def readers_language() -> dict[str, Language]:
        return {"language": reader_language()}
