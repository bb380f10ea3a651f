"""Starting the service under granian: the port is tried first, readiness is told when it is true.

`workers` of granian are web processes; queries run in processes of the store.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from ..ontology.errors import ServiceError, Where
from ..ontology.text import Text
from ..store.service.sandbox import die_with_parent
from .configuration import Configuration
from .engines import open_engine, start_engine, with_own_folder
from .harvest.schedule import Schedule
from .logs import set_up_logs
from .preparing_service import versions_prepared

_HEADER_TIMEOUT: Final = 10_000  # milliseconds a client may take over its headers
_MOST_PROCESSES: Final = 4  # unless the configuration says more: each holds some 100 MB of what pages show
_STOP_TIMEOUT: Final = 10  # seconds that running answers are given when the service stops
_READY_TIMEOUT: Final = 30.0


def serve(configuration: Configuration, when_ready: Callable[[str], None]) -> None:
    """Serve until a signal says to stop; `when_ready` is called with the address once it answers.

    Raises ServiceError when the port is in use or cannot be had.
    """
    claim_port(configuration.host, configuration.port)
    if configuration.remote:
        configuration = with_own_folder(configuration)
    web_processes = configuration.web_processes or min(os.cpu_count() or 1, _MOST_PROCESSES)
    server = Server(
        "digiterr",
        address=configuration.host,
        port=configuration.port,
        interface=Interfaces.RSGI,
        workers=web_processes,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=_STOP_TIMEOUT,
        log_level=LogLevels.error,
        websockets=False,
    )
    threading.Thread(target=_tell_when_ready, args=(configuration, when_ready), daemon=True).start()
    set_up_logs(configuration.log_format)
    prepared = (
        nullcontext()
        if configuration.remote
        else versions_prepared(configuration.data_dir, configuration.prepare_after)
    )
    counted = tempfile.TemporaryDirectory(prefix="digiterr-metrics-") if web_processes > 1 else nullcontext()
    with counted as folder, start_engine(configuration), prepared, Schedule(configuration):
        if folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        # Once for all web processes; after the line above, which prometheus-client reads when imported.
        from . import app, gateway  # noqa: F401

        server.serve(target_loader=partial(load_application, configuration), wrap_loader=False)


def load_application(configuration: Configuration) -> Any:
    """The RSGI application of one web process."""
    from .app import create_app
    from .gateway import Gateway

    die_with_parent(signal.SIGTERM)

    logging.getLogger("_granian").setLevel(logging.WARNING)
    set_up_logs(configuration.log_format)
    app = create_app(configuration, open_engine(configuration))
    return Gateway(app.extensions["front"], configuration)


def claim_port(host: str, port: int) -> None:
    """Make sure that the port can be had. Raises ServiceError saying why not."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        hint = Text(
            f"Arrêtez l’autre service ou choisissez un autre port : --port {port + 1}.",
            f"Stop the other service or choose another port: --port {port + 1}.",
        )
        if number == errno.EADDRINUSE:
            message = Text(f"le port {port} est déjà utilisé.", f"port {port} is already in use.")
        elif number == errno.EACCES:
            message = Text(f"le port {port} n’est pas permis.", f"port {port} is not permitted.")
            hint = Text(
                "Choisissez un port à partir de 1024 : --port 8000.",
                "Choose a port from 1024 up: --port 8000.",
            )
        else:
            message = Text(f"écoute impossible ({error}).", f"cannot listen ({error}).")
            hint = Text(
                "Donnez une adresse de cette machine : --host 127.0.0.1.",
                "Give an address of this machine: --host 127.0.0.1.",
            )
        raise ServiceError(message, hint, Where(f"{host}:{port}")) from error


def address_of(configuration: Configuration) -> str:
    """The address to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(configuration.host, configuration.host)  # noqa: S104 (compared)
    return configuration.public_url or f"http://{host}:{configuration.port}"


def _tell_when_ready(configuration: Configuration, when_ready: Callable[[str], None]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(configuration.host, configuration.host)  # noqa: S104 (compared)
    deadline = time.monotonic() + _READY_TIMEOUT
    while time.monotonic() < deadline:
        connection = HTTPConnection(host, configuration.port, timeout=2)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                when_ready(address_of(configuration))
                return
        except (OSError, HTTPException):
            time.sleep(0.03)
        finally:
            connection.close()
