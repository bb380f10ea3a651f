"""The whole check of some documents, as far as the ontology alone can tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from rdflib import OWL, RDF, Graph, URIRef

from ..compare.comparison import compare
from ..compare.description import KINDS
from ..compare.model import Comparison
from ..errors import InputError
from ..iris import BASE
from ..reasoning.hermit import Classification, classify
from ..reasoning.java import reasoners_installed
from ..text import Text
from .documents import Checked, Document, checked, read_file
from .hygiene import hygiene_findings
from .model import Finding, Severity
from .reasoning import Inferred, inferred, logic_findings, profile_findings, rule_findings

NOT_INSTALLED = Text(
    "Cohérence vérifiée par les seules règles, inférences non comparées : pip install 'digiterr[editor]'.",
    "Consistency checked by the rules alone, inferences not compared: pip install 'digiterr[editor]'.",
)
NOT_SOUND = Text(
    "Inférences non comparées : le profil OWL 2 DL n’est pas respecté.",
    "Inferences not compared: the OWL 2 DL profile is not kept.",
)


@dataclass(frozen=True)
class Baseline:
    """What documents are compared with: its name and graph, None where there is nothing to compare with.

    `data`, such as the case files, must be consistent with the ontology before and after.
    """

    name: str
    graph: Graph | None
    data: Graph = field(default_factory=Graph)

    @cached_property
    def classification(self) -> Classification:
        return classify(_with_data(self.graph or Graph(), self.data))


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found. `skipped` says what was not done and why."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    comparison: Comparison | None = None
    inferred: Inferred | None = None
    skipped: tuple[Text, ...] = ()

    @property
    def gravest(self) -> Severity | None:
        return max((finding.severity for finding in self.findings), default=None)


def read_files(paths: Iterable[Path]) -> tuple[tuple[Document, ...], tuple[Finding, ...]]:
    """The files that can be read, and a finding for each that cannot."""
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            documents.append(read_file(path))
        except InputError as error:
            hint = error.hint or Text("", "")
            message = Text(error.message.fr.rstrip("."), error.message.en.rstrip("."))
            findings.append(Finding("syntax", Severity.VIOLATION, "", message, hint, error.where))
    return tuple(documents), tuple(findings)


def check(
    documents: Sequence[Document], baseline: Baseline, *, reasoning: bool = True
) -> tuple[Check, Checked]:
    """Judge documents, and what they change of the baseline.

    `reasoning` runs HermiT on the documents, on the baseline if anything changed, and Pellet where something
    clashes: some seconds each.
    """
    subject = checked(documents)
    findings = [*hygiene_findings(subject)]
    profile = list(profile_findings(subject))
    findings += profile
    comparison = None
    if baseline.graph is not None:
        comparison = compare(baseline.graph, subject.graph, baseline.name, _namespaces(documents))
        if not any(document.is_ours for document in documents):  # its version is not the ontology's
            comparison = replace(comparison, version_before=None, version_after=None)
    skipped: list[Text] = []
    changed: Inferred | None = None
    if reasoning and not reasoners_installed():
        skipped.append(NOT_INSTALLED)
        findings += rule_findings(subject, baseline.data)
    elif reasoning and profile:
        skipped.append(NOT_SOUND)
    elif reasoning:
        changed = _reason(subject, baseline, comparison, findings)
    report = Check(
        files=tuple(document.name for document in documents),
        findings=tuple(sorted(findings, key=lambda finding: (-finding.severity, finding.rule, finding.term))),
        comparison=comparison,
        inferred=changed,
        skipped=tuple(skipped),
    )
    return report, subject


def _reason(
    subject: Checked, baseline: Baseline, comparison: Comparison | None, findings: list[Finding]
) -> Inferred | None:
    after = _with_data(subject.graph, baseline.data)
    are = classify(after)
    findings += logic_findings(subject, after, are)
    if baseline.graph is None or comparison is None or not comparison.changes:
        return None
    before = _with_data(baseline.graph, baseline.data)
    return inferred(before, after, baseline.classification, are)


def _with_data(graph: Graph, data: Graph) -> Graph:
    merged = Graph(bind_namespaces="none")
    merged += graph
    merged += data
    return merged


def _namespaces(documents: Sequence[Document]) -> tuple[str, ...]:
    """The project's own namespaces, and those of the terms that the documents define."""
    own = {BASE}
    for document in documents:
        if document.is_ours:
            continue
        for term, kind in document.graph.subject_objects(RDF.type):
            if isinstance(term, URIRef) and kind in (*KINDS, OWL.NamedIndividual):
                own.add(term[: max(term.rfind("#"), term.rfind("/")) + 1])
    return tuple(sorted(own))
