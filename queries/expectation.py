"""Comparing an answer with the one that the file of its query pins."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from ..ontology.names import XSD
from ..store.model import Term
from .arguments import prefixes
from .cells import number
from .model import StoredAnswer


def as_pinned(answer: StoredAnswer) -> tuple[tuple[object, ...], ...]:
    """The rows of an answer as a header writes them: prefixed names, numbers, truths, texts, None."""
    known = prefixes(answer.query.text)
    return tuple(tuple(_as_pinned(cell, known) for cell in row) for row in answer.rows)


def differences(answer: StoredAnswer) -> list[str]:
    """Where a whole answer (all its rows, no argument given) is not what its query expects, in sentences."""
    expected = answer.query.expected
    rows = as_pinned(answer)
    found = [f"{expected.count} rows were expected, {len(rows)} came."] if len(rows) != expected.count else []
    for position, pinned in enumerate(expected.rows):
        row = rows[position] if position < len(rows) else None
        if row is None or not all(map(_same, row, pinned)):
            found.append(
                f"Row {position + 1} should be {list(pinned)}, not {list(row) if row else 'absent'}."
            )
    return found


def _as_pinned(cell: Term | None, known: Mapping[str, str]) -> object:
    match cell:
        case None:
            return None
        case NamedNode():
            fitting = [(prefix, iri) for prefix, iri in known.items() if cell.value.startswith(iri)]
            if not fitting:
                return cell.value
            prefix, iri = max(fitting, key=lambda pair: len(pair[1]))
            return prefix + cell.value.removeprefix(iri)
        case Literal() if cell.datatype == XSD.boolean:
            return cell.value in ("true", "1")
    value = number(cell)
    return cell.value if value is None else value


def _same(found: object, pinned: object) -> bool:
    if isinstance(pinned, bool) or isinstance(found, bool):
        return found is pinned
    if isinstance(pinned, int | float) and isinstance(found, int | Decimal):
        return Decimal(str(pinned)) == found
    return found == (str(pinned) if pinned is not None else None)
