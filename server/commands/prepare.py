"""`digiterr prepare`: make what pages of the published version are answered from."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ...ontology.errors import StoreError, Where
from ...ontology.text import Text
from ...store.service.sandbox import die_with_parent
from ...store.versions import Versions
from ..cli import Settings
from ..configuration import Configuration
from ..preparing import Prepared, prepare


@click.command(name="prepare")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Configuration().data_dir,
    show_default=True,
    help="Folder of the graph.",
)
@click.option("--quiet", is_flag=True, help="Say nothing but what failed.")
@click.pass_obj
def command(settings: Settings, data_dir: Path, quiet: bool) -> None:
    """Make once what is too slow to make for each reader: answers, counts, the search index.

    `digiterr build` does it after publication, and `digiterr serve` for the versions that it finds without.
    What is there already is not made again.

    \b
    Examples:
      digiterr prepare
      digiterr prepare --data-dir /srv/digiterr --quiet
    """
    if quiet:
        die_with_parent(signal.SIGTERM)  # of the service that asked for it
    version = Versions(data_dir).current().number
    failed = tell(settings, prepare(data_dir, version), quiet=quiet)
    if failed:
        names = ", ".join(failed)
        raise StoreError(
            Text(f"tout n’a pas été préparé : {names}.", f"not everything was prepared: {names}."),
            Text(
                "Les pages concernées disent qu’elles ne sont pas prêtes ; « digiterr prepare » réessaie.",
                "The pages concerned say that they are not ready; `digiterr prepare` tries again.",
            ),
            Where(str(data_dir)),
        )


def tell(settings: Settings, results: Iterable[Prepared], *, quiet: bool = False) -> tuple[str, ...]:
    """Say what was made as it is made, failures on standard error; the kinds that failed."""
    failed: list[str] = []
    for one in results:
        if one.failed is not None:
            failed.append(one.kind)
            click.echo(f"{one.kind}: {settings.say(one.failed)}", err=True)
        elif not quiet and one.said is not None:
            seconds = f"{one.seconds:.1f}"
            took = Text(f"({seconds.replace('.', ',')} s)", f"({seconds} s)")
            click.echo(f"{settings.say(one.said)} {settings.say(took)}", file=sys.stdout)
    return tuple(failed)
