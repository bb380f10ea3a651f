"""Rules of one triple folded together: for each pattern that starts one, all that follows without a join.

`A ⊑ B`, `B ⊑ C` and `domain(p) = A` fold into `?x p ?y → ?x a A, B, C`, so that one pass over the data closes
it under subclass, subproperty, domain, range, inverse, symmetry and single values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDF, Variable
from rdflib.term import Identifier

from .expressions import X, Y
from .rules import Atom, Rule


@dataclass(frozen=True, slots=True)
class Folded:
    """All that one triple of the pattern `driver` implies, in groups whose first atom implies the others.

    Where the first atom of a group is already known, so are, or will be, the others.
    """

    driver: Atom
    groups: tuple[tuple[Atom, ...], ...]


@lru_cache(8)  # half a second, and the same for each source that a build infers from
def fold(rules: tuple[Rule, ...]) -> tuple[Folded, ...]:
    """The simple rules (`Rule.is_simple`) closed under each other; a triple's drivers never say a head twice.

    Memberships come first, so that most of what a property's domain and range say is known when it is tried.
    """
    index: dict[Identifier, list[Rule]] = defaultdict(list)
    drivers: dict[Atom, None] = {}
    for rule in rules:
        driver = _renamed(rule.body[0])
        index[driver.predicate].append(Rule(rule.construct, (driver,), _follow(rule, driver)))
        drivers[driver] = None
    folded: list[Folded] = []
    for driver in sorted(drivers, key=lambda d: (not d.is_membership, not isinstance(d.object, Variable))):
        heads = _closure(driver, index)
        for wider in folded:
            bindings = wider.driver.match(driver)
            if bindings is not None:
                said = {head.bind(bindings) for group in wider.groups for head in group}
                heads = [head for head in heads if head not in said]
        if heads:
            folded.append(Folded(driver, tuple(_groups(heads, index))))
    return tuple(folded)


def _groups(heads: list[Atom], index: dict[Identifier, list[Rule]]) -> Iterator[tuple[Atom, ...]]:
    """Heads with those of the same kind that follow from them: types of one thing, or links."""
    follow = {
        head: [other for other in _closure(head, index) if other in heads and _kind(other) == _kind(head)]
        for head in heads
    }
    left = dict.fromkeys(sorted(heads, key=lambda head: -len(follow[head])))
    while left:
        lead = next(iter(left))
        group = (lead, *(other for other in follow[lead] if other in left and other != lead))
        for head in group:
            del left[head]
        yield group


def _kind(atom: Atom) -> Identifier | None:
    return atom.subject if atom.is_membership else None


def _renamed(atom: Atom) -> Atom:
    """The pattern with its variables called x and y, so that equal patterns compare equal."""
    subject = X if isinstance(atom.subject, Variable) else atom.subject
    same = atom.subject == atom.object
    value = (X if same else Y) if isinstance(atom.object, Variable) else atom.object
    return Atom(subject, atom.predicate, value)


def _follow(rule: Rule, driver: Atom) -> tuple[Atom, ...]:
    bindings = rule.body[0].match(driver) or {}
    return tuple(head.bind(bindings) for head in rule.heads)


def _closure(driver: Atom, index: dict[Identifier, list[Rule]]) -> list[Atom]:
    found: dict[Atom, None] = {}
    todo = [driver]
    while todo:
        atom = todo.pop()
        for rule in index[atom.predicate]:
            bindings = rule.body[0].match(atom)
            if bindings is None:
                continue
            for head in (h.bind(bindings) for h in rule.heads):
                if head != driver and head not in found and head.is_writable:
                    found[head] = None
                    todo.append(head)
    return sorted(found, key=lambda atom: (atom.predicate != RDF.type, str(atom)))
