"""A catalogue harvested by another instance: whole, with nothing new, and after a change.

    python bench/harvest.py                  # 40,000 records, as a portal of France lists them
    python bench/harvest.py --records 4000

Records are made by a rule, always the same. A first instance takes them from a file in udata's form and
serves its catalogue; a second one harvests that, page by page.
"""

from __future__ import annotations

import argparse
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from digiterr.loaders.harvest.harvesting import Options, harvest
from digiterr.loaders.harvest.model import Portal, Run
from digiterr.loaders.harvest.visits import Manners
from digiterr.server.catalog.records import pages_of
from digiterr.server.preparing import missing
from digiterr.store.versions import Versions

PLACES = (
    "Vallières",
    "Montclar",
    "Saint-Aubin",
    "Les Essarts",
    "Grandvaux",
    "Rochebrune",
    "L’Étang",
    "Beaulieu",
)
SUBJECTS = (
    "Budget",
    "Arbres",
    "Bancs",
    "Équipements sportifs",
    "Marchés publics",
    "Qualité de l’air",
    "Écoles",
)
_PAGES_TIMED = 128  # of the catalogue's pages, evenly spread
COMMAND = Path(sys.executable).with_name("digiterr")


def dataset(number: int, changed: bool = False) -> dict[str, Any]:
    """A record with two files, as udata writes it."""
    place, subject = PLACES[number % len(PLACES)], SUBJECTS[number % len(SUBJECTS)]
    code, day = f"{number:024x}", f"202{number % 6}-0{number % 9 + 1}-1{number % 10}"
    return {
        "id": code,
        "title": f"{subject} de {place} {2000 + number % 27}" + (" (révisé)" if changed else ""),
        "description": f"{subject} que publie {place}, par année et par quartier. " * 3,
        "page": f"https://portail.example/fr/datasets/{code}/",
        "created_at": f"{day}T08:00:00+00:00",
        "last_modified": f"{day}T09:00:00+00:00",
        "last_update": f"{day}T09:00:00+00:00",
        "frequency": "annual",
        "license": "lov2",
        "tags": ["budget", "ville", place.lower()],
        "organization": {"id": f"org{number % 400}", "name": f"Ville de {place} n° {number % 400}"},
        "resources": [
            {
                "id": f"{code}-{part}",
                "title": f"Fichier {part}",
                "url": f"https://fichiers.example/{code}/{part}.csv",
                "format": "csv",
                "mime": "text/csv",
                "filesize": 1000 + number,
                "checksum": {"type": "sha1", "value": f"{number:040x}"},
            }
            for part in (1, 2)
        ],
    }


def write_catalogue(path: Path, numbers: range, changed: int = -1) -> None:
    data = [dataset(number, number == changed) for number in numbers]
    path.write_text(json.dumps({"data": data, "total": len(data), "next_page": None}), encoding="utf-8")


def taken_from_file(folder: Path, records: int, data_dir: Path, changed: int = -1) -> Run:
    """Take the records from one file, which is read as a stream."""
    file = folder / "portal.json"
    write_catalogue(file, range(records), changed)
    return taken(Portal("portal", str(file), "udata"), data_dir)


def taken(portal: Portal, data_dir: Path) -> Run:
    manners = Manners(page_size=1 << 30)
    return harvest(portal, data_dir, lambda _publisher: None, Options(manners=manners))


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def get(port: int, path: str) -> tuple[int, float]:
    """The version that a page in Turtle is of, 0 for none, and the seconds until all of it has come."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Accept": "text/turtle"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    version = int(answer.headers["X-DigiTerr-Version"]) if answer.status == 200 else 0
    return version, time.perf_counter() - started


def wait_for_catalogue(port: int, data_dir: Path) -> float:
    """The seconds until the service gives the catalogue of the latest version, and has prepared the rest."""
    started, version = time.perf_counter(), Versions(data_dir).current().number
    ready: float | None = None
    while time.perf_counter() - started < 900:
        with suppress(OSError):
            if ready is None and get(port, "/catalog")[0] == version:
                ready = time.perf_counter() - started
        if ready is not None and not missing(data_dir, version):
            return ready
        time.sleep(0.5)
    raise TimeoutError("the catalogue is not ready after fifteen minutes")


def page_times(port: int, addresses: list[str]) -> list[float]:
    """The milliseconds that each page takes to come."""
    return [get(port, address)[1] * 1000 for address in addresses]


def measure(records: int, folder: Path) -> dict[str, Any]:
    first, second = folder / "first", folder / "second"
    port = free_port()
    from_file = taken_from_file(folder, records, first)
    service = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port), "--data-dir", first], cwd=folder, stderr=subprocess.DEVNULL
    )
    try:
        ready = wait_for_catalogue(port, first)
        of = pages_of(records)
        step = max(1, of // _PAGES_TIMED)
        pages = page_times(port, [f"/catalog?page={page}&of={of}" for page in range(1, of + 1, step)])
        there = Portal("first", f"http://127.0.0.1:{port}/catalog", "dcat")
        whole = taken(there, second)
        again = taken(there, second)
        one = taken_from_file(folder, records, first, changed=7)
        ready_again = wait_for_catalogue(port, first)
        after = taken(there, second)
    finally:
        service.terminate()
        service.wait(30)
    return {
        "records": records,
        "from_file_s": from_file.seconds,
        "one_changed_from_file_s": one.seconds,
        "catalogue_ready_s": ready,
        "catalogue_ready_again_s": ready_again,
        "catalogue_page_ms": median(pages),
        "catalogue_longest_page_ms": max(pages),
        "whole_s": whole.seconds,
        "whole_records": whole.tally.published,
        "whole_pages": whole.tally.pages,
        "nothing_new_s": again.seconds,
        "pages_not_sent_again": again.tally.unchanged_pages,
        "one_changed_s": after.seconds,
        "one_changed": after.tally.changed,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digiterr-bench-") as folder:
        figures = measure(arguments.records, Path(folder))
    for name, figure in figures.items():
        print(f"{name:26} {figure:12,.1f}" if isinstance(figure, float) else f"{name:26} {figure:12,}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
