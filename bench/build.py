"""Time and memory of the build, step by step: a first build, one with nothing new, and small changes.

    python bench/build.py                         # what the project ships
    python bench/build.py --data DIR --runs 3     # all sources, medians of three runs
    python bench/build.py --data DIR --copies 10  # ten times the records, beside the places of France

Small changes: a case file added; the last row taken from a small table and from a large one (with --data);
a commune that gains an inhabitant. Each build runs in a process of its own, as `digiterr build --progress
json`. Seconds are by the clock; those of processors are of the step's own thread, and for the whole process
of all threads, among them those that load the version to come meanwhile. Peak memory is that of the process
until the end of the step.

Copies have the form of the original, faults included, and identifiers of their own: bodies other SIREN
numbers with their check digit, records other names. Communes cannot be ten times as many, whose codes are
five digits, and so what is told of each of them stays as it is: the map, its history, postcodes, points.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from digiterr.loaders.geography.tables import PACKAGE, TABLES, open_tables
from digiterr.loaders.identifiers import siren_problem

ROOT = Path(__file__).parents[1]
CASE = ROOT / "loaders" / "cases" / "data" / "case-A.yaml"
SMALL_TABLE = "engagement/liste_tec_te.csv"
LARGE_TABLE = "centroids/communes.csv.gz"
# Of the tables that are copied: the columns that hold a SIREN, and those that hold a name of its own.
COPIED = {
    "banatic/groupements.csv": (("siren",), ()),
    "banatic/competences.csv": (("siren",), ()),
    "odf-observatoire/ODF-Observatoire-organisations-221019.csv": (("siren",), ("id-datagouv",)),
    "datagouv-catalogue/datasets_local_authorities.csv.gz": ((), ("id", "organization_id")),
    "engagement/liste_tec_te.csv": ((), ("id_engcit",)),
}


@dataclass
class Run:
    """The finished steps of one build, by step and source; the seconds of the whole process, and its peak."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0


def run(data_dir: Path, options: list[str]) -> Run:
    entry = Path(sys.executable).with_name("digiterr")
    command = [
        str(entry),
        "build",
        "--no-prepare",
        "--data-dir",
        str(data_dir),
        "--progress",
        "json",
        *options,
    ]
    found = Run()
    before = os.times()
    started = before.elapsed
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            event = json.loads(line)
            if event["event"] == "finished":
                name = " ".join(filter(None, (event["step"], event["source"])))
                found.steps[name] = event
                found.peak_memory = max(found.peak_memory, event["peak_memory"])
    after = os.times()
    if process.returncode:
        sys.exit(f"the build failed with code {process.returncode}")
    found.seconds = after.elapsed - started
    found.cpu_seconds = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return found


def table(title: str, runs: list[Run]) -> None:
    """Medians of the runs, step by step."""
    print(f"\n{title}")
    print(f"{'step':<36}{'seconds':>9}{'CPU s':>9}{'triples':>12}{'peak MB':>9}")
    for name in dict.fromkeys(name for one in runs for name in one.steps):
        events = [one.steps[name] for one in runs if name in one.steps]
        triples = events[0]["triples"]
        print(
            f"{name:<36}{median(events, 'seconds'):>9.2f}{median(events, 'cpu_seconds'):>9.2f}"
            f"{'' if triples is None else f'{triples:,}':>12}{median(events, 'peak_memory') / 1e6:>9.0f}"
        )
    print(
        f"{'whole process':<36}{statistics.median(one.seconds for one in runs):>9.2f}"
        f"{statistics.median(one.cpu_seconds for one in runs):>9.2f}{'':>12}"
        f"{statistics.median(one.peak_memory for one in runs) / 1e6:>9.0f}"
    )


def median(events: list[dict[str, Any]], key: str) -> float:
    return statistics.median(event[key] for event in events)


def linked(data: Path, folder: Path) -> Path:
    """The folder of open data as links, of which some will be replaced."""
    for path in data.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path)
    return folder


def rewrite(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of a table that may be compressed and may be a link; the original stays."""
    packed = path.suffix == ".gz"
    content = path.read_bytes()
    text = (gzip.decompress(content) if packed else content).decode()
    changed = "".join(change(text.splitlines(keepends=True))).encode()
    path.unlink()
    path.write_bytes(gzip.compress(changed, mtime=0) if packed else changed)


class Sirens:
    """Numbers for copies of bodies: the same for the same body and copy, and no one else's."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, int], str] = {}
        rows = chain(*(open_tables().rows(table) for table in ("communes", "epci", "ept")))
        self._taken = {row.columns["siren"] for row in rows}

    def of(self, siren: str, copy: int) -> str:
        """Another SIREN for a copy of a body; what is none stays, faults and all."""
        if siren_problem(siren) is not None:
            return siren
        if (siren, copy) not in self._given:
            self._taken.add(siren)
            number = int(siren[:8]) + copy * 7_654_321
            while (other := self._checked(number)) in self._taken:
                number += 1
            self._taken.add(other)
            self._given[siren, copy] = other
        return self._given[siren, copy]

    @staticmethod
    def _checked(number: int) -> str:
        digits = f"{number % 10**8:08}"
        return next(digits + str(key) for key in range(10) if siren_problem(digits + str(key)) is None)


def copied(lines: list[str], copies: int, table: str, sirens: Sirens) -> list[str]:
    """The records of a table again and again, each with identifiers of its own."""
    numbered, named = COPIED[table]
    header, *rows = csv.reader(lines)
    columns = [name.strip("\ufeff ") for name in header]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    for copy in range(copies):
        for row in rows:
            cells = list(row)
            if copy:
                for name in numbered:
                    cells[columns.index(name)] = sirens.of(cells[columns.index(name)].strip(), copy)
                for name in named:
                    place = columns.index(name)
                    cells[place] = cells[place] and f"{cells[place]}-copy-{copy}"
            writer.writerow(cells)
    return written.getvalue().splitlines(keepends=True)


def package(folder: Path, more_inhabitants: int = 0) -> Path:
    """The map of France as the npm package that it comes from, the first commune with more inhabitants."""
    tables = open_tables()
    (folder / "data").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": PACKAGE, "version": tables.version}))
    for table, columns in TABLES.items():
        found = []
        for row in tables.rows(table):
            values = dict(row.columns)
            if table == "communes" and row.rank == 1:
                values["population"] = str(int(values["population"]) + more_inhabitants)
            lists = {name: value.split() for name, value in values.items() if name in ("former", "members")}
            found.append({columns[name]: lists.get(name, value) for name, value in values.items() if value})
        (folder / "data" / f"{table}.json").write_text(json.dumps(found), encoding="utf-8")
    return folder


def builds(folder: Path, data: Path | None, copies: int) -> Iterator[tuple[str, Run]]:
    """One run of each kind of build, in one data folder."""
    case, france = folder / "case.yaml", package(folder / "france")
    options = ["--geography", str(france)]
    tables: list[Path] = []
    if data is not None:
        mine = linked(data, folder / "data")
        options += ["--data", str(mine)]
        tables = [mine / SMALL_TABLE, mine / LARGE_TABLE]
        sirens = Sirens()
        for table in COPIED if copies > 1 else ():
            rewrite(mine / table, lambda lines, table=table: copied(lines, copies, table, sirens))
    yield "First build", run(folder / "var", options)
    yield "Nothing new", run(folder / "var", options)
    case.write_text(CASE.read_text(encoding="utf-8").replace("case: A\n", "case: Z\n"), encoding="utf-8")
    options += ["--cases", str(case)]
    yield "One case added", run(folder / "var", options)
    for path in tables:
        rewrite(path, lambda lines: lines[:-1])
        yield f"One row less: {path.name}", run(folder / "var", options)
    options[1] = str(package(folder / "later", more_inhabitants=1))
    yield "One inhabitant more", run(folder / "var", options)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of open data, for all sources")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--copies", type=int, default=1, help="the records of bodies so many times")
    asked = parser.parse_args()
    if asked.copies > 1 and not asked.data:
        parser.error("--copies needs --data")
    found: dict[str, list[Run]] = {}
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory(prefix="digiterr-bench-") as name:
            data = asked.data.resolve() if asked.data else None
            for title, one in builds(Path(name), data, asked.copies):
                found.setdefault(title, []).append(one)
    for title, runs in found.items():
        table(title, runs)


if __name__ == "__main__":
    main()
