"""The stored queries as an OpenAPI 3.1 document: one path for each query, its parameters typed.

OpenAPI Specification 3.1: https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

from ..ontology.text import LANGUAGES, Language, Text
from ..queries.arguments import MAX_LENGTH, written
from ..queries.charts.specification import VIEWS
from ..queries.charts.theme import PALETTES
from ..queries.model import Parameter, StoredQuery
from ..queries.themes import THEMES
from ..queries.writing import WRITERS
from .editor.exports import EXPORTED

YES: Final = ("yes", "true", "1", "oui")
NO: Final = ("no", "false", "0", "non")
_PLAIN: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"  # no control characters
_IRI: Final = r"^[^\x00-\x20\x7f-\x9f<>\"{}|^`\\]*$"  # whole, or the end of one
_MOST: Final = 999_999_999
_TYPES: Final[dict[str, dict[str, Any]]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "text": {"type": "string", "maxLength": MAX_LENGTH, "pattern": _PLAIN},
    "iri": {"type": "string", "maxLength": MAX_LENGTH, "pattern": _IRI},
}
# Extension of the address -> media type.
_FORMATS: Final[dict[str, str]] = {
    "md" if name == "markdown" else name: media_type.partition(";")[0]
    for name, (media_type, _) in WRITERS.items()
} | EXPORTED
_RESERVED: Final = (
    (
        "start",
        {"type": "integer", "minimum": 0, "maximum": _MOST, "default": 0},
        Text("Lignes à passer", "Rows to skip"),
    ),
    (
        "size",
        {"type": "integer", "minimum": 1, "maximum": _MOST},
        Text(
            "Lignes au plus ; 1000 par défaut en JSON, toutes dans les autres formats",
            "Rows at most; 1000 by default in JSON, all of them in other formats",
        ),
    ),
    (
        "provenance",
        {"type": "string", "enum": [*YES, *NO], "default": "no"},
        Text(
            "Dire d’où vient chaque ligne (sauf en XML et en TSV, qui n’ont place que pour les lignes)",
            "Say where each row comes from (not in XML and TSV, which have room for rows alone)",
        ),
    ),
    (
        "lang",
        {"type": "string", "enum": list(LANGUAGES)},
        Text("Langue des libellés", "Language of labels"),
    ),
    (
        "view",
        {"type": "string", "enum": list(VIEWS)},
        Text("Sorte de graphique (svg, png, vl)", "Kind of chart (svg, png, vl)"),
    ),
    (
        "theme",
        {"type": "string", "enum": list(PALETTES), "default": "light"},
        Text("Fond du graphique, clair ou sombre", "Ground of the chart, light or dark"),
    ),
)


RESULTS_JSON: Final = WRITERS["json"][0]
_RESULTS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["name", "title", "version", "columns", "arguments", "page", "labels", "head", "results"],
    "properties": {
        "columns": {"type": "array", "items": {"type": "object", "required": ["name", "label", "absent"]}},
        "page": {"type": "object", "required": ["start", "rows", "more"]},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "sources": {"type": "array", "items": {"type": "object", "required": ["iri", "title"]}},
        "evidence": {
            "type": "array",
            "items": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object", "required": ["source", "sourceIri", "status", "computed"]},
            },
        },
        "head": {"type": "object", "required": ["vars"]},
        "results": {"type": "object", "required": ["bindings"]},
    },
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
    },
}


def openapi_document(queries: Iterable[StoredQuery], language: Language, base: str) -> dict[str, Any]:
    """The document, its sentences in one language. `base`: the public address of the service."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": Text("Questions de DigiTerr", "Queries of DigiTerr").in_language(language),
            "version": version("digiterr"),
            "description": Text(
                "Chaque question conservée est une interface : des paramètres typés, une réponse en "
                "plusieurs formats, avec sa provenance si on la demande.",
                "Each stored query is an interface: typed parameters, an answer in several formats, with its "
                "provenance if asked for.",
            ).in_language(language),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "tags": [{"name": label.in_language(language)} for label in THEMES.values()],
        "servers": [{"url": base.rstrip("/")}],
        "paths": {
            f"/queries/{query.name}.{{extension}}": {"get": _operation(query, language)} for query in queries
        },
        "components": {
            "parameters": {
                "extension": {
                    "name": "extension",
                    "in": "path",
                    "required": True,
                    "description": Text("Format de la réponse", "Format of the answer").in_language(language),
                    "schema": {"type": "string", "enum": list(_FORMATS)},
                },
                **{
                    name: {
                        "name": name,
                        "in": "query",
                        "description": text.in_language(language),
                        "schema": schema,
                    }
                    for name, schema, text in _RESERVED
                },
            },
            "responses": {
                "problem": {
                    "description": Text("Problème (RFC 9457)", "Problem (RFC 9457)").in_language(language),
                    "content": {"application/problem+json": {"schema": _PROBLEM}},
                }
            },
        },
    }


def query_entry(query: StoredQuery, language: Language, base: str) -> dict[str, Any]:
    """A query in the list of them."""
    return {
        "name": query.name,
        "number": query.number,
        "title": query.title.in_language(language),
        "question": query.question.in_language(language),
        "keywords": list(query.keywords[language]),
        "theme": THEMES[query.theme].in_language(language) if query.theme else None,
        "sources": list(query.sources),
        "view": query.view,
        "parameters": [_parameter(query, one, language) for one in query.parameters],
        "columns": [
            {
                "name": column.name,
                "label": column.label.in_language(language),
                "unit": column.unit.in_language(language) if column.unit else None,
                "computed": list(column.computed),
            }
            for column in query.columns
        ],
        "url": f"{base}queries/{query.name}.json",
    }


def _operation(query: StoredQuery, language: Language) -> dict[str, Any]:
    shared = ["extension", *(name for name, _, _ in _RESERVED)]
    columns = "\n".join(
        f"- `{column.name}`: {column.label.in_language(language)}" for column in query.columns
    )
    return {
        "operationId": query.name,
        "summary": query.title.in_language(language),
        "description": f"{query.question.in_language(language)}\n\n{columns}",
        "tags": [THEMES[query.theme].in_language(language)] if query.theme else [],
        "parameters": [
            *({"$ref": f"#/components/parameters/{name}"} for name in shared),
            *(_parameter(query, one, language) for one in query.parameters),
        ],
        "responses": {
            "200": {
                "description": Text("La réponse", "The answer").in_language(language),
                "headers": {
                    "Link": {
                        "description": Text(
                            "Pages suivante et précédente (RFC 8288)", "Next and previous page (RFC 8288)"
                        ).in_language(language),
                        "schema": {"type": "string"},
                    },
                    "ETag": {"schema": {"type": "string"}},
                },
                "content": {
                    media_type: {"schema": _RESULTS} if media_type == RESULTS_JSON else {}
                    for media_type in _FORMATS.values()
                },
            },
            "304": {
                "description": Text("La réponse n’a pas changé", "The answer has not changed").in_language(
                    language
                )
            },
            "400": {"$ref": "#/components/responses/problem"},
            "404": {"$ref": "#/components/responses/problem"},
            "503": {"$ref": "#/components/responses/problem"},
        },
    }


def _parameter(query: StoredQuery, parameter: Parameter, language: Language) -> dict[str, Any]:
    schema = dict(_TYPES[parameter.type])
    if parameter.choices:
        schema["enum"] = [_typed(choice.value, parameter) for choice in parameter.choices]
    default = [
        _typed(written(query, parameter, term), parameter) for term in parameter.default if term is not None
    ]
    if parameter.repeatable:
        schema = {"type": "array", "items": schema}
    if default:
        schema["default"] = default if parameter.repeatable else default[0]
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.label.in_language(language),
        "schema": schema,
    }


def _typed(value: str, parameter: Parameter) -> object:
    match parameter.type:
        case "integer":
            return int(value)
        case "decimal":
            return float(value)
        case "boolean":
            return value == "true"
        case _:
            return value
