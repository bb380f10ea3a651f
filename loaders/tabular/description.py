"""The description of a source (source.yml): what it is, whose, under which licence, and where its files are.

Keys are those of DCAT: title, description, publisher, licence, attribution, landing page, edition,
frequency. Each file has a path (within the folder given by --data, or within the source's own folder when it
is shipped), and, where its publisher's address is known, a URL and the SHA-256 of its content.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ..model import SourceDescription
from ..tree import MappingNode, Node, ScalarNode, parse, read_bytes
from .rows import Dialect

FILE_KEYS: Final = {"path", "url", "sha256", "max_bytes", "delimiter", "encoding", "shipped"}
KEYS: Final = {
    "name", "title", "description", "publisher", "licence", "attribution", "landing_page", "edition",
    "frequency", "files", "mapping", "needs",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source. `url` is its publisher's address, absent where it is not known for sure."""

    name: str
    path: str
    dialect: Dialect
    shipped: bool = False
    url: str | None = None
    sha256: str | None = None
    max_bytes: int = 200_000_000


@dataclass(frozen=True, slots=True)
class TabularDescription:
    """A source.yml, read: the DCAT facts, the files by name, the mapping, and the sources it builds on."""

    source: SourceDescription
    publisher: Text
    frequency: str | None
    files: dict[str, SourceFile]
    mapping: Path
    folder: Path
    needs: tuple[str, ...]


def read_description(path: Path) -> TabularDescription:
    """The description in a source.yml; InputError with line and column for what is missing or unknown."""
    reader = _Reader(str(path))
    entries = reader.entries(parse(read_bytes(path), str(path)), KEYS)
    root = Where(str(path), 1, 1)
    publisher = reader.entries(reader.required(entries, "publisher", root), {"fr", "en", "iri"})
    names = Text(
        reader.word(reader.required(publisher, "fr", root)),
        reader.word(reader.required(publisher, "en", root)),
    )
    files = {
        key.text: reader.file(key.text, value)
        for key, value in reader.mapping(reader.required(entries, "files", root)).entries
    }
    source = SourceDescription(
        name=reader.word(reader.required(entries, "name", root)),
        title=reader.both(entries, "title", root),
        description=reader.both(entries, "description", root),
        publisher=names.fr,
        licence=reader.word(reader.required(entries, "licence", root)),
        attribution=reader.both(entries, "attribution", root),
        landing_page=reader.optional(entries, "landing_page"),
        edition=reader.optional(entries, "edition"),
    )
    return TabularDescription(
        source,
        names,
        reader.optional(entries, "frequency"),
        files,
        path.parent / (reader.optional(entries, "mapping") or "mapping.yml"),
        path.parent,
        tuple((reader.optional(entries, "needs") or "").split()),
    )


class _Reader:
    def __init__(self, file: str) -> None:
        self.path = file

    def where(self, node: Node) -> Where:
        return Where(self.path, node.mark.line, node.mark.column)

    def mapping(self, node: Node) -> MappingNode:
        if not isinstance(node, MappingNode):
            raise self.wrong(node, "attendu : des clés et leurs valeurs.", "expected: keys and their values.")
        return node

    def entries(self, node: Node, known: set[str]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in self.mapping(node).entries:
            if key.text not in known or key.text in found:
                listed = ", ".join(sorted(known))
                raise self.wrong(
                    key,
                    f"clé « {key.text} » inconnue ou répétée (connues : {listed}).",
                    f"the key “{key.text}” is unknown or stands twice (known: {listed}).",
                )
            found[key.text] = value
        return found

    def required(self, entries: dict[str, Node], key: str, where: Where) -> Node:
        if key not in entries:
            raise InputError(
                Text(fr=f"il manque « {key} ».", en=f"“{key}” is missing."),
                Text(fr="Voir docs/sources.md.", en="See docs/sources.md."),
                where,
            )
        return entries[key]

    def word(self, node: Node) -> str:
        if not isinstance(node, ScalarNode) or node.is_null:
            raise self.wrong(node, "attendu : un texte.", "expected: a text.")
        return node.text

    def optional(self, entries: dict[str, Node], key: str) -> str | None:
        return self.word(entries[key]) if key in entries else None

    def both(self, entries: dict[str, Node], key: str, where: Where) -> Text:
        texts = self.entries(self.required(entries, key, where), {"fr", "en"})
        return Text(
            self.word(self.required(texts, "fr", where)), self.word(self.required(texts, "en", where))
        )

    def file(self, name: str, node: Node) -> SourceFile:
        entries = self.entries(node, FILE_KEYS)
        dialect = Dialect(
            self.optional(entries, "delimiter"), self.optional(entries, "encoding") or "utf-8-sig"
        )
        size = self.optional(entries, "max_bytes")
        return SourceFile(
            name,
            self.word(self.required(entries, "path", self.where(node))),
            dialect,
            shipped=self.optional(entries, "shipped") == "yes",
            url=self.optional(entries, "url"),
            sha256=self.optional(entries, "sha256"),
            max_bytes=int(size) if size and size.isdigit() else 200_000_000,
        )

    def wrong(self, node: Node, fr: str, en: str) -> InputError:
        return InputError(
            Text(fr, en), Text(fr="Voir docs/sources.md.", en="See docs/sources.md."), self.where(node)
        )
