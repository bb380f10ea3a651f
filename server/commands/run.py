"""`digiterr run`: everything that a newcomer needs, in one command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from ...ontology.text import Text
from ...store.versions import Versions
from ..cli import Settings
from ..configuration import load
from ..rendering import number


@click.command(epilog="Example / exemple : digiterr run --port 8080")
@click.option("--host", help="Address to listen on / adresse d’écoute. [127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port / port. [8000]")
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Folder of the graph / dossier du graphe. [var]"
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings / réglages. [digiterr.toml, when there is one]",
)
@click.pass_context
def command(
    ctx: click.Context, host: str | None, port: int | None, data_dir: Path | None, config: Path | None
) -> None:
    """Build the graph where there is none or its inputs changed, then serve it / construire, puis servir."""
    from ..hosting import claim_port, serve

    settings = ctx.ensure_object(Settings)
    configuration = load(
        config, flags={"host": host, "port": port, "data_dir": data_dir, "log_format": "text"}
    )
    claim_port(configuration.host, configuration.port)  # known before the build, not after it
    # In a process of its own, so that the service does not keep the memory of the build. The service prepares
    # the version while its first readers come.
    words = ["--lang", settings.language, "build", "--no-prepare", "--data-dir", str(configuration.data_dir)]
    program = "import sys; from digiterr.server.cli import main; main(sys.argv[1:])"
    built = subprocess.run([sys.executable, "-c", program, *words], check=False)
    if built.returncode:
        ctx.exit(built.returncode)
    version = Versions(configuration.data_dir).current()

    def announce(address: str) -> None:
        french, english = number(version.quads, "fr"), number(version.quads, "en")
        click.echo(
            settings.say(
                Text(
                    f"\nDigiTerr répond : {french} triplets, version {version.number}."
                    f"\nOuvrez {address} (Ctrl+C pour arrêter).",
                    f"\nDigiTerr is ready: {english} triples, version {version.number}."
                    f"\nOpen {address} (Ctrl+C to stop).",
                )
            ),
            err=True,
        )

    serve(configuration, announce)
