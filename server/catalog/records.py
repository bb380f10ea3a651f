"""The records of the catalogue that come from the graph: which there are, from where, by whom.

Made once for each version and kept. A harvested dataset has its dcat:CatalogRecord in the graph of its
portal; another dataset that a source describes (those of data.gouv.fr) has none: the catalogue makes one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from ...loaders.matching.names import fold
from ...ontology.iris import GRAPH
from ...ontology.names import ADMS, DC, DCAT, DCTERMS, DT, FOAF, PROV, RDFS, SKOS, TIME
from ...ontology.text import Text
from ...store.model import Engine, Term
from ..kept_readings import Reader, Reading
from .authorities import WITHDRAWN

RECORDS_ON_A_PAGE: Final = 100
_NOT_CATALOGUED: Final = GRAPH + "provenance"
_DATASETS: Final = f"""
SELECT ?dataset ?graph (SAMPLE(?name) AS ?title) (SAMPLE(?by) AS ?publisher) (SAMPLE(?told) AS ?words)
WHERE {{
  GRAPH ?graph {{
    VALUES ?kind {{ {DCAT.Dataset} {DCAT.DatasetSeries} {DCAT.DataService} }}
    ?dataset a ?kind ; {DCTERMS.title} ?name .
    OPTIONAL {{ ?dataset {DCTERMS.publisher} ?by OPTIONAL {{ ?by {FOAF.name} ?called }} }}
    OPTIONAL {{ ?dataset {DC.publisher} ?said }}
  }}
  BIND(COALESCE(?said, ?called) AS ?told)
  FILTER(?graph != <{_NOT_CATALOGUED}>)
}} GROUP BY ?dataset ?graph
"""
_RECORDS: Final = f"""
SELECT ?record ?dataset ?graph ?origin ?status ?title WHERE {{
  GRAPH ?graph {{
    ?record a {DCAT.CatalogRecord} ; {FOAF.primaryTopic} ?dataset .
    OPTIONAL {{ ?record {PROV.hadPrimarySource} ?origin }}
    OPTIONAL {{ ?record {ADMS.status} ?status }}
    OPTIONAL {{ ?record {DCTERMS.title} ?title }}
  }}
}}
"""
_ORIGINS: Final = f"""
SELECT ?graph ?page WHERE {{
  ?graph {PROV.wasDerivedFrom} ?source . ?source a {DCAT.Dataset} ; {DCAT.landingPage} ?page
}}
"""
_PUBLISHERS: Final = f"""
SELECT ?publisher ?siren (SAMPLE(?called) AS ?name) WHERE {{
  {{ SELECT DISTINCT ?publisher WHERE {{ ?dataset a {DCAT.Dataset} ; {DCTERMS.publisher} ?publisher }} }}
  ?publisher {DT.siren} ?siren .
  OPTIONAL {{ ?publisher {RDFS.label} ?label }}
  OPTIONAL {{ ?publisher {SKOS.altLabel} ?other }}
  BIND(COALESCE(?label, ?other, ?siren) AS ?called)
}} GROUP BY ?publisher ?siren
"""
# Years that the statements of a graph are about.
_YEARS: Final = f"""
SELECT ?graph (MIN(?year) AS ?first) (MAX(?year) AS ?last) WHERE {{
  GRAPH ?graph {{ ?thing ?about ?told }}
  VALUES ?about {{ {DT.referenceYear} {DT.startYear} {DT.endYear} {TIME.inXSDgYear} }}
  BIND(STR(?told) AS ?year)
}} GROUP BY ?graph
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: `record` None where the graph has none. `place` decides on which page it stands.

    `publisher` is the IRI of who publishes the dataset, `words` what the source calls them.
    """

    dataset: str
    graph: str
    title: str
    origin: str | None = None
    publisher: str | None = None
    words: str | None = None
    record: str | None = None
    withdrawn: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class Publisher:
    """A public body that publishes datasets; `siren` by which its own catalogue is addressed."""

    iri: str
    siren: str
    name: str


@dataclass(frozen=True)
class Records:
    """All the entries of a version, by title, the publishers known by SIREN, the years that graphs cover."""

    entries: tuple[Entry, ...]
    publishers: Mapping[str, Publisher]  # by IRI
    years: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # by graph

    @cached_property
    def by_dataset(self) -> Mapping[str, Entry]:
        return {entry.dataset: entry for entry in self.entries}

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The titles as they are searched, one for each entry."""
        return tuple(fold(entry.title) for entry in self.entries)

    def named(self, text: str) -> list[Entry]:
        """The entries whose titles have all the words of a text, as parts of words; none for none."""
        words = fold(text).split()
        if not words:
            return []
        titled = zip(self.entries, self.folded, strict=True)
        return [entry for entry, title in titled if all(word in title for word in words)]

    @cached_property
    def origins(self) -> Mapping[str, int]:
        """Where records come from, and how many, the most first."""
        return _counted(entry.origin for entry in self.entries)

    @cached_property
    def published(self) -> Mapping[str, int]:
        """The publishers known by SIREN, and how many records each has, the most first."""
        return _counted(entry.publisher for entry in self.entries if entry.publisher in self.publishers)

    def by_siren(self, siren: str) -> Publisher | None:
        return next((one for one in self.publishers.values() if one.siren == siren), None)


def pages_of(count: int) -> int:
    """Into how many pages records are laid: a power of two, so that pages stay when their number does."""
    pages = 1
    while pages * RECORDS_ON_A_PAGE < count:
        pages *= 2
    return pages


def _make(reader: Reader) -> dict[str, Any]:
    origins = {_text(graph): _text(page) for graph, page in reader.select(_ORIGINS).rows}
    described = {_text(row[0]): row for row in reader.select(_DATASETS).rows}
    entries: list[list[Any]] = []
    seen: set[str] = set()
    for record, dataset, graph, origin, status, title in reader.select(_RECORDS).rows:
        row = described.get(_text(dataset))
        seen.add(_text(dataset))
        named = _text(title) or (_text(row[2]) if row else "") or _text(dataset)
        by = (_text(row[3]), _text(row[4])) if row else ("", "")
        entries.append(
            [
                _text(dataset),
                _text(graph),
                named,
                _text(origin),
                *by,
                _text(record),
                status == WITHDRAWN,
            ]
        )
    for dataset, (_, graph, title, publisher, words) in described.items():
        if dataset not in seen:
            origin = origins.get(_text(graph), "")
            by = (_text(publisher), _text(words))
            entries.append([dataset, _text(graph), _text(title), origin, *by, "", False])
    return {
        "entries": sorted(entries, key=lambda entry: (fold(entry[2]), entry[0])),
        "publishers": sorted([_text(cell) for cell in row] for row in reader.select(_PUBLISHERS).rows),
        "years": [[_text(cell) for cell in row] for row in reader.select(_YEARS).rows],
    }


def _understand(kept: dict[str, Any]) -> Records:
    return Records(
        tuple(
            Entry(
                dataset, graph, title, origin or None, publisher or None, words or None, record or None,
                withdrawn, _place(record or dataset),
            )
            for dataset, graph, title, origin, publisher, words, record, withdrawn in kept["entries"]
        ),
        {iri: Publisher(iri, siren, name) for iri, siren, name in kept["publishers"]},
        {graph: (first, last) for graph, first, last in kept["years"]},
    )  # fmt: skip


def _place(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest())


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _counted(names: Iterable[str | None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        if name:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


RECORDS: Final = Reading("catalog", _make, _understand)


def prepare(engine: Engine, data_dir: Path, version: int) -> Text | None:
    """Keep the records of a version (a preparer)."""
    RECORDS.keep(engine, data_dir, version)
    return None
