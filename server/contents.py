"""What the published version holds: triples, counts by class, property and source.

Counting reads the whole graph, so it is done once for each version, on a thread of its own, and kept in a
file beside the graph; until it is done, pages say what the manifest of the version says.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..ontology.errors import DigiTerrError
from ..ontology.iris import GRAPH, TERM
from ..ontology.text import LANGUAGES, Language, Text
from ..queries.labels import iris_in, labels_of
from ..store.model import DatasetVersion
from .logs import log
from .service import CurrentEngine

_FOLDER: Final = "contents"
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


class Counter:
    """Counts each version once, in the background."""

    def __init__(self, engine: CurrentEngine, data_dir: Path) -> None:
        self._engine = engine
        self._folder = data_dir / _FOLDER
        self._lock = threading.Lock()
        self._counted: tuple[int, Counts] | None = None
        self._counting: int | None = None

    def contents(self) -> Contents | None:
        """The contents of the version in force; None while nothing is published."""
        version = self._engine.version()
        if version is None:
            return None
        return _described(self._engine, version.number, self._counts(version))

    def wait(self, seconds: float) -> None:
        """Give a count that is under way some time to end."""
        thread = next((one for one in threading.enumerate() if one.name == "counting"), None)
        if thread:
            thread.join(seconds)

    def _counts(self, version: DatasetVersion) -> Counts | None:
        with self._lock:
            if self._counted and self._counted[0] == version.number:
                return self._counted[1]
            kept = self._read(version.number)
            if kept:
                self._counted = (version.number, kept)
                return kept
            if self._counting != version.number:
                self._counting = version.number
                threading.Thread(
                    target=self._count, args=(version.number,), name="counting", daemon=True
                ).start()
        return None

    def _count(self, number: int) -> None:
        try:
            classes, properties = _by_iri(self._engine, _CLASSES), _by_iri(self._engine, _PROPERTIES)
            found = self._engine.select(_SUBJECTS)
            if found.version == number and found.rows[0][0]:
                counts = Counts(classes, properties, int(found.rows[0][0].value))
                self._write(number, counts)
                self._counted = (number, counts)
        except DigiTerrError as error:
            log(logging.WARNING, "counting failed", version=number, reason=error.code)
        finally:
            self._counting = None

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06}.json"

    def _read(self, number: int) -> Counts | None:
        with suppress(OSError, ValueError, TypeError):
            return Counts(**json.loads(self._file(number).read_text(encoding="utf-8")))
        return None

    def _write(self, number: int, counts: Counts) -> None:
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            draft = self._folder / f"{number:06}.{os.getpid()}"
            draft.write_text(json.dumps(asdict(counts)), encoding="utf-8")
            draft.replace(self._file(number))


@lru_cache(maxsize=2)
def _labelled(
    engine: CurrentEngine, number: int, iris: tuple[str, ...]
) -> Mapping[Language, Mapping[str, str]]:
    del number  # part of the key: another version has other labels
    return {language: labels_of(engine, iris, language) for language in LANGUAGES}


def _described(engine: CurrentEngine, number: int, counts: Counts | None) -> Contents | None:
    version = engine.version()
    if version is None:
        return None
    stated = {iri: quads for iri, quads in version.graphs.items() if not iri.endswith("/inferred")}
    own = {iri: count for iri, count in (counts.classes if counts else {}).items() if iri.startswith(TERM)}
    labels = _labelled(engine, number, (*own, *stated))

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


def _by_iri(engine: CurrentEngine, text: str) -> dict[str, int]:
    """Counts by IRI, from a query of two columns."""
    return {
        iri: int(row[1].value) for row in engine.select(text).rows if row[1] for iri in iris_in([row[:1]])
    }
