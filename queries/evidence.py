"""Where the rows of an answer come from: the records that bear on what they name, and the sources of these.

A row is answered for by records (a statement of the study with its slide and quote, an observation or an
indicator of open data), by the sources that say what its things are, and, where a value of it is computed
(a count, a sum, a share), by the sources whose records it is computed from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..ontology.names import DCTERMS, DT, DTV, ORG, RDF, RDFS
from ..ontology.text import Language, Text
from ..store.model import Engine, Term
from .arguments import expanded, named_in, prefixes
from .batches import rows_about
from .labels import labels_of
from .model import CitedSource, Evidence, StoredQuery
from .sources import cited, graphs_of

COMPUTED: Final = Text("calculé", "computed")
_BATCH: Final = 200  # things asked about in one query
_STUDY: Final = frozenset(("cases", "ontology"))
_MEASURES: Final = (DT.indicatorSubject, DT.observedTerritory, ORG.member)
_MEASURING: Final = frozenset(prop.value for prop in (*_MEASURES, DT.hasAuthority))
_BEARINGS: Final = (DT.concerns, *_MEASURES)
# Statements of the study bear on things by inference too; records of open data in their own graph alone.
_OF_THE_STUDY: Final = (
    *(f"?record {prop} ?thing . BIND({prop} AS ?bearing)" for prop in _BEARINGS),
    f"?thing {DT.statedIn} ?anywhere . BIND(?thing AS ?record) BIND({DT.concerns} AS ?bearing)",
)
_OF_OPEN_DATA: Final = (
    *(f"GRAPH ?graph {{ ?record {prop} ?thing }} BIND({prop} AS ?bearing)" for prop in _BEARINGS),
    f"?thing {DT.hasAuthority} ?body . GRAPH ?graph {{ ?record {DT.indicatorSubject} ?body }} "
    f"BIND({DT.hasAuthority} AS ?bearing)",
)
# Records first, then what they say: engines begin either question from the things that they are given.
_RECORDS: Final = """
SELECT DISTINCT ?thing ?record ?bearing ?graph WHERE { VALUES ?thing { %s } %s } ORDER BY ?thing ?record
"""
_FACTS: Final = """
SELECT DISTINCT ?thing ?graph ?property ?value WHERE {
  VALUES ?thing { %s }
  GRAPH ?graph { ?thing ?property ?value }
  FILTER(!STRENDS(STR(?graph), "/inferred"))
}
ORDER BY ?thing ?graph ?property ?value
"""
_GRAPHS: Final = f"""
SELECT DISTINCT ?thing ?graph ?status WHERE {{
  VALUES ?thing {{ %s }}
  GRAPH ?graph {{ ?thing {RDF.type} ?type }}
  FILTER(!STRENDS(STR(?graph), "/inferred"))
  OPTIONAL {{ ?thing {DT.termStatus} ?status }}
}}
ORDER BY ?thing ?graph ?status
"""
_BEARERS: Final = (
    "SELECT DISTINCT ?thing ?bearer WHERE { VALUES ?thing { %s } ?thing %s ?bearer } ORDER BY ?bearer"
)
_ARE_SOURCES: Final = f"""
SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ %s }} FILTER EXISTS {{ ?record {DT.statedIn} ?thing }} }}
"""


@dataclass(frozen=True, slots=True)
class _Record:
    """What one record in one graph says."""

    iri: str
    graph: str
    bearings: Set[str]
    facts: Mapping[str, Sequence[Term]]

    def one(self, prop: NamedNode) -> str | None:
        found = self.facts.get(prop.value)
        return found[0].value if found else None

    def names(self, thing: str) -> bool:
        """Whether it says itself that it bears on a thing or its authority; otherwise that is inferred."""
        return DT.hasAuthority.value in self.bearings or any(
            NamedNode(thing) in self.facts.get(bearing, ()) for bearing in self.bearings
        )

    @property
    def values(self) -> set[Term]:
        return {value for found in self.facts.values() for value in found}


def evidence_of(
    engine: Engine, query: StoredQuery, rows: Sequence[Sequence[Term | None]], language: Language
) -> tuple[tuple[Evidence, ...], ...]:
    """For each row, the evidence on the things in the query's evidence columns (all when it names none)."""
    return _Finder(engine, query, language).of_rows(rows)


class _Finder:
    """Finds the evidence of the rows of one query."""

    def __init__(self, engine: Engine, query: StoredQuery, language: Language) -> None:
        self._engine = engine
        self._query = query
        self._language: Language = language
        self._declared = graphs_of(query.sources)
        # The words of the study bear on the concepts of the ontology; open data only on what they count.
        self._of_the_study = _STUDY.issuperset(query.sources)
        columns = query.columns
        places = {one.name: i for i, one in enumerate(columns)}
        known = prefixes(query.text)
        self._bearing = [
            (places[column], expanded(prop, known))
            for column, _, prop in (one.partition("/") for one in query.evidence or places)
        ]
        self._terms = named_in(query.text)
        self._computed = [i for i, one in enumerate(columns) if one.computed]

    def of_rows(self, rows: Sequence[Sequence[Term | None]]) -> tuple[tuple[Evidence, ...], ...]:
        bearers = [(i, self._bearers(rows, i, prop)) for i, prop in self._bearing]
        things = [
            tuple(
                dict.fromkeys(
                    bearer
                    for i, of_thing in bearers
                    if isinstance(cell := row[i], NamedNode)
                    for bearer in of_thing.get(cell.value, ())
                )
            )
            for row in rows
        ]
        asked = list(dict.fromkeys(thing for row in things for thing in row))
        records = self._records(asked)
        silent = [thing for thing in asked if thing not in records]
        are_sources = {thing for row in self._select(_ARE_SOURCES, silent) for thing in _values(row)}
        states = self._states(silent)
        found = [record for of_thing in records.values() for record in of_thing]
        sources = {iri for record in found if (iri := record.one(DT.statedIn))} | are_sources
        graphs = {record.graph for record in found} | set(self._declared)
        self._cited = cited(self._engine, graphs, sources, self._language)
        statuses = {
            *(record.one(DT.epistemicStatus) for record in found),
            *(status for of_thing in states.values() for status in of_thing.values()),
            DTV.status_open_data.value,
        }
        self._labels = labels_of(self._engine, filter(None, statuses), self._language)
        return tuple(
            self._of_row(row, named, records, states, are_sources)
            for row, named in zip(rows, things, strict=True)
        )

    def _bearers(
        self, rows: Sequence[Sequence[Term | None]], i: int, prop: str | None
    ) -> dict[str, list[str]]:
        """What bears the evidence of each thing in a column: itself, or the values of a property of it."""
        things = list(dict.fromkeys(cell.value for row in rows if isinstance(cell := row[i], NamedNode)))
        if prop is None:
            return {thing: [thing] for thing in things}
        found: dict[str, list[str]] = {}
        for row in self._select(_BEARERS, things, f"<{prop}>"):
            thing, bearer = _values(row)
            found.setdefault(thing, []).append(bearer)
        return found

    def _records(self, things: Sequence[str]) -> dict[str, list[_Record]]:
        """The records that bear on each thing; of open data, those of the query's own sources."""
        bearings: dict[str, dict[str, set[str]]] = {}
        for pattern in _OF_THE_STUDY if self._of_the_study else _OF_OPEN_DATA:
            for row in self._select(_RECORDS, things, pattern):
                thing, record, bearing, graph = _values(row)
                if self._of_the_study or graph in self._declared:
                    bearings.setdefault(thing, {}).setdefault(record, set()).add(bearing)
        facts = self._facts(list(dict.fromkeys(record for found in bearings.values() for record in found)))
        found = {
            thing: [
                _Record(record, graph, names, said)
                for record, names in of_thing.items()
                for graph, said in facts.get(record, {}).items()
                if self._of_the_study or graph in self._declared
            ]
            for thing, of_thing in bearings.items()
        }
        return {
            thing: [one for one in records if self._is_about(one)] or records
            for thing, records in found.items()
        }

    def _facts(self, records: Sequence[str]) -> dict[str, dict[str, dict[str, list[Term]]]]:
        """What each record says in each graph, by property."""
        found: dict[str, dict[str, dict[str, list[Term]]]] = {}
        for *names, value in self._select(_FACTS, records):
            record, graph, prop = _values(names)
            if value is not None:
                found.setdefault(record, {}).setdefault(graph, {}).setdefault(prop, []).append(value)
        return found

    def _is_about(self, record: _Record) -> bool:
        """Whether a statement on some properties is on one that the query asks for."""
        properties = record.facts.get(DT.aboutProperty.value, ())
        return not properties or any(one.value in self._terms for one in properties)

    def _states(self, things: Sequence[str]) -> dict[str, dict[str, str]]:
        """The graphs of the query's sources that say what things are, each with the status of the term."""
        found: dict[str, dict[str, str]] = {}
        for row in self._select(_GRAPHS, things):
            thing, graph, status = _values(row)
            if graph in self._declared:
                found.setdefault(thing, {}).setdefault(graph, status)
        return found

    def _of_row(
        self,
        row: Sequence[Term | None],
        things: Sequence[str],
        records: Mapping[str, Sequence[_Record]],
        states: Mapping[str, Mapping[str, str]],
        are_sources: set[str],
    ) -> tuple[Evidence, ...]:
        said = {cell for i, cell in enumerate(row) if cell is not None and i not in self._computed}
        found: list[Evidence] = []
        for thing in things:
            found += [self._evidence(thing, one) for one in _nearest(records.get(thing, ()), said, thing)]
            found += [
                Evidence(
                    thing,
                    self._cited.of_graph[graph],
                    record=thing,
                    status=self._status(status, graph),
                    graph=graph,
                )
                for graph, status in states.get(thing, {}).items()
            ]
        named = [self._cited.by_iri[thing] for thing in things if thing in are_sources]
        computed = self._computed_from(row, named)
        status = COMPUTED.in_language(self._language)
        found += [
            Evidence("", source, status=status, computed=tuple(names)) for source, names in computed.items()
        ]
        if not found:
            found += [Evidence("", source) for source in named or self._sources(self._query.sources)]
        return tuple(found)

    def _computed_from(
        self, row: Sequence[Term | None], named: Sequence[CitedSource]
    ) -> dict[CitedSource, list[str]]:
        """The columns computed from each source; a row about a source is computed from that one."""
        found: dict[CitedSource, list[str]] = {}
        for i in self._computed:
            column = self._query.columns[i]
            if row[i] is not None:
                for source in named or self._sources(column.computed):
                    found.setdefault(source, []).append(column.name)
        return found

    def _sources(self, names: Iterable[str]) -> Iterable[CitedSource]:
        return (self._cited.of_graph[graph] for graph in graphs_of(names))

    def _evidence(self, thing: str, record: _Record) -> Evidence:
        slide, stated_in = record.one(DT.sourceSlide), record.one(DT.statedIn)
        source = self._cited.by_iri[stated_in] if stated_in else self._cited.of_graph[record.graph]
        return Evidence(
            thing,
            source,
            record.iri,
            int(slide) if slide and slide.isdecimal() else None,
            record.one(DT.sourceQuote),
            self._status(record.one(DT.epistemicStatus), record.graph),
            record.graph,
            record.one(DCTERMS.source) or record.one(RDFS.seeAlso),
        )

    def _status(self, status: str | None, graph: str) -> str | None:
        """In words. What open data say has their status, whether each record repeats it or not."""
        if not status and graph not in graphs_of(_STUDY):
            status = DTV.status_open_data.value
        return self._labels.get(status, status) if status else None

    def _select(self, text: str, things: Sequence[str], *patterns: str) -> Iterable[Sequence[Term | None]]:
        return rows_about(self._engine, text, things, *patterns, size=_BATCH)


def _nearest(records: Sequence[_Record], said: set[Term], thing: str) -> Sequence[_Record]:
    """Of the records on a thing, those that answer for a row.

    Those that name the thing themselves come before those that bear on it by inference. Of those that measure
    it, the ones that share most values with the row; where they state its numbers, they answer alone.
    """
    direct = [record for record in records if record.names(thing)]
    measuring: list[_Record] = []
    concerning: list[_Record] = []
    for record in direct or records:
        (measuring if record.bearings & _MEASURING else concerning).append(record)
    shared = [(record.values & said) - {NamedNode(thing)} for record in measuring]
    most = {
        bearing: max(
            len(found) for one, found in zip(measuring, shared, strict=True) if bearing in one.bearings
        )
        for bearing in {bearing for one in measuring for bearing in one.bearings & _MEASURING}
    }
    nearest = [
        record
        for record, found in zip(measuring, shared, strict=True)
        if any(len(found) == most.get(bearing) for bearing in record.bearings)
    ]
    stated = any(isinstance(value, Literal) for found in shared for value in found)
    return nearest if stated else [*concerning, *nearest]


def _values(row: Iterable[Term | None]) -> tuple[str, ...]:
    return tuple("" if cell is None else cell.value for cell in row)
