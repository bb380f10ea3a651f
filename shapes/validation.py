"""One `validate`, two engines: pySHACL for small graphs, shapes compiled to SPARQL for whole ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal

from pyoxigraph import NamedNode, Quad, Triple

from .compiled_engine import validate_in_memory, validate_with_sparql
from .pyshacl_engine import PyshaclError, validate_with_pyshacl
from .reading import read_all_shapes
from .report import ValidationReport
from .select import Select
from .shapes_graph import ShapesGraph, project_shapes, triple_of

EngineName = Literal["auto", "pyshacl", "compiled"]

SMALL: Final = 20_000
"""Triples up to which pySHACL is quick enough (a few seconds) to be chosen by `auto`.

What pySHACL cannot run is then given to the compiled engine."""


def validate(
    data: Iterable[Quad | Triple] | Select,
    shapes: ShapesGraph | None = None,
    *,
    context: Iterable[Quad | Triple] = (),
    focus_nodes: Collection[NamedNode] | None = None,
    engine: EngineName = "auto",
) -> ValidationReport:
    """Judge data by shapes (the project's own unless others are given) and report what breaks them.

    `data` is either triples, or a function that runs a SPARQL SELECT where the data is. `context` are triples
    that the data refers to (the ontology, what is published): they are seen, but only those nodes are judged
    that the data itself describes, or that it names and nobody describes. `focus_nodes` judges these nodes
    alone, among those the shapes target.

    Raises ShapesError for shapes that are ill-formed or use what is not supported, whichever engine runs.
    """
    shapes = shapes or project_shapes()
    read_all_shapes(shapes)  # so that both engines refuse the same shapes, by the same words
    if callable(data):
        return validate_with_sparql(data, shapes, focus_nodes)
    triples = list(dict.fromkeys(map(_as_triple, data)))
    around = list(map(_as_triple, context))
    # pySHACL looks for the focus nodes again below `sh:property`, and misses what is found there.
    if engine == "auto" and (focus_nodes is not None or len(triples) + len(around) > SMALL):
        engine = "compiled"
    everything = triples if not around else list(dict.fromkeys([*triples, *around]))
    report = _validate(everything, shapes, focus_nodes, engine)
    if not around:
        return report
    described = {triple.subject for triple in triples}
    described |= {triple.object for triple in triples} - {triple.subject for triple in around}
    return ValidationReport(tuple(result for result in report.results if result.focus_node in described))


def _validate(
    triples: list[Triple], shapes: ShapesGraph, focus_nodes: Collection[NamedNode] | None, engine: EngineName
) -> ValidationReport:
    if engine != "compiled":
        try:
            return validate_with_pyshacl(triples, shapes, focus_nodes)
        except PyshaclError:
            if engine == "pyshacl":
                raise
    return validate_in_memory(triples, shapes, focus_nodes)


def _as_triple(statement: Quad | Triple) -> Triple:
    return triple_of(statement) if isinstance(statement, Quad) else statement
