"""The command line: finds the command, speaks the user's language, and turns errors into one sentence."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from typing import Any, cast

import click

from ..ontology.errors import DigiTerrError, ExitCode
from ..ontology.text import LANGUAGES, Language, Text


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command shares: the language of messages, and whether to show tracebacks."""

    language: Language
    debug: bool

    def say(self, text: Text) -> str:
        return text.in_language(self.language)


# Modules are imported only when their command runs, so that `digiterr --help` stays instant.
COMMANDS: dict[str, Text] = {
    "build": Text("Construire le graphe et le publier", "Build the graph and publish it"),
    "serve": Text("Servir le graphe par HTTP", "Serve the graph over HTTP"),
    "run": Text("Construire si nécessaire, puis servir", "Build if needed, then serve"),
    "prepare": Text(
        "Préparer ce dont les pages ont besoin", "Make what pages are answered from, ahead of readers"
    ),
    "harvest": Text("Moissonner les fiches d’un portail", "Harvest the records of a portal"),
    "versions": Text("Lister les versions du graphe", "List the versions of the graph"),
    "diff": Text("Comparer deux versions", "Compare two versions"),
    "rollback": Text("Revenir à une version antérieure", "Go back to an earlier version"),
    "query": Text("Poser une question au graphe", "Ask the graph a question"),
    "why": Text("Dire d’où vient un triplet", "Say where a triple comes from"),
    "validate": Text("Valider des fichiers RDF ou des études de cas", "Validate RDF files or case files"),
    "source": Text("Déclarer et vérifier des sources de données", "Declare and check sources of data"),
    "check": Text("Vérifier l’ontologie ou ce qui l’étend", "Check the ontology or what extends it"),
    "format": Text("Mettre des fichiers Turtle en forme canonique", "Write Turtle files in canonical form"),
    "case": Text("Écrire et vérifier une étude de cas", "Write and check a case study"),
}


def language_of_user() -> Language:
    """The reader's language, from the usual locale variables; English when they say nothing."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


class LazyGroup(click.Group):
    """A group whose commands live in `server.commands.<name>` and are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".commands.{cmd_name.replace('-', '_')}", __package__)
        return cast("click.Command", module.command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        language = language_of_user()
        rows = [(name, text.in_language(language)) for name, text in COMMANDS.items()]
        with formatter.section("Commandes" if language == "fr" else "Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of messages / langue des messages.")
@click.option("--debug", is_flag=True, help="Show tracebacks / montrer la trace des erreurs.")
@click.version_option(package_name="digiterr")
@click.pass_context
def cli(ctx: click.Context, lang: Language | None, debug: bool) -> None:
    """DigiTerr: digital territories, their case studies and their open data, in one graph."""
    ctx.obj = Settings(language=lang or language_of_user(), debug=debug)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and leave with an exit code of `ExitCode`."""
    words = sys.argv[1:] if arguments is None else arguments
    language = next(
        (words[i + 1] for i, word in enumerate(words[:-1]) if word == "--lang"), language_of_user()
    )
    spoken: Language = "fr" if language == "fr" else "en"
    try:
        # Without standalone mode, click gives the exit code of a command that leaves early as its value.
        leaving = cli.main(args=words, prog_name="digiterr", standalone_mode=False)
        sys.exit(leaving if isinstance(leaving, int) else ExitCode.OK)
    except click.ClickException as wrong_use:
        wrong_use.show()
        sys.exit(wrong_use.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except DigiTerrError as error:
        if "--debug" in words:
            raise
        click.echo(click.style("digiterr: ", fg="red") + error.sentence(spoken), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe went away, as `head` does: nothing to say
        sys.exit(ExitCode.OK)
    except Exception as unexpected:
        if "--debug" in words:
            raise
        text = Text(
            fr=f"erreur inattendue ({unexpected!r}). Relancez avec --debug pour la trace, et signalez-la.",
            en=f"unexpected error ({unexpected!r}). Run again with --debug for the trace, and report it.",
        )
        click.echo(click.style("digiterr: ", fg="red") + text.in_language(spoken), err=True)
        sys.exit(ExitCode.UNEXPECTED)
