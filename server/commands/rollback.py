"""`digiterr rollback`: make an earlier version the current one again."""

from __future__ import annotations

from pathlib import Path

import click

from ...ontology.text import Text, grouped
from ...store.versions import Versions
from ..cli import Settings
from ..configuration import Configuration
from ..preparing import forget


@click.command(name="rollback")
@click.argument("number", metavar="N", type=click.IntRange(1))
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Configuration().data_dir,
    show_default=True,
    help="Folder of the graph.",
)
@click.pass_obj
def command(settings: Settings, number: int, data_dir: Path) -> None:
    """Make version N the current one again; those after it are kept, a running service follows at once.

    The next build starts from version N and reads again what differs from it.

    \b
    Example:
      digiterr rollback 3
    """
    version = Versions(data_dir).rollback(number)
    forget(data_dir, number, "dumps")  # the feed of changes goes on from here
    click.echo(
        settings.say(
            Text(
                f"La version {number} est de nouveau publiée ({grouped(version.quads, 'fr')} triplets).",
                f"Version {number} is published again ({grouped(version.quads, 'en')} triples).",
            )
        )
    )
