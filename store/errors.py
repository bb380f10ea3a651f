"""What can go wrong between a question and its answer. Each error names the limit and what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from ..ontology.errors import InputError, StoreError, Where
from ..ontology.text import Text


class QuerySyntaxError(InputError):
    """A text that is not SPARQL, with the line and column where it stops being so (HTTP 400)."""

    code = "query-syntax"


class NothingPublishedError(StoreError):
    """There is no version to read yet (HTTP 503)."""

    code = "nothing-published"

    def __init__(self, where: Where | None = None) -> None:
        super().__init__(
            Text("Aucun graphe n’est encore publié.", "No graph has been published yet."),
            Text("Lancez « digiterr build ».", "Run `digiterr build`."),
            where,
        )


def disk_error(error: OSError, data_dir: Path) -> StoreError:
    """What the disk or the engine said, as one sentence with what to do."""
    said = str(error)
    if "No space left" in said or error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = Text("le disque est plein", "the disk is full")
        hint = Text(
            "Libérez de la place ou changez de dossier (--data-dir) ; la version publiée est intacte.",
            "Free some space or change folder (--data-dir); the published version is untouched.",
        )
    elif isinstance(error, PermissionError) or "Permission denied" in said or error.errno == errno.EROFS:
        reason = Text("pas de droit d’écriture", "no permission to write")
        hint = Text(
            "Donnez ce droit à votre compte ou choisissez un autre dossier (--data-dir).",
            "Give your account that right or choose another folder (--data-dir).",
        )
    elif isinstance(error, NotADirectoryError | FileExistsError):
        reason = Text("ce n’est pas un dossier", "it is not a folder")
        hint = Text("Choisissez un dossier (--data-dir).", "Choose a folder (--data-dir).")
    else:
        reason = Text(said, said)
        hint = Text(
            "Vérifiez le disque, ou revenez à une autre version avec « digiterr rollback ».",
            "Check the disk, or go back to another version with `digiterr rollback`.",
        )
    return StoreError(
        Text(f"Le graphe ne peut être écrit : {reason.fr}.", f"The graph cannot be written: {reason.en}."),
        hint,
        Where(file=str(data_dir)),
    )
