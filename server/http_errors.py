"""Errors of HTTP itself: a request that is refused before any query runs.

Each carries its status and the headers that the status requires (RFC 9110).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ontology.errors import InputError
from ..ontology.text import Text


class HttpError(InputError):
    """A request refused: `headers` go with the status, `details` are members of its problem document."""

    def __init__(
        self,
        message: Text,
        hint: Text | None = None,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.headers = dict(headers or {})
        self.details = dict(details or {})


class BadRequestError(HttpError):
    code = "bad-request"


class UnauthorizedError(HttpError):
    """RFC 9110, 15.5.2: the answer names the scheme in WWW-Authenticate."""

    code = "unauthorized"
    status = 401


class ForbiddenError(HttpError):
    code = "forbidden"
    status = 403


class NotAcceptableError(HttpError):
    """RFC 9110, 15.5.7: the answer lists what is on offer."""

    code = "not-acceptable"
    status = 406

    def __init__(self, accept: str, offered: Sequence[str]) -> None:
        super().__init__(
            Text(
                f"Aucun des formats demandés ({accept}) n’est offert ici.",
                f"None of the formats asked for ({accept}) is on offer here.",
            ),
            Text(
                f"Demandez l’un de ceux-ci dans Accept : {', '.join(offered)}.",
                f"Ask for one of these in Accept: {', '.join(offered)}.",
            ),
            details={"offered": list(offered)},
        )


class MethodNotAllowedError(HttpError):
    code = "method-not-allowed"
    status = 405

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        names = ", ".join(allowed)
        super().__init__(
            Text(f"La méthode {method} n’a pas cours ici.", f"The method {method} is not allowed here."),
            Text(f"Méthodes possibles : {names}.", f"Methods allowed: {names}."),
            {"Allow": names},
        )


class RequestTimeoutError(HttpError):
    """RFC 9110, 15.5.9."""

    code = "request-timeout"
    status = 408

    def __init__(self) -> None:
        super().__init__(
            Text("Le corps de la requête tarde trop.", "The body of the request takes too long."),
            Text("Renvoyez-la sur une liaison plus rapide.", "Send it again over a faster link."),
            {"Connection": "close"},
        )


class CutRequestError(HttpError):
    """A body that ended before its end. Nobody is left to be told, but nothing is done of what it asks."""

    code = "cut-request"

    def __init__(self) -> None:
        super().__init__(
            Text("Le corps de la requête est incomplet.", "The body of the request is not whole."),
            Text("Renvoyez-la ; rien n’a été modifié.", "Send it again; nothing was changed."),
            {"Connection": "close"},
        )


class ContentTooLargeError(HttpError):
    code = "content-too-large"
    status = 413


class UnsupportedMediaTypeError(HttpError):
    """RFC 9110, 15.5.16: the answer says in Accept-Post what would be understood."""

    code = "unsupported-media-type"
    status = 415

    def __init__(self, media_type: str, accepted: Sequence[str], header: str = "Accept-Post") -> None:
        super().__init__(
            Text(
                f"Un corps de type {media_type} n’est pas compris ici.",
                f"A body of type {media_type} is not understood here.",
            )
            if media_type
            else Text(
                "Le type du corps de la requête n’est pas donné.",
                "The type of the request’s body is not given.",
            ),
            Text(
                f"Donnez dans Content-Type l’un de ces types : {', '.join(accepted)}.",
                f"Give one of these types in Content-Type: {', '.join(accepted)}.",
            ),
            {header: ", ".join(accepted)},
            {"accepted": list(accepted)},
        )


class TooDeepError(HttpError):
    code = "query-too-deep"
