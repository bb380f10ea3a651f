"""Where a text stops being SPARQL, said in two languages.

Oxigraph reports the furthest place that its parser looked at, which lies past the culprit by up to the length
of the keyword it hoped for. The culprit is the first word between the two that is no word of SPARQL, or else
the token that stands there.
"""

from __future__ import annotations

import re
from typing import Final

from ..ontology.errors import Where
from ..ontology.sparql_tokens import Token, tokens
from ..ontology.text import Text
from .errors import QuerySyntaxError
from .formats import PREFIXES

_REPORT: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_LONGEST_EXCERPT: Final = 30
# SPARQL 1.1 Query and Update, section 19.8: every keyword and built-in function.
_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT
        CONTAINS COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP
        ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN
        INSERT INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT LOAD
        MAX MD5 MIN MINUS MINUTES MONTH MOVE NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED
        REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384
        SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR
        SUM TIMEZONE TO TRUE TZ UCASE UNDEF UNION URI USING UUID VALUES WHERE WITH YEAR
        """,
    )
)


def syntax_error(error: SyntaxError, text: str) -> QuerySyntaxError:
    """The engine's syntax error on a query or an update, placed in its text."""
    report = _REPORT.match(str(error))
    if report is None:
        return QuerySyntaxError(
            Text(f"Le SPARQL est incorrect : {error}.", f"The SPARQL is not valid: {error}.")
        )
    furthest = _offset(text, int(report[1]), int(report[2]))
    hoped_for = [name for name in re.split(r",\s+", report[3]) if name.isupper() or name == "[_]"]
    nearest = min((1 if name == "[_]" else len(name) for name in hoped_for), default=0)
    culprit = None
    if furthest < len(text.rstrip()) or not _is_open(text):
        culprit = _culprit(text, furthest - nearest, furthest)
    hint = None
    if "Prefix not found" in report[3]:
        culprit = next((token for token in tokens(text) if token.end >= furthest), culprit)
        name = culprit.text.partition(":")[0][:_LONGEST_EXCERPT] if culprit else ""
        message = Text(f"le préfixe « {name}: » n’est pas déclaré", f"the prefix {name}: is not declared")
        declaration = f"PREFIX {name}: <{PREFIXES.get(name, '…')}>"
        hint = Text(f"Ajoutez en tête : {declaration}", f"Add at the head: {declaration}")
    elif culprit is None:
        message = Text("le texte s’arrête trop tôt", "the text ends too early")
        hint = Text("Une accolade est sans doute restée ouverte.", "A brace was probably left open.")
    else:
        excerpt = culprit.text[:_LONGEST_EXCERPT]
        message = Text(f"« {excerpt} » n’est pas attendu ici", f"{excerpt!r} is not expected here")
    place = len(text) if culprit is None else culprit.start
    line = text.count("\n", 0, place) + 1
    return QuerySyntaxError(
        Text(f"Le SPARQL est incorrect : {message.fr}.", f"The SPARQL is not valid: {message.en}."),
        hint,
        Where(line=line, column=place - text.rfind("\n", 0, place)),
    )


def _is_open(text: str) -> bool:
    """Whether a text leaves more brackets open than it closes."""
    kinds = [token.kind for token in tokens(text)]
    return kinds.count("open") > kinds.count("close")


def _culprit(text: str, first: int, last: int) -> Token | None:
    standing = None
    for token in tokens(text):
        if token.kind in ("space", "comment") or token.end <= first:
            continue
        if token.start >= last and standing is not None:
            break
        standing = standing or token
        if token.kind == "word" and token.text.upper() not in _WORDS:
            return token
    return standing


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))
