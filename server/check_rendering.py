"""The editor's check in three forms: for a terminal, for a pull request (Markdown), for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.text import Text as Styled

from ..ontology.check.checking import Check
from ..ontology.check.documents import Checked
from ..ontology.check.model import Finding, Severity
from ..ontology.check.reasoning import Entailment
from ..ontology.compare.model import Comparison, Level, number
from ..ontology.text import Language, Text
from ..queries.impact import Affected

_COLOURS: Final = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_SHOWN: Final = 40
"""Lines of a section in a terminal; Markdown and JSON hold everything."""

_KINDS: Final = {
    "query": Text("question", "query"),
    "shape": Text("règle SHACL", "shape"),
    "case-file": Text("étude de cas", "case file"),
}


@dataclass(frozen=True, slots=True)
class FullReport:
    """A check with what it means for queries, shapes and case files."""

    check: Check
    subject: Checked
    affected: tuple[Affected, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Section:
    title: Text
    lines: tuple[Text, ...]


def render(report: FullReport, form: str, language: Language) -> str:
    """The report in Markdown or JSON; `print_report` is for terminals."""
    return (
        json.dumps(_as_json(report), ensure_ascii=False, indent=2)
        if form == "json"
        else _markdown(report, language)
    )


# -- what is said, in any form


def summary(report: FullReport) -> Text:
    """One sentence: how many findings of each severity, or that there is nothing to say."""
    counts = {s: sum(f.severity is s for f in report.check.findings) for s in reversed(Severity)}
    files = len(report.check.files)
    if not report.check.findings:
        return Text(
            f"Rien à signaler ({files} fichiers, {report.seconds:.1f} s)."
            if files > 1
            else f"Rien à signaler ({report.seconds:.1f} s).",
            f"Nothing to report ({files} files, {report.seconds:.1f} s)."
            if files > 1
            else f"Nothing to report ({report.seconds:.1f} s).",
        )
    fr = ", ".join(f"{n} {s.text.fr}{'s' if n > 1 else ''}" for s, n in counts.items() if n)
    en = ", ".join(f"{n} {s.text.en}{'s' if n > 1 else ''}" for s, n in counts.items() if n)
    return Text(f"{fr} ({report.seconds:.1f} s).", f"{en} ({report.seconds:.1f} s).")


def _sections(report: FullReport) -> Iterator[_Section]:
    comparison = report.check.comparison
    if comparison is not None and comparison.changes:
        yield _Section(
            Text(f"Changements depuis {comparison.before}", f"Changes since {comparison.before}"),
            (*_version_lines(comparison), *(change.message for change in comparison.changes)),
        )
    changed = report.check.inferred
    if changed is not None and changed.gained:
        yield _Section(Text("S’ensuit désormais", "Newly follows"), _phrases(changed.gained))
    if changed is not None and changed.lost:
        yield _Section(Text("Ne s’ensuit plus", "No longer follows"), _phrases(changed.lost))
    if report.affected:
        yield _Section(Text("Ce qui s’en sert", "What uses it"), tuple(map(_affected, report.affected)))
    if report.check.skipped:
        yield _Section(Text("Non vérifié", "Not checked"), report.check.skipped)


def _version_lines(comparison: Comparison) -> Iterator[Text]:
    wanted, level = comparison.wanted_version(), comparison.level.text
    if wanted is None or comparison.level is Level.NONE:
        return
    now = comparison.version_after
    enough = number(now) >= number(wanted)
    yield Text(
        f"la version à publier est {level.fr} : {wanted} ou plus (l’en-tête dit {now}"
        + (")" if enough else ", à relever)"),
        f"the version to release is {level.en}: {wanted} or higher (the header says {now}"
        + (")" if enough else ", to be raised)"),
    )


def _phrases(entailments: Sequence[Entailment]) -> tuple[Text, ...]:
    return tuple(entailment.phrase for entailment in entailments)


def _affected(affected: Affected) -> Text:
    kind = _KINDS[affected.kind]
    return Text(
        f"{kind.fr} {affected.name} : {affected.outcome.fr}",
        f"{kind.en} {affected.name}: {affected.outcome.en}",
    )


# -- terminal


def print_report(report: FullReport, language: Language, console: Console) -> None:
    """The report, with colours where the terminal has them."""
    for finding in report.check.findings:
        line = Styled()
        line.append(finding.severity.text.in_language(language), _COLOURS[finding.severity])
        if finding.where is not None:
            line.append(f" {finding.where}", "bold")
        line.append(f" {finding.message.in_language(language)}. {finding.hint.in_language(language)}")
        line.append(f" [{finding.rule}]", "dim")
        console.print(line, soft_wrap=True)
    for section in _sections(report):
        console.print(Styled(f"\n{section.title.in_language(language)}", "bold"))
        for text in section.lines[:_SHOWN]:
            console.print(Styled(f"  {text.in_language(language)}"), soft_wrap=True)
        left = len(section.lines) - _SHOWN
        if left > 0:
            more = Text(
                f"  … et {left} de plus (--format markdown)", f"  … and {left} more (--format markdown)"
            )
            console.print(Styled(more.in_language(language), "dim"))
    console.print(Styled(summary(report).in_language(language), "bold"))


# -- Markdown


def _markdown(report: FullReport, language: Language) -> str:
    title = Text("Vérification de l’ontologie", "Ontology check").in_language(language)
    lines = [f"## {title}", "", summary(report).in_language(language), ""]
    if report.check.findings:
        heads = Text("| gravité | où | constat | règle |", "| severity | where | finding | rule |")
        lines += [heads.in_language(language), "|---|---|---|---|"]
        lines += [_row(finding, language) for finding in report.check.findings]
        lines.append("")
    for section in _sections(report):
        lines += [f"### {section.title.in_language(language)}", ""]
        lines += [f"- {_escaped(text.in_language(language))}" for text in section.lines]
        lines.append("")
    return "\n".join(lines)


def _row(finding: Finding, language: Language) -> str:
    said = f"{finding.message.in_language(language)}. {finding.hint.in_language(language)}"
    cells = (
        finding.severity.text.in_language(language),
        f"`{finding.where}`" if finding.where else "",
        _escaped(said),
        f"`{finding.rule}`",
    )
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    for character in "\\`*_{}[]<>|#":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


# -- JSON


def _as_json(report: FullReport) -> dict[str, Any]:
    comparison = report.check.comparison
    changed = report.check.inferred
    return {
        "files": list(report.check.files),
        "seconds": round(report.seconds, 2),
        "findings": [
            {
                "rule": f.rule,
                "severity": f.severity.word,
                "term": f.term or None,
                "file": f.where.file if f.where else None,
                "line": f.where.line if f.where else None,
                "column": f.where.column if f.where else None,
                "message": f.message.as_mapping(),
                "hint": f.hint.as_mapping(),
            }
            for f in report.check.findings
        ],
        "comparison": None
        if comparison is None
        else {
            "before": comparison.before,
            "level": comparison.level.name.lower(),
            "versionBefore": comparison.version_before,
            "versionAfter": comparison.version_after,
            "versionWanted": comparison.wanted_version(),
            "changes": [
                {
                    "kind": c.kind,
                    "term": c.term or None,
                    "successor": c.successor,
                    "level": c.level.name.lower(),
                    "message": c.message.as_mapping(),
                }
                for c in comparison.changes
            ],
        },
        "inferred": None
        if changed is None
        else {"gained": _facts(changed.gained), "lost": _facts(changed.lost)},
        "affected": [
            {
                "kind": a.kind,
                "name": a.name,
                "terms": list(a.terms),
                "changed": a.changed,
                "outcome": a.outcome.as_mapping(),
            }
            for a in report.affected
        ],
        "skipped": [text.as_mapping() for text in report.check.skipped],
    }


def _facts(entailments: Sequence[Entailment]) -> list[dict[str, Any]]:
    return [
        {
            "subject": e.triple[0],
            "predicate": e.triple[1],
            "object": e.triple[2],
            "phrase": e.phrase.as_mapping(),
        }
        for e in entailments
    ]
