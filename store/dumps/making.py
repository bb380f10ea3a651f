"""Making the dump of a version: the store is read once, and each format is written by a thread of its own.

The engine serialises N-Quads; what it gives is handed in blocks to a gzip, a zstd and, where pyarrow is
installed, a Parquet writer. They leave the interpreter free while they work.
"""

from __future__ import annotations

import hashlib
import io
import threading
import zlib
from importlib.util import find_spec
from pathlib import Path
from queue import Queue
from typing import Any, Final, Protocol, cast

import zstandard
from pyoxigraph import RdfFormat, Store

from ..durability import whole
from ..errors import disk_error
from ..model import DatasetVersion
from .model import ACCOUNT, Dump, DumpFile, account, dump_folder, find_dump

NAME: Final = "digiterr"
N_QUADS: Final = "application/n-quads"
PARQUET: Final = "application/vnd.apache.parquet"
_BLOCK: Final = 1 << 20
_BLOCKS_AHEAD: Final = 8
_GZIP_LEVEL: Final = 5
_ZSTD_LEVEL: Final = 6


class Sink(Protocol):
    """Takes N-Quads in pieces, which may end within a line, and writes them to a file its own way."""

    def write(self, block: bytes) -> None: ...
    def close(self) -> None: ...


def make_dump(data_dir: Path, version: DatasetVersion) -> Dump:
    """The dump of a version, made unless it is there. StoreError for a folder that cannot be written."""
    found = find_dump(data_dir, version.number)
    if found:
        return found
    folder = dump_folder(data_dir, version.number)
    try:
        with whole(folder) as draft:
            draft.mkdir()
            dump = Dump(version.number, version.created, version.quads, folder, _write_files(version, draft))
            (draft / ACCOUNT).write_text(account(dump), encoding="utf-8")
    except OSError as error:
        raise disk_error(error, data_dir) from error
    return dump


def _write_files(version: DatasetVersion, folder: Path) -> tuple[DumpFile, ...]:
    kinds = [
        (f"{NAME}.nq.gz", N_QUADS, "application/gzip", _Gzip),
        (f"{NAME}.nq.zst", N_QUADS, "application/zstd", _Zstd),
    ]
    if find_spec("pyarrow"):
        from .parquet import ParquetSink

        kinds.append((f"{NAME}.parquet", PARQUET, None, ParquetSink))
    writers = [_Writer(sink(_Output(folder / name))) for name, _, _, sink in kinds]
    spread = _Spread(writers)
    try:
        Store.read_only(str(version.path)).dump(cast("Any", spread), RdfFormat.N_QUADS)
    finally:
        spread.close()
    return tuple(
        DumpFile(name, media_type, compression, *_measure(folder / name))
        for name, media_type, compression, _ in kinds
    )


class _Output(io.FileIO):
    """A new file, written in whole blocks."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "xb")


class _Gzip:
    def __init__(self, file: _Output) -> None:
        self._file = file
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def write(self, block: bytes) -> None:
        self._file.write(self._stream.compress(block))

    def close(self) -> None:
        self._file.write(self._stream.flush())
        self._file.close()


class _Zstd:
    def __init__(self, file: _Output) -> None:
        self._file = file
        self._stream = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True).compressobj()

    def write(self, block: bytes) -> None:
        self._file.write(self._stream.compress(block))

    def close(self) -> None:
        self._file.write(self._stream.flush())
        self._file.close()


class _Writer(threading.Thread):
    """A sink on a thread of its own; what goes wrong there is raised where the blocks come from."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(daemon=True)
        self._sink = sink
        self._blocks: Queue[bytes | None] = Queue(_BLOCKS_AHEAD)
        self._error: BaseException | None = None
        self.start()

    def put(self, block: bytes | None) -> None:
        self._blocks.put(block)
        if self._error:
            raise self._error

    def finish(self) -> None:
        self._blocks.put(None)
        self.join()
        if self._error:
            raise self._error

    def run(self) -> None:
        for block in iter(self._blocks.get, None):
            if self._error is None:
                self._try(self._sink.write, block)
        self._try(self._sink.close)

    def _try(self, do: Any, *given: bytes) -> None:
        try:
            do(*given)
        except BaseException as error:  # raised again by put or finish
            self._error = self._error or error


class _Spread(io.RawIOBase):
    """The file that the engine writes to: what comes goes to every writer, a block at a time."""

    def __init__(self, writers: list[_Writer]) -> None:
        self._writers = writers
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self._waiting += chunk
        if len(self._waiting) >= _BLOCK:
            self._send()
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            super().close()
            try:
                self._send()
            finally:
                for writer in self._writers:
                    writer.finish()

    def _send(self) -> None:
        block = bytes(self._waiting)
        self._waiting.clear()
        for writer in self._writers:
            writer.put(block)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
