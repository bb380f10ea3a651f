"""The dumps of a version on disk: `dumps/000012/`, with an account of each file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

FOLDER: Final = "dumps"
ACCOUNT: Final = "account.json"


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One file of a dump. `media_type` is that of the content, `compression` that of what holds it."""

    name: str
    media_type: str
    compression: str | None
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Dump:
    """All that one version holds, as files of equal content."""

    version: int
    created: datetime  # of the version
    quads: int
    folder: Path
    files: tuple[DumpFile, ...]

    def path(self, name: str) -> Path | None:
        """Where a file of this dump is; None when it has none of that name."""
        return next((self.folder / file.name for file in self.files if file.name == name), None)


def dump_folder(data_dir: Path, version: int) -> Path:
    """Where the dump of a version is kept."""
    return data_dir / FOLDER / f"{version:06}"


def find_dump(data_dir: Path, version: int) -> Dump | None:
    """The dump of a version; None while it is being made, and when it was removed with its version."""
    folder = dump_folder(data_dir, version)
    with suppress(OSError, ValueError, KeyError, TypeError):
        facts = json.loads((folder / ACCOUNT).read_text(encoding="utf-8"))
        return Dump(
            facts["version"],
            datetime.fromisoformat(facts["created"]),
            facts["quads"],
            folder,
            tuple(DumpFile(**file) for file in facts["files"]),
        )
    return None


def all_dumps(data_dir: Path) -> tuple[Dump, ...]:
    """The dumps that can be had, the newest version first."""
    return tuple(_found(data_dir))


def _found(data_dir: Path) -> Iterator[Dump]:
    for folder in sorted((data_dir / FOLDER).glob("[0-9]*"), reverse=True):
        dump = find_dump(data_dir, int(folder.name)) if folder.name.isdecimal() else None
        if dump:
            yield dump


def account(dump: Dump) -> str:
    """What `find_dump` reads, as JSON."""
    facts = {
        "version": dump.version,
        "created": dump.created.isoformat(),
        "quads": dump.quads,
        "files": [asdict(file) for file in dump.files],
    }
    return json.dumps(facts, indent=2) + "\n"
