"""A timeline of projects: what had run by the end of the study, what was planned, what has no end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

FIRST_YEAR: Final = 2014  # the least the drawing shows, so that selections of cases compare
LAST_YEAR: Final = 2032
_LEFT: Final = 150.0
_RIGHT: Final = 20.0
_TOP: Final = 34.0
_ROW: Final = 40.0
_BAR: Final = 18.0
_WIDTH: Final = 860.0


@dataclass(frozen=True, slots=True)
class Span:
    """A project: years as the source gives them, None where it gives none; `known`: the last year of the
    study that it was known by, None where there is none."""

    label: str
    start: int | None
    end: int | None
    known: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: the part run by the year of knowledge, then the planned or the open part; all in pixels."""

    label: str
    y: float
    text_y: float
    height: float
    run: tuple[float, float] | None  # x and width
    planned: tuple[float, float] | None
    open: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Timeline:
    width: float
    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]  # years, where they begin
    band: tuple[float, float] | None  # the years of the study: x and width
    top: float
    bottom: float


def timeline(spans: Sequence[Span], study: tuple[int, int] | None) -> Timeline:
    """Place projects on years. What comes after the last year of its study is what was planned then.

    A year takes its whole width: a project from 2018 to 2032 ends where 2032 does.
    """
    years = [year for span in spans for year in (span.start, span.end) if year is not None]
    years += list(study or ())
    first, last = min([FIRST_YEAR, *years]), max([LAST_YEAR, *years])
    scale = (_WIDTH - _LEFT - _RIGHT) / (last + 1 - first)

    def x(year: int) -> float:
        return round(_LEFT + (year - first) * scale, 1)

    def part(start: int, end: int) -> tuple[float, float] | None:
        return (x(start), round((end - start) * scale, 1)) if end > start else None

    bottom = _TOP + _ROW * len(spans)
    bars: list[Bar] = []
    for row, span in enumerate(spans):
        y = _TOP + row * _ROW + (_ROW - _BAR) / 2
        run = planned = unended = None
        if span.start is not None:
            end = span.end + 1 if span.end is not None else None
            known = span.known + 1 if span.known is not None else None
            # Without a study, nothing is known beyond the years stated.
            turn = max(span.start, known) if known is not None else (end or span.start + 1)
            run = part(span.start, min(turn, end) if end else turn)
            planned = part(turn, end) if end else None
            unended = part(turn, last + 1) if end is None else None
        bars.append(Bar(span.label, y, y + _BAR / 2 + 4.5, _BAR, run, planned, unended))
    step = 2 if last - first < 30 else 5
    return Timeline(
        _WIDTH,
        bottom + 10,
        tuple(bars),
        tuple((year, x(year)) for year in _every(range(first, last + 1), step)),
        part(study[0], study[1] + 1) if study else None,
        _TOP,
        bottom,
    )


def _every(years: Iterable[int], step: int) -> Iterable[int]:
    return (year for year in years if year % step == 0)
