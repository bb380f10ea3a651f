"""What the benchmark measures besides the twelve questions: many clients, kept answers, memory, overhead."""

from __future__ import annotations

import http.client
import shutil
import socket
import statistics
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from digiterr.store.remote.settings import RemoteSettings
from digiterr.store.service.client import ServiceClient
from digiterr.store.service.settings import ServiceSettings
from engines import PROCESSES, digiterr_server
from service_queries import PREFIXES, QUERIES

ACCEPT: Final = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"
BOMB: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
CLIENTS: Final = (1, 8, 32)
REQUEST_TIMEOUT: Final = 30.0
TINY_TURNS: Final = 300
LONG_TURNS: Final = 7

Engines = dict[str, RemoteSettings]
Figures = dict[str, float]


def address(engine: str, settings: RemoteSettings, query: str) -> str:
    """The URL of a query by GET; `oxigraph serve` must be told that the default graph is the union."""
    parameters = {"query": PREFIXES + query}
    if engine == "oxigraph" and "FROM" not in query:
        parameters["union-default-graph"] = "true"
    return f"{settings.query}?{urllib.parse.urlencode(parameters)}"


def ask(url: str, timeout: float = REQUEST_TIMEOUT) -> tuple[float, int]:
    """Seconds to the last byte, and how many bytes; a failure counts as the longest time allowed."""
    request = urllib.request.Request(url, headers={"Accept": ACCEPT})
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            size = len(response.read())
    except (OSError, urllib.error.HTTPError, http.client.HTTPException):
        return timeout, 0
    return time.perf_counter() - start, size


def measure(engines: Engines, data_dir: Path, seconds: int) -> dict[str, object]:
    """Everything; wrk is used where it is installed."""
    found: dict[str, object] = {}
    if "digiterr" in engines:  # first: it is idle
        found["megabytes"] = proportional_bytes(PROCESSES[engines["digiterr"].query]) / 1e6
        print(f"digiterr's processes, web included, hold {found['megabytes']:,.0f} MB")
    if shutil.which("wrk"):
        found["load"] = load(engines, seconds)
    if "digiterr" in engines:
        found["first_byte_ms"] = first_byte(engines["digiterr"])
        if shutil.which("wrk"):
            found["kept"] = kept(data_dir, seconds)
        if "oxigraph" in engines:
            found["over_a_remote_engine"] = overhead(engines["oxigraph"])
    return found


def rate(url: str, clients: int, seconds: int, headers: tuple[str, ...] = ()) -> tuple[float, float]:
    """Requests a second and median milliseconds by wrk. Answers that fail are not counted; a 304 is."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency"]
    for header in ("Accept: application/sparql-results+json", *headers):
        command += ["-H", header]
    report = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    found = {line.split()[0]: line.split()[1] for line in report.splitlines() if len(line.split()) > 1}
    median, unit = found["50%"], 1.0
    for suffix, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0)):
        if median.endswith(suffix):
            median, unit = median.removesuffix(suffix), factor
            break
    refused = sum(int(line.split(":")[1]) for line in report.splitlines() if "Non-2xx" in line)
    return float(found["Requests/sec:"]) - refused / seconds, float(median) * unit


def wait_for_memory(data_dir: Path) -> None:
    """Wait until DigiTerr answers from memory."""
    client = ServiceClient(ServiceSettings(data_dir.resolve()))
    if client.wait(180, in_memory=True):
        time.sleep(3)  # the workers warm
        pid = client.state()["pid"]
        print(f"digiterr's engine processes hold {proportional_bytes(pid) / 1e6:,.0f} MB")


@contextmanager
def bombs(engine: str, settings: RemoteSettings, count: int) -> Iterator[None]:
    """Keep that many endless queries running."""
    stop = threading.Event()

    def throw() -> None:
        while not stop.is_set():
            ask(address(engine, settings, BOMB))

    for _ in range(count):
        threading.Thread(target=throw, daemon=True).start()
    time.sleep(2)
    try:
        yield
    finally:
        stop.set()


def proportional_bytes(pid: int) -> int:
    """Memory of a process and its descendants, shared pages divided among those who share them."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1]) * 1024
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(proportional_bytes(int(child)) for child in children.read_text().split())
    except OSError:
        return total
    return total


def load(engines: Engines, seconds: int) -> dict[str, Figures]:
    """A tiny question asked by many clients, then beside four bombs."""
    results: dict[str, Figures] = {}
    print("\ntiny question, requests a second (median ms)")
    for engine, settings in engines.items():
        if engine == "rdflib":
            continue
        url = address(engine, settings, QUERIES["label"])
        results[engine] = {}
        for clients in CLIENTS:
            requests, median = rate(url, clients, seconds)
            results[engine][f"{clients} clients, requests/s"] = requests
            results[engine][f"{clients} clients, median ms"] = median
            print(f"{engine:12} {clients:3} clients {requests:10.0f} ({median:.2f} ms)", flush=True)
    if "digiterr" in engines:
        settings = engines["digiterr"]
        with bombs("digiterr", settings, 4):
            _, median = rate(address("digiterr", settings, QUERIES["label"]), 1, seconds)
        results["digiterr"]["beside four bombs, median ms"] = median
        print(f"digiterr beside four bombs: median {median:.2f} ms")
    return results


def kept(data_dir: Path, seconds: int) -> Figures:
    """Answers from the cache, and 304s, from 32 clients, of a service started for it."""
    found: Figures = {}
    with digiterr_server(data_dir, cache_size=64 << 20) as settings:
        wait_for_memory(data_dir)  # what it does on starting is not measured
        url = address("digiterr", settings, QUERIES["label"])
        request = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT) as response:
            etag = response.headers["ETag"]
        found["cached, requests/s"] = rate(url, CLIENTS[-1], seconds)[0]
        found["304, requests/s"] = rate(url, CLIENTS[-1], seconds, (f"If-None-Match: {etag}",))[0]
    for name, requests in found.items():
        print(f"digiterr, {name}: {requests:,.0f} ({CLIENTS[-1]} clients)", flush=True)
    return found


def first_byte(settings: RemoteSettings) -> float:
    """Milliseconds to the first byte of the body of everything: the median of five."""
    url = urllib.parse.urlparse(address("digiterr", settings, "SELECT * { ?s ?p ?o }"))
    times: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        with socket.create_connection((url.hostname or "", url.port or 80), timeout=30) as link:
            link.sendall(
                f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
            )
            received = b""
            while not received.partition(b"\r\n\r\n")[2]:
                received += link.recv(65536)
        times.append((time.perf_counter() - start) * 1000)
    median = statistics.median(times)
    print(f"\nfirst byte of SELECT * {{ ?s ?p ?o }}: {median:.1f} ms")
    return median


def overhead(oxigraph: RemoteSettings) -> Figures:
    """What the service adds to a remote engine: milliseconds to a tiny question, a share to a long one."""
    with digiterr_server(Path(), remote=oxigraph.query) as service:
        times: dict[str, list[list[float]]] = {}
        for name, turns in (("label", TINY_TURNS), ("count", LONG_TURNS)):
            pair = [
                _Keeping(address("oxigraph", oxigraph, QUERIES[name])),
                _Keeping(address("", service, QUERIES[name])),
            ]
            times[name] = [[], []]
            for turn in range(turns + 1):
                for place, keeping in enumerate(pair):
                    seconds = keeping.ask()
                    if turn:
                        times[name][place].append(seconds)
    medians = {name: [statistics.median(one) * 1000 for one in pair] for name, pair in times.items()}
    found = {
        "tiny, direct ms": medians["label"][0],
        "tiny, through digiterr ms": medians["label"][1],
        "long, direct ms": medians["count"][0],
        "long, through digiterr ms": medians["count"][1],
    }
    tiny, long = medians["label"], medians["count"]
    print(f"over a remote engine: {tiny[0]:.2f} -> {tiny[1]:.2f} ms, {long[0]:.0f} -> {long[1]:.0f} ms")
    return found


class _Keeping:
    """One question, asked again and again over one connection."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlparse(url)
        self._path = f"{parts.path}?{parts.query}"
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=REQUEST_TIMEOUT
        )

    def ask(self) -> float:
        start = time.perf_counter()
        self._connection.request("GET", self._path, headers={"Accept": "application/sparql-results+json"})
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise OSError(f"HTTP {response.status}")
        return time.perf_counter() - start
