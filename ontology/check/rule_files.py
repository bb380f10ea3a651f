"""The hygiene rules: one SPARQL file each in `ontology/rules/`, with its sentence, hint and severity.

A rule selects `?term`, and `?other` and `?value` where its sentence speaks of them. It asks these graphs
(`check:` is https://w3id.org/digiterr/graph/check/):

- the default graph: all that is known, the ontology and the checked files together;
- `check:stated`: what the checked files state;
- `check:own`: the terms that they define, with their kinds;
- `check:foreign`: terms that they speak of as if they defined them, in a namespace that is another's;
- `check:mentioned`: terms of their namespaces, and of DigiTerr's, that they mention;
- `check:files`: the files, each with the headers that it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Final

from ruamel.yaml import YAML

from ..text import Text
from .model import Severity

_MARK: Final = "#+"


@dataclass(frozen=True, slots=True)
class HygieneRule:
    """One rule. `covers` names pitfalls of OOPS! (P01 to P41) and tests of FOOPS! (VOC3, OM1...)."""

    name: str
    severity: Severity
    covers: tuple[str, ...]
    sentence: Text
    hint: Text
    sparql: str


@cache
def hygiene_rules() -> tuple[HygieneRule, ...]:
    """All the rules, by name."""
    return tuple(_read())


def _read() -> Iterator[HygieneRule]:
    folder = files("digiterr.ontology") / "rules"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".rq"):
            continue
        text = file.read_text(encoding="utf-8")
        marked = takewhile(lambda line: line.startswith(_MARK), text.splitlines())
        header = YAML(typ="safe").load("\n".join(line[len(_MARK) + 1 :] for line in marked))
        yield HygieneRule(
            name=file.name.removesuffix(".rq"),
            severity=Severity[header["severity"].upper()],
            covers=tuple(header["covers"]),
            sentence=Text(**header["sentence"]),
            hint=Text(**header["hint"]),
            sparql=text,
        )
