"""The service beside other engines: twelve questions, then many clients, over the same graph.

    python bench/service.py --data-dir var [--engines digiterr,oxigraph,virtuoso,rdflib] [--json FILE]

Every engine is started on loopback with the graph that the folder publishes, asked the same questions in
turn (so that what else the machine does weighs on all), and gives medians of wall-clock time over HTTP,
caches off. Then wrk, where it is installed, asks a tiny question from 1, 8 and 32 clients at once; last come
kept answers, the first byte of a long answer, memory, and what the service adds to a remote engine.

rdflib-endpoint is asked each question once, for five minutes at most (a longer one counts as five); it takes
minutes to read a national graph, so it is not among the default engines.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final

import service_load
from digiterr.store.embedded import open_store
from digiterr.store.remote.settings import RemoteSettings
from digiterr.store.versions import Versions
from engines import AFTER_FAILURE, VIRTUOSO, digiterr_server, oxigraph_server, rdflib_server, virtuoso_server
from pyoxigraph import RdfFormat
from service_load import REQUEST_TIMEOUT, address, ask
from service_queries import QUERIES

RDFLIB_TIMEOUT: Final = 300.0


def twelve(engines: dict[str, RemoteSettings], rounds: int, budget: float) -> dict[str, dict[str, float]]:
    """Median milliseconds by question and engine. A question slower than the budget is asked once."""
    table: dict[str, dict[str, float]] = {}
    for name, query in QUERIES.items():
        times: dict[str, list[float]] = {engine: [] for engine in engines}
        for turn in range(rounds + 1):
            for engine, settings in engines.items():
                if times[engine] and max(times[engine]) > budget:
                    continue
                if engine == "rdflib" and times[engine]:
                    continue
                patience = RDFLIB_TIMEOUT if engine == "rdflib" else REQUEST_TIMEOUT
                seconds, _ = ask(address(engine, settings, query), patience)
                if turn or seconds > budget or engine == "rdflib":  # the first round warms
                    times[engine].append(seconds)
                if seconds >= patience and settings.query in AFTER_FAILURE:
                    AFTER_FAILURE[settings.query]()
        table[name] = {engine: statistics.median(found) * 1000 for engine, found in times.items()}
        print(f"{name:22}" + "".join(f"{table[name][engine]:12.1f}" for engine in engines), flush=True)
    return table


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
    # What a version is given after its publication is made before, not meanwhile.
    digiterr = Path(sys.executable).with_name("digiterr")
    subprocess.run([digiterr, "prepare", "--data-dir", options.data_dir], check=True)
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
        service_load.wait_for_memory(options.data_dir)
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
        results |= service_load.measure(engines, options.data_dir.resolve(), options.seconds)
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


if __name__ == "__main__":
    main()
