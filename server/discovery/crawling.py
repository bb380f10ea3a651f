"""`/robots.txt` and the sitemaps: what crawlers may read, and the addresses of everything worth reading.

https://www.rfc-editor.org/rfc/rfc9309 and https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from ...loaders.matching.index import NameIndex
from ...ontology.errors import NotFoundError
from ...ontology.iris import DATA
from ...ontology.names import DT, OWL, SKOS
from ...ontology.text import LANGUAGES, Text
from ...queries import library
from ..description import base_iri
from ..search.current import current_index
from ..search.page import page_of
from ..service import service
from ..sparql import conditional, with_cache_headers

blueprint = Blueprint("crawling", __name__)

ADDRESSES: Final = 20_000  # of one sitemap; the protocol allows 50,000, and each stands in two languages
_NOT_FOR_CRAWLERS: Final = (
    "/sparql", "/update", "/data", "/search", "/reconcile", "/why", "/oembed", "/metrics",
)  # fmt: skip
_PAGES: Final = (
    "/", "/cases", "/cases/compare", "/territories", "/territories/map", "/queries", "/ont", "/coverage",
    "/catalog", "/dumps", "/feed", "/shapes",
)  # fmt: skip
_TERMS: Final = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.Concept, SKOS.ConceptScheme)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything that stands still may be read; what computes an answer for each address may not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_CRAWLERS), "Allow: /", ""]
    text = "\n".join([*lines, f"Sitemap: {base_iri()}sitemap.xml", ""])
    return Response(text, content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The list of the sitemaps, each with the day of the version in force."""
    etag, unchanged = conditional("sitemap.xml", base_iri())
    if unchanged:
        return unchanged
    index, base = current_index(), base_iri()
    count = index.count(index.term("kind", DT.Territory.value))
    names = ["pages", *(f"territories-{number}" for number in range(1, -(-count // ADDRESSES) + 1))]
    entries = "".join(
        f"<sitemap><loc>{base}sitemaps/{name}.xml</loc>{_changed()}</sitemap>\n" for name in names
    )
    return _xml(f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{entries}</sitemapindex>\n", etag)


@blueprint.get("/sitemaps/<name>.xml")
def sitemap(name: str) -> Response:
    """One sitemap: the pages, terms, cases and questions; or a part of the territories."""
    etag, unchanged = conditional("sitemaps", name, base_iri())
    if unchanged:
        return unchanged
    index = current_index()
    kind, _, number = name.partition("-")
    if name == "pages":
        paths: Iterable[str] = _pages(index)
    elif kind == "territories" and number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000:
        paths = _territories(index, (int(number) - 1) * ADDRESSES)
    else:
        paths = ()
    base, changed = base_iri().rstrip("/"), _changed()
    entries = "".join(_entry(base + path, changed) for path in paths)
    if not entries:
        raise NotFoundError(
            Text(f"Il n’y a pas de plan « {name[:40]} ».", f"There is no sitemap “{name[:40]}”."),
            Text("La liste est à /sitemap.xml.", "The list is at /sitemap.xml."),
        )
    document = (
        f'{_HEAD}<urlset {_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}</urlset>\n'
    )
    return _xml(document, etag)


def _pages(index: NameIndex) -> Iterator[str]:
    yield from _PAGES
    wanted = index.any_of("kind", [kind.value for kind in (*_TERMS, DT.CaseStudy)])
    yield from sorted({page_of(iri) for iri in index.iris(wanted, 100_000)})
    yield from (f"/queries/{query.name}" for query in library.all_queries())


def _territories(index: NameIndex, start: int) -> Iterator[str]:
    found = index.iris(index.term("kind", DT.Territory.value), ADDRESSES, start)
    return (f"/territories/{iri.removeprefix(DATA)}" for iri in found)


def _entry(url: str, changed: str) -> str:
    """An address, with the same page in each language."""
    shown = escape(url)
    mark = "&amp;" if "?" in url else "?"
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{one}" href="{shown}{mark}lang={one}"/>' for one in LANGUAGES
    )
    return f"<url><loc>{shown}</loc>{changed}{others}</url>\n"


def _changed() -> str:
    version = service().engine.version()
    return f"<lastmod>{version.created:%Y-%m-%d}</lastmod>" if version else ""


def _xml(document: str, etag: str | None) -> Response:
    response = Response(document, content_type="application/xml; charset=utf-8")
    return with_cache_headers(response, etag) if etag else response
