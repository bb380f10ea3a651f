"""How what was read of a source differs from what is published of it, statement by statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from ...ontology.iris import graph_iri
from ...ontology.reasoning import Change
from ...store.graphs import statements_of
from ...store.model import DEFAULT_GRAPH


def difference(
    base: Store, name: str, quads: Path, at_most: int, reading: bytes | None = None
) -> Change | None:
    """How a source differs from what is published of it; None: by more than `at_most` statements.

    `reading`: what was read of it when it was published, if its graph says just that.
    """
    graph = graph_iri(name)
    ending = f" {graph} .".encode()
    after = _lines(quads.read_bytes(), ending)
    before = statements_of(base, graph.value) if reading is None else _lines(reading, ending)
    came, went = after - before, before - after
    # One value may be written in several ways, and the store has one of them: 1 for 01.
    about = {line.partition(b" ")[0] for line in (*came, *went)}
    if reading is not None:
        if max(len(came), len(went)) > at_most:
            return None
        if any(b"_:" in line for line in (*came, *went)):
            # Nodes without a name have other labels in the store than they had in the file.
            return difference(base, name, quads, at_most)
        before = _as_stored(_about(before, about))
    added, removed = _as_stored(_about(after, about)), frozenset(_about(before, about))
    added, removed = added - removed, removed - added
    if max(len(added), len(removed)) > at_most:
        return None
    return _change(added, removed)


def _about(lines: Iterable[bytes], subjects: Collection[bytes]) -> Iterator[bytes]:
    return (line for line in lines if line.partition(b" ")[0] in subjects)


def _lines(content: bytes, ending: bytes) -> frozenset[bytes]:
    """N-Quads of one graph as lines of N-Triples."""
    return frozenset(content.replace(ending + b"\n", b" .\n").splitlines())


def _as_stored(lines: Iterable[bytes]) -> frozenset[bytes]:
    """Statements as a store writes them."""
    store = Store()
    store.bulk_load(b"\n".join(lines), RdfFormat.N_TRIPLES)
    return statements_of(store, DEFAULT_GRAPH)


def _change(added: Iterable[bytes], removed: Iterable[bytes]) -> Change:
    came, went = _triples(added), _triples(removed)
    # Nodes without a name have other labels each time: they are the same where their statements are.
    nameless, gone = list(filter(_is_blank, came)), list(filter(_is_blank, went))
    if _canonical(nameless) == _canonical(gone):
        came, went = ([triple for triple in one if not _is_blank(triple)] for one in (came, went))
    return Change(frozenset(went), frozenset(came))


def _triples(lines: Iterable[bytes]) -> list[Triple]:
    return [quad.triple for quad in parse(b"\n".join(lines), RdfFormat.N_TRIPLES)]


def _canonical(triples: list[Triple]) -> set[str]:
    """Statements with the same labels for the same nodes (RDF Dataset Canonicalization)."""
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


def _is_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
