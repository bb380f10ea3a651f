"""The log: one line for each answer, as JSON or as text, with the request id that the client was given."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

LOGGER: Final = logging.getLogger("digiterr.service")
_FIELDS: Final = "fields"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{key}={value}" for key, value in getattr(record, _FIELDS, {}).items())
        line = f"{when} {record.levelname.lower()} {record.getMessage()} {fields}".rstrip()
        # What a client sent never makes a line of its own.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up_logs(log_format: str) -> None:
    """Send the log to standard error in `json` or `text`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def log(level: int, message: str, **fields: object) -> None:
    LOGGER.log(level, message, extra={_FIELDS: fields})


class AnswerLog:
    """The lines of answers, past the machinery of `logging`, which costs more than a kept answer does.

    The first line of a turn of the event loop leaves at once, the others together when the turn ends: a busy
    service writes once for many answers, and an idle one does not wait.
    """

    def __init__(self, log_format: str) -> None:
        self._format = _json_line if log_format == "json" else _text_line
        self._lines: deque[str] = deque()
        self._soon: Callable[[Callable[[], None]], object] | None = None
        self._thread = 0
        self._gathering = False

    def follow(self, soon: Callable[[Callable[[], None]], object]) -> None:
        """Know the event loop of this thread: `soon` runs its argument when a turn has ended."""
        self._soon, self._thread = soon, threading.get_ident()

    def add(self, fields: Mapping[str, object]) -> None:
        """Write the line of an answer."""
        self._lines.append(self._format(fields))
        if self._soon is None or threading.get_ident() != self._thread:
            self._flush()
        elif not self._gathering:
            self._gathering = True
            self._flush()
            self._soon(self._end_turn)

    def _end_turn(self) -> None:
        self._gathering = False
        if self._lines:
            self._flush()

    def _flush(self) -> None:
        gathered: list[str] = []
        while self._lines:
            with suppress(IndexError):  # another thread took it
                gathered.append(self._lines.popleft())
        sys.stderr.write("".join(gathered))
        sys.stderr.flush()


@lru_cache(maxsize=4)
def _second(second: int) -> tuple[str, str]:
    """A second of the clock as the two formats write it."""
    when = datetime.fromtimestamp(second, UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%S"), when.strftime("%H:%M:%S")


def _json_line(fields: Mapping[str, object]) -> str:
    now = time.time()
    when = f"{_second(int(now))[0]}.{int(now % 1 * 1000):03}+00:00"
    return f'{{"time": "{when}", "level": "info", "message": "answer", {_ENCODER.encode(fields)[1:]}\n'


def _text_line(fields: Mapping[str, object]) -> str:
    shown = " ".join(f"{key}={value}" for key, value in fields.items())
    # What a client sent never makes a line of its own.
    shown = shown.replace("\r", "\\r").replace("\n", "\\n")
    return f"{_second(int(time.time()))[1]} info answer {shown}\n"
