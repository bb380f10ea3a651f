"""The update endpoint, `/update`.

SPARQL 1.1 Protocol, section 2.2 (update operation): https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, jsonify, request

from ..ontology.sparql_tokens import nesting_depth, words
from ..ontology.text import Text
from ..store.model import UpdateRequest, WriteReport
from .authority import authority
from .http_errors import BadRequestError, MethodNotAllowedError, UnsupportedMediaTypeError
from .parameters import FORM, Parameters, decode_parameters, not_utf8, query_string, single, too_large
from .service import service
from .sparql import options, refuse_depth
from .uploads import decoded_body

blueprint = Blueprint("update", __name__)

SPARQL_UPDATE: Final = "application/sparql-update"
METHODS: Final = ("OPTIONS", "POST")
PARAMETERS: Final = ("update", "using-graph-uri", "using-named-graph-uri", "lang")


@blueprint.route("/update", methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"])
def update() -> Response:
    """The update operation in its two forms: one transaction, for holders of a token."""
    if request.method == "OPTIONS":
        return options(METHODS, SPARQL_UPDATE, FORM)
    if request.method not in METHODS:
        raise MethodNotAllowedError(request.method, METHODS)
    who = authority()
    text, parameters = _read_update()
    using = parameters.get("using-graph-uri", ())
    using_named = parameters.get("using-named-graph-uri", ())
    if (using or using_named) and {"USING", "WITH"}.intersection(words(text)):
        raise BadRequestError(
            Text(
                "Le jeu de données est donné deux fois : using-graph-uri, et USING ou WITH.",
                "The dataset is given twice: using-graph-uri, and USING or WITH.",
            ),
            Text(
                "Gardez l’un des deux (protocole SPARQL 1.1, 2.2.3).",
                "Keep one (SPARQL 1.1 Protocol, 2.2.3).",
            ),
        )
    return written(service().engine.update(UpdateRequest(text, who, using, using_named)))


def read_update_body() -> str:
    """The body as the text of an update, bounded and in UTF-8."""
    limit = service().configuration.upload_size
    body = bytearray()
    for chunk in decoded_body():
        body += chunk
        if len(body) > limit:
            raise too_large(limit, "upload_size")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8() from error


def written(report: WriteReport, status: int = 200) -> Response:
    """What a write did; the version is that of every query which starts after this answer."""
    response = jsonify(
        version=report.version, graphs=list(report.graphs), added=report.added, removed=report.removed
    )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-DigiTerr-Version"] = str(report.version)
    return response


def _read_update() -> tuple[str, Parameters]:
    parameters = decode_parameters(query_string(), PARAMETERS)
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            form = decode_parameters(read_update_body().encode(), PARAMETERS)
            parameters = {**parameters, **form}
            text = single(parameters, "update")
        case "application/sparql-update":
            if "update" in parameters:
                raise BadRequestError(
                    Text("La mise à jour est donnée deux fois.", "The update is given twice."),
                    Text("Donnez-la dans le corps seul.", "Give it in the body alone."),
                )
            text = read_update_body()
        case media_type:
            raise UnsupportedMediaTypeError(media_type, (SPARQL_UPDATE, FORM))
    if text is None:
        raise BadRequestError(
            Text("La requête n’a pas de paramètre update.", "The request has no update parameter."),
            Text("Envoyez le texte SPARQL dans update=.", "Send the SPARQL text in update=."),
        )
    refuse_depth(nesting_depth(text))
    return text, parameters
