"""How one cell reads: for people in their language, and as a plain value."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ..ontology.names import XSD
from ..ontology.text import Language, Text
from ..store.model import Term
from .model import Column, StoredAnswer

_INTEGERS: Final = frozenset((XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.gYear))
_NUMBERS: Final = _INTEGERS | {XSD.decimal, XSD.double, XSD.float}
_YES: Final = Text("oui", "yes")
_NO: Final = Text("non", "no")


def number(cell: Term | None) -> int | Decimal | None:
    """The number in a cell, exactly, or None."""
    if isinstance(cell, Literal) and cell.datatype in _NUMBERS:
        try:
            value = Decimal(cell.value)
        except InvalidOperation:
            return None
        if not value.is_finite():
            return None
        return int(value) if cell.datatype in _INTEGERS else value
    return None


def reading(answer: StoredAnswer, column: Column, cell: Term | None) -> str:
    """What a person reads in a cell: a label, a number as the language writes it, or what absence means.

    Digits are grouped where the column has a unit; a year has none.
    """
    if cell is None:
        return column.absent.in_language(answer.language)
    if isinstance(cell, NamedNode):
        return answer.labels.get(cell.value, cell.value)
    value = number(cell)
    if value is not None:
        return figure(value, answer.language, grouped=column.unit is not None)
    if isinstance(cell, Literal) and cell.datatype == XSD.boolean:
        return (_YES if cell.value in ("true", "1") else _NO).in_language(answer.language)
    return f"_:{cell.value}" if isinstance(cell, BlankNode) else cell.value


def figure(value: int | Decimal, language: Language, *, grouped: bool) -> str:
    """A number in the manner of the language: 1,234.5, or 1 234,5 with a narrow no-break space."""
    written = f"{value:,}" if grouped else f"{value}"
    if isinstance(value, Decimal) and "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate({ord(","): "\u202f", ord("."): ","}) if language == "fr" else written


def heading(column: Column, language: Language) -> str:
    """The title of a column, with its unit where that says more than the title."""
    label = column.label.in_language(language)
    unit = column.unit.in_language(language) if column.unit else label
    return label if unit.casefold() == label.casefold() else f"{label} ({unit})"
