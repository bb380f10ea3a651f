"""How far a build has come: bars for people, JSON lines for programs, sentences for logs."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Final, Protocol, Self, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text as Styled

from ...ontology.text import Language, Text, grouped
from ..model import Progress
from .model import STEPS, StepName, StepReport


class Listener(Protocol):
    """What a build tells as it goes; used as a context around it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def started(self, step: StepName, source: str | None) -> None: ...

    def progressed(self, progress: Progress) -> None: ...

    def finished(self, report: StepReport) -> None: ...

    def noted(self, note: Text) -> None: ...


class Silence:
    """Tells nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def started(self, step: StepName, source: str | None) -> None: ...

    def progressed(self, progress: Progress) -> None: ...

    def finished(self, report: StepReport) -> None: ...

    def noted(self, note: Text) -> None: ...


class JsonLines(Silence):
    """One JSON object a line: `event` is started, progress, finished or note; times in seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def started(self, step: StepName, source: str | None) -> None:
        self._write({"event": "started", "step": step, "source": source})

    def progressed(self, progress: Progress) -> None:
        source, _, part = progress.step.partition("/")
        self._write(
            {
                "event": "progress",
                "step": "load",
                "source": source,
                "part": part or None,
                "done": progress.done,
                "total": progress.total,
            }
        )

    def finished(self, report: StepReport) -> None:
        self._write(
            {
                "event": "finished",
                "step": report.step,
                "source": report.source,
                "seconds": round(report.seconds, 3),
                "cpu_seconds": round(report.cpu_seconds, 3),
                "triples": report.triples,
                "peak_memory": report.peak_memory,
            }
        )

    def noted(self, note: Text) -> None:
        self._write({"event": "note", "fr": note.fr, "en": note.en})

    def _write(self, facts: dict[str, Any]) -> None:
        self._stream.write(json.dumps(facts, ensure_ascii=False) + "\n")
        self._stream.flush()


class Sentences(Silence):
    """A line for each finished step: for logs, pipes and those who asked for plain text."""

    def __init__(self, stream: TextIO, language: Language) -> None:
        self._stream = stream
        self._language: Language = language

    def finished(self, report: StepReport) -> None:
        self._stream.write(f"  {step_line(report, self._language)}\n")
        self._stream.flush()

    def noted(self, note: Text) -> None:
        self._stream.write(f"  {note.in_language(self._language)}\n")
        self._stream.flush()


class RichBars(Silence):
    """A bar for the step at work, with rows, rate and remaining time; a line for each finished one."""

    def __init__(self, console: Console, language: Language) -> None:
        self._console = console
        self._language: Language = language
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            _Rate(language),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def started(self, step: StepName, source: str | None) -> None:
        self._clear()
        self._task = self._bars.add_task(_title(step, source, self._language), total=None)

    def progressed(self, progress: Progress) -> None:
        if self._task is not None:
            title = f"{STEPS['load'].in_language(self._language)} {progress.step}"
            self._bars.update(
                self._task, description=title, completed=progress.done, total=progress.total, refresh=False
            )

    def finished(self, report: StepReport) -> None:
        self._clear()
        self._console.print(f"  [green]✓[/] {step_line(report, self._language)}", highlight=False)

    def noted(self, note: Text) -> None:
        self._console.print(f"  [dim]{note.in_language(self._language)}[/]", highlight=False)

    def _clear(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._bars.refresh()
            self._task = None


class _Rate(ProgressColumn):
    """Rows a second."""

    _UNIT: Final = Text("lignes/s", "rows/s")

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._unit = self._UNIT.in_language(language)
        self._language: Language = language

    def render(self, task: Task) -> Styled:
        speed = task.finished_speed or task.speed
        return Styled(f"{grouped(round(speed), self._language)} {self._unit}" if speed else "")


def step_line(report: StepReport, language: Language) -> str:
    """A finished step in one line: what, how many triples, how long."""
    words = [_title(report.step, report.source, language)]
    if report.triples is not None:
        words.append(
            f"{grouped(report.triples, language)} triplets"
            if language == "fr"
            else f"{report.triples:,} triples"
        )
    words.append(f"{report.seconds:.1f} s".replace(".", "," if language == "fr" else "."))
    return ", ".join(words) if language == "en" else " ; ".join(words)


def _title(step: StepName, source: str | None, language: Language) -> str:
    title = STEPS[step].in_language(language)
    if source is None:
        return title
    return f"{title} : {source}" if language == "fr" else f"{title}: {source}"
