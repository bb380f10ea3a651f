"""The account of a build as a page to read: Markdown and HTML, in either language, from one document."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...ontology.iris import GRAPH
from ...ontology.text import Language, Text, grouped
from .model import STEPS, BuildReport, SourceReport, Tally

_OUTCOMES: Final = {
    "built": Text("lue", "read"),
    "reused": Text("inchangée", "unchanged"),
    "absent": Text("absente", "absent"),
}
_STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto;
  padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
caption { text-align: left; font-weight: 600; padding: .25rem 0 }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
td { overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) {
  body { background: #16181c; color: #e8e8e8 }
  th, td { border-color: #444 }
}
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; numbers are set to the right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


def markdown(report: BuildReport, language: Language) -> str:
    """The account as Markdown."""
    title, lead = _head(report, language)
    parts = [f"# {title}", lead]
    for section in _sections(report, language):
        parts.append(f"## {section.title}")
        parts += [_escaped_markdown(paragraph) for paragraph in section.paragraphs]
        for table in section.tables:
            parts.append(f"**{_escaped_markdown(table.caption)}**" if table.caption else "")
            parts.append("\n".join(_markdown_rows(table, language)))
    return "\n\n".join(part for part in parts if part) + "\n"


def html_page(report: BuildReport, language: Language) -> str:
    """The account as one page that needs nothing besides itself."""
    title, lead = _head(report, language)
    body = [f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(lead)}</p>"]
    for section in _sections(report, language):
        body.append(f"<section><h2>{html.escape(section.title)}</h2>")
        body += [f"<p>{html.escape(paragraph)}</p>" for paragraph in section.paragraphs]
        body += [_html_table(table, language) for table in section.tables]
        body.append("</section>")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _head(report: BuildReport, language: Language) -> tuple[str, str]:
    day = report.started.strftime("%Y-%m-%d %H:%M:%S UTC")
    triples, seconds = grouped(report.triples, language), f"{report.seconds:.1f}"
    if language == "fr":
        seconds = seconds.replace(".", ",")
        return (
            f"Construction de la version {report.version}",
            f"Le {day}, en {seconds} s : {triples} triplets publiés.",
        )
    return f"Build of version {report.version}", f"On {day}, in {seconds} s: {triples} triples published."


def _sections(report: BuildReport, language: Language) -> Iterator[Section]:
    yield _sources(report, language)
    for source in report.sources:
        if source.rejects or source.cleanings or source.unmatched:
            yield _faults(source, language)
    if report.warnings:
        yield _warnings(report, language)
    if report.difference:
        yield _difference(report, language)
    if report.steps:
        yield _steps(report, language)


def _sources(report: BuildReport, language: Language) -> Section:
    fr = language == "fr"
    header = (
        ("source", "état", "édition", "lignes lues", "nettoyées", "rejetées", "triplets", "inférés")
        if fr
        else ("source", "state", "edition", "rows read", "cleaned", "rejected", "triples", "inferred")
    )
    rows = tuple(
        (
            f"{source.title.in_language(language)} ({source.name})",
            _OUTCOMES[source.outcome].in_language(language),
            source.edition or "",
            source.records,
            source.cleaned,
            source.rejected,
            source.triples,
            source.inferred,
        )
        for source in report.sources
    )
    advice = tuple(
        f"{source.name}{' : ' if fr else ': '}{source.advice.in_language(language)}"
        for source in report.sources
        if source.advice
    )
    return Section("Sources", advice, (Table("", header, rows),))


def _faults(source: SourceReport, language: Language) -> Section:
    fr = language == "fr"
    tables = [
        _tallies("Lignes rejetées" if fr else "Rejected rows", source.rejects, language),
        _tallies("Valeurs nettoyées" if fr else "Cleaned values", source.cleanings, language),
    ]
    if source.unmatched:
        caption = "Recherches sans résultat" if fr else "Look-ups that found nothing"
        header = ("recherche", "nombre") if fr else ("look-up", "count")
        tables.append(Table(caption, header, tuple(source.unmatched.items())))
    return Section(source.title.in_language(language), (), tuple(table for table in tables if table.rows))


def _tallies(caption: str, tallies: Sequence[Tally], language: Language) -> Table:
    fr = language == "fr"
    header = (
        ("motif", "nombre", "exemples", "que faire") if fr else ("reason", "count", "examples", "what to do")
    )
    rows = tuple(
        (
            tally.reason,
            tally.count,
            " — ".join(f"{e.where}: {e.message.in_language(language)}" for e in tally.examples),
            tally.examples[0].hint.in_language(language) if tally.examples else "",
        )
        for tally in tallies
    )
    return Table(caption, header, rows)


def _warnings(report: BuildReport, language: Language) -> Section:
    fr = language == "fr"
    header = ("règle", "nombre", "exemple") if fr else ("rule", "count", "example")
    rows = tuple((w.message.in_language(language), w.count, w.example) for w in report.warnings)
    title = "Règles de bonne pratique non suivies" if fr else "Good practice not followed"
    return Section(title, (), (Table("", header, rows),))


def _difference(report: BuildReport, language: Language) -> Section:
    fr = language == "fr"
    header = ("graphe", "avant", "après") if fr else ("graph", "before", "after")
    rows = tuple((graph.removeprefix(GRAPH), *sizes) for graph, sizes in report.difference.items())
    title = "Différence avec la version précédente" if fr else "Difference from the previous version"
    return Section(title, (), (Table("", header, rows),))


def _steps(report: BuildReport, language: Language) -> Section:
    fr = language == "fr"
    header = (
        ("étape", "source", "secondes", "processeur (s)", "triplets", "mémoire maximale (Mo)")
        if fr
        else ("step", "source", "seconds", "processor (s)", "triples", "peak memory (MB)")
    )
    rows = tuple(
        (
            STEPS[step.step].in_language(language),
            step.source or "",
            f"{step.seconds:.2f}".replace(".", "," if fr else "."),
            f"{step.cpu_seconds:.2f}".replace(".", "," if fr else "."),
            step.triples if step.triples is not None else "",
            step.peak_memory // 1_000_000,
        )
        for step in report.steps
    )
    return Section("Temps et mémoire" if fr else "Time and memory", (), (Table("", header, rows),))


def _cell(value: str | int, language: Language) -> str:
    return grouped(value, language) if isinstance(value, int) else value


def _escaped_markdown(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{sign}" if sign in "\\`*_[]|#" else sign for sign in escaped)


def _markdown_rows(table: Table, language: Language) -> Iterator[str]:
    yield "| " + " | ".join(table.header) + " |"
    numbers = _number_columns(table)
    yield "|" + "|".join("---:" if index in numbers else "---" for index in range(len(table.header))) + "|"
    for row in table.rows:
        yield "| " + " | ".join(_escaped_markdown(_cell(value, language)) for value in row) + " |"


def _html_table(table: Table, language: Language) -> str:
    numbers = _number_columns(table)

    def cell(tag: str, index: int, value: str | int) -> str:
        mark = ' class="number"' if index in numbers else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{mark}>{html.escape(_cell(value, language))}</{tag}>"

    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(cell("th", index, value) for index, value in enumerate(table.header))
    rows = "".join(
        "<tr>" + "".join(cell("td", index, value) for index, value in enumerate(row)) + "</tr>\n"
        for row in table.rows
    )
    return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>"


def _number_columns(table: Table) -> set[int]:
    return {index for row in table.rows for index, value in enumerate(row) if isinstance(value, int)}
