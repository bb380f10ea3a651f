"""Where the records of a JSON document stand, for whoever has to mend one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

_BLANKS: Final = re.compile(r"[ \t\r\n]*")


def record_lines(text: str, keys: Sequence[str]) -> Iterator[int]:
    """The line on which each item begins of the list that `keys` lead to, in a well-formed document.

    The decoder of the standard library steps over values; only what stands between them is read here.
    """
    at, line, counted = _list_at(text, keys), 1, 0
    while text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        yield line
        at = _after_value(text, at)


def _list_at(text: str, keys: Sequence[str]) -> int:
    """Where the first item of the list stands, or its closing bracket."""
    at = _skip(text, 0)
    for key in keys:
        found, at = at, _skip(text, at + 1)
        while text[at] != "}":
            name, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # past the colon
            found = at if name == key else found  # of two such keys, the last counts
            at = _after_value(text, at)
        at = found
    return _skip(text, at + 1)


def _after_value(text: str, at: int) -> int:
    """Where the next item stands after the value here, or what closes the list or object."""
    at = _skip(text, _decode(text, at)[1])
    return _skip(text, at + 1) if text[at] == "," else at


_decode: Final = json.JSONDecoder().raw_decode


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
