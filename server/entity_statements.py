"""What the graph says of a thing, and what refers to it: of each property some values and their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from ..store.model import Engine, Term
from .rendering import Cell

SHOWN: Final = 30  # values of one property; a query has the others
_SAID: Final = "{thing} {property} ?value"
_REFERRED: Final = "?value {property} {thing}"
_COUNTS: Final = """
SELECT ?property (COUNT(DISTINCT ?value) AS ?count) WHERE {{ GRAPH ?graph {{ {triple} }} }} GROUP BY ?property
"""
_FEW: Final = """
SELECT DISTINCT ?property ?value ?graph WHERE {{ VALUES ?property {{ {few} }} GRAPH ?graph {{ {triple} }} }}
"""
_SOME: Final = """
SELECT DISTINCT ({property} AS ?property) ?value ?graph WHERE {{
  {{ SELECT DISTINCT ?value WHERE {{ {triple} }} LIMIT {shown} }}
  GRAPH ?graph {{ {triple} }}
}}
"""
_ALL: Final = """\
SELECT DISTINCT ?value WHERE {{
  {triple} .
}}
ORDER BY ?value
"""

Row = Sequence[Term | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """A property of a thing and its values, each with the graphs that state it, and why they do.

    `rest`: how many values are not among them; `every`: the address of an answer that has them all.
    """

    property: Cell
    values: tuple[tuple[Cell, tuple[Cell, ...], str], ...]
    rest: int
    every: str


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of property, value and graph; and by property, how many values it has."""

    thing: NamedNode
    triple: str
    counts: dict[Term, int]
    rows: tuple[Row, ...]


def said_of(engine: Engine, thing: NamedNode) -> Found:
    """What is stated of a thing."""
    return _found(engine, thing, _SAID)


def referring_to(engine: Engine, thing: NamedNode) -> Found:
    """What is stated with the thing as its value."""
    return _found(engine, thing, _REFERRED)


def statements(
    found: Found, cell: Callable[[Term | None], Cell], left_out: Iterable[Term], why: Callable[[Row], str]
) -> list[Statement]:
    """The properties by name, each with its values. `why`: the address of a row's explanation."""
    apart = frozenset(left_out)
    wanted = sorted(
        (row for row in found.rows if row[0] not in apart), key=lambda row: (str(row[0]), str(row[1]))
    )
    made: list[Statement] = []
    for name, of_property in groupby(wanted, key=lambda row: row[0]):
        values = tuple(
            (cell(value), tuple(cell(row[2]) for row in alike), why(alike[0]))
            for value, same in groupby(of_property, key=lambda row: row[1])
            for alike in [list(same)]
        )
        query = _ALL.format(triple=found.triple.format(thing=found.thing, property=name))
        every = f"/sparql?{urlencode({'query': query, 'format': 'html'})}"
        rest = found.counts[name] - len(values) if name is not None else 0
        made.append(Statement(cell(name), values, rest, every))
    return sorted(made, key=lambda statement: statement.property.text.lower())


def _found(engine: Engine, thing: NamedNode, triple: str) -> Found:
    any_property = triple.format(thing=thing, property="?property")
    counts = {
        name: int(count.value)
        for name, count in engine.select(_COUNTS.format(triple=any_property)).rows
        if name is not None and count is not None
    }
    few = [name for name, count in counts.items() if count <= SHOWN]
    rows: list[Row] = []
    if few:
        rows += engine.select(_FEW.format(few=" ".join(map(str, few)), triple=any_property)).rows
    for name in counts.keys() - set(few):
        of_property = triple.format(thing=thing, property=name)
        rows += engine.select(_SOME.format(property=name, triple=of_property, shown=SHOWN)).rows
    return Found(thing, triple, counts, tuple(rows))
