"""Writes the tables of this folder from the yearly editions of the map: same packages, same bytes.

npm pack @etalab/decoupage-administratif@1.1.1   (2021; the other editions are in EDITIONS)
python -m digiterr.loaders.history.compact FOLDER_OF_PACKAGES

A thing that holds in the first edition has no start, and one that holds in the last has no end: the editions
do not say since when, or until when.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from ..geography.compact import integrity
from ..geography.tables import PACKAGE, open_tables

EDITIONS: Final = {2021: "1.1.1", 2022: "2.3.1", 2023: "3.1.1", 2024: "4.1.0", 2025: "5.3.0", 2026: "6.0.0"}
Key = TypeVar("Key")
FIRST: Final = min(EDITIONS)
LAST: Final = max(EDITIONS)


class Edition:
    """One year's communes, groupings and memberships."""

    def __init__(self, path: Path) -> None:
        tables = open_tables(path)
        self.communes: dict[str, str] = {}
        self.successors: dict[str, str] = {}
        self.groupings: dict[str, str] = {}
        self.memberships: set[tuple[str, str]] = set()
        for row in tables.rows("communes"):
            columns = row.columns
            if columns["kind"] == "commune-actuelle":
                self.communes[columns["code"]] = columns["name"]
                self.successors.update(dict.fromkeys(columns["former"].split(), columns["code"]))
        for row in tables.rows("epci"):
            columns = row.columns
            self.groupings[columns["siren"]] = columns["name"]
            self.memberships.update((columns["siren"], member) for member in columns["members"].split())


def spells(years: Iterable[int]) -> list[tuple[str, str]]:
    """The unbroken runs of years as (start, end), empty where the editions do not tell."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return [("" if a == FIRST else str(a), "" if b == LAST else str(b)) for a, b in runs]


def years_of(held: Mapping[int, Iterable[Key]]) -> dict[Key, list[int]]:
    """For each key, the editions in which it stands."""
    found: dict[Key, list[int]] = {}
    for year, keys in held.items():
        for key in keys:
            found.setdefault(key, []).append(year)
    return found


def table(columns: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A TSV table, its rows in order."""
    out = io.StringIO()
    for row in (tuple(columns.split()), *sorted(rows)):
        out.write("\t".join(row) + "\n")
    return out.getvalue()


def tables(editions: Mapping[int, Edition]) -> dict[str, str]:
    """The tables of this folder by file name."""
    last = editions[LAST]
    successors = {
        former: code for edition in editions.values() for former, code in edition.successors.items()
    }

    def successor(code: str) -> str:
        seen = {code}
        while code not in last.communes and successors.get(code, code) not in seen:
            code = successors[code]
            seen.add(code)
        return code if code in last.communes else ""

    memberships = [
        (f"{siren}-{code}-{start or FIRST}", siren, code, start, end)
        for (siren, code), years in years_of({y: e.memberships for y, e in editions.items()}).items()
        for start, end in spells(years)
    ]
    communes = [
        (code, _name(editions, code), start, end, successor(code) if end else "")
        for code, years in years_of({y: e.communes for y, e in editions.items()}).items()
        for start, end in spells(years)
        if start or end
    ]
    groupings = [
        (
            siren,
            next(e.groupings[siren] for e in reversed(list(editions.values())) if siren in e.groupings),
            start,
            end,
        )
        for siren, years in years_of({y: e.groupings for y, e in editions.items()}).items()
        for start, end in spells(years)
        if start or end
    ]
    names = [
        (kind, code, name, end)
        for kind, held in (
            ("commune", {y: e.communes.items() for y, e in editions.items()}),
            ("epci", {y: e.groupings.items() for y, e in editions.items()}),
        )
        for (code, name), years in years_of(held).items()
        for _, end in spells(years)
        if end and (code in last.communes or code in last.groupings)
    ]
    return {
        "memberships.tsv.gz": table("id siren insee start end", memberships),
        "former_communes.tsv": table("insee name start end successor", [row for row in communes if row[3]]),
        "new_communes.tsv": table("insee name start", [row[:3] for row in communes if not row[3]]),
        "groupings.tsv": table("siren name start end", groupings),
        "names.tsv": table("kind code name end", names),
    }


def _name(editions: Mapping[int, Edition], code: str) -> str:
    return next(e.communes[code] for e in reversed(list(editions.values())) if code in e.communes)


def write(packages: Path, folder: Path) -> None:
    """Writes the tables and their provenance to `folder`, from the packed editions in `packages`."""
    paths = {
        year: packages / f"etalab-decoupage-administratif-{version}.tgz" for year, version in EDITIONS.items()
    }
    editions = {year: Edition(path) for year, path in paths.items()}
    for name, text in tables(editions).items():
        content = text.encode()
        (folder / name).write_bytes(gzip.compress(content, 9, mtime=0) if name.endswith(".gz") else content)
    provenance = {
        "package": PACKAGE,
        "editions": {
            str(year): {"version": EDITIONS[year], "integrity": integrity(path)}
            for year, path in paths.items()
        },
        "licences": {
            "code of the package": "MIT",
            "data": "Licence Ouverte 2.0, https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        },
        "made with": "python -m digiterr.loaders.history.compact FOLDER_OF_PACKAGES",
        "left out": "changes of kind of a grouping; the EPT of Greater Paris",
    }
    text = json.dumps(provenance, ensure_ascii=False, indent=2) + "\n"
    (folder / "provenance.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(__file__).parent)
