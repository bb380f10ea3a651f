"""The index of names: written once for a version, read by every process that searches or matches.

Kept by Tantivy: terms compared exactly, by their beginning, or with a letter wrong (Levenshtein automata), in
the order of `weight`. https://github.com/quickwit-oss/tantivy-py
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from tantivy import Document, Index, Occur, Query, SchemaBuilder, Searcher, TextAnalyzerBuilder, Tokenizer

from ...ontology.text import Text
from .model import Thing
from .names import NameForms, distinct, fold
from .wording import wordings

_MEMORY: Final = 50_000_000  # bytes that the writer may take; Tantivy asks for 15 MB at least
_WORDS: Final = "words"
_FEW: Final = 16  # terms that are found sooner one by one than as a set


_FIELDS: Final = ("iri", "kind", "key", "core", "former", "code", "postcode", "within")


def _schema() -> Any:
    made = SchemaBuilder()
    for name in _FIELDS:
        made.add_text_field(name, stored=name == "iri", tokenizer_name="raw", index_option="basic")
    made.add_text_field("word", tokenizer_name=_WORDS, index_option="basic")
    made.add_unsigned_field("weight", fast=True)
    made.add_bytes_field("record", stored=True)
    return made.build()


@dataclass(frozen=True, slots=True)
class IndexedName:
    """A name of a thing. `former`: it bears it no more; `short`: without the words that tell its kind."""

    text: str
    forms: NameForms
    former: bool
    short: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing as the index gives it back."""

    thing: Thing
    names: tuple[IndexedName, ...]


def write_index(things: Iterable[Thing], folder: Path) -> int:
    """Write an index in an empty folder; how many things it holds."""
    schema = _schema()
    index = Index(schema, str(folder))
    _register(index)
    writer = index.writer(_MEMORY, 1)
    count = 0
    for thing in things:
        writer.add_document(_document(thing))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


class NameIndex:
    """An index opened for reading. Raises ValueError for a folder that holds none, or one made otherwise."""

    def __init__(self, folder: Path) -> None:
        index = Index.open(str(folder))
        for name in _FIELDS:
            Query.term_query(index.schema, name, "", "basic")
        _register(index)
        self._schema = index.schema
        self._searcher: Searcher = index.searcher()

    def __len__(self) -> int:
        return self._searcher.num_docs

    def find(self, query: Query, limit: int, start: int = 0) -> tuple[list[Entry], int]:
        """The entries that a query finds, the weightiest first, from `start` on, and how many there are."""
        found: Any = self._searcher.search(query, limit, order_by_field="weight", offset=start)
        return [_entry(self._searcher.doc(address)["record"][0]) for _, address in found.hits], found.count

    def count(self, query: Query) -> int:
        found: Any = self._searcher.search(query, 1)
        return found.count

    def iris(self, query: Query, limit: int, start: int = 0) -> list[str]:
        """The IRIs alone of what a query finds, the weightiest first."""
        found: Any = self._searcher.search(query, limit, order_by_field="weight", offset=start)
        return [self._searcher.doc(address)["iri"][0] for _, address in found.hits]

    def thing(self, iri: str) -> Thing | None:
        found, _ = self.find(self.term("iri", iri), 1)
        return found[0].thing if found else None

    def term(self, name: str, value: str) -> Query:
        return Query.term_query(self._schema, name, value, "basic")

    def any_of(self, name: str, values: Sequence[str]) -> Query:
        if len(values) <= _FEW:
            return one_of(*(self.term(name, value) for value in values))
        return Query.term_set_query(self._schema, name, list(values))

    def near(self, name: str, value: str, distance: int) -> Query:
        """Terms at most so many letters away, two letters swapped being one."""
        return Query.fuzzy_term_query(self._schema, name, value, distance)

    def beginning(self, name: str, value: str, distance: int = 0) -> Query:
        """Terms that begin so, or with so many letters wrong."""
        return Query.fuzzy_term_query(self._schema, name, value, distance, prefix=True)

    @cached_property
    def nothing(self) -> Query:
        return Query.empty_query()


def all_of(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def one_of(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _register(index: Index) -> None:
    index.register_tokenizer(_WORDS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())


def _named(thing: Thing) -> list[IndexedName]:
    """Its names, and those without the words that tell its kind, which people leave out."""
    found: dict[tuple[str, bool], IndexedName] = {}
    for former, texts in ((False, (thing.label.fr, thing.label.en, *thing.names)), (True, thing.former)):
        for text in distinct(texts):
            for one in wordings(text):
                own = not one.stripped or any(kind.value in thing.kinds for kind in one.kinds)
                if own and one.name.key:
                    found.setdefault(
                        (one.name.words, former), IndexedName(text, one.name, former, one.stripped)
                    )
    return list(found.values())


def _document(thing: Thing) -> Document:
    made = Document()
    names = _named(thing)
    made.add_text("iri", thing.iri)
    for kind in thing.kinds:
        made.add_text("kind", kind)
    for key in {one.forms.key for one in names if not one.former}:
        made.add_text("key", key)
    for core in {one.forms.core for one in names if not one.former}:
        made.add_text("core", core)
    for key in {one.forms.key for one in names if one.former}:
        made.add_text("former", key)
    for words in {one.forms.words for one in names}:
        made.add_text("word", words)
    for code in thing.codes:
        made.add_text("code", fold(code))
    for code in thing.postcodes:
        made.add_text("postcode", code)
    for place in thing.within:
        made.add_text("within", place)
    made.add_unsigned("weight", thing.weight)
    made.add_bytes("record", _record(thing, names))
    return made


def _record(thing: Thing, names: Sequence[IndexedName]) -> bytes:
    content = (
        thing.iri, thing.kinds, (thing.label.fr, thing.label.en), (thing.about.fr, thing.about.en),
        thing.names, thing.former, thing.codes, thing.postcodes, thing.within, thing.bodies, thing.weight,
        [(one.text, one.forms.words, one.forms.key, one.forms.core, one.former, one.short) for one in names],
    )  # fmt: skip
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(record: bytes) -> Entry:
    iri, kinds, label, about, names, former, codes, postcodes, within, bodies, weight, named = json.loads(
        bytes(record)
    )
    thing = Thing(
        iri, tuple(kinds), Text(*label), Text(*about), tuple(names), tuple(former), tuple(codes),
        tuple(postcodes), tuple(within), tuple(bodies), weight,
    )  # fmt: skip
    return Entry(
        thing,
        tuple(
            IndexedName(text, NameForms(words, key, core), former, short)
            for text, words, key, core, former, short in named
        ),
    )
