"""`digiterr case`: write a new case file, and check case files in plain words."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...loaders.cases.account import account
from ...loaders.cases.files import read_files, shipped_paths
from ...loaders.cases.template import template
from ...loaders.cases.validation import Judged, judge
from ...loaders.geography.places import FrenchPlaces
from ...loaders.model import Reject
from ...ontology.errors import ExitCode, InputError, Where
from ...ontology.text import Text
from ..cli import Settings


@click.group()
def command() -> None:
    """Write and check case studies (YAML files that need no programmer).

    \b
    Example / exemple :
      digiterr case new E --out case-E.yaml
      digiterr case check case-E.yaml
    """


@command.command()
@click.argument("code")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write (default: case-CODE.yaml; - for the screen).",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@click.pass_obj
def new(settings: Settings, code: str, out: Path | None, force: bool) -> None:
    """Write a commented case file for CODE, to be filled in.

    \b
    Example / exemple :
      digiterr case new E
      digiterr case new Pau2024 --out studies/pau.yaml
    """
    text = template(code)
    if out == Path("-"):
        click.echo(text, nl=False)
        return
    path = out or Path(f"case-{code}.yaml")
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(
            Text("ce fichier existe déjà.", "this file exists already."),
            Text("Prenez un autre nom, ou ajoutez --force.", "Take another name, or add --force."),
            Where(str(path)),
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            Text(
                f"ce fichier ne peut pas être écrit ({reason}).", f"this file cannot be written ({reason})."
            ),
            Text("Vérifiez le dossier et vos droits.", "Check the folder and your permissions."),
            Where(str(path)),
        ) from None
    click.echo(
        settings.say(
            Text(
                f"{path} est écrit. Remplissez-le, puis lancez : digiterr case check {path}",
                f"{path} is written. Fill it in, then run: digiterr case check {path}",
            )
        )
    )


@command.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def check(settings: Settings, paths: tuple[Path, ...]) -> None:
    """Read case files, apply the rules, and say what is fine, what is wrong, and what is not stated.

    Exit code 0 when every file is fine, 1 when one breaks a rule, 3 when one cannot be read.

    \b
    Example / exemple :
      digiterr case check case-E.yaml case-F.yaml
    """
    case_files = read_files(paths, context=shipped_paths(), known_code=FrenchPlaces().has_code)
    context = read_files(
        [path for path in shipped_paths() if path.resolve() not in {p.resolve() for p in paths}]
    )
    verdicts = judge(case_files, context)
    for verdict in verdicts:
        _tell(settings, verdict)
    if any(verdict.case_file.record is None for verdict in verdicts):
        sys.exit(ExitCode.INPUT)
    if not all(verdict.accepted for verdict in verdicts):
        sys.exit(ExitCode.VIOLATIONS)


def _tell(settings: Settings, verdict: Judged) -> None:
    case_file = verdict.case_file
    wrong = (*case_file.problems, *verdict.violations)
    click.echo(click.style(str(case_file.path), bold=True))
    if case_file.record is not None:
        told = account(case_file.record)
        _list(settings, Text("Dit :", "States:"), told.stated)
        _list(settings, Text("Non dit par la source :", "Not stated:"), told.silent)
    for problem in verdict.advice:
        click.echo(click.style("  ~ ", fg="yellow") + _sentence(settings, problem))
    for problem in wrong:
        click.echo(click.style("  ✗ ", fg="red") + _sentence(settings, problem))
    if wrong:
        number = len(wrong)
        summary = Text(
            f"{number} {'erreur' if number == 1 else 'erreurs'} : ce fichier est refusé.",
            f"{number} {'error' if number == 1 else 'errors'}: this file is refused.",
        )
        click.echo("  " + click.style(settings.say(summary), fg="red"))
    else:
        triples = len(case_file.quads)
        summary = Text(f"Tout est en ordre ({triples} triplets).", f"All is well ({triples} triples).")
        click.echo(click.style("  ✓ ", fg="green") + settings.say(summary))


def _list(settings: Settings, title: Text, items: tuple[Text, ...]) -> None:
    if items:
        click.echo("  " + settings.say(title))
        for item in items:
            click.echo(f"    - {settings.say(item)}")


def _sentence(settings: Settings, problem: Reject) -> str:
    return " ".join(
        part
        for part in (f"{problem.where}:", settings.say(problem.message), settings.say(problem.hint))
        if part
    )
