"""The outline of a SPARQL text: what must be known of it, and changed in it, before an engine sees it.

Oxigraph gives no syntax tree, so the outline is read from the tokens. Oxigraph reads `?a<?b#>` by context
where the grammar's longest match sees an IRI, so a text can be written that is cut differently here than
there. That costs only the quality of a message: a worker cannot open a network connection whatever the
text says (`service/sandbox.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import BlankNode

from ..ontology.errors import InputError
from ..ontology.sparql_tokens import QueryForm, calls, query_form, tokens
from ..ontology.text import Text
from .model import Term


@dataclass(frozen=True, slots=True)
class Outline:
    """What `outline` found. Positions are offsets in the text.

    `names_dataset`: the text has FROM (or USING) clauses of its own. `limit`: start, end and value of the
    number after the outermost LIMIT. `limit_place`: where a LIMIT may be added. `group`: the offset just
    after the brace that opens the outermost group, if there is one. `star`: the offset of the `*` of the
    outermost SELECT.
    """

    form: QueryForm | None
    names_dataset: bool
    limit: tuple[int, int, int] | None
    limit_place: int
    group: int | None
    star: int | None


@lru_cache(maxsize=512)
def outline(text: str) -> Outline:
    """Read the outline of a query from its tokens, in time linear in its length."""
    form = query_form(text)
    names_dataset = False
    limit: tuple[int, int, int] | None = None
    values_at: int | None = None
    group: int | None = None
    star: int | None = None
    depth, end = 0, 0
    after_limit = in_template = after_select = False
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        end = token.end
        if token.kind == "open":
            depth += 1
            # CONSTRUCT { template } WHERE { group }, but CONSTRUCT WHERE { group }
            if depth == 1 and token.text == "{" and not in_template and group is None:
                group = token.end
        elif token.kind == "close":
            depth -= 1
            if depth == 0 and token.text == "}":
                in_template = False
        elif depth == 0 and token.kind == "word":
            word = token.text.upper()
            if word == "CONSTRUCT":
                in_template = True
            elif word == "WHERE":
                in_template = False
            elif word in ("FROM", "USING"):
                names_dataset = True
            elif word == "VALUES":
                values_at = token.start
            after_limit = word == "LIMIT"
            after_select = word == "SELECT" or (after_select and word in ("DISTINCT", "REDUCED"))
            continue
        elif after_limit and token.kind == "number" and token.text.isdecimal():
            limit = (token.start, token.end, int(token.text[:18]))
        elif after_select and token.text == "*":
            star = token.start
        after_limit = after_select = False
    return Outline(form, names_dataset, limit, end if values_at is None else values_at, group, star)


def with_row_limit(text: str, rows: int) -> tuple[str, bool]:
    """The query with at most that many solutions, and whether it had to be changed to say so.

    SELECT and CONSTRUCT only: ASK gives one answer, and DESCRIBE describes what was named.
    """
    found = outline(text)
    if found.form not in ("SELECT", "CONSTRUCT"):
        return text, False
    if found.limit is not None:
        start, end, value = found.limit
        return (text, False) if value <= rows else (f"{text[:start]}{rows}{text[end:]}", True)
    place = found.limit_place
    return f"{text[:place]} LIMIT {rows} {text[place:]}", True


def with_bindings(text: str, bindings: Mapping[str, Term]) -> str:
    """The query with its variables bound to terms: a VALUES block at the head of its outermost group.

    Terms are written by the engine's own serialiser, so no value can be read as anything but a value. (The
    engine's `substitutions` take projected variables alone.) InputError for blank nodes, which no query can
    name, and for a query that has no group.
    """
    if not bindings:
        return text
    place = outline(text).group
    if place is None or any(isinstance(term, BlankNode) for term in bindings.values()):
        raise InputError(
            Text(
                "Cette requête ne peut recevoir ces paramètres.",
                "This query cannot be given these parameters.",
            ),
            Text(
                "Il lui faut une clause WHERE, et des IRI ou des littéraux comme valeurs.",
                "It needs a WHERE clause, and IRIs or literals as values.",
            ),
        )
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(str(term) for term in bindings.values())
    return f"{text[:place]} VALUES ({names}) {{ ({values}) }} {text[place:]}"


def refuse_calls(text: str) -> None:
    """Raise InputError for a text that calls another service or loads from the web."""
    if calls(text, "SERVICE"):
        raise CallRefusedError("SERVICE")
    if calls(text, "LOAD"):
        raise CallRefusedError("LOAD")


class CallRefusedError(InputError):
    """A query that would make the server call another one (HTTP 403)."""

    code = "call-refused"
    status = 403

    def __init__(self, keyword: str, endpoint: str | None = None) -> None:
        whom = f" <{endpoint}>" if endpoint else ""
        super().__init__(
            Text(f"{keyword}{whom} est refusé ici.", f"{keyword}{whom} is refused here."),
            Text(
                "Interrogez ce service de votre côté, ou demandez à l’exploitant de l’autoriser.",
                "Query that service from your side, or ask the operator to allow it.",
            ),
        )
