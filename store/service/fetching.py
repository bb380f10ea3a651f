"""Fetching from the web on behalf of a query: allowed addresses only, public ones only, within limits."""

from __future__ import annotations

import http.client
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
from ..web import AddressRefusedError, UnreachableError, is_public, request

_RESULTS: Final = "application/sparql-results+json"
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches from addresses that match one of the patterns `allowed`; `timeout` in seconds, `most` in bytes.

    Every IP address of a host must be `permitted`; redirections are judged like the address they come from.
    """

    allowed: Sequence[str]
    timeout: float
    most: int
    permitted: Callable[[str], bool] = is_public

    def fetch(self, address: str, query: str | None) -> Fetched:
        """The document at an address, or the answer to a query posted to it.

        CallRefusedError for an address that may not be asked, ServiceError for one that fails.
        """
        end = time.monotonic() + self.timeout
        headers = {"Accept": _RESULTS if query is not None else ", ".join(GRAPHS), "User-Agent": "DigiTerr"}
        if query is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            address, response = request(
                address,
                lambda _host, _port, found: self.permitted(found),
                self.timeout,
                headers,
                None if query is None else urllib.parse.urlencode({"query": query}),
                lambda wanted: any(fnmatchcase(wanted, pattern) for pattern in self.allowed),
            )
        except AddressRefusedError as error:
            raise CallRefusedError("LOAD" if query is None else "SERVICE", error.address) from error
        except UnreachableError as error:
            raise _failed(address, str(error)) from error
        return self._read(address, response, end)

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
