"""A remote engine as an `Engine`: queries pass through, and so do the bytes of its answers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat

from ...ontology import iris
from ...ontology.errors import DigiTerrError, InputError
from ...ontology.names import DCTERMS, OWL, SPDX
from ...ontology.sparql_tokens import query_form
from ...ontology.text import Text
from ..durability import exclusive_lock, replace_link
from ..effects import graphs_written
from ..errors import EngineDiedError, ServiceDownError
from ..evaluation import ROW_LIMIT_HEADER
from ..formats import media_type_for
from ..graphs import graph_name
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
from ..writing import ForbiddenError, graphs_named, may_write, parsed, with_using
from .bodies import body_of
from .http import Client
from .profiles import GENERIC, PROFILES, Profile, recognised
from .settings import RemoteSettings

VERSION_GRAPH: Final = iris.GRAPH + "version"
_FORMS: Final[dict[str, ResultForm]] = {"SELECT": "bindings", "ASK": "boolean"}
_VERSION_SECONDS: Final = 1.0
_WRITTEN: Final = "written"  # a link to the number that the last write gave
_PATIENCE: Final = 600.0  # seconds
_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the engine's version, replaced as one: a thread may ask while others read.

    `asked`: when, on the monotonic clock; `written`: what another process had written by then.
    """

    asked: float = 0.0
    version: DatasetVersion | None = None
    failure: DigiTerrError | None = None
    written: int = 0


class RemoteEngine:
    """An engine behind SPARQL 1.1 Protocol. Its version is the number that `VERSION_GRAPH` holds.

    Whoever else writes to the engine does not raise that number: answers are then cached too long by as much.
    Every write through this object raises it.
    """

    def __init__(self, settings: RemoteSettings) -> None:
        self.settings = settings
        self.client = Client(settings)
        self._known = _Known()
        self._asking = threading.Lock()
        self._one_writes = threading.Lock()
        self._followed = False

    @cached_property
    def profile(self) -> Profile:
        """What is particular to the engine: as the settings say, or as its Server header does."""
        if self.settings.profile is not None:
            return PROFILES.get(self.settings.profile, GENERIC)
        with self.client.ask("ASK {}", "ASK", "application/sparql-results+json") as response:
            with suppress(OSError, HTTPException):
                response.read()  # so that its connection is kept
            return recognised(response.headers.get("Server", ""))

    def patient(self) -> RemoteEngine:
        """The same engine, for questions that read the whole graph."""
        return RemoteEngine(replace(self.settings, timeout=max(self.settings.timeout, _PATIENCE)))

    def query(self, request: QueryRequest) -> Answer:
        """Ask the engine; its bytes are passed on as they come where it writes the format wanted."""
        answer = self._ask(request)
        version = None
        with suppress(DigiTerrError):  # not known yet: graphs are still being counted
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
        timeout = min(request.timeout or self.settings.timeout, self.settings.timeout)
        wanted = media_type
        if kind == "graph" and media_type not in self.profile.graph_types:
            wanted = self.profile.graph_types[0]
        end = time.monotonic() + timeout
        response = self.client.ask(text, form, wanted, self._dataset(request), timeout, request.abandoned)
        return Answer(kind, media_type, 0, body_of(response, kind, media_type, end, timeout), headers)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        """The solutions of a SELECT as terms; InputError for any other form."""
        request = QueryRequest(with_bindings(text, bindings or {}), accept="application/sparql-results+json")
        if query_form(text) != "SELECT":
            raise InputError(Text("Une requête SELECT est attendue ici.", "A SELECT query is expected here."))
        answer = self.query(request)
        variables, rows = _solutions(answer)
        return ResultSet(variables, rows, answer.version)

    def follow(self) -> None:
        """Ask for the version every second on a thread, so that `version` waits for nothing."""
        self._followed = True
        self._known = replace(self._known, failure=ServiceDownError())  # until the engine has answered
        threading.Thread(target=self._follow, name="version", daemon=True).start()

    def version(self) -> DatasetVersion | None:
        """The version that the engine holds, asked for once a second at most; None when it holds nothing.

        While the engine cannot be asked it is the last one known; raises the error when none is.
        """
        if not self._followed and time.monotonic() - self._known.asked >= _VERSION_SECONDS:
            with self._asking:
                if time.monotonic() - self._known.asked >= _VERSION_SECONDS:
                    self._ask_version()
        known, written = self._known, self._written_elsewhere()
        if known.version is None and written != known.written:  # no longer empty
            self.version_now()
            known = self._known
        if known.version is None and known.failure:
            raise known.failure
        found = known.version
        return replace(found, number=written) if found and written > found.number else found

    def _written_elsewhere(self) -> int:
        """The number that another process of this service gave the engine last, 0 if none did."""
        if self.settings.folder is not None:
            with suppress(OSError, ValueError):
                return int(os.readlink(self.settings.folder / _WRITTEN))  # noqa: PTH115 (called for every request)
        return 0

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One write at a time, so that no two have one number."""
        folder = self.settings.folder
        with self._one_writes, nullcontext() if folder is None else exclusive_lock(folder / "lock"):
            yield

    def version_now(self) -> DatasetVersion | None:
        """The version, asked for again whatever is known."""
        with self._asking:
            self._ask_version()
        return self._known.version

    def _follow(self) -> None:
        while self._followed:
            with self._asking:
                self._ask_version()
            time.sleep(_VERSION_SECONDS)

    def _ask_version(self) -> None:
        written = self._written_elsewhere()
        try:
            found = self._current(self._known.version)
        except DigiTerrError as error:
            self._known = replace(self._known, failure=error)
        except ValueError as error:
            self._known = replace(self._known, failure=EngineDiedError(f"no version: {error}"))
        else:
            self._known = _Known(time.monotonic(), found, None, written)

    def _current(self, known: DatasetVersion | None) -> DatasetVersion | None:
        """The version that the engine holds now; its graphs are counted, which takes time, if it is new."""
        found = self._rows(
            f"SELECT ?v ?d {{ GRAPH <{VERSION_GRAPH}> {{ ?s {OWL.versionInfo} ?v "
            f"OPTIONAL {{ ?s {DCTERMS.issued} ?d }} }} }}"
        )
        number, issued = (_lexical(found[0][0]), _lexical(found[0][1])) if found else ("", "")
        number = int(number or 0)
        if known is not None and known.number == number:
            return known
        graphs = {_lexical(graph): int(_lexical(size)) for graph, size in self._rows(_COUNT)}
        hidden = (VERSION_GRAPH, *self.profile.own_graphs)
        graphs = {graph: size for graph, size in graphs.items() if not graph.startswith(hidden)}
        if not graphs and not number:
            return None
        place, size = Path(self.settings.query), sum(graphs.values())
        created = datetime.fromisoformat(issued) if issued else datetime.now(UTC)
        return DatasetVersion(number, created, size, graphs, place)

    def checksums(self) -> dict[str, str]:
        """What `version_update` noted of each graph that was sent."""
        rows = self._rows(f"SELECT ?g ?c {{ GRAPH <{VERSION_GRAPH}> {{ ?g {SPDX.checksumValue} ?c }} }}")
        return {_lexical(graph): _lexical(value) for graph, value in rows}

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
        for graph in sorted(named if named is not None else self.settings.validated):
            self._permit(request.authority, graph)
        text = with_using(request.text, request.using_graphs, request.using_named_graphs)
        return self._written(lambda: self.client.update(text))

    def put_graph(self, graph: str | None, uploads: Sequence[Upload], authority: Authority) -> WriteReport:
        """Replace a graph's content."""
        self._permit(authority, graph or DEFAULT_GRAPH)
        existed = self.has_graph(graph)
        content = _as_n_triples(graph, uploads)
        return self._written(lambda: self._send("PUT", graph, content), existed)

    def post_graph(self, graph: str | None, uploads: Sequence[Upload], authority: Authority) -> WriteReport:
        """Add to a graph's content."""
        self._permit(authority, graph or DEFAULT_GRAPH)
        existed = self.has_graph(graph)
        content = _as_n_triples(graph, uploads)
        return self._written(lambda: self._send("POST", graph, content), existed)

    def delete_graph(self, graph: str | None, authority: Authority) -> WriteReport:
        """Remove a graph."""
        self._permit(authority, graph or DEFAULT_GRAPH)
        return self._written(lambda: self.client.graph_store("DELETE", graph, None))

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
        """Let the connections go."""
        self._followed = False
        self.client.close()

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

    def _send(self, method: str, graph: str | None, content: bytes) -> None:
        self.client.graph_store(method, graph, content, "application/n-triples")

    def _permit(self, authority: Authority, graph: str) -> None:
        """Raise ForbiddenError unless a graph may be written, by this author and through the service."""
        if not may_write(authority, graph):
            raise ForbiddenError(authority.name, graph)
        if graph.startswith(self.settings.validated):
            raise ForbiddenError(authority.name, graph, validated=True)

    def _written(self, write: Callable[[], object], existed: bool = True) -> WriteReport:
        """Write, raise the version, and tell by how much each graph grew or shrank."""
        with self._writing():
            before = self.version()
            write()
            number = (before.number if before else 0) + 1
            self.client.update(version_update(number))
            if self.settings.folder is not None:
                replace_link(self.settings.folder / _WRITTEN, Path(str(number)))
            after = self.version_now()
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
    try:
        result = pyoxigraph.parse_query_results(b"".join(answer.body), QueryResultsFormat.JSON)
        if not isinstance(result, QuerySolutions):
            raise EngineDiedError("it answered a SELECT with a boolean")
        return tuple(variable.value for variable in result.variables), tuple(tuple(row) for row in result)
    except SyntaxError as error:
        raise EngineDiedError(f"its answer is not what it says: {error}") from error


def _as_n_triples(graph: str | None, uploads: Sequence[Upload]) -> bytes:
    """What was uploaded, read here, so that every engine is told the same; InputError where it is no RDF."""
    triples = (quad.triple for quad in parsed(uploads, graph_name(graph)))
    return pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _lexical(term: Term | None) -> str:
    return "" if term is None else term.value


def version_update(number: int, checksums: Mapping[str, str] | None = None) -> str:
    """The update that gives the engine its next version number, and the checksums of its graphs, if given."""
    forget, facts = [OWL.versionInfo, DCTERMS.issued], [f'<{VERSION_GRAPH}> {OWL.versionInfo} "{number}"']
    facts.append(f'<{VERSION_GRAPH}> {DCTERMS.issued} "{datetime.now(UTC).isoformat()}"')
    if checksums is not None:
        forget.append(SPDX.checksumValue)
        facts += [f'<{graph}> {SPDX.checksumValue} "{value}"' for graph, value in checksums.items()]
    forgotten = " ; ".join(f"DELETE WHERE {{ GRAPH <{VERSION_GRAPH}> {{ ?s {one} ?v }} }}" for one in forget)
    return f"{forgotten} ; INSERT DATA {{ GRAPH <{VERSION_GRAPH}> {{ {' . '.join(facts)} }} }}"
