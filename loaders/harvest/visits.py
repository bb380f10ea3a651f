"""Visiting a portal politely: as its robots.txt allows, not too fast, again after a fault, within limits."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.robotparser
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final

from ...ontology.errors import ServiceError, Where
from ...ontology.text import Text
from ...store.web import AddressRefusedError, UnreachableError, named_or_public, request

AGENT: Final = "DigiTerr"
_ACCEPT: Final = (
    "text/turtle, application/n-triples;q=0.9, application/trig;q=0.9, application/n-quads;q=0.9,"
    " application/rdf+xml;q=0.8, application/ld+json;q=0.7, application/json;q=0.6, text/html;q=0.1"
)
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOTHING: Final = frozenset({404, 406, 410})
_CHUNK: Final = 1 << 16
_LONGEST_WAIT: Final = 60.0
_ROBOTS_SIZE: Final = 500_000  # as RFC 9309 has it, 2.5
_NEXT_LINK: Final = re.compile(
    r"<([^>]*)>\s*;[^,]*rel\s*=\s*\"?(?:[^\"]*\s)?next(?:\s[^\"]*)?\"?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a portal is visited: seconds between requests, for one answer, and before the first new attempt
    (doubled each time); attempts in all; bytes of one page, decompressed."""

    interval: float = 0.1
    timeout: float = 60.0
    backoff: float = 1.0
    attempts: int = 4
    page_size: int = 100 << 20


@dataclass(frozen=True, slots=True)
class Visit:
    """An answer: `content` is None when the page has not changed. `next`: the page after it, by `Link`."""

    address: str
    content: Path | None
    media_type: str = ""
    etag: str | None = None
    modified: str | None = None
    next: str | None = None


class NoSuchPageError(ServiceError):
    """There is nothing at an address (404, 406, 410)."""

    code = "no-such-page"


class Visitor:
    """Visits the pages of one portal. It goes to the host that was named, and to public addresses."""

    def __init__(self, address: str, manners: Manners, waiting: Callable[[float], None] = time.sleep) -> None:
        self._manners = manners
        self._waiting = waiting
        try:
            self._permitted = named_or_public(address)
        except AddressRefusedError as error:
            raise _refused(address) from error
        self._last = float("-inf")
        self._interval = manners.interval
        self._robots: dict[str, urllib.robotparser.RobotFileParser] = {}

    def visit(
        self,
        address: str,
        target: Path,
        etag: str | None = None,
        modified: str | None = None,
        persistent: bool = True,
    ) -> Visit:
        """Write a page to `target`. ServiceError for one that cannot be had, that robots.txt closes, that
        leads where it may not, or that is too large or too slow, after as many attempts as manners allow
        (one, if not `persistent`)."""
        self._ask_robots(address)
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip", "User-Agent": AGENT}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        return self._visit(address, headers, target, self._manners.attempts if persistent else 1)

    def _visit(self, address: str, headers: dict[str, str], target: Path, attempts: int) -> Visit:
        wait, reason = self._manners.backoff, ""
        for attempt in range(1, attempts + 1):
            self._pause()
            asked = 0.0
            try:
                found, answer = request(address, self._permitted, self._manners.timeout, headers)
                with answer:
                    if answer.status == 304:
                        return Visit(found, None, next=_next_link(answer, found))
                    if answer.status == 200:
                        self._save(answer, target, found)
                        return Visit(
                            found,
                            target,
                            answer.headers.get_content_type().lower()
                            if answer.headers.get("Content-Type")
                            else "",
                            answer.headers.get("ETag"),
                            answer.headers.get("Last-Modified"),
                            _next_link(answer, found),
                        )
                    reason, asked = f"HTTP {answer.status}", _retry_after(answer)
                    if answer.status in _NOTHING:
                        raise _failed(address, reason, NoSuchPageError)
                    if answer.status not in _AGAIN:
                        raise _failed(address, reason)
            except AddressRefusedError as error:
                raise _refused(error.address) from error
            except (UnreachableError, OSError, HTTPException, zlib.error, EOFError) as error:
                reason = str(error) or type(error).__name__
            if attempt == attempts:
                break
            self._waiting(min(max(wait, asked), _LONGEST_WAIT))
            wait *= 2
        raise _failed(address, f"{reason} ({attempts} ×)")

    def _save(self, answer: HTTPResponse, target: Path, address: str) -> None:
        size, end = 0, time.monotonic() + self._manners.timeout
        with target.open("wb") as file:
            for chunk in _decoded(answer):
                size += len(chunk)
                if size > self._manners.page_size:
                    raise _too_large(address, self._manners.page_size)
                if time.monotonic() > end:
                    raise UnreachableError(f"> {self._manners.timeout:g} s")
                file.write(chunk)

    def _pause(self) -> None:
        now = time.monotonic()
        if (left := self._last + self._interval - now) > 0:
            self._waiting(left)
        self._last = time.monotonic()

    def _ask_robots(self, address: str) -> None:
        parts = urllib.parse.urlsplit(address)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            self._robots[host] = self._read_robots(host)
        robots = self._robots[host]
        if not robots.can_fetch(AGENT, address):
            raise ServiceError(
                Text(
                    "le robots.txt de ce portail ferme cette page.",
                    "this portal's robots.txt closes this page.",
                ),
                Text(
                    f"Demandez au portail d’y admettre l’agent {AGENT}.",
                    f"Ask the portal to admit the agent {AGENT} there.",
                ),
                Where(address),
            )
        delay = robots.crawl_delay(AGENT)
        self._interval = min(max(self._manners.interval, float(delay or 0)), _LONGEST_WAIT)

    def _read_robots(self, host: str) -> urllib.robotparser.RobotFileParser:
        """RFC 9309, 2.3.1: no such file allows everything; a server in trouble, nothing for now."""
        robots = urllib.robotparser.RobotFileParser()
        self._pause()
        try:
            _, answer = request(
                f"{host}/robots.txt", self._permitted, self._manners.timeout, {"User-Agent": AGENT}
            )
            with answer:
                found = answer.read(_ROBOTS_SIZE) if answer.status == 200 else b""
                in_trouble = answer.status >= 500
        except AddressRefusedError as error:
            raise _refused(error.address) from error
        except (UnreachableError, OSError, HTTPException) as error:
            raise _failed(f"{host}/robots.txt", str(error)) from error
        if in_trouble:
            raise _failed(f"{host}/robots.txt", f"HTTP {answer.status}")
        robots.parse(found.decode("utf-8", "replace").splitlines())
        return robots


def _decoded(answer: HTTPResponse) -> Iterator[bytes]:
    chunks = iter(lambda: answer.read1(_CHUNK), b"")
    if answer.headers.get("Content-Encoding", "").strip().lower() != "gzip":
        yield from chunks
        if answer.length:  # of what was announced, this did not come
            raise UnreachableError(f"{answer.length} bytes of the page did not come")
        return
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for chunk in chunks:
        data = decoder.decompress(chunk, _CHUNK)
        while data:
            yield data
            data = decoder.decompress(decoder.unconsumed_tail, _CHUNK) if decoder.unconsumed_tail else b""
    if not decoder.eof:
        raise UnreachableError("gzip")


def _retry_after(answer: HTTPResponse) -> float:
    """The seconds that a portal asks to wait (RFC 9110, 10.2.3)."""
    said = answer.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _next_link(answer: HTTPResponse, address: str) -> str | None:
    for said in answer.headers.get_all("Link", ()):
        if found := _NEXT_LINK.search(said):
            return urllib.parse.urljoin(address, found[1])
    return None


def _failed(address: str, reason: str, kind: type[ServiceError] = ServiceError) -> ServiceError:
    return kind(
        Text(
            f"le portail n’a pas donné cette page : {reason}.",
            f"the portal did not give this page: {reason}.",
        ),
        Text("Rien n’a été modifié ; réessayez plus tard.", "Nothing was changed; try again later."),
        Where(address),
    )


def _too_large(address: str, limit: int) -> ServiceError:
    return ServiceError(
        Text(
            f"cette page dépasse {limit >> 20} Mio, une fois décompressée.",
            f"this page is larger than {limit >> 20} Mio, once decompressed.",
        ),
        Text(
            "Rien n’a été modifié ; demandez des pages plus courtes, ou relevez harvest_page_size.",
            "Nothing was changed; ask for shorter pages, or raise harvest_page_size.",
        ),
        Where(address),
    )


def _refused(address: str) -> ServiceError:
    return ServiceError(
        Text(
            "cette adresse mène à un réseau privé, ou n’est pas une adresse du web.",
            "this address leads to a private network, or is no address of the web.",
        ),
        Text(
            "Rien n’a été modifié ; seul l’hôte que vous nommez peut être dans un réseau privé.",
            "Nothing was changed; only the host that you name may be in a private network.",
        ),
        Where(address),
    )
