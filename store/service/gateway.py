"""The gateway: the one process that goes out, for the queries and updates that may.

Workers cannot open a connection; they ask this process, over a Unix socket, for what a SERVICE or LOAD names.
It is not started when no address is allowed.
"""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Final, NoReturn

from ...ontology.errors import DigiTerrError
from ..errors import ServiceDownError, from_json, to_json
from ..federation import Fetch, Fetched
from . import wire
from .fetching import Fetcher
from .sandbox import die_with_parent
from .settings import ServiceSettings

_NAME: Final = "gateway"
_MARGIN: Final = 5.0


def run_gateway(settings: ServiceSettings) -> NoReturn:
    """Be the gateway. Never returns."""
    die_with_parent()
    fetcher = Fetcher(settings.services, settings.service_timeout, settings.service_bytes)
    listener = wire.listen(settings.data_dir / "run", _NAME, 64)
    listener.setblocking(True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=_serve, args=(client, fetcher), daemon=True).start()


def fetch_through(settings: ServiceSettings) -> Fetch | None:
    """The `Fetch` that asks the gateway; None when no address is allowed."""
    if not settings.services:
        return None
    folder: Path = settings.data_dir / "run"

    def fetch(address: str, query: str | None) -> Fetched:
        try:
            with wire.connect(folder, _NAME) as link:
                link.settimeout(settings.service_timeout + _MARGIN)
                wire.send(link, wire.REQUEST, json.dumps([address, query]).encode())
                kind, payload = wire.receive(link)
                if kind == wire.ERROR:
                    raise from_json(payload)
                if kind == wire.HEAD:
                    return Fetched(payload.decode(), wire.receive(link)[1])
        except OSError as error:
            raise ServiceDownError from error
        raise ServiceDownError

    return fetch


def _serve(client: socket.socket, fetcher: Fetcher) -> None:
    with client:
        try:
            _, payload = wire.receive(client)
            address, query = json.loads(payload)
            fetched = fetcher.fetch(address, query)
            wire.send(client, wire.HEAD, fetched.media_type.encode())
            wire.send(client, wire.DATA, fetched.content)
        except DigiTerrError as error:
            wire.send(client, wire.ERROR, to_json(error))
        except (OSError, ValueError):
            return
