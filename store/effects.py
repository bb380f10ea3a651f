"""What an update changes, learnt from the update itself: the cost is that of the change, not of its graphs.

The engine tells nothing of what an update did. So each operation whose templates name their graphs is made
to write elsewhere: what it would delete and insert goes to graphs of other names, is read there, and is then
done. `INSERT DATA`, `DELETE DATA`, `DELETE WHERE` and `DELETE`/`INSERT ... WHERE` are such operations (SPARQL
1.1 Update, 3.1); for any other, the graphs have to be compared before and after.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Literal

from pyoxigraph import Quad, Store

from ..ontology.iris import BASE
from ..ontology.sparql_tokens import Token, tokens
from .graphs import graph_name
from .model import DEFAULT_GRAPH

# Before its `#`, an IRI that cannot be read as the end of a comparison (`?a<x:b#>`) and a comment.
CERTAIN_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^#]*(#.*)?|[A-Za-z][A-Za-z0-9+.\-]*:[^#?$()]*")

_Sign = Literal["added", "removed"]


@dataclass(frozen=True, slots=True)
class Effects:
    """The quads that came to a store and those that left it."""

    added: set[Quad] = field(default_factory=set)
    removed: set[Quad] = field(default_factory=set)

    def remove(self, store: Store, quads: Iterable[Quad]) -> None:
        """Remove quads from the store, and note those that were there."""
        for quad in quads:
            if quad in store:
                store.remove(quad)
                if quad in self.added:
                    self.added.remove(quad)
                else:
                    self.removed.add(quad)

    def add(self, store: Store, quads: Iterable[Quad]) -> None:
        """Add quads to the store, and note those that were not there."""
        fresh = {quad for quad in quads if quad not in store}
        store.extend(fresh)
        self.added.update(fresh - self.removed)
        self.removed.difference_update(fresh)


def update_by_effects(store: Store, text: str) -> Effects | None:
    """Run an update and tell what it changed; None, with nothing done, if its tokens do not tell its graphs.

    SyntaxError for a text that is not an update.
    """
    try:
        operations = list(_operations(text))
    except _UnclearError:
        return None
    Store().update(text, base_iri=BASE)  # its tokens are those of a correct text
    effects = Effects()
    for operation in operations:
        scene = Store() if operation.ground else store
        scene.update(operation.text, base_iri=BASE)
        found = {place: _taken(scene, place) for place in operation.places}
        effects.remove(store, _of("removed", found))
        effects.add(store, _of("added", found))
    return effects


def graphs_written(text: str) -> frozenset[str] | None:
    """The graphs that an update may write to; None if its tokens do not tell them."""
    try:
        return frozenset(place.graph for operation in _operations(text) for place in operation.places)
    except _UnclearError:
        return None


class _UnclearError(Exception):
    """The tokens of an update do not tell which graphs it writes."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A graph that is written instead of the one that is meant, and what becomes of its quads there."""

    elsewhere: str
    graph: str
    sign: _Sign


@dataclass(frozen=True, slots=True)
class _Operation:
    """One operation, made to write to other graphs. `ground`: it reads nothing."""

    text: str
    places: tuple[_Place, ...]
    ground: bool


def _taken(scene: Store, place: _Place) -> list[Quad]:
    """What an operation wrote to a graph of another name, which goes."""
    name, meant = graph_name(place.elsewhere), graph_name(place.graph)
    quads = scene.quads_for_pattern(None, None, None, name)
    found = [Quad(quad.subject, quad.predicate, quad.object, meant) for quad in quads]
    scene.remove_graph(name)
    return found


def _of(sign: _Sign, found: Mapping[_Place, list[Quad]]) -> Iterator[Quad]:
    return chain.from_iterable(quads for place, quads in found.items() if place.sign == sign)


def _operations(text: str) -> Iterator[_Operation]:
    prologue: list[str] = []
    prefixes: dict[str, str] = {}
    for part in _parts(text):
        place = 0
        while place < len(part) and part[place].text.upper() == "PREFIX":
            if place + 2 >= len(part):
                raise _UnclearError
            prefixes[part[place + 1].text] = part[place + 2].text[1:-1]
            prologue += [token.text for token in part[place : place + 3]]
            place += 3
        if place < len(part):
            yield _Rewriting(text, part[place:], prefixes).operation(" ".join(prologue))


def _parts(text: str) -> Iterator[list[Token]]:
    """The tokens of each operation, its prologue before it, without white space and comments."""
    part: list[Token] = []
    depth = 0
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        if "\\" in token.text and token.kind != "string":
            raise _UnclearError  # escapes may spell keywords and names in other ways
        if token.kind == "iri" and not CERTAIN_IRI.fullmatch(token.text[1:-1]):
            raise _UnclearError
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == ";" and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


class _Rewriting:
    """Rewrites one operation."""

    def __init__(self, text: str, part: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self._text = text
        self._part = part
        self._prefixes = prefixes
        self._at = 0
        self._prefix = f"urn:uuid:{uuid.uuid4()}#"
        self._places: dict[_Place, None] = {}

    def operation(self, prologue: str) -> _Operation:
        """The operation with its templates turned elsewhere."""
        with_graph, head = DEFAULT_GRAPH, ""
        if self._word(0) == "WITH":
            with_graph = self._iri(self._part[1])
            head, self._at = f"WITH <{with_graph}>", 2
        form, qualifier = self._word(0), self._word(1)
        signs: dict[str, _Sign] = {"INSERT": "added", "DELETE": "removed"}
        if form not in signs:
            raise _UnclearError
        if qualifier == "DATA":
            self._at += 2
            body = f"INSERT DATA {{ {self._template(signs[form], with_graph)} }}"
        elif form == "DELETE" and qualifier == "WHERE":
            self._at += 2
            pattern = self._written(self._part[self._at :])
            body = f"INSERT {{ {self._template('removed', with_graph)} }} WHERE {pattern}"
        else:
            templates: list[str] = []
            while (word := self._word(0)) in signs:
                self._at += 1
                templates.append(self._template(signs[word], with_graph))
            body = f"INSERT {{ {' '.join(templates)} }} {self._written(self._part[self._at :])}"
        return _Operation(f"{prologue} {head} {body}", tuple(self._places), qualifier == "DATA")

    def _template(self, sign: _Sign, default: str) -> str:
        """The group that begins here, its quads written to other graphs; read past it."""
        self._expect("{")
        pieces: list[str] = []
        run: list[Token] = []
        while (token := self._next()).text != "}":
            if token.kind == "word" and token.text.upper() == "GRAPH":
                pieces += [self._elsewhere(run, default, sign)]
                graph, run = self._iri(self._next()), []
                self._expect("{")
                inner: list[Token] = []
                while (token := self._next()).text != "}":
                    inner.append(token)
                pieces += [self._elsewhere(inner, graph, sign)]
            else:
                run.append(token)
        return " ".join([*pieces, self._elsewhere(run, default, sign)])

    def _elsewhere(self, triples: Sequence[Token], graph: str, sign: _Sign) -> str:
        if any(token.text in ("{", "|") for token in triples):
            raise _UnclearError  # annotations of RDF 1.2
        if triples and triples[0].text == ".":  # it ended the GRAPH before
            triples = triples[1:]
        if not triples:
            return ""
        place = _Place(f"{self._prefix}{sign}-{graph}", graph, sign)
        self._places[place] = None
        return f"GRAPH <{place.elsewhere}> {{ {self._written(triples)} }}"

    def _iri(self, token: Token) -> str:
        """The IRI of a graph; a variable, or a name that has no prefix here, is not clear."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        if token.kind != "prefixed_name" or f"{prefix}:" not in self._prefixes or "%" in local:
            raise _UnclearError
        return self._prefixes[f"{prefix}:"] + local

    def _word(self, ahead: int) -> str:
        place = self._at + ahead
        return self._part[place].text.upper() if place < len(self._part) else ""

    def _next(self) -> Token:
        if self._at >= len(self._part):
            raise _UnclearError
        self._at += 1
        return self._part[self._at - 1]

    def _expect(self, text: str) -> None:
        if self._next().text != text:
            raise _UnclearError

    def _written(self, part: Sequence[Token]) -> str:
        """Tokens that follow one another, as they were written."""
        return self._text[part[0].start : part[-1].end] if part else ""
