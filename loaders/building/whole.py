"""The workspace of a build that makes whole graphs anew: in memory, the draft loaded on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

from ...ontology.iris import graph_iri, inferred_graph_iri
from ...ontology.reasoning import RuleSet, infer
from ...store.contents import Draft
from ...store.graphs import size_of
from ...store.loading import Loader
from ...store.model import DatasetVersion
from .workspace import PROVENANCE, Workspace


class WholeGraphs(Workspace):
    """Memory is faster to join in than the disk. Each file is loaded into both while the next is being made.

    `replaced`: the graphs of the base that are made anew; the others are copied.
    """

    def __init__(self, draft: Draft, replaced: Collection[str], folder: Path) -> None:
        super().__init__(draft)
        self._store = Store()
        self._loader = Loader(self._store)
        self._folder = folder
        self._spoilt: set[NamedNode] = set()
        self._sources: list[NamedNode] = []
        if draft.base is not None:
            kept = draft.base.graphs.keys() - set(replaced)
            path = draft.base.path
            self._loader.do(lambda store: _copy(path, kept, store))

    @property
    def store(self) -> Store:
        return self._store

    def add(self, name: str, quads: Path) -> None:
        """Add what was read of a source."""
        self._sources.append(graph_iri(name))
        self._loader.load(quads)
        self.draft.load(quads)

    def gather(self) -> None:
        self._loader.wait()

    def changed_things(self, at_most: int) -> list[NamedNode] | None:
        found: dict[NamedNode, None] = {}
        for graph in self._sources:
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                if isinstance(quad.subject, NamedNode):
                    found[quad.subject] = None
                    if len(found) > at_most:
                        return None
        return list(found)

    def remove(self, quads: Sequence[Quad]) -> None:
        for quad in quads:
            self._store.remove(quad)
            if isinstance(quad.graph_name, NamedNode):
                self.draft.changed.add(quad.graph_name.value)
        # A node without a name has another one in the draft: its graph is then written anew.
        nameless = {q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)}
        for quad in nameless:
            if isinstance(quad.graph_name, NamedNode):
                self._spoilt.add(quad.graph_name)
        named = [quad for quad in quads if quad not in nameless]
        self.draft.do(lambda store: [store.remove(quad) for quad in named])

    def infer(self, name: str, context: Sequence[str], rules: RuleSet) -> int:
        graph = inferred_graph_iri(name)
        infer(self._store, rules, name, context)
        # Inferences about blank nodes are left out: in a file of their own, they would be about others.
        self._store.update(
            f"DELETE {{ GRAPH {graph} {{ ?s ?p ?o }} }} "
            f"WHERE {{ GRAPH {graph} {{ ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }} }}"
        )
        self._write(graph)
        return self.size(graph)

    def tell(self, quads: Iterable[Quad]) -> None:
        self._store.extend(quads)

    def size(self, graph: NamedNode) -> int:
        return size_of(self._store, graph.value)

    def finish(self) -> Mapping[str, int | None]:
        for graph in self._spoilt:
            self.draft.do(lambda store, graph=graph: store.remove_graph(graph))
            self._write(graph)
        self._write(PROVENANCE)
        sizes: dict[str, int | None] = {graph: self.size(NamedNode(graph)) for graph in self.draft.changed}
        self._loader.close()
        del self._store
        return sizes

    def before_switch(self, version: DatasetVersion) -> None:
        pass

    def _write(self, graph: NamedNode) -> None:
        """Load a graph of the store into the draft."""
        path = self._folder / f"{graph.value.rpartition('/graph/')[2].replace('/', '-')}.nt"
        self._store.dump(str(path), format=RdfFormat.N_TRIPLES, from_graph=graph)
        self.draft.do(lambda store: store.add_graph(graph))  # it may be empty
        self.draft.load(path, graph.value)


def _copy(path: Path, graphs: Collection[str], store: Store) -> None:
    origin = Store.read_only(str(path))
    for graph in graphs:
        store.bulk_extend(origin.quads_for_pattern(None, None, None, NamedNode(graph)))
