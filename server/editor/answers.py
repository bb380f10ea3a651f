"""Answers to queries as written: their first rows, with labels, as the answer to a stored query has them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request

from ...ontology.text import Text
from ...queries.model import StoredAnswer
from ...queries.results import Rows, read_rows
from ...queries.running import unnamed_answer
from ...store.model import ResultForm, ResultSet
from ..front import OUTCOME
from ..language import reader_language
from ..negotiation import JSON, NTRIPLES
from ..query_operation import RESULT_FORMS, Asked
from ..service import service
from ..sparql import query_request

TITLE = Text("Réponse à une requête SPARQL", "Answer to a SPARQL query")


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found in a version, its rows yet to be read."""

    form: ResultForm
    version: int
    rows: Rows


def ask(asked: Asked, most_rows: int | None = None) -> Found:
    """Run a query, for at most so many rows; the rows of a graph are its triples."""
    form = RESULT_FORMS[asked.form] if asked.form else "bindings"
    wanted = query_request(asked, NTRIPLES if form == "graph" else JSON)
    if most_rows is not None and form == "bindings":
        wanted = replace(wanted, row_limit=min(most_rows, wanted.row_limit or most_rows))
    request.environ[OUTCOME] = "error"
    answer = service().engine.query(wanted)
    found = Found(form, answer.version, read_rows(form, answer.body))
    request.environ[OUTCOME] = "ok"
    return found


def first_rows(asked: Asked, count: int) -> StoredAnswer:
    """The first rows of an answer; its `more` says whether others follow."""
    found = ask(asked, count + 1)
    rows = found.rows.first(count + 1)
    kept = ResultSet(found.rows.variables, rows[:count], found.version)
    answer = unnamed_answer(service().engine, asked.text, kept, reader_language(), TITLE)
    return replace(answer, more=len(rows) > count)
