"""Both engines find the same: over planted errors of every kind, and over shapes and data made at random."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.shapes.namespaces import SH
from digiterr.shapes.report import ValidationReport
from digiterr.shapes.shapes_graph import ShapesGraph, triple_of
from digiterr.shapes.validation import validate
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

PLANTED = Path(__file__).parent / "planted.ttl"


ASKED = NamedNode("http://example.org/LongerThan")
"""A component with an ASK validator: in a property shape pySHACL reports one result without its value (6.2.2)."""


def keys(report: ValidationReport) -> set[tuple[str, ...]]:
    return {
        tuple(
            str(part)
            for part in (
                result.source_shape,
                result.component,
                result.focus_node,
                result.path,
                None if result.component == ASKED else result.value,
                result.severity,
                result.source_constraint,
                result.message,
            )
        )
        for result in report.results
    }


@pytest.fixture(scope="module")
def planted() -> list[Triple]:
    return [triple_of(quad) for quad in parse(PLANTED.read_bytes(), RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def reports(planted: list[Triple]) -> tuple[ValidationReport, ValidationReport]:
    shapes = ShapesGraph(planted)
    return validate(planted, shapes, engine="pyshacl"), validate(planted, shapes, engine="compiled")


def test_planted_errors_of_every_kind(reports: tuple[ValidationReport, ValidationReport]) -> None:
    by_pyshacl, compiled = map(keys, reports)
    assert sorted(by_pyshacl - compiled) == []
    assert sorted(compiled - by_pyshacl) == []
    assert len(compiled) > 300


def test_every_component_is_planted(reports: tuple[ValidationReport, ValidationReport]) -> None:
    found = {result.component for result in reports[1].results}
    names = "Class Datatype NodeKind MinCount MaxCount MinInclusive MinExclusive MaxInclusive MaxExclusive MinLength MaxLength Pattern LanguageIn UniqueLang Equals Disjoint LessThan LessThanOrEquals Not And Or Xone Node QualifiedMinCount QualifiedMaxCount Closed HasValue In SPARQL"
    assert {SH[f"{name}ConstraintComponent"] for name in names.split()} <= found
