"""Where a portal's catalogue begins: at the address given, or at one that portals are known to have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from . import ckan, udata
from .model import Kind

_ALTERNATE: Final = re.compile(rb"<link\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    rb"\b(rel|type|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE
)
_RDF: Final = (b"text/turtle", b"application/rdf+xml", b"application/ld+json")
_MOST: Final = 20


def start_of(kind: Kind, address: str, latest: bool = False) -> str:
    """The first page of a catalogue of a known kind; the last changed records first, where it can."""
    if kind == "ckan":
        return ckan.first_page(address, latest)
    if kind == "udata":
        return udata.first_page(address, latest)
    return address


def places_to_look(address: str, page: bytes) -> Iterator[tuple[str, Kind]]:
    """Where a catalogue may be, for the address of a page for people: what the page links to, then the
    addresses of CKAN, of udata and of portals that publish DCAT."""
    for tag in _ALTERNATE.findall(page)[:_MOST]:
        found = {
            name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        if b"alternate" in found.get(b"rel", b"").lower().split() and found.get(b"type", b"").lower() in _RDF:
            yield urljoin(address, found.get(b"href", b"").decode("utf-8", "replace")), "dcat"
    parts = urlsplit(address)
    root = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    base = address.partition("?")[0].rstrip("/")
    for start in dict.fromkeys((base, root)):
        yield ckan.first_page(start, latest=False), "ckan"
        yield udata.first_page(start, latest=False), "udata"
        yield f"{start}/catalog", "dcat"
        yield f"{start}/catalog.ttl", "dcat"
