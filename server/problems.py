"""How an error leaves the service: problem details (RFC 9457) for programs, a page for browsers.

Rendered here and nowhere else. Members beyond the RFC's own: `code`, `hint`, `request_id`, `file`, `line`,
`column`, and what the error itself adds (`offered`, `limit`, `query`...).
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, json, render_template, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.http import HTTP_STATUS_CODES

from ..ontology.errors import DigiTerrError, NotFoundError
from ..ontology.iris import BASE
from ..ontology.text import Text
from ..store.errors import LimitError
from .front import QUERY
from .http_errors import BadRequestError, ContentTooLargeError, MethodNotAllowedError
from .language import reader_language
from .negotiation import HTML, negotiate

PROBLEM_JSON = "application/problem+json"
_LONGEST_QUERY = 10_000
TITLES: dict[int, Text] = {
    400: Text("Requête incorrecte", "Bad request"),
    401: Text("Jeton requis", "Token required"),
    403: Text("Non autorisé", "Forbidden"),
    404: Text("Introuvable", "Not found"),
    408: Text("Requête trop lente", "Request timeout"),
    405: Text("Méthode non autorisée", "Method not allowed"),
    406: Text("Format non offert", "Not acceptable"),
    413: Text("Contenu trop volumineux", "Content too large"),
    415: Text("Type de contenu non compris", "Unsupported media type"),
    422: Text("Données non conformes", "Data that does not conform"),
    500: Text("Erreur du service", "Error of the service"),
    502: Text("Service distant en échec", "A remote service failed"),
    503: Text("Service indisponible", "Service unavailable"),
    507: Text("Mémoire insuffisante", "Insufficient memory"),
}


def problem_response(error: DigiTerrError) -> Response:
    """The answer to a request that failed, in the reader's language and format."""
    language = reader_language()
    document = problem_document(error)
    headers = dict(getattr(error, "headers", {}))
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if wants_html():
        page = render_template("problem.html", problem=document, error=error, title=document["title"])
        response = Response(page, error.status, content_type="text/html; charset=utf-8")
    else:
        response = Response(
            json.dumps(document, ensure_ascii=False, sort_keys=False) + "\n",
            error.status,
            content_type=PROBLEM_JSON,
        )
    response.headers.update(headers)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return response


def problem_document(error: DigiTerrError) -> dict[str, Any]:
    """The members of the problem document of an error."""
    language = reader_language()
    title = TITLES.get(error.status) or Text(*[HTTP_STATUS_CODES.get(error.status, "Error")] * 2)
    document: dict[str, Any] = {
        "type": f"{BASE}problem/{error.code}",
        "title": title.in_language(language),
        "status": error.status,
        "detail": error.message.in_language(language),
        "code": error.code,
    }
    if error.hint:
        document["hint"] = error.hint.in_language(language)
    if error.where:
        places = {"file": error.where.file, "line": error.where.line, "column": error.where.column}
        document.update({key: value for key, value in places.items() if value is not None})
        if error.where.pointer:
            document["pointer"] = error.where.pointer
    if isinstance(error, LimitError):
        document["query"] = request.environ.get(QUERY, "")[:_LONGEST_QUERY]
    document["instance"] = request.path
    document["request_id"] = g.get("request_id", "")
    document.update(error.details)
    return document


def wants_html() -> bool:
    """Whether the client is a browser: it names text/html, and prefers it to the formats of programs."""
    accept = request.headers.get("Accept", "")
    if "text/html" not in accept:
        return False
    return negotiate("*/*;q=0.001," + accept, (HTML, PROBLEM_JSON, "application/json")) == HTML


def from_http_exception(error: HTTPException) -> DigiTerrError:
    """Werkzeug's own refusals in the words of the project."""
    if isinstance(error, NotFound):
        return NotFoundError(
            Text(f"Rien ne se trouve à {request.path}.", f"There is nothing at {request.path}."),
            Text("Commencez par la page d’accueil, /.", "Start from the first page, /."),
        )
    if error.code == 405:
        return MethodNotAllowedError(request.method, sorted(getattr(error, "valid_methods", None) or ["GET"]))
    if error.code == 413:
        return ContentTooLargeError(
            Text("Le corps de la requête est trop volumineux.", "The body of the request is too large."),
            Text("La limite est le réglage upload_size.", "The limit is the setting upload_size."),
        )
    refusal = BadRequestError(
        Text(f"La requête est refusée ({error.name}).", f"The request is refused ({error.name}).")
    )
    refusal.status = error.code or 400
    return refusal


def unexpected(error: Exception) -> DigiTerrError:
    """A defect of the service: logged with its traceback, told without it."""
    current_app.logger.error("unexpected error", exc_info=error)
    return DigiTerrError(
        Text("Le service a rencontré une erreur inattendue.", "The service met an unexpected error."),
        Text(
            "Signalez-la avec l’identifiant de la requête.",
            "Report it with the request id.",
        ),
    )
