"""The bodies of a remote engine's answers: passed on as they come, or rewritten in a format it has not."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from typing import IO, Any, Final, cast

import pyoxigraph

from ...ontology.errors import ServiceError
from ...ontology.text import Text
from ..errors import EngineDiedError, LimitError, QueryTimeoutError
from ..formats import BINDINGS, GRAPHS, PREFIXES, TRUNCATION_MARK
from ..model import ResultForm
from ..streaming import Production

_CHUNK: Final = 1 << 16
_LONGEST_QUOTE: Final = 200
# What some engines call the formats of answers.
_ALIASES: Final = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
    "text/ntriples": "application/n-triples",
    "text/rdf+n3": "text/turtle",
    "text/n3": "text/turtle",
    "application/x-turtle": "text/turtle",
}


def body_of(
    response: HTTPResponse, form: ResultForm, media_type: str, end: float, timeout: float
) -> Iterator[bytes]:
    """The body of an answer in the format wanted; ServiceError for one that is no format of answers at all.

    `end` is a time of `time.monotonic`, past which QueryTimeoutError is raised. A body that ends too early
    says so where its format has comments, and raises.
    """
    sent = response.headers.get_content_type()
    known: dict[str, Any] = GRAPHS if form == "graph" else BINDINGS
    given = sent if sent in known else _ALIASES.get(sent, sent)
    if given not in known:
        with response:
            raise _not_an_answer(response, sent)
    pieces = _pieces(response, end, timeout)
    if given != media_type:
        pieces = _rewritten(pieces, form, known[given], known[media_type])
    return _marked(pieces, media_type)


def _pieces(response: HTTPResponse, end: float, timeout: float) -> Iterator[bytes]:
    """The bytes of a response, to its end or to that of the time allowed."""
    with response:
        try:
            while chunk := response.read1(_CHUNK):
                yield chunk
                if time.monotonic() > end:
                    raise QueryTimeoutError(timeout)
        except TimeoutError as error:
            raise QueryTimeoutError(timeout) from error
        except (OSError, HTTPException) as error:
            raise EngineDiedError(f"{type(error).__name__}: {error}") from error
        if response.length:
            raise EngineDiedError("its answer ended too early")


def _marked(pieces: Iterator[bytes], media_type: str) -> Iterator[bytes]:
    """The same bytes, and after those that were cut short a comment that says so."""
    try:
        yield from pieces
    except LimitError:
        if mark := TRUNCATION_MARK.get(media_type):
            yield mark
        raise


def _rewritten(pieces: Iterator[bytes], form: ResultForm, given: Any, wanted: Any) -> Iterator[bytes]:
    """An answer in another format than the engine's, rewritten as it comes."""

    def work(announce: Callable[[None], None], output: IO[bytes]) -> None:
        announce(None)
        source = cast("IO[bytes]", io.BufferedReader(_Source(pieces), _CHUNK))
        try:
            if form != "graph":
                pyoxigraph.parse_query_results(source, given).serialize(output, wanted)
                return
            triples = (quad.triple for quad in pyoxigraph.parse(source, given, lenient=True))
            pyoxigraph.serialize(triples, output, wanted, prefixes=PREFIXES)
        except (SyntaxError, ValueError) as error:
            raise EngineDiedError(f"its answer is not what it says: {error}") from error

    production = Production[None](work)
    production.head()
    return production.body()


class _Source(io.RawIOBase):
    """Pieces of bytes as a file to read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._pieces, b"")
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _not_an_answer(response: HTTPResponse, sent: str) -> ServiceError:
    try:
        said = " ".join(response.read(_LONGEST_QUOTE).decode("utf-8", "replace").split())
    except (OSError, HTTPException):
        said = ""
    return ServiceError(
        Text(
            f"Le moteur distant a répondu en {sent}, qui n’est pas un format de réponse SPARQL : {said}",
            f"The remote engine answered in {sent}, which is no format of SPARQL answers: {said}",
        ),
        Text(
            "Vérifiez que l’adresse est celle de ses requêtes, et non d’une page.",
            "Check that the address is that of its queries, not of a page.",
        ),
    )
