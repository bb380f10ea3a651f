"""What queries and writes have in common: requests taken one at a time from the supervisor, and answered.

A worker ends itself at the deadline (SIGALRM, whose default is to kill: no code of ours need run for it) and
is ended by the supervisor when its client goes. It never says why it died; the supervisor finds that out.

A client that keeps its connection may ask again on it: for a moment the worker is its own (a lease), and the
supervisor has no part in what passes between them. A lease is short, so that nobody waits long behind it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final, NoReturn

from ...ontology.errors import DigiTerrError, InputError
from ...ontology.text import Text
from .. import errors
from . import wire
from .settings import ServiceSettings

_LARGEST_REQUEST: Final = 256 << 20
_LONGEST_LEASE: Final = 0.025
_VERSION: Final = struct.Struct("<q")

Respond = Callable[[socket.socket, int, dict[str, Any]], None]
StillCurrent = Callable[[int], bool]


def dispatch(channel: socket.socket, client: socket.socket, version: int) -> None:
    """Give a worker a connection to answer from a version."""
    socket.send_fds(channel, [_VERSION.pack(version)], [client.fileno()])


def serve_requests(
    channel: socket.socket,
    respond: Respond,
    settings: ServiceSettings,
    still_current: StillCurrent | None = None,
) -> NoReturn:
    """Answer requests until the supervisor closes its end of the channel. Never returns.

    `still_current` says whether a version is in force; without it there are no leases.
    """
    channel.send(wire.READY + b"0")
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(channel, _VERSION.size, 1)
        except OSError:
            message, descriptors = b"", []
        if not descriptors:
            os._exit(0)
        with socket.socket(fileno=descriptors[0]) as client:
            served = _serve(client, _VERSION.unpack(message)[0], respond, settings, still_current)
        try:
            channel.send(wire.READY + str(served).encode())
        except OSError:
            os._exit(0)


def _serve(
    client: socket.socket,
    version: int,
    respond: Respond,
    settings: ServiceSettings,
    still_current: StillCurrent | None,
) -> int:
    """Answer a client's request, and those that follow on its lease; how many there were."""
    end = time.monotonic() + _LONGEST_LEASE
    more = select.poll()
    more.register(client, select.POLLIN)
    served = 0
    try:
        while _answer(client, version, respond, settings, still_current if served else None):
            served += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            left = end - time.monotonic()
            if still_current is None or left <= 0 or not more.poll(left * 1000):
                break
    except (BrokenPipeError, ConnectionResetError):
        served += 1  # the client left; there is nobody to tell
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return served


def _answer(
    client: socket.socket,
    version: int,
    respond: Respond,
    settings: ServiceSettings,
    still_current: StillCurrent | None,
) -> bool:
    """Answer one request; False when there was none, or none that this version may answer."""
    signal.setitimer(signal.ITIMER_REAL, settings.timeout)
    try:
        kind, payload = wire.receive(client, _LARGEST_REQUEST)
        if kind != wire.REQUEST or (still_current and not still_current(version)):
            return False
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
    return True


def _refused(error: Exception) -> DigiTerrError:
    reason = str(error)
    return InputError(
        Text(f"La requête ne peut être évaluée : {reason}.", f"The request cannot be evaluated: {reason}.")
    )
