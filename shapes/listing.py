"""The project's shapes as a list to read: what each asks for, of which class, how gravely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import NamedNode, RdfFormat, parse

from ..ontology.modules import MODULES
from ..ontology.text import Text
from .namespaces import DTSH, RDF, SH, local_name
from .shapes_graph import Node, ShapesGraph, triple_of


@dataclass(frozen=True, slots=True)
class ListedShape:
    """A named shape. `message` is what it tells who breaks it, of its own or of its SPARQL constraint.

    `targets` are the IRIs of the classes that it applies to, `parts` the names of the shapes it takes in.
    """

    iri: str
    message: Text | None
    hint: Text | None
    severity: NamedNode
    targets: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        return local_name(self.iri)


@cache
def listed_shapes() -> tuple[tuple[str, tuple[ListedShape, ...]], ...]:
    """The named shapes of each module, in the order of the modules and then of names."""
    return tuple((module, tuple(_listed(_read(module)))) for module in MODULES)


def shapes_turtle() -> str:
    """All shapes of the project as one Turtle text: the files of the modules, one after the other."""
    return "\n".join(_file(module).decode() for module in MODULES)


def _file(module: str) -> bytes:
    return files("digiterr.shapes").joinpath(f"{module}.ttl").read_bytes()


def _read(module: str) -> ShapesGraph:
    return ShapesGraph(triple_of(quad) for quad in parse(_file(module), RdfFormat.TURTLE))


def _listed(graph: ShapesGraph) -> Iterator[ListedShape]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    named = {one for kind in kinds for one in graph.subjects(RDF.type, kind) if isinstance(one, NamedNode)}
    for shape in sorted(named, key=lambda one: one.value):
        nodes: tuple[Node, ...] = (shape, *graph.values(shape, SH.sparql))
        severity = graph.value(shape, SH.severity)
        yield ListedShape(
            shape.value,
            next((text for one in nodes if (text := graph.texts(one, SH.message))), None),
            next((text for one in nodes if (text := graph.texts(one, DTSH.hint))), None),
            severity if isinstance(severity, NamedNode) else SH.Violation,
            _iris(graph.values(shape, SH.targetClass)),
            tuple(map(local_name, _iris(graph.values(shape, SH.property)))),
        )


def _iris(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(node.value for node in nodes if isinstance(node, NamedNode))
