"""A first description and mapping for a file, by looking at it: delimiter, encoding, types, keys."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ..identifiers import INSEE_COMMUNE, siren_problem
from .rows import Dialect, open_binary, read_rows
from .values import slug

SAMPLE_BYTES: Final = 256 * 1024
SAMPLE_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """What was seen of a column: `kind` is siren, insee, integer, decimal, date, address or text."""

    name: str
    kind: str
    filled: int
    distinct: int
    example: str


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What was seen of a file, over at most 2,000 rows; `key` is the column that could identify its rows."""

    path: Path
    formulation: str
    dialect: Dialect
    rows: int
    columns: tuple[Column, ...]
    key: str | None


def sniff(path: Path) -> Sniffed:
    """Looks at a table. Raises InputError when it cannot be read or has no columns."""
    formulation = _formulation(path)
    dialect, header = Dialect(), []
    if formulation in {"csv", "tsv"}:
        dialect, header = _delimited(path)
    elif formulation == "xlsx":
        header = _workbook_header(path)
    else:
        header = _json_header(path)
    if not header:
        raise InputError(
            Text(fr="aucune colonne n’a été trouvée.", en="no column was found."),
            Text(
                fr="Donnez une table : CSV, TSV, XLSX, JSON, GeoJSON.",
                en="Give a table: CSV, TSV, XLSX, JSON, GeoJSON.",
            ),
            Where(file=str(path)),
        )
    values: list[list[str]] = [[] for _ in header]
    rows = 0
    for row in read_rows(path, formulation, header, dialect):
        rows += 1
        for place, value in enumerate(row.values):
            if isinstance(value, str):
                values[place].append(value.strip())
        if rows == SAMPLE_ROWS:
            break
    columns = tuple(_column(name, seen) for name, seen in zip(header, values, strict=True))
    key = next((column.name for column in columns if rows and column.distinct == column.filled == rows), None)
    return Sniffed(path, formulation, dialect, rows, columns, key)


def _formulation(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    for ending, formulation in (
        (".tsv", "tsv"),
        (".xlsx", "xlsx"),
        (".geojson", "geojson"),
        (".json", "json"),
    ):
        if name.endswith(ending):
            return formulation
    return "csv"


def _delimited(path: Path) -> tuple[Dialect, list[str]]:
    try:
        with open_binary(path) as stream:
            head = stream.read(SAMPLE_BYTES)
    except OSError as error:
        raise InputError(
            Text(fr=f"le fichier ne peut pas être lu : {error}.", en=f"the file cannot be read: {error}."),
            Text(fr="Vérifiez son chemin.", en="Check its path."),
            Where(file=str(path)),
        ) from error
    head = head[: head.rfind(b"\n") + 1] or head
    encoding = "utf-8-sig"
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = head.decode(encoding, errors="replace")
    try:
        delimiter = csv.Sniffer().sniff(text, delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = ";" if text.partition("\n")[0].count(";") else ","
    header = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    return Dialect(delimiter, encoding), [name.strip() for name in header]


def _workbook_header(path: Path) -> list[str]:
    from openpyxl import load_workbook  # slow to import, and few sources are workbooks

    first = next(load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True), ())
    return [str(cell).strip() for cell in first if cell is not None]


def _json_header(path: Path) -> list[str]:
    for row in read_rows(path, "json", [], Dialect()):
        return list(_leaves(row.record[0]))
    return []


def _leaves(record: object, prefix: str = "") -> Sequence[str]:
    if not isinstance(record, dict) or "coordinates" in record:
        return [prefix.removesuffix(".")]
    return [leaf for key, value in record.items() for leaf in _leaves(value, f"{prefix}{key}.")]


def _column(name: str, values: list[str]) -> Column:
    seen = [value for value in values if value]
    return Column(name, _kind(name, seen), len(seen), len(set(seen)), seen[0] if seen else "")


def _kind(name: str, values: Sequence[str]) -> str:
    """The kind that at least 95 % of the values fit; codes are told from numbers by their name and form."""

    def mostly(fits: list[bool]) -> bool:
        return bool(fits) and sum(fits) >= 0.95 * len(fits)

    if mostly([siren_problem(value) is None for value in values]):
        return "siren"
    if re.search(r"insee|cog|codgeo|code_?com|depcom", name, re.IGNORECASE) and mostly(
        [INSEE_COMMUNE.fullmatch(value.zfill(5)) is not None for value in values]
    ):
        return "insee"
    forms = {
        "integer": r"[+-]?\d+",
        "decimal": r"[+-]?\d+([.,]\d+)?",
        "date": r"\d{4}-\d\d-\d\d.*",
        "address": r"https?://\S+",
    }
    if any(re.fullmatch(r"0\d+", value) for value in values):
        return "text"  # a code: as a number it would lose its zeros
    for kind, form in forms.items():
        if mostly([re.fullmatch(form, value) is not None for value in values]):
            return kind
    return "text"


_OBJECTS: Final = {
    "siren": "{{function: dtf:siren, parameters: [[dtf:value, {0}]]}}",
    "integer": "{{function: dtf:integer, parameters: [[dtf:value, {0}]], datatype: xsd:integer}}",
    "decimal": "{{function: dtf:decimal, parameters: [[dtf:value, {0}]], datatype: xsd:decimal}}",
    "date": "{{function: dtf:day, parameters: [[dtf:value, {0}]], datatype: xsd:date}}",
    "address": "{{function: dtf:webAddress, parameters: [[dtf:value, {0}]]}}",
}


def first_mapping(seen: Sniffed, name: str) -> str:
    """A mapping.yml to complete: one mapping, each column under a property of its own to be replaced."""
    by_kind = {column.kind: column.name for column in reversed(seen.columns)}
    if "insee" in by_kind:
        subject = f"{{function: dtf:commune, parameters: [[dtf:value, {_reference(by_kind['insee'])}]]}}"
    elif "siren" in by_kind:
        subject = f"{{function: dtf:organisation, parameters: [[dtf:value, {_reference(by_kind['siren'])}]]}}"
    else:
        reference = f"$({seen.key or seen.columns[0].name})"
        subject = f'"dtd:{slug(name)}-{reference}"' + ("" if seen.key else "  # not unique: choose a key")
    lines = [
        f"# A first mapping of {seen.path.name}, from {seen.rows} rows: replace the ex: properties.",
        "# Notation: YARRRML, the subset in docs/sources.md.",
        "prefixes:",
        "  dt: https://w3id.org/digiterr/ont#",
        "  dtv: https://w3id.org/digiterr/voc/",
        "  dtd: https://w3id.org/digiterr/id/",
        "  dtf: https://w3id.org/digiterr/function#",
        "  xsd: http://www.w3.org/2001/XMLSchema#",
        f"  ex: https://example.org/{slug(name)}#",
        "sources:",
        f"  rows: [file~{seen.formulation}]",
        "mappings:",
        f"  {slug(name)}:",
        "    sources: rows",
        f"    s: {subject}",
        "    po:",
    ]
    for column in seen.columns:
        template = _OBJECTS.get(column.kind)
        made = template.format(_reference(column.name)) if template else _reference(column.name)
        lines.append(
            f"      - {{p: ex:{slug(column.name)}, o: {made}}}  # {column.kind}, {column.distinct} values"
        )
    return "\n".join(lines) + "\n"


def _reference(column: str) -> str:
    return '"$(' + column.replace("\\", "\\\\").replace('"', '\\"') + ')"'


def first_description(seen: Sniffed, name: str) -> str:
    """A source.yml to complete: what cannot be seen in the file is left to its author, in both languages."""
    dialect = f', delimiter: "{seen.dialect.delimiter}"' if seen.dialect.delimiter else ""
    dialect = dialect.replace("\t", "\\t")
    if seen.dialect.encoding != "utf-8-sig":
        dialect += f", encoding: {seen.dialect.encoding}"
    both = '{fr: "À compléter", en: "To be completed"}'
    return "\n".join(
        [
            f"name: {slug(name)}",
            *(f"{key}: {both}" for key in ("title", "description", "publisher", "attribution")),
            "licence: https://www.etalab.gouv.fr/licence-ouverte-open-licence  # check it",
            "needs: geography",
            "files:",
            f'  file: {{path: "{seen.path.name}", shipped: "yes"{dialect}}}',
            "",
        ]
    )
