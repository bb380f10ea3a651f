"""Which format a client gets: Accept with its q-values (RFC 9110, 12.5.1), or a short name in `format=`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from ..ontology.text import Text
from ..store.formats import OFFERED
from ..store.model import ResultForm
from .http_errors import BadRequestError, NotAcceptableError

HTML: Final = "text/html"
JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
TURTLE: Final = "text/turtle"
NTRIPLES: Final = "application/n-triples"
JSONLD: Final = "application/ld+json"
RDFXML: Final = "application/rdf+xml"
TRIG: Final = "application/trig"
NQUADS: Final = "application/n-quads"

GRAPH_FORMATS: Final = OFFERED["graph"]

# Parameters of a media type other than its quality: every text format here is in UTF-8.
_PARAMETERS: Final = re.compile(r';\s*(?!q=)[^;,\s=]+=(?:"[^"]*"|[^;,\s]*)', re.IGNORECASE)
# What else clients call a format: media types of older drafts, generic ones, and short names.
ALIASES: Final[dict[str, str]] = {
    "application/json": JSON,
    "application/xml": XML,
    "text/xml": XML,
    "application/x-turtle": TURTLE,
    "text/n3": TURTLE,
    "text/plain": NTRIPLES,
}
GRAPH_ALIASES: Final[dict[str, str]] = {
    **ALIASES,
    "application/json": JSONLD,
    "application/xml": RDFXML,
    "text/xml": RDFXML,
}
SHORT_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "json": (JSON, JSONLD),
    "xml": (XML, RDFXML),
    "csv": (CSV,),
    "tsv": (TSV,),
    "turtle": (TURTLE,),
    "ttl": (TURTLE,),
    "n3": (TURTLE,),
    "ntriples": (NTRIPLES,),
    "nt": (NTRIPLES,),
    "json-ld": (JSONLD,),
    "jsonld": (JSONLD,),
    "rdf+xml": (RDFXML,),
    "rdf": (RDFXML,),
    "rdfxml": (RDFXML,),
    "trig": (TRIG,),
    "nquads": (NQUADS,),
    "nq": (NQUADS,),
    "html": (HTML,),
}


def media_type_for(
    form: ResultForm, accept: str, short_name: str | None = None, *, html: bool = False
) -> str:
    """The media type of the answer to a query of this form; `html` when a page is on offer as well.

    A client that says nothing gets SPARQL JSON or Turtle. Raises NotAcceptableError, which lists the offer.
    """
    offered = OFFERED[form] + ((HTML,) if html else ())
    if short_name is not None:
        named = SHORT_NAMES.get(short_name.lower(), (short_name,))
        found = next((media_type for media_type in named if media_type in offered), None)
        if found:
            return found
        if short_name.lower() not in SHORT_NAMES:
            raise _no_such_format(short_name)
    return negotiate(accept, offered, GRAPH_ALIASES if form == "graph" else ALIASES)


def negotiate(accept: str, offered: Sequence[str], aliases: dict[str, str] | None = None) -> str:
    """The best of `offered` for an Accept header, the first when the client has no preference.

    `aliases`: what else a client may call a format -> the format. Raises NotAcceptableError.
    """
    best = _best(accept, tuple(offered), tuple((aliases or {}).items()))
    if best is None:
        raise NotAcceptableError(accept, offered)
    return best


@lru_cache(
    maxsize=256
)  # clients of a kind send the same header, which takes longer to read than a short query
def _best(accept: str, offered: tuple[str, ...], aliases: tuple[tuple[str, str], ...]) -> str | None:
    if not accept.strip():
        return offered[0]
    names = {name: to for name, to in aliases if to in offered}
    plain = _PARAMETERS.sub("", accept)
    best = parse_accept_header(plain, MIMEAccept).best_match([*offered, *names])
    return None if best is None else names.get(best, best)


def _no_such_format(name: str) -> BadRequestError:
    known = ", ".join(SHORT_NAMES)
    return BadRequestError(
        Text(f"Le format « {name} » n’existe pas.", f"There is no format “{name}”."),
        Text(f"Formats : {known}.", f"Formats: {known}."),
    )
