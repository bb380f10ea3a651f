"""The datasets that the graph has from other sources, by what a duplicate would share with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from ...ontology.names import DCAT, DCTERMS, RDF
from .description import RESOURCES
from .likeness import likenesses

_ADDRESSES: Final = (DCAT.accessURL, DCAT.downloadURL)  # the latter counts, where there are both


class Elsewhere:
    """Datasets of all graphs but one. A likeness that several of them share tells none of them."""

    def __init__(self, store: Store | None, but: NamedNode) -> None:
        self._known: dict[str, str | None] = {}
        if store is None:
            return
        kinds = (store.quads_for_pattern(None, RDF.type, kind, None) for kind in RESOURCES)
        topics = {quad.subject for found in kinds for quad in found if quad.graph_name != but}
        identifiers: dict[object, list[str]] = defaultdict(list)
        for quad in store.quads_for_pattern(None, DCTERMS.identifier, None, None):
            if quad.subject in topics and isinstance(quad.object, Literal):
                identifiers[quad.subject].append(quad.object.value)
        files = self._files(store, but)
        for topic in topics:
            if isinstance(topic, NamedNode):
                self._enter(topic.value, likenesses(topic.value, identifiers[topic], files.get(topic, ())))

    def same_as(self, likeness: Iterable[str]) -> str | None:
        """The dataset that shares one of these keys with a record; None when none does."""
        return next((found for key in likeness if (found := self._known.get(key)) is not None), None)

    def _enter(self, topic: str, keys: Iterable[str]) -> None:
        for key in keys:
            self._known[key] = topic if self._known.get(key, topic) == topic else None

    def _files(self, store: Store, but: NamedNode) -> dict[object, list[str]]:
        addresses: dict[object, dict[NamedNode, list[str]]] = defaultdict(dict)
        for predicate in _ADDRESSES:
            for quad in store.quads_for_pattern(None, predicate, None, None):
                if isinstance(quad.object, NamedNode) and quad.graph_name != but:
                    addresses[quad.subject].setdefault(predicate, []).append(quad.object.value)
        files: dict[object, list[str]] = defaultdict(list)
        for quad in store.quads_for_pattern(None, DCAT.distribution, None, None):
            found = addresses.get(quad.object)
            if found and quad.graph_name != but:
                files[quad.subject] += found.get(DCAT.downloadURL) or found[DCAT.accessURL]
        return files
