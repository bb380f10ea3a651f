"""Tables as rows: CSV, TSV, XLSX, JSON and GeoJSON, plain or gzip, read one record at a time.

Columns are asked for by name before reading, so that a missing one is found on the first line. Encodings are
UTF-8 (a byte order mark is passed over) or the one the description names.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from ...ontology.errors import InputError, Where
from ...ontology.text import Text, did_you_mean
from ..json_records import record_lines

MAX_CELL = 16 * 1024 * 1024  # characters; an outline of a region fits, a file with no quotes closed does not


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written; `delimiter` None means that of the formulation."""

    delimiter: str | None = None
    encoding: str = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class Row:
    """A record: the line where it starts, its values in the order asked for, the record as it was read, and
    its rank, from 1, where several may share a line (JSON)."""

    line: int
    values: list[Any]
    record: Sequence[Any]
    rank: int | None = None

    def where(self, file: str, column: str | None = None) -> Where:
        return Where(file, self.line, pointer=column if self.rank is None else f"record {self.rank}")

    def text(self) -> str:
        """The record on one line: CSV for a table, JSON for a structure."""
        if self.rank is not None:
            return json.dumps(self.record[0], ensure_ascii=False)
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(self.record)
        return line.getvalue()


def read_rows(
    path: Path, formulation: str, columns: Sequence[str], dialect: Dialect, iterator: str | None = None
) -> Iterator[Row]:
    """The rows of a file, with the values of `columns` in that order; empty cells are None.

    Raises InputError when the file cannot be read, is empty, or lacks a column.
    """
    try:
        with open_binary(path) as stream:
            if formulation in {"csv", "tsv"}:
                delimiter = dialect.delimiter or ("\t" if formulation == "tsv" else ",")
                yield from _delimited(path, stream, columns, delimiter, dialect.encoding)
            elif formulation == "xlsx":
                yield from _workbook(path, stream, columns)
            else:
                yield from _json(path, stream, columns, iterator)
    except (OSError, EOFError) as error:
        raise InputError(
            Text(fr=f"le fichier ne peut pas être lu : {error}.", en=f"the file cannot be read: {error}."),
            Text(
                fr="Vérifiez son chemin et ses droits d’accès.",
                en="Check its path and permissions.",
            ),
            Where(file=str(path)),
        ) from error


@contextmanager
def open_binary(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, decompressed when its name ends in .gz."""
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as compressed:
            yield cast("BinaryIO", compressed)
    else:
        with path.open("rb") as plain:
            yield plain


def missing_column(path: Path, column: str, header: Sequence[str]) -> InputError:
    hint = did_you_mean(column, header) or Text(
        fr=f"Colonnes lues : {', '.join(header)}.", en=f"Columns found: {', '.join(header)}."
    )
    return InputError(
        Text(fr=f"la colonne « {column} » est absente.", en=f"there is no column “{column}”."),
        hint,
        Where(file=str(path), line=1),
    )


def _empty(path: Path) -> InputError:
    return InputError(
        Text(fr="le fichier est vide.", en="the file is empty."),
        Text(fr="Téléchargez-le de nouveau.", en="Download it again."),
        Where(file=str(path)),
    )


def _delimited(
    path: Path, stream: BinaryIO, columns: Sequence[str], delimiter: str, encoding: str
) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter)
    line = 0
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header:
            raise _empty(path)
        for column in columns:
            if column not in header:
                raise missing_column(path, column, header)
        places = [header.index(column) for column in columns]
        width = len(header)
        line = reader.line_num
        for cells in reader:
            start, line = line + 1, reader.line_num
            if not cells:
                continue
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            yield Row(start, [cells[place] or None for place in places], cells)
    except UnicodeDecodeError as error:
        raise InputError(
            Text(
                fr=f"le fichier n’est pas en {encoding} (octet {error.start}).",
                en=f"the file is not {encoding} (byte {error.start}).",
            ),
            Text(
                fr="Indiquez son encodage dans source.yml (encoding: cp1252, par exemple).",
                en="Name its encoding in source.yml (encoding: cp1252, for example).",
            ),
            Where(file=str(path), line=line + 1),
        ) from error
    except csv.Error as error:
        raise InputError(
            Text(fr=f"ligne CSV illisible : {error}.", en=f"unreadable CSV line: {error}."),
            Text(fr="Vérifiez guillemets et séparateur.", en="Check the quotes and the delimiter."),
            Where(file=str(path), line=line + 1),
        ) from error
    finally:
        text.detach()  # the stream is its opener's to close


def _workbook(path: Path, stream: BinaryIO, columns: Sequence[str]) -> Iterator[Row]:
    from openpyxl import load_workbook  # slow to import, and few sources are workbooks

    sheet = load_workbook(stream, read_only=True, data_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
    if not header:
        raise _empty(path)
    for column in columns:
        if column not in header:
            raise missing_column(path, column, header)
    places = [header.index(column) for column in columns]
    for line, cells in enumerate(rows, start=2):
        if any(cell is not None for cell in cells):
            yield Row(line, [_as_text(cells[place]) for place in places], list(cells))


def _json(path: Path, stream: BinaryIO, columns: Sequence[str], iterator: str | None) -> Iterator[Row]:
    try:
        content = stream.read()
        text = content.decode(json.detect_encoding(content))
        document = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        place = Where(
            file=str(path), line=getattr(error, "lineno", None), column=getattr(error, "colno", None)
        )
        raise InputError(
            Text(fr=f"le JSON est illisible : {error}.", en=f"the JSON cannot be read: {error}."),
            Text(fr="Téléchargez-le de nouveau.", en="Download it again."),
            place,
        ) from error
    keys = _keys(document, iterator)
    records = _follow(document, keys)
    if not isinstance(records, list):
        raise InputError(
            Text(
                fr=f"rien à lire sous « {iterator} ».",
                en=f"nothing to read under “{iterator}”.",
            ),
            Text(
                fr="L’itérateur doit mener à une liste : $.features[*], par exemple.",
                en="The iterator must lead to a list: $.features[*], for example.",
            ),
            Where(file=str(path)),
        )
    paths = [column.split(".") for column in columns]
    numbered = enumerate(zip(records, record_lines(text, keys), strict=True), start=1)
    for rank, (record, line) in numbered:
        yield Row(line, [_as_text(_follow(record, path)) for path in paths], [record], rank)


def _keys(document: Any, iterator: str | None) -> list[str]:
    """`$`, `$[*]` or `$.a.b[*]`: the JSONPath that leads to a list of records, as the keys on the way."""
    if iterator is None and isinstance(document, dict) and "features" in document:
        iterator = "$.features[*]"
    return [key for key in (iterator or "$").removeprefix("$").removesuffix("[*]").split(".") if key]


def _follow(value: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _as_text(value: Any) -> Any:
    """Cells as text; structures (a GeoJSON geometry) stay as they are, for the functions that read them."""
    if value is None or value == "" or isinstance(value, dict | list):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
