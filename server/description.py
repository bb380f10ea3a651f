"""What machines read about the service: its SPARQL 1.1 service description, and the VoID of its dataset.

https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/
"""

from __future__ import annotations

from hashlib import sha256
from time import monotonic, sleep

from flask import Blueprint, Response, render_template, request

from ..ontology.iris import BASE
from ..store.conversion import convert_turtle
from ..store.formats import OFFERED
from .configuration import Configuration
from .contents import current_contents
from .negotiation import GRAPH_ALIASES, GRAPH_FORMATS, SHORT_NAMES, negotiate
from .service import service
from .sparql import content_type
from .versions.kept import kept_dumps

blueprint = Blueprint("description", __name__)

_COUNTING_SECONDS = 30.0
_NOT_IN_IRIS = frozenset('<>"{}|^`\\ \n\r\t')
# W3C's names of formats, https://www.w3.org/ns/formats/
FORMAT_IRIS = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}


def base_url() -> str:
    """The public address of the service, with its final slash."""
    configured = service().configuration.public_url
    return f"{configured.rstrip('/')}/" if configured else request.url_root


def base_iri() -> str:
    """The same as it may stand in an IRI: the Host header is the client's."""
    return "".join(character for character in base_url() if character not in _NOT_IN_IRIS)


def features(configuration: Configuration) -> tuple[str, ...]:
    """The features of the endpoint (Service Description, 3.2.3) that these settings give it.

    Empty graphs are kept, and SERVICE is called, by the embedded engine alone.
    """
    if configuration.remote:
        return ("UnionDefaultGraph",)
    federated = ("BasicFederatedQuery",) if configuration.services else ()
    return ("UnionDefaultGraph", "EmptyGraphs", *federated)


def takes_updates(configuration: Configuration) -> bool:
    """Whether anybody may send an update, and the engine has somewhere to take it."""
    return bool(configuration.tokens) and bool(configuration.remote_update or not configuration.remote)


def loads(configuration: Configuration) -> bool:
    """Whether an update may have LOAD: the embedded engine, addresses to load from, a token that may."""
    may = any(token.load for token in configuration.tokens)
    return may and bool(configuration.services) and not configuration.remote


def service_description() -> Response:
    """The description of the endpoint, in any RDF format."""
    return _described("service.ttl")


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The description of the dataset, where VoID (section 7.2) says to look for it."""
    return _described("void.ttl")


def _described(template: str) -> Response:
    contents = current_contents()
    until = monotonic() + _COUNTING_SECONDS
    while template == "void.ttl" and contents and contents.counts is None and monotonic() < until:
        sleep(0.1)
        contents = current_contents()
    configuration = service().configuration
    input_formats = [FORMAT_IRIS[name] for name in GRAPH_FORMATS]
    turtle = render_template(
        template,
        base=base_iri(),
        dumps=kept_dumps()[:1] if template == "void.ttl" else (),
        dataset=BASE + "dataset",
        contents=contents,
        result_formats=[FORMAT_IRIS[name] for names in OFFERED.values() for name in names],
        input_formats=input_formats,
        features=features(configuration),
        takes_updates=takes_updates(configuration),
        loaded_formats=input_formats if loads(configuration) else (),
    )
    media_type = _wanted()
    response = Response(convert_turtle(turtle, media_type), content_type=content_type(media_type))
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Accept",))
    response.set_etag(sha256(f"{media_type}\n{turtle}".encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _wanted() -> str:
    named = [name for name in SHORT_NAMES.get(request.args.get("format", ""), ()) if name in GRAPH_FORMATS]
    accept = named[0] if named else request.headers.get("Accept", "")
    return negotiate(
        accept, GRAPH_FORMATS, {name: to for name, to in GRAPH_ALIASES.items() if to in GRAPH_FORMATS}
    )
