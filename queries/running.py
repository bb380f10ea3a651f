"""Asking a stored query of an engine: one page of rows, with labels, and the evidence of each row if wanted.

Nothing here is beyond SPARQL 1.1, so any engine will do; the default graph must be the union of the graphs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from ..ontology.errors import DigiTerrError, NotFoundError
from ..ontology.iris import graph_iri
from ..ontology.text import LANGUAGES, Language, Text
from ..store.model import Engine, ResultSet
from . import library
from .arguments import Arguments, filled, read_arguments, refuse_unknown_value, written
from .evidence import evidence_of
from .kept import KeptAnswers
from .labels import iris_in, labels_of
from .model import Choice, Column, Expected, Parameter, StoredAnswer, StoredQuery

_NOTHING: Final = Text("", "")


def run(
    engine: Engine,
    query: StoredQuery,
    given: Mapping[str, Sequence[str]] | None = None,
    language: Language = "en",
    *,
    start: int = 0,
    size: int | None = None,
    evidence: bool = False,
    kept: KeptAnswers | None = None,
) -> StoredAnswer:
    """The answer to a stored query: rows from `start` on, `size` at most (None: all of them).

    Raises InputError for arguments that do not suit, NotFoundError where the dataset lacks a source that the
    query needs (an empty answer would read as "no"). Where `kept` holds the answer, the engine is not asked.
    """
    arguments = read_arguments(query, given or {})
    _refuse_unknown_values(engine, query, arguments)
    found = _kept(query, arguments, kept)
    if found is None:
        found = _ask(engine, query, arguments, start, size)
    else:
        stop = None if size is None else start + size + 1
        found = ResultSet(found.variables, found.rows[start:stop], found.version)
    rows = found.rows if size is None else found.rows[:size]
    return StoredAnswer(
        query=query,
        language=language,
        version=found.version,
        arguments=arguments,
        rows=rows,
        labels=labels_of(engine, iris_in(rows), language),
        start=start,
        more=len(found.rows) > len(rows),
        evidence=evidence_of(engine, query, rows, language) if evidence else None,
    )


def keep_answers(engine: Engine, queries: Iterable[StoredQuery], kept: KeptAnswers) -> int:
    """Ask each query with its default arguments and keep the answer; how many answers are kept.

    The engine must be of the version of `kept`, and is asked by as many threads as there are cores. A query
    that fails (a source is absent, a limit is reached) is left to be asked when somebody wants it.
    """

    def keep(query: StoredQuery) -> bool:
        if kept.find(query) is None:
            try:
                kept.keep(query, _ask(engine, query, {}, 0, None))
            except DigiTerrError:
                return False
        return True

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return sum(threads.map(keep, queries))


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Keep the answers of a version to the stored queries."""
    count = keep_answers(engine, library.all_queries(), KeptAnswers(data_dir, version))
    return Text(f"Réponses gardées : {count}.", f"Answers kept: {count}.")


def _kept(query: StoredQuery, arguments: Arguments, kept: KeptAnswers | None) -> ResultSet | None:
    """The kept answer, if these arguments are the default ones."""
    default = all(arguments[one.name] == one.default for one in query.parameters)
    return kept.find(query) if kept is not None and default else None


def _ask(engine: Engine, query: StoredQuery, arguments: Arguments, start: int, size: int | None) -> ResultSet:
    _refuse_absent_sources(engine, query)
    text = filled(query, arguments)
    if size is not None:
        text += f"\nLIMIT {size + 1}"  # one more, to know whether more follow
    if start:
        text += f"\nOFFSET {start}"
    return engine.select(text)


def run_unnamed(engine: Engine, text: str, language: Language) -> StoredAnswer:
    """The answer to a SELECT that is not stored, its variables standing for columns."""
    return unnamed_answer(engine, text, engine.select(text), language)


def unnamed_answer(
    engine: Engine, text: str, found: ResultSet, language: Language, title: Text = _NOTHING
) -> StoredAnswer:
    """What a query that is not stored has found, as the answer to one, with labels from the engine."""
    query = StoredQuery(
        name="",
        number=None,
        title=title,
        question=_NOTHING,
        keywords={},
        sources=(),
        parameters=(),
        columns=tuple(Column(name, Text(name, name), absent=_NOTHING) for name in found.variables),
        view="table",
        expected=Expected((), 0, 0),
        evidence=(),
        silence=None,
        links=(),
        text=text,
        file="",
    )
    labels = labels_of(engine, iris_in(found.rows), language)
    return StoredAnswer(query, language, found.version, {}, found.rows, labels)


def choices(engine: Engine, parameter: Parameter, query: StoredQuery) -> tuple[Choice, ...]:
    """The values a parameter may take: those of the header, or those its query finds in the data."""
    if parameter.choices_query is None:
        return parameter.choices
    found = engine.select(parameter.choices_query)
    values = [row[0] for row in found.rows if row and row[0] is not None]
    by_language = {language: labels_of(engine, iris_in([values]), language) for language in LANGUAGES}
    return tuple(
        Choice(
            written(query, parameter, value),
            Text(
                *(
                    by_language[language].get(value.value, written(query, parameter, value))
                    for language in LANGUAGES
                )
            ),
        )
        for value in values
    )


def _refuse_unknown_values(engine: Engine, query: StoredQuery, arguments: Arguments) -> None:
    """A thing that the data do not know has no answer, which would read as silence of the source."""
    for parameter in query.parameters:
        given = [term for term in arguments[parameter.name] if term not in parameter.default]
        if given and parameter.choices_query is not None:
            rows = engine.select(parameter.choices_query).rows
            known = [written(query, parameter, row[0]) for row in rows]
            for term in given:
                if term is not None:
                    refuse_unknown_value(query, parameter, term, known)


def _refuse_absent_sources(engine: Engine, query: StoredQuery) -> None:
    graphs = {str(graph_iri(source)): source for source in query.sources}
    held = "FILTER EXISTS { GRAPH ?graph { ?s ?p ?o } }"
    present = engine.select(f"SELECT ?graph {{ VALUES ?graph {{ {' '.join(graphs)} }} {held} }}")
    absent = [name for graph, name in graphs.items() if graph not in {str(row[0]) for row in present.rows}]
    if absent:
        listed = ", ".join(absent)
        raise NotFoundError(
            Text(
                f"la question « {query.name} » a besoin de la source {listed}, absente de cette version.",
                f"the query '{query.name}' needs the source {listed}, which this version does not hold.",
            ),
            Text(
                "Construisez le graphe avec cette source : digiterr build --data DOSSIER.",
                "Build the graph with that source: digiterr build --data FOLDER.",
            ),
        )
