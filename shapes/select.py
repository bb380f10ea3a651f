"""How the compiled engine reaches the data: any function that runs a SPARQL SELECT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import QuerySolutions, Store

from .shapes_graph import Node


class Solutions(Protocol):
    """The answer to a SELECT: variable names without their mark, and rows in their order."""

    @property
    def variables(self) -> Sequence[str]: ...

    @property
    def rows(self) -> Iterable[Sequence[Node | None]]: ...


class Select(Protocol):
    """Runs a SPARQL 1.1 SELECT over the graph to be validated, wherever it is."""

    def __call__(self, text: str, /) -> Solutions: ...


@dataclass(frozen=True, slots=True)
class Rows:
    """Solutions that are read once, as they come."""

    variables: tuple[str, ...]
    rows: Iterable[Sequence[Node | None]]


def select_in(store: Store) -> Select:
    """A Select over all the named graphs of an embedded store and its default graph, as one graph."""

    def select(text: str, /) -> Solutions:
        solutions = store.query(text, use_default_graph_as_union=True)
        if not isinstance(solutions, QuerySolutions):
            raise TypeError("a SELECT is expected")
        names = tuple(variable.value for variable in solutions.variables)
        return Rows(names, (tuple(solution) for solution in solutions))

    return select
