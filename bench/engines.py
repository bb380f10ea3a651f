"""Other engines, private and on loopback, to test the remote store with and to compare the service to."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digiterr.store.remote.settings import RemoteSettings

VIRTUOSO = shutil.which("virtuoso-t")
OXIGRAPH = Path(sys.executable).with_name("oxigraph")
# By the address of an engine's queries: what to do when a question went unanswered, and its process.
AFTER_FAILURE: dict[str, Callable[[], None]] = {}
PROCESSES: dict[str, int] = {}
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 20
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 2000000
[Client]
[VDB]
"""
_GRANTS = (
    'GRANT SPARQL_UPDATE TO "SPARQL"; GRANT EXECUTE ON DB.DBA.SPARUL_RUN TO "SPARQL"; '
    "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 15);"
)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def oxigraph_server(folder: Path, content: Path | None = None) -> Iterator[RemoteSettings]:
    """An `oxigraph serve`, over an empty store or one into which a file was loaded."""
    port = free_port()
    if content is not None:
        load = [OXIGRAPH, "load", "--location", folder / "oxigraph", "--file", content]
        subprocess.run(load, check=True, capture_output=True)
    server = subprocess.Popen(
        [OXIGRAPH, "serve", "--location", folder / "oxigraph", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(f"{base}/query?query=ASK%20%7B%7D")
        yield RemoteSettings(f"{base}/query", f"{base}/update", f"{base}/store")
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def virtuoso_server(
    folder: Path, content: Path | None = None, buffers: int = 10_000
) -> Iterator[RemoteSettings]:
    """A Virtuoso 7 with its own configuration and files, which anyone on this machine may write.

    `content` is a file of N-Quads to load first; `buffers` of 8 kB hold pages in memory.
    """
    if VIRTUOSO is None:
        raise FileNotFoundError("virtuoso-t")
    sql, http = free_port(), free_port()
    folder = folder / "virtuoso"
    folder.mkdir()
    ini = folder / "virtuoso.ini"
    ini.write_text(
        _INI.format(folder=folder, sql=sql, http=http, buffers=buffers, dirty=buffers * 3 // 4), "ascii"
    )
    server = subprocess.Popen(
        [VIRTUOSO, "+foreground", "+configfile", ini],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{http}"
        _wait(f"{base}/sparql?query=ASK%20%7B%7D")
        commands = [_GRANTS]
        if content is not None:
            shutil.copy(content, folder / "content.nq")
            commands += [
                f"ld_dir('{folder}', 'content.nq', 'http://unnamed/');",
                "rdf_loader_run();",
                "checkpoint;",
            ]
        for command in commands:
            isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={command}"]
            subprocess.run(isql, check=True, capture_output=True)
        yield RemoteSettings(f"{base}/sparql", f"{base}/sparql", f"{base}/sparql-graph-crud")
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def rdflib_server(content: Path) -> Iterator[RemoteSettings]:
    """An rdflib-endpoint over a graph in memory, into which a file was loaded."""
    port = free_port()
    program = Path(__file__).with_name("rdflib_server.py")
    server = subprocess.Popen(
        [sys.executable, program, str(port), content], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"

    def restart() -> None:
        server.send_signal(signal.SIGUSR1)
        time.sleep(0.5)
        _wait(f"{base}/?query=ASK%20%7B%7D")

    try:
        _wait(f"{base}/?query=ASK%20%7B%7D", 1800)
        AFTER_FAILURE[f"{base}/"] = restart
        yield RemoteSettings(f"{base}/")
    finally:
        server.terminate()
        server.wait()


@contextmanager
def digiterr_server(data_dir: Path, cache_size: int = 0, remote: str = "") -> Iterator[RemoteSettings]:
    """`digiterr serve` over what a folder holds, or over a remote engine; by default with its cache off."""
    port = free_port()
    place = ["--remote", remote] if remote else ["--data-dir", str(data_dir)]
    server = subprocess.Popen(
        [OXIGRAPH.with_name("digiterr"), "serve", "--port", str(port), *place],
        env={**os.environ, "DIGITERR_CACHE_SIZE": str(cache_size), "DIGITERR_SLOW_QUERY": "1000"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(f"{base}/health")
        PROCESSES[f"{base}/sparql"] = server.pid
        yield RemoteSettings(f"{base}/sparql", f"{base}/update", f"{base}/data")
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return
