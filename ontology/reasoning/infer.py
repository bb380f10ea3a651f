"""Rules run as SPARQL updates to a fixed point, semi-naively: each round joins only with what is new.

Sources are closed one after the other, each in the context of the ontology and of the sources before it. What
follows from a source and its context, and not from the context alone, goes to the source's inferred graph
(`inferred_graph_iri`). The updates are plain SPARQL 1.1: the engine may be an embedded store or a remote one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rdflib import Variable

from ..iris import GRAPH, graph_iri, inferred_graph_iri
from .expressions import X
from .folding import fold
from .rules import Atom, Rule, RuleSet

PREFIXES = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_NEW = (GRAPH + "scratch/new-a", GRAPH + "scratch/new-b")


class GraphStore(Protocol):
    """Anything that runs SPARQL 1.1 on named graphs: a `pyoxigraph.Store`, or a remote engine's client.

    `query` is called with ASK and SELECT; the answer of an ASK is true or false in a boolean context.
    """

    @property
    def query(self) -> Callable[[str], Any]: ...

    @property
    def update(self) -> Callable[[str], None]: ...


@dataclass(frozen=True, slots=True)
class InferenceReport:
    """The account of one source's closure: triples inferred, by predicate; times in seconds."""

    source: str
    graph: str
    triples: int
    by_predicate: Mapping[str, int]
    rounds: int
    seconds: float


def infer(store: GraphStore, rules: RuleSet, source: str, context: Sequence[str] = ()) -> InferenceReport:
    """Write what follows from `graph_iri(source)` into `inferred_graph_iri(source)`, emptied first.

    `context` names the sources already closed, the ontology's among them; their inferred graphs are read too.
    """
    started = time.perf_counter()
    closure = Closure(store, rules, source, context)
    rounds = closure.close()
    counts = closure.counts()
    return InferenceReport(
        source=source,
        graph=closure.inferred,
        triples=sum(counts.values()),
        by_predicate=counts,
        rounds=rounds,
        seconds=time.perf_counter() - started,
    )


class Signature(Protocol):
    """What a graph may hold."""

    def __contains__(self, atom: Atom, /) -> bool: ...


class Closure:
    """One source closed in its context."""

    def __init__(self, store: GraphStore, rules: RuleSet, source: str, context: Sequence[str]) -> None:
        self.store = store
        self.folded = fold(rules.simple)
        self.joins = rules.joins
        self.own: Signature = _Signature(frozenset(), frozenset())
        self.stated = graph_iri(source).value
        self.inferred = inferred_graph_iri(source).value
        closed = [iri.value for name in context for iri in (graph_iri(name), inferred_graph_iri(name))]
        self.dataset = "".join(f"USING <{graph}>\n" for graph in [*closed, self.stated, self.inferred])

    def close(self) -> int:
        """Run to the fixed point; the number of rounds of joins."""
        self.drop(self.inferred)
        self.own = self.signature(self.stated)
        self.fire_simple(self.stated, (self.inferred,))
        fresh = [self.stated, self.inferred]
        rounds = 0
        while fresh:
            new = _NEW[rounds % 2]
            self.drop(new)
            self.fire_joins(fresh, (self.inferred, new), first=rounds == 0)
            self.fire_simple(new, (self.inferred, new))
            fresh = [new] if self._ask(f"GRAPH <{new}> {{ ?s ?p ?o }}") else []
            rounds += 1
        for graph in _NEW:
            self.drop(graph)
        return rounds

    def counts(self) -> dict[str, int]:
        """How many triples were inferred, by predicate."""
        rows = self.store.query(
            f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ GRAPH <{self.inferred}> {{ ?s ?p ?o }} }} "
            "GROUP BY ?p ORDER BY ?p"
        )
        return {row[0].value: int(row[1].value) for row in rows}

    def fire_simple(self, delta: str, into: Sequence[str]) -> None:
        present = self.own if delta == self.stated else self.signature(delta)
        for rule in self.folded:
            if rule.driver in present:
                for group in self._together(rule.groups):
                    self._insert(group, into, delta, projected(rule.driver, group.heads, delta))

    def _together(self, groups: Iterable[tuple[Atom, ...]]) -> Iterator[_Insertion]:
        """One insertion for all that is said of the same variables, memberships first.

        What the source may state itself is tried alone, lest it be restated.
        """
        merged: dict[tuple[bool, frozenset[Variable]], tuple[list[Atom], list[Atom]]] = {}
        for lead, *others in groups:
            follow = [head for head in others if head not in self.own]
            if lead in self.own:
                yield _Insertion((lead,), (lead, *follow))
            else:
                guards, heads = merged.setdefault((not lead.is_membership, lead.variables), ([], []))
                guards.append(lead)
                heads += [lead, *follow]
            yield from (_Insertion((head,), (head,)) for head in others if head in self.own)
        for _, (guards, heads) in sorted(merged.items(), key=lambda item: item[0][0]):
            guards.sort(key=lambda guard: guard.subject != X)  # a link's start is rarely a hub, its end often
            yield _Insertion(tuple(guards), tuple(heads))

    def fire_joins(self, fresh: Sequence[str], into: Sequence[str], first: bool) -> None:
        if first:
            for rule in self.joins:
                if not rule.body:
                    for head in rule.heads:
                        self._insert(_alone(head), into, self.stated, "\n".join(rule.clauses))
        for delta in fresh:
            present = self.own if delta == self.stated else self.signature(delta)
            for rule in self.joins:
                for driver in rule.body:
                    if driver in present:
                        for head in rule.heads:
                            self._insert(_alone(head), into, delta, joined(rule, driver, delta))

    def signature(self, graph: str) -> _Signature:
        """The predicates and classes of a graph, by which most rules are seen not to apply."""
        predicates = self.store.query(f"SELECT DISTINCT ?p WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        classes = self.store.query(
            f"{PREFIXES}SELECT DISTINCT ?c WHERE {{ GRAPH <{graph}> {{ ?s rdf:type ?c }} }}"
        )
        return _Signature(
            frozenset(str(row[0].value) for row in predicates),
            frozenset(str(row[0].value) for row in classes),
        )

    def _insert(self, insertion: _Insertion, into: Sequence[str], delta: str, pattern: str) -> None:
        """Write the heads wherever the pattern holds and one of the guards is not known yet."""
        triples = " ".join(map(str, insertion.heads))
        template = " ".join(f"GRAPH <{graph}> {{ {triples} }}" for graph in into)
        unknown = " || ".join(f"NOT EXISTS {{ {guard} }}" for guard in insertion.guards)
        self.store.update(
            f"{PREFIXES}INSERT {{ {template} }}\n{self.dataset}USING NAMED <{delta}>\n"
            f"WHERE {{ {pattern}\nFILTER({unknown}) }}"
        )

    def _ask(self, pattern: str) -> bool:
        return bool(self.store.query(f"ASK {{ {pattern} }}"))

    def drop(self, graph: str) -> None:
        self.store.update(f"DROP SILENT GRAPH <{graph}>")


@dataclass(frozen=True, slots=True)
class _Insertion:
    """Triples to write where one of the guards is not known; the guards imply all the heads."""

    guards: tuple[Atom, ...]
    heads: tuple[Atom, ...]


def _alone(head: Atom) -> _Insertion:
    return _Insertion((head,), (head,))


@dataclass(frozen=True, slots=True)
class _Signature:
    predicates: frozenset[str]
    classes: frozenset[str]

    def __contains__(self, atom: Atom) -> bool:
        if str(atom.predicate) not in self.predicates:
            return False
        return not atom.is_membership or isinstance(atom.object, Variable) or str(atom.object) in self.classes


def projected(driver: Atom, heads: Iterable[Atom], delta: str) -> str:
    """The driver's solutions, each value that the heads need once: a hub is looked up once, not per link."""
    pattern = f"GRAPH <{delta}> {{ {driver} }}"
    needed = driver.variables & {name for head in heads for name in head.variables}
    if needed == driver.variables:
        return pattern
    if not needed:
        return f"{{ SELECT * WHERE {{ {pattern} }} LIMIT 1 }}"
    return f"{{ SELECT DISTINCT {names(needed)} WHERE {{ {pattern} }} }}"


def joined(rule: Rule, driver: Atom, delta: str) -> str:
    """The rule's body with one atom matched in what is new; the others start from each shared value once."""
    pattern = f"GRAPH <{delta}> {{ {driver} }}"
    others = [atom for atom in rule.body if atom != driver]
    rest, clauses = "\n".join(map(str, others)), "\n".join(rule.clauses)
    shared = driver.variables & {name for atom in others for name in atom.variables}
    if not shared or shared == driver.variables:
        return f"{pattern}\n{rest}\n{clauses}"
    start = f"{{ SELECT DISTINCT {names(shared)} WHERE {{ {pattern} }} }}"
    return f"{pattern}\n{{ SELECT * WHERE {{ {start}\n{rest} }} }}\n{clauses}"


def names(variables: Iterable[Variable]) -> str:
    return " ".join(sorted(variable.n3() for variable in variables))
