"""The ledger of the feed, `feed/ledger.sqlite`: its pages, and of each thing which page tells of it last.

One transaction follows one version. A page stays while it tells the latest of some thing; then it goes.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from .model import Change, Page, Step, stamp

FOLDER: Final = "feed"
_FORMAT: Final = 1
_TABLES: Final = """
CREATE TABLE things (
  subject TEXT PRIMARY KEY, bucket INTEGER NOT NULL, stream TEXT NOT NULL,
  digest BLOB, page INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX things_by_bucket ON things (bucket);
CREATE TABLE pages (
  number INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, time TEXT NOT NULL,
  events INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE steps (
  version INTEGER PRIMARY KEY, time TEXT NOT NULL, note TEXT NOT NULL, counts TEXT NOT NULL
);
"""
_LOCK_SECONDS: Final = 60.0
_GZIP_LEVEL: Final = 6


def ledger_path(data_dir: Path) -> Path:
    return data_dir / FOLDER / "ledger.sqlite"


class Ledger:
    """The feed as it stands. Open it with `reading` or `writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def pages(self, stream: str) -> tuple[Page, ...]:
        """The pages of a stream, in order."""
        rows = self._connection.execute(
            "SELECT number, stream, time, events FROM pages WHERE stream = ? ORDER BY number", (stream,)
        )
        return tuple(_page(row) for row in rows)

    def page(self, number: int) -> tuple[Page, str] | None:
        """A page and its events, as Turtle whose IRIs are relative to the page; None when it is gone."""
        row = self._connection.execute(
            "SELECT number, stream, time, events, body FROM pages WHERE number = ?", (number,)
        ).fetchone()
        return (_page(row), gzip.decompress(row[4]).decode()) if row else None

    def last_page(self) -> int:
        """The greatest number that a page was ever given; 0 before the first."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'pages'").fetchone()
        return row[0] if row else 0

    def steps(self, most: int) -> tuple[Step, ...]:
        """The versions that the feed has followed, the newest first."""
        rows = self._connection.execute(
            "SELECT version, time, note, counts FROM steps ORDER BY time DESC LIMIT ?", (most,)
        )
        return tuple(_step(row) for row in rows)

    def deleted(self, subject: str) -> bool:
        """Whether the last that the feed tells of a thing is that it is gone."""
        row = self._connection.execute("SELECT digest FROM things WHERE subject = ?", (subject,)).fetchone()
        return row is not None and row[0] is None

    # Writing

    def followed(self) -> int | None:
        """The version that the feed was last brought to."""
        row = self._connection.execute("SELECT version FROM steps ORDER BY time DESC LIMIT 1").fetchone()
        return row[0] if row else None

    def next_time(self) -> datetime:
        """Now, or a little after the last step, should the clock have gone back."""
        row = self._connection.execute("SELECT MAX(time) FROM steps").fetchone()
        now = datetime.now(UTC)
        if row[0] and now <= (last := datetime.fromisoformat(row[0])):
            return last + timedelta(milliseconds=1)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def bucket(self, number: int) -> dict[str, tuple[str, bytes | None, int]]:
        """The things of a bucket: stream, digest (None: it is gone), page."""
        rows = self._connection.execute(
            "SELECT subject, stream, digest, page FROM things WHERE bucket = ?", (number,)
        )
        return {subject: (stream, digest, page) for subject, stream, digest, page in rows}

    def add_page(self, stream: str, time: datetime, events: int, body: str) -> int:
        """Write a page; its number."""
        packed = gzip.compress(body.encode(), _GZIP_LEVEL, mtime=0)
        cursor = self._connection.execute(
            "INSERT INTO pages (stream, time, events, body) VALUES (?, ?, ?, ?)",
            (stream, stamp(time), events, packed),
        )
        return cursor.lastrowid or 0

    def put_things(self, rows: Iterable[tuple[str, int, str, bytes | None, int]]) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO things VALUES (?, ?, ?, ?, ?)", rows)

    def note_step(self, step: Step) -> None:
        counts = {stream: {one.value: n for one, n in found.items()} for stream, found in step.counts.items()}
        self._connection.execute(
            "INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?)",
            (step.version, stamp(step.time), step.note, json.dumps(counts)),
        )

    def drop_superseded(self) -> int:
        """Remove the pages of which every event was followed by another; how many."""
        cursor = self._connection.execute(
            "DELETE FROM pages WHERE number NOT IN (SELECT DISTINCT page FROM things)"
        )
        return cursor.rowcount


@contextmanager
def reading(data_dir: Path) -> Iterator[Ledger | None]:
    """The ledger to read from; None before the first version was followed."""
    path = ledger_path(data_dir)
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield Ledger(connection)


@contextmanager
def writing(data_dir: Path) -> Iterator[Ledger]:
    """The ledger to write to, in one transaction; made when there is none."""
    path = ledger_path(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
            yield Ledger(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _page(row: tuple[int, str, str, int]) -> Page:
    return Page(row[0], row[1], datetime.fromisoformat(row[2]), row[3])


def _step(row: tuple[int, str, str, str]) -> Step:
    counts: Mapping[str, Mapping[str, int]] = json.loads(row[3])
    found = {stream: {Change(name): n for name, n in one.items()} for stream, one in counts.items()}
    return Step(row[0], datetime.fromisoformat(row[1]), row[2], found)
