"""What the published version holds: triples, counts by class, property and source.

Counting reads the whole graph, so it is done once for each version; until it is, pages say what the version
before holds. Of the first version they say what its manifest says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..ontology.iris import GRAPH, TERM
from ..ontology.text import LANGUAGES, Language, Text
from ..queries.labels import iris_in, labels_of
from ..store.model import DatasetVersion, Engine
from .in_force import answered_from
from .kept_readings import Reader, Reading
from .service import CurrentEngine, service

_CLASSES: Final = """
SELECT ?class (COUNT(*) AS ?things) WHERE { ?thing a ?class FILTER(isIRI(?class)) }
GROUP BY ?class
"""
_PROPERTIES: Final = "SELECT ?property (COUNT(*) AS ?triples) WHERE { ?s ?property ?o } GROUP BY ?property"
_SUBJECTS: Final = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) WHERE { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Counts:
    """What counting found: class or property -> how many things or triples."""

    classes: Mapping[str, int]
    properties: Mapping[str, int]
    subjects: int


@dataclass(frozen=True, slots=True)
class Row:
    """How many: things of a class, or statements of a source's graph."""

    iri: str
    name: str
    label: Text
    count: int
    inferred: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What a version holds. `counts` None: they are being counted."""

    version: DatasetVersion
    sources: tuple[Row, ...]
    counts: Counts | None
    classes: tuple[Row, ...] = ()


COUNTS: Final[Reading[Counts]] = Reading(
    "contents",
    lambda reader: {
        "classes": _by_iri(reader, _CLASSES),
        "properties": _by_iri(reader, _PROPERTIES),
        "subjects": _subjects(reader),
    },
    lambda kept: Counts(**kept),
)


def current_contents() -> Contents | None:
    """What the version in force holds, or the latest that was counted; None while nothing is published."""
    engine = service().engine
    version = engine.version()
    if version is None:
        return None
    found = answered_from(COUNTS)
    return _described(engine, found.version, found.made) if found else _described(engine, version, None)


@lru_cache(maxsize=2)
def _labelled(
    engine: CurrentEngine, number: int, iris: tuple[str, ...]
) -> Mapping[Language, Mapping[str, str]]:
    del number  # part of the key: another version has other labels
    return {language: labels_of(engine, iris, language) for language in LANGUAGES}


def _described(engine: CurrentEngine, version: DatasetVersion, counts: Counts | None) -> Contents:
    stated = {iri: quads for iri, quads in version.graphs.items() if not iri.endswith("/inferred")}
    own = {iri: count for iri, count in (counts.classes if counts else {}).items() if iri.startswith(TERM)}
    labels = _labelled(engine, version.number, (*own, *stated))

    def row(iri: str, count: int, inferred: int = 0) -> Row:
        name = iri.removeprefix(TERM).removeprefix(GRAPH)
        return Row(iri, name, Text(*(labels[one].get(iri, name) for one in LANGUAGES)), count, inferred)

    return Contents(
        version,
        tuple(
            row(iri, quads, version.graphs.get(f"{iri}/inferred", 0))
            for iri, quads in sorted(stated.items(), key=lambda item: -item[1])
        ),
        counts,
        tuple(row(iri, count) for iri, count in sorted(own.items(), key=lambda item: (-item[1], item[0]))),
    )


def _by_iri(reader: Reader, text: str) -> dict[str, int]:
    """Counts by IRI, from a query of two columns."""
    return {
        iri: int(row[1].value) for row in reader.select(text).rows if row[1] for iri in iris_in([row[:1]])
    }


def _subjects(reader: Reader) -> int:
    found = reader.select(_SUBJECTS).rows[0][0]
    return int(found.value) if found else 0


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the reading of a version."""
    COUNTS.keep(engine, data_dir, version)
    return Text("Classes, propriétés et sujets comptés.", "Classes, properties and subjects counted.")
