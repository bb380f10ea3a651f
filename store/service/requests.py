"""What queries and writes have in common: requests taken one at a time from the supervisor, and answered.

A worker ends itself at the deadline (SIGALRM, whose default is to kill: no code of ours need run for it) and
is ended by the supervisor when its client goes. It never says why it died; the supervisor finds that out.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
from collections.abc import Callable
from typing import Any, Final, NoReturn

from ...ontology.errors import DigiTerrError, InputError
from ...ontology.text import Text
from .. import errors
from . import wire
from .settings import ServiceSettings

_LARGEST_REQUEST: Final = 256 << 20
_VERSION: Final = struct.Struct("<q")

Respond = Callable[[socket.socket, int, dict[str, Any]], None]


def dispatch(channel: socket.socket, client: socket.socket, version: int) -> None:
    """Give a worker a connection to answer from a version."""
    socket.send_fds(channel, [_VERSION.pack(version)], [client.fileno()])


def serve_requests(channel: socket.socket, respond: Respond, settings: ServiceSettings) -> NoReturn:
    """Answer requests until the supervisor closes its end of the channel. Never returns."""
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
                _answer(client, _VERSION.unpack(message)[0], respond, settings)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client left; there is nobody to tell
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            channel.send(wire.READY)
        except OSError:
            os._exit(0)


def _answer(client: socket.socket, version: int, respond: Respond, settings: ServiceSettings) -> None:
    signal.setitimer(signal.ITIMER_REAL, settings.timeout)
    try:
        kind, payload = wire.receive(client, _LARGEST_REQUEST)
        if kind == wire.REQUEST:
            respond(client, version, json.loads(payload))
    except DigiTerrError as error:
        wire.send(client, wire.ERROR, errors.to_json(error))
    except MemoryError:
        wire.send(client, wire.ERROR, errors.to_json(errors.MemoryLimitError(settings.memory)))
        os._exit(1)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:
        wire.send(client, wire.ERROR, errors.to_json(_refused(error)))


def _refused(error: Exception) -> DigiTerrError:
    reason = str(error)
    return InputError(
        Text(f"La requête ne peut être évaluée : {reason}.", f"The request cannot be evaluated: {reason}.")
    )
