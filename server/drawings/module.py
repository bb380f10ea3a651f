"""A module of the ontology as a drawing: its classes as boxes in a tree, with their properties inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

_PAGE: Final = 1058.0  # the width of a page, in which the deepest tree is to stand
_WIDEST, _NARROWEST = 290.0, 180.0  # a box
_ACROSS: Final = 36.0  # between a class and those below it
_DOWN: Final = 12.0
_NAME: Final = 19.0  # height of a line of the name, and of one of a property
_LINE: Final = 17.0
_PADDING: Final = 7.0
_MIDDLE: Final = _PADDING + _NAME / 2  # where links meet a box
_MOST_PROPERTIES: Final = 8  # in a box; the list beside the drawing has them all
# Width of a character of the name, in bold, and of a property, in a wide font.
_BOLD: Final = 9.2
_THIN: Final = 7.2


@dataclass(frozen=True, slots=True)
class Node:
    """A class to draw: its name, its properties in words, and the classes below it.

    `guest`: a class of another module, drawn because classes of this one lie below it.
    """

    label: str
    href: str
    lines: tuple[str, ...]
    below: tuple[Node, ...]
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    label: tuple[tuple[str, float], ...]  # its lines, and where each stands
    href: str
    guest: bool
    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    width: float
    height: float
    boxes: tuple[Box, ...]
    links: tuple[str, ...]  # paths from a class to the one above it


def diagram(roots: Sequence[Node]) -> Diagram | None:
    """Trees one below the other, each class to the right of the one above it; None for no class."""
    boxes: list[Box] = []
    links: list[str] = []
    bottom = 1.0
    depth = max((_depth(root) for root in roots), default=1)
    width = min(_WIDEST, max(_NARROWEST, (_PAGE - _ACROSS * (depth - 1)) / depth))
    for root in roots:
        bottom = _draw(root, 1.0, bottom, width, boxes, links) + _DOWN
    if not boxes:
        return None
    return Diagram(max(box.x + box.width for box in boxes) + 1, bottom, tuple(boxes), tuple(links))


def _draw(node: Node, x: float, y: float, width: float, boxes: list[Box], links: list[str]) -> float:
    """Draw a class and what is below it from a height on; where it ends."""
    said = node.lines
    if len(said) > _MOST_PROPERTIES:
        said = (*said[: _MOST_PROPERTIES - 1], "…")
    name = wrap(node.label, int((width - 20) / _BOLD))
    lines = [
        line for one in said for line in wrap(one, int((width - 20) / _THIN), subsequent_indent="\u2003")
    ]
    first = y + _PADDING + _NAME * len(name)
    height = first - y + _LINE * len(lines) + _PADDING
    boxes.append(
        Box(
            tuple((line, y + _PADDING + _NAME * (at + 0.75)) for at, line in enumerate(name)),
            node.href,
            node.guest,
            x,
            y,
            width,
            height,
            tuple((line, first + _LINE * (at + 0.75)) for at, line in enumerate(lines)),
        )
    )
    bottom = y + height
    start = y
    for child in node.below:
        middle = x + width + _ACROSS / 2
        links.append(f"M{x + width:g} {y + _MIDDLE:g}H{middle:g}V{start + _MIDDLE:g}H{x + width + _ACROSS:g}")
        start = _draw(child, x + width + _ACROSS, start, width, boxes, links) + _DOWN
    return max(bottom, start - _DOWN)


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.below), default=0)
