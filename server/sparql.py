"""The query endpoint, `/sparql`.

SPARQL 1.1 Protocol, section 2.1 (query operation): https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Final

from flask import Blueprint, Response, request

from ..store.model import Answer, QueryRequest
from . import query_operation as operation
from .compression import SMALLEST, compress
from .front import ANSWERED, CACHEABLE, GONE, OUTCOME, QUERY
from .http_errors import MethodNotAllowedError
from .in_force import earlier_version
from .parameters import FORM, query_string, read_body
from .problems import wants_html
from .query_operation import RESULT_FORMS, SPARQL_QUERY, Asked, content_type
from .service import service

__all__ = ["RESULT_FORMS", "Asked", "blueprint", "content_type"]

blueprint = Blueprint("sparql", __name__)

EXPORTS: Final = ("svg", "png", "vl", "xlsx")  # charts and workbooks, made from rows
METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST")


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"])
def sparql() -> Response:
    """The query operation in its three forms; without a query, the description of the service."""
    if request.method == "OPTIONS":
        return options(METHODS, SPARQL_QUERY, FORM)
    if request.method not in METHODS:
        raise MethodNotAllowedError(request.method, METHODS)
    asked = read_query()
    if asked is None:
        from .editor.page import opening_page  # pages ask queries through this module

        return opening_page()
    check_query(asked)
    if _asks_for_page(asked):
        from .editor.page import result_page

        return result_page(asked)
    if asked.short_format and asked.short_format.lower() in EXPORTS:
        from .editor.exports import exported

        return exported(asked, asked.short_format.lower())
    return answer(asked)


def _asks_for_page(asked: Asked) -> bool:
    if asked.short_format:
        return asked.short_format.lower() == "html"
    return wants_html()


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
    if request.method != "POST":
        return operation.read_query(query_string(), None, b"", limit)
    body = read_body(limit + 64 * 1024, "query_length")
    return operation.read_query(query_string(), request.mimetype, body, limit)


def check_query(asked: Asked) -> None:
    """Refuse what need not reach a worker: SERVICE and LOAD, bottomless nesting, updates."""
    request.environ[QUERY] = asked.text
    operation.check_query(asked, service().configuration)


def refuse_depth(depth: int) -> None:
    """Raise TooDeepError for a text whose brackets nest deeper than the service reads."""
    operation.refuse_depth(depth, service().configuration)


def query_request(asked: Asked, media_type: str | None) -> QueryRequest:
    """What the engine is asked: the client may lower the deadline, never raise it."""
    abandoned = request.environ[GONE].is_set if GONE in request.environ else None
    return operation.query_request(asked, media_type, service().configuration, abandoned)


def answer(asked: Asked) -> Response:
    """Run a query and stream its answer, or answer 304 when the client has it already."""
    plan = operation.plan_query(
        asked, request.headers.get("Accept", ""), request.headers.get("Accept-Encoding", "")
    )
    unchanged = _unchanged(plan.tagged)
    if unchanged:
        request.environ[OUTCOME] = "not_modified"
        return unchanged
    request.environ[OUTCOME] = "error"
    found: Answer | None = request.environ.pop(ANSWERED, None)
    if found is None:
        found = service().engine.query(query_request(asked, plan.media_type))
    request.environ[OUTCOME] = "ok"
    headers = operation.answer_headers(found, plan.tagged, service().configuration)
    if plan.tagged:
        request.environ[CACHEABLE] = found.version
    response = Response(headers=headers)
    send(response, found.body, plan.encoding)
    return response


def conditional(*asked: object) -> tuple[str | None, Response | None]:
    """The strong entity tag of what is asked of the version in force, and a 304 when the client has it.

    None for the tag while nothing is published, and of an engine elsewhere that tells no version. RFC 9110,
    13.1.2: If-None-Match is for GET and HEAD.
    """
    number = _number_in_force()
    if not number:
        return None, None
    tagged = operation.digest(*asked)
    return operation.entity_tag(number, tagged), _unchanged(tagged)


def _number_in_force() -> int:
    """The number of the version in force; 0 for none, and for one of no known number."""
    version = service().engine.version()
    return version.number if version else 0


def _unchanged(tagged: str | None) -> Response | None:
    number = _number_in_force()
    if tagged is None or not number or request.method not in ("GET", "HEAD"):
        return None
    etag = operation.entity_tag(number, tagged)
    if not operation.has_already(request.headers.get("If-None-Match"), etag):
        return None
    return with_cache_headers(Response(status=304), etag)


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


def with_cache_headers(response: Response, etag: str) -> Response:
    """The same response, with its entity tag and what caches may do with it.

    One made of an earlier version than the tag's has none.
    """
    if earlier_version() is not None:
        response.headers["Cache-Control"] = "no-cache"
        return response
    for name, value in operation.validators(etag, service().configuration):
        response.headers[name] = value
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
