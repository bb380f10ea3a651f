"""The W3C vocabularies that validation speaks of, term by term."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode


class Namespace:
    """Terms of a vocabulary as attributes (`SH.minCount`) or, for reserved words, by key (`SH["in"]`)."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._terms: dict[str, NamedNode] = {}

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> NamedNode:
        term = self._terms.get(name)
        if term is None:
            term = self._terms[name] = NamedNode(self.base + name)
        return term

    def __contains__(self, term: object) -> bool:
        return isinstance(term, NamedNode) and term.value.startswith(self.base)


RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")
DTSH: Final = Namespace("https://w3id.org/digiterr/shapes#")


def local_name(iri: str) -> str:
    """The readable end of an IRI."""
    return iri.rstrip("#/").rsplit("#", 1)[-1].rsplit("/", 1)[-1]
