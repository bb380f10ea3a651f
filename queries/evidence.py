"""Where the rows of an answer come from: statements about the things they name, and the graphs of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..ontology.names import DT, RDF
from ..ontology.text import Language
from ..store.model import Engine, Term
from .labels import labels_of
from .model import Evidence, StoredQuery

_BATCH: Final = 200  # things asked about in one query
_BEARINGS: Final = ", ".join(map(str, (DT.concerns, DT.indicatorSubject, DT.observedTerritory)))
_ABOUT: Final = f"?statement ?bearing ?thing . FILTER(?bearing IN ({_BEARINGS}))"
_ITSELF: Final = "BIND(?thing AS ?statement)"  # a thing that is a statement, a recommendation for one
_STATEMENTS: Final = f"""
SELECT DISTINCT ?thing ?source ?slide ?quote ?status ?graph WHERE {{
  VALUES ?thing {{ %s }}
  %s
  GRAPH ?graph {{ ?statement {DT.statedIn} ?source }}
  OPTIONAL {{ ?statement {DT.sourceSlide} ?slide }}
  OPTIONAL {{ ?statement {DT.sourceQuote} ?quote }}
  OPTIONAL {{ ?statement {DT.epistemicStatus} ?status }}
}}
ORDER BY ?thing DESC(BOUND(?quote)) ?source ?slide ?quote
"""
_GRAPHS: Final = f"""
SELECT DISTINCT ?thing ?graph WHERE {{
  VALUES ?thing {{ %s }}
  GRAPH ?graph {{ ?thing {RDF.type} ?type }}
  FILTER(!STRENDS(STR(?graph), "/inferred"))
}}
ORDER BY ?thing ?graph
"""


def evidence_of(
    engine: Engine, query: StoredQuery, rows: Sequence[Sequence[Term | None]], language: Language
) -> tuple[tuple[Evidence, ...], ...]:
    """For each row, the evidence on the things in the query's evidence columns (all when it names none).

    A thing on which no statement bears is answered for by the graphs that state what it is.
    """
    wanted = [
        i for i, column in enumerate(query.columns) if not query.evidence or column.name in query.evidence
    ]
    things = [
        tuple(dict.fromkeys(cell.value for i in wanted if isinstance(cell := row[i], NamedNode)))
        for row in rows
    ]
    found: dict[str, dict[Evidence, None]] = {}
    asked = list(dict.fromkeys(thing for row in things for thing in row))
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        for pattern in (_ABOUT, _ITSELF):
            for thing, *facts in _select(engine, _STATEMENTS, batch, pattern):
                found.setdefault(_value(thing) or "", {})[_evidence(thing, facts)] = None
        silent = [thing for thing in batch if thing not in found]
        for thing, graph in _select(engine, _GRAPHS, silent) if silent else ():
            place = Evidence(_value(thing) or "", None, None, None, None, _value(graph))
            found.setdefault(place.thing, {})[place] = None
    labels = labels_of(
        engine,
        {iri for row in found.values() for one in row for iri in (one.source, one.status) if iri},
        language,
    )
    named = {thing: tuple(_named(one, labels) for one in row) for thing, row in found.items()}
    return tuple(tuple(one for thing in row for one in named.get(thing, ())) for row in things)


def _select(
    engine: Engine, text: str, things: Sequence[str], *patterns: str
) -> Sequence[Sequence[Term | None]]:
    return engine.select(text % (" ".join(str(NamedNode(thing)) for thing in things), *patterns)).rows


def _value(term: Term | None) -> str | None:
    return None if term is None else term.value


def _evidence(thing: Term | None, facts: Sequence[Term | None]) -> Evidence:
    source, slide, quote, status, graph = facts
    number = int(slide.value) if isinstance(slide, Literal) and slide.value.isdecimal() else None
    return Evidence(_value(thing) or "", _value(source), number, _value(quote), _value(status), _value(graph))


def _named(evidence: Evidence, labels: dict[str, str]) -> Evidence:
    """The same, its source and status said in words where they have a label."""
    return Evidence(
        evidence.thing,
        labels.get(evidence.source or "", evidence.source),
        evidence.slide,
        evidence.quote,
        labels.get(evidence.status or "", evidence.status),
        evidence.graph,
    )
