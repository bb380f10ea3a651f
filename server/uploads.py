"""Bodies that carry RDF: decoded, bounded, written to files that the store parses in a process of its own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from ..ontology.text import Text
from ..store.model import Upload
from .http_errors import BadRequestError, UnsupportedMediaTypeError
from .negotiation import GRAPH_ALIASES, GRAPH_FORMATS
from .parameters import too_large
from .service import service

MULTIPART: Final = "multipart/form-data"
TRIPLE_FORMATS: Final = tuple(
    name for name in GRAPH_FORMATS if name not in ("application/trig", "application/n-quads")
)
_CHUNK: Final = 64 * 1024
_MOST_PARTS: Final = 100


@contextmanager
def received_uploads(base_iri: str, *, multipart: bool = False) -> Iterator[tuple[Upload, ...]]:
    """The RDF of the request in files, which last as long as the context.

    Raises 415 for a type that is not RDF, 413 past `upload_size`, 400 for a broken body.
    """
    with TemporaryDirectory(prefix="digiterr-upload-") as folder:
        if multipart and request.mimetype == MULTIPART:
            yield tuple(_parts(Path(folder), base_iri))
        else:
            media_type = _graph_media_type(request.headers.get("Content-Type", ""))
            path = Path(folder, "0")
            with path.open("wb") as file:
                _copy(decoded_body(), file, service().configuration.upload_size)
            yield (Upload(path, media_type, base_iri),)


def decoded_body() -> Iterator[bytes]:
    """The body without its Content-Encoding, at most `upload_size` of it."""
    chunks = iter(lambda: request.stream.read(_CHUNK), b"")
    match request.headers.get("Content-Encoding", "identity").strip().lower():
        case "identity" | "":
            yield from chunks
        case "gzip":
            yield from _gunzip(chunks)
        case encoding:
            raise UnsupportedMediaTypeError(encoding, ("gzip", "identity"), "Accept-Encoding")


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress piece by piece, so that a small body which grows without end is stopped at the limit."""
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for chunk in chunks:
            data = decoder.decompress(chunk, _CHUNK)
            while data:
                yield data
                data = decoder.decompress(decoder.unconsumed_tail, _CHUNK) if decoder.unconsumed_tail else b""
        if not decoder.eof:
            raise _broken("gzip")
        yield decoder.flush()
    except zlib.error as error:
        raise _broken("gzip") from error


def _copy(chunks: Iterator[bytes], file: IO[bytes], limit: int) -> None:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise too_large(limit, "upload_size")
        file.write(chunk)


def _parts(folder: Path, base_iri: str) -> Iterator[Upload]:
    """The files of a multipart form (Graph Store HTTP Protocol, 5.5): one graph each, to be merged."""
    limit = service().configuration.upload_size
    if (request.content_length or 0) > limit:
        raise too_large(limit, "upload_size")
    _, options = parse_options_header(request.headers.get("Content-Type", ""))
    if not options.get("boundary"):
        raise _broken(MULTIPART)
    parser = FormDataParser(max_form_memory_size=limit, max_content_length=limit, max_form_parts=_MOST_PARTS)
    try:
        _, _, files = parser.parse(request.stream, MULTIPART, request.content_length, options)
    except (ValueError, HTTPException) as error:
        raise _broken(MULTIPART) from error
    uploads = [part for _, part in files.items(multi=True)]
    if not uploads:
        raise _broken(MULTIPART)
    for number, part in enumerate(uploads):
        path = folder / str(number)
        media_type = _graph_media_type(part.content_type or "")
        part.save(path)
        yield Upload(path, media_type, base_iri)


def _graph_media_type(content_type: str) -> str:
    media_type = parse_options_header(content_type)[0].lower()
    known = GRAPH_ALIASES.get(media_type, media_type)
    if known not in TRIPLE_FORMATS:
        raise UnsupportedMediaTypeError(media_type, TRIPLE_FORMATS)
    return known


def _broken(what: str) -> BadRequestError:
    return BadRequestError(
        Text(f"Le corps n’est pas un {what} valide.", f"The body is not valid {what}."),
        Text(
            "Rien n’a changé ; corrigez-le et renvoyez-le.", "Nothing has changed; mend it and send it again."
        ),
    )
