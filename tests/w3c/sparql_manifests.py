"""Reading W3C's SPARQL 1.1 manifests: what a test asks, of which data, and what must come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

SUITE = Path(__file__).parents[3] / "shared" / "w3c" / "sparql11"

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True)
class Entry:
    """One test: its manifest, its node in it, and a name by which an exceptions list can tell it."""

    name: str
    graph: Graph
    node: Node

    @property
    def kind(self) -> str:
        return str(self.graph.value(self.node, RDF.type)).partition("#")[2]

    @property
    def action(self) -> Node:
        found = self.graph.value(self.node, MF.action)
        assert found is not None, self.name
        return found

    @property
    def result(self) -> Node | None:
        return self.graph.value(self.node, MF.result)


def entries(*manifests: str) -> Iterator[Entry]:
    """The tests of manifests, named by their path in the suite, and of those that they include."""
    for name in manifests:
        path = SUITE / name
        if not path.is_file():
            return
        graph = Graph().parse(path, publicID=path.as_uri())
        for included in graph.objects(None, MF.include):
            for one in Collection(graph, included):
                yield from entries(str(local_path(one).relative_to(SUITE)))
        for listed in graph.objects(None, MF.entries):
            for node in Collection(graph, listed):
                local = str(node).partition("#")[2] or str(node)
                yield Entry(f"{Path(name).parent.name}/{local}", graph, node)


def local_path(iri: Node) -> Path:
    """The file of an IRI of a manifest."""
    return Path(unquote(urlparse(str(iri)).path))


def items(graph: Graph, head: Node | None) -> list[Node]:
    """The members of an RDF list."""
    return list(Collection(graph, head)) if head is not None else []


def text_of(graph: Graph, subject: Node, predicate: URIRef) -> str | None:
    found = graph.value(subject, predicate)
    return str(found) if found is not None else None


__all__ = [
    "CNT",
    "HT",
    "MF",
    "QT",
    "RDFS",
    "SUITE",
    "UT",
    "Entry",
    "Literal",
    "entries",
    "items",
    "local_path",
    "text_of",
]
