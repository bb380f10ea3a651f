"""The columns of `SELECT *`, in the order in which the query first names them.

SPARQL 1.1 leaves that order open; the engine sorts them by name, where people expect to read an answer as
they wrote the question.
"""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import QuerySolutions, Store

from ..ontology import iris
from ..ontology.sparql_tokens import tokens
from .outline import outline


@lru_cache(maxsize=128)
def with_ordered_columns(text: str) -> str:
    """The query with the variables in place of the `*` of its outermost SELECT; any other query as it is.

    Which variables are visible is the engine's answer, asked of an empty store.
    """
    star = outline(text).star
    if star is None:
        return text
    try:
        found = Store().query(text, base_iri=iris.BASE)
    except (SyntaxError, ValueError, RuntimeError, NotImplementedError):
        return text  # whoever evaluates it says what is wrong, and where
    if not isinstance(found, QuerySolutions):
        return text
    visible = [variable.value for variable in found.variables]
    places: dict[str, int] = {}
    for token in tokens(text[star + 1 :]):
        if token.kind == "variable":
            places.setdefault(token.text[1:], token.start)
    ordered = sorted(visible, key=lambda name: places.get(name, len(text)))
    if ordered == visible:
        return text
    names = " ".join(f"?{name}" for name in ordered)
    return f"{text[:star]}{names} {text[star + 1 :]}"
