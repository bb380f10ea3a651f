"""A JSON document of any length, read as a stream: no more of it is in memory than is asked for."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import ijson

from ...ontology.errors import InputError, Where
from ...ontology.text import Text

_CHUNK: Final = 1 << 16


class JsonDocument:
    """A file of JSON. Every method reads it from its beginning; InputError, with the place, for a fault.

    A place in it is named by keys with dots between them, `item` for the items of a list.
    """

    def __init__(self, path: Path, address: str) -> None:
        self._path = path
        self._address = address

    def lists(self) -> Iterator[str]:
        """The places of the lists that it has, and of its outermost keys, as they come."""
        with self._events() as file:
            for place, event, value in ijson.parse(file):
                if event == "start_array":
                    yield place
                elif event == "map_key" and not place:
                    yield value

    def first(self, place: str) -> Any:
        """The first value at a place; None where there is none."""
        with self._events() as file:
            return next(ijson.items(file, place), None)

    def batches(self, place: str, size: int) -> Iterator[list[Any]]:
        """The items of a list, so many at a time; the last batch has fewer, or none."""
        with self._events() as file:
            items = ijson.items(file, f"{place}.item")
            while len(batch := list(islice(items, size))) == size:
                yield batch
        yield batch

    @contextmanager
    def _events(self) -> Iterator[BinaryIO]:
        try:
            with self._path.open("rb") as file:
                if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                    file.seek(0)
                yield file
        except (ijson.JSONError, UnicodeDecodeError) as error:
            message = str(error).strip().splitlines()[0].rstrip(".")
            raise InputError(
                Text(f"ce JSON est incorrect : {message}.", f"this JSON is not valid: {message}."),
                Text("Rien n’a été modifié ; réessayez plus tard.", "Nothing was changed; try again later."),
                Where(self._address, *_place_of_fault(self._path)),
            ) from error


def _place_of_fault(path: Path) -> tuple[int, int]:
    """The line and column at which reading stops, which the reader's errors do not tell."""
    with path.open("rb") as file:
        start = _taken(iter(lambda: file.read(_CHUNK), b""))
        file.seek(0)
        sure = [file.read(_CHUNK) for _ in range(start)]
        last = file.read(_CHUNK)
    within = _taken(chain(sure, (last[at : at + 1] for at in range(len(last))))) - len(sure)
    read = b"".join((*sure, last[:within]))
    line_start = read.rfind(b"\n") + 1
    return read.count(b"\n") + 1, len(read[line_start:].decode("utf-8", "replace")) + 1


def _taken(pieces: Iterator[bytes]) -> int:
    """How many pieces of a document are read before the one with which it is no longer JSON."""
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    taken = 0
    with suppress(ijson.JSONError, UnicodeDecodeError):
        for piece in pieces:
            parser.send(piece)
            events.clear()
            taken += 1
    return taken
