"""Asking about many things: so many in one query, as a block of VALUES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode

from ..store.model import Engine, Term

SIZE: Final = 500  # things asked about in one query


def batches(iris: Iterable[str], size: int = SIZE) -> Iterator[tuple[str, ...]]:
    """The IRIs, so many at a time."""
    remaining = iter(iris)
    while batch := tuple(islice(remaining, size)):
        yield batch


def rows_about(
    engine: Engine, text: str, iris: Iterable[str], *more: str, size: int = SIZE
) -> Iterator[Sequence[Term | None]]:
    """The rows of a query asked about things, batch by batch: `text % (the IRIs of VALUES, *more)`."""
    for batch in batches(iris, size):
        yield from engine.select(text % (" ".join(str(NamedNode(iri)) for iri in batch), *more)).rows
