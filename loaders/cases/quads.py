"""From records to quads: one walk over what `key` declared, remembering the line of every IRI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode, Quad

from ...ontology.iris import DATA, graph_iri
from ...ontology.names import DT, RDF
from ..tree import Mark
from .evidence import Evidence
from .kinds import CONCEPTS, Resolve
from .model import Located, Nested, Record, Scope, Triple, specs
from .reader import walk

GRAPH: Final = graph_iri("cases")
Index = Mapping[str, Mapping[str, NamedNode]]
Places = dict[NamedNode | tuple[NamedNode, NamedNode], Mark]
"""Where a file describes a thing, or gives the first value of a property of a thing."""


def scope_of(root: Record) -> Scope:
    """The things of a case carry its code; those of a study stand for themselves."""
    return Scope(code=f"{root.name}-" if root.GROUP == "case" else "")


def index_names(root: Record) -> dict[str, dict[str, NamedNode]]:
    """The IRI of each thing that a file names, by group and name."""
    scope = scope_of(root)
    index: dict[str, dict[str, NamedNode]] = {}
    for record in walk(root):
        if record.GROUP and record.name:
            index.setdefault(record.GROUP, {}).setdefault(record.name, record.iri(scope))
    return index


@dataclass(slots=True)
class QuadWriter:
    """Writes the quads of one file.

    `places` fills with the place of what the file describes and of its values; `known` with what the file
    says of real things and the national register states already: needed to judge, never published twice.
    """

    root: Record
    names: Index
    places: Places = field(default_factory=dict)
    known: list[Triple] = field(default_factory=list)

    def quads(self) -> Iterator[Quad]:
        scope = scope_of(self.root)
        subject = self.root.iri(scope)
        for triple in self._describe(self.root, subject, scope):
            yield Quad(*triple, GRAPH)

    def _resolve(self, scope: Scope) -> Resolve:
        def resolve(groups: tuple[str, ...], name: str) -> NamedNode:
            for group in groups:
                if name in self.names.get(group, {}):
                    return self.names[group][name]
            return CONCEPTS[name]

        return resolve

    def _describe(self, record: Record, subject: NamedNode, scope: Scope) -> Iterator[Triple]:
        self.places.setdefault(subject, record.mark)
        for type_ in record.TYPES:
            yield subject, RDF.type, type_
        # What a file says of a real thing is named after the file: another file may speak of it too.
        anchor = f"{record.IRI_KIND}-{scope.code}{record.name}" if record.registered else _local(subject)
        yield from self._keys(record, subject, scope, anchor)

    def _keys(
        self, record: Record, subject: NamedNode, scope: Scope, anchor: str, path: str = ""
    ) -> Iterator[Triple]:
        resolve = self._resolve(scope)
        properties: list[NamedNode] = []
        objects: list[NamedNode] = []
        for name, (field_name, spec) in specs(type(record)).items():
            value = getattr(record, field_name)
            values = value if isinstance(value, tuple) else (value,)
            for number, each in enumerate(values, start=1):
                if isinstance(each, Evidence):
                    continue
                if isinstance(each, Located) and not isinstance(spec.kind, Nested):
                    for term in spec.kind.terms(each.value, resolve):
                        relation = spec.predicate or spec.inverse
                        if relation is not None and relation != DT.notStated:
                            properties.append(relation)
                            objects += [term] if isinstance(term, NamedNode) else []
                        if spec.identifying and spec.predicate is not None and record.registered:
                            self.known.append((subject, spec.predicate, term))
                        elif spec.predicate is not None:
                            self.places.setdefault((subject, spec.predicate), each.mark)
                            yield subject, spec.predicate, term
                        elif spec.inverse is not None and isinstance(term, NamedNode):
                            yield term, spec.inverse, subject
                elif isinstance(each, Record) and each.INLINE:
                    part = f"{name}-{number}" if spec.many else name
                    yield from self._keys(each, subject, scope, anchor, f"{path}-{part}" if path else part)
                elif isinstance(each, Record):
                    inner = Scope(scope.code, anchor.partition("-")[2], number)
                    child = each.iri(inner)
                    if spec.predicate is not None:
                        yield subject, spec.predicate, child
                    if spec.inverse is not None:
                        yield child, spec.inverse, subject
                    yield from self._describe(each, child, scope)
        yield from record.further(subject, scope)
        for number, evidence in enumerate(getattr(record, "evidence", ()), start=1):
            if record.STATEMENT:
                yield from self._evidence(evidence, subject, scope)
            else:
                part = f"-{path}" if path else ""
                statement = evidence.iri(Scope("", anchor + part, number))
                self.places.setdefault(statement, evidence.mark)
                yield statement, RDF.type, DT.Statement
                yield statement, DT.concerns, subject
                if path:
                    for value in dict.fromkeys(objects):
                        yield statement, DT.concerns, value
                    for property_ in dict.fromkeys(properties):
                        yield statement, DT.aboutProperty, property_
                yield from self._evidence(evidence, statement, scope)

    def _evidence(self, evidence: Evidence, statement: NamedNode, scope: Scope) -> Iterator[Triple]:
        resolve = self._resolve(scope)
        for field_name, spec in specs(Evidence).values():
            located = getattr(evidence, field_name)
            if field_name == "source" and located is None:
                located = getattr(self.root, "source", None)
            if located is not None and spec.predicate is not None and not isinstance(spec.kind, Nested):
                for term in spec.kind.terms(located.value, resolve):
                    yield statement, spec.predicate, term
        if self.root.GROUP == "case":
            yield statement, DT.aboutCase, self.root.iri(scope)


def _local(iri: NamedNode) -> str:
    return iri.value.removeprefix(DATA)
