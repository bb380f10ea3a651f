"""What tests share: the folder of open data and W3C suites, a small published graph, services that run."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from digiterr.ontology.iris import graph_iri
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Store, parse, serialize

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
COMMAND = Path(sys.executable).with_name("digiterr")
TOKENS = {"editor": ["*"], "guest": ["http://guest.example/*"], "loader": ["*"]}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of open data, vocabularies and W3C suites; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the open data and W3C suites in {SHARED}")
    return SHARED


Content = tuple[int, Mapping[str, str], bytes]
Answering = Callable[[str, str, str], Content]


class _Answers(BaseHTTPRequestHandler):
    """Gives what its server's function says: of method, path and body, the status, headers and content."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET", "")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, method: str, body: str) -> None:
        answer: Answering = getattr(self.server, "answer")  # noqa: B009 (not of the base class)
        status, headers, content = answer(method, self.path, body)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has had enough
            self.wfile.write(content)
        self.close_connection = int(headers.get("Content-Length", len(content))) != len(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the base class)
        """Silent."""


@contextlib.contextmanager
def _http_server(answer: Answering) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    setattr(server, "answer", answer)  # noqa: B010 (not of the base class)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def http_server() -> Callable[[Answering], contextlib.AbstractContextManager[str]]:
    """Starts a server on this machine whose answers are a function's; its address."""
    return _http_server


@pytest.fixture(scope="session")
def sparql_answer() -> Callable[[str, str], bytes]:
    """What an endpoint over some Turtle answers, in JSON, to the body of a query sent as a form."""

    def answer(data: str, body: str) -> bytes:
        store = Store()
        store.load(data.encode(), format=RdfFormat.TURTLE)
        result = store.query(parse_qs(body)["query"][0])
        assert isinstance(result, QuerySolutions)
        return result.serialize(format=QueryResultsFormat.JSON) or b""

    return answer


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass
class LiveService:
    """`digiterr serve` in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    log_file: Path
    tokens: Mapping[str, str] = field(default_factory=lambda: {name: f"secret-{name}" for name in TOKENS})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of the log so far."""
        lines = self.log_file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        token: str | None = None,
        timeout: float = 60,
        **headers: str,
    ) -> Reply:
        """Send one request; `content_type="text/turtle"` stands for a header Content-Type."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {self.tokens.get(token, token)}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def query(
        self, text: str, /, timeout: float = 60, parameters: Mapping[str, str] | None = None, **headers: str
    ) -> Reply:
        """GET /sparql."""
        path = f"/sparql?{urlencode({'query': text, **(parameters or {})})}"
        return self.request("GET", path, timeout=timeout, **headers)

    def stop(self) -> int:
        """Stop it as a service manager does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


StartService = Callable[..., LiveService]


@pytest.fixture(scope="session")
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartService]:
    """Starts `digiterr serve` over a data folder, with settings; stops what it started at the end."""
    started: list[LiveService] = []

    def start(
        data_dir: Path, settings: str = "", *, writable: bool = False, prepared: bool = False
    ) -> LiveService:
        """`prepared`: what is kept of a version is made in the background, which costs seconds for each."""
        folder = tmp_path_factory.mktemp("service")
        if not prepared:
            settings = f"prepare_after = 86400\n{settings}"
        if "web_processes" not in settings:  # each costs a second of processor to start
            settings = f"web_processes = 1\n{settings}"
        tokens = "".join(
            f'\n[[tokens]]\nname = "{name}"\nsha256 = "{hashlib.sha256(f"secret-{name}".encode()).hexdigest()}"\n'
            f"graphs = {json.dumps(graphs)}\nload = {str(name == 'loader').lower()}\n"
            for name, graphs in TOKENS.items()
        )
        (folder / "digiterr.toml").write_text(settings + (tokens if writable else ""), encoding="utf-8")
        port, log_file = free_port(), folder / "log"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [COMMAND, "serve", "--port", str(port), "--data-dir", data_dir],
                cwd=folder,
                stderr=log,
                env={name: value for name, value in os.environ.items() if not name.startswith("DIGITERR_")},
            )
        service = LiveService(process, port, folder, log_file)
        started.append(service)
        wait_until(lambda: service.request("GET", "/health").status == 200, service, 90)
        return service

    yield start
    for service in started:
        service.stop()


def wait_until(happened: Callable[[], bool], service: LiveService, seconds: float = 30) -> None:
    """Wait for something about a service; fails with its log when it does not happen in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if happened():
                return
        assert service.process.poll() is None, service.log_file.read_text()
        time.sleep(0.05)
    pytest.fail(service.log_file.read_text()[-4000:])


@pytest.fixture(scope="session")
def small_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the ontology and the four cases as their loaders give them."""
    from digiterr.loaders.cases.source import CaseSource
    from digiterr.ontology.modules import read_ontology

    folder = tmp_path_factory.mktemp("small")
    ontology = read_ontology()
    cases = [event.triple for event in CaseSource().read() if isinstance(event, Quad)]
    contents = {
        "ontology": list(parse(ontology.serialize(format="nt"), RdfFormat.N_TRIPLES)),
        "cases": cases,
    }
    changes = []
    for name, found in contents.items():
        path = folder / f"{name}.nt"
        triples = [one.triple if isinstance(one, Quad) else one for one in found]
        serialize(triples, str(path), RdfFormat.N_TRIPLES)
        changes.append(GraphChange(graph_iri(name).value, path))
    versions = Versions(folder / "var")
    versions.prepare()
    versions.publish(changes)
    return folder / "var"


@pytest.fixture(scope="session")
def service(start_service: StartService, small_graph: Path) -> LiveService:
    """A read-only service over the small graph, with the default settings."""
    return start_service(small_graph, prepared=True)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with everything that the project ships, built once however many workers test."""
    from digiterr.loaders.building.pipeline import build
    from digiterr.loaders.building.sources import default_sources
    from digiterr.store.durability import exclusive_lock

    root = tmp_path_factory.getbasetemp()
    folder = (root if worker_id == "master" else root.parent) / "published"
    folder.mkdir(exist_ok=True)
    (folder / "lock").touch()
    with exclusive_lock(folder / "lock"):
        if Versions(folder / "var").current_number() is None:
            build(default_sources(), folder / "var")
    return folder / "var"


@pytest.fixture(scope="session")
def published_with_data(published: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the project ships, and the open data beside the repository that some stored queries need."""
    from digiterr.loaders.building.pipeline import build
    from digiterr.loaders.building.sources import default_sources
    from digiterr.queries import library

    shipped = {planned.name for planned in default_sources() if planned.absent is None}
    asked = [set(query.sources) for query in library.all_queries()]
    needed = {"ontology"}.union(*(sources for sources in asked if not sources <= shipped))
    folder = tmp_path_factory.mktemp("data") / "var"
    left = shutil.ignore_patterns("run", "staging")  # a service may be at work there
    shutil.copytree(published, folder, symlinks=True, ignore=left)
    build([one for one in default_sources(data=shared / "data") if one.name in needed], folder)
    return folder


@pytest.fixture(scope="session")
def published_most(request: pytest.FixtureRequest) -> Path:
    """What the project ships, with the open data where it is: engines that are slow to load do so once."""
    return request.getfixturevalue("published_with_data" if SHARED.is_dir() else "published")


@pytest.fixture(scope="session")
def published_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the ontology and the four cases alone, checked and inferred from as any build is."""
    from digiterr.loaders.building.pipeline import build
    from digiterr.loaders.building.sources import OntologySource, Planned
    from digiterr.loaders.cases.source import CaseSource

    folder = tmp_path_factory.mktemp("cases")
    build((Planned(OntologySource()), Planned(CaseSource(), strict=True)), folder / "var")
    return folder / "var"


@pytest.fixture(scope="module")
def small_graph_copy(small_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small graph in a folder of its own, to be written."""
    folder = tmp_path_factory.mktemp("copy") / "var"
    shutil.copytree(small_graph, folder, symlinks=True, ignore=shutil.ignore_patterns("run"))
    return folder
