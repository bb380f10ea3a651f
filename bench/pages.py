"""What each kind of page costs the service: median time, and the script that the first page loads.

    make bench-pages                      on the graph that `make build` published
    python bench/pages.py --data-dir DIR  on another one

Each page is asked ten times without any cache of answers, after one time that is not counted. Times are what
the service takes until its last byte, over loopback. Prints a table, and JSON with --json FILE.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from digiterr.server.preparing import prepare
from digiterr.store.versions import Versions
from engines import digiterr_server

ROUNDS = 10
HOME_MS, PAGE_MS, SCRIPT_BYTES = 50, 200, 100_000
PAGES = {
    "home": "/",
    "cases": "/cases",
    "case": "/cases/A",
    "compare": "/cases/compare",
    "territories": "/territories",
    "search of territories": "/territories?q=Saint",
    "commune": "/territories/terr-commune-65440",
    "EPCI": "/territories/terr-epci-200069300",
    "department": "/territories/terr-department-65",
    "region": "/territories/terr-region-76",
    "map": "/territories/map",
    "coverage": "/coverage",
    "questions": "/queries",
    "question": "/queries/regions-at-a-glance",
    "question with a parameter": "/queries/commune-profile?code=65440",
    "chart of a question": "/queries/epci-population-by-kind.svg",
    "SPARQL form": "/sparql",
    "entity": "/id/case-A.html",
    "ontology": "/ont",
    "module": "/ont/value",
    "class": "/terms/CaseStudy",
    "concept": "/voc/value-economic.html",
    "search": "/search?q=Tarbes",
    "catalogue": "/catalog",
    "harvest": "/harvest",
    "VoID": "/.well-known/void",
}


def ask(address: str) -> tuple[float, bytes]:
    """Milliseconds, and the content."""
    request = urllib.request.Request(
        address, headers={"Accept": "text/html, */*;q=0.1", "Accept-Language": "fr"}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        content = answer.read()
    return (time.perf_counter() - started) * 1000, content


def script_of(base: str) -> tuple[int, int]:
    """The bytes of the scripts that the first page loads, modules that they import included; and gzipped."""
    _, page = ask(f"{base}/")
    wanted = [urljoin(f"{base}/", name) for name in re.findall(r'<script[^>]* src="([^"]+)"', page.decode())]
    seen: dict[str, bytes] = {}
    while wanted:
        address = wanted.pop()
        if address not in seen:
            seen[address] = ask(address)[1]
            imported = re.findall(rb'(?:from|import)\s*"(\.[^"]+\.js)"', seen[address])
            wanted += [urljoin(address, name.decode()) for name in imported]
    return sum(map(len, seen.values())), sum(len(gzip.compress(content)) for content in seen.values())


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    version = Versions(arguments.data_dir).current()
    for one in prepare(arguments.data_dir, version.number):
        print(f"prepared {one.kind} in {one.seconds:.1f} s", file=sys.stderr)
    medians: dict[str, float] = {}
    with digiterr_server(arguments.data_dir) as settings:
        base = settings.query.removesuffix("/sparql")
        for kind, path in PAGES.items():
            ask(base + path)
            medians[kind] = statistics.median(ask(base + path)[0] for _ in range(arguments.rounds))
        script, compressed = script_of(base)
    print(f"{version.quads:,} triples, {arguments.rounds} rounds, no cache; median milliseconds\n")
    print("| page | ms | at most |\n|---|---:|---:|")
    for kind, median in medians.items():
        most = HOME_MS if kind == "home" else PAGE_MS
        print(f"| {kind} | {median:.1f} | {most}{'' if median < most else ' (missed)'} |")
    print(f"\nscript of the first page: {script:,} bytes ({compressed:,} gzipped), at most {SCRIPT_BYTES:,}")
    if arguments.json:
        found = {
            "triples": version.quads,
            "median_ms": medians,
            "script": script,
            "script_gzipped": compressed,
        }
        arguments.json.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
