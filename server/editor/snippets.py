"""How to use an answer elsewhere: a spreadsheet, Power BI, pandas, R, a terminal. Ready to be copied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from ...ontology.names import XSD
from ...ontology.text import Text
from ...queries.cells import number
from ...store.model import Term


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines to copy, what they are for, and what to do with them where that is not plain."""

    key: str
    title: Text
    code: str
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that must be read as numbers, and those that look like numbers and are not.

    An INSEE code, read as a number, loses its leading zero.
    """

    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def columns_of(names: Iterable[str], rows: Sequence[Sequence[Term | None]]) -> Columns:
    """What the first rows of an answer tell of its columns."""
    numbers: list[str] = []
    codes: list[str] = []
    for column, name in enumerate(names):
        cells = [row[column] for row in rows if row[column] is not None]
        if cells and all(number(cell) is not None for cell in cells):
            numbers.append(name)
        elif any(
            isinstance(cell, Literal) and cell.datatype == XSD.string and cell.value.isdecimal()
            for cell in cells
        ):
            codes.append(name)
    return Columns(tuple(numbers), tuple(codes))


_CSV = 'Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv'  # 65001: UTF-8
_CURL = Text("Terminal (curl)", "Terminal (curl)")
_POWER_QUERY = Text(
    "Données > Obtenir des données > Requête vide (Excel ou Power BI), puis collez dans l’éditeur avancé.",
    "Data > Get data > Blank query (Excel or Power BI), then paste into the advanced editor.",
)


def of_query(endpoint: str, text: str, columns: Columns = Columns()) -> tuple[Snippet, ...]:
    """For a query whose answer is a table: `endpoint` is the address of the service."""
    return (
        _curl(endpoint, text, "text/csv"),
        Snippet(
            "python",
            Text("Python (pandas)", "Python (pandas)"),
            "from urllib.parse import urlencode\n"
            "from urllib.request import urlopen\n\n"
            "import pandas as pd\n\n"
            f"query = {_python(text)}\n"
            'form = urlencode({"query": query, "format": "csv"}).encode()\n'
            f'table = pd.read_csv(urlopen("{endpoint}", form){_dtype(columns)})',
        ),
        Snippet(
            "r",
            Text("R", "R"),
            f"query <- {_r(text)}\n"
            # Without `repeated`, R takes a text that holds %20 for encoded, and sends it as it is.
            "encoded <- URLencode(query, reserved = TRUE, repeated = TRUE)\n"
            f'address <- paste0("{endpoint}?format=csv&query=", encoded)\n'
            f'table <- read.csv(address, encoding = "UTF-8"{_col_classes(columns)})',
        ),
        _power_query(endpoint, {"query": text, "format": "csv"}, columns),
    )


def of_graph(endpoint: str, text: str) -> tuple[Snippet, ...]:
    """For a query whose answer is a graph."""
    return (
        _curl(endpoint, text, "text/turtle"),
        Snippet(
            "python",
            Text("Python (rdflib)", "Python (rdflib)"),
            "from urllib.parse import urlencode\n"
            "from urllib.request import urlopen\n\n"
            "from rdflib import Graph\n\n"
            f"query = {_python(text)}\n"
            'form = urlencode({"query": query, "format": "turtle"}).encode()\n'
            f'graph = Graph().parse(urlopen("{endpoint}", form), format="turtle")',
        ),
    )


def of_address(
    address: str, parameters: list[tuple[str, str]], csv: str, columns: Columns = Columns()
) -> tuple[Snippet, ...]:
    """For a stored query: `csv` is the whole address of its answer, `address` that without `parameters`."""
    named: dict[str, str] = {}
    whole = len({name for name, _ in parameters}) < len(parameters)  # Power Query takes a name once
    if not whole:
        named, base = dict(parameters), address
    else:
        base = csv
    return (
        Snippet("curl", _CURL, f"curl '{csv}'"),
        Snippet(
            "python",
            Text("Python (pandas)", "Python (pandas)"),
            f'import pandas as pd\n\ntable = pd.read_csv("{csv}"{_dtype(columns)})',
        ),
        Snippet(
            "r", Text("R", "R"), f'table <- read.csv("{csv}", encoding = "UTF-8"{_col_classes(columns)})'
        ),
        _power_query(base, named, columns),
    )


def _curl(endpoint: str, text: str, media_type: str) -> Snippet:
    mark = "SPARQL"
    while f"\n{mark}\n" in f"\n{text}\n":
        mark += "_"
    lines = f"curl -H 'Accept: {media_type}' --data-urlencode query@- {endpoint} <<'{mark}'"
    return Snippet("curl", _CURL, f"{lines}\n{text.rstrip()}\n{mark}")


def _dtype(columns: Columns) -> str:
    return (
        f", dtype={{{', '.join(f'{json.dumps(name)}: str' for name in columns.codes)}}}"
        if columns.codes
        else ""
    )


def _col_classes(columns: Columns) -> str:
    named = ", ".join(f'"{name}" = "character"' for name in columns.codes)
    return f",\n                  colClasses = c({named})" if named else ""


def _python(text: str) -> str:
    plain = '"""' not in text and "\\" not in text and not text.endswith('"')
    return f'"""{text}"""' if plain else repr(text)


def _r(text: str) -> str:
    return f'r"---({text})---"' if ')---"' not in text else json.dumps(text, ensure_ascii=False)


def _power_query(address: str, parameters: dict[str, str], columns: Columns) -> Snippet:
    given = ", ".join(f"#{_m(name)} = {_m(value)}" for name, value in parameters.items())
    options = f", [Query = [{given}]]" if given else ""
    typed = ", ".join(f"{{{_m(name)}, type number}}" for name in columns.numbers)
    last = f'Table.TransformColumnTypes(table, {{{typed}}}, "en-US")' if typed else "table"
    lines = (
        "let\n"
        f"    content = Web.Contents({_m(address)}{options}),\n"
        f"    rows = Csv.Document(content, [{_CSV}]),\n"
        "    table = Table.PromoteHeaders(rows)\n"
        f"in\n    {last}"
    )
    title = Text("Excel et Power BI (Power Query)", "Excel and Power BI (Power Query)")
    return Snippet("power-query", title, lines, _POWER_QUERY)


def _m(text: str) -> str:
    """A text of Power Query's language: quotes doubled, `#(` and line ends escaped."""
    escaped = text.replace("#(", "#(#)(").replace('"', '""')
    return '"' + escaped.replace("\r", "#(cr)").replace("\n", "#(lf)").replace("\t", "#(tab)") + '"'
