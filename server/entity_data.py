"""What the graph says of a thing, as RDF: its statements, with the names of all that they mention."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Response, request

from ..ontology.errors import NotFoundError
from ..ontology.names import DCTERMS, FOAF, RDFS, SKOS
from ..ontology.text import Text
from ..store.model import QueryRequest, Term
from ..store.outline import with_bindings
from .compression import encoding_for
from .near_names import near_name
from .service import service
from .sparql import content_type, send

# The formats of a document about a thing, by the end of its address.
FORMATS: Final = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
_NAMING: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name)
_NAMED: Final = f"?naming ?label . FILTER(?naming IN ({', '.join(map(str, _NAMING))}))"
_ABOUT: Final = f"""
CONSTRUCT {{ ?thing ?property ?value . ?named ?naming ?label }}
WHERE {{
  {{ ?thing ?property ?value }}
  UNION {{ ?thing ?any ?named . ?named {_NAMED} }}
  UNION {{ ?thing ?named ?any . ?named {_NAMED} }}
}}
"""
_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?thing { ?s ?p ?o } }"


def about(iri: Term, media_type: str) -> Response:
    """The document about a thing. NotFoundError when the graph says nothing of it."""
    return _data(_ABOUT, iri, media_type)


def graph(iri: Term, media_type: str) -> Response:
    """All that a named graph holds. NotFoundError when there is none of that name."""
    return _data(_GRAPH, iri, media_type)


def exists(iri: Term) -> bool:
    """Whether the graph says anything of a thing, or is of that name."""
    engine = service().engine
    version = engine.version()
    known = f"{iri}"[1:-1]
    if version and known in version.graphs:
        return True
    return bool(engine.select("SELECT ?p WHERE { ?thing ?p ?o } LIMIT 1", {"thing": iri}).rows)


def _data(text: str, iri: Term, media_type: str) -> Response:
    answer = service().engine.query(QueryRequest(with_bindings(text, {"thing": iri}), accept=media_type))
    begun = next(answer.body, b"")
    response = Response(content_type=content_type(media_type))
    response.vary.update(("Accept-Encoding",))

    def whole() -> Iterable[bytes]:
        yield begun
        yield from answer.body

    if not exists(iri):
        raise nothing_about(request.path)
    send(response, iter(whole()), encoding_for(request.headers.get("Accept-Encoding", "")))
    return response


def nothing_about(path: str) -> NotFoundError:
    """The graph says nothing of what has this path."""
    shown = path.strip("/")[:200]
    return NotFoundError(
        Text(f"Le graphe ne dit rien de {shown}.", f"The graph says nothing of {shown}."),
        near_name(path)
        or Text(
            "Vérifiez l’adresse, ou cherchez un nom ou un code.",
            "Check the address, or search for a name or a code.",
        ),
    )
