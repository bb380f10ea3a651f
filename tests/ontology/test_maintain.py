"""Inferences mended after a change say what inferring everything again says."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from digiterr.loaders.cases.source import CaseSource
from digiterr.ontology.iris import graph_iri, inferred_graph_iri
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.names import DT, RDF
from digiterr.ontology.reasoning import Change, compile_rules, infer, maintain
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse

SOURCES = {"one": ("ontology",), "two": ("ontology", "one")}


@pytest.fixture(scope="module")
def rules():
    return compile_rules(read_ontology())


@pytest.fixture(scope="module")
def base(rules) -> Store:
    """The ontology closed, once."""
    store = Store()
    triples = parse(read_ontology().serialize(format="nt"), RdfFormat.N_TRIPLES)
    store.extend(Quad(t.subject, t.predicate, t.object, graph_iri("ontology")) for t in triples)
    infer(store, rules, "ontology")
    return store


@pytest.fixture(scope="module")
def stated() -> list[Triple]:
    """What the cases state."""
    return [event.triple for event in CaseSource().read() if isinstance(event, Quad)]


def copy_of(store: Store) -> Store:
    other = Store()
    other.bulk_extend(iter(store))
    return other


def put(store: Store, triples: Iterable[Triple], source: str) -> None:
    name = graph_iri(source)
    store.extend(Quad(t.subject, t.predicate, t.object, name) for t in triples)


def closed(store: Store, rules) -> Store:
    for source, context in SOURCES.items():
        infer(store, rules, source, context)
    return store


def known(store: Store) -> set[Triple]:
    """All that is stated or inferred; what is inferred of nodes without a name is not published."""
    graphs = [graph for source in SOURCES for graph in (graph_iri(source), inferred_graph_iri(source))]
    return {
        quad.triple
        for graph in graphs
        for quad in store.quads_for_pattern(None, None, None, graph)
        if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
    }


def inferred(store: Store, source: str) -> set[Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, inferred_graph_iri(source))}


@pytest.mark.parametrize("seed", range(6))
def test_as_if_everything_were_inferred_again(base: Store, stated: list[Triple], rules, seed: int) -> None:
    chance = random.Random(seed)
    shuffled = chance.sample(stated, len(stated))
    later, held = shuffled[:25], shuffled[25:]
    before = {"one": set(held[::2]), "two": set(held[1::2])}
    gone = {source: set(chance.sample(sorted(before[source], key=str), 25)) for source in before}
    new = {"one": set(later[::2]), "two": set(later[1::2])}
    store = copy_of(base)
    for source, triples in before.items():
        put(store, triples, source)
    closed(store, rules)
    assert inferred(store, "one")
    for source in SOURCES:
        for triple in gone[source]:
            store.remove(Quad(triple.subject, triple.predicate, triple.object, graph_iri(source)))
        put(store, new[source], source)
    changed = Change()
    for source, context in SOURCES.items():
        earlier = inferred(store, source)
        changed |= Change(frozenset(gone[source]), frozenset(new[source]))
        mended = maintain(store, rules, source, context, changed)
        assert inferred(store, source) == (earlier - mended.removed) | mended.added
        assert not mended.added & earlier
        changed |= mended
    again = copy_of(base)
    for source, triples in before.items():
        put(again, (triples - gone[source]) | new[source], source)
    closed(again, rules)
    assert known(store) == known(again)
    assert not [graph for graph in store.named_graphs() if "scratch" in str(graph)]


def test_nothing_changes_without_a_change(base: Store, stated: list[Triple], rules) -> None:
    store = copy_of(base)
    put(store, stated, "one")
    infer(store, rules, "one", SOURCES["one"])
    before = len(store)
    assert not maintain(store, rules, "one", SOURCES["one"], Change())
    assert len(store) == before


def test_what_still_follows_from_something_else_stays(base: Store, rules) -> None:
    """Two statements imply the same; one of them goes, then the other."""
    thing, other = NamedNode("http://e/a"), NamedNode("http://e/b")
    twice = [Triple(thing, RDF.type, DT.Municipality), Triple(thing, RDF.type, DT.RegionalAuthority)]
    store = copy_of(base)
    put(store, [*twice, Triple(other, RDF.type, DT.Municipality)], "one")
    infer(store, rules, "one", SOURCES["one"])
    shared = Triple(thing, RDF.type, DT.TerritorialAuthority)
    assert shared in inferred(store, "one")
    for triple, stays in zip(twice, (True, False), strict=True):
        store.remove(Quad(triple.subject, triple.predicate, triple.object, graph_iri("one")))
        change = maintain(store, rules, "one", SOURCES["one"], Change(removed=frozenset({triple})))
        assert (shared in inferred(store, "one")) is stays
        assert (shared in change.removed) is not stays
    assert Triple(other, RDF.type, DT.TerritorialAuthority) in inferred(store, "one")
