"""The addresses of the graph: namespaces, named graphs, and how data IRIs are made from official codes."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode

BASE: Final = "https://w3id.org/digiterr/"
ONTOLOGY: Final = BASE + "ont"
TERM: Final = BASE + "ont#"
CONCEPT: Final = BASE + "voc/"
DATA: Final = BASE + "id/"
GRAPH: Final = BASE + "graph/"
INSEE_GEO: Final = "http://id.insee.fr/geo/"

_PATH = re.compile(r"[A-Za-z]+[#/][A-Za-z0-9._~/-]+")
_LOCAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def data_iri(kind: str, code: str) -> NamedNode:
    """The IRI of a thing of the data, `id/<kind>-<code>`; ValueError for a code that cannot stand in one."""
    local_name = f"{kind}-{code}"
    if not _LOCAL_NAME.fullmatch(local_name):
        raise ValueError(f"{local_name!r} cannot be part of an IRI")
    return NamedNode(DATA + local_name)


def concept_iri(name: str) -> NamedNode:
    """The IRI of a concept or a concept scheme, `voc/<name>`."""
    return NamedNode(CONCEPT + name)


def graph_iri(source: str) -> NamedNode:
    """The named graph that holds what a source states."""
    return NamedNode(GRAPH + source)


def inferred_graph_iri(source: str) -> NamedNode:
    """The named graph that holds what follows from a source, kept apart from what it states."""
    return NamedNode(f"{GRAPH}{source}/inferred")


def own_iri(path: str) -> NamedNode:
    """The IRI of something of ours from its path below `BASE`; ValueError for a path that no IRI can have."""
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} cannot be part of an IRI")
    return NamedNode(BASE + path)
