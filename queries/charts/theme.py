"""Colours and type of the charts: those of the pages, on a light and on a dark ground.

Hues are few and differ in lightness as well, so that they stay apart for colour-blind readers and in grey
(after Okabe and Ito, "Color Universal Design", 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from ...ontology.text import Language

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a ground: ink and soft ink for text, line for rules, accent for data, few to many."""

    ground: str
    ink: str
    soft: str
    line: str
    tint: str
    accent: str
    second: str
    few: str
    many: str


PALETTES: Final[dict[Theme, Palette]] = {
    "light": Palette(
        "#ffffff", "#14222b", "#4b5d68", "#d5dee3", "#f1f6f8", "#0b5d74", "#a33b12", "#dcebf0", "#0b5d74"
    ),
    "dark": Palette(
        "#0f191f", "#e6eef2", "#a5b6c0", "#2d3f4a", "#17252d", "#6cc6de", "#ffab85", "#1d3742", "#8fdcf0"
    ),
}
# How numbers are written (d3-format): French groups digits with a narrow no-break space.
_NUMBERS: Final[dict[Language, dict[str, Any]]] = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def between(first: str, last: str, share: float) -> str:
    """The colour at a share of the way from one to another."""
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (first, last)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))


def text_turn(first: str, last: str) -> tuple[str, str, float]:
    """Text that reads on a scale of colours: its colour at the beginning, at the end, and where it turns.

    Black or white: on any colour, one of them has a contrast of 4.5 at least.
    """
    shares = [step / 100 for step in range(101)]
    white = [contrast("#ffffff", between(first, last, share)) for share in shares]
    black = [contrast("#000000", between(first, last, share)) for share in shares]
    begins_black = black[0] > white[0]
    turn = next(
        (share for share, w, b in zip(shares, white, black, strict=True) if (b > w) != begins_black), 1
    )
    return ("#000000", "#ffffff", turn) if begins_black else ("#ffffff", "#000000", turn)


def configuration(theme: Theme, language: Language) -> dict[str, Any]:
    """The `config` of a specification."""
    colours = PALETTES[theme]
    return {
        "background": colours.ground,
        # One width of letters under three names: what the server measures is what a browser shows.
        "font": "Arial, 'Liberation Sans', Helvetica, sans-serif",
        "padding": 12,
        "view": {"stroke": None},
        "locale": {"number": _NUMBERS[language]},
        "title": {
            "color": colours.ink,
            "subtitleColor": colours.soft,
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 16,
            "subtitleFontSize": 12,
            "offset": 14,
        },
        "axis": {
            "labelColor": colours.ink,
            "titleColor": colours.soft,
            "gridColor": colours.line,
            "domainColor": colours.line,
            "tickColor": colours.line,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 260,
            "labelOverlap": "greedy",
            "labelSeparation": 8,
        },
        "legend": {
            "labelColor": colours.ink,
            "titleColor": colours.soft,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleLimit": 300,
        },
        "text": {"color": colours.ink, "fontSize": 12},
        "bar": {"color": colours.accent},
        "point": {"color": colours.accent, "filled": True, "opacity": 0.8, "size": 70},
        "rule": {"color": colours.soft},
    }
