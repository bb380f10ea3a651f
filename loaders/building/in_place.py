"""The workspace of a build that changes little: a copy of what is published, changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import NamedNode, Quad, Store, Triple

from ...ontology.iris import graph_iri, inferred_graph_iri
from ...ontology.reasoning import Change, RuleSet, maintain
from ...store.contents import Draft
from ...store.graphs import as_statements, size_of
from ...store.model import DatasetVersion
from ...store.service.changes import changes_file, write_changes
from ...store.writing import Changes, GraphWrite
from .workspace import PROVENANCE, Workspace

MOST_CHANGED: Final = 50_000
"""Statements that differ, up to which a build changes what is published rather than making graphs anew."""


class SmallChange(Workspace):
    """A hard-link copy of what is published, in which statements are added and removed one by one.

    `changes`: by the name of each source that was read, how it differs.
    """

    def __init__(self, draft: Draft, changes: Mapping[str, Change]) -> None:
        super().__init__(draft)
        self._removed: dict[NamedNode, set[Triple]] = {}
        self._added: dict[NamedNode, set[Triple]] = {}
        self._unfollowed: dict[NamedNode, Change] = {}  # what is to be inferred from
        self._told: set[Triple] = set()
        self._changes = changes
        self._before = set(draft.base.graphs) if draft.base else set[str]()

    @property
    def store(self) -> Store:
        return self.draft.store

    def gather(self) -> None:
        for name, change in self._changes.items():
            self._apply(graph_iri(name), change)

    def changed_things(self, at_most: int) -> list[NamedNode] | None:
        """What statements that came and went are about and lead to, and what names things that are gone."""
        found: dict[NamedNode, None] = {}
        for graph, triples in (*self._removed.items(), *self._added.items()):
            for triple in triples:
                for end in (triple.subject, triple.object):
                    if isinstance(end, NamedNode) and self.describes_anywhere(end):
                        found[end] = None
                if isinstance(triple.subject, NamedNode) and not self.describes(graph, triple.subject):
                    for quad in self.store.quads_for_pattern(None, None, triple.subject, None):
                        if isinstance(quad.subject, NamedNode):
                            found[quad.subject] = None
                if len(found) > at_most:
                    return None
        return list(found)

    def describes_anywhere(self, node: NamedNode) -> bool:
        return next(self.store.quads_for_pattern(node, None, None, None), None) is not None

    def remove(self, quads: Sequence[Quad]) -> None:
        for quad in quads:
            if isinstance(quad.graph_name, NamedNode):
                self._apply(quad.graph_name, Change(removed=frozenset({quad.triple})), written=False)
                self.store.remove(quad)

    def infer(self, name: str, context: Sequence[str], rules: RuleSet) -> int:
        change = Change()
        for one in (*context, name):
            for graph in (graph_iri(one), inferred_graph_iri(one)):
                change |= self._unfollowed.get(graph, Change())
        mended = maintain(self.store, rules, name, context, change)
        self._apply(inferred_graph_iri(name), mended, written=False)
        return self.size(inferred_graph_iri(name))

    def inferred(self) -> None:
        self._unfollowed.clear()

    def tell(self, quads: Iterable[Quad]) -> None:
        written = Store()  # which writes values as the published store does
        written.extend(quads)
        triples = {quad.triple for quad in written}
        self._told |= triples
        there = {q.triple for q in self.store.quads_for_pattern(None, None, None, PROVENANCE)}
        self._apply(PROVENANCE, Change(added=frozenset(triples - there)))

    def size(self, graph: NamedNode) -> int:
        if self.draft.base is None or graph.value not in self.draft.base.graphs:
            return size_of(self.store, graph.value)
        change = len(self._added.get(graph, ())) - len(self._removed.get(graph, ()))
        return self.draft.base.graphs[graph.value] + change

    def finish(self) -> Mapping[str, int | None]:
        there = {q.triple for q in self.store.quads_for_pattern(None, None, None, PROVENANCE)}
        self._apply(PROVENANCE, Change(removed=frozenset(there - self._told)))
        for graph in self.draft.changed:
            self.store.add_graph(NamedNode(graph))  # it may be empty
        return {graph: self.size(NamedNode(graph)) for graph in self.draft.changed}

    def before_switch(self, version: DatasetVersion) -> None:
        """Keep the changes, so that a running service follows without reading all again."""
        if self.draft.base is None:
            return
        writes: dict[str, GraphWrite] = {}
        for graph in self.draft.changed:
            name = NamedNode(graph)
            added, removed = self._added.get(name, set()), self._removed.get(name, set())
            existed = graph in self._before
            if added or removed or not existed:
                size = version.graphs[graph]
                writes[graph] = GraphWrite(
                    graph, as_statements(added), as_statements(removed), size, existed, True
                )
        # versions/<number>/../.. is the data folder
        data_dir = self.draft.base.path.parents[1]
        write_changes(changes_file(data_dir, version.number), self.draft.base.number, Changes(writes))

    def _apply(self, graph: NamedNode, change: Change, written: bool = True) -> None:
        """Note what leaves and comes, and `written`: have it so in the store."""
        self.draft.changed.add(graph.value)
        self._unfollowed[graph] = self._unfollowed.get(graph, Change()) | change
        removed, added = self._removed.setdefault(graph, set()), self._added.setdefault(graph, set())
        for triple in change.removed:
            if triple in added:
                added.remove(triple)
            else:
                removed.add(triple)
            if written:
                self.store.remove(_quad(triple, graph))
        for triple in change.added:
            if triple in removed:
                removed.remove(triple)
            else:
                added.add(triple)
        if written:
            self.store.extend(_quad(triple, graph) for triple in change.added)


def _quad(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)
