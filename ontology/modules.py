"""The modules of the ontology: one Turtle file each, found as package data and read without the network."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from rdflib import Graph, URIRef

from .iris import ONTOLOGY

FOLDER = files("digiterr.ontology")
"""Where the Turtle lies."""

ROOT: Final = "digiterr"
"""The root holds nothing of its own but its header, and imports every module of `MODULES`."""

MODULES: Final = ("core", "territory", "actor", "policy", "value", "governance", "evidence", "indicator")
"""In the order of their dependencies: a module uses terms of the modules before it, never of those after."""

OPTIONAL_MODULES: Final = ("governance-seed-theory",)
"""Theories, findings turned into axioms: the root leaves them out and a user may take them in."""

ALL_FILES: Final = (ROOT, *MODULES, *OPTIONAL_MODULES)


def module_iri(name: str) -> URIRef:
    """The ontology IRI of a module; the root's is that of the whole ontology."""
    return URIRef(ONTOLOGY) if name == ROOT else URIRef(f"{ONTOLOGY}/{name}")


def module_file(name: str) -> Traversable:
    """The Turtle file of the root, of a module or of an optional module."""
    if name not in ALL_FILES:
        raise ValueError(f"{name!r} is not a module of the ontology: {', '.join(ALL_FILES)}")
    return FOLDER / f"{name}.ttl"


def read_module(name: str) -> Graph:
    """The triples of one file, without those that it imports."""
    return Graph().parse(data=module_file(name).read_bytes(), format="turtle")


def read_ontology(optional: Iterable[str] = ()) -> Graph:
    """The whole ontology: the root, what it imports, and the optional modules asked for."""
    merged = Graph()
    for name in (ROOT, *MODULES, *optional):
        merged.parse(data=module_file(name).read_bytes(), format="turtle")
    return merged
