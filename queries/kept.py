"""Answers kept at publication: stored queries asked once of a version, with their default arguments.

One file of SPARQL JSON results for each query and version, `answers/000007/<name>-<text>.srj` in the data
folder, where `<text>` tells the SPARQL of the query: one that changed is asked anew. A version that came by
another way than a build (a write over HTTP) has no kept answers; its queries are asked as they come.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from pyoxigraph import QueryResultsFormat, parse_query_results

from ..store.model import ResultSet, Term
from .model import StoredQuery
from .reading import without_header
from .writing import json_term

FOLDER: Final = "answers"
_IN_MEMORY: Final = 128  # answers that a process holds


class KeptAnswers:
    """The answers kept of one version in a data folder."""

    def __init__(self, data_dir: Path, version: int) -> None:
        self.version = version
        self._folder = data_dir / FOLDER

    def find(self, query: StoredQuery) -> ResultSet | None:
        """The kept answer to a query, None when there is none."""
        try:
            return _read(self._path(query), self.version)
        except OSError:
            return None

    def keep(self, query: StoredQuery, found: ResultSet) -> None:
        """Keep what a query answers, with its default arguments."""
        path = self._path(query)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, found)

    def _path(self, query: StoredQuery) -> Path:
        text = hashlib.sha256(without_header(query.text).encode()).hexdigest()[:12]
        return self._folder / f"{self.version:06}" / f"{query.name}-{text}.srj"


@lru_cache(_IN_MEMORY)  # a missing file raises, and so is looked for again
def _read(path: Path, version: int) -> ResultSet:
    solutions = cast("Any", parse_query_results(path.read_bytes(), format=QueryResultsFormat.JSON))
    variables = tuple(variable.value for variable in solutions.variables)
    rows = tuple(cast("tuple[Term | None, ...]", tuple(solution)) for solution in solutions)
    return ResultSet(variables, rows, version)


def _write(path: Path, found: ResultSet) -> None:
    document = {
        "head": {"vars": list(found.variables)},
        "results": {
            "bindings": [
                {
                    name: json_term(cell)
                    for name, cell in zip(found.variables, row, strict=True)
                    if cell is not None
                }
                for row in found.rows
            ]
        },
    }
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as staged:
        json.dump(document, staged, ensure_ascii=False)
    Path(staged.name).replace(path)
