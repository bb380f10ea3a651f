"""The words of a SPARQL text, found by its lexical rules alone, without parsing it.

A parser can be made to overflow its stack or to run for ever, so what the web process needs to know of a
query (its form, whether it calls other services, how deeply it nests) is read from its tokens: one pass, in
time linear in the text. An unterminated string ends with its line, or with the text if it is a long one;
where the lexical rules leave a doubt the answer errs towards finding a keyword.

SPARQL 1.1 Query Language, section 19.8 (Grammar): https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
TokenKind = Literal[
    "space", "comment", "iri", "string", "variable", "language", "blank_node", "number", "word",
    "prefixed_name", "open", "close", "punctuation",
]  # fmt: skip


class Token(NamedTuple):
    """One token: `start` and `end` count characters from 0."""

    kind: TokenKind
    text: str
    start: int
    end: int


_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[^\w\s]|\\_)(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[^\w\s]|\\_)*+"
_TOKEN = re.compile(
    rf"""
      (?P<space>[\s\ufeff]++)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*+>)
    | (?P<string>
          \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\")?
        | \'\'\'(?:[^'\\]|\\.|'(?!''))*+(?:\'\'\')?
        | "(?:[^"\\\r\n]|\\.)*+"?
        | '(?:[^'\\\r\n]|\\.)*+'?
      )
    | (?P<variable>[?$]\w++)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<blank_node>_:\w[\w.\-]*+)
    | (?P<number>(?:\d++\.?\d*+|\.\d++)(?:[eE][+\-]?\d++)?)
    | (?P<word>[^\W\d_][\w.\-]*+)(?P<prefixed_name>:(?:{_LOCAL})?)?
    | (?P<no_prefix>:(?:{_LOCAL})?)
    | (?P<open>[({{\[])
    | (?P<close>[)}}\]])
    | (?P<punctuation>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PROLOGUE = re.compile(
    r"(?:[\s\ufeff]++|#[^\r\n]*+|BASE\s*<[^>]*>|PREFIX\s*[^\s:<]*:\s*<[^>]*>)*+"
    r"(?P<form>SELECT|ASK|CONSTRUCT|DESCRIBE)?",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FORMS: dict[str, QueryForm] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "CONSTRUCT",
    "DESCRIBE": "DESCRIBE",
}


def query_form(text: str) -> QueryForm | None:
    """The form of a query, or None for a text that does not begin as one (an update, a syntax error)."""
    found = _PROLOGUE.match(text)
    form = found["form"] if found else None
    return _FORMS[form.upper()] if form else None


def tokens(text: str) -> Iterator[Token]:
    """Every token of a text in order, white space included: their texts, joined, are the text.

    A word that full stops or hyphens hold together (`true.SERVICE`) is one token of kind `word`.
    """
    for found in _TOKEN.finditer(text):
        kind = "prefixed_name" if found.lastgroup == "no_prefix" else found.lastgroup
        yield Token(cast("TokenKind", kind), found[0], found.start(), found.end())


def words(text: str) -> Iterator[str]:
    """The bare words of a text in capitals: keywords and names of built-in functions.

    Words inside comments, IRIs, strings, prefixed names, variables and language tags are not among them.
    """
    for found in _TOKEN.finditer(text):
        if found.lastgroup == "word":
            word = found[0].upper()
            if "." in word or "-" in word:
                yield from re.split(r"[.\-]", word)
            else:
                yield word


def nesting_depth(text: str) -> int:
    """How deep brackets of any kind stand within each other."""
    depth = deepest = 0
    for found in _TOKEN.finditer(text):
        if found.lastgroup == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif found.lastgroup == "close":
            depth -= 1
    return deepest


def calls(text: str, keyword: Literal["SERVICE", "LOAD"]) -> bool:
    """Whether a text uses SERVICE or LOAD, with code points written as escapes (section 19.2) or not."""
    return any(
        keyword in form.upper() and any(keyword in word for word in words(form))
        for form in {text, _ESCAPE.sub(_character, text)}
    )


def _character(escape: re.Match[str]) -> str:
    try:
        return chr(int(escape[1] or escape[2], 16))
    except (OverflowError, ValueError):
        return escape[0]
