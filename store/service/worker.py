"""A query worker: what it does with one request."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Callable
from typing import Any, NoReturn

from pyoxigraph import Store

from ..columns.reading import VersionColumns
from ..evaluation import evaluate
from ..model import QueryRequest
from ..versions import Versions
from .gateway import fetch_through
from .opened import OpenVersion
from .output import Output
from .requests import serve_requests
from .settings import ServiceSettings

StoreOf = Callable[[int], Store]


def run_worker(channel: socket.socket, store_of: StoreOf, settings: ServiceSettings) -> NoReturn:
    """Answer queries from the store of the version that each is to be answered from. Never returns.

    That is the version in force, unless a query names another.
    """
    fetch = fetch_through(settings)
    versions = Versions(settings.data_dir)
    columns = VersionColumns(settings.data_dir)
    another = OpenVersion(versions, settings.memory)

    def answer(client: socket.socket, version: int, facts: dict[str, Any]) -> None:
        request = _request(facts)
        if request.timeout is not None and 0 < request.timeout < settings.timeout:
            signal.setitimer(signal.ITIMER_REAL, request.timeout)
        asked = request.version or version
        store = store_of(version) if asked == version else another.store(asked)
        try:
            evaluation = evaluate(store, request, fetch, columns.of(asked))
            head = {"form": evaluation.form, "media_type": evaluation.media_type, "version": asked}
            output = Output(client, json.dumps({**head, "headers": evaluation.headers}).encode())
            evaluation.serialize(output)  # pyright: ignore[reportArgumentType] (the engine calls write and flush)
            output.close()
        finally:
            del store
            another.close()

    serve_requests(channel, answer, settings, lambda version: versions.current_number() == version)


def _request(facts: dict[str, Any]) -> QueryRequest:
    return QueryRequest(
        facts["text"],
        tuple(facts["default_graphs"]),
        tuple(facts["named_graphs"]),
        facts["accept"],
        facts["timeout"],
        facts["row_limit"],
        version=facts["version"],
    )
