"""`digiterr serve`: the web service over what is published."""

from __future__ import annotations

from pathlib import Path

import click

from ...ontology.text import Text
from ..cli import Settings
from ..configuration import load
from ..tokens import new_token as make_token


@click.command(
    epilog="Example / exemple : digiterr serve --host 0.0.0.0 --port 8080 --data-dir /srv/digiterr/var"
)
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
@click.option(
    "--web-processes",
    type=click.IntRange(0),
    help="Web processes / processus web. [0: as many as cores, at most 4]",
)
@click.option(
    "--query-timeout", type=click.FloatRange(0.001), help="Deadline of a query, in seconds / délai. [30]"
)
@click.option(
    "--log-format", type=click.Choice(["json", "text"]), help="Format of the log / du journal. [json]"
)
@click.option("--remote", metavar="URL", help="Query URL of a remote engine / d’un moteur distant.")
@click.option("--remote-update", metavar="URL", help="Its update URL / son URL de mise à jour.")
@click.option("--remote-graph-store", metavar="URL", help="Its Graph Store URL / son URL Graph Store.")
@click.option("--remote-user", metavar="NAME", help="User there; the password: DIGITERR_REMOTE_PASSWORD.")
@click.option(
    "--new-token",
    metavar="NAME",
    help="Make a token for writing, print it with its setting, and leave / créer un jeton d’écriture.",
)
@click.pass_obj
def command(
    settings: Settings,
    host: str | None,
    port: int | None,
    data_dir: Path | None,
    config: Path | None,
    web_processes: int | None,
    query_timeout: float | None,
    log_format: str | None,
    remote: str | None,
    remote_update: str | None,
    remote_graph_store: str | None,
    remote_user: str | None,
    new_token: str | None,
) -> None:
    """Serve the graph over HTTP: pages, SPARQL, linked data / servir le graphe par HTTP.

    Every setting of digiterr.toml can also be given as an environment variable (DIGITERR_PORT...).
    """
    if new_token:
        print_new_token(settings, new_token)
        return
    configuration = load(
        config,
        flags={
            "host": host,
            "port": port,
            "data_dir": data_dir,
            "web_processes": web_processes,
            "query_timeout": query_timeout,
            "log_format": log_format,
            "remote": remote,
            "remote_update": remote_update,
            "remote_graph_store": remote_graph_store,
            "remote_user": remote_user,
        },
    )
    from ..hosting import serve

    serve(configuration, lambda address: announce(settings, address))


def announce(settings: Settings, address: str) -> None:
    """Say on the terminal that the service answers, and where."""
    click.echo(settings.say(Text(f"DigiTerr répond : {address}", f"DigiTerr is ready: {address}")), err=True)


def print_new_token(settings: Settings, name: str) -> None:
    """A token goes to its holder; the setting, which holds only its hash, goes to digiterr.toml."""
    token, sha256 = make_token()
    click.echo(
        settings.say(Text(f"Jeton, montré cette seule fois : {token}", f"Token, shown this once: {token}"))
    )
    click.echo(settings.say(Text("À mettre dans digiterr.toml :", "To put in digiterr.toml:")))
    click.echo(
        f'\n[[tokens]]\nname = "{name}"\nsha256 = "{sha256}"\ngraphs = ["https://w3id.org/digiterr/graph/*"]'
    )
