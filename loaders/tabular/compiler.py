"""A mapping compiled to closures: what each row gives, decided once and run for every row.

A value that a function refuses, or that does not fit its datatype, sets its whole row aside with line and
reason. A cell that is empty gives nothing. A join that finds nothing gives nothing either, and is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from ...ontology.names import XSD
from ...ontology.text import Text
from .functions import Function
from .model import (
    Constant,
    Expression,
    FunctionCall,
    Join,
    ObjectMap,
    PredicateObjectMap,
    Reference,
    Template,
    TriplesMap,
)
from .values import RefusedValueError

Evaluate = Callable[[Sequence[Any]], Any]
Term = NamedNode | Literal

LEXICAL: Final = {
    XSD.integer.value: r"[+-]?\d+",
    XSD.nonNegativeInteger.value: r"\+?\d+",
    XSD.positiveInteger.value: r"\+?0*[1-9]\d*",
    XSD.decimal.value: r"[+-]?(\d+(\.\d*)?|\.\d+)",
    XSD.double.value: r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?",
    XSD.boolean.value: r"true|false|0|1",
    XSD.date.value: r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    XSD.dateTime.value: r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
    XSD.gYear.value: r"-?\d{4,}",
}


@dataclass
class Tally:
    """What a run counted beside its quads: joins that found nothing, by mapping or function."""

    unmatched: Counter[str] = field(default_factory=Counter)


class Columns:
    """The columns that a mapping reads, in the order in which rows carry them."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def place(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


class Compiler:
    """Compiles expressions against one table. `joins` gives, for a join, what its key leads to."""

    def __init__(
        self,
        columns: Columns,
        functions: dict[str, Function],
        tally: Tally,
        joins: Callable[[Join], dict[str, list[NamedNode]]],
    ) -> None:
        self.columns = columns
        self.functions = functions
        self.tally = tally
        self.joins = joins

    def expression(self, expression: Expression) -> Evaluate:
        """A row's values to a text, a term, a list of them, or None."""
        match expression:
            case Constant(term):
                value: Any = term.value if isinstance(term, Literal) else term
                return lambda _: value
            case Reference(column):
                place = self.columns.place(column)
                return lambda row: row[place]
            case Template():
                return self._template(expression)
            case FunctionCall():
                return self._call(expression)
            case Join():
                return self._join(expression)

    def _template(self, template: Template) -> Evaluate:
        parts = [
            part if isinstance(part, str) else self.columns.place(part.column) for part in template.parts
        ]

        def evaluate(row: Sequence[Any]) -> str | None:
            made: list[str] = []
            for part in parts:
                if isinstance(part, str):
                    made.append(part)
                elif row[part] is None:
                    return None
                else:
                    made.append(quote(str(row[part]), safe="-._~") if template.is_iri else str(row[part]))
            return "".join(made)

        return evaluate

    def _call(self, call: FunctionCall) -> Evaluate:
        function = self.functions[call.function]
        arguments = [self.expression(value) for _, value in call.parameters]
        accepts_none = call.function.endswith(("#isNull", "#isNotNull"))
        unmatched, name = self.tally.unmatched, call.function.rpartition("#")[2]

        def evaluate(row: Sequence[Any]) -> Any:
            values = [argument(row) for argument in arguments]
            if not accepts_none and any(value is None for value in values):
                return None
            result = function.call(*values)
            if result is None and function.joins:
                unmatched[name] += 1
            return result

        return evaluate

    def _join(self, join: Join) -> Evaluate:
        index = self.joins(join)
        own = self.expression(join.own)
        unmatched = self.tally.unmatched

        def evaluate(row: Sequence[Any]) -> list[NamedNode] | None:
            key = own(row)
            if key is None:
                return None
            found = index.get(key)
            if found is None:
                unmatched[join.mapping] += 1
            return found

        return evaluate

    def condition(self, call: FunctionCall | None) -> Evaluate | None:
        return None if call is None else self._call(call)

    def terms(self, made: ObjectMap) -> Callable[[Sequence[Any]], list[Term]]:
        """A row's values to the objects of an object map."""
        evaluate = self.expression(made.expression)
        to_term = _iri if made.is_iri else _literal(made.datatype, made.language)
        if isinstance(made.expression, Constant):
            with suppress(RefusedValueError):  # which is each row's to say
                same = [to_term(evaluate(()))]
                return lambda _: same

        def terms(row: Sequence[Any]) -> list[Term]:
            value = evaluate(row)
            if value is None:
                return []
            if isinstance(value, list):
                return [to_term(item) for item in value]
            return [to_term(value)]

        return terms

    def triples(self, triples_map: TriplesMap, graph: NamedNode) -> Callable[[Sequence[Any]], Iterator[Quad]]:
        """A row's values to its quads; RefusedValueError when the row must be set aside."""
        subject_of = self.expression(triples_map.subject)
        condition = self.condition(triples_map.condition)
        subject = triples_map.subject
        looked_up = isinstance(subject, FunctionCall) and self.functions[subject.function].joins
        makers = [self._maker(place) for place in triples_map.predicate_objects]

        def triples(row: Sequence[Any]) -> Iterator[Quad]:
            if condition is not None and not condition(row):
                return
            made = subject_of(row)
            if made is None and looked_up:
                raise RefusedValueError(
                    "subject-unknown",
                    Text(
                        fr="ce que la ligne identifie n’existe pas dans la géographie chargée.",
                        en="what the row identifies does not exist in the geography that is loaded.",
                    ),
                    Text(
                        fr="Code faux, ou organisme ou territoire disparu depuis.",
                        en="A wrong code, or a body or territory that is no more.",
                    ),
                )
            if made is None:
                raise RefusedValueError(
                    "identifier-missing",
                    Text(fr="la ligne n’a pas d’identifiant.", en="the row has no identifier."),
                    Text(
                        fr="Remplissez la colonne qui l’identifie.",
                        en="Fill in the column that identifies it.",
                    ),
                )
            node = _iri(made)
            for predicates, objects, holds in makers:
                if holds is not None and not holds(row):
                    continue
                for make in objects:
                    for term in make(row):
                        for predicate in predicates:
                            yield Quad(node, predicate, term, graph)

        return triples

    def _maker(
        self, place: PredicateObjectMap
    ) -> tuple[tuple[NamedNode, ...], list[Callable[[Sequence[Any]], list[Term]]], Evaluate | None]:
        return place.predicates, [self.terms(made) for made in place.objects], self.condition(place.condition)


def _iri(value: Any) -> NamedNode:
    if isinstance(value, NamedNode):
        return value
    try:
        return NamedNode(value)
    except ValueError:
        raise RefusedValueError(
            "iri-malformed",
            Text(fr=f"« {value} » n’est pas une IRI.", en=f"“{value}” is not an IRI."),
            Text(
                fr="Attendu : une adresse absolue, sans espace.",
                en="Expected: an absolute address, with no blank.",
            ),
        ) from None


def _literal(datatype: str | None, language: str | None) -> Callable[[Any], Term]:
    if language is not None:
        return lambda value: (
            value if isinstance(value, NamedNode | Literal) else Literal(value, language=language)
        )
    if datatype is None:
        return lambda value: value if isinstance(value, NamedNode | Literal) else Literal(value)
    node = NamedNode(datatype)
    lexical = re.compile(LEXICAL[datatype]) if datatype in LEXICAL else None
    name = re.split(r"[#/]", datatype)[-1]

    def typed(value: Any) -> Term:
        if isinstance(value, NamedNode | Literal):
            return value
        if lexical is not None and lexical.fullmatch(value) is None:
            raise RefusedValueError(
                f"not-{name}",
                Text(fr=f"« {value} » n’est pas de type {name}.", en=f"“{value}” is not of type {name}."),
                Text(
                    fr="Corrigez la valeur ou le type dans la correspondance.",
                    en="Mend the value, or the datatype in the mapping.",
                ),
            )
        return Literal(value, datatype=node)

    return typed
