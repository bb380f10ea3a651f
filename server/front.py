"""The layer in front of Flask: request ids, common headers, cached answers and 304s, the log and the counts.

Plain WSGI, because most requests to a public endpoint repeat earlier ones, and answering those needs neither
routing nor request objects.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Hashable, Iterable, Iterator
from io import BytesIO
from time import perf_counter
from typing import Any, Final

from werkzeug.http import HTTP_STATUS_CODES, parse_etags

from .cache import AnswerCache, CachedAnswer
from .logs import log
from .service import Service

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

REQUEST_ID: Final = "digiterr.request_id"
CACHEABLE: Final = "digiterr.cacheable"  # set by a handler to the version that its answer is of
OUTCOME: Final = "digiterr.outcome"  # set by a handler that ran a query
QUERY: Final = "digiterr.query"
GONE: Final = "digiterr.gone"  # a threading.Event that the gateway sets when the client has gone
REFUSED: Final = "digiterr.refused"  # why the gateway lets nobody answer: "busy" or "slow"
_STARTED: Final = "digiterr.started"
_VERSION: Final = "digiterr.version"
_KEY: Final = "digiterr.key"

_CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_CACHED_PATHS: Final = frozenset({"/sparql", "/sparql/"})
_LARGEST_CACHED_REQUEST: Final = 64 * 1024
# RFC 9110, 15.4.5: what a 304 repeats of the 200.
_VALIDATORS: Final = ("cache-control", "content-location", "etag", "expires", "vary")
_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"})
_COMMON: Final = (
    ("access-control-allow-origin", "*"),
    (
        "access-control-expose-headers",
        "ETag, Link, Location, Retry-After, X-Request-Id, X-DigiTerr-Version, X-DigiTerr-Row-Limit",
    ),
    ("x-content-type-options", "nosniff"),
)


class Front:
    """A WSGI application around another."""

    def __init__(self, application: WsgiApplication, service: Service) -> None:
        self._application = application
        self._engine = service.engine
        self._metrics = service.metrics
        self._slow_query = service.configuration.slow_query
        self.cache = AnswerCache(service.configuration.cache_size)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if _STARTED not in environ:
            cached = self.from_cache(environ)
            if cached:
                status, headers, content = cached
                start_response(f"{status} {HTTP_STATUS_CODES[status]}", headers)
                return [content]
        exchange = Exchange(self, environ)
        own = self._own_headers(environ)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ARG001 (PEP 3333)
            exchange.status, exchange.headers = status, headers
            return start_response(status, [*headers, *own])

        body = self._application(environ, start)
        return exchange.finish_at_once(body) if isinstance(body, list) else exchange.watch(body)

    def from_cache(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """The kept answer to a request: status, headers, content. None when the application must answer."""
        environ[_STARTED] = perf_counter()
        sent_id = environ.get("HTTP_X_REQUEST_ID", "")
        environ[REQUEST_ID] = sent_id if _CLIENT_ID.fullmatch(sent_id) else secrets.token_hex(8)
        version = self._engine.version()
        environ[_VERSION] = number = version.number if version else 0
        environ[_KEY] = key = self._key(environ, number)
        cached = self.cache.get(key) if key else None
        if cached is None:
            return None
        own = self._own_headers(environ)
        asked = environ.get("HTTP_IF_NONE_MATCH")
        unchanged = asked is not None and (
            asked == cached.etag or parse_etags(asked).contains_weak(cached.etag[1:-1])
        )
        if unchanged and environ["REQUEST_METHOD"] == "GET":
            self.account(environ, 304, 0, "not_modified")
            return 304, [*cached.validators, *own], b""
        self.account(environ, 200, len(cached.body), "cached")
        return 200, [*cached.headers, *own], cached.body

    def _own_headers(self, environ: Environ) -> list[tuple[str, str]]:
        return [
            ("x-request-id", environ[REQUEST_ID]),
            ("x-digiterr-version", str(environ[_VERSION])),
            *_COMMON,
        ]

    def _key(self, environ: Environ, version: int) -> Hashable | None:
        """What an answer is kept under; None for a request whose answer is never kept."""
        if not version or environ["PATH_INFO"] not in _CACHED_PATHS or not self.cache.largest_body:
            return None
        match environ["REQUEST_METHOD"]:
            case "GET":
                body = b""
            case "POST":
                length = environ.get("CONTENT_LENGTH") or ""
                if not length.isdecimal() or int(length) > _LARGEST_CACHED_REQUEST:
                    return None
                body = environ["wsgi.input"].read(int(length))
                environ["wsgi.input"] = BytesIO(body)
            case _:
                return None
        return (
            version,
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
            body,
            environ.get("CONTENT_TYPE"),
            environ.get("HTTP_ACCEPT"),
            environ.get("HTTP_ACCEPT_ENCODING"),
        )

    def account(self, environ: Environ, status: int, size: int, outcome: str | None) -> None:
        """Count and log an answer that has left."""
        seconds = perf_counter() - environ[_STARTED]
        method = environ["REQUEST_METHOD"]
        self._metrics.answered(method if method in _METHODS else "other", status)
        fields: dict[str, object] = {
            "request_id": environ[REQUEST_ID],
            "method": method,
            "path": environ["PATH_INFO"],
            "status": status,
            "bytes": size,
            "seconds": round(seconds, 4),
        }
        if outcome:
            self._metrics.asked(outcome)
            fields["outcome"] = outcome
            if outcome not in ("cached", "not_modified"):
                self._metrics.latency.observe(seconds)
                if seconds >= self._slow_query:
                    log(logging.WARNING, "slow query", **fields, query=environ.get(QUERY, ""))
        log(logging.INFO, "answer", **fields)


class Exchange:
    """One request on its way through Flask: what its answer turned out to be."""

    def __init__(self, front: Front, environ: Environ) -> None:
        self.status = "500"
        self.headers: list[tuple[str, str]] = []
        self._front = front
        self._environ = environ
        self._size = 0
        self._kept: list[bytes] | None = []
        self._done = False

    def finish_at_once(self, body: list[bytes]) -> list[bytes]:
        self._size = sum(map(len, body))
        self._kept = body
        self.end()
        return body

    def watch(self, body: Iterable[bytes]) -> Iterator[bytes]:
        return _WatchedBody(self, body)

    def passed(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._kept is not None:
            self._kept.append(chunk)
            if self._environ[_KEY] is None or self._size > self._front.cache.largest_body:
                self._kept = None

    def end(self, outcome: str | None = None) -> None:
        """The answer has left, whole when there is no outcome to tell; counted once."""
        if self._done:
            return
        self._done = True
        status = int(self.status[:3])
        known = self._environ.get(OUTCOME)
        self._front.account(self._environ, status, self._size, (known and outcome) or known)
        if outcome is None and status == 200 and self._kept is not None:
            self._keep(b"".join(self._kept))

    def _keep(self, body: bytes) -> None:
        key, version = self._environ[_KEY], self._environ[_VERSION]
        if key is None or self._environ.get(CACHEABLE) != version:
            return
        headers = {name.lower(): value for name, value in self.headers}
        headers["content-length"] = str(len(body))
        validators = [(name, headers[name]) for name in _VALIDATORS if name in headers]
        answer = CachedAnswer(list(headers.items()), validators, headers["etag"], body)
        self._front.cache.put(key, answer)


class _WatchedBody:
    """The body of an answer, seen on its way out; `close` is called when the client has gone."""

    def __init__(self, exchange: Exchange, body: Iterable[bytes]) -> None:
        self._exchange = exchange
        self._body = body
        self._chunks = iter(body)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            self._exchange.end()
            raise
        except BaseException:
            self._exchange.end("cut")
            raise
        self._exchange.passed(chunk)
        return chunk

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close:
            close()
        self._exchange.end("disconnected")
