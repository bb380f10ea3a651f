"""Answers as XLSX workbooks (Office Open XML, ECMA-376): numbers as numbers, rows written as they come.

What stands in a cell is data, never a formula: a text that begins with `=` stays a text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO, Any, Final, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from pyoxigraph import BlankNode, NamedNode

from ..ontology.text import Language, Text
from ..store.model import Term
from .cells import heading, number
from .model import StoredAnswer
from .writing import PROVENANCE, evidence_readings

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_575  # of a sheet, its heading apart
_LONGEST_TEXT: Final = 32_767  # characters of a cell
_LARGEST_EXACT: Final = 10**15  # Excel keeps fifteen digits; a longer number is written as text
_IN_MEMORY: Final = 4 * 1024 * 1024  # bytes, then the workbook is on disk
_ABOUT: Final = Text("À propos", "About")
_ANSWER: Final = Text("Réponse", "Answer")

Fact = tuple[Text, str]  # a line of the sheet that says what the workbook is


def answer_workbook(answer: StoredAnswer, address: str) -> IO[bytes]:
    """The workbook of an answer: labels for IRIs, and beside each column of them one with the IRIs.

    `address` is where the answer comes from, said on the second sheet with its question and its version.
    """
    language, columns = answer.language, answer.query.columns
    evidence = None if answer.evidence is None else iter(evidence_readings(answer))
    iris = {i for row in answer.rows for i, cell in enumerate(row) if isinstance(cell, NamedNode)}
    headings = [
        title
        for i, column in enumerate(columns)
        for title in (heading(column, language), f"{column.name} (IRI)")[: 1 + (i in iris)]
    ] + ([] if evidence is None else [PROVENANCE.in_language(language)])

    def cells(row: Sequence[Term | None]) -> Iterator[Any]:
        for i, (column, cell) in enumerate(zip(columns, row, strict=True)):
            if cell is None:
                yield column.absent.in_language(language)
            elif i in iris:
                yield answer.labels.get(cell.value, cell.value)
            else:
                yield _value(cell)
            if i in iris:
                yield cell.value if isinstance(cell, NamedNode) else None
        if evidence is not None:
            yield "\n".join(next(evidence))

    return workbook(headings, map(cells, answer.rows), _facts(answer, address), language)


def workbook(
    headings: Sequence[str],
    rows: Iterable[Iterable[Any]],
    facts: Iterable[Fact],
    language: Language,
    most: int | None = None,
) -> IO[bytes]:
    """A workbook of one table and a sheet that says what it is; an open file, at its beginning.

    Rows past `most`, or past what a sheet can hold, are left out, and that sheet says so.
    """
    limit = min(most or MOST_ROWS, MOST_ROWS)
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_ANSWER.in_language(language))
    sheet.freeze_panes = "A2"
    for i, title in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(i)].width = min(60, max(14, len(title) + 4))
    sheet.append([_cell(sheet, title, bold=True) for title in headings])
    remaining = iter(rows)
    for row in islice(remaining, limit):
        sheet.append([_cell(sheet, value) for value in row])
    cut = next(remaining, None) is not None
    about: Any = book.create_sheet(_ABOUT.in_language(language))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 110
    told = list(facts)
    if cut:
        told.append(
            (
                Text("Limite", "Limit"),
                Text(
                    f"Les {limit} premières lignes seulement ; demandez csv pour les avoir toutes.",
                    f"The first {limit} rows only; ask for csv to have them all.",
                ).in_language(language),
            )
        )
    for name, value in told:
        about.append([_cell(about, name.in_language(language), bold=True), _cell(about, value)])
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (handed to the caller, open)
    book.save(file)
    file.seek(0)
    return cast("IO[bytes]", file)


def term_values(rows: Iterable[Sequence[Term | None]]) -> Iterator[list[Any]]:
    """Terms as the values of cells: numbers, texts, IRIs; None for an unbound variable."""
    return ([None if cell is None else _value(cell) for cell in row] for row in rows)


def _value(cell: Term) -> Any:
    found = number(cell)
    if found is not None and abs(found) < _LARGEST_EXACT:
        return float(found) if isinstance(found, Decimal) else found
    return f"_:{cell.value}" if isinstance(cell, BlankNode) else cell.value


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_TEXT]
        if not bold and not text.startswith("="):
            return text
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        return cell
    return value


def _facts(answer: StoredAnswer, address: str) -> list[Fact]:
    query, language = answer.query, answer.language
    return [
        (Text("Titre", "Title"), query.title.in_language(language)),
        (Text("Question", "Question"), query.question.in_language(language)),
        *(
            (
                Text("Source", "Source"),
                ", ".join(filter(None, (one.title, one.edition, one.page, one.licence_name))),
            )
            for one in answer.cited
        ),
        *([] if answer.cited else [(Text("Sources", "Sources"), ", ".join(query.sources))]),
        (Text("Version", "Version"), f"DigiTerr {answer.version}"),
        (Text("Adresse", "Address"), address),
    ]
