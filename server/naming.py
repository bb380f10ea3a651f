"""Terms as people read them on a page: things by their label, numbers in the manner of the language."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from ..ontology.names import XSD
from ..queries.cells import figure, number
from ..queries.labels import iris_in, labels_of
from ..store.model import Engine, Term
from .language import reader_language
from .rendering import Cell, local_href, readable, translated


class Names:
    """Labels of things, asked once for a whole page."""

    def __init__(self, engine: Engine, terms: Iterable[Term | None]) -> None:
        self._labels = labels_of(engine, iris_in([terms]), reader_language())

    def has(self, term: Term) -> bool:
        """Whether the graph gives a thing a label."""
        return isinstance(term, NamedNode) and term.value in self._labels

    def text(self, term: Term | None, *, grouped: bool = True) -> str:
        """What is read for a term; a year is not `grouped`."""
        if term is None:
            return translated("non renseigné", "not stated")
        if isinstance(term, NamedNode):
            return self._labels.get(term.value) or readable(term.value)
        value = number(term)
        if value is not None:
            return figure(value, reader_language(), grouped=grouped)
        if isinstance(term, Literal) and term.datatype == XSD.boolean:
            return translated("oui", "yes") if term.value in ("true", "1") else translated("non", "no")
        return term.value

    def cell(self, term: Term | None, *, grouped: bool = True) -> Cell:
        """A term as a value on a page, linked to its own page."""
        text = self.text(term, grouped=grouped)
        if isinstance(term, NamedNode):
            return Cell(text, local_href(term.value), title=term.value)
        language = term.language if isinstance(term, Literal) else None
        return Cell(text, language=language if language != reader_language() else None, absent=term is None)
