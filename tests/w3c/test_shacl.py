"""The W3C SHACL test suite, from its manifests, over both engines.

The two engines give our own report; it is compared with the expected one result by result: focus node, path,
value, severity, component, shape (blank nodes count as equal to each other), and the messages that a test
states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest
from digiterr.ontology.errors import DigiTerrError
from digiterr.shapes.namespaces import SH, Namespace
from digiterr.shapes.paths import path_triples, read_path
from digiterr.shapes.report import ValidationReport
from digiterr.shapes.shapes_graph import ShapesGraph, triple_of
from digiterr.shapes.validation import validate
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SUITE = Path(__file__).parents[3] / "shared" / "w3c" / "shacl"

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("pyshacl", "core/property/uniqueLang-002"): 'pySHACL takes "1"^^xsd:boolean for true',
    ("pyshacl", "sparql/node/prefixes-001"): "pySHACL does not follow owl:imports from sh:prefixes",
    (
        "pyshacl",
        "sparql/pre-binding/shapesGraph-001",
    ): "$shapesGraph is optional (SHACL 5.3.1) and refused by name",
    (
        "compiled",
        "sparql/pre-binding/shapesGraph-001",
    ): "$shapesGraph is optional (SHACL 5.3.1) and refused by name",
}


@dataclass(frozen=True)
class Case:
    name: str
    data: Path
    shapes: Path
    expected: ShapesGraph
    result: Any

    def __str__(self) -> str:
        return self.name


def read(path: Path) -> ShapesGraph:
    quads = parse(path.read_bytes(), RdfFormat.TURTLE, base_iri=path.as_uri())
    return ShapesGraph(triple_of(quad) for quad in quads)


def cases(manifest: Path) -> Iterator[Case]:
    graph = read(manifest)
    root = NamedNode(manifest.as_uri())
    for included in graph.values(root, MF.include):
        yield from cases(Path(url2pathname(included.value.removeprefix("file://"))))
    for entries in graph.values(root, MF.entries):
        for entry in graph.list_items(entries):
            action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
            assert action is not None
            data, shapes = (
                Path(url2pathname(graph.value(action, p).value.removeprefix("file://")))
                for p in (SHT.dataGraph, SHT.shapesGraph)
            )
            name = f"{manifest.parent.relative_to(SUITE)}/{manifest.stem}"
            yield Case(name, data, shapes, graph, result)


ALL = list(cases(SUITE / "manifest.ttl")) if SUITE.is_dir() else []


def key(node: Any) -> str:
    return "a blank node" if isinstance(node, BlankNode) else str(node)


def path_key(graph: ShapesGraph, node: Any) -> str:
    return "" if node is None else str(read_path(graph, node))


def expected_results(case: Case) -> Counter[tuple[str, ...]]:
    graph, report = case.expected, case.result
    found: Counter[tuple[str, ...]] = Counter()
    for result in graph.values(report, SH.result):
        found[
            key(graph.value(result, SH.focusNode)),
            path_key(graph, graph.value(result, SH.resultPath)),
            key(graph.value(result, SH.value)),
            key(graph.value(result, SH.resultSeverity)),
            key(graph.value(result, SH.sourceConstraintComponent)),
            key(graph.value(result, SH.sourceShape)),
        ] += 1
    return found


def actual_results(report: ValidationReport) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for result in report.results:
        node, triples = path_triples(result.path) if result.path else (None, [])
        found[
            key(result.focus_node),
            path_key(ShapesGraph(triples), node),
            key(result.value),
            key(result.severity),
            key(result.component),
            key(result.source_shape),
        ] += 1
    return found


def expected_messages(case: Case) -> set[str]:
    graph = case.expected
    return {str(m) for r in graph.values(case.result, SH.result) for m in graph.values(r, SH.resultMessage)}


@pytest.mark.shared
@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
@pytest.mark.parametrize("case", ALL, ids=str)
def test_suite(shared: Path, case: Case, engine: Any, request: pytest.FixtureRequest) -> None:
    if reason := EXCEPTIONS.get((engine, case.name)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    data, shapes = read(case.data), read(case.shapes)
    if case.result == SHT.Failure:
        with pytest.raises(DigiTerrError):
            validate(data.triples, shapes, engine=engine)
        return
    report = validate(data.triples, shapes, engine=engine)
    expects_conformance = case.expected.value(case.result, SH.conforms)
    assert isinstance(expects_conformance, Literal)
    assert report.conforms == (expects_conformance.value == "true")
    assert actual_results(report) == expected_results(case)
    said = {str(message) for result in report.results for message in result.messages}
    assert expected_messages(case) <= said


@pytest.mark.shared
def test_the_whole_core_suite_is_run(shared: Path) -> None:
    assert sum(case.name.startswith("core") for case in ALL) == 98
