"""What was read of each source, kept beside the version that it was published in, for the next to compare.

A file is kept of a version as long as it says what that version's graph does: reading it takes a tenth of the
time in which the graph is read from the disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import zstandard

_ENDING: Final = ".nq.zst"
_LEVEL: Final = 1


def keep_readings(
    data_dir: Path, number: int, read: Mapping[str, Path], before: int | None, unchanged: Collection[str]
) -> None:
    """Keep the files `read`, by source, for version `number`, and those of `unchanged` sources as version
    `before` has them."""
    folder = _folder(data_dir, number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packer = zstandard.ZstdCompressor(level=_LEVEL)
    for name, path in read.items():
        with path.open("rb") as origin, (folder / (name + _ENDING)).open("wb") as kept:
            packer.copy_stream(origin, kept)
    for name in unchanged:
        earlier = None if before is None else _folder(data_dir, before) / (name + _ENDING)
        if earlier is not None and earlier.is_file():
            os.link(earlier, folder / earlier.name)


def kept_reading(data_dir: Path, number: int, name: str) -> bytes | None:
    """What was read of a source, as lines of N-Quads, where that is what a version's graph says."""
    path = _folder(data_dir, number) / (name + _ENDING)
    try:
        with path.open("rb") as kept:
            return zstandard.ZstdDecompressor().stream_reader(kept).read()
    except (FileNotFoundError, zstandard.ZstdError):
        return None


def sweep_readings(data_dir: Path, kept: Collection[int]) -> None:
    """Remove what was kept of other versions than these."""
    for folder in (data_dir / "readings").glob("*"):
        if folder.name.isdecimal() and int(folder.name) not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(data_dir: Path, number: int) -> Path:
    return data_dir / "readings" / f"{number:06}"
