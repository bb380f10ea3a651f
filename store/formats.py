"""The formats of answers and of uploads: media types on one side, the engine's serialisers on the other.

Order is preference: the first of a kind is what a client gets that has none.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat

from ..ontology import iris
from ..ontology.errors import InputError
from ..ontology.text import Text
from .model import ResultForm

BINDINGS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
PREFIXES: Final = {
    "dt": iris.TERM,
    "dtv": iris.CONCEPT,
    "dtd": iris.DATA,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "dcat": "http://www.w3.org/ns/dcat#",
}
# What SPARQL 1.1 Results CSV/TSV allows for ASK is left open; the engine writes "true" or "false".
OFFERED: Final[dict[ResultForm, tuple[str, ...]]] = {
    "bindings": tuple(BINDINGS),
    "boolean": tuple(BINDINGS),
    "graph": tuple(GRAPHS),
}
# A comment by which a body cut short says so, in the formats that have comments.
TRUNCATION_MARK: Final = {
    "application/sparql-results+xml": b"\n<!-- truncated: this result is not whole -->\n",
    "application/rdf+xml": b"\n<!-- truncated: this result is not whole -->\n",
    "text/turtle": b"\n# truncated: this result is not whole\n",
    "application/trig": b"\n# truncated: this result is not whole\n",
    "application/n-triples": b"\n# truncated: this result is not whole\n",
    "application/n-quads": b"\n# truncated: this result is not whole\n",
}


def media_type_for(form: ResultForm, accept: str | None) -> str:
    """The media type of an answer: the one wanted if the form has it, its first one if none was.

    `accept` may hold several, in order of preference, separated by commas; InputError (406) if none fits.
    """
    offered = OFFERED[form]
    if accept is None:
        return offered[0]
    wanted = [part.strip() for part in accept.split(",")]
    for media_type in wanted:
        if media_type in offered:
            return media_type
    raise NotAcceptableError(form, accept)


class NotAcceptableError(InputError):
    """No format that the client accepts can hold this kind of answer (HTTP 406)."""

    code = "not-acceptable"
    status = 406

    def __init__(self, form: ResultForm, accept: str) -> None:
        offered = ", ".join(OFFERED[form])
        super().__init__(
            Text(
                f"Cette réponse n’existe pas au format demandé ({accept}).",
                f"This answer does not come in the format asked for ({accept}).",
            ),
            Text(f"Formats offerts : {offered}.", f"On offer: {offered}."),
        )
