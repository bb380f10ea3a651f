"""Answers from columns, as a query that holds them: the engine writes them in the format asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from .parsing import Comparison, Count, NotOneError, Pattern, Question, Variable, question_of
from .reading import Column, Columns, Quads

_FEWEST: Final = 500  # below this many quads to read, the engine's look-ups are faster
_MOST_ROWS: Final = 4_000_000  # of an intermediate result
_MOST_ANSWERS: Final = 5_000  # more are written faster by the engine than read back from VALUES
_OPERATORS: Final[dict[str, Callable[[Column, int], Column]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}

Table = dict[str, Column]


def rewritten(text: str, columns: Columns, graphs: Sequence[str] = ()) -> str | None:
    """A query of the same answers, which holds them; None when the engine must find them.

    `graphs` are the default graphs of the protocol. A triple of two graphs is matched twice, as it is there.
    """
    question = question_of(text)
    if question is None:
        return None
    try:
        return _Answering(question, columns, graphs or question.graphs).text()
    except NotOneError:
        return None


class _Answering:
    def __init__(self, question: Question, columns: Columns, graphs: Sequence[str]) -> None:
        self._question = question
        self._columns = columns
        self._graphs = [self._number(graph) for graph in graphs]
        if graphs and any(pattern.graph for pattern in question.patterns):
            raise NotOneError  # FROM leaves GRAPH no graphs

    def text(self) -> str:
        question = self._question
        if question.is_aggregate:
            table = self._counted()
        else:
            table = self._solutions()
            if question.distinct:
                # Names that only sort are not in it: the parser saw to that.
                firsts = np.unique(_keys([table[name] for name in question.columns]), return_index=True)[1]
                table = {name: column[firsts] for name, column in table.items()}
        size = len(next(iter(table.values())))
        rows = np.arange(size)
        if question.order:
            rows = np.lexsort([self._rank(table, *key) for key in reversed(question.order)])
        end = None if question.limit is None else question.offset + question.limit
        rows = rows[question.offset : end]
        if len(rows) > _MOST_ANSWERS:
            raise NotOneError
        return self._values({name: table[name][rows] for name in question.columns})

    def _values(self, table: Table) -> str:
        names = " ".join(f"?{name}" for name in table)
        written: list[list[str]] = []
        for name, column in table.items():
            if self._question.columns[name]:
                written.append([str(count) for count in column.tolist()])
            else:
                terms = [self._columns.term(number) for number in column.tolist()]
                if any(term.startswith("_:") for term in terms):
                    raise NotOneError  # a query cannot name blank nodes
                written.append(terms)
        rows = " ".join(f"({' '.join(row)})" for row in zip(*written, strict=True))
        return f"SELECT {names} {{ VALUES ({names}) {{ {rows} }} }}"

    def _rank(self, table: Table, name: str, descending: bool) -> Column:
        """Numbers in the order of ORDER BY, where that is defined: among IRIs, and among integers."""
        column = table[name]
        if self._question.columns.get(name) is None and len(column):
            if column.min() >= self._columns.iris:
                column = self._integers(column)
            elif column.max() >= self._columns.iris:
                raise NotOneError
        return -column.astype(np.float64) if descending else column

    def _integers(self, column: Column) -> Column:
        values = self._columns.integers[column]
        if np.isnan(values).any():
            raise NotOneError
        return values

    # Counting

    def _counted(self) -> Table:
        question = self._question
        whole = self._count_of_all()
        if whole is not None:
            return {name: np.array([whole]) for name in question.columns}
        table = self._solutions()
        if not question.group:
            return {
                name: np.array([self._count(count, table)])
                for name, count in question.columns.items()
                if count
            }
        keys = _keys([table[name] for name in question.group])
        _, firsts, groups = np.unique(keys, return_index=True, return_inverse=True)
        found = {name: table[name][firsts] for name in question.group}
        for name, count in question.columns.items():
            if count is None:
                continue
            members = groups
            if count.distinct:
                pairs = groups.astype(np.int64) << 32 | table[count.variable or ""]
                members = np.unique(pairs) >> 32
            found[name] = np.bincount(members, minlength=len(firsts))
        return found

    def _count_of_all(self) -> int | None:
        """How many quads there are, for a question that asks just that."""
        question = self._question
        pattern = question.patterns[0]
        counts = list(question.columns.values())
        if not isinstance(pattern.predicate, Variable):
            return None
        simple = len(question.patterns) == 1 and not (question.group or question.comparisons or self._graphs)
        free = isinstance(pattern.subject, Variable) and isinstance(pattern.object, Variable)
        if (
            not simple
            or not free
            or pattern.graph
            or any(count is None or count.distinct for count in counts)
        ):
            raise NotOneError
        return len(self._columns)

    @staticmethod
    def _count(count: Count, table: Table) -> int:
        column = table[count.variable] if count.variable else next(iter(table.values()))
        return len(np.unique(column)) if count.distinct else len(column)

    # Joining

    def _solutions(self) -> Table:
        waiting = {pattern: self._relation(pattern) for pattern in self._question.patterns}
        if max(map(len, waiting.values())) < _FEWEST:
            raise NotOneError
        table: Table = {}
        while waiting:
            joined = [p for p in waiting if not table or table.keys() & _variables(p)]
            if not joined:
                raise NotOneError  # a product
            pattern = min(joined, key=lambda p: len(waiting[p]))
            relation = waiting.pop(pattern)
            table = self._join(table, pattern, relation) if table else _columns(pattern, relation)
        return table

    def _relation(self, pattern: Pattern, by_object: bool = False) -> Quads:
        """The quads of a pattern: its constants, its graphs and the comparisons of its object applied."""
        columns = self._columns
        predicate = self._number(pattern.predicate)
        fixed = None if isinstance(pattern.object, Variable) else self._number(pattern.object)
        quads = columns.of_predicate(predicate, by_object or fixed is not None)
        if fixed is not None:
            quads = quads.part(*_range(quads.o, fixed))  # sorted by subject within
        if not isinstance(pattern.subject, Variable):
            subject = self._number(pattern.subject)
            quads = quads.where(quads.s == subject)
        if pattern.graph is not None:
            quads = quads.where(quads.g == self._number(pattern.graph))
        elif self._graphs:
            quads = quads.where(np.isin(quads.g, self._graphs))
        for one in self._question.comparisons:
            if isinstance(pattern.object, Variable) and pattern.object.name == one.variable:
                quads = quads.where(self._holds(one, quads.o))
        return quads

    def _holds(self, comparison: Comparison, column: Column) -> Column:
        return _OPERATORS[comparison.operator](self._integers(column), comparison.value)

    def _number(self, term: Variable | str) -> int:
        number = None if isinstance(term, Variable) else self._columns.number(term)
        if number is None:
            raise NotOneError  # a variable predicate; or a term that nothing has: the engine says so at once
        return number

    def _join(self, table: Table, pattern: Pattern, relation: Quads) -> Table:
        subject = pattern.subject.name if isinstance(pattern.subject, Variable) else None
        other = pattern.object.name if isinstance(pattern.object, Variable) else None
        if subject in table:
            key, keys, value = table[subject], relation.s, relation.o
        else:
            relation = self._relation(pattern, by_object=True)
            key, keys, value, other = table[other or ""], relation.o, relation.s, subject
        low = np.searchsorted(keys, key, "left")
        many = np.searchsorted(keys, key, "right") - low
        size = int(many.sum())
        if size > _MOST_ROWS:
            raise NotOneError
        rows = np.repeat(np.arange(len(key)), many)
        found = {name: column[rows] for name, column in table.items()}
        if other is None:
            return found
        places = np.arange(size) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
        values = value[places]
        if other not in found:
            return {**found, other: values}
        same = found[other] == values
        return {name: column[same] for name, column in found.items()}


def _variables(pattern: Pattern) -> set[str]:
    return {term.name for term in (pattern.subject, pattern.object) if isinstance(term, Variable)}


def _columns(pattern: Pattern, relation: Quads) -> Table:
    table: Table = {}
    if isinstance(pattern.subject, Variable):
        table[pattern.subject.name] = relation.s
    if isinstance(pattern.object, Variable):
        table[pattern.object.name] = relation.o
    return table


def _range(column: Column, value: int) -> tuple[int, int]:
    """Where a value stands in a sorted column."""
    return int(np.searchsorted(column, value, "left")), int(np.searchsorted(column, value, "right"))


def _keys(columns: Sequence[Column]) -> Column:
    """One number for each row, the same for the same row."""
    keys = columns[0].astype(np.int64)
    for column in columns[1:]:
        keys = np.unique(keys, return_inverse=True)[1].astype(np.int64) << 32 | column
    return keys
