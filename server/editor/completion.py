"""What the editor completes: classes and properties in use, counted in the graph, and what the shapes demand.

`/sparql/terms.json` is for the class-aware completion of the editor: which properties the things of a class
have, how many have each, and which one a shape demands. `/sparql/examples.json` holds the stored queries.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from flask import Blueprint, Response, jsonify

from ...ontology.errors import NotFoundError
from ...ontology.text import Language, Text
from ...queries import library
from ...queries.labels import labels_of
from ...queries.reading import without_header
from ...shapes.model import ClassTarget, HasProperty, MinCount, Shape
from ...shapes.namespaces import SH
from ...shapes.paths import Predicate
from ...shapes.reading import read_all_shapes
from ...shapes.shapes_graph import project_shapes
from ..contents import Counts, current_contents
from ..coverage_reading import COVERAGE, Coverage
from ..in_force import current
from ..language import reader_language
from ..rendering import PREFIXES
from ..service import service
from ..sparql import conditional, with_cache_headers

blueprint = Blueprint("completion", __name__)

_MOST: Final = 2000  # properties offered: portals' own vocabularies can bring thousands


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """Prefixes, classes with their properties, and all properties; counts of the version in force."""
    language = reader_language()
    coverage, contents = current(COVERAGE), current_contents()
    if contents is None:
        raise NotFoundError(Text("rien n’est encore publié.", "nothing is published yet."))
    ready = coverage is not None and contents.counts is not None
    etag, unchanged = conditional("terms.json", language, ready)
    if unchanged:
        return unchanged
    return _json(_held(language, coverage, contents.counts), etag)


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
            "text": without_header(query.text).strip(),
            "view": query.view,
        }
        for query in library.all_queries()
    ]
    return _json(held, etag)


def _held(language: Language, coverage: Coverage | None, counts: Counts | None) -> dict[str, Any]:
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


@cache
def mandatory() -> dict[str, tuple[str, ...]]:
    """The properties that the shapes of a class demand of its things, by the IRI of the class."""
    found: dict[str, dict[str, None]] = {}
    for shape in read_all_shapes(project_shapes()):
        for target in shape.targets:
            if isinstance(target, ClassTarget):
                found.setdefault(target.iri.value, {}).update(dict.fromkeys(_demanded(shape)))
    return {iri: tuple(properties) for iri, properties in found.items() if properties}


def _demanded(shape: Shape) -> list[str]:
    """The properties of which a shape demands at least one value, in itself or in its property shapes."""
    if shape.deactivated or shape.severity != SH.Violation:
        return []
    found: list[str] = []
    for constraint in shape.constraints:
        match constraint.test:
            case MinCount(count) if count and isinstance(shape.path, Predicate):
                found.append(shape.path.iri.value)
            case HasProperty(inner):
                found += _demanded(inner)
            case _:
                pass
    return found
