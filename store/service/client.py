"""The web processes' side of the service: an `Engine` whose work is done elsewhere."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions

from ...ontology.errors import InputError
from ...ontology.text import Text
from ..errors import (
    AbandonedError,
    EngineDiedError,
    QueryTimeoutError,
    ServiceDownError,
    from_json,
)
from ..formats import TRUNCATION_MARK
from ..model import (
    Answer,
    Authority,
    DatasetVersion,
    QueryRequest,
    ResultSet,
    Term,
    UpdateRequest,
    Upload,
    WriteReport,
)
from ..outline import with_bindings
from ..versions import Versions
from . import wire
from .settings import ServiceSettings

_HEALING: Final = 10.0  # how long a service that died may take to come back, before a client is told
_MARGIN: Final = 5.0
_ABANDONED_EVERY_MS: Final = 100


class ServiceClient:
    """An `Engine` over the service of a data folder. Threads may share it; it keeps no connection."""

    def __init__(self, settings: ServiceSettings, asked: int | None = None) -> None:
        """`asked`: the version that queries are asked of, when that is not the one in force."""
        self.settings = settings
        self._asked = asked
        self._folder = settings.data_dir / "run"
        self._versions = Versions(settings.data_dir)

    def version(self) -> DatasetVersion | None:
        """The current version, None while nothing is published; one system call when it did not change."""
        number = self._versions.current_number()
        return None if number is None else self._versions.get(number)

    def at(self, version: int) -> ServiceClient | None:
        """A client that asks one version whenever it is not told which; None for one that is not kept."""
        return ServiceClient(self.settings, version) if self._versions.has(version) else None

    def query(self, request: QueryRequest) -> Answer:
        """Ask. What goes wrong before the first byte is raised here; after it, by the body, unfinished.

        Closing the body ends the query.
        """
        if request.version is None and self._asked is not None:
            request = replace(request, version=self._asked)
        payload = request_message(request)
        timeout = self.settings.timeout + self.settings.queue_wait + _MARGIN
        try:
            return self._ask(payload, timeout, request.abandoned)
        except ServiceDownError:  # the supervisor died while the query waited: ask the next one
            return self._ask(payload, timeout, request.abandoned)

    def _ask(self, request: bytes, timeout: float, abandoned: Callable[[], bool] | None) -> Answer:
        link = self._connect("queries", timeout)
        try:
            kind, payload = self._exchange(link, request, abandoned)
            if kind == wire.WHOLE:
                link.close()
                return answer_of(kind, payload)
            return streamed_answer(link, payload, self.settings.timeout)
        except BaseException:
            link.close()
            raise

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        """The solutions of a SELECT as terms; InputError for any other form."""
        request = QueryRequest(with_bindings(text, bindings or {}), accept="application/sparql-results+json")
        answer = self.query(request)
        if answer.form != "bindings":
            raise InputError(Text("Une requête SELECT est attendue ici.", "A SELECT query is expected here."))
        result = pyoxigraph.parse_query_results(b"".join(answer.body), QueryResultsFormat.JSON)
        if not isinstance(result, QuerySolutions):
            raise TypeError(type(result).__name__)
        variables = tuple(variable.value for variable in result.variables)
        rows = tuple(tuple(solution) for solution in result)
        return ResultSet(variables, rows, answer.version)

    def update(self, request: UpdateRequest) -> WriteReport:
        """Run a SPARQL update as one transaction."""
        return self._write(
            request.authority,
            action="update",
            text=request.text,
            using=request.using_graphs,
            using_named=request.using_named_graphs,
        )

    def put_graph(self, graph: str | None, uploads: Sequence[Upload], authority: Authority) -> WriteReport:
        """Replace a graph's content."""
        return self._write(authority, action="put", graph=graph, uploads=_uploads(uploads))

    def post_graph(self, graph: str | None, uploads: Sequence[Upload], authority: Authority) -> WriteReport:
        """Add to a graph's content."""
        return self._write(authority, action="post", graph=graph, uploads=_uploads(uploads))

    def delete_graph(self, graph: str | None, authority: Authority) -> WriteReport:
        """Remove a graph."""
        return self._write(authority, action="delete", graph=graph)

    def patch_graph(self, graph: str | None, text: str, authority: Authority) -> WriteReport:
        """Run an update on one graph, which stands as the default graph of its text."""
        return self._write(authority, action="patch", graph=graph, text=text)

    def has_graph(self, graph: str | None) -> bool:
        """Whether the current version has a graph; the unnamed one is always there (GSP, 5.1)."""
        version = self.version()
        return graph is None or (version is not None and graph in version.graphs)

    def _write(self, authority: Authority, **facts: object) -> WriteReport:
        facts["authority"] = {"name": authority.name, "graphs": authority.graphs, "load": authority.load}
        with self._connect(
            "writes", self.settings.write_timeout + self.settings.queue_wait + _MARGIN
        ) as link:
            _, payload = self._exchange(link, json.dumps(facts).encode())
        report = json.loads(payload)
        return WriteReport(**{**report, "graphs": tuple(report["graphs"])})

    def state(self) -> dict[str, Any]:
        """What the supervisor says of itself: workers, queue, outcomes; {} if it does not answer."""
        try:
            with wire.connect(self._folder, "control") as link:
                link.settimeout(2.0)
                return json.loads(link.recv(1 << 20))
        except (OSError, ValueError):
            return {}

    def wait(self, seconds: float, in_memory: bool = False) -> bool:
        """Wait until the service answers, or answers from memory; whether it does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()
            workers = state.get("workers", ())
            ready = any(worker["kind"] == "memory" and worker["pid"] for worker in workers)
            if state and (not in_memory or (state["snapshot"]["ready"] and ready)):
                return True
            time.sleep(0.02)
        return False

    def _connect(self, name: str, timeout: float) -> socket.socket:
        end = time.monotonic() + _HEALING
        while True:
            try:
                link = wire.connect(self._folder, name)
            except OSError as error:
                if time.monotonic() > end:
                    raise ServiceDownError from error
                time.sleep(0.02)
                continue
            link.settimeout(timeout)
            return link

    def _exchange(
        self, link: socket.socket, payload: bytes, abandoned: Callable[[], bool] | None = None
    ) -> tuple[bytes, bytes]:
        """Send a request; the first message of its answer. Raises what the answer says went wrong."""
        try:
            wire.send(link, wire.REQUEST, payload)
        except TimeoutError as error:
            raise QueryTimeoutError(self.settings.timeout) from error
        except OSError:
            pass  # an answer may stand there already: the queue is full
        if abandoned is not None:
            ready = select.poll()
            ready.register(link, select.POLLIN)
            while not ready.poll(_ABANDONED_EVERY_MS):
                if abandoned():
                    raise AbandonedError
        try:
            kind, answer = wire.receive(link)
        except TimeoutError as error:
            raise QueryTimeoutError(self.settings.timeout) from error
        if kind == wire.ERROR:
            raise from_json(answer)
        if kind == wire.CLOSED:
            raise ServiceDownError
        return kind, answer

    def close(self) -> None:
        """Nothing is kept open."""


def _uploads(uploads: Sequence[Upload]) -> list[tuple[str, str, str]]:
    return [(str(upload.path.absolute()), upload.media_type, upload.base_iri) for upload in uploads]


def request_message(request: QueryRequest) -> bytes:
    """A query as the workers read it."""
    facts = {
        "text": request.text,
        "default_graphs": request.default_graphs,
        "named_graphs": request.named_graphs,
        "accept": request.accept,
        "timeout": request.timeout,
        "row_limit": request.row_limit,
        "version": request.version,
    }
    return json.dumps(facts).encode()


def answer_of(kind: bytes, payload: bytes) -> Answer:
    """The answer that one message holds. Raises the error that it is."""
    if kind == wire.ERROR:
        raise from_json(payload)
    size = struct.unpack_from("<I", payload)[0]
    return _answer(json.loads(payload[4 : 4 + size]), iter((payload[4 + size :],)))


def streamed_answer(link: socket.socket, head: bytes, timeout: float) -> Answer:
    """An answer whose body follows its head over a connection."""
    facts = json.loads(head)
    return _answer(facts, _body(link, facts["media_type"], timeout))


def _answer(head: dict[str, Any], body: Iterator[bytes]) -> Answer:
    return Answer(head["form"], head["media_type"], head["version"], body, head["headers"])


def _body(link: socket.socket, media_type: str, timeout: float) -> Iterator[bytes]:
    """The rest of an answer. When it is cut short it says so, where the format has comments, and raises."""
    with link:
        while True:
            try:
                kind, payload = wire.receive(link)
            except TimeoutError as error:
                raise QueryTimeoutError(timeout) from error
            if kind == wire.DATA:
                yield payload
            elif kind == wire.END:
                return
            else:
                if mark := TRUNCATION_MARK.get(media_type):
                    yield mark
                raise from_json(payload) if kind == wire.ERROR else EngineDiedError("killed")
