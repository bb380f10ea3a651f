"""Requests to a remote engine: SPARQL through SPARQLWrapper, the Graph Store Protocol through urllib."""

from __future__ import annotations

import ast
import base64
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from http.client import HTTPException, HTTPResponse
from typing import cast

from SPARQLWrapper import POST, URLENCODED, SPARQLExceptions, SPARQLWrapper

from ...ontology.errors import DigiTerrError, InputError, ServiceError, Where
from ...ontology.text import Text
from ..errors import QuerySyntaxError, QueryTimeoutError
from .settings import RemoteSettings

_PLACE = re.compile(r"error at (?P<line>\d+):(?P<column>\d+)|line (?P<only_line>\d+)")
_LONGEST_QUOTE = 300
_STATUS = {
    SPARQLExceptions.QueryBadFormed: 400,
    SPARQLExceptions.Unauthorized: 401,
    SPARQLExceptions.EndPointNotFound: 404,
    SPARQLExceptions.URITooLong: 414,
}


def ask(
    settings: RemoteSettings, text: str, form: str, accept: str, parameters: Iterable[tuple[str, str]]
) -> HTTPResponse:
    """Send a query in a form (a Virtuoso hangs on the direct POST); the response, unread."""
    wrapper = SPARQLWrapper(settings.query)
    # Set here, not by setQuery, whose search for the form of the query is slow on hostile texts.
    wrapper.queryString = text
    wrapper.queryType = form
    wrapper.setMethod(POST)
    wrapper.setRequestMethod(URLENCODED)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", accept)
    for name, value in parameters:
        wrapper.addParameter(name, value)
    return _send(wrapper, settings)


def update(settings: RemoteSettings, text: str, parameters: Iterable[tuple[str, str]] = ()) -> None:
    """Send an update in a form."""
    if settings.update is None:
        raise read_only()
    wrapper = SPARQLWrapper(settings.query, updateEndpoint=settings.update)
    wrapper.queryString = text
    wrapper.queryType = "INSERT"
    wrapper.setMethod(POST)
    wrapper.setRequestMethod(URLENCODED)
    wrapper.setOnlyConneg(True)
    for name, value in parameters:
        wrapper.addParameter(name, value)
    _send(wrapper, settings).read()


def graph_store(
    settings: RemoteSettings, method: str, graph: str | None, body: bytes | None, media_type: str = ""
) -> int:
    """One request of the Graph Store Protocol; its status. 404 is given back, other refusals are raised."""
    if settings.graph_store is None:
        raise read_only()
    query = "default" if graph is None else urllib.parse.urlencode({"graph": graph})
    request = urllib.request.Request(f"{settings.graph_store}?{query}", data=body, method=method)  # noqa: S310
    if media_type:
        request.add_header("Content-Type", media_type)
    try:
        with _opener(settings, request).open(request, timeout=settings.timeout) as response:
            response.read()
            return response.status
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return 404
        raise refused(error.code, error.read(), settings.graph_store) from error
    except (OSError, HTTPException) as error:
        raise unreachable(settings.graph_store, error) from error


def _send(wrapper: SPARQLWrapper, settings: RemoteSettings) -> HTTPResponse:
    wrapper.setTimeout(cast("int", settings.timeout))
    if settings.user is not None and settings.password is not None:
        wrapper.setHTTPAuth(settings.authentication)
        wrapper.setCredentials(settings.user, settings.password)
    place = wrapper.updateEndpoint if wrapper.isSparqlUpdateRequest() else wrapper.endpoint
    try:
        return cast("HTTPResponse", wrapper.query().response)
    except SPARQLExceptions.SPARQLWrapperException as error:
        raise refused(_STATUS.get(type(error), 500), _said(error), place) from error
    except urllib.error.HTTPError as error:
        raise refused(error.code, error.read(), place) from error
    except TimeoutError as error:
        raise QueryTimeoutError(settings.timeout) from error
    except (OSError, HTTPException) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise QueryTimeoutError(settings.timeout) from error
        raise unreachable(place, error) from error


def _said(error: SPARQLExceptions.SPARQLWrapperException) -> bytes:
    """The body of the response, which SPARQLWrapper gives as it is written in Python, in its message."""
    written = str(error).partition("Response:\n")[2]
    try:
        return cast("bytes", ast.literal_eval(written))
    except (SyntaxError, ValueError):
        return written.encode()


def _opener(settings: RemoteSettings, request: urllib.request.Request) -> urllib.request.OpenerDirector:
    opener = urllib.request.build_opener()
    if settings.user is None or settings.password is None:
        return opener
    if settings.authentication == "digest":
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, request.full_url, settings.user, settings.password)
        opener.add_handler(urllib.request.HTTPDigestAuthHandler(passwords))
    else:
        credentials = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
    return opener


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
