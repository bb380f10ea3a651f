"""`digiterr check [FILES]`: what an editor wants to know before merging."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
import pyoxigraph
from pyoxigraph import RdfFormat
from rdflib import Graph
from rich.console import Console

from ...loaders.cases.files import read_files as read_cases
from ...loaders.cases.files import shipped_paths
from ...ontology.check.checking import Baseline, Check, check, read_files
from ...ontology.check.documents import Document, checked, shipped_documents
from ...ontology.check.model import Severity
from ...ontology.compare.revision import at_revision, last_release
from ...ontology.errors import ExitCode, InputError, Where
from ...ontology.modules import OPTIONAL_MODULES, read_ontology
from ...ontology.release import version_of
from ...ontology.text import Text
from ...queries.impact import impact
from ..check_rendering import FullReport, print_report, render
from ..cli import Settings

_RELEASE = "release"


@click.command(name="check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--since", help="Compare with a git revision, or with the last `release`.")
@click.option("--format", "form", type=click.Choice(["terminal", "markdown", "json"]), default="terminal")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write there, not to the screen."
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.word for severity in Severity]),
    default=Severity.VIOLATION.word,
    help="Leave with 1 from this severity on.",
    show_default=True,
)
@click.option("--no-reasoning", is_flag=True, help="Leave HermiT and Pellet out.")
@click.option("--no-impact", is_flag=True, help="Do not run queries, shapes and cases before and after.")
@click.pass_obj
def command(
    settings: Settings,
    files: tuple[Path, ...],
    since: str | None,
    form: str,
    output: Path | None,
    fail_on: str,
    no_reasoning: bool,
    no_impact: bool,
) -> None:
    """Judge the ontology, or FILES that extend it: syntax, hygiene, OWL 2 DL, consistency.

    Says what changed, what now follows and no longer does, and which stored queries, shapes and case files
    answer otherwise. A file that holds the header of a module of the ontology stands in for that module.

    \b
    Examples:
    digiterr check
    digiterr check my-terms.ttl --fail-on warning
    digiterr check --since main --format markdown --output check.md
    """
    for file in files:
        if not file.is_file():
            raise InputError(
                Text(fr="ce fichier n’existe pas.", en="there is no such file."),
                Text(fr="Vérifiez le chemin.", en="Check the path."),
                Where(str(file)),
            )
    started = time.perf_counter()
    report = _report(files, since, reasoning=not no_reasoning, impacts=not no_impact, started=started)
    _write(report, form, output, settings)
    if report.check.gravest is not None and report.check.gravest >= Severity[fail_on.upper()]:
        raise click.exceptions.Exit(ExitCode.VIOLATIONS)


def _report(
    files: tuple[Path, ...], since: str | None, *, reasoning: bool, impacts: bool, started: float
) -> FullReport:
    documents, unread = read_files(files) if files else (shipped_documents(), ())
    if unread:
        found = Check(tuple(str(path) for path in files), unread)
        return FullReport(found, checked(()), (), time.perf_counter() - started)
    baseline = _baseline(documents if files else (), since, _cases())
    found, subject = check(documents, baseline, reasoning=reasoning)
    affected = ()
    if impacts and baseline.graph is not None and found.comparison is not None:
        touched = found.comparison.touched
        affected = impact(baseline.graph, subject.graph, touched) if touched else ()
    return FullReport(found, subject, affected, time.perf_counter() - started)


def _baseline(extensions: tuple[Document, ...], since: str | None, data: Graph) -> Baseline:
    """The shipped ontology for a user's files; for the ontology itself its last release, or what git has."""
    if since is None and extensions:
        optional = OPTIONAL_MODULES if any(d.is_ours for d in extensions) else ()
        return Baseline(f"DigiTerr {version_of()}", read_ontology(optional), data)
    if since in (None, _RELEASE):
        released = last_release()
        if released is not None:
            return Baseline(*released, data)
        if since == _RELEASE:
            raise InputError(
                Text("Aucune version n’a été publiée.", "Nothing was released yet."),
                Text("Donnez une révision de git à --since.", "Give --since a git revision."),
            )
        try:
            return Baseline("HEAD", at_revision("HEAD"), data)
        except InputError:  # not in a git repository: there is nothing to compare with
            return Baseline("", None, data)
    return Baseline(str(since), at_revision(str(since)), data)


def _cases() -> Graph:
    """What the case files say, which the ontology must be consistent with."""
    triples = [quad.triple for file in read_cases(shipped_paths()) for quad in file.quads]
    data = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return Graph(bind_namespaces="none").parse(data=data, format="nt")


def _write(report: FullReport, form: str, output: Path | None, settings: Settings) -> None:
    if form == "terminal" and output is None:
        print_report(report, settings.language, Console(file=sys.stdout, highlight=False))
        return
    if form == "terminal":
        with Path(str(output)).open("w", encoding="utf-8") as file:
            print_report(report, settings.language, Console(file=file, highlight=False, width=110))
        return
    text = render(report, form, settings.language)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")
