"""Connections to a remote engine that are kept from one query to the next.

`urllib` makes a connection for each request and closes it. This handler, put in its opener, keeps those that
answered, and watches over the wait for an answer: it ends at a deadline, and when nobody waits any more.
"""

from __future__ import annotations

import select
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final, cast

from ..errors import AbandonedError

_KEPT: Final = 32
_KEPT_SECONDS: Final = 60.0  # less than servers and address translators keep a connection that is silent
_ASK_EVERY: Final = 0.1  # how often an asker is asked whether it still waits

_Place = tuple[type, str]


class Response(HTTPResponse):
    """A response whose connection is kept once it was read to its end."""

    give_back: Callable[[], None] | None = None

    def close(self) -> None:
        whole = (self.isclosed() or self.length == 0) and not self.will_close
        super().close()
        if self.give_back and whole:
            self.give_back()
        self.give_back = None


class KeptConnections(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Sends requests that may be sent twice: a kept connection may prove closed when it is used."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._idle: dict[_Place, list[tuple[float, HTTPConnection]]] = {}

    def do_open(self, http_class: Any, req: urllib.request.Request, **options: Any) -> Any:
        """Send a request and wait for the head of its response, `req.timeout` seconds at most.

        Where `req` has an attribute `abandoned`, it is called meanwhile: AbandonedError once it says True.
        """
        if getattr(req, "_tunnel_host", None):  # by a proxy
            return super().do_open(http_class, req, **options)
        place: _Place = (http_class, req.host)
        while True:
            connection = self._take(place)
            kept = connection is not None
            if connection is None:
                connection = http_class(req.host, timeout=req.timeout, **options)
                connection.response_class = Response
            try:
                return self._sent(connection, place, req)
            except (ConnectionError, HTTPException) as error:
                connection.close()
                if not kept:
                    raise urllib.error.URLError(error) if isinstance(error, OSError) else error from error
            except OSError as error:
                connection.close()
                raise urllib.error.URLError(error) from error
            except BaseException:
                connection.close()
                raise

    def close(self) -> None:
        """Close the connections that wait."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for waiting in idle.values():
            for _, connection in waiting:
                connection.close()

    def _sent(self, connection: HTTPConnection, place: _Place, req: urllib.request.Request) -> Response:
        headers = {**req.unredirected_hdrs, **req.headers}
        connection.request(req.get_method(), req.selector, req.data, headers)
        _wait(connection, req.timeout or 0.0, getattr(req, "abandoned", None))
        response = cast("Response", connection.getresponse())
        response.url, response.msg = req.full_url, response.reason  # pyright: ignore  (as urllib does)
        if response.status >= 300:
            connection.sock.close()
            connection.sock = None
        elif not response.will_close:
            response.give_back = lambda: self._keep(place, connection)
        return response

    def _take(self, place: _Place) -> HTTPConnection | None:
        """A connection that waits, the one used last; those that were closed meanwhile are let go."""
        while True:
            with self._lock:
                waiting = self._idle.get(place)
                if not waiting:
                    return None
                since, connection = waiting.pop()
            if time.monotonic() - since < _KEPT_SECONDS and not _readable(connection, 0.0):
                return connection
            connection.close()

    def _keep(self, place: _Place, connection: HTTPConnection) -> None:
        with self._lock:
            waiting = self._idle.setdefault(place, [])
            waiting.append((time.monotonic(), connection))
            let_go = waiting.pop(0)[1] if len(waiting) > _KEPT else None
        if let_go:
            let_go.close()


def _wait(connection: HTTPConnection, seconds: float, abandoned: Callable[[], bool] | None) -> None:
    """Wait for the first bytes of a response. TimeoutError, or AbandonedError."""
    end = time.monotonic() + seconds
    while not _readable(connection, min(_ASK_EVERY, seconds)):
        if abandoned and abandoned():
            raise AbandonedError
        if time.monotonic() > end:
            raise TimeoutError


def _readable(connection: HTTPConnection, seconds: float) -> bool:
    """Whether something stands to be read, were it the end of the connection."""
    waiting = select.poll()
    waiting.register(connection.sock, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))
