"""One build at a time in a data folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...ontology.errors import StoreError, Where
from ...ontology.text import Text


@contextmanager
def one_build(data_dir: Path) -> Iterator[None]:
    """Hold the folder's build lock, freed when the process ends; StoreError when another has it."""
    with (data_dir / "staging" / "build.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                Text(
                    "une autre construction est en cours dans ce dossier.",
                    "another build is at work in this folder.",
                ),
                Text(
                    "Attendez qu’elle s’achève, ou choisissez un autre dossier (--data-dir).",
                    "Wait for it to end, or choose another folder (--data-dir).",
                ),
                Where(str(data_dir)),
            ) from None
        yield
