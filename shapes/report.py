"""What validation found: results and the report that holds them (SHACL 3.6), as data and as RDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ..ontology.text import Text
from .namespaces import DTSH, RDF, SH, XSD
from .paths import Path, path_triples
from .shapes_graph import Node

SEVERITIES: Final = (SH.Violation, SH.Warning, SH.Info)
"""Must, should, may: from the gravest to the lightest. Shapes may use severities of their own."""


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One value, or one node, that breaks one rule.

    `message` is the sentence of the rule in both languages, `hint` how to mend it. `messages` are the
    literals of `sh:message` as written, for the RDF report; empty when the shape gives none.
    """

    focus_node: Node
    component: NamedNode
    source_shape: NamedNode | BlankNode
    severity: NamedNode
    message: Text
    path: Path | None = None
    value: Node | None = None
    hint: Text | None = None
    messages: tuple[Literal, ...] = ()
    source_constraint: NamedNode | BlankNode | None = None


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """Results of one rule: the same shape, constraint, path and severity. `results` is never empty."""

    results: tuple[ValidationResult, ...]

    @property
    def count(self) -> int:
        return len(self.results)

    @property
    def rule(self) -> ValidationResult:
        """Any of the results, for what they have in common."""
        return self.results[0]


@dataclass(frozen=True)
class ValidationReport:
    """The account of one validation. An empty report conforms."""

    results: tuple[ValidationResult, ...] = ()

    @property
    def conforms(self) -> bool:
        """SHACL's own sense (3.6.1.1): there is no result at all, of whatever severity."""
        return not self.results

    def at_least(self, severity: NamedNode) -> tuple[ValidationResult, ...]:
        """Results as grave as `severity` or graver; one that SHACL does not define counts as gravest."""
        lighter = SEVERITIES[SEVERITIES.index(severity) + 1 :]
        return tuple(result for result in self.results if result.severity not in lighter)

    @property
    def violations(self) -> tuple[ValidationResult, ...]:
        """What must be mended: everything but warnings and notes."""
        return self.at_least(SH.Violation)

    @cached_property
    def groups(self) -> tuple[ResultGroup, ...]:
        """Results by rule, the gravest and then the most frequent first."""
        by_rule: dict[tuple[object, ...], list[ValidationResult]] = defaultdict(list)
        for result in self.results:
            key = (result.source_shape, result.component, result.path, result.severity, result.message)
            by_rule[key].append(result)
        groups = [ResultGroup(tuple(results)) for results in by_rule.values()]
        return tuple(sorted(groups, key=lambda group: (_gravity(group.rule.severity), -group.count)))

    def triples(self) -> list[Triple]:
        """The standard `sh:ValidationReport` (SHACL 3.6)."""
        report = BlankNode()
        conforms = Literal("true" if self.conforms else "false", datatype=XSD.boolean)
        triples = [Triple(report, RDF.type, SH.ValidationReport), Triple(report, SH.conforms, conforms)]
        for result in self.results:
            node = BlankNode()
            triples.append(Triple(report, SH.result, node))
            triples += _result_triples(node, result)
        return triples

    def serialize(self, rdf_format: RdfFormat = RdfFormat.TURTLE) -> bytes:
        """The standard report in an RDF syntax."""
        prefixes: Mapping[str, str] = {"sh": SH.base, "xsd": XSD.base, "dtsh": DTSH.base}
        return serialize(self.triples(), format=rdf_format, prefixes=dict(prefixes)) or b""


def report_of(results: Iterable[ValidationResult]) -> ValidationReport:
    """The report of results that were found in any order: by rule, then by focus node and value."""
    keyed = [((str(r.source_shape), str(r.focus_node), str(r.value)), r) for r in results]
    return ValidationReport(tuple(result for _, result in sorted(keyed, key=lambda pair: pair[0])))


def _gravity(severity: NamedNode) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def _result_triples(node: BlankNode, result: ValidationResult) -> list[Triple]:
    triples = [
        Triple(node, RDF.type, SH.ValidationResult),
        Triple(node, SH.focusNode, result.focus_node),
        Triple(node, SH.resultSeverity, result.severity),
        Triple(node, SH.sourceConstraintComponent, result.component),
        Triple(node, SH.sourceShape, result.source_shape),
    ]
    if result.path is not None:
        head, described = path_triples(result.path)
        triples += [Triple(node, SH.resultPath, head), *described]
    if result.value is not None:
        triples.append(Triple(node, SH.value, result.value))
    if result.source_constraint is not None:
        triples.append(Triple(node, SH.sourceConstraint, result.source_constraint))
    messages = result.messages or (
        Literal(result.message.fr, language="fr"),
        Literal(result.message.en, language="en"),
    )
    triples += [Triple(node, SH.resultMessage, message) for message in messages]
    if result.hint is not None:
        triples += [
            Triple(node, DTSH.hint, Literal(result.hint.fr, language="fr")),
            Triple(node, DTSH.hint, Literal(result.hint.en, language="en")),
        ]
    return triples
