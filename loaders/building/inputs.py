"""Hashes of what a build reads: a source whose hash is that of the published version is not read again."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from ...ontology.errors import InputError, Where
from ...ontology.text import Text

_CHUNK: Final = 1 << 20
_ROOM: Final = __package__.split(".")[0] if __package__ else ""

Room = Literal["ontology", "shapes"]


def digest_of(parts: Iterable[str]) -> str:
    """One hash of several texts, in their order."""
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(f"{len(part)}:{part}".encode())
    return hasher.hexdigest()


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; InputError when it is missing, a folder, or may not be read."""
    hasher = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                hasher.update(chunk)
    except OSError as error:
        reasons = {
            FileNotFoundError: Text("le fichier n’existe pas", "the file does not exist"),
            IsADirectoryError: Text("c’est un dossier", "it is a folder"),
            PermissionError: Text("vous n’avez pas le droit de le lire", "you may not read it"),
        }
        reason = reasons.get(type(error), Text(error.strerror or str(error), error.strerror or str(error)))
        raise InputError(
            Text(f"lecture impossible : {reason.fr}.", f"it cannot be read: {reason.en}."),
            Text("Vérifiez le chemin et les droits.", "Check the path and the permissions."),
            Where(str(path)),
        ) from error
    return hasher.hexdigest()


@cache
def code_digest(room: Room, suffixes: tuple[str, ...] = (".py",)) -> str:
    """The hash of a room's files with these suffixes: what they make may change when they do."""
    root = Path(str(files(f"{_ROOM}.{room}")))
    found = (path for path in root.rglob("*") if path.suffix in suffixes and path.is_file())
    return _digest_of_files(root, found)


@cache
def reader_digest(reader: type) -> str:
    """The hash of the code by which a source is read: the folder of its class, and what all loaders share."""
    folder = Path(inspect.getfile(reader)).parent
    shared = Path(__file__).parents[1]
    return digest_of(
        (_digest_of_files(folder, folder.glob("*.py")), _digest_of_files(shared, shared.glob("*.py")))
    )


def _digest_of_files(root: Path, found: Iterable[Path]) -> str:
    return digest_of(
        part for path in sorted(found) for part in (str(path.relative_to(root)), file_digest(path))
    )
