"""`/reconcile`: version 0.2 of the Reconciliation Service API, and `/reconcile/1.0` its successor's draft.

`/reconcile/fr` and `/reconcile/en` are the same in one language; the plain address is in the client's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ...loaders.matching.model import Thing
from ...loaders.matching.names import fold
from ...loaders.matching.searching import search
from ...ontology.errors import NotFoundError
from ...ontology.text import Language, Text
from ..description import base_url
from ..http_errors import BadRequestError, UnsupportedMediaTypeError
from ..language import answer_in, reader_language
from ..parameters import FORM, decode_parameters, query_string, read_body, single
from ..search.current import current_index, current_matcher
from ..search.page import page_of
from ..service import service
from ..sparql import options
from .extending import described, proposed, read_extension, values_of
from .manifest import manifest, manifest_of_draft
from .queries import LARGEST_BATCH, answer, candidate, read_batch, read_json, read_match
from .vocabulary import (
    PROPERTIES,
    TYPES,
    EntityType,
    Property,
    entity_id,
    entity_iri,
    property_named,
    type_named,
    type_of,
)

blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconcile")
_api = Blueprint("api", __name__)

_FORM_MARKS: Final = 64 * 1024  # what a form may add to the text it carries
_SUGGESTED: Final = 10
_MOST_SUGGESTED: Final = 50
_MOST_SKIPPED: Final = 10_000
_JSON: Final = "application/json"
_FRAMED: Final = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors *"


@_api.url_value_preprocessor
def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The language is a part of the address, or of the client's preferences."""
    language = (values or {}).pop("language", None)
    if language:
        answer_in(language)


@_api.route("", methods=["GET", "POST", "OPTIONS"])
def service_02() -> Response:
    """The manifest; with `queries` the candidates of a batch, with `extend` the values of properties."""
    if request.method == "OPTIONS":
        return options(("GET", "HEAD", "OPTIONS", "POST"), FORM)
    sent = query_string()
    if request.method == "POST":
        if request.mimetype not in (FORM, ""):
            raise UnsupportedMediaTypeError(request.mimetype, (FORM,))
        sent = b"&".join(filter(None, (sent, _body())))
    parameters = decode_parameters(sent, ("queries", "query", "extend", "lang", "callback"))
    if single(parameters, "callback"):
        raise BadRequestError(
            Text("JSONP n’est pas offert.", "JSONP is not offered."),
            Text("Le service permet CORS : demandez du JSON.", "The service allows CORS: ask for JSON."),
        )
    language = reader_language()
    queries, query, extend = (single(parameters, name) for name in ("queries", "query", "extend"))
    if queries is not None or query is not None:
        batch = read_batch(queries if queries is not None else _alone(query or ""))
        matcher = current_matcher()
        answers = {
            key: {"result": [candidate(one, language) for one in answer(matcher, question)]}
            for key, question in batch.items()
        }
        return jsonify(answers if queries is not None else answers["query"])
    if extend is not None:
        wanted = read_extension(read_json(extend))
        rows = values_of(service().engine, wanted, language)
        return jsonify({"meta": described(wanted, language), "rows": rows})
    return jsonify(manifest(base_url().rstrip("/"), language))


@_api.get("/1.0")
def manifest_10() -> Response:
    """The manifest of version 1.0."""
    return jsonify(manifest_of_draft(base_url().rstrip("/"), reader_language()))


@_api.route("/1.0/match", methods=["POST", "OPTIONS"])
def match() -> Response:
    """Candidates for a batch of version 1.0."""
    if request.method == "OPTIONS":
        return options(("OPTIONS", "POST"), _JSON)
    questions = read_match(_sent_json())
    matcher, language = current_matcher(), reader_language()
    answers = [answer(matcher, question) for question in questions]
    return jsonify({"results": [{"candidates": [candidate(one, language) for one in of]} for of in answers]})


@_api.route("/1.0/extend", methods=["POST", "OPTIONS"])
def extend_10() -> Response:
    """Values of properties, in version 1.0: lists of objects where version 0.2 has objects by key."""
    if request.method == "OPTIONS":
        return options(("OPTIONS", "POST"), _JSON)
    wanted, language = read_extension(_sent_json()), reader_language()
    found = values_of(service().engine, wanted, language)
    rows = [
        {"id": one, "properties": [{"id": name, "values": values} for name, values in of.items()]}
        for one, of in found.items()
    ]
    return jsonify({"meta": described(wanted, language), "rows": rows})


@_api.get("/extend/propose")
@_api.get("/1.0/extend/propose")
def propose() -> Response:
    """The properties that entities of a type have."""
    name, language = request.args.get("type", ""), reader_language()
    of = type_named(name) if name else None
    found = proposed(of) if of or not name else ()
    limit = _limit(len(PROPERTIES))
    named = [{"id": one.id, "name": one.name.in_language(language)} for one in found[:limit]]
    return jsonify({"limit": limit, "properties": named, **({"type": name} if name else {})})


@_api.get("/suggest/entity")
@_api.get("/1.0/suggest/entity")
def suggest_entity() -> Response:
    """Entities whose name begins so; `type` narrows them, `cursor` is the number to skip."""
    language, name = reader_language(), request.args.get("type", "")
    wanted = type_named(name)
    if name and wanted is None:
        return jsonify({"result": []})
    kinds = (wanted.kind.value,) if wanted else tuple(one.kind.value for one in TYPES)
    start = min(max(0, request.args.get("cursor", 0, type=int)), _MOST_SKIPPED)
    found = search(current_index(), request.args.get("prefix", ""), kinds, _limit(_SUGGESTED), start)
    return jsonify({"result": [_suggestion(thing, language) for thing in found.things]})


@_api.get("/suggest/type")
@_api.get("/1.0/suggest/type")
def suggest_type() -> Response:
    """Types of which a word begins so."""
    return _suggested(TYPES)


@_api.get("/suggest/property")
@_api.get("/1.0/suggest/property")
def suggest_property() -> Response:
    """Properties of which a word begins so."""
    return _suggested(PROPERTIES)


@_api.get("/flyout")
def flyout() -> Response:
    """A few words on an entity, a type or a property, as HTML in JSON."""
    identifier, language = request.args.get("id", ""), reader_language()
    named = type_named(identifier) or property_named(identifier)
    if named:
        name, about = named.name.in_language(language), identifier
    else:
        thing = _entity(identifier)
        name, about = thing.label.in_language(language), thing.about.in_language(language)
    return jsonify({"id": identifier, "html": render_template("flyout.html", name=name, about=about)})


@_api.get("/preview")
@_api.get("/1.0/preview")
def preview() -> Response:
    """An entity in a small page, for a frame of the client."""
    thing, href = _entity(request.args.get("id", "")), base_url().rstrip("/")
    page = render_template(
        "preview.html", thing=thing, language=reader_language(), href=href + page_of(thing), base=href
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _FRAMED
    return response


@_api.get("/view")
def view() -> BaseResponse:
    """The page of an entity, by its identifier."""
    return redirect(page_of(_entity(request.args.get("id", ""))), 303)


@_api.get("/documentation")
def documentation() -> str:
    """How to use the service, for people: its address, types, properties and limits."""
    return render_template(
        "reconciliation.html",
        address=f"{base_url()}reconcile/{reader_language()}",
        types=TYPES,
        properties=PROPERTIES,
        batch=LARGEST_BATCH,
    )


def _suggestion(thing: Thing, language: Language) -> dict[str, Any]:
    of = type_of(thing.kinds)
    return {
        "id": entity_id(thing.iri),
        "name": thing.label.in_language(language),
        "description": thing.about.in_language(language),
        "notable": [{"id": of.id, "name": of.name.in_language(language)}] if of else [],
    }


def _suggested(known: Iterable[EntityType] | Iterable[Property]) -> Response:
    prefix, language = fold(request.args.get("prefix", "")), reader_language()
    found = [
        {"id": one.id, "name": one.name.in_language(language)}
        for one in known
        if any(f" {fold(text)}".find(f" {prefix}") >= 0 for text in (one.id, one.name.fr, one.name.en))
    ]
    return jsonify({"result": found})


def _entity(identifier: str) -> Thing:
    thing = current_index().thing(entity_iri(identifier) or "")
    if thing is None:
        shown = identifier[:80]
        raise NotFoundError(
            Text(f"Aucune entité n’a l’identifiant « {shown} ».", f"No entity has the identifier “{shown}”."),
            Text(
                "Un identifiant s’écrit id/terr-commune-35238.",
                "An identifier reads id/terr-commune-35238.",
            ),
        )
    return thing


def _body() -> bytes:
    """The body of the request, as long as that of a query may be."""
    return read_body(service().configuration.query_length + _FORM_MARKS, "query_length")


def _sent_json() -> Any:
    if request.mimetype != _JSON:
        raise UnsupportedMediaTypeError(request.mimetype, (_JSON,))
    return read_json(_body().decode("utf-8", "replace"))


def _alone(query: str) -> str:
    """The parameter `query` of older clients, a text or one query object, as a batch."""
    return f'{{"query": {query if query.lstrip().startswith("{") else json.dumps(query)}}}'


def _limit(otherwise: int) -> int:
    return min(max(1, request.args.get("limit", otherwise, type=int)), _MOST_SUGGESTED)


blueprint.register_blueprint(_api, name="plain")
blueprint.register_blueprint(_api, name="by_language", url_prefix="/<any(fr,en):language>")
