"""Between granian and the WSGI application: kept answers and plain queries at once, the rest on threads.

RSGI, granian's own interface (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md), is
what tells that a client has gone while its query runs. Slow clients hold no thread: bodies are received whole
before a thread is taken, and a thread works only on the next piece of an answer, not on its sending.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from time import perf_counter
from typing import IO, Any, Final
from urllib.parse import unquote_to_bytes

from .configuration import Configuration
from .connection import Connection, find_connection, has_gone
from .direct import DirectQueries, Question
from .front import ARRIVAL, GONE, QUERY_PATHS, REFUSED, Environ, Front
from .logs import log

_WHOLE: Final = 256 * 1024  # answers of known length up to this leave in one piece
_PIECE: Final = 64 * 1024
_PIECE_SECONDS: Final = 0.02
_AHEAD: Final = 4 * 1024 * 1024  # bytes given to granian that the client has not taken
_STALLED_SECONDS: Final = 30.0
_BODY_IN_MEMORY: Final = 1024 * 1024
_OPERATIONS: Final = frozenset({"/health", "/ready", "/metrics"})
_PROTOCOL: Final = ("/sparql", "/update", "/data")


class Gateway:
    """An RSGI application around the front layer."""

    def __init__(self, front: Front, configuration: Configuration) -> None:
        self._front = front
        self._configuration = configuration
        threads = configuration.web_threads
        self._pools = {
            name: ThreadPoolExecutor(count, thread_name_prefix=name)
            for name, count in (("protocol", threads), ("pages", threads), ("operations", 2))
        }
        self._waiting = dict.fromkeys(self._pools, 0)
        self._most_waiting = threads + configuration.queue_length
        self._host, self._port = configuration.host, str(configuration.port)
        self._direct: DirectQueries | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by granian once, with the loop that will run this application."""
        self._front.log.follow(loop.call_soon)
        self._direct = DirectQueries(self._front, loop)

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """Called by granian once, when it stops."""
        if self._direct:
            self._direct.close()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if scope.proto != "http":
            return
        headers = _headers(scope)
        arrival = self._front.arrive(scope.method, scope.path, headers.get("x-request-id"))
        body: IO[bytes] | None = None
        refused = None
        if scope.method not in ("GET", "HEAD", "OPTIONS"):
            body, refused = await self._receive(headers, scope.client, proto)
        given: dict[str, object] = {}
        if self._direct and scope.path in QUERY_PATHS and refused is None:
            question = Question(arrival, scope.query_string, headers, body)
            answered = await self._direct.answer(question, proto)
            if answered:
                _send_whole(proto, *answered)
                return
            given = question.given
        environ = {**self._environ(scope, headers, body), ARRIVAL: arrival, **given}
        if refused:
            environ[REFUSED] = refused
        pool = self._pool_of(environ["PATH_INFO"])
        if self._waiting[pool] >= self._most_waiting:
            environ[REFUSED] = "busy"
            pool = "operations"
        self._waiting[pool] += 1
        try:
            await self._answer(environ, scope, proto, self._pools[pool])
        finally:
            self._waiting[pool] -= 1

    async def _answer(self, environ: Environ, scope: Any, proto: Any, pool: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        gone: threading.Event = environ[GONE]
        watch = asyncio.ensure_future(proto.client_disconnect())
        watch.add_done_callback(lambda _: gone.set())
        try:
            begun = await loop.run_in_executor(pool, self._begin, environ, scope.client)
            if begun.whole:
                _send_whole(proto, begun.status, begun.headers, begun.first)
            else:
                await _stream(loop, pool, proto, begun, gone)
        finally:
            watch.cancel()

    def _begin(self, environ: Environ, client: str) -> Begun:
        begun = Begun()
        body = self._front(environ, begun.start)
        chunks = iter(body)
        begun.first = next(chunks, b"")
        length = begun.length()
        if isinstance(body, list) or (length is not None and length <= _WHOLE):
            begun.first = b"".join((begun.first, *chunks))
            _close(body)
        else:
            begun.whole, begun.rest, begun.body = False, chunks, body
            begun.connection = find_connection(client)
        return begun

    async def _receive(
        self, headers: Mapping[str, str], client: str, proto: Any
    ) -> tuple[IO[bytes], str | None]:
        """The body of a request, up to the limit of those who may send it; what is beyond is not read.

        And why the request is refused, if its body came too slowly, or not to its end: granian ends it alike
        when its client has gone.
        """
        settings = self._configuration
        limit = settings.upload_size if "authorization" in headers else settings.query_length + _PIECE
        received = SpooledTemporaryFile(_BODY_IN_MEMORY)  # noqa: SIM115 (closed with the environ that holds it)
        refused = None
        try:
            async with asyncio.timeout(settings.body_timeout):
                async for chunk in proto:
                    received.write(chunk)
                    if received.tell() > limit + 1:
                        break
        except TimeoutError:
            refused = "slow"
        size = received.tell()
        if refused is None and size <= limit and _is_cut(headers.get("content-length"), size, client):
            refused = "cut"
        received.seek(0)
        return received, refused

    def _pool_of(self, path: str) -> str:
        if path in _OPERATIONS:
            return "operations"
        return "protocol" if path.startswith(_PROTOCOL) else "pages"

    def _environ(self, scope: Any, headers: Mapping[str, str], body: IO[bytes] | None) -> Environ:
        """The environ of PEP 3333 for a request."""
        environ: Environ = {
            "REQUEST_METHOD": scope.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
            "QUERY_STRING": scope.query_string,
            "SERVER_NAME": self._host,
            "SERVER_PORT": self._port,
            "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
            "REMOTE_ADDR": scope.client.rpartition(":")[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.scheme,
            "wsgi.input": body or _NO_BODY,
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            GONE: threading.Event(),
        }
        if scope.authority:
            environ["HTTP_HOST"] = scope.authority
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = value
        return environ


def _is_cut(length: str | None, size: int, client: str) -> bool:
    """Whether a body that ended is not whole: shorter than announced, or chunks of a client that has gone."""
    if length is not None:
        return length.isdecimal() and size < int(length)
    return has_gone(client)


def _headers(scope: Any) -> dict[str, str]:
    """The headers of a request, those sent several times put together (RFC 9110, 5.2; cookies, 6265)."""
    found: dict[str, str] = {}
    for name, value in scope.headers.items():
        if name in found:
            value = f"{found[name]}{'; ' if name == 'cookie' else ', '}{value}"
        found[name] = value
    return found


class Begun:
    """An answer that has begun: its head, its first piece, and the rest when there is more."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        self.first = b""
        self.whole = True
        self.rest: Iterator[bytes] = iter(())
        self.body: Iterable[bytes] = ()
        self.connection: Connection | None = None

    def start(self, status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        self.status, self.headers = int(status[:3]), [(name.lower(), value) for name, value in headers]

    def length(self) -> int | None:
        for name, value in self.headers:
            if name == "content-length":
                return int(value)
        return None


class _NoBody:
    def read(self, _: int = -1) -> bytes:
        return b""


_NO_BODY: Final = _NoBody()


def _send_whole(proto: Any, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
    if content:
        proto.response_bytes(status, headers, content)
    else:
        proto.response_empty(status, headers)


async def _stream(
    loop: asyncio.AbstractEventLoop,
    pool: ThreadPoolExecutor,
    proto: Any,
    begun: Begun,
    gone: threading.Event,
) -> None:
    """Send an answer piece by piece, no faster than the client takes it."""
    given = 0
    piece: bytes | None = begun.first
    try:
        transport = proto.response_stream(begun.status, begun.headers)
        while piece is not None:
            await transport.send_bytes(piece)
            given += len(piece)
            if begun.connection:
                await _wait_for_client(begun.connection, given, gone)
            piece = await loop.run_in_executor(pool, _next_piece, begun.rest)
    except Exception as error:
        if begun.connection:
            begun.connection.break_off()
        log(logging.WARNING, "answer cut short", reason=type(error).__name__, bytes=given)
    finally:
        await loop.run_in_executor(pool, _close, begun.body)
        if begun.connection:
            begun.connection.close()


async def _wait_for_client(connection: Connection, given: int, gone: threading.Event) -> None:
    """Wait while more than `_AHEAD` bytes are to be taken. TimeoutError when none is taken for long."""
    taken, since = -1, perf_counter()
    while given - (now := connection.taken()) > _AHEAD:
        if gone.is_set():
            raise ConnectionResetError
        if now > taken:
            taken, since = now, perf_counter()
        elif perf_counter() - since > _STALLED_SECONDS:
            raise TimeoutError
        await asyncio.sleep(0.002)


def _next_piece(chunks: Iterator[bytes]) -> bytes | None:
    """What is ready of an answer, about 64 kB of it; None at its end."""
    until = perf_counter() + _PIECE_SECONDS
    gathered = bytearray()
    for chunk in chunks:
        gathered += chunk
        if len(gathered) >= _PIECE or perf_counter() > until:
            break
    return bytes(gathered) if gathered else None


def _close(body: Iterable[bytes]) -> None:
    close: Callable[[], None] | None = getattr(body, "close", None)
    if close:
        close()
