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

from werkzeug.http import parse_etags

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

_CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_CACHED_PATHS: Final = frozenset({"/sparql", "/sparql/"})
_LARGEST_CACHED_REQUEST: Final = 64 * 1024
_COMMON: Final = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Link, Location, Retry-After, X-Request-Id, X-DigiTerr-Version, X-DigiTerr-Row-Limit",
    ),
    ("X-Content-Type-Options", "nosniff"),
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
        started = perf_counter()
        sent_id = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = sent_id if _CLIENT_ID.fullmatch(sent_id) else secrets.token_hex(8)
        environ[REQUEST_ID] = request_id
        version = self._engine.version()
        number = version.number if version else 0
        own = [("X-Request-Id", request_id), ("X-DigiTerr-Version", str(number)), *_COMMON]
        key = self._key(environ, number)
        cached = self.cache.get(key) if key else None
        if cached:
            return self._from_cache(cached, own, environ, start_response, started)
        exchange = Exchange(self, environ, key, number, started)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ARG001 (PEP 3333)
            exchange.status, exchange.headers = status, headers
            return start_response(status, [*headers, *own])

        body = self._application(environ, start)
        return exchange.finish_at_once(body) if isinstance(body, list) else exchange.watch(body)

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

    def _from_cache(
        self,
        cached: CachedAnswer,
        own: list[tuple[str, str]],
        environ: Environ,
        start_response: StartResponse,
        started: float,
    ) -> list[bytes]:
        asked = environ.get("HTTP_IF_NONE_MATCH")
        unchanged = asked is not None and (
            asked == cached.etag or parse_etags(asked).contains_weak(cached.etag[1:-1])
        )
        if unchanged and environ["REQUEST_METHOD"] == "GET":
            kept = [pair for pair in cached.headers if pair[0] not in ("Content-Length", "Content-Type")]
            start_response("304 Not Modified", [*kept, *own])
            self.account(environ, "304", 0, started, "not_modified")
            return [b""]
        start_response(cached.status, [*cached.headers, *own])
        self.account(environ, "200", len(cached.body), started, "cached")
        return [cached.body]

    def account(self, environ: Environ, status: str, size: int, started: float, outcome: str | None) -> None:
        """Count and log an answer that has left."""
        seconds = perf_counter() - started
        self._metrics.requests.labels(environ["REQUEST_METHOD"], status[:3]).inc()
        fields: dict[str, object] = {
            "request_id": environ[REQUEST_ID],
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "status": int(status[:3]),
            "bytes": size,
            "seconds": round(seconds, 4),
        }
        if outcome:
            self._metrics.queries.labels(outcome).inc()
            fields["outcome"] = outcome
            if outcome not in ("cached", "not_modified"):
                self._metrics.latency.observe(seconds)
                if seconds >= self._slow_query:
                    log(logging.WARNING, "slow query", **fields, query=environ.get(QUERY, ""))
        log(logging.INFO, "answer", **fields)


class Exchange:
    """One request on its way through Flask: what its answer turned out to be."""

    def __init__(
        self, front: Front, environ: Environ, key: Hashable | None, version: int, started: float
    ) -> None:
        self.status = "500"
        self.headers: list[tuple[str, str]] = []
        self._front = front
        self._environ = environ
        self._key = key
        self._version = version
        self._started = started
        self._size = 0
        self._kept: list[bytes] | None = []
        self._done = False

    def finish_at_once(self, body: list[bytes]) -> list[bytes]:
        self._size = sum(map(len, body))
        self._kept = body
        self._finish(None)
        return body

    def watch(self, body: Iterable[bytes]) -> Iterator[bytes]:
        return _WatchedBody(self, body)

    def passed(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._kept is not None:
            self._kept.append(chunk)
            if self._key is None or self._size > self._front.cache.largest_body:
                self._kept = None

    def end(self, outcome: str | None = None) -> None:
        if not self._done:
            self._finish(outcome)

    def _finish(self, outcome: str | None) -> None:
        self._done = True
        known = self._environ.get(OUTCOME)
        self._front.account(self._environ, self.status, self._size, self._started, outcome or known)
        whole = outcome is None and self._kept is not None and self.status.startswith("200")
        if whole and self._key is not None and self._environ.get(CACHEABLE) == self._version:
            body = b"".join(self._kept or ())
            names = {name.lower(): value for name, value in self.headers}
            if "content-length" not in names:
                self.headers.append(("Content-Length", str(len(body))))
            if etag := names.get("etag"):
                self._front.cache.put(self._key, CachedAnswer(self.status, self.headers, etag, body))


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
