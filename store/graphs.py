"""Names of graphs: IRIs outside, terms of the engine inside, and the unnamed graph."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from ..ontology.errors import InputError
from ..ontology.text import Text
from .model import DEFAULT_GRAPH

GraphName = NamedNode | BlankNode | DefaultGraph


def graph_name(graph: str | None) -> GraphName:
    """The engine's name of a graph; None and DEFAULT_GRAPH are the unnamed one. InputError for no IRI."""
    if graph is None or graph == DEFAULT_GRAPH:
        return DefaultGraph()
    try:
        return NamedNode(graph)
    except ValueError as error:
        raise InputError(
            Text(f"Nom de graphe incorrect : {error}.", f"This graph name is not an IRI: {error}.")
        ) from error


def graphs_of(store: Store) -> frozenset[str]:
    """The named graphs of a store, empty ones too, and the unnamed one when it holds something."""
    named = {graph.value for graph in store.named_graphs()}
    if next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is not None:
        named.add(DEFAULT_GRAPH)
    return frozenset(named)


def size_of(store: Store, graph: str) -> int:
    """The number of quads in a graph."""
    rows = store.query("SELECT (COUNT(*) AS ?quads) { ?s ?p ?o }", default_graph=[graph_name(graph)])
    if not isinstance(rows, QuerySolutions):
        raise TypeError(type(rows).__name__)
    return int(next(rows)[0].value)


def statements_of(store: Store, graph: str) -> frozenset[bytes]:
    """The triples of a graph, as lines of N-Triples."""
    return frozenset(
        (store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph_name(graph)) or b"").splitlines()
    )


def as_statements(triples: Iterable[Triple]) -> frozenset[bytes]:
    """Triples as lines of N-Triples."""
    return frozenset((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines())
