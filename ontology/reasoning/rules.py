"""The form of a rule: a conjunction of triple patterns, conditions on their values, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import RDF, Literal, Variable
from rdflib.term import Identifier

from ..text import Text

Bindings = Mapping[Variable, Identifier]


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern whose predicate is always known."""

    subject: Identifier
    predicate: Identifier
    object: Identifier

    def __str__(self) -> str:
        return f"{self.subject.n3()} {self.predicate.n3()} {self.object.n3()} ."

    def bind(self, bindings: Bindings) -> Atom:
        """The same pattern with variables replaced."""
        return Atom(_bound(self.subject, bindings), self.predicate, _bound(self.object, bindings))

    def match(self, other: Atom) -> Bindings | None:
        """The bindings of this pattern's variables that make it `other`, or None when it cannot be."""
        if self.predicate != other.predicate:
            return None
        bindings: dict[Variable, Identifier] = {}
        for mine, theirs in ((self.subject, other.subject), (self.object, other.object)):
            if isinstance(mine, Variable):
                if bindings.setdefault(mine, theirs) != theirs:
                    return None
            elif mine != theirs:
                return None
        return bindings

    @property
    def variables(self) -> frozenset[Variable]:
        return frozenset(term for term in (self.subject, self.object) if isinstance(term, Variable))

    @property
    def is_writable(self) -> bool:
        """Whether RDF allows the triple: a literal is never a subject."""
        return not isinstance(self.subject, Literal)

    @property
    def is_membership(self) -> bool:
        return self.predicate == RDF.type


def _bound(term: Identifier, bindings: Bindings) -> Identifier:
    return bindings.get(term, term) if isinstance(term, Variable) else term


@dataclass(frozen=True, slots=True)
class Rule:
    """`body` and `clauses` (SPARQL FILTER, VALUES) imply `heads`; `construct` is the OWL term it comes from.

    A rule with no head states a contradiction.
    """

    construct: str
    body: tuple[Atom, ...]
    heads: tuple[Atom, ...]
    clauses: tuple[str, ...] = ()

    @property
    def is_simple(self) -> bool:
        """Whether one triple is enough to fire it, so that it can be folded into others."""
        return len(self.body) == 1 and not self.clauses


@dataclass(frozen=True, slots=True)
class OutsideFragment:
    """An axiom that the rules do not cover, wholly or in one direction, and why. `axiom` is in words."""

    subject: str
    axiom: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class RuleSet:
    """An ontology compiled: what one triple implies, what several do, what contradicts, what is left out."""

    simple: tuple[Rule, ...]
    joins: tuple[Rule, ...]
    contradictions: tuple[Rule, ...]
    outside: tuple[OutsideFragment, ...]

    def __iter__(self) -> Iterator[Rule]:
        yield from self.simple
        yield from self.joins
