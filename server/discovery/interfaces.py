"""`/openapi.json`: every interface of the service for programs, in OpenAPI 3.1; not the pages for people.

https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify

from ...ontology.text import Language, Text
from ...queries import library
from ..description import base_url
from ..language import reader_language
from ..openapi import openapi_document
from ..sparql import conditional, with_cache_headers
from .operations import OPERATIONS, Operation

blueprint = Blueprint("interfaces", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The whole document, with the stored queries, in the reader's language."""
    language, base = reader_language(), base_url()
    etag, unchanged = conditional("all", "openapi.json", language, base)
    if unchanged:
        return unchanged
    response = jsonify(whole_document(OPERATIONS, language, base))
    response.vary.update(("Accept-Language", "Cookie"))
    return with_cache_headers(response, etag) if etag else response


def whole_document(operations: Sequence[Operation], language: Language, base: str) -> dict[str, Any]:
    """Those interfaces and the stored queries, which bring their parameters. `base`: the public address."""
    document = openapi_document(library.all_queries(), language, base)
    document["info"] = {
        "title": "DigiTerr",
        "version": version("digiterr"),
        "description": Text(
            "Un graphe de connaissances des territoires numériques : requêtes, recherche, réconciliation, "
            "catalogue, flux et questions conservées.",
            "A knowledge graph of digital territories: queries, search, reconciliation, catalogue, feed and "
            "stored queries.",
        ).in_language(language),
        "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
    }
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for one in operations:
        document["paths"].setdefault(one.path, {})[one.method] = _operation(one, language)
    return document


def _operation(one: Operation, language: Language) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.about.in_language(language),
        "parameters": [
            {
                "name": each.name,
                "in": each.place,
                "required": each.required,
                "description": each.about.in_language(language),
                "schema": dict(each.schema),
            }
            for each in one.fields
        ],
        "responses": {
            "200": {
                "description": one.about.in_language(language),
                "content": {media_type: {} for media_type in one.answers},
            },
            "default": {"$ref": "#/components/responses/problem"},
        },
    }
    if one.takes:
        found["requestBody"] = {"required": True, "content": {media_type: {} for media_type in one.takes}}
    if one.authorized:
        found["security"] = [{"token": []}]
    return found
