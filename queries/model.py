"""What a stored query is, and what it answers: the dataclasses of this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..ontology.text import Text
from ..store.model import Term

View = Literal["table", "bar", "scatter", "matrix", "timeline", "map", "network"]
ParameterType = Literal["iri", "text", "integer", "decimal", "boolean"]

NOT_STATED = Text("non renseigné", "not stated")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a parameter may take: as the user writes it, and how it reads."""

    value: str
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A place in the query that the user fills: the block `VALUES ?name { … }` of its text.

    `default` holds the terms that stand there in the file; None means that any value will do (UNDEF).
    `namespace` is put before a short value of type `iri`, so that `A` can stand for `dtd:case-A`.
    """

    name: str
    label: Text
    type: ParameterType
    default: tuple[Term | None, ...]
    choices: tuple[Choice, ...] = ()
    choices_query: str | None = None  # SPARQL giving the values in its first column
    namespace: str | None = None
    repeatable: bool = False

    @property
    def optional(self) -> bool:
        return self.default == (None,)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer; `absent` is what an unbound cell means, "not stated" by default.

    `computed` names the sources of whose records its values are counts, sums or shares, stated by none.
    """

    name: str
    label: Text
    unit: Text | None = None
    absent: Text = NOT_STATED
    computed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer pinned for the data shipped with the project.

    `rows` are the first rows, cells written as in the file header (prefixed names, numbers, text, None for an
    unbound cell); `count` the number of all rows. No rows and a count of 0: the source does not say.
    """

    rows: tuple[tuple[object, ...], ...]
    count: int
    line: int


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A question with the SPARQL that answers it; one `.rq` file."""

    name: str
    number: int | None  # its number among the competency questions of the domain, 1 to 40
    title: Text
    question: Text
    keywords: Mapping[str, tuple[str, ...]]  # by language
    sources: tuple[str, ...]  # the named graphs it needs, by the name of their source
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    view: View
    expected: Expected
    evidence: tuple[str, ...]  # the columns whose things carry the evidence of a row, or column/property
    silence: Text | None  # what an answer without rows means
    links: tuple[tuple[str, str], ...]  # the pairs of columns that a network draws
    text: str
    file: str
    theme: str | None = None  # under which it is listed: a key of THEMES

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source as readers cite it: `page` is its address on the web, `licence` an IRI."""

    iri: str
    title: str
    edition: str | None = None
    licence: str | None = None
    page: str | None = None
    licence_name: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a row comes from: the source, the place in it, the quote, and the epistemic status.

    `thing` is what the record bears on, empty for the row as a whole; `record` the IRI of the statement,
    observation or indicator in the graph; `page` the address that the record itself cites. `computed` names
    the columns whose values are computed from the records of the source.
    """

    thing: str
    source: CitedSource
    record: str | None = None
    slide: int | None = None
    quote: str | None = None
    status: str | None = None
    graph: str | None = None
    page: str | None = None
    computed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The rows that answer a stored query, with the labels of the things they name, by IRI.

    `start` is the number of rows skipped; `more` says that rows follow these.
    """

    query: StoredQuery
    language: Literal["fr", "en"]
    version: int
    arguments: Mapping[str, tuple[Term | None, ...]]
    rows: tuple[tuple[Term | None, ...], ...]
    labels: Mapping[str, str]
    start: int = 0
    more: bool = False
    evidence: tuple[tuple[Evidence, ...], ...] | None = None

    @property
    def cited(self) -> tuple[CitedSource, ...]:
        """The sources that answer for the rows, each once."""
        return tuple(dict.fromkeys(one.source for row in self.evidence or () for one in row))
