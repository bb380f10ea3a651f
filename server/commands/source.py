"""`digiterr source`: list sources, draft a mapping for a file, look at what a mapping makes, download."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from pyoxigraph import Quad, RdfFormat, Triple, serialize
from rich.console import Console
from rich.progress import DownloadColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from ...loaders.geography.places import FrenchPlaces
from ...loaders.model import Cleaning, Reject
from ...loaders.tabular.fetch import fetch as fetch_file
from ...loaders.tabular.registry import declared_sources
from ...loaders.tabular.sniff import first_description, first_mapping, sniff
from ...loaders.tabular.source import TabularSource
from ...ontology.errors import ExitCode, InputError, NotFoundError, Where
from ...ontology.text import Text
from ..cli import Settings

PREFIXES = {
    "dt": "https://w3id.org/digiterr/ont#",
    "dtv": "https://w3id.org/digiterr/voc/",
    "dtd": "https://w3id.org/digiterr/id/",
}
DATA = click.Path(path_type=Path, file_okay=False)


@click.group()
def command() -> None:
    """Declare, check and download sources of data.

    \b
    Example:
      digiterr source new subsidies.csv --out loaders/subsidies
      digiterr source check loaders/subsidies
    """


@command.command("list")
@click.option("--data", type=DATA, help="Folder of the files that are not shipped.")
@click.pass_obj
def list_sources(settings: Settings, data: Path | None) -> None:
    """List the declared sources, and say which files are absent."""
    table = Table(
        "name", settings.say(Text("titre", "title")), settings.say(Text("fichiers absents", "absent files"))
    )
    for source in declared_sources(data, FrenchPlaces()):
        absent = ", ".join(file.path for file in source.absent())
        table.add_row(source.description.name, settings.say(source.description.title), absent or "-")
    Console().print(table)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder to write, not existing yet."
)
@click.option("--name", help="Name of the source; that of the folder by default.")
@click.pass_obj
def new(settings: Settings, file: Path, out: Path, name: str | None) -> None:
    """Write a first source.yml and mapping.yml for FILE, by looking at it."""
    if out.exists():
        raise InputError(
            Text(fr="ce dossier existe déjà.", en="this folder exists already."),
            Text(fr="Choisissez-en un nouveau.", en="Choose a new one."),
            Where(file=str(out)),
        )
    seen = sniff(file)
    out.mkdir(parents=True)
    (out / file.name).write_bytes(file.read_bytes())
    (out / "source.yml").write_text(first_description(seen, name or out.name), encoding="utf-8")
    (out / "mapping.yml").write_text(first_mapping(seen, name or out.name), encoding="utf-8")
    table = Table(
        *(
            settings.say(Text(*pair))
            for pair in (
                ("colonne", "column"),
                ("type", "kind"),
                ("remplies", "filled"),
                ("distinctes", "distinct"),
                ("exemple", "example"),
            )
        )
    )
    for column in seen.columns:
        table.add_row(column.name, column.kind, str(column.filled), str(column.distinct), column.example[:40])
    Console().print(table)
    click.echo(
        settings.say(
            Text(
                fr=f"{seen.rows} lignes lues. Complétez {out}/source.yml et {out}/mapping.yml, puis : "
                f"digiterr source check {out}",
                en=f"{seen.rows} rows read. Complete {out}/source.yml and {out}/mapping.yml, then: "
                f"digiterr source check {out}",
            )
        )
    )


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--data", type=DATA, help="Folder of the files that are not shipped.")
@click.option("--rows", default=3, show_default=True, help="Rows of each table to show as triples.")
@click.pass_obj
def check(settings: Settings, folder: Path, data: Path | None, rows: int) -> None:
    """Show the first rows of a source as triples, and what would be rejected in the whole of it.

    FOLDER holds source.yml and mapping.yml. Exit code 1 when rows would be rejected.
    """
    source = TabularSource(folder, data, FrenchPlaces())
    for file in source.absent():
        raise NotFoundError(
            Text(fr=f"le fichier {file.path} est absent.", en=f"the file {file.path} is absent."),
            Text(
                fr="Indiquez son dossier avec --data, ou téléchargez-le : digiterr source fetch.",
                en="Name its folder with --data, or download it: digiterr source fetch.",
            ),
            Where(file=str(source.path_of(file))),
        )
    first = [event for event in source.read(limit=rows) if isinstance(event, Quad)]
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in first)
    click.echo(bytes(serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode())
    quads, rejects, cleanings = 0, list[Reject](), Counter[str]()
    for event in source.read():
        if isinstance(event, Quad):
            quads += 1
        elif isinstance(event, Reject):
            rejects.append(event)
        elif isinstance(event, Cleaning):
            cleanings[event.reason] += 1
    click.echo(
        settings.say(
            Text(fr=f"{quads} quads, {len(rejects)} rejets.", en=f"{quads} quads, {len(rejects)} rejects.")
        )
    )
    for reason, count in cleanings.items():
        click.echo(settings.say(Text(fr=f"nettoyé ({reason}) : {count}", en=f"cleaned ({reason}): {count}")))
    for name, count in source.tally.unmatched.items():
        click.echo(
            settings.say(
                Text(
                    fr=f"jointure sans réponse ({name}) : {count}",
                    en=f"joins that found nothing ({name}): {count}",
                )
            )
        )
    reasons = Counter(reject.reason for reject in rejects)
    for reason, count in reasons.most_common():
        example = next(reject for reject in rejects if reject.reason == reason)
        click.echo(f"{reason}: {count}")
        click.echo(f"  {example.where}: {settings.say(example.message)} {settings.say(example.hint)}")
    if rejects:
        raise click.exceptions.Exit(ExitCode.VIOLATIONS)


@command.command()
@click.argument("name")
@click.option("--data", type=DATA, required=True, help="Folder to download into.")
@click.pass_obj
def fetch(settings: Settings, name: str, data: Path) -> None:
    """Download the files of the source NAME from their publisher's address."""
    known = {source.description.name: source for source in declared_sources(data, FrenchPlaces())}
    if name not in known:
        raise NotFoundError(
            Text(fr=f"aucune source ne s’appelle « {name} ».", en=f"no source is called “{name}”."),
            Text(fr=f"Sources : {', '.join(known)}.", en=f"Sources: {', '.join(known)}."),
        )
    source = known[name]
    files = [file for file in source.declaration.files.values() if not file.shipped]
    with Bar(
        *Bar.get_default_columns(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    ) as bars:
        for file in files:
            task = bars.add_task(file.name, total=None)
            for progress in fetch_file(file, source.path_of(file)):
                bars.update(task, completed=progress.done, total=progress.total)
    click.echo(settings.say(Text(fr=f"{len(files)} fichiers en place.", en=f"{len(files)} files in place.")))
