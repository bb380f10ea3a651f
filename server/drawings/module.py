"""A module of the ontology as a drawing: its classes as boxes in a tree, with their properties inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_BOX: Final = 290.0
_ACROSS: Final = 46.0  # between a class and those below it
_DOWN: Final = 12.0
_HEAD: Final = 28.0
_LINE: Final = 18.0
_MOST_LINES: Final = 8  # of properties in a box; the list beside the drawing has them all
# Of a name in bold and of a line; what is longer is cut, and whole in the list beside the drawing.
_MOST_OF_NAME: Final = 32
_MOST_OF_LINE: Final = 40


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
    label: str
    href: str
    guest: bool
    x: float
    y: float
    width: float
    height: float
    head: float  # where the name stands
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
    for root in roots:
        bottom = _draw(root, 1.0, bottom, boxes, links) + _DOWN
    if not boxes:
        return None
    return Diagram(max(box.x + box.width for box in boxes) + 1, bottom, tuple(boxes), tuple(links))


def _draw(node: Node, x: float, y: float, boxes: list[Box], links: list[str]) -> float:
    """Draw a class and what is below it from a height on; where it ends."""
    said = node.lines if len(node.lines) <= _MOST_LINES else (*node.lines[: _MOST_LINES - 1], "…")
    height = _HEAD + _LINE * len(said) + (6 if said else 0)
    lines = tuple(
        (_cut(line, _MOST_OF_LINE), y + _HEAD + _LINE * (index + 0.7)) for index, line in enumerate(said)
    )
    boxes.append(
        Box(_cut(node.label, _MOST_OF_NAME), node.href, node.guest, x, y, _BOX, height, y + 19, lines)
    )
    bottom = y + height
    start = y
    for child in node.below:
        middle = x + _BOX + _ACROSS / 2
        links.append(
            f"M{x + _BOX:g} {y + _HEAD / 2:g}H{middle:g}V{start + _HEAD / 2:g}H{x + _BOX + _ACROSS:g}"
        )
        start = _draw(child, x + _BOX + _ACROSS, start, boxes, links) + _DOWN
    return max(bottom, start - _DOWN)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
