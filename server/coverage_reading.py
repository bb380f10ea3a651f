"""How much is stated: for each class of the ontology its properties, by source; and what no case states."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from ..ontology.iris import GRAPH, graph_iri
from ..ontology.names import DCAT, DT, RDF, RDFS
from ..ontology.text import Text
from ..queries.cells import number
from ..store.model import Engine
from .kept_readings import Reader, Reading

# Sources are described in a graph apart, which is none of them.
_STATED: Final = f'?graph != {graph_iri("provenance")} && !STRENDS(STR(?graph), "/inferred")'
# The classes of the ontology, and the one of DCAT that it takes for published data.
_CLASSES: Final = f"""
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
  GRAPH ?graph {{ ?thing a ?class }}
  FILTER({_STATED} && (?class = {DCAT.Dataset} || STRSTARTS(STR(?class), "{DT.NAMESPACE}")))
}}
GROUP BY ?class
"""
_SOURCES: Final = f"""
SELECT ?graph (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
  GRAPH ?graph {{ ?thing a ?class }}
  FILTER({_STATED})
}}
GROUP BY ?graph
"""
_PROPERTIES: Final = f"""
SELECT ?graph ?property (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
  GRAPH ?typing {{ ?thing a ?class }}
  FILTER(!STRENDS(STR(?typing), "/inferred"))
  GRAPH ?graph {{ ?thing ?property ?value }}
  FILTER({_STATED} && ?property != {RDF.type})
}}
GROUP BY ?graph ?property
"""
_CASES: Final = graph_iri("cases")
# What the ontology lets a thing of the cases have (by the domain of the property) and none has.
_SILENCES: Final = f"""
SELECT DISTINCT ?class ?property WHERE {{
  GRAPH {_CASES} {{ ?thing a ?class }}
  ?property {RDFS.domain} ?class .
  FILTER(STRSTARTS(STR(?property), "{DT.NAMESPACE}"))
  FILTER NOT EXISTS {{
    VALUES ?graph {{ {_CASES} {graph_iri("cases/inferred")} }}
    GRAPH ?graph {{ ?any ?property ?value }}
  }}
}}
ORDER BY ?class ?property
"""


@dataclass(frozen=True, slots=True)
class CoveredClass:
    """A class, how many things are stated to be of it, in all and by source, and how many of them have each
    property in each source."""

    iri: str
    things: int
    sources: dict[str, int]
    properties: dict[str, dict[str, int]]  # property -> source -> things that have it


@dataclass(frozen=True, slots=True)
class Coverage:
    """Names of sources are those of their graphs. `silences`: classes and properties that no case states."""

    classes: tuple[CoveredClass, ...]
    sources: tuple[str, ...]
    silences: tuple[tuple[str, str], ...]


def _make(reader: Reader) -> Any:
    classes: list[Any] = []
    for kind, things in reader.select(_CLASSES).rows:
        if not isinstance(kind, NamedNode):
            continue
        by_source = {
            graph.value.removeprefix(GRAPH): int(number(count) or 0)
            for graph, count in reader.select(_SOURCES, **{"class": kind}).rows
            if graph is not None
        }
        properties: dict[str, dict[str, int]] = {}
        for graph, name, count in reader.select(_PROPERTIES, **{"class": kind}).rows:
            if graph is not None and name is not None:
                source = graph.value.removeprefix(GRAPH)
                properties.setdefault(name.value, {})[source] = int(number(count) or 0)
        classes.append([kind.value, int(number(things) or 0), by_source, properties])
    silences = [[row[0].value, row[1].value] for row in reader.select(_SILENCES).rows if row[0] and row[1]]
    return {"classes": classes, "silences": silences}


def _understand(made: Any) -> Coverage:
    classes = tuple(
        sorted((CoveredClass(*row) for row in made["classes"]), key=lambda one: (-one.things, one.iri))
    )
    sources = {
        source for one in classes for counts in (one.sources, *one.properties.values()) for source in counts
    }
    return Coverage(classes, tuple(sorted(sources)), tuple((one, other) for one, other in made["silences"]))


COVERAGE: Final[Reading[Coverage]] = Reading("coverage", _make, _understand)


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the reading of a version."""
    COVERAGE.keep(engine, data_dir, version)
    return Text("Couverture par classe et par source comptée.", "Coverage by class and source counted.")
