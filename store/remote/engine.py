"""A remote engine as an `Engine`: queries pass through, and so do the bytes of its answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions

from ...ontology import iris
from ...ontology.errors import InputError
from ...ontology.sparql_tokens import query_form
from ...ontology.text import Text
from ..effects import graphs_written
from ..errors import EngineDiedError, QueryTimeoutError
from ..evaluation import PREFIXES, ROW_LIMIT_HEADER
from ..formats import GRAPHS, TRUNCATION_MARK, media_type_for
from ..model import (
    DEFAULT_GRAPH,
    Answer,
    Authority,
    DatasetVersion,
    QueryRequest,
    ResultForm,
    ResultSet,
    Term,
    UpdateRequest,
    Upload,
    WriteReport,
)
from ..outline import outline, refuse_calls, with_bindings, with_row_limit
from ..streaming import Production
from ..writing import ForbiddenError, graphs_named, may_write, with_using
from . import http
from .profiles import GENERIC, PROFILES, Profile, recognised
from .settings import RemoteSettings

VERSION_GRAPH: Final = iris.GRAPH + "version"
_VERSION: Final = "http://www.w3.org/2002/07/owl#versionInfo"
_FORMS: Final[dict[str, ResultForm]] = {"SELECT": "bindings", "ASK": "boolean"}
_CHUNK: Final = 1 << 16
_VERSION_SECONDS: Final = 1.0
_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


class RemoteEngine:
    """An engine behind SPARQL 1.1 Protocol. Its version is the number that `VERSION_GRAPH` holds.

    Whoever else writes to the engine does not raise that number: answers are then cached too long by as much.
    Every write through this object raises it.
    """

    def __init__(self, settings: RemoteSettings) -> None:
        self._settings = settings
        self._version: tuple[float, DatasetVersion | None] = (0.0, None)
        self._asking = threading.Lock()

    @cached_property
    def profile(self) -> Profile:
        """What is particular to the engine: as the settings say, or as its Server header does."""
        if self._settings.profile is not None:
            return PROFILES.get(self._settings.profile, GENERIC)
        response = http.ask(self._settings, "ASK {}", "ASK", "application/sparql-results+json", ())
        with response:
            response.read()
            return recognised(response.headers.get("Server", ""))

    def query(self, request: QueryRequest) -> Answer:
        """Ask the engine; its bytes are passed on as they come where it writes the format wanted."""
        answer = self._ask(request)
        version = self.version()
        return replace(answer, version=version.number if version else 0)

    def _ask(self, request: QueryRequest) -> Answer:
        """The answer without its version."""
        refuse_calls(request.text)
        form = query_form(request.text)
        if form is None:
            raise InputError(
                Text("Ce texte n’est pas une requête SPARQL.", "This text is not a SPARQL query."),
                Text("Commencez par SELECT, ASK…", "Begin with SELECT, ASK..."),
            )
        kind = _FORMS.get(form, "graph")
        media_type = media_type_for(kind, request.accept)
        text, limited = request.text, False
        if request.row_limit is not None:
            text, limited = with_row_limit(text, request.row_limit)
        headers = {ROW_LIMIT_HEADER: str(request.row_limit)} if limited else {}
        timeout = min(request.timeout or self._settings.timeout, self._settings.timeout)
        wanted = media_type
        if kind == "graph" and media_type not in self.profile.graph_types:
            wanted = self.profile.graph_types[0]
        end = time.monotonic() + timeout
        response = http.ask(self._settings, text, form, wanted, self._dataset(request))
        given = response.headers.get_content_type()
        if kind == "graph" and given != media_type:
            body = _converted(response, given, media_type)
        else:
            body = _passed_on(response, media_type, end, timeout)
        return Answer(kind, media_type, 0, body, headers)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        """The solutions of a SELECT as terms; InputError for any other form."""
        request = QueryRequest(with_bindings(text, bindings or {}), accept="application/sparql-results+json")
        if query_form(text) != "SELECT":
            raise InputError(Text("Une requête SELECT est attendue ici.", "A SELECT query is expected here."))
        answer = self.query(request)
        variables, rows = _solutions(answer)
        return ResultSet(variables, rows, answer.version)

    def version(self) -> DatasetVersion | None:
        """The version that the engine holds, asked for once a second at most; None when it holds nothing."""
        asked, known = self._version
        if time.monotonic() - asked < _VERSION_SECONDS:
            return known
        with self._asking:
            asked, known = self._version
            if time.monotonic() - asked >= _VERSION_SECONDS:
                known = self._current(known)
                self._version = (time.monotonic(), known)
        return known

    def _current(self, known: DatasetVersion | None) -> DatasetVersion | None:
        """The version that the engine holds now; its graphs are counted, which takes time, if it is new."""
        found = self._rows(f"SELECT ?v {{ GRAPH <{VERSION_GRAPH}> {{ ?s <{_VERSION}> ?v }} }}")
        number = int(_lexical(found[0][0])) if found else 0
        if known is not None and known.number == number:
            return known
        graphs = {_lexical(graph): int(_lexical(size)) for graph, size in self._rows(_COUNT)}
        hidden = (VERSION_GRAPH, *self.profile.own_graphs)
        graphs = {graph: size for graph, size in graphs.items() if not graph.startswith(hidden)}
        if not graphs and not number:
            return None
        place, size = Path(self._settings.query), sum(graphs.values())
        return DatasetVersion(number, datetime.now(UTC), size, graphs, place)

    def _rows(self, text: str) -> tuple[tuple[Term | None, ...], ...]:
        return _solutions(self._ask(QueryRequest(text, accept="application/sparql-results+json")))[1]

    # Writes

    def update(self, request: UpdateRequest) -> WriteReport:
        """Run an update. It needs a token for every graph: what it wrote cannot be seen, nor taken back.

        So it must also name the graphs that it writes, where some are validated.
        """
        refuse_calls(request.text)
        self._permit(request.authority, "*")
        told = graphs_written(request.text)
        named = graphs_named(request.text) if told is None else told
        for graph in sorted(named if named is not None else self._settings.validated):
            self._permit(request.authority, graph)
        text = with_using(request.text, request.using_graphs, request.using_named_graphs)
        return self._written(lambda: http.update(self._settings, text))

    def put_graph(self, graph: str | None, uploads: Sequence[Upload], authority: Authority) -> WriteReport:
        """Replace a graph's content."""
        self._permit(authority, graph or DEFAULT_GRAPH)
        existed = self.has_graph(graph)
        methods = ["PUT", *["POST"] * (len(uploads) - 1)]

        def write() -> None:
            for method, upload in zip(methods, uploads, strict=True):
                http.graph_store(self._settings, method, graph, upload.path.read_bytes(), upload.media_type)

        return self._written(write, existed)

    def post_graph(self, graph: str | None, uploads: Sequence[Upload], authority: Authority) -> WriteReport:
        """Add to a graph's content."""
        self._permit(authority, graph or DEFAULT_GRAPH)
        existed = self.has_graph(graph)

        def write() -> None:
            for upload in uploads:
                http.graph_store(self._settings, "POST", graph, upload.path.read_bytes(), upload.media_type)

        return self._written(write, existed)

    def delete_graph(self, graph: str | None, authority: Authority) -> WriteReport:
        """Remove a graph."""
        self._permit(authority, graph or DEFAULT_GRAPH)
        return self._written(lambda: http.graph_store(self._settings, "DELETE", graph, None))

    def patch_graph(self, graph: str | None, text: str, authority: Authority) -> WriteReport:
        """Refused: SPARQL 1.1 has no way to run an update on one graph of a remote engine and on no other."""
        raise InputError(
            Text("PATCH n’existe pas sur un moteur distant.", "There is no PATCH on a remote engine."),
            Text("Passez par /update, avec WITH et GRAPH.", "Use /update, with WITH and GRAPH."),
        )

    def has_graph(self, graph: str | None) -> bool:
        """Whether a graph holds something; the unnamed one is always there."""
        return graph is None or graph in self._graphs()

    def close(self) -> None:
        """Nothing is kept open."""

    # Steps

    def _dataset(self, request: QueryRequest) -> list[tuple[str, str]]:
        if request.default_graphs or request.named_graphs:
            return [
                *(("default-graph-uri", graph) for graph in request.default_graphs),
                *(("named-graph-uri", graph) for graph in request.named_graphs),
            ]
        return [] if outline(request.text).names_dataset else list(self.profile.union_parameters)

    def _graphs(self) -> frozenset[str]:
        version = self.version()
        return frozenset(version.graphs) | {DEFAULT_GRAPH} if version else frozenset({DEFAULT_GRAPH})

    def _permit(self, authority: Authority, graph: str) -> None:
        """Raise ForbiddenError unless a graph may be written, by this author and through the service."""
        if not may_write(authority, graph):
            raise ForbiddenError(authority.name, graph)
        if graph.startswith(self._settings.validated):
            raise ForbiddenError(authority.name, graph, validated=True)

    def _written(self, write: Callable[[], object], existed: bool = True) -> WriteReport:
        """Write, raise the version, and tell by how much each graph grew or shrank."""
        before = self.version()
        write()
        number = (before.number if before else 0) + 1
        http.update(self._settings, version_update(number))
        self._version = (0.0, None)
        after = self.version()
        old, new = dict(before.graphs) if before else {}, dict(after.graphs) if after else {}
        grown = {graph: new.get(graph, 0) - old.get(graph, 0) for graph in sorted(old.keys() | new.keys())}
        return WriteReport(
            number,
            tuple(graph for graph, difference in grown.items() if difference),
            sum(max(0, difference) for difference in grown.values()),
            sum(max(0, -difference) for difference in grown.values()),
            existed,
        )


def _solutions(answer: Answer) -> tuple[tuple[str, ...], tuple[tuple[Term | None, ...], ...]]:
    """The variables and the rows of an answer in JSON."""
    result = pyoxigraph.parse_query_results(b"".join(answer.body), QueryResultsFormat.JSON)
    if not isinstance(result, QuerySolutions):
        raise TypeError(type(result).__name__)
    return tuple(variable.value for variable in result.variables), tuple(tuple(row) for row in result)


def _lexical(term: Term | None) -> str:
    return "" if term is None else term.value


def version_update(number: int) -> str:
    """The update that gives the engine its next version number."""
    return (
        f"DELETE WHERE {{ GRAPH <{VERSION_GRAPH}> {{ ?s <{_VERSION}> ?v }} }} ; "
        f'INSERT DATA {{ GRAPH <{VERSION_GRAPH}> {{ <{VERSION_GRAPH}> <{_VERSION}> "{number}" }} }}'
    )


def _passed_on(response: HTTPResponse, media_type: str, end: float, timeout: float) -> Iterator[bytes]:
    """The bytes of a response. When they end too early, says so where the format has comments, and raises."""
    with response:
        failure: Exception = QueryTimeoutError(timeout)
        try:
            while chunk := response.read1(_CHUNK):
                yield chunk
                if time.monotonic() > end:
                    break
            else:
                return
        except (OSError, HTTPException) as error:
            failure = EngineDiedError(str(error))
        if mark := TRUNCATION_MARK.get(media_type):
            yield mark
        raise failure


def _converted(response: HTTPResponse, given: str, media_type: str) -> Iterator[bytes]:
    """A graph in another format than the engine's, rewritten as it comes."""
    rdf_format = GRAPHS.get(given)

    def work(announce: Callable[[None], None], output: IO[bytes]) -> None:
        announce(None)
        with response:
            if rdf_format is None:
                raise EngineDiedError(f"it answered in {given}")
            quads = pyoxigraph.parse(cast("IO[bytes]", response), rdf_format, lenient=True)
            triples = (quad.triple for quad in quads)
            pyoxigraph.serialize(triples, output, GRAPHS[media_type], prefixes=PREFIXES)

    production = Production[None](work)
    production.head()
    return production.body()
