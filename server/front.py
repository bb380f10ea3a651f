"""What every request passes on its way in and out: its id, common headers, kept answers, log and counts.

Nothing here needs the web framework: most requests to a public endpoint repeat earlier ones, and answering
those needs neither routing nor request objects.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from ..ontology.errors import DigiTerrError
from ..store.model import DatasetVersion
from .cache import AnswerCache, CachedAnswer
from .logs import AnswerLog, log
from .query_operation import has_already
from .service import Service

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

ARRIVAL: Final = "digiterr.arrival"
REQUEST_ID: Final = "digiterr.request_id"
CACHEABLE: Final = "digiterr.cacheable"  # set by a handler to the version that its answer is of
OUTCOME: Final = "digiterr.outcome"  # set by a handler that ran a query
QUERY: Final = "digiterr.query"
ANSWERED: Final = "digiterr.answered"  # the store's Answer to the query of the request, asked for already
FAILED: Final = "digiterr.failed"  # the DigiTerrError that this answer was
GONE: Final = "digiterr.gone"  # a threading.Event that the gateway sets when the client has gone
REFUSED: Final = "digiterr.refused"  # why the gateway lets nobody answer: "busy" or "slow"

QUERY_PATHS: Final = frozenset({"/sparql", "/sparql/"})
_CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
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


@dataclass(eq=False, slots=True)
class Arrival:
    """A request as it came in. `version` is the one in force then, 0 for none; `key`, what its answer is kept
    under, None for one that is never kept."""

    method: str
    path: str
    request_id: str
    version: int
    started: float
    key: Hashable | None = None

    @property
    def headers(self) -> Headers:
        """The headers that every answer has."""
        return [("x-request-id", self.request_id), ("x-digiterr-version", str(self.version)), *_COMMON]


class Front:
    """A WSGI application around another, and what the gateway does without either."""

    def __init__(self, application: WsgiApplication, service: Service) -> None:
        self._application = application
        self._engine = service.engine
        self._metrics = service.metrics
        self._slow_query = service.configuration.slow_query
        self.service = service
        self.cache = AnswerCache(service.configuration.cache_size)
        self.log = AnswerLog(service.configuration.log_format)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        arrival: Arrival | None = environ.get(ARRIVAL)
        if arrival is None:
            sent_id = environ.get("HTTP_X_REQUEST_ID", "")
            arrival = self.arrive(environ["REQUEST_METHOD"], environ["PATH_INFO"], sent_id)
        environ[REQUEST_ID] = arrival.request_id
        exchange = Exchange(self, environ, arrival)
        own = arrival.headers

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:  # noqa: ARG001 (PEP 3333)
            exchange.status, exchange.headers = status, headers
            given = {name.lower() for name, _ in headers}  # a write tells the version that it made
            return start_response(status, [*headers, *(one for one in own if one[0] not in given)])

        body = self._application(environ, start)
        return exchange.finish_at_once(body) if isinstance(body, list) else exchange.watch(body)

    def arrive(self, method: str, path: str, sent_id: str | None) -> Arrival:
        """Note a request, under the id that its client gave it if that is a decent one."""
        started = perf_counter()
        request_id = sent_id if sent_id and _CLIENT_ID.fullmatch(sent_id) else secrets.token_hex(8)
        version: DatasetVersion | None = None
        with suppress(DigiTerrError):  # an engine that is not there is said by who asks it
            version = self._engine.version()
        return Arrival(method, path, request_id, version.number if version else 0, started)

    def kept(
        self, arrival: Arrival, if_none_match: str | None, body: bytes, *asked: str | None
    ) -> tuple[int, Headers, bytes] | None:
        """The kept answer to a query: status, headers, content. None when it must be asked.

        `asked` is all else that the answer depends on: query string, type of the body, Accept...
        """
        kept_method = arrival.method in ("GET", "POST")
        if not (arrival.version and kept_method and self.cache.largest_body):
            return None
        if len(body) > _LARGEST_CACHED_REQUEST:
            return None
        arrival.key = (arrival.version, arrival.method, body, *asked)
        cached = self.cache.get(arrival.key)
        if cached is None:
            return None
        if arrival.method == "GET" and has_already(if_none_match, cached.etag[1:-1]):
            self.account(arrival, 304, 0, "not_modified")
            return 304, [*cached.validators, *arrival.headers], b""
        self.account(arrival, 200, len(cached.body), "cached")
        return 200, [*cached.headers, *arrival.headers], cached.body

    def keep(self, arrival: Arrival, version: int | None, headers: Headers, body: bytes) -> None:
        """Keep an answer, if it has a key, and is of the version that was in force when its request came."""
        if arrival.key is None or arrival.version != version or len(body) > self.cache.largest_body:
            return
        named = {name.lower(): value for name, value in headers}
        named["content-length"] = str(len(body))
        validators = [(name, named[name]) for name in _VALIDATORS if name in named]
        self.cache.put(arrival.key, CachedAnswer(list(named.items()), validators, named["etag"], body))

    def account(self, arrival: Arrival, status: int, size: int, outcome: str | None, query: str = "") -> None:
        """Count and log an answer that has left."""
        seconds = perf_counter() - arrival.started
        method = arrival.method if arrival.method in _METHODS else "other"
        self._metrics.answered(method, status)
        fields: dict[str, object] = {
            "request_id": arrival.request_id,
            "method": method,
            "path": arrival.path,
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
                    log(logging.WARNING, "slow query", **fields, query=query)
        self.log.add(fields)


class Exchange:
    """One request on its way through Flask: what its answer turned out to be."""

    def __init__(self, front: Front, environ: Environ, arrival: Arrival) -> None:
        self.status = "500"
        self.headers: Headers = []
        self._front = front
        self._environ = environ
        self._arrival = arrival
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
            if self._arrival.key is None or self._size > self._front.cache.largest_body:
                self._kept = None

    def end(self, outcome: str | None = None) -> None:
        """The answer has left, whole when there is no outcome to tell; counted once."""
        if self._done:
            return
        self._done = True
        status = int(self.status[:3])
        known = self._environ.get(OUTCOME)
        query = self._environ.get(QUERY, "")
        self._front.account(self._arrival, status, self._size, (known and outcome) or known, query)
        if outcome is None and status == 200 and self._kept is not None and CACHEABLE in self._environ:
            body = b"".join(self._kept)
            self._front.keep(self._arrival, self._environ[CACHEABLE], self.headers, body)


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
