"""SERVICE and LOAD without letting the engine out: what they name is fetched and written in their place.

`SERVICE <endpoint> { group }` becomes the solutions of the group, as a VALUES block: SPARQL joins the one as
it joins the other (SPARQL 1.1 Federated Query, 4). `LOAD <document>` becomes INSERT DATA. Blank nodes that
come from elsewhere become IRIs (RDF 1.1 Concepts, 3.5), since VALUES has no place for them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, QueryResultsFormat, QuerySolutions

from ..ontology import iris
from ..ontology.errors import DigiTerrError, InputError
from ..ontology.sparql_tokens import Token, tokens
from ..ontology.text import Text
from .formats import GRAPHS
from .model import Term
from .outline import CallRefusedError

_GENID: Final = iris.BASE + ".well-known/genid/"
_RESULTS: Final = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it was served: its media type, without parameters, and its bytes."""

    media_type: str
    content: bytes


# What to fetch: an address, and the query to post to it (None: the document at the address).
Fetch = Callable[[str, str | None], Fetched]


@dataclass(frozen=True, slots=True)
class _Call:
    """A clause to be replaced: its extent, what it names, and the tokens after that."""

    start: int
    address: str
    silent: bool
    after: list[Token]


def with_services(text: str, fetch: Fetch) -> str:
    """A query with its SERVICE clauses answered. CallRefusedError for an endpoint that is a variable."""
    pieces: list[str] = []
    written = 0
    prologue = text[: _prologue_end(text)]
    for call in _calls(text, "SERVICE"):
        if call.start < written:
            continue  # within a clause that is answered elsewhere as a whole
        start, end = _group(call)
        try:
            answer = fetch(call.address, f"{prologue} SELECT * WHERE {text[start:end]}")
            block = _values(answer)
        except DigiTerrError:
            if not call.silent:
                raise
            block = "{ }"
        pieces += [text[written : call.start], block]
        written = end
    if not pieces:
        raise CallRefusedError("SERVICE")
    return "".join([*pieces, text[written:]])


def with_documents(text: str, fetch: Fetch) -> str:
    """An update whose LOADs have been fetched."""
    pieces: list[str] = []
    written = 0
    for call in _calls(text, "LOAD"):
        end, graph = call.after[0].end if call.after else len(text), ""
        words = [token.text.upper() for token in call.after[1:3]]
        if words == ["INTO", "GRAPH"] and len(call.after) > 3:
            graph, end = call.after[3].text, call.after[3].end
        try:
            triples = _triples(fetch(call.address, None), call.address)
            data = f"GRAPH {graph} {{ {triples} }}" if graph else triples
        except DigiTerrError:
            if not call.silent:
                raise
            data = ""
        pieces += [text[written : call.start], f"INSERT DATA {{ {data} }}"]
        written = end
    if not pieces:
        raise CallRefusedError("LOAD")
    return "".join([*pieces, text[written:]])


def _calls(text: str, keyword: str) -> list[_Call]:
    code = [token for token in tokens(text) if token.kind not in ("space", "comment")]
    prefixes: dict[str, str] = {}
    found: list[_Call] = []
    for index, token in enumerate(code):
        if token.kind != "word":
            continue
        word = token.text.upper()
        if word == "PREFIX" and index + 2 < len(code):
            prefixes[code[index + 1].text] = code[index + 2].text[1:-1]
        if word != keyword:
            continue
        place = index + 1
        silent = place < len(code) and code[place].text.upper() == "SILENT"
        place += silent
        address = _address(code[place], prefixes) if place < len(code) else None
        if address is None:
            raise CallRefusedError(keyword)
        found.append(_Call(token.start, address, silent, code[place:]))
    return found


def _address(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    if token.kind == "prefixed_name" and prefix + ":" in prefixes:
        return prefixes[prefix + ":"] + local
    return None


def _group(call: _Call) -> tuple[int, int]:
    depth, start = 0, None
    for token in call.after[1:]:
        if token.text == "{":
            start = token.start if start is None else start
            depth += 1
        elif token.text == "}":
            depth -= 1
        if start is None:
            break
        if depth == 0:
            return start, token.end
    raise CallRefusedError("SERVICE", call.address)


def _prologue_end(text: str) -> int:
    forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE", "WITH")
    words = (token for token in tokens(text) if token.kind == "word" and token.text.upper() in forms)
    first = next(words, None)
    return first.start if first else 0


def _values(answer: Fetched) -> str:
    try:
        solutions = pyoxigraph.parse_query_results(answer.content, QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise _unreadable(str(error)) from error
    if not isinstance(solutions, QuerySolutions):
        raise _unreadable(_RESULTS)
    names = " ".join(str(variable) for variable in solutions.variables)
    nodes = _Names()
    rows = " ".join(f"({' '.join(map(nodes.written, solution))})" for solution in solutions)
    return f"{{ VALUES ({names}) {{ {rows} }} }}"


def _triples(document: Fetched, address: str) -> str:
    rdf_format = GRAPHS.get(document.media_type)
    if rdf_format is None:
        raise _unreadable(document.media_type)
    try:
        quads = list(
            pyoxigraph.parse(document.content, rdf_format, base_iri=address, rename_blank_nodes=True)
        )
    except SyntaxError as error:
        raise _unreadable(str(error.msg)) from error
    return " ".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads)


class _Names:
    """The terms of one answer as SPARQL writes them, with one IRI for each of its blank nodes."""

    def __init__(self) -> None:
        self._prefix = f"{_GENID}{uuid.uuid4()}-"

    def written(self, term: Term | object) -> str:
        if term is None:
            return "UNDEF"
        return str(NamedNode(self._prefix + term.value) if isinstance(term, BlankNode) else term)


def _unreadable(said: str) -> InputError:
    return InputError(
        Text(
            f"La réponse de ce service est illisible : {said}.",
            f"That service's answer is not usable: {said}.",
        )
    )
