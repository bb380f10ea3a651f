"""`digiterr build`: make the graph from its sources and publish it as a new version."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click
from rich.console import Console

from ...loaders.building.model import BuildReport
from ...loaders.building.pipeline import KEPT_VERSIONS, build
from ...loaders.building.progress import JsonLines, Listener, RichBars, Sentences, Silence
from ...loaders.building.records import rejects_folder, reports_folder
from ...loaders.building.sources import default_sources
from ...ontology.errors import InputError
from ...ontology.iris import GRAPH
from ...ontology.text import Language, Text, grouped
from ...store.versions import Versions
from ..cli import Settings
from ..configuration import Configuration, load
from ..preparing import prepare
from .prepare import tell

if TYPE_CHECKING:
    from ...store.remote.sending import Sent
    from ...store.remote.settings import RemoteSettings

_PATIENCE: Final = 3600.0  # seconds that an engine elsewhere may take over one request
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
@click.option("--remote", metavar="URL", help="Query URL of an engine elsewhere, to send the graph to.")
@click.option("--remote-update", metavar="URL", help="Its update URL.")
@click.option("--remote-graph-store", metavar="URL", help="Its Graph Store URL.")
@click.option("--remote-user", metavar="NAME", help="User there; the password: DIGITERR_REMOTE_PASSWORD.")
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
    remote: str | None,
    remote_update: str | None,
    remote_graph_store: str | None,
    remote_user: str | None,
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
      digiterr build --remote http://127.0.0.1:7878/query --remote-update http://127.0.0.1:7878/update
        --remote-graph-store http://127.0.0.1:7878/store
    """
    places = {
        "remote": remote,
        "remote_update": remote_update,
        "remote_graph_store": remote_graph_store,
        "remote_user": remote_user,
    }
    elsewhere = writable_engine(places) if remote else None
    sources = default_sources(data=data, cases=cases, geography=geography)
    listener = listener_for(progress, settings.language)
    report = build(sources, data_dir, strict=strict, force=force, keep=keep, listener=listener)
    if progress not in {"json", "none"}:
        click.echo(settings.say(summary(report, data_dir)))
    if elsewhere:
        with listener:
            tell_sent(settings, send_to(elsewhere, data_dir, listener), progress)
    elif prepared:
        quiet = progress in {"json", "none"} or not report.published
        tell(settings, prepare(data_dir, report.version), quiet=quiet)


def writable_engine(places: Mapping[str, str | None]) -> RemoteSettings:
    """The engine that flags, environment and digiterr.toml tell of; InputError if it cannot be written."""
    from ..engines import remote_settings

    found = remote_settings(load(None, flags=places))
    if found.update is None or found.graph_store is None:
        raise InputError(
            Text(
                "un moteur distant s’écrit par son adresse de mise à jour et par celle de son Graph Store.",
                "a remote engine is written through its update URL and its Graph Store URL.",
            ),
            Text(
                "Donnez --remote-update et --remote-graph-store.",
                "Give --remote-update and --remote-graph-store.",
            ),
        )
    return replace(found, timeout=_PATIENCE, write_timeout=_PATIENCE)


def send_to(engine: RemoteSettings, data_dir: Path, listener: Listener) -> Sent:
    """Send the version in force to an engine elsewhere."""
    from ...store.remote.sending import send

    def sending(graph: str, size: int) -> None:
        name = graph.removeprefix(GRAPH)
        fr, en = grouped(size, "fr"), grouped(size, "en")
        listener.noted(Text(f"envoi de {name} : {fr} triplets", f"sending {name}: {en} triples"))

    return send(engine, Versions(data_dir).current(), data_dir, sending)


def tell_sent(settings: Settings, sent: Sent, progress: Manner) -> None:
    """Say what a remote engine holds now."""
    if progress in {"json", "none"}:
        return
    if not sent.changed:
        said = Text(
            f"Le moteur distant avait déjà ces graphes (sa version {sent.version}).",
            f"The remote engine had these graphs already (its version {sent.version}).",
        )
    else:
        graphs, fr, en = len(sent.changed), grouped(sent.triples, "fr"), grouped(sent.triples, "en")
        said = Text(
            f"Le moteur distant est à sa version {sent.version} : {graphs} graphes, {fr} triplets envoyés.",
            f"The remote engine is at its version {sent.version}: {graphs} graphs, {en} triples sent.",
        )
    click.echo(settings.say(said))


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
