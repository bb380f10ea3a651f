"""The query endpoint, `/sparql`.

SPARQL 1.1 Protocol, section 2.1 (query operation): https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from ..ontology.sparql_tokens import QueryForm, nesting_depth, query_form, tokens, words
from ..ontology.text import Text
from ..store.model import QueryRequest, ResultForm
from ..store.outline import refuse_calls
from .compression import SMALLEST, compress, encoding_for
from .front import CACHEABLE, GONE, OUTCOME, QUERY
from .http_errors import BadRequestError, MethodNotAllowedError, TooDeepError, UnsupportedMediaTypeError
from .negotiation import media_type_for
from .parameters import (
    FORM,
    Parameters,
    decode_parameters,
    not_utf8,
    query_string,
    read_body,
    single,
    too_large,
)
from .problems import wants_html
from .service import service

blueprint = Blueprint("sparql", __name__)

SPARQL_QUERY: Final = "application/sparql-query"
METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST")
# `format`, `output` and `results` are what clients in use add to ask for a format.
PARAMETERS: Final = (
    "query", "default-graph-uri", "named-graph-uri", "timeout", "format", "output", "results", "lang",
)  # fmt: skip
RESULT_FORMS: Final[dict[QueryForm, ResultForm]] = {
    "SELECT": "bindings",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_UPDATE_WORDS: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)
# Functions that give something else each time (SPARQL 1.1 Query, 17.4): their answers have no lasting ETag.
_CHANGING: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation as the client sent it."""

    text: str
    form: QueryForm | None
    parameters: Parameters

    @property
    def short_format(self) -> str | None:
        for name in ("format", "output", "results"):
            if values := self.parameters.get(name):
                return values[0]
        return None


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"])
def sparql() -> Response:
    """The query operation in its three forms; without a query, the description of the service."""
    if request.method == "OPTIONS":
        return options(METHODS, SPARQL_QUERY, FORM)
    if request.method not in METHODS:
        raise MethodNotAllowedError(request.method, METHODS)
    asked = read_query()
    if asked is None:
        from .pages import query_form_page  # pages ask queries through this module

        return query_form_page()
    check_query(asked)
    if request.environ[QUERY] and _asks_for_page(asked):
        from .pages import result_page

        return result_page(asked)
    return answer(asked)


def options(methods: tuple[str, ...], *accepted: str) -> Response:
    """The answer to OPTIONS and to the preflight request of a browser (Fetch standard, section 4.8)."""
    names = ", ".join(methods)
    response = Response(status=204)
    response.headers["Allow"] = names
    response.headers["Accept-Post"] = ", ".join(accepted)
    response.headers["Access-Control-Allow-Methods"] = names
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-None-Match, X-Request-Id"
    )
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def read_query() -> Asked | None:
    """The query of the request; None when a GET has none. Raises HttpError for what the protocol refuses."""
    limit = service().configuration.query_length
    parameters = _parameters(query_string())
    if request.method == "POST":
        body = read_body(limit + 64 * 1024, "query_length")
        match request.mimetype:
            case "application/x-www-form-urlencoded":
                form = _parameters(body)
                parameters = {**parameters, **form}
            case "application/sparql-query":
                if "query" in parameters:
                    raise BadRequestError(
                        Text("La requête est donnée deux fois.", "The query is given twice."),
                        Text("Donnez-la dans le corps seul.", "Give it in the body alone."),
                    )
                parameters = {**parameters, "query": (_decode(body),)}
            case media_type:
                raise UnsupportedMediaTypeError(media_type, (SPARQL_QUERY, FORM))
    text = single(parameters, "query")
    if text is None:
        if request.method == "POST":
            raise BadRequestError(
                Text(
                    "La requête POST n’a pas de paramètre query.", "The POST request has no query parameter."
                ),
                Text("Envoyez le texte SPARQL dans query=.", "Send the SPARQL text in query=."),
            )
        return None
    if len(text.encode()) > limit:
        raise too_large(limit, "query_length")
    return Asked(text, query_form(text), parameters)


def check_query(asked: Asked) -> None:
    """Refuse what need not reach a worker: SERVICE and LOAD, bottomless nesting, updates."""
    request.environ[QUERY] = asked.text
    if not service().configuration.services:
        refuse_calls(asked.text)
    refuse_depth(nesting_depth(asked.text))
    if asked.form is None and _UPDATE_WORDS.intersection(words(asked.text)):
        raise BadRequestError(
            Text("Ceci est une mise à jour, pas une requête.", "This is an update, not a query."),
            Text("Envoyez les mises à jour à /update, par POST.", "Send updates to /update, by POST."),
        )


def refuse_depth(depth: int) -> None:
    """Raise TooDeepError for brackets nested past the limit: they would overflow the stack of a worker."""
    deepest = service().configuration.query_depth
    if depth > deepest:
        raise TooDeepError(
            Text(
                f"Le texte imbrique plus de {deepest} parenthèses (réglage query_depth).",
                f"The text nests more than {deepest} brackets (setting query_depth).",
            ),
            Text("Simplifiez-le.", "Simplify it."),
            details={"limit": "query_depth", "limit_value": deepest},
        )


def query_request(asked: Asked, media_type: str | None) -> QueryRequest:
    """What the engine is asked: the client may lower the deadline, never raise it."""
    configuration = service().configuration
    return QueryRequest(
        text=asked.text,
        default_graphs=asked.parameters.get("default-graph-uri", ()),
        named_graphs=asked.parameters.get("named-graph-uri", ()),
        accept=media_type,
        timeout=min(_timeout(asked.parameters), configuration.query_timeout),
        row_limit=configuration.row_limit,
        abandoned=request.environ[GONE].is_set if GONE in request.environ else None,
    )


def answer(asked: Asked) -> Response:
    """Run a query and stream its answer, or answer 304 when the client has it already."""
    media_type = None
    if asked.form:
        media_type = media_type_for(
            RESULT_FORMS[asked.form], request.headers.get("Accept", ""), asked.short_format
        )
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    etag, unchanged = None, None
    if media_type and not _changes_each_time(asked):
        graphs = [asked.parameters.get(name, ()) for name in ("default-graph-uri", "named-graph-uri")]
        etag, unchanged = conditional(asked.text, *graphs, media_type, encoding)
    if unchanged:
        request.environ[OUTCOME] = "not_modified"
        return unchanged
    request.environ[OUTCOME] = "error"
    found = service().engine.query(query_request(asked, media_type))
    request.environ[OUTCOME] = "ok"
    response = Response(content_type=content_type(found.media_type))
    if etag and etag.startswith(f"v{found.version}-"):
        with_cache_headers(response, etag)
        request.environ[CACHEABLE] = found.version
    else:
        response.headers["Cache-Control"] = "no-store"
    response.headers.update(dict(found.headers))
    response.vary.update(("Accept", "Accept-Encoding"))
    send(response, found.body, encoding)
    return response


def conditional(*asked: object) -> tuple[str | None, Response | None]:
    """The strong entity tag of what is asked of the version in force, and a 304 when the client has it.

    None for the tag while nothing is published. RFC 9110, 13.1.2: If-None-Match is for GET and HEAD.
    """
    version = service().engine.version()
    if version is None:
        return None, None
    etag = f"v{version.number}-{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:24]}"
    if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(etag):
        return etag, with_cache_headers(Response(status=304), etag)
    return etag, None


def send(response: Response, body: Iterator[bytes], encoding: str | None) -> None:
    """Give a response its body: whole when it is short, streamed otherwise; none for HEAD."""
    chunks = _closing(body)
    first = next(chunks, b"")
    rest = b""
    if len(first) < 4096:
        rest = next(chunks, b"")
        if not rest:
            response.set_data(first)
            if encoding and len(first) >= SMALLEST:
                response.set_data(b"".join(compress(_one(first), encoding)))
                response.headers["Content-Encoding"] = encoding
            return
    if encoding:
        response.headers["Content-Encoding"] = encoding
    if request.method == "HEAD":
        chunks.close()
        return
    whole = _chained(first, rest, chunks)
    response.response = compress(whole, encoding) if encoding else whole


def content_type(media_type: str) -> str:
    """A media type with its parameters: text formats say that they are in UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _parameters(encoded: bytes) -> Parameters:
    parameters = decode_parameters(encoded, (*PARAMETERS, "update"))
    if "update" in parameters:
        raise BadRequestError(
            Text("Une mise à jour ne passe pas par ici.", "An update does not go this way."),
            Text("Envoyez-la à /update, par POST.", "Send it to /update, by POST."),
        )
    return parameters


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8() from error


def _timeout(parameters: Parameters) -> float:
    value = single(parameters, "timeout")
    if value is None:
        return float("inf")
    with suppress(ValueError):
        seconds = float(value)
        if 0 < seconds < float("inf"):
            return seconds
    raise BadRequestError(
        Text(
            "timeout n’est pas un nombre de secondes positif.", "timeout is not a positive number of seconds."
        ),
        Text("Écrivez par exemple timeout=5.", "Write timeout=5, for instance."),
    )


def _asks_for_page(asked: Asked) -> bool:
    if asked.short_format:
        return asked.short_format.lower() == "html"
    return wants_html()


def _changes_each_time(asked: Asked) -> bool:
    if not _CHANGING.isdisjoint(words(asked.text)):
        return True
    # Blank nodes of a template get new labels each time.
    return asked.form == "CONSTRUCT" and any(
        token.kind == "blank_node" or token.text == "[" for token in tokens(asked.text)
    )


def with_cache_headers(response: Response, etag: str) -> Response:
    """The same response, with its entity tag and what caches may do with it."""
    max_age = service().configuration.cache_max_age
    response.set_etag(etag)
    response.headers["Cache-Control"] = f"public, max-age={max_age}" if max_age else "public, no-cache"
    response.vary.update(("Accept", "Accept-Encoding"))
    return response


def _closing(body: Iterator[bytes]) -> Generator[bytes]:
    """The body as a generator whose `close` frees the worker that makes it."""
    try:
        yield from body
    finally:
        close = getattr(body, "close", None)
        if close:
            close()


def _one(chunk: bytes) -> Generator[bytes]:
    yield chunk


def _chained(first: bytes, second: bytes, chunks: Generator[bytes]) -> Generator[bytes]:
    with closing(chunks):
        yield first
        if second:
            yield second
        yield from chunks
