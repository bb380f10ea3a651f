"""`digiterr query`: ask a stored question, a file, or a SPARQL text."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import click
from rich.console import Console
from rich.table import Table

from ...ontology.errors import InputError, NotFoundError
from ...ontology.sparql_tokens import query_form
from ...ontology.text import LANGUAGES, Language, Text
from ...queries import library
from ...queries.arguments import written
from ...queries.cells import heading
from ...queries.charts.files import ImageFormat, image
from ...queries.charts.specification import VIEWS, specification
from ...queries.charts.theme import PALETTES, Theme
from ...queries.model import StoredAnswer, StoredQuery, View
from ...queries.reading import has_header, parse_query, read_text
from ...queries.running import choices, run, run_unnamed
from ...queries.spreadsheet import answer_workbook
from ...queries.writing import PROVENANCE, WRITERS, evidence_readings, readings
from ...store.embedded import open_engine
from ...store.model import Engine, QueryRequest
from ..cli import Settings

FORMATS: Final = ("table", *WRITERS, "xlsx")
CHARTS: Final = ("svg", "png", "vl")
_ROWS_OF_A_CHART: Final = 2000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_RDF_FORMATS: Final[Mapping[str, str]] = {
    "ttl": "text/turtle",
    "table": "text/turtle",
    "json": "application/ld+json",
    "xml": "application/rdf+xml",
}
_TRUTH_FORMATS: Final[Mapping[str, str]] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
}


@click.command(name="query")
@click.argument("question", metavar="[NAME|SPARQL]", required=False)
@click.option("--file", "file", type=click.Path(path_type=Path), help="A .rq file, with a header or without.")
@click.option("--param", "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="May be repeated.")
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of labels; that of messages by default.")
@click.option("--provenance", is_flag=True, help="Say where each row comes from.")
@click.option(
    "--chart",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.svg|.png|.vl",
    help="Draw the answer into a file; .vl is its Vega-Lite.",
)
@click.option("--view", type=click.Choice([one for one in VIEWS if one != "table"]), help="How to draw it.")
@click.option("--theme", type=click.Choice(list(PALETTES)), default="light", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Rows at most.")
@click.option("--list", "listing", is_flag=True, help="List the stored queries, or what a query takes.")
@click.option("--data-dir", type=click.Path(path_type=Path), default=Path("var"), show_default=True)
@click.pass_obj
def command(
    settings: Settings,
    question: str | None,
    file: Path | None,
    parameters: tuple[str, ...],
    form: str,
    lang: Language | None,
    provenance: bool,
    chart: Path | None,
    view: View | None,
    theme: Theme,
    limit: int | None,
    listing: bool,
    data_dir: Path,
) -> None:
    """Ask the graph a question: a stored query by its name or number, a file, or SPARQL as written.

    \b
    digiterr query --list
    digiterr query project-durations
    digiterr query projects-running-in --param year=2015 --format markdown --lang fr
    digiterr query --file my-query.rq --format csv
    digiterr query departments-by-population --chart departments.svg
    digiterr query "SELECT (COUNT(*) AS ?n) { ?case a <https://w3id.org/digiterr/ont#CaseStudy> }"
    """
    language = lang or settings.language
    if question is None and file is None:
        if not listing:
            raise click.UsageError(
                settings.say(
                    Text(
                        "Donnez le nom d’une question, un fichier ou du SPARQL ; --list montre les noms.",
                        "Give the name of a query, a file or SPARQL; --list shows the names.",
                    )
                )
            )
        _list_queries(language)
        return
    query = _query(question, file)
    if chart is not None and chart.suffix.removeprefix(".") not in CHARTS:
        raise click.BadParameter(", ".join(f".{one}" for one in CHARTS), param_hint="--chart")
    with open_engine(data_dir) as engine:
        if chart is not None:
            most = min(limit or _ROWS_OF_A_CHART, _ROWS_OF_A_CHART)
            answer = (
                _first(run_unnamed(engine, query, language), most)
                if isinstance(query, str)
                else run(engine, query, _given(parameters), language, size=most)
            )
            _draw(engine, answer, chart, view, theme)
        elif isinstance(query, str):
            _answer_unnamed(engine, query, form, language)
        elif listing:
            _list_choices(engine, query, language)
        else:
            answer = run(engine, query, _given(parameters), language, size=limit, evidence=provenance)
            _show(answer, form)


def _query(question: str | None, file: Path | None) -> StoredQuery | str:
    """A stored query, or the text of one without a header."""
    if file is not None:
        if question is not None:
            raise click.UsageError("Give a name or --file, not both / donnez un nom ou --file, pas les deux.")
        text = read_text(file)
        return parse_query(text, file.stem, str(file)) if has_header(text) else text
    question = (question or "").strip()
    return library.find(question) if _NAME.fullmatch(question) else question


def _given(parameters: tuple[str, ...]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise click.BadParameter(f"'{parameter}': NAME=VALUE", param_hint="--param")
        given.setdefault(name.strip(), []).append(value)
    return given


def _first(answer: StoredAnswer, rows: int) -> StoredAnswer:
    return replace(answer, rows=answer.rows[:rows], more=len(answer.rows) > rows)


def _draw(engine: Engine, answer: StoredAnswer, path: Path, view: View | None, theme: Theme) -> None:
    """Write the chart of an answer. Raises NotFoundError where there is nothing to draw."""
    drawn = specification(engine, answer, view, theme)
    if drawn is None:
        raise NotFoundError(
            Text("cette réponse ne donne rien à dessiner.", "this answer gives nothing to draw."),
            Text("Demandez le tableau, sans --chart.", "Ask for the table, without --chart."),
        )
    form = path.suffix.removeprefix(".")
    path.write_bytes(
        json.dumps(drawn, ensure_ascii=False, indent=1).encode()
        if form == "vl"
        else image(drawn, cast("ImageFormat", form))
    )


def _show(answer: StoredAnswer, form: str) -> None:
    if form == "xlsx":
        with answer_workbook(answer, "digiterr query") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    if form != "table":
        _write(WRITERS[form][1](answer))
        return
    language = answer.language
    query = answer.query
    if not answer.rows and query.silence is not None:
        click.echo(query.silence.in_language(language))
        return
    table = Table(title=query.question.in_language(language) or None, title_justify="left")
    for column in query.columns:
        table.add_column(heading(column, language), justify="right" if column.unit else "left")
    if answer.evidence is not None:
        table.add_column(PROVENANCE.in_language(language))
    evidence = tuple(evidence_readings(answer))
    for position, cells in enumerate(readings(answer)):
        table.add_row(*cells, *(["\n".join(evidence[position])] if answer.evidence is not None else []))
    if not answer.rows:
        table.caption = {"fr": "Aucune ligne.", "en": "No row."}[language]
    elif answer.more:
        table.caption = {"fr": "D’autres lignes suivent.", "en": "More rows follow."}[language]
    Console(width=None if sys.stdout.isatty() else 200, markup=False).print(table)


def _answer_unnamed(engine: Engine, text: str, form: str, language: Language) -> None:
    match query_form(text):
        case "SELECT":
            _show(run_unnamed(engine, text, language), form)
        case "ASK":
            body = b"".join(
                engine.query(QueryRequest(text, accept=_TRUTH_FORMATS.get(form, _TRUTH_FORMATS["json"]))).body
            )
            if form in _TRUTH_FORMATS:
                _write(body.decode())
            else:
                truth: dict[str, Any] = json.loads(body)
                words = {"fr": ("non", "oui"), "en": ("no", "yes")}[language]
                click.echo(words[bool(truth["boolean"])])
        case None:
            raise InputError(
                Text(
                    "ce texte n’est ni le nom d’une question ni une requête SPARQL.",
                    "this text is neither the name of a query nor a SPARQL query.",
                ),
                Text(
                    "Un nom s’écrit sans espace (digiterr query --list) ; une requête commence par SELECT, "
                    "ASK, CONSTRUCT ou DESCRIBE.",
                    "A name has no space in it (digiterr query --list); a query begins with SELECT, ASK, "
                    "CONSTRUCT or DESCRIBE.",
                ),
            )
        case _:
            if form not in _RDF_FORMATS:
                raise click.BadParameter(", ".join(_RDF_FORMATS), param_hint="--format")
            for chunk in engine.query(QueryRequest(text, accept=_RDF_FORMATS[form])).body:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()


def _list_queries(language: Language) -> None:
    table = Table()
    for title in {"fr": ("N°", "Nom", "Question"), "en": ("No.", "Name", "Question")}[language]:
        table.add_column(title)
    for query in library.all_queries():
        table.add_row(str(query.number or ""), query.name, query.question.in_language(language))
    Console(width=None if sys.stdout.isatty() else 200, markup=False).print(table)


def _list_choices(engine: Engine, query: StoredQuery, language: Language) -> None:
    """What each parameter of a query takes."""
    click.echo(query.question.in_language(language))
    for parameter in query.parameters:
        default = ", ".join(written(query, parameter, term) for term in parameter.default)
        click.echo(f"\n{parameter.name}: {parameter.label.in_language(language)} [{default}]")
        for choice in choices(engine, parameter, query):
            label = choice.label.in_language(language) if choice.label else ""
            click.echo(f"  {choice.value}\t{label}")


def _write(text: str) -> None:
    # CSV ends its rows with CRLF, which text output would double on some systems.
    sys.stdout.buffer.write(text.encode())
    if not text.endswith("\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
