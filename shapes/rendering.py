"""A report in the voice of people: grouped sentences for the terminal, Markdown and JSON.

Each group says what is wrong, where, how many times and how to mend it. The other voice is RDF
(`ValidationReport.serialize`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from ..ontology.errors import Where
from ..ontology.text import Language, Text
from .namespaces import SH, local_name
from .paths import Path, Predicate
from .report import ResultGroup, ValidationReport, ValidationResult
from .shapes_graph import Node

Locate = Callable[[ValidationResult], Where | None]
"""Where the source says what a result is about: the file and line, or the row, of its focus node."""

_SIGNS: Final = {SH.Violation: "✗", SH.Warning: "~", SH.Info: "i"}
_SEVERITY_NAMES: Final = {
    SH.Violation: (Text("erreur", "error"), Text("erreurs", "errors")),
    SH.Warning: (Text("avertissement", "warning"), Text("avertissements", "warnings")),
    SH.Info: (Text("remarque", "note"), Text("remarques", "notes")),
}
CONFORMS: Final = Text("Aucune règle n’est enfreinte.", "No rule is broken.")


def nowhere(_result: ValidationResult) -> None:
    """For data whose source is not known."""


def summary(report: ValidationReport) -> Text:
    """How many errors, warnings and notes there are, in one sentence."""
    if report.conforms:
        return CONFORMS
    counts: dict[NamedNode, int] = {}
    for result in report.results:
        severity = result.severity if result.severity in _SIGNS else SH.Violation
        counts[severity] = counts.get(severity, 0) + 1
    named = [(counts[severity], _SEVERITY_NAMES[severity]) for severity in _SIGNS if severity in counts]
    rules = len(report.groups)

    def said(language: Language) -> str:
        return ", ".join(f"{count} {names[count > 1].in_language(language)}" for count, names in named)

    return Text(
        f"{said('fr')} ; {rules} {'règle' if rules == 1 else 'règles'} en cause.",
        f"{said('en')}; {rules} {'rule' if rules == 1 else 'rules'} concerned.",
    )


def as_text(report: ValidationReport, language: Language, locate: Locate = nowhere, examples: int = 5) -> str:
    """Groups as plain lines; at most so many places are shown of each."""
    lines: list[str] = []
    for group in report.groups:
        rule = group.rule
        times = f" (× {group.count})" if group.count > 1 else ""
        lines.append(f"{_SIGNS.get(rule.severity, '✗')} {rule.message.in_language(language)}{times}")
        lines += [f"    {_place(result, locate)}" for result in group.results[:examples]]
        if group.count > examples:
            lines.append(f"    {_more(group.count - examples).in_language(language)}")
        if rule.hint:
            lines.append(f"  → {rule.hint.in_language(language)}")
    lines.append(summary(report).in_language(language))
    return "\n".join(lines)


def as_markdown(
    report: ValidationReport, language: Language, locate: Locate = nowhere, examples: int = 20
) -> str:
    """The same as Markdown, one section for each rule."""
    title = Text("Rapport de validation", "Validation report").in_language(language)
    lines = [f"# {title}", "", summary(report).in_language(language)]
    for group in report.groups:
        rule = group.rule
        one, several = _SEVERITY_NAMES.get(rule.severity, _SEVERITY_NAMES[SH.Violation])
        name = (several if group.count > 1 else one).in_language(language)
        lines += ["", f"## {_escaped(rule.message.in_language(language))}", "", f"{group.count} {name}."]
        if rule.hint:
            lines += ["", _escaped(rule.hint.in_language(language))]
        lines += ["", *(f"- {_escaped(_place(result, locate))}" for result in group.results[:examples])]
        if group.count > examples:
            lines.append(f"- {_more(group.count - examples).in_language(language)}")
    return "\n".join(lines) + "\n"


def as_json(report: ValidationReport, locate: Locate = nowhere) -> dict[str, Any]:
    """Everything, for programs: groups with all their results, texts in both languages."""
    return {
        "conforms": report.conforms,
        "violations": len(report.violations),
        "summary": dict(summary(report).as_mapping()),
        "groups": [_group_as_json(group, locate) for group in report.groups],
    }


def _group_as_json(group: ResultGroup, locate: Locate) -> dict[str, Any]:
    rule = group.rule
    return {
        "shape": _shown(rule.source_shape),
        "component": rule.component.value,
        "severity": rule.severity.value,
        "path": None if rule.path is None else str(rule.path),
        "message": dict(rule.message.as_mapping()),
        "hint": None if rule.hint is None else dict(rule.hint.as_mapping()),
        "count": group.count,
        "results": [_result_as_json(result, locate) for result in group.results],
    }


def _result_as_json(result: ValidationResult, locate: Locate) -> Mapping[str, Any]:
    found: dict[str, Any] = {"focusNode": _shown(result.focus_node)}
    if result.value is not None:
        found["value"] = _shown(result.value)
    where = locate(result)
    if where is not None:
        parts = {"file": where.file, "line": where.line, "column": where.column, "pointer": where.pointer}
        found["where"] = {name: part for name, part in parts.items() if part is not None}
    return found


def _place(result: ValidationResult, locate: Locate) -> str:
    """The row of the source, when it is known, then the node and the value."""
    where = locate(result)
    parts = [f"{where}:"] if where is not None and str(where) else []
    parts.append(_short(result.focus_node))
    if result.path is not None:
        parts.append(short_path(result.path))
    if result.value is not None and result.value != result.focus_node:
        parts.append(_short(result.value))
    return " ".join(parts)


def short_path(path: Path) -> str:
    """A path by the readable ends of its properties."""
    if isinstance(path, Predicate):
        return local_name(path.iri.value)
    return "".join(
        local_name(part.removesuffix(">")) if part.startswith("http") else part
        for part in str(path).replace(">", "><").split("<")
    ).replace(">", "")


def _short(node: Node) -> str:
    if isinstance(node, NamedNode):
        return local_name(node.value)
    if isinstance(node, Literal):
        text = node.value if len(node.value) <= 80 else node.value[:77] + "..."
        return f"“{text}”" + (f"@{node.language}" if node.language else "")
    return f"_:{node.value[:8]}"


def _shown(node: Node) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _more(number: int) -> Text:
    return Text(f"… et {number} de plus", f"... and {number} more")


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in r"\`*_{}[]<>#|" else character for character in text)
