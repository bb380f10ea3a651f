"""Who may write: the bearer token of a request (RFC 6750)."""

from __future__ import annotations

from flask import request

from ..ontology.text import Text
from ..store.model import Authority
from .http_errors import ForbiddenError, UnauthorizedError
from .service import service
from .tokens import find_token

_REALM = 'Bearer realm="digiterr"'


def authority() -> Authority:
    """The holder of the request's token. Raises 403 on a read-only service, 401 without a good token."""
    tokens = service().configuration.tokens
    if not tokens:
        raise ForbiddenError(
            Text("Ce service est en lecture seule.", "This service is read-only."),
            Text(
                "Son exploitant peut créer un jeton : digiterr serve --new-token NOM.",
                "Whoever runs it can make a token: digiterr serve --new-token NAME.",
            ),
        )
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not bearer.strip():
        raise UnauthorizedError(
            Text("Écrire demande un jeton.", "Writing needs a token."),
            Text("Envoyez Authorization: Bearer JETON.", "Send Authorization: Bearer TOKEN."),
            {"WWW-Authenticate": _REALM},
        )
    token = find_token(tokens, bearer.strip())
    if token is None:
        raise UnauthorizedError(
            Text("Ce jeton n’est pas connu.", "This token is not known."),
            Text("Demandez-en un à l’exploitant du service.", "Ask whoever runs the service for one."),
            {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'},
        )
    return Authority(token.name, token.graphs, token.load)
