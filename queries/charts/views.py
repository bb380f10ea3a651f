"""Bars, points, matrices and timelines: the layers of each, in Vega-Lite's terms.

Fields of the data are `r0`, `r1`… (cells as people read them) and `v0`, `v1`… (their numbers), by column.
"""

from __future__ import annotations

from math import ceil, floor, log10
from textwrap import wrap
from typing import Any, Final

from ...ontology.text import Text
from .roles import Charted
from .theme import Palette, text_turn

WIDTH: Final = 620
MOST_BARS: Final = 40
MOST_ROWS: Final = 60
NUMBER: Final = ",.4~r"  # d3-format: digits grouped, four of them significant
_SPREAD: Final = 100  # past this ratio of the largest to the least, a scale is logarithmic

Spec = dict[str, Any]


# A name of two lines is one text with a line end: Vega splits it, whatever it says.
_ROWS: Final[Spec] = {
    "field": "name", "type": "nominal", "sort": None, "title": None,
    "axis": {"labelExpr": "split(datum.label, '\\n')", "labelOverlap": False, "labelLimit": 320},
}  # fmt: skip
_LINE: Final = 44  # characters of a name before it goes on in a second line


class NothingToDrawError(Exception):
    """The answer states nothing that this view could draw."""


def records(charted: Charted, rows: range, *, apart: bool = True) -> list[Spec]:
    """The rows as data, each with what it is called (`name`); `apart`: rows of one name get numbers."""
    seen: dict[str, int] = {}
    found: list[Spec] = []
    for row in rows:
        readings = charted.readings[row]
        name = " · ".join(readings[i] for i in charted.naming)
        seen[name] = seen.get(name, 0) + 1
        record: Spec = {"name": name if seen[name] == 1 or not apart else f"{name} ({seen[name]})"}
        for i, text in enumerate(readings):
            record[f"r{i}"] = text
            if charted.roles[i] in ("quantity", "year"):
                record[f"v{i}"] = charted.value(row, i)
        found.append(record)
    return found


def tooltip(charted: Charted) -> list[Spec]:
    """What a reader is told who points at a mark: every cell of its row."""
    return [
        {"field": f"r{i}", "type": "nominal", "title": charted.heading(i)} for i in range(len(charted.roles))
    ]


def bar(charted: Charted, colours: Palette) -> Spec:
    """A bar for each row; a row whose number is not stated says so."""
    value = charted.quantity
    if value is None:
        raise NothingToDrawError
    shown = range(min(len(charted.readings), MOST_BARS))
    values = records(charted, shown)
    number = {"type": "text", "color": colours.soft, "fontSize": 11}
    across = _quantitative(charted, value, zero=True)
    return {
        "width": WIDTH - 160,
        "height": {"step": _named_in_lines(values, 24)},
        "data": {"values": values},
        "encoding": {"y": _ROWS, "tooltip": tooltip(charted)},
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": {"x": across}},
            *(
                {
                    "transform": [{"filter": f"isValid(datum.v{value}) && datum.v{value} {side} 0"}],
                    "mark": number | {"align": align, "dx": dx},
                    "encoding": {"x": across, "text": {"field": f"r{value}"}},
                }
                for side, align, dx in ((">=", "left", 4), ("<", "right", -4))
            ),
            {
                "transform": [{"filter": f"!isValid(datum.v{value})"}],
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 4,
                    "fontStyle": "italic",
                    "color": colours.soft,
                },
                "encoding": {"x": {"datum": 0}, "text": {"field": f"r{value}"}},
            },
        ],
    }


def scatter(charted: Charted, colours: Palette) -> Spec:
    """A point for each row that states both numbers."""
    del colours
    quantities = charted.columns("quantity")
    if len(quantities) < 2:
        raise NothingToDrawError
    across, up = quantities[:2]
    values = [
        record
        for record in records(charted, range(len(charted.readings)))
        if record[f"v{across}"] is not None and record[f"v{up}"] is not None
    ]
    if not values:
        raise NothingToDrawError
    return {
        "width": WIDTH,
        "height": 380,
        "data": {"values": values},
        "mark": {"type": "point"},
        "encoding": {
            "x": _quantitative(charted, across),
            "y": _quantitative(charted, up),
            "tooltip": tooltip(charted),
        },
    }


def matrix(charted: Charted, colours: Palette) -> Spec:
    """A square for each pair of labels, darker where the number is higher, with the number written in it."""
    if len(charted.labels) < 2:
        raise NothingToDrawError
    down, across = charted.labels[:2]
    counts = {i: len({row[i] for row in charted.readings}) for i in (down, across)}
    if counts[across] > counts[down]:
        down, across = across, down
    names = list(dict.fromkeys(row[down] for row in charted.readings))[:MOST_ROWS]
    shown = [i for i, row in enumerate(charted.readings) if row[down] in set(names)]
    values = [records(charted, range(i, i + 1))[0] for i in shown]
    number = charted.quantity
    told = number if number is not None else next(iter(charted.columns("empty")), across)
    place = {
        "y": {"field": f"r{down}", "type": "nominal", "sort": None, "title": charted.heading(down)},
        "x": {
            "field": f"r{across}",
            "type": "nominal",
            "sort": None,
            "title": charted.heading(across),
            "axis": {"orient": "top", "labelAngle": -25, "labelLimit": 260, "labelOverlap": False},
        },
        "tooltip": tooltip(charted),
    }
    squares: Spec = {
        "mark": {"type": "rect", "stroke": colours.ground, "strokeWidth": 2, "fill": colours.tint}
    }
    text: Spec = {
        "mark": {"type": "text", "color": colours.soft, "fontStyle": "italic"},
        "encoding": {"text": {"field": f"r{told}"}},
    }
    if number is not None:
        known = [record[f"v{number}"] for record in values if record[f"v{number}"] is not None]
        low, high = min(known), max(known)
        logarithmic = low > 0 and high / low > _SPREAD
        before, after, turn = text_turn(colours.few, colours.many)
        middle = low ** (1 - turn) * high**turn if logarithmic else low + (high - low) * turn
        del squares["mark"]["fill"]
        squares["encoding"] = {
            "color": {
                "field": f"v{number}",
                "type": "quantitative",
                "title": charted.heading(number),
                "scale": {
                    "range": [colours.few, colours.many],
                    "interpolate": "rgb",
                    **({"type": "log"} if logarithmic else {"type": "linear", "zero": False}),
                },
                "legend": {"format": NUMBER},
            }
        }
        text["mark"] = {"type": "text"}
        text["encoding"]["color"] = {
            "condition": {"test": f"datum.v{number} >= {middle}", "value": after},
            "value": before,
        }
    return {
        "width": {"step": max(54, min(150, (WIDTH - 160) // max(1, min(counts[across], 60))))},
        "height": {"step": 28},
        "data": {"values": values},
        "encoding": place,
        "layer": [squares, text],
    }


def timeline(charted: Charted, colours: Palette) -> Spec:
    """A bar from the first year to the last; an end that is not stated stays open, dotted."""
    years = charted.columns("year")
    names = [column.name for column in charted.answer.query.columns]
    if not years:
        raise NothingToDrawError
    shown = range(min(len(charted.readings), MOST_BARS))
    values = records(charted, shown, apart=False)
    stated = [record[f"v{i}"] for record in values for i in years if record[f"v{i}"] is not None]
    if not stated:
        raise NothingToDrawError
    # A year takes its whole width: a project from 2018 to 2032 ends where 2032 does.
    scale = {"domain": [min(stated) - 1, max(stated) + 2], "nice": False, "zero": False}
    axis = {"format": "d", "tickMinStep": 1, "grid": True}
    title = ", ".join(charted.heading(i) for i in years[:2])
    across: Spec = {"type": "quantitative", "scale": scale, "axis": axis, "title": title}
    step = _named_in_lines(values, 32)
    shape: Spec = {"data": {"values": values}, "width": WIDTH - 160, "height": {"step": step}}
    start, end = years[0], years[1] if len(years) > 1 else None
    if end is None:
        after = names[start] in ("end", "until", "to", "last", "fin")
        layers: list[Spec] = [
            {
                "mark": {"type": "point", "shape": "triangle-left" if after else "circle", "size": 120},
                "encoding": {"x": across | {"field": f"v{start}"}},
            },
            {
                "transform": [{"filter": f"!isValid(datum.v{start})"}],
                "mark": {"type": "text", "align": "left", "fontStyle": "italic", "color": colours.soft},
                "encoding": {"x": {"datum": min(stated) - 1}, "text": {"field": f"r{start}"}},
            },
        ]
        return shape | {"encoding": {"y": _ROWS, "tooltip": tooltip(charted)}, "layer": layers}
    for record in values:
        if (last := record[f"v{end}"]) is not None:
            record["until"] = last + 1 if isinstance(last, int) else last  # a date is what it is
        else:
            record["open"] = max(stated) + 2
    return shape | {
        "encoding": {"y": _ROWS, "tooltip": tooltip(charted)},
        "layer": [
            {
                "transform": [{"filter": f"isValid(datum.v{start}) && isValid(datum.until)"}],
                "mark": {"type": "bar", "height": 16, "cornerRadius": 2},
                "encoding": {"x": across | {"field": f"v{start}"}, "x2": {"field": "until"}},
            },
            {
                "transform": [{"filter": f"isValid(datum.v{start}) && isValid(datum.open)"}],
                "mark": {"type": "rule", "strokeWidth": 5, "strokeDash": [1, 9], "strokeCap": "round",
                         "color": colours.accent},
                "encoding": {"x": across | {"field": f"v{start}"}, "x2": {"field": "open"}},
            },
            {
                "transform": [{"filter": "isValid(datum.open)"}],
                "mark": {"type": "text", "align": "right", "dy": -11, "fontStyle": "italic",
                         "color": colours.soft},
                "encoding": {"x": {"field": "open", "type": "quantitative"}, "text": {"field": f"r{end}"}},
            },
        ],
    }  # fmt: skip


def _named_in_lines(values: list[Spec], step: int) -> int:
    """Break long names in two lines, and tell the height that a row then takes."""
    for record in values:
        lines = wrap(record["name"], _LINE)
        if len(lines) > 1:
            second = lines[1] if len(lines) == 2 else f"{lines[1][: _LINE - 1].rstrip()}…"
            record["name"] = f"{lines[0]}\n{second}"
    return max(step, 36) if any("\n" in record["name"] for record in values) else step


def _decades(least: float, most: float) -> list[float]:
    """The powers of ten about a range: the lines of a logarithmic axis."""
    return [10.0**power for power in range(floor(log10(least)), ceil(log10(most)) + 1)]


def _quantitative(charted: Charted, column: int, *, zero: bool = False) -> Spec:
    values = [value for i in range(len(charted.readings)) if (value := charted.value(i, column)) is not None]
    logarithmic = not zero and values and min(values) > 0 and max(values) / min(values) > _SPREAD
    scale: Spec = {"type": "log"} if logarithmic else {"zero": zero}
    title = charted.heading(column)
    if logarithmic:
        title += Text(", échelle logarithmique", ", logarithmic scale").in_language(charted.answer.language)
    ticks: Spec = {"values": _decades(min(values), max(values))} if logarithmic else {"tickCount": 6}
    return {
        "field": f"v{column}",
        "type": "quantitative",
        "title": title,
        "scale": scale,
        "axis": ticks | {"format": NUMBER},
    }
