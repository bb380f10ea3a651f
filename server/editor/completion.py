"""What the editor completes: classes, properties and graphs in use, counted, and what the shapes demand.

`/sparql/terms.json` is for the class-aware completion of the editor: which properties the things of a class
have, how many have each, and which one a shape demands. `/sparql/examples.json` holds the stored queries.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, jsonify

from ...ontology.errors import NotFoundError
from ...ontology.text import Language, Text
from ...queries.labels import labels_of
from ..contents import Contents, current_contents
from ..coverage_reading import COVERAGE, Coverage
from ..in_force import current
from ..language import reader_language
from ..rendering import PREFIXES
from ..service import service
from ..sparql import conditional, with_cache_headers
from .demanded import mandatory
from .examples import shelves, text_of

blueprint = Blueprint("completion", __name__)

_MOST: Final = 2000  # properties offered: portals' own vocabularies can bring thousands


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """Prefixes, classes with their properties, all properties, graphs; counts of the version in force."""
    language = reader_language()
    coverage, contents = current(COVERAGE), current_contents()
    if contents is None:
        raise NotFoundError(Text("rien n’est encore publié.", "nothing is published yet."))
    ready = coverage is not None and contents.counts is not None
    etag, unchanged = conditional("terms.json", language, ready)
    if unchanged:
        return unchanged
    return _json(_held(language, coverage, contents), etag)


@blueprint.get("/sparql/examples.json")
def examples() -> Response:
    """The stored queries to begin from: name, question, and text without its header."""
    language = reader_language()
    etag, unchanged = conditional("examples.json", language)
    if unchanged:
        return unchanged
    held = [
        {
            "name": query.name,
            "question": query.question.in_language(language),
            "text": text_of(query),
        }
        for _, queries in shelves()
        for query in queries
    ]
    return _json(held, etag)


def _held(language: Language, coverage: Coverage | None, contents: Contents) -> dict[str, Any]:
    counts = contents.counts
    covered = coverage.classes if coverage else ()
    demanded = mandatory()
    classes = dict(counts.classes) if counts else {}
    properties = dict(sorted(counts.properties.items(), key=lambda item: -item[1])[:_MOST]) if counts else {}
    labels = labels_of(service().engine, (*classes, *properties), language)
    return {
        "prefixes": {prefix.rstrip(":"): namespace for namespace, prefix in PREFIXES.items()},
        "classes": [
            {"iri": iri, "label": labels.get(iri), "count": count, "mandatory": demanded.get(iri, ())}
            for iri, count in sorted(classes.items(), key=lambda item: (-item[1], item[0]))
        ],
        "properties": [
            {"iri": iri, "label": labels.get(iri), "count": count} for iri, count in properties.items()
        ],
        "graphs": [
            {"iri": row.iri, "label": row.label.in_language(language), "count": row.count}
            for row in contents.sources
        ],
        # Of the things that are stated to be of a class, how many have each property.
        "having": {
            one.iri: {
                iri: min(one.things, sum(by_source.values())) for iri, by_source in one.properties.items()
            }
            for one in covered
        },
    }


def _json(held: Any, etag: str | None) -> Response:
    response = jsonify(held)
    response.headers["Content-Language"] = reader_language()
    if etag:
        with_cache_headers(response, etag)
    response.vary.update(("Accept-Encoding", "Accept-Language", "Cookie"))
    return response
