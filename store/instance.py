"""The name of this instance among those that exchange records: made once, kept in the data folder."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from .durability import exclusive_lock, write_file
from .errors import disk_error

FILE: Final = "instance"


def instance_iri(data_dir: Path) -> NamedNode:
    """`urn:uuid:...` (RFC 9562): what marks the records that this instance publishes as its own.

    StoreError when it has to be made and the folder cannot be written.
    """
    path = data_dir / FILE
    with suppress(OSError, ValueError):
        return _read(path)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(data_dir / "lock"):
            with suppress(OSError, ValueError):
                return _read(path)
            write_file(path, f"{uuid.uuid4().urn}\n")
            return _read(path)
    except OSError as error:
        raise disk_error(error, data_dir) from error


def _read(path: Path) -> NamedNode:
    return NamedNode(uuid.UUID(path.read_text("ascii").strip()).urn)
