"""Inferences kept true while what they rest on changes: the cost is that of the change, not of its graphs.

Delete and rederive (Gupta, Mumick and Subrahmanian, "Maintaining views incrementally", SIGMOD 1993): all
that was inferred with the help of what is gone is taken away, what still follows from the rest is put back,
and what is new is followed to its consequences by the same semi-naive rounds as in `infer`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from ..iris import GRAPH
from .infer import PREFIXES, Closure, joined, names, projected
from .rules import Atom, Rule, RuleSet

_GONE: Final = GRAPH + "scratch/gone"
_DELTA: Final = (GRAPH + "scratch/delta-a", GRAPH + "scratch/delta-b")
_FOUND: Final = GRAPH + "scratch/found"


@dataclass(frozen=True, slots=True)
class Change:
    """Triples that left and that came."""

    removed: frozenset[Triple] = frozenset()
    added: frozenset[Triple] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def __or__(self, other: Change) -> Change:
        return Change(self.removed | other.removed, self.added | other.added)


def maintain(store: Store, rules: RuleSet, source: str, context: Sequence[str], change: Change) -> Change:
    """Mend `inferred_graph_iri(source)` after a change, already made, of the source or of its context.

    `context` is that of `infer`, its inferred graphs mended before. Returns the change of the inferred graph.
    """
    if not change:
        return Change()
    return _Maintenance(store, rules, source, context).run(change)


class _Maintenance(Closure):
    def __init__(self, store: Store, rules: RuleSet, source: str, context: Sequence[str]) -> None:
        super().__init__(store, rules, source, context)
        self.quads = store
        self.simple = rules.simple
        self.graph = NamedNode(self.inferred)
        self.own = _EVERYTHING

    def run(self, change: Change) -> Change:
        for graph in (_GONE, _FOUND, *_DELTA):
            self.drop(graph)
        restated = {triple for triple in change.added if self._take(triple)}
        taken = self._overdelete(change.removed)
        self._rederive()
        self._follow(change.added)
        found = {triple for triple in self._triples(_FOUND) if not self._is_blank(triple)}
        for triple in self._triples(_FOUND):
            if self._is_blank(triple):
                self._take(triple)
        for graph in (_GONE, _FOUND, *_DELTA):
            self.drop(graph)
        removed = restated | taken
        return Change(frozenset(removed - found), frozenset(found - removed))

    def _overdelete(self, gone: Iterable[Triple]) -> set[Triple]:
        """Take away what was inferred with the help of what is gone; it is gone too."""
        taken: set[Triple] = set()
        fresh: Collection[Triple] = list(gone)
        self._put(fresh, _GONE)
        dataset = f"{self.dataset}USING <{_GONE}>\n"
        while fresh:
            self.drop(_DELTA[0])
            self.drop(_DELTA[1])
            self._put(fresh, _DELTA[0])
            present = self.signature(_DELTA[0])
            for driver, head, pattern in self._consequences(_DELTA[0]):
                if driver in present:
                    self.store.update(
                        f"{PREFIXES}INSERT {{ GRAPH <{_DELTA[1]}> {{ {head} }} }}\n{dataset}"
                        f"USING NAMED <{_DELTA[0]}>\nUSING NAMED <{self.inferred}>\n"
                        f"WHERE {{ {pattern}\nFILTER EXISTS {{ GRAPH <{self.inferred}> {{ {head} }} }} }}"
                    )
            fresh = [triple for triple in self._triples(_DELTA[1]) if self._take(triple)]
            taken.update(fresh)
            self._put(fresh, _GONE)
        return taken

    def _consequences(self, delta: str) -> Iterable[tuple[Atom, Atom, str]]:
        """For what is in a graph: what drives a rule, what it implies, and the pattern to match."""
        for folded in self.folded:
            for head in dict.fromkeys(head for group in folded.groups for head in group):
                yield folded.driver, head, projected(folded.driver, (head,), delta)
        for rule in self.joins:
            for driver in rule.body:
                for head in rule.heads:
                    yield driver, head, joined(rule, driver, delta)

    def _rederive(self) -> None:
        """Put back what is gone and still follows, by one rule, from what is there."""
        gone = self.signature(_GONE)
        for rule in (*self.simple, *self.joins):
            for head in rule.heads:
                if rule.body and head in gone:
                    self.store.update(
                        f"{PREFIXES}INSERT {{ {_templates(head, (self.inferred, _FOUND, _DELTA[0]))} }}\n"
                        f"{self.dataset}USING NAMED <{_GONE}>\n"
                        f"WHERE {{ {_still(rule, head)}\nFILTER NOT EXISTS {{ {head} }} }}"
                    )

    def _follow(self, new: Iterable[Triple]) -> None:
        """Follow what is new, and what was put back, to its consequences."""
        self.drop(_DELTA[0])
        self.drop(_DELTA[1])
        self._put([*new, *self._triples(_FOUND)], _DELTA[0])
        delta, following = _DELTA
        self.fire_simple(delta, (self.inferred, _FOUND, delta))
        while self._triples(delta):
            self.fire_joins([delta], (self.inferred, _FOUND, following), first=False)
            self.fire_simple(following, (self.inferred, _FOUND, following))
            self.drop(delta)
            delta, following = following, delta

    def _put(self, triples: Iterable[Triple], graph: str) -> None:
        name = NamedNode(graph)
        self.quads.extend(Quad(one.subject, one.predicate, one.object, name) for one in triples)

    def _take(self, triple: Triple) -> bool:
        """Remove a triple from the inferred graph, if it is there."""
        quad = Quad(triple.subject, triple.predicate, triple.object, self.graph)
        if quad not in self.quads:
            return False
        self.quads.remove(quad)
        return True

    def _triples(self, graph: str) -> list[Triple]:
        return [quad.triple for quad in self.quads.quads_for_pattern(None, None, None, NamedNode(graph))]

    @staticmethod
    def _is_blank(triple: Triple) -> bool:
        return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


class _Everything:
    """The signature of what may hold anything: every head is then tried alone, and none restated."""

    def __contains__(self, atom: Atom) -> bool:
        return True


_EVERYTHING: Final = _Everything()


def _templates(head: Atom, graphs: Iterable[str]) -> str:
    return " ".join(f"GRAPH <{graph}> {{ {head} }}" for graph in graphs)


def _still(rule: Rule, head: Atom) -> str:
    """The rule's body, started from the values of its head that are among what is gone."""
    gone = f"GRAPH <{_GONE}> {{ {head} }}"
    start = f"{{ SELECT DISTINCT {names(head.variables)} WHERE {{ {gone} }} }}" if head.variables else gone
    if rule.is_simple:  # one triple is enough, of the many that may lead to a hub
        return f"{start}\nFILTER EXISTS {{ {rule.body[0]} }}"
    body, clauses = "\n".join(map(str, rule.body)), "\n".join(rule.clauses)
    return f"{{ SELECT * WHERE {{ {start}\n{body} }} }}\n{clauses}"
