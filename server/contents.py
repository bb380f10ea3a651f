"""What the published version holds: triples, counts by class and by source; asked once for each version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from ..ontology.iris import GRAPH, TERM
from ..ontology.text import LANGUAGES, Language, Text
from ..queries.labels import iris_in, labels_of
from ..store.model import DatasetVersion
from .service import CurrentEngine

_CLASSES: Final = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE { ?thing a ?class FILTER(isIRI(?class)) }
GROUP BY ?class
ORDER BY DESC(?things) ?class
"""
_PROPERTIES: Final = """
SELECT ?property (COUNT(*) AS ?triples) WHERE { ?s ?property ?o } GROUP BY ?property
ORDER BY DESC(?triples) ?property
"""
_SUBJECTS: Final = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) WHERE { ?s ?p ?o }"
_counting = Lock()


@dataclass(frozen=True, slots=True)
class Count:
    """How many: things of a class, or statements of a source's graph."""

    iri: str
    name: str
    label: Text
    count: int
    inferred: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    version: DatasetVersion
    classes: tuple[Count, ...]  # of the ontology
    sources: tuple[Count, ...]
    all_classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]
    subjects: int


def contents_of(engine: CurrentEngine) -> Contents | None:
    """The contents of the version in force; None while nothing is published."""
    version = engine.version()
    if version is None:
        return None
    with _counting:  # the first reader of a new version asks for all
        return _count(engine, version.number)


@lru_cache(maxsize=4)
def _count(engine: CurrentEngine, number: int) -> Contents | None:
    version = engine.version()
    if version is None or version.number != number:
        return None
    all_classes = _counts(engine, _CLASSES)
    counts = {iri: count for iri, count in all_classes if iri.startswith(TERM)}
    stated = {iri: quads for iri, quads in version.graphs.items() if not iri.endswith("/inferred")}
    labels: dict[Language, dict[str, str]] = {
        language: labels_of(engine, (*counts, *stated), language) for language in LANGUAGES
    }

    def label(iri: str) -> Text:
        name = iri.removeprefix(TERM).removeprefix(GRAPH)
        return Text(*(labels[language].get(iri, name) for language in LANGUAGES))

    classes = tuple(Count(iri, iri.removeprefix(TERM), label(iri), count) for iri, count in counts.items())
    sources = tuple(
        Count(iri, iri.removeprefix(GRAPH), label(iri), quads, version.graphs.get(f"{iri}/inferred", 0))
        for iri, quads in sorted(stated.items(), key=lambda item: -item[1])
    )
    subjects = engine.select(_SUBJECTS).rows[0][0]
    return Contents(
        version,
        classes,
        sources,
        all_classes,
        _counts(engine, _PROPERTIES),
        int(subjects.value) if subjects else 0,
    )


def _counts(engine: CurrentEngine, text: str) -> tuple[tuple[str, int], ...]:
    """IRIs with their counts, from a query of two columns."""
    return tuple(
        (iri, int(row[1].value)) for row in engine.select(text).rows if row[1] for iri in iris_in([row[:1]])
    )
