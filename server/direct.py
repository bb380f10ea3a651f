"""Queries answered from the event loop: no web framework, a kept connection to a worker or a remote engine.

What is not plain goes on to the web framework, with what was found out on the way: requests that are refused,
pages, answers too long for one message, errors of the engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any, Final

from ..ontology.errors import DigiTerrError
from ..store.errors import AbandonedError
from ..store.service.leases import UnansweredError
from . import query_operation as operation
from .compression import SMALLEST, compress
from .engines import open_asker
from .front import ANSWERED, FAILED, OUTCOME, QUERY, Arrival, Front, Headers

_WATCH_AFTER: Final = 0.1  # most queries are over before it is worth learning that their client has gone
_LARGEST_COMPRESSED: Final = 16 * 1024  # what is longer is compressed on a thread
_LARGEST_BODY: Final = 64 * 1024
_HTML: Final = "text/html"

Whole = tuple[int, Headers, bytes]


@dataclass(slots=True)
class Question:
    """A request to the query endpoint. `given` is what the web framework is told when it must answer."""

    arrival: Arrival
    query_string: str
    headers: Mapping[str, str]
    body: IO[bytes] | None
    given: dict[str, object] = field(default_factory=dict)

    def content(self) -> bytes | None:
        """The body of the request, which stays to be read; None for one too long to be a plain query's."""
        if self.body is None:
            return b""
        content = self.body.read(_LARGEST_BODY + 1)
        self.body.seek(0)
        return content if len(content) <= _LARGEST_BODY else None


class DirectQueries:
    """The query endpoint on an event loop."""

    def __init__(self, front: Front, loop: asyncio.AbstractEventLoop) -> None:
        self._front = front
        self._loop = loop
        self._configuration = front.service.configuration
        self._asker = open_asker(front.service.engine, self._configuration, loop)

    def close(self) -> None:
        """Let the connections go."""
        if self._asker:
            self._asker.close()

    async def answer(self, question: Question, proto: Any) -> Whole | None:
        """The answer to a request: status, headers, content. None when the web framework must give it."""
        arrival, headers = question.arrival, question.headers
        if arrival.method not in ("GET", "POST"):
            return None
        body = question.content()
        if body is None:
            return None
        accept, accept_encoding = headers.get("accept", ""), headers.get("accept-encoding", "")
        if_none_match, sent_type = headers.get("if-none-match"), headers.get("content-type")
        kept = self._front.kept(
            arrival, if_none_match, body, question.query_string, sent_type, accept, accept_encoding
        )
        if kept or self._asker is None or _HTML in accept:
            return kept
        try:
            asked = operation.read_query(
                question.query_string.encode("latin-1"),
                _media_type(sent_type or "") if arrival.method == "POST" else None,
                body,
                self._configuration.query_length,
            )
            if asked is None or not asked.text:
                return None
            operation.check_query(asked, self._configuration)
            plan = operation.plan_query(asked, accept, accept_encoding)
            wanted = operation.query_request(asked, plan.media_type, self._configuration)
        except DigiTerrError:
            return None  # it is met again there, and said well
        if plan.tagged and arrival.version and arrival.method == "GET":
            etag = operation.entity_tag(arrival.version, plan.tagged)
            if operation.has_already(if_none_match, etag):
                self._front.account(arrival, 304, 0, "not_modified")
                return 304, [*operation.validators(etag, self._configuration), *arrival.headers], b""
        watch = _Watch(self._loop, proto)
        try:
            found, content = await self._asker.query(wanted)
        except UnansweredError:
            return None
        except DigiTerrError as error:
            question.given.update({FAILED: error, OUTCOME: "error", QUERY: asked.text})
            return None
        except asyncio.CancelledError:
            if not watch.has_gone():
                raise
            self._front.account(arrival, AbandonedError.status, 0, "disconnected", asked.text)
            return AbandonedError.status, [], b""
        finally:
            watch.end()
        encoding = plan.encoding if content is None or len(content) >= SMALLEST else None
        if content is None or (encoding and len(content) > _LARGEST_COMPRESSED):
            question.given[ANSWERED] = found
            return None
        answer_headers = operation.answer_headers(found, plan.tagged, self._configuration)
        if encoding:
            content = b"".join(compress(_one(content), encoding))
            answer_headers.append(("content-encoding", encoding))
        if plan.tagged:
            self._front.keep(arrival, found.version, answer_headers, content)
        self._front.account(arrival, 200, len(content), "ok", asked.text)
        return 200, [*answer_headers, *arrival.headers], content


class _Watch:
    """Cancels what the task that made it awaits, when the client of a request goes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, proto: Any) -> None:
        self._proto = proto
        self._task = asyncio.current_task(loop)
        self._gone: asyncio.Future[object] | None = None
        self._timer = loop.call_later(_WATCH_AFTER, self._begin)

    def _begin(self) -> None:
        gone: asyncio.Future[object] = asyncio.ensure_future(self._proto.client_disconnect())
        gone.add_done_callback(self._cancel)
        self._gone = gone

    def _cancel(self, gone: asyncio.Future[object]) -> None:
        if self._task and not gone.cancelled():
            self._task.cancel()

    def has_gone(self) -> bool:
        """Whether it was for this that the task was cancelled; it is no longer."""
        gone = self._gone is not None and self._gone.done()
        if gone and self._task:
            self._task.uncancel()
        return gone

    def end(self) -> None:
        self._timer.cancel()
        if self._gone:
            self._gone.remove_done_callback(self._cancel)
            self._gone.cancel()


@lru_cache(maxsize=64)
def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _one(content: bytes) -> Generator[bytes]:
    yield content
