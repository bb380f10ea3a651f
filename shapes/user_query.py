"""SPARQL written in shapes: what may stand in it, and how its pre-bound variables are bound (SHACL 5.3, A).

SHACL evaluates a query once for each focus node, with `$this` replaced everywhere. Here one query serves all
focus nodes: the pattern that finds them is put at the head of each group in which `$this` is used, so that it
is bound there as it would be by replacement. Groups of EXISTS need none: SPARQL itself replaces there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..ontology.sparql_tokens import TokenKind, tokens
from .model import UserQuery
from .shapes_graph import ShapesError

_ESCAPED = re.compile(r"\\(.)")
_FORBIDDEN = {"MINUS", "VALUES", "SERVICE"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "HAVING"}
_PREBOUND = {"this", "shapesGraph", "currentShape", "PATH"}


class Word(NamedTuple):
    """A token that means something, and the space that stands before it."""

    kind: TokenKind
    text: str
    space: str


@dataclass(slots=True)
class Group:
    """A `{...}` of the query: where it opens, whether SPARQL replaces variables in it, and what it names."""

    opening: int
    parent: Group | None
    in_exists: bool
    in_graph: bool
    is_select: bool
    uses_this: bool


def check(query: UserQuery, form: str) -> None:
    """Raises ShapesError for a query that is not of the form wanted, or that pre-binding does not allow."""
    _check_form(query, words_of(query), form)


def words_of(query: UserQuery) -> list[Word]:
    """The words of a query. Raises ShapesError for what pre-binding does not allow."""
    found: list[Word] = []
    space = ""
    for token in tokens(query.text):
        if token.kind in {"space", "comment"}:
            space = " "
        else:
            found.append(Word(token.kind, token.text, space))
            space = ""
    prebound = _PREBOUND | {name for name, _ in query.parameters}
    if found and found[0].text.upper() == "ASK":
        prebound.add("value")
    for before, token in zip([None, *found], found, strict=False):
        if token.kind == "word" and token.text.upper() in _FORBIDDEN:
            _refuse(
                query, f"{token.text.upper()} (SHACL, annexe A)", f"{token.text.upper()} (SHACL, appendix A)"
            )
        is_new = before is not None and before.text.upper() == "AS"
        if token.kind == "variable" and is_new and token.text[1:] in prebound:
            _refuse(query, f"une nouvelle valeur pour {token.text}", f"a new value for {token.text}")
        if token.kind == "variable" and token.text[1:] == "shapesGraph":
            _refuse(query, "$shapesGraph", "$shapesGraph")
    _check_subselects(query, found)
    return found


def _check_subselects(query: UserQuery, code: list[Word]) -> None:
    """A nested SELECT must hand on `$this`, or pre-binding could not reach into it (annex A)."""
    depth = 0
    for place, token in enumerate(code):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.text.upper() != "SELECT" or token.kind != "word":
            continue
        projection = []
        for following in code[place + 1 :]:
            if following.text == "{" or following.text.upper() in {"WHERE", "FROM"}:
                break
            projection.append(following.text)
        nested = depth > 0
        if nested and "*" in projection and "(" not in projection:
            _refuse(query, "SELECT * imbriqué", "a nested SELECT *")
        if "$this" not in projection and "?this" not in projection and "*" not in projection:
            if nested:
                _refuse(query, "un SELECT imbriqué sans $this", "a nested SELECT without $this")
            _refuse(query, "un SELECT sans $this", "a SELECT without $this")


def _refuse(query: UserQuery, fr: str, en: str) -> None:
    raise ShapesError(
        query.node,
        f"ce qui est écrit en SPARQL emploie {fr}, qui n’est pas admis",
        f"what is written in SPARQL uses {en}, which is not supported",
    )


def whole_select(query: UserQuery, focus: str, path: str | None, *, again: bool) -> str:
    """A SELECT validator made to run for all focus nodes at once; `focus` is a pattern that binds `?this`.

    With `again`, each solution comes once for each way in which the pattern binds its `?this`.
    """
    code = words_of(query)
    _check_form(query, code, "SELECT")
    heads = {
        group.opening
        for group in _groups(query, code)
        if group.uses_this and not group.in_exists and not group.is_select
    }
    first = next(place for place, token in enumerate(code) if token.text == "{")
    heads.add(first)
    texts = _bound(query, code, path, lambda name: f"?{name}")
    nodes = f"{{ SELECT DISTINCT ?this WHERE {{ {focus} }} }}"
    written = _spaced(code, [f"{{ {nodes} " if place in heads else text for place, text in enumerate(texts)])
    if again:
        written = f"SELECT * WHERE {{ {{ {written} }} {{ {focus} }} }}"
    return prologue(query) + written


def body(query: UserQuery, form: str, path: str | None, names: Mapping[str, str], tag: str) -> str:
    """The group of a query as part of another: pre-bound variables renamed by `names`, its own unique."""
    code = words_of(query)
    _check_form(query, code, form)
    first = next(place for place, token in enumerate(code) if token.text == "{")
    last = max(place for place, token in enumerate(code) if token.text == "}")
    for token in code:
        if token.kind == "word" and (token.text.upper() in _AGGREGATES or token.text.upper() == "LIMIT"):
            _refuse(
                query,
                f"{token.text.upper()} dans une règle imbriquée",
                f"{token.text.upper()} in a nested shape",
            )
    if any(token.text.upper() == "SELECT" for token in code[first:]):
        _refuse(query, "un SELECT imbriqué dans une règle imbriquée", "a nested SELECT in a nested shape")

    def rename(name: str) -> str:
        return names.get(name, f"?_{tag}_{name}")

    texts = [
        f"_:{tag}{text[2:]}" if word.kind == "blank_node" else text
        for word, text in zip(code, _bound(query, code, path, rename), strict=True)
    ]
    return _spaced(code[first : last + 1], texts[first : last + 1])


def _spaced(code: list[Word], texts: list[str]) -> str:
    return "".join(word.space + text for word, text in zip(code, texts, strict=True))


def prologue(query: UserQuery) -> str:
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in query.prefixes)


def expanded(query: UserQuery) -> UserQuery:
    """The same query with prefixed names written as IRIs, so that it can stand inside another query."""
    prefixes = dict(query.prefixes)
    text = []
    for token in tokens(query.text):
        if token.kind == "prefixed_name":
            prefix, _, local = token.text.partition(":")
            if prefix not in prefixes:
                _refuse(query, f"le préfixe {prefix}:, non déclaré,", f"the undeclared prefix {prefix}:")
            text.append(f"<{prefixes[prefix]}{_ESCAPED.sub(_unescaped, local)}>")
        else:
            text.append(token.text)
    return UserQuery(query.node, "".join(text), (), query.parameters)


def _unescaped(found: re.Match[str]) -> str:
    return found[1]


def _check_form(query: UserQuery, code: list[Word], form: str) -> None:
    heads = [token.text.upper() for token in code if token.kind == "word"]
    if not heads or form not in heads[:1] or not any(token.text == "{" for token in code):
        _refuse(query, f"autre chose qu’un {form}", f"something else than a {form}")


def _groups(query: UserQuery, code: list[Word]) -> list[Group]:
    """The groups of the query, with what each names outside the groups within it."""
    groups: list[Group] = []
    current: Group | None = None
    for place, token in enumerate(code):
        if token.text == "{":
            before = [previous.text.upper() for previous in code[max(0, place - 2) : place]]
            exists = bool(before) and before[-1] == "EXISTS"
            graph = len(before) == 2 and before[0] == "GRAPH"
            current = Group(
                place,
                current,
                exists or (current is not None and current.in_exists),
                graph or (current is not None and current.in_graph),
                place + 1 < len(code) and code[place + 1].text.upper() == "SELECT",
                current is not None and current.is_select,
            )
            groups.append(current)
        elif token.text == "}":
            current = current.parent if current else None
        elif token.kind == "variable" and token.text[1:] == "this" and current is not None:
            holder = current
            while holder.in_exists and holder.parent is not None:
                holder = holder.parent
            if holder.in_graph:
                _refuse(query, "$this dans GRAPH", "$this within GRAPH")
            holder.uses_this = True
    return groups


def _bound(query: UserQuery, code: list[Word], path: str | None, rename: Callable[[str], str]) -> list[str]:
    """Each token as written out: parameters as constants, `$PATH` as the path, variables renamed."""
    constants = {name: str(term) for name, term in query.parameters}
    texts: list[str] = []
    for place, token in enumerate(code):
        name = token.text[1:] if token.kind == "variable" else None
        if name == "PATH":
            if path is None:
                _refuse(query, "$PATH dans une règle de nœud", "$PATH in a node shape")
            texts.append(f"({path})")
        elif name in constants:
            bound = [previous.text.upper() for previous in code[max(0, place - 2) : place]] == ["BOUND", "("]
            if bound:
                texts[-2:] = ["", "("]
            in_projection = not any(token.text == "{" for token in code[:place])
            texts.append("true" if bound else "" if in_projection else constants[name])
        elif name is not None:
            texts.append(rename(name))
        else:
            texts.append(token.text)
    return texts
