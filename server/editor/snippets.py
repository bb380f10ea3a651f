"""How to use an answer elsewhere: a spreadsheet, Power BI, pandas, R, a terminal. Ready to be copied."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ...ontology.text import Text


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines to copy, what they are for, and what to do with them where that is not plain."""

    key: str
    title: Text
    code: str
    hint: Text | None = None


_POWER_QUERY = Text(
    "Données > Obtenir des données > Requête vide (Excel ou Power BI), puis collez dans l’éditeur avancé.",
    "Data > Get data > Blank query (Excel or Power BI), then paste into the advanced editor.",
)


def of_query(endpoint: str, text: str) -> tuple[Snippet, ...]:
    """For a query as written: `endpoint` is the address of the service."""
    mark = "SPARQL"
    while f"\n{mark}\n" in f"\n{text}\n":
        mark += "_"
    return (
        Snippet(
            "curl",
            Text("Terminal (curl)", "Terminal (curl)"),
            f"curl -H 'Accept: text/csv' --data-urlencode query@- {endpoint} <<'{mark}'\n"
            f"{text.rstrip()}\n{mark}",
        ),
        Snippet(
            "python",
            Text("Python (pandas)", "Python (pandas)"),
            "from urllib.parse import urlencode\n"
            "from urllib.request import urlopen\n\n"
            "import pandas as pd\n\n"
            f"query = {_python(text)}\n"
            'form = urlencode({"query": query, "format": "csv"}).encode()\n'
            f'table = pd.read_csv(urlopen("{endpoint}", form))',
        ),
        Snippet(
            "r",
            Text("R", "R"),
            f"query <- {_r(text)}\n"
            f'address <- paste0("{endpoint}?format=csv&query=", URLencode(query, reserved = TRUE))\n'
            'table <- read.csv(address, encoding = "UTF-8")',
        ),
        Snippet(
            "power-query",
            Text("Excel et Power BI (Power Query)", "Excel and Power BI (Power Query)"),
            _power_query(endpoint, {"query": text, "format": "csv"}),
            _POWER_QUERY,
        ),
    )


def of_address(address: str, parameters: list[tuple[str, str]], csv: str) -> tuple[Snippet, ...]:
    """For a stored query: `csv` is the whole address of its answer, `address` that without `parameters`."""
    named: dict[str, str] = {}
    whole = len({name for name, _ in parameters}) < len(parameters)  # Power Query takes a name once
    if not whole:
        named, base = dict(parameters), address
    else:
        base = csv
    return (
        Snippet("curl", Text("Terminal (curl)", "Terminal (curl)"), f"curl '{csv}'"),
        Snippet(
            "python",
            Text("Python (pandas)", "Python (pandas)"),
            f'import pandas as pd\n\ntable = pd.read_csv("{csv}")',
        ),
        Snippet("r", Text("R", "R"), f'table <- read.csv("{csv}", encoding = "UTF-8")'),
        Snippet(
            "power-query",
            Text("Excel et Power BI (Power Query)", "Excel and Power BI (Power Query)"),
            _power_query(base, named),
            _POWER_QUERY,
        ),
    )


def _python(text: str) -> str:
    plain = '"""' not in text and "\\" not in text and not text.endswith('"')
    return f'"""{text}"""' if plain else repr(text)


def _r(text: str) -> str:
    return f'r"---({text})---"' if ')---"' not in text else json.dumps(text, ensure_ascii=False)


def _power_query(address: str, parameters: dict[str, str]) -> str:
    given = ", ".join(f"#{_m(name)} = {_m(value)}" for name, value in parameters.items())
    options = f", [Query = [{given}]]" if given else ""
    return (
        "let\n"
        f"    content = Web.Contents({_m(address)}{options}),\n"
        '    rows = Csv.Document(content, [Delimiter = ",", Encoding = 65001]),\n'
        "    table = Table.PromoteHeaders(rows)\n"
        "in\n    table"
    )


def _m(text: str) -> str:
    """A text of Power Query's language: quotes doubled, `#(` and line ends escaped."""
    escaped = text.replace("#(", "#(#)(").replace('"', '""')
    return '"' + escaped.replace("\r", "#(cr)").replace("\n", "#(lf)").replace("\t", "#(tab)") + '"'
