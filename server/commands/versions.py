"""`digiterr versions`: the versions of the graph that are kept on disk."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ...ontology.errors import NotFoundError, Where
from ...ontology.text import Text, grouped
from ...store.versions import Versions
from ..cli import Settings
from ..configuration import Configuration


@click.command(name="versions")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Configuration().data_dir,
    show_default=True,
    help="Folder of the graph.",
)
@click.option(
    "--format", "-f", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@click.pass_obj
def command(settings: Settings, data_dir: Path, form: str) -> None:
    """List the versions that are kept, the current one marked with a star.

    \b
    Examples:
      digiterr versions
      digiterr versions --format json
    """
    versions = Versions(data_dir)
    kept, current = versions.list(), versions.current_number()
    if not kept:
        raise NotFoundError(
            Text("aucune version n’est publiée ici.", "no version is published here."),
            Text("Lancez « digiterr build ».", 'Run "digiterr build".'),
            Where(str(data_dir)),
        )
    if form == "json":
        facts = [
            {
                "number": version.number,
                "current": version.number == current,
                "created": version.created.isoformat(timespec="seconds"),
                "triples": version.quads,
                "note": version.note,
            }
            for version in kept
        ]
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    header = settings.say(Text("version,date,triplets,objet", "version,date,triples,note")).split(",")
    table = Table(*header)
    table.columns[2].justify = "right"
    for version in kept:
        mark = "* " if version.number == current else "  "
        day = version.created.strftime("%Y-%m-%d %H:%M UTC")
        table.add_row(f"{mark}{version.number}", day, grouped(version.quads, settings.language), version.note)
    Console().print(table)
