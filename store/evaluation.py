"""One query against one Oxigraph store: the dataset it sees, its limits, and its answer, serialised.

Used in process by the command line, and in the workers of the service. Results are serialised by the engine
as it finds them, 8 kB at a time, so that a long answer needs no memory.

Literals are normalised by the engine (`"01"^^xsd:integer` becomes `1`), and a triple that stands in two
graphs of a merged default graph is matched once for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any, Final, cast

import pyoxigraph
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store

from ..ontology import iris
from ..ontology.errors import DigiTerrError, InputError
from ..ontology.sparql_tokens import calls
from ..ontology.text import Text
from .columns.answering import rewritten
from .columns.reading import Columns
from .federation import Fetch, with_services
from .formats import BINDINGS, GRAPHS, PREFIXES, media_type_for
from .graphs import graph_name
from .model import QueryRequest, ResultForm
from .outline import outline, refuse_calls, with_row_limit
from .selection import with_ordered_columns
from .syntax import syntax_error

ROW_LIMIT_HEADER: Final = "X-DigiTerr-Row-Limit"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A query that the engine accepted. `serialize` writes its answer; `row_limit` was added to it."""

    form: ResultForm
    media_type: str
    row_limit: int | None
    serialize: Callable[[IO[bytes]], object]

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.row_limit is None else {ROW_LIMIT_HEADER: str(self.row_limit)}


def evaluate(
    store: Store, request: QueryRequest, fetch: Fetch | None = None, columns: Columns | None = None
) -> Evaluation:
    """Start a query; `fetch` answers its SERVICE clauses, which are refused without.

    `columns` are those of the store's version, for the questions that they answer faster.

    InputError when it is wrong, refused, or has no form in the media type wanted.
    """
    text, limited = request.text, False
    if fetch is not None and calls(text, "SERVICE"):
        text = with_services(text, fetch)
    refuse_calls(text)
    text = with_ordered_columns(text)
    if request.row_limit is not None:
        text, limited = with_row_limit(text, request.row_limit)
    found = None
    if columns is not None and not request.named_graphs:
        found = rewritten(text, columns, request.default_graphs)
    result = run(store, request, text) if found is None else store.query(found)
    if isinstance(result, QueryTriples):
        form: ResultForm = "graph"
    else:
        form = "boolean" if isinstance(result, QueryBoolean) else "bindings"
    media_type = media_type_for(form, request.accept)
    return Evaluation(
        form, media_type, request.row_limit if limited else None, _serializer(result, media_type)
    )


def run(
    store: Store, request: QueryRequest, text: str | None = None
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Ask the engine. Relative IRIs are relative to `iris.BASE`, unless the query says BASE.

    The dataset is the one of the protocol if given (SPARQL 1.1 Protocol, 2.1.4), else the query's own (FROM),
    else the union of all graphs.
    """
    text = request.text if text is None else text
    default_graphs = [graph_name(graph) for graph in request.default_graphs]
    named_graphs = [graph_name(graph) for graph in request.named_graphs]
    try:
        if default_graphs or named_graphs:
            return store.query(
                text,
                base_iri=iris.BASE,
                default_graph=cast("Any", default_graphs),
                named_graphs=cast("Any", named_graphs),
            )
        return store.query(
            text, base_iri=iris.BASE, use_default_graph_as_union=not outline(text).names_dataset
        )
    except SyntaxError as error:
        raise _own_syntax_error(store, request.text, error) from error
    except (ValueError, RuntimeError, NotImplementedError) as error:
        raise InputError(
            Text(
                f"Cette requête ne peut être évaluée : {error}.", f"This query cannot be evaluated: {error}."
            )
        ) from error


def _own_syntax_error(store: Store, text: str, error: SyntaxError) -> DigiTerrError:
    """Place the error in the client's text, not in the one a limit was added to."""
    try:
        store.query(text, base_iri=iris.BASE)
    except SyntaxError as own:
        return syntax_error(own, text)
    return syntax_error(error, text)


def _serializer(
    result: QuerySolutions | QueryBoolean | QueryTriples, media_type: str
) -> Callable[[IO[bytes]], object]:
    if not isinstance(result, QueryTriples):
        return lambda output: result.serialize(output, BINDINGS[media_type])
    rdf_format = GRAPHS[media_type]
    if rdf_format in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML):
        return lambda output: pyoxigraph.serialize(
            cast("Iterable[Any]", result), output, rdf_format, prefixes=PREFIXES
        )
    return lambda output: result.serialize(output, rdf_format)
