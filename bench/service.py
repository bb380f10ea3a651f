"""The service beside other engines: twelve questions, then many clients, over the same graph.

    python bench/service.py --data-dir var [--engines digiterr,oxigraph,virtuoso,rdflib] [--json FILE]

Every engine is started on loopback with the graph that the folder publishes, asked the same questions in
turn (so that what else the machine does weighs on all), and gives medians of wall-clock time over HTTP,
caches off. Then wrk, where it is installed, asks a tiny question from 1, 8 and 32 clients at once.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final

from digiterr.store.embedded import open_store
from digiterr.store.remote.settings import RemoteSettings
from digiterr.store.versions import Versions
from engines import VIRTUOSO, digiterr_server, oxigraph_server, rdflib_server, virtuoso_server
from pyoxigraph import RdfFormat
from service_queries import PREFIXES, QUERIES

ACCEPT: Final = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"
BOMB: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
CLIENTS: Final = (1, 8, 32)
REQUEST_TIMEOUT: Final = 30.0


def address(engine: str, settings: RemoteSettings, query: str) -> str:
    """The URL of a query by GET; `oxigraph serve` must be told that the default graph is the union."""
    parameters = {"query": PREFIXES + query}
    if engine == "oxigraph" and "FROM" not in query:
        parameters["union-default-graph"] = "true"
    return f"{settings.query}?{urllib.parse.urlencode(parameters)}"


def ask(url: str) -> tuple[float, int]:
    """Seconds to the last byte, and how many bytes; a failure counts as the longest time allowed."""
    request = urllib.request.Request(url, headers={"Accept": ACCEPT})
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT) as response:
            size = len(response.read())
    except (OSError, urllib.error.HTTPError):
        return REQUEST_TIMEOUT, 0
    return time.perf_counter() - start, size


def twelve(engines: dict[str, RemoteSettings], rounds: int, budget: float) -> dict[str, dict[str, float]]:
    """Median milliseconds by question and engine. A question slower than the budget is asked once."""
    table: dict[str, dict[str, float]] = {}
    for name, query in QUERIES.items():
        times: dict[str, list[float]] = {engine: [] for engine in engines}
        for turn in range(rounds + 1):
            for engine, settings in engines.items():
                if times[engine] and max(times[engine]) > budget:
                    continue
                seconds, _ = ask(address(engine, settings, query))
                if turn or seconds > budget:  # the first round warms
                    times[engine].append(seconds)
        table[name] = {engine: statistics.median(found) * 1000 for engine, found in times.items()}
        print(f"{name:22}" + "".join(f"{table[name][engine]:12.1f}" for engine in engines), flush=True)
    return table


def rate(url: str, clients: int, seconds: int, headers: tuple[str, ...] = ()) -> tuple[float, float]:
    """Requests a second and median milliseconds by wrk."""
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
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += proportional_bytes(int(child))
    except OSError:
        return total
    return total


def geometric_mean(values: list[float]) -> float:
    return statistics.geometric_mean(values)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    parser.add_argument("--engines", default="digiterr,oxigraph,virtuoso", help="rdflib too, slow")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--budget", type=float, default=10.0, help="seconds past which a question is asked once"
    )
    parser.add_argument("--seconds", type=int, default=5, help="of each run of wrk")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    wanted = options.engines.split(",")
    version = Versions(options.data_dir).current()
    print(f"version {version.number}: {version.quads:,} quads", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        content = folder / "content.nq"
        with content.open("wb") as output:
            open_store(version).dump(output, RdfFormat.N_QUADS)
        starts: dict[str, AbstractContextManager[RemoteSettings]] = {
            "digiterr": digiterr_server(options.data_dir.resolve()),
            "oxigraph": oxigraph_server(folder, content),
            "rdflib": rdflib_server(content),
        }
        if VIRTUOSO is not None:
            starts["virtuoso"] = virtuoso_server(folder, content, buffers=170_000)
        engines: dict[str, RemoteSettings] = {}
        for engine in wanted:
            if engine in starts:
                start = time.monotonic()
                engines[engine] = stack.enter_context(starts[engine])
                print(f"{engine} is up after {time.monotonic() - start:.1f} s", flush=True)
        wait_for_memory(options.data_dir)
        check(engines)
        print("\nmedian ms" + " " * 13 + "".join(f"{engine:>12}" for engine in engines))
        table = twelve(engines, options.rounds, options.budget)
        results: dict[str, object] = {"quads": version.quads, "median_ms": table}
        means = {engine: geometric_mean([row[engine] for row in table.values()]) for engine in engines}
        results["geometric_mean_ms"] = means
        print(f"{'geometric mean':22}" + "".join(f"{mean:12.1f}" for mean in means.values()))
        if "digiterr" in means:
            ratios = {engine: mean / means["digiterr"] for engine, mean in means.items()}
            results["ratio_to_digiterr"] = ratios
            print(f"{'times digiterr':22}" + "".join(f"{ratio:12.2f}" for ratio in ratios.values()))
        if shutil.which("wrk"):
            results["load"] = load(engines, options.seconds)
        if options.json:
            options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def check(engines: dict[str, RemoteSettings]) -> None:
    """Every engine must hold the same graph: the number of municipalities says so."""
    query = "SELECT (COUNT(?c) AS ?n) { ?c a dt:MunicipalTerritory }"
    found: dict[str, str] = {}
    for engine, settings in engines.items():
        request = urllib.request.Request(address(engine, settings, query), headers={"Accept": "text/csv"})
        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT) as response:
            found[engine] = response.read().decode().split()[-1].strip('"')
    print(f"municipalities: {found}", flush=True)
    if len(set(found.values())) != 1:
        raise SystemExit("the engines do not hold the same graph")


def load(engines: dict[str, RemoteSettings], seconds: int) -> dict[str, dict[str, float]]:
    """A tiny question asked by many clients, then beside four bombs."""
    results: dict[str, dict[str, float]] = {}
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


def wait_for_memory(data_dir: Path) -> None:
    """Wait until DigiTerr answers from memory."""
    from digiterr.store.service.client import ServiceClient
    from digiterr.store.service.settings import ServiceSettings

    client = ServiceClient(ServiceSettings(data_dir.resolve()))
    if client.wait(180, in_memory=True):
        time.sleep(3)  # the workers warm
        pid = client.state()["pid"]
        print(f"digiterr's engine processes hold {proportional_bytes(pid) / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
