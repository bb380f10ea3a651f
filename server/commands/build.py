"""`digiterr build`: make the graph from its sources and publish it as a new version."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, Literal

import click
from rich.console import Console

from ...loaders.building.model import BuildReport
from ...loaders.building.pipeline import KEPT_VERSIONS, build
from ...loaders.building.progress import JsonLines, Listener, RichBars, Sentences, Silence
from ...loaders.building.records import rejects_folder, reports_folder
from ...loaders.building.sources import default_sources
from ...ontology.text import Language, Text, grouped
from ..cli import Settings
from ..configuration import Configuration
from ..preparing import prepare
from .prepare import tell

Manner = Literal["auto", "bars", "plain", "json", "none"]
MANNERS: Final[tuple[Manner, ...]] = ("auto", "bars", "plain", "json", "none")


@click.command(name="build")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=True),
    default=Configuration().data_dir,
    show_default=True,
    help="Folder of the graph.",
)
@click.option(
    "--cases",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="A case file, or a folder of them, beside those that are shipped; may be repeated.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder of open data files, for the sources that are not shipped.",
)
@click.option(
    "--geography",
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Another edition of the npm package @etalab/decoupage-administratif: its folder or its .tgz.",
)
@click.option("--strict", is_flag=True, help="Refuse the build when any record breaks a rule.")
@click.option("--force", is_flag=True, help="Read every source again, changed or not.")
@click.option(
    "--keep", type=click.IntRange(1), default=KEPT_VERSIONS, show_default=True, help="Versions kept."
)
@click.option(
    "--progress",
    type=click.Choice(MANNERS),
    default="auto",
    show_default=True,
    help="How to tell the progress; json: one object a line on standard output.",
)
@click.option(
    "--prepare/--no-prepare",
    "prepared",
    default=True,
    help="Make what pages are answered from after publication; a service does it too.",
)
@click.pass_obj
def command(
    settings: Settings,
    data_dir: Path,
    cases: tuple[Path, ...],
    data: Path | None,
    geography: Path | None,
    strict: bool,
    force: bool,
    keep: int,
    progress: Manner,
    prepared: bool,
) -> None:
    """Build the graph from its sources and publish it as a new version.

    \b
    Only what changed is read again. A build that fails or is stopped publishes nothing, and
    the version before it stays as it was.

    \b
    Examples:
      digiterr build
      digiterr build --cases mycases/ --strict
      digiterr build --data ../open-data --progress json > build.log
    """
    sources = default_sources(data=data, cases=cases, geography=geography)
    listener = listener_for(progress, settings.language)
    report = build(sources, data_dir, strict=strict, force=force, keep=keep, listener=listener)
    if progress not in {"json", "none"}:
        click.echo(settings.say(summary(report, data_dir)))
    if prepared:
        quiet = progress in {"json", "none"} or not report.published
        tell(settings, prepare(data_dir, report.version), quiet=quiet)


def listener_for(manner: Manner, language: Language) -> Listener:
    """Who tells the progress: bars on a terminal, sentences elsewhere, unless asked otherwise."""
    if manner == "json":
        return JsonLines(sys.stdout)
    if manner == "none":
        return Silence()
    console = Console(stderr=True)
    if manner == "bars" or (manner == "auto" and console.is_terminal and "CI" not in os.environ):
        return RichBars(console, language)
    return Sentences(sys.stderr, language)


def summary(report: BuildReport, data_dir: Path) -> Text:
    """What the build did, in a few lines."""
    if not report.published:
        size_fr, size_en = grouped(report.triples, "fr"), grouped(report.triples, "en")
        return Text(
            f"Rien n’a changé : la version {report.version} ({size_fr} triplets) reste publiée.",
            f"Nothing changed: version {report.version} ({size_en} triples) stays published.",
        )
    return Text(_summary(report, data_dir, "fr"), _summary(report, data_dir, "en"))


def _summary(report: BuildReport, data_dir: Path, language: Language) -> str:
    fr = language == "fr"
    seconds = f"{report.seconds:.1f}".replace(".", "," if fr else ".")
    triples = grouped(report.triples, language)
    lines = [
        f"Version {report.version} publiée : {triples} triplets en {seconds} s."
        if fr
        else f"Version {report.version} published: {triples} triples in {seconds} s."
    ]
    rejected = sum(source.rejected for source in report.sources)
    if rejected:
        folder = rejects_folder(data_dir, report.version)
        lines.append(
            f"Enregistrements mis de côté : {rejected}, dans {folder}"
            if fr
            else f"Records set aside: {rejected}, in {folder}"
        )
    page = reports_folder(data_dir, report.version) / f"report.{language}.html"
    lines.append(f"Compte rendu : {page}" if fr else f"Report: {page}")
    return "\n".join(lines)
