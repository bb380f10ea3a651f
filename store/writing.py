"""One write as a transaction: what it does to a copy of the dataset, and what changed by it.

Most writes tell what they change (`effects`). The engine reports nothing of what the others did, so the
graphs they may have changed are compared before and after, as sets of N-Triples lines: exact, and cheap for
graphs of the size that people edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad, Store

from ..ontology.errors import DigiTerrError, InputError, Where
from ..ontology.iris import BASE
from ..ontology.sparql_tokens import calls, tokens
from ..ontology.text import Text
from .effects import CERTAIN_IRI, Effects, update_by_effects
from .federation import Fetch, with_documents, with_services
from .formats import GRAPHS
from .graphs import GraphName, as_statements, graph_name, graphs_of, size_of, statements_of
from .model import DEFAULT_GRAPH, Authority, Upload
from .outline import refuse_calls
from .syntax import syntax_error

# Changes a store; tells what it changed, or which graphs it may have changed (None: any).
Write = Callable[[Store], "Effects | frozenset[str] | None"]


class ForbiddenError(DigiTerrError):
    """A write to a graph that its author may not write (HTTP 403)."""

    code = "forbidden"
    status = 403

    def __init__(self, author: str, graph: str, validated: bool = False) -> None:
        name = "default" if graph == DEFAULT_GRAPH else graph
        super().__init__(
            Text(
                f"Le jeton « {author} » ne permet pas d’écrire dans le graphe {name}.",
                f"The token {author!r} may not write to the graph {name}.",
            ),
            Text(
                "Ce graphe est validé : seule une construction (digiterr build) l’écrit.",
                "This graph is a validated one: only a build (digiterr build) writes it.",
            )
            if validated
            else Text("Rien n’a été modifié.", "Nothing was changed."),
        )


@dataclass(frozen=True, slots=True)
class GraphWrite:
    """What changed in one graph: the N-Triples lines that came and went, and how many it has now.

    `existed` and `exists`: whether it was, and is, a graph of the dataset, be it an empty one.
    """

    graph: str
    added: frozenset[bytes]
    removed: frozenset[bytes]
    size: int
    existed: bool
    exists: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write changed, by graph; a graph that it left as it was is not there."""

    graphs: Mapping[str, GraphWrite] = field(default_factory=dict)

    @property
    def added(self) -> int:
        return sum(len(write.added) for write in self.graphs.values())

    @property
    def removed(self) -> int:
        return sum(len(write.removed) for write in self.graphs.values())


def perform(base: Store, store: Store, write: Write, authority: Authority) -> Changes:
    """Write to a copy of the base; what changed. ForbiddenError if the author may not write there."""
    told = write(store)
    before, after = graphs_of(base), graphs_of(store)
    if isinstance(told, Effects):
        found = _effected(store, told, before, after)
    elif told is None:
        found = _compared(base, store, before | after, before, after)
    else:
        looked_at = (told & (before | after)) | (before ^ after) | {DEFAULT_GRAPH}
        found = _compared(base, store, looked_at, before, after)
    for graph in found:
        if not may_write(authority, graph):
            raise ForbiddenError(authority.name, graph)
    return Changes(found)


def _effected(
    store: Store, effects: Effects, before: frozenset[str], after: frozenset[str]
) -> dict[str, GraphWrite]:
    """What a write tells that it changed, by graph."""
    changed = (before ^ after) | {_key(quad.graph_name) for quad in effects.added | effects.removed}
    return {
        graph: GraphWrite(
            graph,
            as_statements(quad.triple for quad in effects.added if _key(quad.graph_name) == graph),
            as_statements(quad.triple for quad in effects.removed if _key(quad.graph_name) == graph),
            size_of(store, graph),
            graph in before,
            graph in after,
        )
        for graph in sorted(changed)
    }


def _compared(
    base: Store, store: Store, graphs: frozenset[str], before: frozenset[str], after: frozenset[str]
) -> dict[str, GraphWrite]:
    """What differs between some graphs of two stores."""
    found: dict[str, GraphWrite] = {}
    for graph in sorted(graphs):
        old, new = statements_of(base, graph), statements_of(store, graph)
        existed, exists = graph in before, graph in after
        if old != new or existed != exists:
            found[graph] = GraphWrite(graph, new - old, old - new, len(new), existed, exists)
    return found


def may_write(authority: Authority, graph: str) -> bool:
    """Whether a pattern of the author's graphs covers a graph; `default` covers the unnamed one."""
    name = "default" if graph == DEFAULT_GRAPH else graph
    return any(fnmatchcase(name, pattern) for pattern in authority.graphs)


def updating(
    text: str,
    using: Sequence[str],
    using_named: Sequence[str],
    fetch: Fetch | None = None,
    may_load: bool = False,
) -> Write:
    """A SPARQL update, its dataset as the protocol has it (2.2.3).

    `fetch` answers SERVICE, and LOAD for those who may; both are refused without.
    """
    written = with_using(text, using, using_named)
    if fetch is not None and calls(written, "SERVICE"):
        written = with_services(written, fetch)
    if fetch is not None and may_load and calls(written, "LOAD"):
        written = with_documents(written, fetch)
    refuse_calls(written)

    def write(store: Store) -> Effects | frozenset[str] | None:
        try:
            effects = update_by_effects(store, written)
            if effects is not None:
                return effects
            store.update(written, base_iri=BASE)
        except SyntaxError as error:
            raise syntax_error(error, text) from error
        except (ValueError, RuntimeError) as error:
            raise InputError(
                Text(f"Mise à jour impossible : {error}.", f"This update cannot be made: {error}.")
            ) from error
        return graphs_named(text)

    return write


def replacing(graph: str | None, uploads: Sequence[Upload]) -> Write:
    """Graph Store Protocol PUT: the graph holds what was uploaded, and nothing else."""

    def write(store: Store) -> frozenset[str]:
        name = graph_name(graph)
        quads = parsed(uploads, name)
        store.clear_graph(name) if isinstance(name, DefaultGraph) else store.remove_graph(name)
        store.add_graph(name)
        store.extend(quads)
        return frozenset({graph or DEFAULT_GRAPH})

    return write


def merging(graph: str | None, uploads: Sequence[Upload]) -> Write:
    """Graph Store Protocol POST: what was uploaded is added to the graph."""

    def write(store: Store) -> Effects:
        name = graph_name(graph)
        effects = Effects()
        effects.add(store, parsed(uploads, name))
        store.add_graph(name)
        return effects

    return write


def dropping(graph: str | None) -> Write:
    """Graph Store Protocol DELETE."""

    def write(store: Store) -> frozenset[str]:
        store.remove_graph(graph_name(graph))
        return frozenset({graph or DEFAULT_GRAPH})

    return write


def patching(graph: str | None, text: str) -> Write:
    """Graph Store Protocol PATCH: an update of one graph, which its text sees as the default graph, alone."""

    def write(store: Store) -> frozenset[str]:
        name = graph_name(graph)
        alone = Store()
        alone.extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in store.quads_for_pattern(None, None, None, name)
        )
        updating(text, (), ())(alone)
        if next(alone.named_graphs(), None) is not None:
            raise InputError(
                Text(
                    "Une correction (PATCH) n’écrit que dans le graphe qu’elle désigne.",
                    "A PATCH writes to the graph it names and to no other.",
                ),
                Text("Retirez GRAPH, ou passez par /update.", "Remove GRAPH, or use /update."),
            )
        store.clear_graph(name)
        store.extend(Quad(quad.subject, quad.predicate, quad.object, name) for quad in alone)
        return frozenset({graph or DEFAULT_GRAPH})

    return write


def with_using(text: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    """The update with every WHERE reading the graphs given (SPARQL 1.1 Protocol, 2.2.3)."""
    dataset = "".join(f"USING <{_iri(graph)}> " for graph in using)
    dataset += "".join(f"USING NAMED <{_iri(graph)}> " for graph in using_named)
    if not dataset:
        return text
    pieces: list[str] = []
    written = depth = 0
    previous = ""
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        if token.kind == "word" and depth == 0 and token.text.upper() == "WHERE":
            pieces.append(text[written : token.start])
            if previous == "DELETE":  # DELETE WHERE {…} stands for DELETE {…} WHERE {…} (Update, 3.1.3.3)
                pieces.append(_group_at(text, token.end) + " ")
            pieces.append(dataset)
            written = token.start
        depth += (token.text == "{") - (token.text == "}")
        previous = token.text.upper()
    return "".join([*pieces, text[written:]])


def _group_at(text: str, place: int) -> str:
    depth, start = 0, None
    for token in tokens(text[place:]):
        if token.text == "{":
            start = token.start if start is None else start
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0 and start is not None:
                return text[place + start : place + token.end]
    return ""


def graphs_named(text: str) -> frozenset[str] | None:
    """Every IRI that a text names, or None when it may write to graphs that its tokens do not tell."""
    named: set[str] = set()
    prefixes: dict[str, str] = {}
    previous: list[str] = ["", ""]
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        word = token.text.upper() if token.kind == "word" else ""
        if word in ("ALL", "NAMED", "BASE", "LOAD") or ("\\" in token.text and token.kind != "string"):
            return None
        if token.kind == "variable" and previous[1] == "GRAPH":
            return None
        if token.kind == "iri":
            iri = token.text[1:-1]
            if not CERTAIN_IRI.fullmatch(iri):
                return None
            if previous[0] == "PREFIX":
                prefixes[previous[1]] = iri
            named.add(iri)
        elif token.kind == "prefixed_name":
            prefix, _, local = token.text.partition(":")
            named.add(prefixes.get(prefix + ":", "") + local)
        previous = [previous[1], word or token.text]
    return frozenset(named)


def parsed(uploads: Iterable[Upload], graph: GraphName) -> list[Quad]:
    """The triples of uploaded files, in a graph; blank nodes of two files are never one."""
    quads: list[Quad] = []
    for upload in uploads:
        try:
            parsed = pyoxigraph.parse(
                path=str(upload.path),
                format=GRAPHS[upload.media_type],
                base_iri=upload.base_iri,
                rename_blank_nodes=True,
                without_named_graphs=True,
            )
            quads.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed)
        except SyntaxError as error:
            message = str(error.msg).split(": ", 1)[-1]
            raise InputError(
                Text(f"Ce RDF est incorrect : {message}.", f"This RDF is not valid: {message}."),
                Text("Rien n’a été modifié.", "Nothing was changed."),
                Where(line=error.lineno, column=error.offset),
            ) from error
    return quads


def _key(name: GraphName) -> str:
    return DEFAULT_GRAPH if isinstance(name, DefaultGraph) else name.value


def _iri(graph: str) -> str:
    graph_name(graph)
    return graph
