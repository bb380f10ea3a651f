"""Rows of the map of France, from the compact copy kept here or from the npm package's own JSON.

Both forms give the same four tables with the same columns, all values text, so that one set of checks serves
them. Columns of lists hold their items separated by a space.
"""

from __future__ import annotations

import csv
import gzip
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ..json_records import record_lines

PACKAGE: Final = "@etalab/decoupage-administratif"
COMPACT: Final = Path(__file__).parent / "data"

# Column of a table: key of the package's JSON object.
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "regions": {"code": "code", "name": "nom", "linking": "typeLiaison", "zone": "zone", "seat": "chefLieu"},
    "departements": {
        "code": "code",
        "name": "nom",
        "linking": "typeLiaison",
        "zone": "zone",
        "seat": "chefLieu",
        "region": "region",
    },
    "communes": {
        "code": "code",
        "kind": "type",
        "name": "nom",
        "linking": "typeLiaison",
        "zone": "zone",
        "department": "departement",
        "region": "region",
        "seat": "chefLieu",
        "commune": "commune",
        "siren": "siren",
        "population": "population",
        "former": "anciensCodes",
    },
    "epci": {
        "siren": "code",
        "name": "nom",
        "kind": "type",
        "funding": "modeFinancement",
        "population": "populationMunicipale",
        "members": "membres",
    },
    "ept": {
        "siren": "code",
        "name": "nom",
        "kind": "type",
        "funding": "modeFinancement",
        "population": "populationMunicipale",
        "members": "membres",
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it was read: its file, its line and rank there, its columns."""

    file: str
    line: int
    rank: int
    columns: Mapping[str, str]

    @property
    def where(self) -> Where:
        """Records of the package may share a line."""
        return Where(
            self.file, self.line, pointer=f"record {self.rank}" if self.file.endswith(".json") else None
        )

    @property
    def record(self) -> str:
        """The record on one line, for the person who will mend it."""
        return json.dumps({key: value for key, value in self.columns.items() if value}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Tables:
    """An edition of the map, open for reading: the package's version, and its tables."""

    path: Path
    version: str

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of one table, in the order of the file. InputError when it is absent or unreadable."""
        if self.path == COMPACT:
            return _compact_rows(table)
        return _package_rows(self.path, table)

    def files(self) -> tuple[Path, ...]:
        if self.path == COMPACT:
            return (*(COMPACT / f"{table}.tsv.gz" for table in TABLES), COMPACT / "provenance.json")
        if self.path.is_dir():
            return (*(self.path / "data" / f"{table}.json" for table in TABLES), self.path / "package.json")
        return (self.path,)


def open_tables(path: Path | None = None) -> Tables:
    """The compact copy, or an unpacked package (a folder with package.json) or the archive `npm pack` writes.

    Raises InputError when the path is not such a package.
    """
    if path is None:
        provenance = json.loads((COMPACT / "provenance.json").read_text(encoding="utf-8"))
        return Tables(COMPACT, provenance["version"])
    _, described = _json(path, "package.json")
    if not isinstance(described, dict) or described.get("name") != PACKAGE:
        raise InputError(
            Text(f"ce n’est pas le paquet {PACKAGE}.", f"this is not the package {PACKAGE}."),
            Text(f"Obtenez-le par : npm pack {PACKAGE}", f"Get it with: npm pack {PACKAGE}"),
            Where(str(path)),
        )
    return Tables(path, str(described.get("version", "")))


def _compact_rows(table: str) -> Iterator[Row]:
    path = COMPACT / f"{table}.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(lines)
        for rank, values in enumerate(lines, start=1):
            yield Row(path.name, rank + 1, rank, dict(zip(header, values, strict=True)))


def _package_rows(path: Path, table: str) -> Iterator[Row]:
    name = f"data/{table}.json"
    if table == "ept" and not _exists(path, name):
        return  # the package lists them since its version 3
    text, objects = _json(path, name)
    if not isinstance(objects, list):
        raise InputError(
            Text("une liste d’objets est attendue.", "a list of objects is expected."),
            None,
            Where(f"{path}/{name}"),
        )
    columns = TABLES[table]
    numbered = zip(cast("list[Any]", objects), record_lines(text, ()), strict=True)
    for rank, (item, line) in enumerate(numbered, start=1):
        known = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
        yield Row(name, line, rank, {column: _text(known.get(key)) for column, key in columns.items()})


def _text(value: object) -> str:
    """A JSON value as the text of a column; the members of a grouping are named by their INSEE code."""
    if value is None:
        return ""
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return " ".join(
            str(cast("dict[str, Any]", item).get("code", "?")) if isinstance(item, dict) else str(item)
            for item in items
        )
    return str(value)


def _exists(path: Path, name: str) -> bool:
    try:
        _bytes(path, name)
    except InputError:
        return False
    return True


def _json(path: Path, name: str) -> tuple[str, object]:
    """A file of the package as text, and what it says."""
    content = _bytes(path, name)
    try:
        text = content.decode("utf-8-sig")
        return text, json.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(
            Text("le fichier n’est pas en UTF-8.", "the file is not UTF-8."), None, Where(f"{path}/{name}")
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(
            Text(f"JSON illisible ({error.msg}).", f"broken JSON ({error.msg})."),
            Text("Reprenez le paquet à sa source.", "Fetch the package again."),
            Where(f"{path}/{name}", error.lineno, error.colno),
        ) from error


def _bytes(path: Path, name: str) -> bytes:
    """A file of the package, from its folder or its archive; members are read by name, never extracted."""
    try:
        if path.is_dir():
            return (path / name).read_bytes()
        with tarfile.open(path) as archive:
            member = archive.extractfile(f"package/{name}")
            return member.read() if member else b""
    except (OSError, tarfile.TarError, KeyError, EOFError) as error:
        absent = isinstance(error, FileNotFoundError | KeyError)
        raise InputError(
            Text(f"{name} manque.", f"{name} is missing.")
            if absent
            else Text(f"{name} ne se lit pas ({error}).", f"{name} cannot be read ({error})."),
            Text(
                f"Donnez le dossier du paquet ou l’archive que « npm pack {PACKAGE} » écrit.",
                f'Give the folder of the package or the archive that "npm pack {PACKAGE}" writes.',
            ),
            Where(str(path)),
        ) from error
