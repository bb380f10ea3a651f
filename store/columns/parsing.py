"""The questions that columns can answer, recognised from their tokens.

SELECT of variables and counts, over triples with a fixed predicate in one group, with comparisons of a
variable to an integer; GRAPH with a name, FROM, DISTINCT, GROUP BY, ORDER BY, LIMIT, OFFSET. Whatever else a
query has, it is not one of these, and the engine reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ...ontology.names import RDF
from ...ontology.sparql_tokens import Token, tokens

COMPARISONS: Final = frozenset({"<", "<=", ">", ">=", "=", "!="})
_LONGEST: Final = 10_000  # characters of a query worth looking at
# A query that only joins is as fast in the engine.
_WORTH_IT: Final = re.compile(r"\b(?:COUNT|FILTER|ORDER|DISTINCT)\b", re.IGNORECASE)


class NotOneError(Exception):
    """A query that is not for the columns."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


Term = Variable | str  # a string is an IRI


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; `graph` is the name of the GRAPH that it stands in."""

    subject: Term
    predicate: Term
    object: Term
    graph: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """FILTER(?variable operator integer)."""

    variable: str
    operator: str
    value: int


@dataclass(frozen=True, slots=True)
class Count:
    """COUNT of solutions (`variable` None), of a variable, or of its distinct values."""

    variable: str | None
    distinct: bool


@dataclass(slots=True)
class Question:
    """A query for the columns. `columns`: name -> how it is counted, None for a variable of the patterns."""

    columns: dict[str, Count | None] = field(default_factory=dict)
    distinct: bool = False
    graphs: list[str] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)  # name, whether descending
    limit: int | None = None
    offset: int = 0

    @property
    def is_aggregate(self) -> bool:
        return bool(self.group) or any(self.columns.values())

    @property
    def variables(self) -> frozenset[str]:
        """The variables of the patterns."""
        places = (term for p in self.patterns for term in (p.subject, p.predicate, p.object))
        return frozenset(term.name for term in places if isinstance(term, Variable))


@lru_cache(maxsize=256)
def question_of(text: str) -> Question | None:
    """The question that a query is, None when it is not for the columns."""
    if len(text) > _LONGEST or not _WORTH_IT.search(text):
        return None
    try:
        return _Reader(text).question()
    except NotOneError:
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _significant(text)
        self._next = next(self._tokens, None)
        self._prefixes: dict[str, str] = {}

    def question(self) -> Question:
        while self._word("PREFIX"):
            name, iri = self._take("prefixed_name"), self._take("iri")
            self._prefixes[name.removesuffix(":")] = _absolute(iri)
        found = Question()
        self._expect(self._word("SELECT"))
        found.distinct = self._word("DISTINCT")
        while not (self._is("{") or self._is_word("WHERE") or self._is_word("FROM")):
            name, count = self._column()
            self._expect(name not in found.columns)
            found.columns[name] = count
        while self._word("FROM"):
            found.graphs.append(self._iri())
        self._word("WHERE")
        self._group(found)
        self._modifiers(found)
        self._expect(self._next is None)
        _check(found)
        return found

    def _column(self) -> tuple[str, Count | None]:
        if not self._punctuation("("):
            return self._variable(), None
        self._expect(self._word("COUNT"))
        self._expect(self._punctuation("("))
        distinct = self._word("DISTINCT")
        counted = None
        if distinct or not self._punctuation("*"):
            counted = self._variable()
        self._expect(self._punctuation(")"))
        self._expect(self._word("AS"))
        name = self._variable()
        self._expect(self._punctuation(")"))
        return name, Count(counted, distinct)

    def _group(self, found: Question) -> None:
        self._expect(self._punctuation("{"))
        while not self._punctuation("}"):
            if self._word("FILTER"):
                self._comparison(found)
                self._punctuation(".")
            elif self._word("GRAPH"):
                graph = self._iri()
                self._expect(not found.graphs and self._punctuation("{"))
                while not self._punctuation("}"):
                    self._triples(found, graph)
                self._punctuation(".")
            else:
                self._triples(found, None)

    def _triples(self, found: Question, graph: str | None) -> None:
        subject = self._term()
        while True:
            predicate = RDF.type.value if self._exactly("a") else self._term()
            while True:
                found.patterns.append(Pattern(subject, predicate, self._term(), graph))
                if not self._punctuation(","):
                    break
            if not self._punctuation(";"):
                break
        if not self._punctuation("."):
            self._expect(self._is("}") or self._is_word("FILTER") or self._is_word("GRAPH"))

    def _comparison(self, found: Question) -> None:
        self._expect(self._punctuation("("))
        variable = self._variable()
        operator = self._any()
        if self._is("="):
            operator += self._any()
        self._expect(operator in COMPARISONS)
        number = self._take("number")
        self._expect(number.isdecimal() and len(number) < 16)
        self._expect(self._punctuation(")"))
        found.comparisons.append(Comparison(variable, operator, int(number)))

    def _modifiers(self, found: Question) -> None:
        if self._word("GROUP"):
            self._expect(self._word("BY"))
            found.group.append(self._variable())
            while self._next and self._next.kind == "variable":
                found.group.append(self._variable())
        if self._word("ORDER"):
            self._expect(self._word("BY"))
            found.order.append(self._key())
            while self._next and (
                self._next.kind == "variable" or self._next.text.upper() in ("ASC", "DESC")
            ):
                found.order.append(self._key())
        while self._next is not None:
            if self._word("LIMIT"):
                self._expect(found.limit is None)
                found.limit = self._count()
            else:
                self._expect(self._word("OFFSET"))
                found.offset = self._count()

    def _key(self) -> tuple[str, bool]:
        descending = self._word("DESC")
        if not descending and not self._word("ASC"):
            return self._variable(), False
        self._expect(self._punctuation("("))
        name = self._variable()
        self._expect(self._punctuation(")"))
        return name, descending

    def _count(self) -> int:
        number = self._take("number")
        self._expect(number.isdecimal() and len(number) < 16)
        return int(number)

    def _term(self) -> Term:
        if self._next and self._next.kind == "variable":
            return Variable(self._variable())
        return self._iri()

    def _iri(self) -> str:
        if self._next and self._next.kind == "iri":
            return _absolute(self._take("iri"))
        prefix, _, local = self._take("prefixed_name").partition(":")
        self._expect(prefix in self._prefixes and not set(local) & set("\\%."))
        return self._prefixes[prefix] + local

    def _variable(self) -> str:
        return self._take("variable")[1:]

    # Tokens

    def _take(self, kind: str) -> str:
        self._expect(self._next is not None and self._next.kind == kind)
        return self._any()

    def _any(self) -> str:
        self._expect(self._next is not None)
        text = self._next.text if self._next else ""
        self._next = next(self._tokens, None)
        return text

    def _is(self, text: str) -> bool:
        return self._next is not None and self._next.text == text

    def _is_word(self, word: str) -> bool:
        return self._next is not None and self._next.kind == "word" and self._next.text.upper() == word

    def _punctuation(self, text: str) -> bool:
        found = self._is(text)
        if found:
            self._any()
        return found

    def _exactly(self, word: str) -> bool:
        return self._next is not None and self._next.kind == "word" and self._punctuation(word)

    def _word(self, word: str) -> bool:
        found = self._is_word(word)
        if found:
            self._any()
        return found

    @staticmethod
    def _expect(condition: bool) -> None:
        if not condition:
            raise NotOneError


def _significant(text: str) -> Iterator[Token]:
    return (token for token in tokens(text) if token.kind not in ("space", "comment"))


def _absolute(iri: str) -> str:
    if ":" not in iri or "\\" in iri:
        raise NotOneError
    return iri[1:-1]


def _check(question: Question) -> None:
    """Leave to the engine what is wrong with a query, and what has no bound."""
    variables = question.variables
    counts = {name for name, count in question.columns.items() if count}
    plain = set(question.columns) - counts
    counted = {count.variable for count in question.columns.values() if count and count.variable}
    used = plain | counted | set(question.group) | {one.variable for one in question.comparisons}
    keys = {name for name, _ in question.order}
    objects = {p.object.name for p in question.patterns if isinstance(p.object, Variable)}
    right = (
        bool(question.patterns and question.columns)
        and len(set(question.patterns)) == len(question.patterns)
        and all(_is_plain(pattern) for pattern in question.patterns)
        and used <= variables
        and not counts & variables
        and {one.variable for one in question.comparisons} <= objects
        and not (question.distinct and (question.is_aggregate or not keys <= plain))
        and (plain <= set(question.group) if question.is_aggregate else keys <= variables)
        and (not question.is_aggregate or keys <= set(question.group) | counts)
    )
    if not right:
        raise NotOneError


def _is_plain(pattern: Pattern) -> bool:
    """Whether a pattern has variables, each once."""
    terms = [pattern.subject, pattern.predicate, pattern.object]
    names = [term.name for term in terms if isinstance(term, Variable)]
    return bool(names) and len(names) == len(set(names))
