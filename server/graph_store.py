"""The graph store, `/data`: named graphs read and written whole.

SPARQL 1.1 Graph Store HTTP Protocol: https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from ..ontology.errors import NotFoundError
from ..ontology.text import Text
from ..store.model import DEFAULT_GRAPH, QueryRequest
from .authority import authority
from .compression import encoding_for
from .description import base_url
from .http_errors import BadRequestError, MethodNotAllowedError, UnsupportedMediaTypeError
from .negotiation import GRAPH_ALIASES, GRAPH_FORMATS, negotiate
from .parameters import decode_parameters, query_string, single
from .service import service
from .sparql import conditional, content_type, options, send
from .update import SPARQL_UPDATE, read_update_body, written
from .uploads import MULTIPART, TRIPLE_FORMATS, received_uploads

blueprint = Blueprint("graph_store", __name__)

METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_PATH_CHARACTERS: Final = "/:@!$&'()*+,;=~"
_CONTENT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Target:
    """The graph that a request is about. `iri` None: the default graph."""

    iri: str | None

    @property
    def base_iri(self) -> str:
        """What relative IRIs in its content are relative to."""
        return self.iri or base_url()


@blueprint.route("/data", methods=[*METHODS], defaults={"path": None})
@blueprint.route("/data/<path:path>", methods=[*METHODS])
def graph_store(path: str | None) -> Response:
    """One graph: named by `graph=`, the default one by `default`, or the one named by this very address."""
    if request.method == "OPTIONS":
        response = options(METHODS, *TRIPLE_FORMATS, MULTIPART)
        response.headers["Accept-Patch"] = SPARQL_UPDATE
        return response
    target = _target(path)
    match request.method:
        case "GET" | "HEAD":
            return _read(_existing(target))
        case "PUT":
            return _put(_named(target))
        case "POST":
            return _post(target)
        case "DELETE":
            return _delete(_named(target))
        case "PATCH":
            return _patch(_named(target))
        case method:
            raise MethodNotAllowedError(method, METHODS)


def _target(path: str | None) -> Target | None:
    """The graph of the request (section 4); None when it names none."""
    parameters = decode_parameters(query_string(), ("graph", "default", "lang", "format"))
    named = single(parameters, "graph")
    named_otherwise = [named is not None, "default" in parameters, path is not None]
    if sum(named_otherwise) > 1:
        raise BadRequestError(
            Text("La requête désigne plusieurs graphes.", "The request names several graphs."),
            Text("Donnez graph=IRI ou default, non les deux.", "Give graph=IRI or default, not both."),
        )
    if named is not None:
        if not _IRI.fullmatch(named):
            raise BadRequestError(
                Text("graph= n’est pas un IRI absolu.", "graph= is not an absolute IRI."),
                Text("Encodez l’IRI entier du graphe.", "Encode the whole IRI of the graph."),
            )
        return Target(named)
    if "default" in parameters:
        return Target(None)
    if path is None:
        return None
    return Target(f"{base_url()}data/{quote(path, safe=_PATH_CHARACTERS)}")


def _named(target: Target | None) -> Target:
    if target is None:
        raise BadRequestError(
            Text("La requête ne désigne aucun graphe.", "The request names no graph."),
            Text("Ajoutez ?graph=IRI, ou ?default.", "Add ?graph=IRI, or ?default."),
        )
    return target


def _existing(target: Target | None) -> Target:
    named = _named(target)
    if not service().engine.has_graph(named.iri):
        shown = named.iri or "default"
        raise NotFoundError(
            Text(f"Il n’y a pas de graphe <{shown}>.", f"There is no graph <{shown}>."),
            Text(
                "La description du service, /sparql, les nomme tous.",
                "The service description, /sparql, names all.",
            ),
        )
    return named


def _read(target: Target) -> Response:
    media_type = negotiate(request.headers.get("Accept", ""), GRAPH_FORMATS, GRAPH_ALIASES)
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    graph = target.iri or DEFAULT_GRAPH
    etag, unchanged = conditional("data", graph, media_type, encoding)
    if unchanged:
        return unchanged
    answer = service().engine.query(QueryRequest(_CONTENT, default_graphs=(graph,), accept=media_type))
    response = Response(content_type=content_type(media_type))
    response.headers["Cache-Control"] = "public, no-cache"
    if etag:
        response.set_etag(etag)
    response.vary.update(("Accept", "Accept-Encoding"))
    send(response, answer.body, encoding)
    return response


def _put(target: Target) -> Response:
    """Section 5.3: the content takes the place of the graph's; 201 for a graph that was not there."""
    who = authority()
    with received_uploads(target.base_iri) as uploads:
        report = service().engine.put_graph(target.iri, uploads, who)
    return written(report, 200 if report.existed else 201)


def _post(target: Target | None) -> Response:
    """Section 5.5: the content is merged into the graph, or becomes a new one, which Location names."""
    who = authority()
    created = target or Target(f"{base_url()}data/{uuid.uuid4()}")
    with received_uploads(created.base_iri, multipart=True) as uploads:
        report = service().engine.post_graph(created.iri, uploads, who)
    response = written(report, 200 if report.existed else 201)
    if target is None:
        response.headers["Location"] = created.base_iri
    return response


def _delete(target: Target) -> Response:
    """Section 5.4: 404 for a graph that is not there."""
    who = authority()
    return written(service().engine.delete_graph(_existing(target).iri, who))


def _patch(target: Target) -> Response:
    """Section 5.7: an update of this one graph, which stands as the default graph of its text."""
    who = authority()
    if request.mimetype != SPARQL_UPDATE:
        raise UnsupportedMediaTypeError(request.mimetype, (SPARQL_UPDATE,), "Accept-Patch")
    return written(service().engine.patch_graph(_existing(target).iri, read_update_body(), who))
