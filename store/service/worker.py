"""A query worker: takes one connection at a time from the supervisor and answers the query that comes on it.

It ends itself at the deadline (SIGALRM, whose default is to kill: no code of ours need run for it) and is
ended by the supervisor when its client goes. It never says why it died; the supervisor finds that out.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final, NoReturn

from pyoxigraph import Store

from ...ontology.errors import DigiTerrError, InputError
from ...ontology.text import Text
from .. import errors
from ..evaluation import evaluate
from ..model import QueryRequest
from . import wire
from .settings import ServiceSettings

_FIRST_CHUNK: Final = 1 << 12
_LARGEST_REQUEST: Final = 16 << 20
_VERSION: Final = struct.Struct("<q")

StoreOf = Callable[[int], Store]


def run_worker(channel: socket.socket, store_of: StoreOf, settings: ServiceSettings) -> NoReturn:
    """Answer queries until the supervisor closes its end of the channel. Never returns."""
    channel.send(wire.READY)
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(channel, _VERSION.size, 1)
        except OSError:
            message, descriptors = b"", []
        if not descriptors:
            os._exit(0)
        with socket.socket(fileno=descriptors[0]) as client:
            try:
                _answer(client, _VERSION.unpack(message)[0], store_of, settings)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client left; there is nobody to tell
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            channel.send(wire.READY)
        except OSError:
            os._exit(0)


def dispatch(channel: socket.socket, client: socket.socket, version: int) -> None:
    """Give a worker a connection to answer from a version."""
    socket.send_fds(channel, [_VERSION.pack(version)], [client.fileno()])


def _answer(client: socket.socket, version: int, store_of: StoreOf, settings: ServiceSettings) -> None:
    signal.setitimer(signal.ITIMER_REAL, settings.timeout)
    try:
        kind, payload = wire.receive(client, _LARGEST_REQUEST)
        if kind != wire.REQUEST:
            return
        request = _request(json.loads(payload))
        if request.timeout is not None and 0 < request.timeout < settings.timeout:
            signal.setitimer(signal.ITIMER_REAL, request.timeout)
        evaluation = evaluate(store_of(version), request)
        head = {"form": evaluation.form, "media_type": evaluation.media_type, "version": version}
        output = Output(client, json.dumps({**head, "headers": evaluation.headers}).encode())
        evaluation.serialize(output)  # pyright: ignore[reportArgumentType] (the engine calls write and flush)
        output.close()
    except DigiTerrError as error:
        wire.send(client, wire.ERROR, errors.to_json(error))
    except MemoryError:
        wire.send(client, wire.ERROR, errors.to_json(errors.MemoryLimitError(settings.memory)))
        os._exit(1)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:
        wire.send(client, wire.ERROR, errors.to_json(_refused(error)))


def _request(facts: dict[str, Any]) -> QueryRequest:
    return QueryRequest(
        facts["text"],
        tuple(facts["default_graphs"]),
        tuple(facts["named_graphs"]),
        facts["accept"],
        facts["timeout"],
        facts["row_limit"],
    )


def _refused(error: Exception) -> DigiTerrError:
    reason = str(error)
    return InputError(
        Text(f"La requête ne peut être évaluée : {reason}.", f"The query cannot be evaluated: {reason}.")
    )


class Output:
    """The body of an answer on its way to the client: sent early at first, in larger pieces later.

    An answer that fits in one message goes with its head and its end in one.
    """

    def __init__(self, client: socket.socket, head: bytes) -> None:
        self._client = client
        self._head: bytes | None = head
        self._pieces: list[bytes] = []
        self._held = 0
        self._chunk = _FIRST_CHUNK
        self._sent = time.monotonic()

    def write(self, data: bytes) -> int:
        """Called by the engine, with 8 kB at most."""
        self._pieces.append(data)
        self._held += len(data)
        if self._held >= self._chunk:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Called by the engine at the end; `close` sends what is held."""

    def close(self) -> None:
        """Send what is held and the end."""
        if self._head is not None and self._held + len(self._head) < wire.MESSAGE_SIZE:
            body = b"".join(self._pieces)
            self._client.send(wire.WHOLE + struct.pack("<I", len(self._head)) + self._head + body)
            return
        self._send()
        self._client.send(wire.END)

    def _send(self) -> None:
        if self._head is not None:
            self._client.send(wire.HEAD + self._head)
            self._head = None
        if self._held:
            self._client.send(wire.DATA + b"".join(self._pieces))
        self._pieces.clear()
        self._held = 0
        self._chunk = min(self._chunk * 4, wire.MESSAGE_SIZE - 8192)
