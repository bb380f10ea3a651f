"""Fetching from the web on behalf of a query: allowed addresses only, public ones only, within limits."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from ...ontology.errors import ServiceError
from ...ontology.text import Text
from ..federation import Fetched
from ..formats import GRAPHS
from ..outline import CallRefusedError

_RESULTS: Final = "application/sparql-results+json"
_REDIRECTS: Final = 3
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_CHUNK: Final = 1 << 16


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not loopback, link-local, private, multicast..."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and not inner.is_global:
            return False
    return found.is_global and not found.is_multicast


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches from addresses that match one of the patterns `allowed`; `timeout` in seconds, `most` in bytes.

    Every host is resolved once, each of its addresses must be `permitted`, and the connection goes to the
    address that was checked. A redirection is checked like the address it comes from.
    """

    allowed: Sequence[str]
    timeout: float
    most: int
    permitted: Callable[[str], bool] = is_public

    def fetch(self, address: str, query: str | None) -> Fetched:
        """The document at an address, or the answer to a query posted to it.

        CallRefusedError for an address that may not be asked, ServiceError for one that fails.
        """
        keyword = "LOAD" if query is None else "SERVICE"
        end = time.monotonic() + self.timeout
        for _ in range(_REDIRECTS + 1):
            if not any(fnmatchcase(address, pattern) for pattern in self.allowed):
                raise CallRefusedError(keyword, address)
            response = self._request(keyword, address, query, end)
            if response.status not in (301, 302, 303, 307, 308):
                return self._read(address, response, end)
            address = urllib.parse.urljoin(address, response.headers.get("Location", ""))
            response.close()
        raise _failed(address, "too many redirections")

    def _request(self, keyword: str, address: str, query: str | None, end: float) -> http.client.HTTPResponse:
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise CallRefusedError(keyword, address)
        secure = parts.scheme == "https"
        try:
            port = parts.port or (443 if secure else 80)
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError, UnicodeError) as error:
            raise _failed(address, str(error)) from error
        if not all(self.permitted(str(entry[4][0])) for entry in found):
            raise CallRefusedError(keyword, address)
        connection = http.client.HTTPConnection(
            parts.hostname, port, timeout=max(0.1, end - time.monotonic())
        )
        body = None if query is None else urllib.parse.urlencode({"query": query})
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        headers = {"Accept": _RESULTS if query is not None else ", ".join(GRAPHS), "User-Agent": "DigiTerr"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link = socket.create_connection((str(found[0][4][0]), port), timeout=connection.timeout)
            if secure:
                link = ssl.create_default_context().wrap_socket(link, server_hostname=parts.hostname)
            connection.sock = link
            connection.request("GET" if body is None else "POST", target, body, headers)
            return connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _failed(address, str(error)) from error

    def _read(self, address: str, response: http.client.HTTPResponse, end: float) -> Fetched:
        content = bytearray()
        with response:
            if response.status != 200:
                raise _failed(address, f"HTTP {response.status}")
            try:
                while chunk := response.read1(_CHUNK):
                    content += chunk
                    if len(content) > self.most:
                        raise _failed(address, f"more than {self.most} bytes")
                    if time.monotonic() > end:
                        raise _failed(address, f"more than {self.timeout:g} s")
            except (OSError, http.client.HTTPException) as error:
                raise _failed(address, str(error)) from error
        return Fetched(response.headers.get_content_type(), bytes(content))


def _failed(address: str, reason: str) -> ServiceError:
    return ServiceError(
        Text(
            f"Le service <{address}> n’a pas répondu : {reason}.",
            f"The service <{address}> failed: {reason}.",
        ),
        Text(
            "Réessayez plus tard, ou restreignez ce qui lui est demandé.",
            "Try again later, or ask it for less.",
        ),
    )
