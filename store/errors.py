"""What can go wrong between a question and its answer. Each error names the limit and what to do."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..ontology.errors import DigiTerrError, InputError, StoreError, Where
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


class LimitError(StoreError):
    """A query that met a limit, which `limit` names. `retry_after` in seconds, if trying again may help."""

    code = "limit"
    limit = ""
    retry_after: int | None = None

    def __init_subclass__(cls) -> None:
        cls.details = {"limit": cls.limit}


class QueryTimeoutError(LimitError):
    """The deadline passed; the query was ended (HTTP 503)."""

    code = "query-timeout"
    limit = "timeout"

    def __init__(self, seconds: float) -> None:
        shown = f"{seconds:.3g}"
        super().__init__(
            Text(
                f"La requête a dépassé le délai de {shown.replace('.', ',')} s et a été arrêtée.",
                f"The query passed its deadline of {shown} s and was ended.",
            ),
            Text(
                "Restreignez-la (motif plus précis, moins de tris, LIMIT), ou découpez-la.",
                "Narrow it (a more precise pattern, less sorting, LIMIT), or split it.",
            ),
        )


class MemoryLimitError(LimitError):
    """The query needed more memory than one may have (HTTP 507)."""

    code = "memory-limit"
    status = 507
    limit = "memory"

    def __init__(self, size: int) -> None:
        super().__init__(
            Text(
                f"La requête a dépassé les {size >> 20} Mo de mémoire permis et a été arrêtée.",
                f"The query passed the {size >> 20} MB of memory allowed and was ended.",
            ),
            Text(
                "Restreignez ce qu’elle trie, groupe ou dédoublonne.",
                "Narrow what it sorts, groups or makes distinct.",
            ),
        )


class EngineDiedError(LimitError):
    """The query made the engine fail; the process that ran it has been replaced (HTTP 503)."""

    code = "engine-died"
    limit = "engine"

    def __init__(self, reason: str) -> None:
        super().__init__(
            Text(
                f"Le moteur n’a pas survécu à cette requête ({reason}).",
                f"The engine did not survive this query ({reason}).",
            ),
            Text(
                "Simplifiez-la : moins d’imbrications, ou un tri sur des valeurs d’un seul type, par exemple "
                "ORDER BY STR(?x).",
                "Simplify it: less nesting, or a sort over values of one type, for example ORDER BY STR(?x).",
            ),
        )


class OverloadedError(LimitError):
    """Too many queries wait already (HTTP 503 with Retry-After)."""

    code = "overloaded"
    limit = "queue"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            Text("Trop de requêtes attendent déjà.", "Too many queries are waiting already."),
            Text(f"Réessayez dans {retry_after} s.", f"Try again in {retry_after} s."),
        )
        self.retry_after = retry_after


class ServiceDownError(StoreError):
    """The processes that answer queries are not there (HTTP 503)."""

    code = "service-down"

    def __init__(self) -> None:
        super().__init__(
            Text("Le moteur de requêtes ne répond pas.", "The query engine does not answer."),
            Text(
                "Il redémarre de lui-même ; réessayez dans 1 s.", "It restarts by itself; try again in 1 s."
            ),
        )
        self.retry_after = 1


class AbandonedError(LimitError):
    """Nobody waits for the answer any more; the query was ended (HTTP 499 in nginx's usage; never sent)."""

    code = "abandoned"
    status = 499
    limit = "client"

    def __init__(self) -> None:
        super().__init__(Text("Le client est parti.", "The client is gone."))


def to_json(error: DigiTerrError) -> bytes:
    """An error on its way to another process."""
    facts: dict[str, Any] = {"code": error.code, "status": error.status, "message": asdict(error.message)}
    if error.hint is not None:
        facts["hint"] = asdict(error.hint)
    if error.where is not None:
        facts["where"] = asdict(error.where)
    if error.details:
        facts["details"] = dict(error.details)
    if (retry_after := getattr(error, "retry_after", None)) is not None:
        facts["retry_after"] = retry_after
    return json.dumps(facts).encode()


def from_json(payload: bytes) -> DigiTerrError:
    """The error that `to_json` wrote, of the same class."""
    facts = json.loads(payload)
    kind = _CLASSES.get(facts["code"]) or _CLASSES.setdefault(facts["code"], _class(facts["code"]))
    error = kind.__new__(kind)
    DigiTerrError.__init__(
        error,
        Text(**facts["message"]),
        Text(**facts["hint"]) if "hint" in facts else None,
        Where(**facts["where"]) if "where" in facts else None,
    )
    for name in ("retry_after", "details"):
        if name in facts:
            setattr(error, name, facts[name])
    return error


def _class(code: str) -> type[DigiTerrError]:
    waiting: list[type[DigiTerrError]] = [DigiTerrError]
    while waiting:
        kind = waiting.pop()
        if kind.__dict__.get("code") == code:
            return kind
        waiting.extend(kind.__subclasses__())
    return StoreError


_CLASSES: dict[str, type[DigiTerrError]] = {}


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
