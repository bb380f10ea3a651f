"""Time and memory of the build, step by step: a first build, one with nothing new, one with a row changed.

    python bench/build.py                      # what the project ships
    python bench/build.py --data DIR --runs 3  # all sources, medians of three runs

Each build runs in a process of its own, as `digiterr build --progress json`. Seconds are by the clock; those
of processors count every thread. Peak memory is that of the process until the end of the step.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CASE = ROOT / "loaders" / "cases" / "data" / "case-A.yaml"
CHANGED_FILE = "engagement/liste_tec_te.csv"


@dataclass
class Run:
    """The finished steps of one build, by step and source; the seconds of the whole process, and its peak."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0


def run(data_dir: Path, options: list[str]) -> Run:
    entry = Path(sys.executable).with_name("digiterr")
    command = [str(entry), "build", "--data-dir", str(data_dir), "--progress", "json", *options]
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


def with_a_row_less(data: Path, folder: Path) -> Path:
    """The folder of open data as links, but for one file, from which the last row is taken."""
    copy = folder / "data"
    for path in data.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path)
    changed = copy / CHANGED_FILE
    rows = changed.read_text(encoding="utf-8").splitlines(keepends=True)
    changed.unlink()
    changed.write_text("".join(rows[:-1]), encoding="utf-8")
    return copy


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of open data, for all sources")
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args()
    first, same, changed = [], [], []
    options = ["--data", str(asked.data.resolve())] if asked.data else []
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory(prefix="digiterr-bench-") as name:
            folder = Path(name)
            first.append(run(folder / "var", options))
            same.append(run(folder / "var", options))
            if asked.data:
                other = ["--data", str(with_a_row_less(asked.data.resolve(), folder))]
            else:
                shutil.copy(CASE, folder / "case.yaml")
                text = (folder / "case.yaml").read_text(encoding="utf-8")
                (folder / "case.yaml").write_text(text.replace("case: A\n", "case: Z\n"), encoding="utf-8")
                other = ["--cases", str(folder / "case.yaml")]
            changed.append(run(folder / "var", other))
    table("First build", first)
    table("Nothing new", same)
    table("One row changed" if asked.data else "One case added", changed)


if __name__ == "__main__":
    main()
