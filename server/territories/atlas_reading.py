"""What the map of France is drawn from: outlines as paths, and the counts that indicators measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from ...ontology.iris import DATA
from ...ontology.names import DT, GEO
from ...ontology.text import Text
from ...queries.cells import number
from ...store.model import Engine
from ..drawings.france import Outline, outline
from ..kept_readings import Reader, Reading

# The classes of territories that the map can be cut into, widest first.
LEVELS: Final = (DT.RegionTerritory, DT.DepartmentTerritory, DT.IntermunicipalTerritory)
_OUTLINES: Final = f"""
SELECT ?t ?wkt WHERE {{ ?t a ?kind ; {GEO.hasGeometry} ?shape . ?shape {GEO.asWKT} ?wkt }}
"""
_DATASETS: Final = f"""
SELECT DISTINCT ?indicator ?t ?count ?year WHERE {{
  ?indicator {DT.datasetCount} ?count ; {DT.indicatorSubject} ?subject .
  {{ ?t {DT.hasAuthority} ?subject }} UNION {{ ?subject a {DT.Territory} BIND(?subject AS ?t) }}
  OPTIONAL {{ ?indicator {DT.referenceYear} ?year }}
}}
"""
_SOURCES: Final = f"""
SELECT ?kind ?source (MIN(?year) AS ?first) (MAX(?year) AS ?last) WHERE {{
  VALUES ?of {{ {DT.indicatorSubject} {DT.observedTerritory} }}
  ?indicator a ?kind ; {DT.statedIn} ?source ; ?of ?subject .
  FILTER NOT EXISTS {{ ?indicator {DT.aboutCase} ?case }}
  FILTER(STRSTARTS(STR(?kind), "{DT.NAMESPACE}"))
  OPTIONAL {{ ?indicator {DT.referenceYear} ?year }}
}}
GROUP BY ?kind ?source
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """A source of the indicators of a class (IRI), and the years that they are of."""

    source: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Atlas:
    """By the local name of a territory its outline and the datasets published there; by class its origins."""

    outlines: dict[str, Outline]
    datasets: dict[str, int]
    origins: dict[str, tuple[Origin, ...]]


def _make(reader: Reader) -> Any:
    texts: dict[str, list[str]] = {}
    for kind in LEVELS:
        for territory, wkt in reader.select(_OUTLINES, kind=kind).rows:
            if isinstance(territory, NamedNode) and wkt is not None:
                texts.setdefault(territory.value.removeprefix(DATA), []).append(wkt.value)
    drawn = {name: found for name, of in sorted(texts.items()) if (found := outline(of))}
    datasets: dict[str, int] = {}
    for _, territory, count, _ in reader.select(_DATASETS).rows:
        if isinstance(territory, NamedNode) and count is not None:
            name = territory.value.removeprefix(DATA)
            datasets[name] = datasets.get(name, 0) + int(number(count) or 0)
    origins: dict[str, list[Any]] = {}
    for kind, source, first, last in reader.select(_SOURCES).rows:
        if kind is not None and source is not None:
            years = [int(value) if (value := number(year)) is not None else None for year in (first, last)]
            origins.setdefault(kind.value.removeprefix(DT.NAMESPACE), []).append([source.value, *years])
    return {
        "outlines": {name: [one.path, one.box] for name, one in drawn.items()},
        "datasets": datasets,
        "origins": origins,
    }


def _understand(made: Any) -> Atlas:
    return Atlas(
        {name: Outline(path, tuple(box)) for name, (path, box) in made["outlines"].items()},
        made["datasets"],
        {kind: tuple(Origin(*one) for one in of) for kind, of in made["origins"].items()},
    )


ATLAS: Final[Reading[Atlas]] = Reading("atlas", _make, _understand)


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the reading of a version."""
    ATLAS.keep(engine, data_dir, version)
    return Text("Carte de France dessinée.", "Map of France drawn.")
