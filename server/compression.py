"""Compressing an answer as it streams: Brotli or gzip, as Accept-Encoding asks (RFC 9110, 12.5.3)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from functools import lru_cache
from typing import Final, Protocol

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

SMALLEST: Final = 1024  # below this a compressed answer is hardly shorter
_BROTLI_QUALITY: Final = 4
_GZIP_LEVEL: Final = 5


class Encoder(Protocol):
    def process(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes: ...
    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def process(self, data: bytes) -> bytes:
        return self._stream.compress(data)

    def flush(self) -> bytes:
        return self._stream.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._stream.flush(zlib.Z_FINISH)


ENCODERS: Final[dict[str, Callable[[], Encoder]]] = {
    "br": lambda: brotli.Compressor(quality=_BROTLI_QUALITY),
    "gzip": _Gzip,
}


@lru_cache(maxsize=256)
def encoding_for(accept_encoding: str) -> str | None:
    """`br`, `gzip`, or None for an answer sent as it is."""
    if not accept_encoding:
        return None
    accepted = parse_accept_header(accept_encoding, Accept)
    best, quality = None, 0.0
    for name in ENCODERS:
        if accepted[name] > quality:
            best, quality = name, accepted[name]
    return best


def compress(chunks: Generator[bytes], encoding: str) -> Generator[bytes]:
    """The chunks, compressed; the first leaves at once, so that a client sees an answer begin."""
    encoder = ENCODERS[encoding]()
    first = True
    with closing(chunks):
        for chunk in chunks:
            compressed = encoder.process(chunk)
            if first:
                compressed += encoder.flush()
                first = False
            if compressed:
                yield compressed
    yield encoder.finish()
