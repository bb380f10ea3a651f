"""`digiterr harvest`: take the records of a portal into the graph, or bring them up to date."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ...loaders.harvest.model import KINDS, Kind, Portal, Run, name_for
from ...loaders.harvest.state import PortalFolder
from ...loaders.model import Progress
from ...ontology.errors import DigiTerrError, InputError, NotFoundError, Where
from ...ontology.text import Text, grouped
from ..cli import Settings
from ..configuration import Configuration, load
from ..harvest.running import harvest_portal
from ..harvest.schedule import due


@click.command(name="harvest")
@click.argument("what", metavar="[URL|FILE|NAME]", required=False)
@click.option(
    "--name", help="Name of the portal, and of its graph; from its host by default / nom du portail."
)
@click.option(
    "--kind", type=click.Choice(KINDS), default="auto", show_default=True, help="What the portal is / nature."
)
@click.option(
    "--due", "only_due", is_flag=True, help="Those of the settings that are due / ceux qui sont à moissonner."
)
@click.option("--whole", is_flag=True, help="Read every page again / relire chaque page.")
@click.option(
    "--withdraw",
    is_flag=True,
    help="Believe a portal from which most records are gone / croire un retrait massif.",
)
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Folder of the graph / dossier du graphe. [var]"
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings / réglages. [digiterr.toml, when there is one]",
)
@click.option("--quiet", is_flag=True, help="Say only what went wrong / ne dire que ce qui échoue.")
@click.pass_obj
def command(
    settings: Settings,
    what: str | None,
    name: str | None,
    kind: Kind,
    only_due: bool,
    whole: bool,
    withdraw: bool,
    data_dir: Path | None,
    config: Path | None,
    quiet: bool,
) -> None:
    """Take the records of an open-data portal into the graph, or bring them up to date.

    \b
    The portal: a catalogue in DCAT (Turtle, RDF/XML, JSON-LD...), a CKAN or a udata,
    by its address, a file of one of these, or the name of one of the settings;
    without any, all those of the settings.

    \b
    Examples:
      digiterr harvest https://www.data.gouv.fr/api/1/datasets/?organization=534fff8ba3a7292c64a77ed4
      digiterr harvest https://data.example.org/catalog.ttl --name example
      digiterr harvest --due
    """
    configuration = load(config, flags={"data_dir": data_dir})
    portals = _portals(configuration, what, name, kind)
    if only_due:
        portals = due(configuration.data_dir.resolve(), portals)
    failure: DigiTerrError | None = None
    for portal in portals:
        try:
            run = _harvest(portal, configuration, whole, withdraw, quiet)
        except DigiTerrError as error:
            if len(portals) == 1:
                raise
            failure = error
            click.echo(f"{portal.name}: {error.sentence(settings.language)}", err=True)
            continue
        if not quiet:
            click.echo(settings.say(summary(run, configuration.data_dir)))
    if failure is not None:
        raise click.exceptions.Exit(failure.exit_code)


def _portals(configuration: Configuration, what: str | None, name: str | None, kind: Kind) -> list[Portal]:
    """What to harvest: a portal of the settings, an address, a file; without any, all of the settings."""
    if what is None:
        if not configuration.harvests:
            raise InputError(
                Text("aucun portail n’est déclaré.", "no portal is declared."),
                Text(
                    "Donnez une adresse, ou déclarez des [[harvests]] dans digiterr.toml.",
                    "Give an address, or declare [[harvests]] in digiterr.toml.",
                ),
            )
        return list(configuration.harvests)
    declared = {portal.name: portal for portal in configuration.harvests}
    if what in declared:
        return [declared[what]]
    if not what.startswith(("http://", "https://")) and not Path(what).exists():
        known = ", ".join(declared) or "-"
        raise NotFoundError(
            Text(
                "ce n’est ni une adresse http(s), ni un fichier, ni un portail déclaré.",
                "this is no http(s) address, no file, and no declared portal.",
            ),
            Text(f"Portails déclarés : {known}.", f"Declared portals: {known}."),
            Where(what),
        )
    try:
        return [Portal(name or name_for(what), what, kind)]
    except ValueError as error:
        raise InputError(
            Text(f"« {error} » ne peut nommer un portail.", f"{str(error)!r} cannot name a portal."),
            Text(
                "Prenez des lettres minuscules, des chiffres et des tirets.",
                "Use lower-case letters, digits, hyphens.",
            ),
        ) from error


def _harvest(portal: Portal, configuration: Configuration, whole: bool, withdraw: bool, quiet: bool) -> Run:
    console = Console(stderr=True, quiet=quiet or not Console(stderr=True).is_terminal)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task(portal.name, total=None)

        def told(progress: Progress) -> None:
            bars.update(task, completed=progress.done, total=progress.total)

        return harvest_portal(portal, configuration, whole=whole, withdraw=withdraw, told=told)


def summary(run: Run, data_dir: Path) -> Text:
    """What a harvest did, in a line or two."""
    counts = run.tally
    french: list[str] = []
    english: list[str] = []
    for number, fr, en in (
        (counts.added, "nouvelles", "new"),
        (counts.changed, "changées", "changed"),
        (counts.unchanged, "inchangées", "unchanged"),
        (counts.withdrawn, "retirées", "withdrawn"),
        (counts.linked, "d’un éditeur reconnu", "of a publisher that was recognised"),
        (counts.refused, "refusées", "refused"),
        (counts.duplicates, "doubles", "duplicates"),
        (counts.own, "de cette instance", "of this instance"),
    ):
        if number:
            french.append(f"{grouped(number, 'fr')} {fr}")
            english.append(f"{grouped(number, 'en')} {en}")
    version_fr = f"version {run.version}" if run.version else "rien n’a changé"
    version_en = f"version {run.version}" if run.version else "nothing changed"
    seconds = f"{run.seconds:.1f}"
    lines_fr = [
        f"{run.portal} : {', '.join(french) or 'aucune fiche'} ; {version_fr}, {seconds.replace('.', ',')} s."
    ]
    lines_en = [f"{run.portal}: {', '.join(english) or 'no record'}; {version_en}, {seconds} s."]
    for note in run.notes:
        lines_fr.append(f"  {note.fr}")
        lines_en.append(f"  {note.en}")
    if counts.refused:
        path = PortalFolder(data_dir, run.portal).refused
        lines_fr.append(f"  Fiches refusées, à corriger par leur éditeur : {path}")
        lines_en.append(f"  Refused records, for their publisher to mend: {path}")
    return Text("\n".join(lines_fr), "\n".join(lines_en))
