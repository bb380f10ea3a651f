"""Backwards from a triple: the ways in which the rules could give it, for whoever asks why it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Variable

from .infer import PREFIXES
from .rules import Atom, Bindings, Rule


@dataclass(frozen=True, slots=True)
class Way:
    """A rule whose head is the triple in question: where `body` and `clauses` hold, the triple follows."""

    rule: Rule
    body: tuple[Atom, ...]
    clauses: tuple[str, ...]

    @property
    def unknowns(self) -> tuple[Variable, ...]:
        """The variables still free, in the order of the body."""
        terms = [term for atom in self.body for term in (atom.subject, atom.object)]
        return tuple(dict.fromkeys(term for term in terms if isinstance(term, Variable)))

    def query(self, limit: int) -> str:
        """A SELECT of the values of the unknowns; one row of a constant where there are none."""
        projection = " ".join(variable.n3() for variable in self.unknowns) or "(1 AS ?holds)"
        pattern = "\n".join([*(str(atom) for atom in self.body), *self.clauses])
        return f"{PREFIXES}SELECT DISTINCT {projection} WHERE {{ {pattern} }} LIMIT {limit}"

    def premises(self, bindings: Bindings) -> tuple[Atom, ...]:
        """The body with its unknowns replaced: the triples that together give the head."""
        return tuple(atom.bind(bindings) for atom in self.body)


def ways(rules: Iterable[Rule], triple: Atom) -> Iterator[Way]:
    """Each rule that could give the triple, those of few premises first, since they explain more simply."""
    for rule in sorted(rules, key=lambda rule: len(rule.body)):
        for head in rule.heads:
            bindings = head.match(triple)
            if bindings is not None:
                body = tuple(atom.bind(bindings) for atom in rule.body)
                if triple not in body:
                    yield Way(rule, body, tuple(_bound(clause, bindings) for clause in rule.clauses))


def _bound(clause: str, bindings: Bindings) -> str:
    """A clause with the head's values given to its variables, as a VALUES block before it."""
    named = [variable for variable in bindings if f"?{variable}" in clause]
    blocks = [f"VALUES {variable.n3()} {{ {bindings[variable].n3()} }}" for variable in named]
    return "\n".join([*blocks, clause])
