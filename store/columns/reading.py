"""The columns of a version as they lie on the disk, mapped into memory."""

from __future__ import annotations

import mmap
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

LARGEST_INTEGER: Final = 2**53  # as far as float64 counts by ones
_LOOK_EVERY: Final = 1.0

Column = np.ndarray


def columns_folder(data_dir: Path, version: int) -> Path:
    """Where the columns of a version are."""
    return data_dir / "columns" / f"{version:06}"


class VersionColumns:
    """The columns of the version that is asked for, once they are made."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._version = 0
        self._columns: Columns | None = None
        self._look_after = 0.0

    def of(self, version: int) -> Columns | None:
        """The columns of a version; None while they are not made, which is looked for once a second."""
        if version != self._version:
            self._version, self._columns, self._look_after = version, None, 0.0
        if self._columns is None and time.monotonic() >= self._look_after:
            self._look_after = time.monotonic() + _LOOK_EVERY
            with suppress(FileNotFoundError):
                self._columns = Columns(columns_folder(self._data_dir, version))
        return self._columns


@dataclass(frozen=True, slots=True)
class Quads:
    """Quads of one predicate in sorted columns: by subject, then object; or by object, then subject."""

    s: Column
    o: Column
    g: Column

    def __len__(self) -> int:
        return len(self.s)

    def part(self, start: int, end: int) -> Quads:
        return Quads(self.s[start:end], self.o[start:end], self.g[start:end])

    def where(self, chosen: Column) -> Quads:
        return Quads(self.s[chosen], self.o[chosen], self.g[chosen])


class Columns:
    """The columns of a version. Terms are numbers; those of IRIs come first, in the order of SPARQL."""

    def __init__(self, folder: Path) -> None:
        def load(name: str) -> Column:
            return np.load(folder / f"{name}.npy", mmap_mode="r")

        with (folder / "terms").open("rb") as file:
            self._terms = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets = load("offsets")
        self._predicates = load("predicates")
        self._starts = load("starts")
        self.iris = int(load("iris")[0])
        self.integers = load("integers")
        self._by_subject = Quads(*(load(f"by-subject-{column}") for column in "sog"))
        self._by_object = Quads(*(load(f"by-object-{column}") for column in "sog"))

    def __len__(self) -> int:
        return len(self._by_subject)

    def term(self, number: int) -> str:
        """A term as N-Triples writes it."""
        return self._bytes(number).decode()

    def number(self, iri: str) -> int | None:
        """The number of an IRI, None when no quad has it."""
        wanted = f"<{iri}".encode()
        low, high = 0, self.iris
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle)[:-1] < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < self.iris and self._bytes(low)[:-1] == wanted else None

    def of_predicate(self, predicate: int, by_object: bool = False) -> Quads:
        """The quads of a predicate, sorted by subject or by object."""
        place = int(np.searchsorted(self._predicates, predicate))
        order = self._by_object if by_object else self._by_subject
        if place == len(self._predicates) or self._predicates[place] != predicate:
            return order.part(0, 0)
        return order.part(int(self._starts[place]), int(self._starts[place + 1]))

    def _bytes(self, number: int) -> bytes:
        return self._terms[self._offsets[number] : self._offsets[number + 1]]
