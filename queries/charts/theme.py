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
    """The colours of a ground: ink and soft ink for text, line for rules, accent for data, `few` to `many`.

    `turn`: where between these two, from 0 to 1, text in `ground` reads better on them than text in `ink`.
    """

    ground: str
    ink: str
    soft: str
    line: str
    tint: str
    accent: str
    second: str
    few: str
    many: str
    turn: float


PALETTES: Final[dict[Theme, Palette]] = {
    "light": Palette(
        "#ffffff", "#14222b", "#4b5d68", "#d5dee3", "#f1f6f8", "#0b5d74", "#a33b12", "#dcebf0", "#0b5d74", 0.7
    ),
    "dark": Palette(
        "#0f191f", "#e6eef2", "#a5b6c0", "#2d3f4a", "#17252d", "#6cc6de", "#ffab85", "#1d3742", "#8fdcf0", 0.4
    ),
}
# How numbers are written (d3-format): French groups digits with a narrow no-break space.
_NUMBERS: Final[dict[Language, dict[str, Any]]] = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}


def configuration(theme: Theme, language: Language) -> dict[str, Any]:
    """The `config` of a specification."""
    colours = PALETTES[theme]
    return {
        "background": colours.ground,
        "font": "system-ui, 'Liberation Sans', Arial, sans-serif",
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
