"""`digiterr format`: write Turtle in the one form in which the project keeps it."""

from __future__ import annotations

from pathlib import Path

import click

from ...ontology.canonical import canonical_file, comment_lines
from ...ontology.errors import ExitCode, InputError, Where
from ...ontology.modules import ALL_FILES, module_file
from ...ontology.text import Text
from ..cli import Settings


@click.command(name="format")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; leave with 1 if a file would change.")
@click.option("--drop-comments", is_flag=True, help="Format files with comments too, and lose the comments.")
@click.pass_obj
def command(settings: Settings, files: tuple[Path, ...], check: bool, drop_comments: bool) -> None:
    """Write Turtle FILES (the ontology's own by default) in canonical form.

    Formatting twice changes nothing, so that a git diff shows meaning. Comments have no place in that form:
    a file that has some is left alone unless --drop-comments is given.

    \b
    Examples:
      digiterr format
      digiterr format my-terms.ttl --check
    """
    changed = False
    for path in files or tuple(Path(str(module_file(name))) for name in ALL_FILES):
        new = canonical_file(path)
        old = path.read_text(encoding="utf-8")
        if new == old:
            continue
        changed = True
        comments = comment_lines(old)
        if check:
            click.echo(settings.say(Text(f"{path} n’est pas en forme canonique", f"{path} is not canonical")))
        elif comments and not drop_comments:
            raise InputError(
                Text(
                    "ce fichier a un commentaire, que la mise en forme perdrait.",
                    "this file has a comment, which formatting would lose.",
                ),
                Text(
                    "Faites-en une annotation (skos:editorialNote), ou ajoutez --drop-comments.",
                    "Make it an annotation (skos:editorialNote), or add --drop-comments.",
                ),
                Where(file=str(path), line=comments[0]),
            )
        else:
            path.write_text(new, encoding="utf-8")
            click.echo(settings.say(Text(f"{path} mis en forme", f"{path} formatted")))
    if check and changed:
        raise click.exceptions.Exit(ExitCode.VIOLATIONS)
