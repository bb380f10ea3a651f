"""A network: the things of an answer in layers, and a line for each pair that a row links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .roles import Charted
from .theme import Palette
from .views import NothingToDrawError, Spec

MOST_NODES: Final = 120
_STEP: Final = 26.0
_APART: Final = 330.0
_LONGEST: Final = 46  # characters of a label between two layers; the tooltip has them all
_OUTSIDE: Final = 90  # and of one at either side, where there is room
_SWEEPS: Final = 4

Link = tuple[str, str, str]  # from, to, and what a reader is told of the link


def network(charted: Charted, colours: Palette) -> Spec:
    """Things in columns from what links to what is linked, rows sorted so that few lines cross."""
    links = _links(charted)
    if not links:
        raise NothingToDrawError
    layers = _layers(links)
    places = _places(layers, links)
    height = max((y for _, y in places.values()), default=0) + _STEP
    width = _APART * (len(layers) - 1)
    nodes = [
        {
            "label": _cut(name, _OUTSIDE if x in (0, width) else _LONGEST),
            "name": name,
            "x": x,
            "y": y,
            "first": x == 0,
        }
        for name, (x, y) in places.items()
    ]
    lines = [
        {"x": places[a][0], "y": places[a][1], "x2": places[b][0], "y2": places[b][1], "name": told}
        for a, b, told in links
    ]
    flat: dict[str, Any] = {"axis": None, "type": "quantitative"}
    across = flat | {"scale": {"domain": [0, max(width, 1)], "zero": False}}
    down = flat | {"scale": {"domain": [0, height], "reverse": True, "zero": False}}
    place = {"x": across | {"field": "x"}, "y": down | {"field": "y"}}
    hint = {"tooltip": {"field": "name", "type": "nominal"}}

    def named(first: bool, align: str, dx: int) -> Spec:
        halo = {
            "stroke": colours.ground,
            "strokeWidth": 4,
            "strokeJoin": "round",
        }  # lines pass behind a label
        return {
            "data": {"values": [node for node in nodes if node["first"] is first]},
            "encoding": place | hint | {"text": {"field": "label"}},
            "layer": [{"mark": {"type": "text", "align": align, "dx": dx} | more} for more in (halo, {})],
        }

    return {
        "width": max(width, 200),
        "height": max(height, 80),
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "opacity": 0.7},
                "encoding": place | {"x2": {"field": "x2"}, "y2": {"field": "y2"}} | hint,
            },
            {
                "data": {"values": nodes},
                "mark": {"type": "point", "opacity": 1, "size": 80},
                "encoding": place
                | hint
                | {"color": {"condition": {"test": "datum.first", "value": colours.second},
                             "value": colours.accent}},
            },
            named(True, "right", -10),
            named(False, "left", 10),
        ],
    }  # fmt: skip


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _links(charted: Charted) -> list[Link]:
    found: dict[tuple[str, str], str] = {}
    nodes: set[str] = set()
    for cells, row in zip(charted.answer.rows, charted.readings, strict=True):
        for a, b in charted.linked:
            if cells[a] is None or cells[b] is None or row[a] == row[b]:
                continue
            if len(nodes | {row[a], row[b]}) > MOST_NODES:
                continue
            nodes |= {row[a], row[b]}
            others = [f"{charted.heading(i)}: {row[i]}" for i in range(len(row)) if i not in (a, b)]
            told = f"{row[a]} → {row[b]}" + (f" ({'; '.join(others)})" if others else "")
            found.setdefault((row[a], row[b]), told)
    return [(a, b, told) for (a, b), told in found.items()]


def _layers(links: Sequence[Link]) -> list[list[str]]:
    """Things by their distance from those to which nothing leads; a circle is entered where it is met."""
    depth: dict[str, int] = {}
    ahead: dict[str, list[str]] = {}
    for a, b, _ in links:
        ahead.setdefault(a, []).append(b)
    targets = {b for _, b, _ in links}
    starts = [a for a in ahead if a not in targets] or [links[0][0]]
    pending = [(start, 0) for start in starts]
    while pending or len(depth) < len(targets | set(ahead)):
        if not pending:
            pending = [(next(name for a, b, _ in links for name in (a, b) if name not in depth), 0)]
        name, layer = pending.pop(0)
        if name not in depth:
            depth[name] = layer
            pending += [(other, layer + 1) for other in ahead.get(name, ())]
    layers: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name, layer in depth.items():
        layers[layer].append(name)
    return layers


def _places(layers: Sequence[list[str]], links: Iterable[Link]) -> Mapping[str, tuple[float, float]]:
    """Where each thing stands: its layer across, and near the middle of what it is linked with."""
    beside: dict[str, list[str]] = {}
    for a, b, _ in links:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    most = max(map(len, layers))
    down: dict[str, float] = {}

    def spread(names: list[str]) -> None:
        gap = most / len(names)
        down.update((name, (i + 0.5) * gap * _STEP) for i, name in enumerate(names))

    for names in layers:
        spread(names)
    for sweep in range(_SWEEPS):
        for names in layers if sweep % 2 else reversed(layers):
            middle = {name: sum(down[one] for one in beside[name]) / len(beside[name]) for name in names}
            names.sort(key=lambda name: (middle[name], name))
            spread(names)
    return {name: (layer * _APART, down[name]) for layer, names in enumerate(layers) for name in names}
