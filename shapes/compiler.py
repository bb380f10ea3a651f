"""The compiler: shapes become SPARQL queries that find what breaks them, one for each kind of check.

The text is plain SPARQL 1.1, so that it runs wherever the data is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal as Choice

from pyoxigraph import NamedNode

from . import user_query
from .conditions import Conditions
from .dialect import Dialect
from .model import (
    ClassTarget,
    Closed,
    Constraint,
    EqualTo,
    HasProperty,
    LessThan,
    MaxCount,
    MinCount,
    NodeTarget,
    Qualified,
    Selected,
    Shape,
    SubjectsTarget,
    Target,
    UniqueLang,
    ValueTest,
)
from .paths import Predicate

Reading = Choice["tests", "rows", "solutions"]


@dataclass(frozen=True, slots=True)
class Focus:
    """Where focus nodes come from: a pattern that binds a given variable to them.

    `through` are variables bound to the nodes from which `sh:property` came here: a node that is reached from
    two of them is judged, and reported, twice (W3C test property-001).
    """

    pattern: Callable[[str], str]
    through: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        return (*self.through, "?this")[0].removeprefix("?")

    @property
    def selected(self) -> str:
        return " ".join((*self.through, "?this"))


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT and how to read its rows.

    `tests`: `?this`, `?value` and one truth value for each constraint; a false one is a result.
    `rows`: each row is a result of the one constraint, with `?value` and `?path` when they are there.
    `solutions`: the same, of a query that an author of shapes wrote (with `?message` too).
    `root` is the variable of the node that the shape targets, from which `sh:property` may have gone on.
    """

    text: str
    shape: Shape
    constraints: tuple[Constraint, ...]
    reading: Reading
    root: str
    written_by_users: bool = False


class Compiler:
    """Compiles shapes for one engine and one set of data."""

    def __init__(self, dialect: Dialect, focus_nodes: Collection[NamedNode] | None = None) -> None:
        self.dialect = dialect
        self.conditions = Conditions(dialect)
        self.focus_nodes = focus_nodes

    def queries(self, shape: Shape) -> Iterator[Query]:
        """The queries that find all results of a shape with targets."""
        if shape.targets and not shape.deactivated:
            yield from self._queries(shape, Focus(lambda variable: self._targets(shape, variable)))

    def _targets(self, shape: Shape, variable: str) -> str:
        patterns = [self._target(target, variable) for target in shape.targets]
        pattern = patterns[0] if len(patterns) == 1 else " UNION ".join(f"{{ {each} }}" for each in patterns)
        if self.focus_nodes is not None:
            chosen = " ".join(map(str, self.focus_nodes))
            return f"VALUES {variable} {{ {chosen} }} {{ {pattern} }}"
        return pattern if " UNION " not in pattern else f"{{ {pattern} }}"

    def _target(self, target: Target, variable: str) -> str:
        match target:
            case ClassTarget(iri):
                return self.dialect.instances(variable, iri)
            case NodeTarget(term):
                return f"VALUES {variable} {{ {self.dialect.term(term)} }}"
            case SubjectsTarget(predicate):
                return f"{variable} {predicate} {self.conditions.fresh()} ."
            case _:
                return f"{self.conditions.fresh()} {target.predicate} {variable} ."

    def _queries(self, shape: Shape, focus: Focus) -> Iterator[Query]:
        tests: list[tuple[Constraint, str]] = []
        for constraint in shape.constraints:
            test = constraint.test
            if isinstance(test, HasProperty):
                if not test.shape.deactivated:
                    yield from self._queries(test.shape, self._values(shape, focus))
            elif isinstance(test, LessThan):
                yield self._less_than(constraint, test, shape, focus)
            elif isinstance(test, ValueTest):
                self.conditions.written_by_users = False
                condition = self.conditions.value_test(test, shape, "?this", _value(shape))
                if self.conditions.written_by_users:
                    yield self._tests(shape, focus, [(constraint, condition)], written_by_users=True)
                else:
                    tests.append((constraint, condition))
            else:
                yield self._whole(constraint, shape, focus)
        if tests:
            yield self._tests(shape, focus, tests)

    def _values(self, shape: Shape, focus: Focus) -> Focus:
        """The value nodes of a shape's focus nodes, which `sh:property` judges in turn."""
        if shape.path is None:
            return focus

        start = self.conditions.fresh()

        def values(variable: str) -> str:
            return f"{focus.pattern(start)} {start} {shape.path} {variable} ."

        return Focus(values, (*focus.through, start))

    def _pattern(self, shape: Shape, focus: Focus) -> str:
        reach = f" ?this {shape.path} ?value ." if shape.path else ""
        return focus.pattern("?this") + reach

    def _tests(
        self, shape: Shape, focus: Focus, tests: list[tuple[Constraint, str]], written_by_users: bool = False
    ) -> Query:
        constraints = tuple(constraint for constraint, _ in tests)
        pattern = self._pattern(shape, focus)
        value = "" if shape.path is None else " ?value"
        if len(tests) == 1:
            text = f"SELECT DISTINCT {focus.selected}{value} WHERE {{ {pattern} FILTER (!{tests[0][1]}) }}"
            return Query(text, shape, constraints, "rows", focus.root, written_by_users)
        flags = [self.conditions.fresh() for _ in tests]
        bound = " ".join(f"BIND ({test} AS {flag})" for flag, (_, test) in zip(flags, tests, strict=True))
        broken = " || ".join(f"!{flag}" for flag in flags)
        selected = f"{focus.selected}{value} {' '.join(flags)}"
        text = f"SELECT DISTINCT {selected} WHERE {{ {pattern} {bound} FILTER ({broken}) }}"
        return Query(text, shape, constraints, "tests", focus.root, written_by_users)

    def _less_than(self, constraint: Constraint, test: LessThan, shape: Shape, focus: Focus) -> Query:
        """One result for each pair that is not in order (4.5.3)."""
        less = self.conditions.less("?value", test, "?other")
        text = (
            f"SELECT DISTINCT {focus.selected} ?value ?other WHERE {{ {self._pattern(shape, focus)} "
            f"?this {test.predicate} ?other FILTER (!{less}) }}"
        )
        return Query(text, shape, (constraint,), "rows", focus.root)

    def _whole(self, constraint: Constraint, shape: Shape, focus: Focus) -> Query:
        """A check of the value nodes taken together."""
        test, path, nodes, selected = constraint.test, shape.path, focus.pattern("?this"), focus.selected
        self.conditions.written_by_users = False
        reading: Reading = "rows"
        match test:
            case MinCount(least) if least > 1:
                text = _counting(selected, f"{nodes} OPTIONAL {{ ?this {path} ?counted }}", f"< {least}")
            case MaxCount(most) if most > 0 and isinstance(path, Predicate):
                # Few nodes have too many values: they are found first, whatever they are.
                many = _counting("?this", f"?this {path} ?counted .", f"> {most}")
                text = f"SELECT DISTINCT {selected} WHERE {{ {{ {many} }} {nodes} }}"
            case MaxCount(most) if most > 0:
                text = _counting(selected, f"{nodes} ?this {path} ?counted .", f"> {most}")
            case Qualified(comparison=">=", count=least) if least > 1:
                counts = self.conditions.counts(test, "?counted")
                text = _counting(
                    selected, f"{nodes} OPTIONAL {{ ?this {path} ?counted FILTER {counts} }}", f"< {least}"
                )
            case Qualified(comparison="<=", count=most) if most > 0:
                counts = self.conditions.counts(test, "?counted")
                text = _counting(selected, f"{nodes} ?this {path} ?counted FILTER {counts}", f"> {most}")
            case UniqueLang():
                same = self.conditions.same_language("?one", "?other")
                text = (
                    f"SELECT DISTINCT {selected} ?language WHERE {{ "
                    f"{nodes} ?this {path} ?one . ?this {path} ?other . "
                    f"FILTER (!sameTerm(?one, ?other) && {same}) BIND (LCASE(LANG(?one)) AS ?language) }}"
                )
            case EqualTo(predicate):
                text = _differences(selected, nodes, path, predicate)
            case Closed(allowed):
                outside = self.conditions.outside("?path", allowed)
                found = f"{nodes} ?this ?path ?value {outside}"
                text = f"SELECT DISTINCT {selected} ?path ?value WHERE {{ {found} }}"
            case Selected(query):
                self.conditions.written_by_users = True
                reading = "solutions"
                text = user_query.whole_select(
                    query, nodes, str(path) if path else None, again=bool(focus.through)
                )
            case _:
                holds = self.conditions.holds(test, shape, "?this")
                text = f"SELECT DISTINCT {selected} WHERE {{ {nodes} FILTER (!{holds}) }}"
        return Query(text, shape, (constraint,), reading, focus.root, self.conditions.written_by_users)


def _value(shape: Shape) -> str:
    return "?this" if shape.path is None else "?value"


def _counting(selected: str, pattern: str, broken: str) -> str:
    having = f"HAVING (COUNT(DISTINCT ?counted) {broken})"
    return f"SELECT {selected} WHERE {{ {pattern} }} GROUP BY {selected} {having}"


def _differences(selected: str, nodes: str, path: object, predicate: NamedNode) -> str:
    """Values on one side and not on the other, of either side (4.5.1)."""
    values = f"?this {path} ?value" if path else "BIND (?this AS ?value)"
    has = f"NOT EXISTS {{ ?this {path} ?value }}" if path else "!sameTerm(?this, ?value)"
    return (
        f"SELECT DISTINCT {selected} ?value WHERE {{ "
        f"{{ {nodes} {values} FILTER NOT EXISTS {{ ?this {predicate} ?value }} }} "
        f"UNION {{ {nodes} ?this {predicate} ?value FILTER ({has}) }} }}"
    )
