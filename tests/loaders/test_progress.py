"""Progress: bars on a terminal, JSON lines for programs, sentences for logs."""

from __future__ import annotations

import io
import json
import time

import pytest
from digiterr.loaders.building.model import StepReport
from digiterr.loaders.building.progress import (
    JsonLines,
    Listener,
    RichBars,
    Sentences,
    Silence,
    step_line,
)
from digiterr.loaders.model import Progress
from digiterr.ontology.text import Language, Text, grouped
from rich.console import Console

STEP = StepReport("load", "geography", 3.14159, 2.5, 100_000_000, 633_539)


def tell(listener: Listener) -> None:
    with listener as told:
        told.started("load", "geography")
        told.progressed(Progress("geography/communes", 1000, 37_590))
        told.finished(STEP)
        told.noted(Text("fini", "done"))


def test_json_lines_are_one_object_each() -> None:
    stream = io.StringIO()
    tell(JsonLines(stream))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["started", "progress", "finished", "note"]
    assert lines[1] == {
        "event": "progress",
        "step": "load",
        "source": "geography",
        "part": "communes",
        "done": 1000,
        "total": 37_590,
    }
    assert (lines[2]["seconds"], lines[2]["cpu_seconds"], lines[2]["triples"]) == (3.142, 2.5, 633_539)
    assert (lines[3]["fr"], lines[3]["en"]) == ("fini", "done")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "loading: geography, 633,539 triples, 3.1 s"),
        ("fr", "lecture : geography ; 633\u202f539 triplets ; 3,1 s"),
    ],
)
def test_a_finished_step_is_one_line(language: Language, line: str) -> None:
    assert step_line(STEP, language) == line
    stream = io.StringIO()
    tell(Sentences(stream, language))
    assert stream.getvalue().splitlines()[0].strip() == line


def test_bars_show_rows_of_the_step_at_work_and_keep_finished_ones() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120, color_system=None)
    with RichBars(console, "en") as bars:
        bars.started("load", "geography")
        bars.progressed(Progress("geography/communes", 1000, 37_590))
        time.sleep(0.3)  # bars are drawn ten times a second
        bars.finished(STEP)
    shown = stream.getvalue()
    assert "loading: geography, 633,539 triples, 3.1 s" in shown
    assert "1000/37590" in shown


def test_silence_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Silence())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("language", "written"), [("fr", "1\u202f000"), ("en", "1,000")])
def test_thousands(language: Language, written: str) -> None:
    assert grouped(1000, language) == written
