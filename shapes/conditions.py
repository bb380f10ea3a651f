"""Shapes as SPARQL conditions: `conforms` writes the boolean expression that a node conforms to a shape.

Each condition is true or false and never an error, whatever the term, so that it can be negated. Set
conditions become EXISTS and NOT EXISTS; the node that is judged is the variable of the enclosing pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, count

from pyoxigraph import Literal, NamedNode

from . import user_query
from .datatypes import well_formed
from .dialect import Dialect
from .model import (
    And,
    Asked,
    Closed,
    ConformsTo,
    Constraint,
    DisjointWith,
    EqualTo,
    HasProperty,
    HasValue,
    InLanguages,
    InRange,
    InstanceOf,
    LessThan,
    Matching,
    MaxCount,
    MinCount,
    Not,
    OfDatatype,
    OfLength,
    OfNodeKind,
    OneOf,
    Or,
    Qualified,
    Selected,
    Shape,
    Test,
    UniqueLang,
    ValueTest,
    Xone,
)

NODE_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "(isBlank({0}) || isIRI({0}))",
    "BlankNodeOrLiteral": "(isBlank({0}) || isLiteral({0}))",
    "IRIOrLiteral": "(isIRI({0}) || isLiteral({0}))",
}


class Conditions:
    """Writes conditions for one engine and one set of data; its variables are `?_1`, `?_2`..."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.written_by_users = False
        self._numbers = count(1)

    def fresh(self) -> str:
        return f"?_{next(self._numbers)}"

    def conforms(self, shape: Shape, node: str) -> str:
        """The condition that `node` (a variable) conforms to a shape (SHACL 3.4.3)."""
        if shape.deactivated:
            return "true"
        return _all(self._met(constraint, shape, node) for constraint in shape.constraints)

    def _met(self, constraint: Constraint, shape: Shape, node: str) -> str:
        test = constraint.test
        if not isinstance(test, ValueTest):
            return self.holds(test, shape, node)
        if shape.path is None:
            return self.value_test(test, shape, node, node)
        value = self.fresh()
        good = self.value_test(test, shape, node, value)
        return f"NOT EXISTS {{ {node} {shape.path} {value} FILTER (!{good}) }}"

    def value_test(self, test: ValueTest, shape: Shape, node: str, value: str) -> str:
        """The condition that one value of `node` is good; `value` is `node` itself in a node shape."""
        match test:
            case InstanceOf(iri):
                return self.dialect.is_instance(value, iri, self.fresh())
            case OfDatatype(iri):
                return self._of_datatype(value, iri)
            case OfNodeKind(kind):
                return NODE_KINDS[kind].format(value)
            case InRange(comparison, bound):
                return f"COALESCE({self.dialect.value_of(value)} {comparison} {bound}, false)"
            case OfLength(comparison, length):
                return f"(!isBlank({value}) && STRLEN(STR({value})) {comparison} {length})"
            case Matching(pattern, flags):
                options = f", {Literal(flags)}" if flags else ""
                return (
                    f"COALESCE(!isBlank({value}) && REGEX(STR({value}), {Literal(pattern)}{options}), false)"
                )
            case InLanguages(ranges):
                matched = " || ".join(f"LANGMATCHES(LANG({value}), {Literal(tag)})" for tag in ranges)
                return f"(isLiteral({value}) && ({matched or 'false'}))"
            case OneOf(members):
                return self._one_of(value, members)
            case DisjointWith(predicate):
                return f"NOT EXISTS {{ {node} {predicate} {value} }}"
            case LessThan(predicate, comparison):
                other = self.fresh()
                less = self._less(value, comparison, other)
                return f"NOT EXISTS {{ {node} {predicate} {other} FILTER (!{less}) }}"
            case Not(inner):
                return f"(!{self.conforms(inner, value)})"
            case ConformsTo(inner):
                return self.conforms(inner, value)
            case And(shapes):
                return _all(self.conforms(inner, value) for inner in shapes)
            case Or(shapes):
                return "(" + (" || ".join(self.conforms(inner, value) for inner in shapes) or "false") + ")"
            case Xone(shapes):
                counted = " + ".join(f"IF({self.conforms(inner, value)}, 1, 0)" for inner in shapes)
                return f"(({counted or '0'}) = 1)"
            case Asked(query):
                self.written_by_users = True
                names = {"this": node, "value": value}
                path = str(shape.path) if shape.path else None
                tag = self.fresh().removeprefix("?_")
                return f"EXISTS {user_query.body(user_query.expanded(query), 'ASK', path, names, 'u' + tag)}"

    def less(self, value: str, test: LessThan, other: str) -> str:
        return self._less(value, test.comparison, other)

    def _less(self, value: str, comparison: str, other: str) -> str:
        return f"COALESCE({self.dialect.value_of(value)} {comparison} {self.dialect.value_of(other)}, false)"

    def _of_datatype(self, value: str, iri: NamedNode) -> str:
        form = well_formed(value, iri)
        has = f"isLiteral({value}) && {self.dialect.has_datatype(value, iri)}"
        return f"COALESCE({has} && {form}, false)" if form else f"COALESCE({has}, false)"

    def _one_of(self, value: str, members: tuple[NamedNode | Literal, ...]) -> str:
        iris = [str(member) for member in members if isinstance(member, NamedNode)]
        conditions = [f"(isIRI({value}) && {value} IN ({', '.join(iris)}))"] if iris else []
        conditions += [
            f"sameTerm({value}, {self.dialect.term(member)})"
            for member in members
            if isinstance(member, Literal)
        ]
        return f"({' || '.join(conditions) or 'false'})"

    def holds(self, test: Test, shape: Shape, node: str) -> str:
        """The condition that the value nodes of `node`, taken together, meet a constraint."""
        path = shape.path
        match test:
            case HasProperty(inner):
                if path is None:
                    return self.conforms(inner, node)
                value = self.fresh()
                return f"NOT EXISTS {{ {node} {path} {value} FILTER (!{self.conforms(inner, value)}) }}"
            case HasValue(term):
                if path is None:
                    return f"sameTerm({node}, {self.dialect.term(term)})"
                return f"EXISTS {{ {node} {path} {self.dialect.term(term)} }}"
            case MinCount(least):
                return self._at_least(node, shape, least)
            case MaxCount(most):
                return f"(!{self._at_least(node, shape, most + 1)})"
            case Qualified(comparison=comparison, count=number):
                if comparison == ">=":
                    return self._at_least(node, shape, number, test)
                return f"(!{self._at_least(node, shape, number + 1, test)})"
            case UniqueLang():
                one, other = self.fresh(), self.fresh()
                return (
                    f"NOT EXISTS {{ {node} {path} {one} . {node} {path} {other} "
                    f"FILTER (!sameTerm({one}, {other}) && {self.same_language(one, other)}) }}"
                )
            case EqualTo(predicate):
                value, other = self.fresh(), self.fresh()
                if path is None:
                    return (
                        f"(EXISTS {{ {node} {predicate} {node} }} && "
                        f"NOT EXISTS {{ {node} {predicate} {other} FILTER (!sameTerm({node}, {other})) }})"
                    )
                one = f"{node} {path} {value} FILTER (NOT EXISTS {{ {node} {predicate} {value} }})"
                two = f"{node} {predicate} {other} FILTER (NOT EXISTS {{ {node} {path} {other} }})"
                return f"(NOT EXISTS {{ {one} }} && NOT EXISTS {{ {two} }})"
            case Closed(allowed):
                predicate, value = self.fresh(), self.fresh()
                return f"NOT EXISTS {{ {node} {predicate} {value} {self.outside(predicate, allowed)} }}"
            case Selected(query):
                self.written_by_users = True
                tag = self.fresh().removeprefix("?_")
                names = {"this": node}
                text = user_query.body(
                    user_query.expanded(query), "SELECT", str(path) if path else None, names, "u" + tag
                )
                return f"NOT EXISTS {text}"
            case _:
                raise TypeError(f"{test} is a test of single values")

    @staticmethod
    def same_language(one: str, other: str) -> str:
        return f'LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))'

    @staticmethod
    def outside(predicate: str, allowed: tuple[NamedNode, ...]) -> str:
        return f"FILTER ({predicate} NOT IN ({', '.join(map(str, allowed))}))" if allowed else ""

    def counts(self, test: Qualified, value: str) -> str:
        """The condition that a value counts for `sh:qualifiedValueShape`."""
        rivals = [f"(!{self.conforms(sibling, value)})" for sibling in test.siblings]
        return _all([self.conforms(test.shape, value), *rivals])

    def _at_least(self, node: str, shape: Shape, number: int, test: Qualified | None = None) -> str:
        """The condition that a node has so many distinct values, one variable for each."""
        if number <= 0:
            return "true"
        values = [self.fresh() for _ in range(number)]
        patterns = [f"{node} {shape.path} {value} ." for value in values]
        filters = [f"!sameTerm({one}, {other})" for one, other in combinations(values, 2)]
        if test is not None:
            for value in values:
                counts = self.counts(test, value)
                # What must exist of a value is a pattern beside it: engines join faster than they filter.
                if pattern := _only_exists(counts):
                    patterns.append(pattern)
                else:
                    filters.append(counts)
        condition = f"FILTER ({' && '.join(filters)})" if filters else ""
        return f"EXISTS {{ {' '.join(patterns)} {condition} }}"


def _all(conditions: Iterator[str] | list[str]) -> str:
    return f"({' && '.join(conditions) or 'true'})"


def _only_exists(condition: str) -> str | None:
    """The pattern of a condition that is one EXISTS and no more."""
    found = re.fullmatch(r"\(EXISTS \{ ([^{}]*) \}\)", condition)
    return found[1] if found else None
