"""The shapes graph: the triples of a set of SHACL files, indexed for reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ..ontology.errors import DigiTerrError, InputError, Where
from ..ontology.modules import MODULES
from ..ontology.text import Text
from .namespaces import RDF

Node = NamedNode | BlankNode | Literal


class ShapesError(DigiTerrError):
    """A shapes graph that SHACL does not allow, or that uses what this validator does not do."""

    code = "shapes"
    status = 422

    def __init__(self, node: object, fr: str, en: str, hint: Text | None = None) -> None:
        super().__init__(Text(f"Règles SHACL : {fr}.", f"SHACL rules: {en}."), hint, Where(pointer=str(node)))


class ShapesGraph:
    """Triples of SHACL shapes. Lexical forms stay as written, so that a report quotes them exactly."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self._objects: dict[Node, dict[NamedNode, list[Node]]] = defaultdict(dict)
        self._subjects: dict[NamedNode, dict[Node, list[Node]]] = defaultdict(dict)
        for triple in self.triples:
            subject, obj = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(obj, Triple):
                raise ShapesError(
                    triple, "un triplet cité n’a pas sa place ici", "a quoted triple has no place here"
                )
            self._objects[subject].setdefault(triple.predicate, []).append(obj)
            self._subjects[triple.predicate].setdefault(obj, []).append(subject)

    def values(self, subject: Node, predicate: NamedNode) -> list[Node]:
        return self._objects.get(subject, {}).get(predicate, [])

    def value(self, subject: Node, predicate: NamedNode) -> Node | None:
        """The one value of a property, or None. Raises ShapesError when there are several."""
        found = self.values(subject, predicate)
        if len(found) > 1:
            raise ShapesError(
                subject,
                f"{predicate} n’a qu’une valeur, {len(found)} sont données",
                f"{predicate} takes one value, {len(found)} are given",
            )
        return found[0] if found else None

    def predicates(self, subject: Node) -> list[NamedNode]:
        return list(self._objects.get(subject, {}))

    def subjects(self, predicate: NamedNode, obj: Node | None = None) -> list[Node]:
        index = self._subjects.get(predicate, {})
        if obj is not None:
            return index.get(obj, [])
        return list(dict.fromkeys(subject for subjects in index.values() for subject in subjects))

    def objects(self, predicate: NamedNode) -> list[Node]:
        return list(self._subjects.get(predicate, {}))

    def list_items(self, head: Node) -> list[Node]:
        """The members of an RDF list. Raises ShapesError for one that is not well formed."""
        items: list[Node] = []
        seen: set[Node] = set()
        cell = head
        while cell != RDF.nil:
            first, rest = self.value(cell, RDF.first), self.value(cell, RDF.rest)
            if first is None or rest is None or cell in seen:
                raise ShapesError(head, "cette liste RDF est mal formée", "this RDF list is not well formed")
            seen.add(cell)
            items.append(first)
            cell = rest
        return items

    def texts(self, subject: Node, predicate: NamedNode) -> Text | None:
        """A text in both languages; what is missing in one is taken from the other or from a plain string."""
        by_language = {
            value.language or "": value.value
            for value in reversed(self.values(subject, predicate))
            if isinstance(value, Literal)
        }
        if not by_language:
            return None
        any_text = by_language.get("") or by_language.get("en") or next(iter(by_language.values()))
        return Text(by_language.get("fr", any_text), by_language.get("en", any_text))


def read_shapes(*paths: Path) -> ShapesGraph:
    """Shapes from RDF files. Raises InputError with file, line and column for one that cannot be read."""
    triples: list[Triple] = []
    for path in paths:
        try:
            triples += [triple_of(quad) for quad in parse(path=str(path), rename_blank_nodes=len(paths) > 1)]
        except SyntaxError as error:
            raise InputError(
                Text(f"Turtle illisible : {error.msg}.", f"This Turtle cannot be read: {error.msg}."),
                where=Where(str(path), error.lineno, error.offset),
            ) from error
        except (OSError, ValueError) as error:
            raise InputError(
                Text(f"Lecture impossible : {error}.", f"Cannot read: {error}."), where=Where(str(path))
            ) from error
    return ShapesGraph(triples)


def triple_of(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)


@cache
def project_shapes() -> ShapesGraph:
    """The project's own shapes, all modules together."""
    triples: list[Triple] = []
    for module in MODULES:
        text = files("digiterr.shapes").joinpath(f"{module}.ttl").read_bytes()
        triples += [triple_of(quad) for quad in parse(text, RdfFormat.TURTLE, rename_blank_nodes=True)]
    return ShapesGraph(triples)
