"""What was set aside, as a CSV file that its publisher can mend and resend, and as counts with examples."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Final, TextIO

from ...ontology.text import Text
from ..model import Cleaning, Reject
from .model import Example, Tally

COLUMNS: Final = (
    "file",
    "line",
    "column",
    "pointer",
    "reason",
    "message_fr",
    "message_en",
    "hint_fr",
    "hint_en",
    "record",
)
EXAMPLES: Final = 5
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Writes rejects as they come, so that their number is bounded by the disk alone, and counts them."""

    def __init__(self, path: Path) -> None:
        """Open a file to write, after what it already holds."""
        # A file shared with an earlier version by a hard link must not change under it.
        earlier = path.read_bytes() if path.is_file() else b""
        path.unlink(missing_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8", newline="")
        self._file.write(earlier.decode("utf-8"))
        self._writer = csv.writer(self._file)
        if not earlier:
            self._writer.writerow(COLUMNS)
        self.counts = Counts()

    def add(self, reject: Reject) -> None:
        where = reject.where
        self.counts.add_reject(reject)
        self._writer.writerow(
            plain_cell(value)
            for value in (
                where.file or "",
                where.line or "",
                where.column or "",
                where.pointer or "",
                reject.reason,
                reject.message.fr,
                reject.message.en,
                reject.hint.fr,
                reject.hint.en,
                reject.record,
            )
        )

    def close(self) -> None:
        self._file.close()


class Counts:
    """How often each reason was met, with the first few examples of it."""

    def __init__(self) -> None:
        self._number: Counter[str] = Counter()
        self._examples: dict[str, list[Example]] = {}

    def add_reject(self, reject: Reject) -> None:
        self._add(reject.reason, Example(str(reject.where), reject.message, reject.hint, reject.record))

    def add_cleaning(self, cleaning: Cleaning) -> None:
        change = Text(
            f"« {cleaning.before} » est devenu « {cleaning.after} »",
            f'"{cleaning.before}" became "{cleaning.after}"',
        )
        self._add(cleaning.reason, Example(str(cleaning.where), change, Text("", ""), cleaning.before))

    def tallies(self) -> tuple[Tally, ...]:
        """The reasons, the most frequent first."""
        return tuple(
            Tally(reason, count, tuple(self._examples[reason]))
            for reason, count in self._number.most_common()
        )

    def _add(self, reason: str, example: Example) -> None:
        self._number[reason] += 1
        kept = self._examples.setdefault(reason, [])
        if len(kept) < EXAMPLES:
            kept.append(example)


def plain_cell(value: object) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
