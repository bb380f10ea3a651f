"""Requests to a remote engine: SPARQL as SPARQLWrapper writes it, the Graph Store Protocol, over urllib."""

from __future__ import annotations

import base64
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from http.client import HTTPException, HTTPResponse
from typing import Final, cast

from SPARQLWrapper import POST, URLENCODED, SPARQLWrapper

from ...ontology.errors import DigiTerrError, InputError, ServiceError, Where
from ...ontology.text import Text
from ..errors import QuerySyntaxError, QueryTimeoutError
from .connections import KeptConnections
from .settings import RemoteSettings

_PLACE: Final = re.compile(r"error at (?P<line>\d+):(?P<column>\d+)|line (?P<only_line>\d+)")
_LONGEST_QUOTE: Final = 300
_LONGEST_READ: Final = 64 * 1024


class Client:
    """What an engine is sent: queries over kept connections, writes, not to be sent twice, over new ones."""

    def __init__(self, settings: RemoteSettings) -> None:
        self._settings = settings
        self._kept = KeptConnections()
        self._queries = urllib.request.build_opener(self._kept, *_digest(settings))
        self._writes = urllib.request.build_opener(*_digest(settings))

    def ask(
        self,
        text: str,
        form: str,
        accept: str,
        parameters: Iterable[tuple[str, str]] = (),
        timeout: float | None = None,
        abandoned: Callable[[], bool] | None = None,
    ) -> HTTPResponse:
        """Send a query in a form (a Virtuoso hangs on the direct POST); the response, unread."""
        wrapper = _Wrapper(self._settings.query, text, form, parameters)
        wrapper.addCustomHttpHeader("Accept", accept)
        request = self._signed(wrapper.request())
        request.abandoned = abandoned  # pyright: ignore[reportAttributeAccessIssue] (KeptConnections reads it)
        seconds = timeout or self._settings.timeout
        return _sent(self._queries, request, self._settings.query, seconds)

    def update(self, text: str, parameters: Iterable[tuple[str, str]] = ()) -> None:
        """Send an update in a form."""
        place = self._settings.update
        if place is None:
            raise read_only()
        request = self._signed(_Wrapper(place, text, "INSERT", parameters).request())
        with _sent(self._writes, request, place, self._settings.write_timeout) as response:
            response.read()

    def graph_store(self, method: str, graph: str | None, body: bytes | None, media_type: str = "") -> int:
        """One request of the Graph Store Protocol; its status. 404 is given back, other refusals raised."""
        place = self._settings.graph_store
        if place is None:
            raise read_only()
        query = "default" if graph is None else urllib.parse.urlencode({"graph": graph})
        request = self._signed(urllib.request.Request(f"{place}?{query}", data=body, method=method))  # noqa: S310
        if media_type:
            request.add_header("Content-Type", media_type)
        with _sent(self._writes, request, place, self._settings.write_timeout, (404,)) as response:
            response.read()
            return response.status

    def close(self) -> None:
        """Let the kept connections go."""
        self._kept.close()

    def _signed(self, request: urllib.request.Request) -> urllib.request.Request:
        """The request with our credentials, unless they are for a digest, whose handler adds them."""
        user, password = self._settings.user, self._settings.password
        if user is not None and password is not None and self._settings.authentication == "basic":
            credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
            request.add_unredirected_header("Authorization", f"Basic {credentials}")
        return request


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper writes the request; it is sent by an opener of our own."""

    def __init__(self, place: str, text: str, form: str, parameters: Iterable[tuple[str, str]]) -> None:
        super().__init__(place)
        # Set here, not by setQuery, whose search for the form of the query is slow on hostile texts.
        self.queryString = text
        self.queryType = form
        self.setMethod(POST)
        self.setRequestMethod(URLENCODED)
        self.setOnlyConneg(True)
        for name, value in parameters:
            self.addParameter(name, value)

    def request(self) -> urllib.request.Request:
        return self._createRequest()


def _digest(settings: RemoteSettings) -> list[urllib.request.BaseHandler]:
    if settings.user is None or settings.password is None or settings.authentication != "digest":
        return []
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    for place in {settings.query, settings.update, settings.graph_store} - {None}:
        passwords.add_password(None, cast("str", place), settings.user, settings.password)
    return [urllib.request.HTTPDigestAuthHandler(passwords)]


def _sent(
    opener: urllib.request.OpenerDirector,
    request: urllib.request.Request,
    place: str,
    timeout: float,
    allowed: tuple[int, ...] = (),
) -> HTTPResponse:
    """Send a request; its response, unread, or the error that a refusal or a silence is."""
    try:
        return cast("HTTPResponse", opener.open(request, timeout=timeout))
    except urllib.error.HTTPError as error:
        if error.code in allowed:
            return cast("HTTPResponse", error)
        with error:
            raise refused(error.code, error.read(_LONGEST_READ), place) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise QueryTimeoutError(timeout) from error
        raise unreachable(place, reason) from error


def refused(status: int, body: bytes, place: str) -> DigiTerrError:
    """The error of a remote engine that answered, by its status."""
    said = " ".join(body.decode("utf-8", "replace").split())[:_LONGEST_QUOTE]
    if status == 400:
        found = _PLACE.search(said)
        line = int(found["line"] or found["only_line"]) if found else None
        column = int(found["column"]) if found and found["column"] else None
        return QuerySyntaxError(
            Text(
                f"Le moteur distant refuse ce texte : {said}", f"The remote engine refuses this text: {said}"
            ),
            where=Where(line=line, column=column),
        )
    if status in (401, 403):
        return ServiceError(
            Text(
                f"Le moteur distant ({place}) refuse nos identifiants (HTTP {status}).",
                f"The remote engine ({place}) refuses our credentials (HTTP {status}).",
            ),
            Text("Vérifiez utilisateur et mot de passe.", "Check the user and the password."),
        )
    return ServiceError(
        Text(
            f"Le moteur distant ({place}) a répondu HTTP {status} : {said}",
            f"The remote engine ({place}) answered HTTP {status}: {said}",
        ),
        Text("Voyez son journal.", "See its log."),
    )


def unreachable(place: str, error: Exception) -> ServiceError:
    """The error of a remote engine that did not answer."""
    return ServiceError(
        Text(
            f"Le moteur distant ({place}) ne répond pas : {error}.",
            f"The remote engine ({place}) does not answer: {error}.",
        ),
        Text("Vérifiez qu’il tourne et que l’adresse est juste.", "Check that it runs, and its address."),
    )


def read_only() -> InputError:
    """The error of a write to an engine whose address for writes was not given."""
    return InputError(
        Text("Ce moteur distant est en lecture seule ici.", "This remote engine is read-only here."),
        Text("Donnez ses adresses d’écriture.", "Give its addresses for writing."),
    )
