"""Requests to other hosts: the address that is checked is the address that is asked.

Every host is resolved once, each of its addresses must be permitted, and the connection goes to the one that
was checked. A redirection is checked like the address it comes from.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Final

REDIRECTS: Final = 3
_MOVED: Final = (301, 302, 303, 307, 308)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")

# Host, port and one of the IP addresses of that host: whether a connection may go there.
Permitted = Callable[[str, int, str], bool]


class AddressRefusedError(Exception):
    """An address that may not be asked, or a redirection to one."""

    def __init__(self, address: str) -> None:
        super().__init__(f"<{address}> may not be asked")
        self.address = address


class UnreachableError(Exception):
    """A host that cannot be found or does not answer as HTTP has it; `str()` says why."""


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


def named_or_public(address: str) -> Permitted:
    """Permits the very host and port that somebody named, wherever they are, and others on the internet.

    AddressRefusedError for an address that is not HTTP.
    """
    named = port_of(address)

    def permitted(host: str, port: int, found: str) -> bool:
        return (host, port) == named or is_public(found)

    return permitted


def request(
    address: str,
    permitted: Permitted,
    timeout: float,
    headers: Mapping[str, str],
    body: str | None = None,
    allowed: Callable[[str], bool] = lambda _address: True,
) -> tuple[str, http.client.HTTPResponse]:
    """The answer to a GET (a POST where there is a body) of at most three redirections, and its address.

    `timeout`, in seconds, is for all until the head of the answer has come, then for each reading of its
    content. `allowed` judges each address as text, `permitted` where it leads. Raises AddressRefusedError,
    UnreachableError.
    """
    end = time.monotonic() + timeout
    for _ in range(REDIRECTS + 1):
        if not allowed(address):
            raise AddressRefusedError(address)
        answer = _send(address, permitted, max(0.1, end - time.monotonic()), headers, body)
        if answer.status not in _MOVED:
            return address, answer
        address = urllib.parse.urljoin(address, answer.headers.get("Location", ""))
        answer.close()
    raise UnreachableError("too many redirections")


def port_of(address: str) -> tuple[str, int]:
    """The host and port that an HTTP address names; AddressRefusedError for another scheme, or none."""
    try:
        parts = urllib.parse.urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        raise AddressRefusedError(address) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port is None:
        raise AddressRefusedError(address)
    if parts.username is not None:
        raise AddressRefusedError(address)
    return parts.hostname, port


def _send(
    address: str, permitted: Permitted, timeout: float, headers: Mapping[str, str], body: str | None
) -> http.client.HTTPResponse:
    host, port = port_of(address)
    parts = urllib.parse.urlsplit(address)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError) as error:
        raise UnreachableError(str(error)) from error
    if not all(permitted(host, port, str(entry[4][0])) for entry in found):
        raise AddressRefusedError(address)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    try:
        connection.sock = socket.create_connection((str(found[0][4][0]), port), timeout=timeout)
        if parts.scheme == "https":
            secure = ssl.create_default_context()
            connection.sock = secure.wrap_socket(connection.sock, server_hostname=host)
        connection.request("GET" if body is None else "POST", target, body, dict(headers))
        return connection.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        raise UnreachableError(str(error) or type(error).__name__) from error
