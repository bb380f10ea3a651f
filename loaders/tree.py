"""YAML as a tree that remembers places: the events of ruamel.yaml, bounded, with nothing executed.

Scalars stay the text that was written, so that `01004` is never a number and `no` never a truth value; the
format decides what each value is. Sizes are bounded before anything is expanded: a file cannot exhaust memory
through aliases or depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ..ontology.errors import InputError, Where
from ..ontology.text import Text

MAX_BYTES: Final = 500_000
MAX_NODES: Final = 20_000  # after aliases are expanded
MAX_ALIASES: Final = 100
MAX_DEPTH: Final = 24
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


# Escapes such as "\\0" or "\\uD800" name what no text holds, and RDF could not write.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A value as it was written. `plain` is false when it stood between quotation marks or was a block."""

    mark: Mark
    text: str
    plain: bool = True
    size: int = 1

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in NULLS


@dataclass(frozen=True, slots=True)
class SequenceNode:
    mark: Mark
    items: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys in the order of the file; keys written twice are both here."""

    mark: Mark
    entries: tuple[tuple[ScalarNode, Node], ...]
    size: int


Node = ScalarNode | SequenceNode | MappingNode


def read_bytes(path: Path) -> bytes:
    """The contents of a case file; InputError when it is missing, a folder, unreadable or too large."""
    where = Where(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(
            Text("ce fichier n’existe pas.", "there is no such file."),
            Text("Vérifiez le chemin.", "Check the path."),
            where,
        ) from None
    except IsADirectoryError:
        raise InputError(
            Text("c’est un dossier, pas un fichier.", "this is a folder, not a file."),
            Text("Donnez les fichiers .yaml qu’il contient.", "Name the .yaml files in it."),
            where,
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            Text(f"ce fichier ne peut pas être lu ({reason}).", f"this file cannot be read ({reason})."),
            Text("Vérifiez les droits d’accès.", "Check its permissions."),
            where,
        ) from None
    if len(content) > MAX_BYTES:
        raise InputError(
            Text("ce fichier dépasse 500 ko.", "this file is larger than 500 kB."),
            Text("Écrivez une étude de cas par fichier.", "Write one case study in each file."),
            where,
        )
    return content


def parse(content: bytes, file: str) -> Node:
    """The tree of one YAML document, or an InputError with its line and column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise InputError(
            Text("ce fichier n’est pas en UTF-8.", "this file is not in UTF-8."),
            Text(
                "Enregistrez-le en UTF-8 depuis votre éditeur.",
                "Save it with the UTF-8 encoding in your editor.",
            ),
            Where(file, line, column),
        ) from None
    try:
        return _Builder(file).document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
        raise _broken(error.problem or error.context or "", where) from None
    except YAMLError as error:
        raise _broken(str(error).splitlines()[0], _place_of_character(error, text, file)) from None
    except (ValueError, IndexError, AttributeError, AssertionError, OverflowError, RecursionError) as error:
        # The parser of ruamel.yaml lets a few of these out on hostile text.
        raise _broken(
            str(error).splitlines()[0] if str(error) else type(error).__name__, Where(file)
        ) from None


# What ruamel.yaml says of the commonest slips, in words for authors.
_PROBLEMS: Final = {
    "mapping values are not allowed": Text(
        "une clé se trouve là où un texte continue", "a key stands where a text goes on"
    ),
    "could not find expected ':'": Text(
        "il manque les deux-points d’une clé", "the colon of a key is missing"
    ),
    "expected ',' or": Text(
        "un crochet ou une accolade n’est pas refermé, ou une virgule manque",
        "a bracket or a brace is not closed, or a comma is missing",
    ),
    "<block end>": Text("l’alignement change au milieu d’un groupe", "the alignment changes within a group"),
    "end of stream": Text("un guillemet n’est pas refermé", "a quotation mark is not closed"),
    "cannot start any token": Text(
        "un texte commence par un signe réservé ou une tabulation",
        "a text starts with a reserved sign or a tab",
    ),
    "special characters": Text("un caractère invisible s’y trouve", "it holds an invisible character"),
}


def _broken(problem: str, where: Where) -> InputError:
    known = next((text for words, text in _PROBLEMS.items() if words in problem), Text(problem, problem))
    return InputError(
        Text(f"le YAML est mal formé : {known.fr}.", f"the YAML is malformed: {known.en}."),
        Text(
            "Regardez l’alignement, les deux-points suivis d’une espace et les guillemets de cette ligne et "
            "de celle qui précède.",
            "Look at the alignment, at colons followed by a space and at quotation marks on this line and "
            "the one before.",
        ),
        where,
    )


def _place_of_character(error: YAMLError, text: str, file: str) -> Where:
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return Where(file)
    before = text[:position]
    return Where(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


class _Builder:
    """Builds the tree from events, counting what aliases would expand to."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.anchors: dict[str, Node] = {}
        self.aliases = 0
        self.nodes = 0

    def document(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                raise self._refuse(
                    event,
                    Text("un second document commence ici.", "a second document starts here."),
                    Text("Gardez un seul document par fichier.", "Keep one document in each file."),
                )
            if isinstance(event, NodeEvent):
                root = self._node(event, events, depth=1)
            elif isinstance(event, StreamEndEvent):
                break
        if root is None or (isinstance(root, ScalarNode) and root.is_null):
            raise InputError(
                Text("ce fichier est vide.", "this file is empty."),
                Text(
                    "Partez d’un modèle : digiterr case new CODE --out FICHIER.",
                    "Start from a template: digiterr case new CODE --out FILE.",
                ),
                Where(self.file, 1, 1),
            )
        return root

    def _node(self, event: NodeEvent, events: Iterator[Any], depth: int) -> Node:
        mark = _mark(event)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        self._count(event, 1)
        if depth > MAX_DEPTH:
            raise self._refuse(
                event,
                Text("les valeurs s’emboîtent trop profondément.", "values are nested too deeply."),
                Text("Suivez le modèle de digiterr case new.", "Follow the template of digiterr case new."),
            )
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!":
            raise self._refuse(
                event,
                Text(f"l’étiquette YAML {tag} est refusée.", f"the YAML tag {tag} is refused."),
                Text("Écrivez la valeur sans étiquette.", "Write the value without a tag."),
            )
        node: Node
        if isinstance(event, ScalarEvent):
            if _UNPRINTABLE.search(event.value):
                raise self._refuse(
                    event,
                    Text(
                        "ce texte contient un caractère invisible.", "this text holds an invisible character."
                    ),
                    Text("Réécrivez-le au clavier.", "Type it again."),
                )
            node = ScalarNode(mark, event.value, plain=event.style is None)
        elif isinstance(event, SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(following := next(events), SequenceEndEvent):
                items.append(self._node(following, events, depth + 1))
            node = SequenceNode(mark, tuple(items), 1 + sum(item.size for item in items))
        else:
            node = self._mapping(event, events, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _mapping(self, event: NodeEvent, events: Iterator[Any], depth: int) -> MappingNode:
        entries: list[tuple[ScalarNode, Node]] = []
        while isinstance(following := next(events), NodeEvent):
            key = self._node(following, events, depth + 1)
            if not isinstance(key, ScalarNode):
                raise self._refuse(
                    following,
                    Text("une clé doit être un mot.", "a key must be a word."),
                    Text(
                        "Mettez entre guillemets un texte qui commence par [ ou {.",
                        "Quote a text that starts with [ or {.",
                    ),
                )
            entries.append((key, self._node(next(events), events, depth + 1)))
        size = 1 + sum(1 + value.size for _, value in entries)
        assert isinstance(event, MappingStartEvent)  # noqa: S101  # the only node event left
        return MappingNode(_mark(event), tuple(entries), size)

    def _alias(self, event: AliasEvent) -> Node:
        self.aliases += 1
        node = self.anchors.get(event.anchor)
        if node is None:
            raise self._refuse(
                event,
                Text(
                    f"l’alias *{event.anchor} ne renvoie à rien qui précède.",
                    f"the alias *{event.anchor} names nothing before it.",
                ),
                Text(
                    "Mettez entre guillemets un texte qui commence par *.", "Quote a text that starts with *."
                ),
            )
        if self.aliases > MAX_ALIASES:
            raise self._too_large(event)
        self._count(event, node.size)
        return node

    def _count(self, event: NodeEvent, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._too_large(event)

    def _too_large(self, event: NodeEvent) -> InputError:
        return self._refuse(
            event,
            Text(
                f"ce fichier contient plus de {MAX_NODES} valeurs ou de {MAX_ALIASES} alias.",
                f"this file holds more than {MAX_NODES} values or {MAX_ALIASES} aliases.",
            ),
            Text("Écrivez les valeurs une à une, sans alias.", "Write values one by one, without aliases."),
        )

    def _refuse(self, event: Any, message: Text, hint: Text) -> InputError:
        mark = _mark(event)
        return InputError(message, hint, Where(self.file, mark.line, mark.column))


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)
