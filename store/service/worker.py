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
from .output import Output
from .requests import serve_requests
from .settings import ServiceSettings

StoreOf = Callable[[int], Store]


def run_worker(channel: socket.socket, store_of: StoreOf, settings: ServiceSettings) -> NoReturn:
    """Answer queries from the store of the version that each is to be answered from. Never returns."""
    fetch = fetch_through(settings)
    versions = Versions(settings.data_dir)
    columns = VersionColumns(settings.data_dir)

    def answer(client: socket.socket, version: int, facts: dict[str, Any]) -> None:
        request = _request(facts)
        if request.timeout is not None and 0 < request.timeout < settings.timeout:
            signal.setitimer(signal.ITIMER_REAL, request.timeout)
        evaluation = evaluate(store_of(version), request, fetch, columns.of(version))
        head = {"form": evaluation.form, "media_type": evaluation.media_type, "version": version}
        output = Output(client, json.dumps({**head, "headers": evaluation.headers}).encode())
        evaluation.serialize(output)  # pyright: ignore[reportArgumentType] (the engine calls write and flush)
        output.close()

    serve_requests(channel, answer, settings, lambda version: versions.current_number() == version)


def _request(facts: dict[str, Any]) -> QueryRequest:
    return QueryRequest(
        facts["text"],
        tuple(facts["default_graphs"]),
        tuple(facts["named_graphs"]),
        facts["accept"],
        facts["timeout"],
        facts["row_limit"],
    )
