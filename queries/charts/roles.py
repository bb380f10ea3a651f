"""What each column of an answer is for a chart, and which views of the answer that allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from ...ontology.iris import DATA
from ...ontology.names import XSD
from ..cells import heading, number, reading
from ..model import StoredAnswer, View

Role = Literal["quantity", "year", "thing", "text", "flag", "empty"]

_TERRITORY: Final = f"{DATA}terr-"
_YEARS: Final = range(1800, 2201)
_DATES: Final = frozenset((XSD.date, XSD.dateTime))
_YEAR_NAMES: Final = frozenset(
    [
        *("year", "start", "end", "since", "until", "from", "to", "first", "last"),
        *("annee", "année", "debut", "début", "fin", "depuis"),
    ]
)


@dataclass(frozen=True)
class Charted:
    """An answer as a chart reads it: a role for each column, cells as numbers and as people read them."""

    answer: StoredAnswer

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        return tuple(self._role(i) for i in range(len(self.answer.query.columns)))

    @cached_property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        columns = self.answer.query.columns
        return tuple(
            tuple(reading(self.answer, column, cell) for column, cell in zip(columns, row, strict=True))
            for row in self.answer.rows
        )

    def heading(self, column: int) -> str:
        return heading(self.answer.query.columns[column], self.answer.language)

    def value(self, row: int, column: int) -> float | int | None:
        """The number in a cell, and of a date its year with what has gone of it; None where it holds none."""
        cell = self.answer.rows[row][column]
        if isinstance(cell, RdfLiteral) and cell.datatype in _DATES:
            return _year(cell.value)
        found = number(cell)
        return found if found is None or isinstance(found, int) else float(found)

    def columns(self, *roles: Role) -> list[int]:
        """The columns that have one of these roles."""
        return [i for i, role in enumerate(self.roles) if role in roles]

    @cached_property
    def labels(self) -> list[int]:
        """The columns that name things, without those that only repeat another (a code beside a name)."""
        kept: list[int] = []
        for column in self.columns("thing", "text"):
            pairs = [{(row[one], row[column]) for row in self.readings} for one in kept]
            values = len({row[column] for row in self.readings})
            told = (len(both) == values == len({pair[0] for pair in both}) > 1 for both in pairs)
            if self.roles[column] == "thing" or not any(told):
                kept.append(column)
        return kept

    @cached_property
    def naming(self) -> list[int]:
        """The fewest columns of labels that tell the rows apart: one if one does, else the first few."""
        rows = len(self.readings)
        for column in self.labels:
            if len({row[column] for row in self.readings}) == rows:
                return [column]
        for count in range(2, len(self.labels)):
            if len({tuple(row[i] for i in self.labels[:count]) for row in self.readings}) == rows:
                return self.labels[:count]
        return self.labels

    @cached_property
    def quantity(self) -> int | None:
        """The number that the answer is about: a share, else what its rows are sorted by, else the first."""
        quantities = self.columns("quantity")
        for column in quantities:
            unit = self.answer.query.columns[column].unit
            if unit is not None and unit.en == "%":
                return column
        for column in quantities:
            values = [
                value for i in range(len(self.readings)) if (value := self.value(i, column)) is not None
            ]
            if len(values) > 2 and values in (sorted(values), sorted(values, reverse=True)):
                return column
        return quantities[0] if quantities else None

    @cached_property
    def linked(self) -> list[tuple[int, int]]:
        """The pairs of columns that a network links: those that the query declares, else the first thing of a
        row with each other one."""
        named = {column.name: i for i, column in enumerate(self.answer.query.columns)}
        things = self.columns("thing")
        declared = [(named[a], named[b]) for a, b in self.answer.query.links]
        return declared or [(things[0], other) for other in things[1:]]

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The views that the columns allow, the one that the query declares first; a table is always one."""
        quantities = self.columns("quantity")
        numbers = [[self.value(i, column) for column in quantities[:2]] for i in range(len(self.readings))]
        allowed: dict[View, bool] = {
            "bar": bool(quantities and self.labels),
            "scatter": len(quantities) > 1 and any(None not in pair for pair in numbers),
            "matrix": len(self.labels) > 1 and bool(quantities or "empty" in self.roles),
            "timeline": bool(self.columns("year") and self.labels),
            "map": any(
                isinstance(cell, NamedNode) and cell.value.startswith(_TERRITORY)
                for row in self.answer.rows
                for cell in row
            ),
            "network": any(
                row[a] is not None and row[b] is not None for row in self.answer.rows for a, b in self.linked
            ),
        }
        views: list[View] = [view for view, fits in allowed.items() if fits and self.answer.rows]
        declared = self.answer.query.view
        views.sort(key=lambda view: view != declared)
        return (*views, "table")

    def _role(self, column: int) -> Role:
        cells = [row[column] for row in self.answer.rows if row[column] is not None]
        if not cells:
            return "empty"
        if sum(isinstance(cell, NamedNode) for cell in cells) * 2 > len(cells):
            return "thing"
        if all(isinstance(cell, RdfLiteral) and cell.datatype == XSD.boolean for cell in cells):
            return "flag"
        dates = [cell.value for cell in cells if isinstance(cell, RdfLiteral) and cell.datatype in _DATES]
        if len(dates) == len(cells) and any(map(_year, dates)):
            return "year"
        numbers = [number(cell) for cell in cells]
        if any(one is None for one in numbers):
            return "text"
        described = self.answer.query.columns[column]
        if described.unit is None and all(isinstance(one, int) and one in _YEARS for one in numbers):
            of_years = all(isinstance(cell, RdfLiteral) and cell.datatype == XSD.gYear for cell in cells)
            if of_years or described.name.casefold() in _YEAR_NAMES:
                return "year"
        return "quantity"


def _year(written: str) -> float | None:
    """A date as a year and the part of it that has gone; None for one that no calendar has."""
    try:
        day = date.fromisoformat(written[:10])
    except ValueError:
        return None
    return day.year + (day.timetuple().tm_yday - 1) / 366
