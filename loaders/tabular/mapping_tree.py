"""What readers of a mapping find in its tree: keys, lists and texts, or a refusal with their place."""

from __future__ import annotations

from typing import Final, NoReturn

from ...ontology.errors import InputError, Where
from ...ontology.text import Text, did_you_mean
from ..tree import MappingNode, Node, ScalarNode, SequenceNode

ALIASES: Final = {
    "source": "sources", "subjects": "subject", "s": "subject", "po": "predicateobjects",
    "p": "predicates", "predicate": "predicates", "o": "objects", "object": "objects",
    "v": "value", "c": "condition", "fn": "function", "f": "function", "pms": "parameters",
}  # fmt: skip


class TreeReader:
    """Reads the nodes of one file, whose name is told with every refusal."""

    def __init__(self, file: str) -> None:
        self.file = file

    def _keys(self, node: Node, known: set[str]) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            self._refuse(
                node,
                f"attendu : les clés {', '.join(sorted(known))}.",
                f"expected: the keys {', '.join(sorted(known))}.",
            )
        found: dict[str, Node] = {}
        for key, value in node.entries:
            name = ALIASES.get(key.text, key.text)
            if name not in known:
                self._unknown(self._where(key), key.text, sorted(known))
            if name in found:
                self._refuse(key, f"« {key.text} » figure deux fois.", f"“{key.text}” stands twice.")
            found[name] = value
        return found

    def _entries(self, node: Node | None) -> list[tuple[str, Node]]:
        if node is None:
            return []
        if not isinstance(node, MappingNode):
            self._refuse(node, "attendu : des noms et leurs valeurs.", "expected: names and their values.")
        return [(key.text, value) for key, value in node.entries]

    def _list(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        return list(node.items) if isinstance(node, SequenceNode) else [node]

    def _required(self, parts: dict[str, Node], key: str, node: Node) -> Node:
        if key not in parts:
            self._refuse(node, f"il manque « {key} ».", f"“{key}” is missing.")
        return parts[key]

    def _text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            self._refuse(node, "attendu : un texte.", "expected: a text.")
        return node.text

    def _where(self, node: Node) -> Where:
        return Where(self.file, node.mark.line, node.mark.column)

    def _unknown(self, where: Where, name: str, known: list[str]) -> NoReturn:
        hint = did_you_mean(name, known) or Text(
            fr=f"Connus : {', '.join(known)}.", en=f"Known: {', '.join(known)}."
        )
        raise InputError(
            Text(
                fr=f"« {name} » est inconnu ou hors du sous-ensemble pris en charge.",
                en=f"“{name}” is unknown or outside the supported subset.",
            ),
            hint,
            where,
        )

    def _refuse(self, node: Node, fr: str, en: str) -> NoReturn:
        hint = Text(fr="Voir docs/sources.md.", en="See docs/sources.md.")
        raise InputError(Text(fr, en), hint, self._where(node))
