"""The columns of a version: terms numbered in their order, quads sorted by predicate in two ways."""

from __future__ import annotations

import os
import threading
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from pyoxigraph import RdfFormat, Store

from ...ontology.text import Text, grouped
from ..durability import whole
from ..embedded import EmbeddedEngine, open_store
from ..versions import Versions
from .reading import LARGEST_INTEGER, columns_folder

_INTEGER: Final = b'"^^<http://www.w3.org/2001/XMLSchema#integer>'


def prepare(_: EmbeddedEngine, data_dir: Path, version: int) -> Text:
    """Write the columns of a version; in the table of what is made of each version."""
    versions = Versions(data_dir)
    with versions.reading(version) as found:
        quads = make_columns(open_store(found), columns_folder(data_dir, version))
    return Text(f"{grouped(quads, 'fr')} quads en colonnes.", f"{grouped(quads, 'en')} quads in columns.")


def make_columns(store: Store, folder: Path) -> int:
    """Write the columns of a store's quads into a folder; how many quads there are."""
    reading, writing = os.pipe()

    def dump() -> None:
        with os.fdopen(writing, "wb", buffering=1 << 20) as output:
            store.dump(output, RdfFormat.N_QUADS)

    thread = threading.Thread(target=dump)
    thread.start()
    with os.fdopen(reading, "rb", buffering=1 << 20) as lines:
        terms, quads = _numbered(lines)
    thread.join()
    with whole(folder) as draft:
        draft.mkdir()
        number = _write_terms(draft, terms)
        _write_quads(draft, *(number[column] for column in quads))
    return len(quads[0])


def _numbered(lines: Iterable[bytes]) -> tuple[list[bytes], list[np.ndarray]]:
    """Every term in the order of its first appearance, and four columns of their numbers (s, p, o, g)."""
    numbers: dict[bytes, int] = {}
    columns = [array("i") for _ in range(4)]
    add_s, add_p, add_o, add_g = (column.append for column in columns)
    number = numbers.setdefault
    end, graph = b"?", 0  # of a line in the graph of the line before
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if rest.endswith(end):
            value = rest[: -len(end)]
        else:
            # The third of three is the full stop; the second is a graph, or the end of a literal with spaces.
            cut = rest.rsplit(b" ", 2)
            if len(cut) == 3 and cut[1][:1] in b"<_" and cut[1][-1:] != b'"':
                value, end = cut[0], b" %b %b" % (cut[1], cut[2])
                graph = number(cut[1], len(numbers))
            else:
                value, end = rest[: -1 - len(cut[-1])], b"?"
                graph = number(b"", len(numbers))
        add_s(number(subject, len(numbers)))
        add_p(number(predicate, len(numbers)))
        add_o(number(value, len(numbers)))
        add_g(graph)
    return list(numbers), [np.frombuffer(column, np.int32) for column in columns]


def _write_terms(folder: Path, terms: list[bytes]) -> np.ndarray:
    """Write the terms, IRIs first in the order of SPARQL (by code point); the final number of each."""
    order = sorted(range(len(terms)), key=lambda i: (terms[i][:1] != b"<", terms[i].rstrip(b">")))
    number = np.empty(len(terms), np.int32)
    number[order] = np.arange(len(terms), dtype=np.int32)
    integers = np.full(len(terms), np.nan)
    lengths = np.empty(len(terms) + 1, np.int64)
    lengths[0] = 0
    with (folder / "terms").open("wb") as output:
        for place, i in enumerate(order):
            term = terms[i]
            output.write(term)
            lengths[place + 1] = len(term)
            if term.endswith(_INTEGER):
                value = int(term[1 : -len(_INTEGER)])
                if abs(value) <= LARGEST_INTEGER:
                    integers[place] = value
    np.save(folder / "offsets.npy", np.cumsum(lengths))
    np.save(folder / "integers.npy", integers)
    iris = sum(term[:1] == b"<" for term in terms)
    np.save(folder / "iris.npy", np.array([iris]))
    return number


def _write_quads(folder: Path, s: np.ndarray, p: np.ndarray, o: np.ndarray, g: np.ndarray) -> None:
    predicates, counts = np.unique(p, return_counts=True)
    np.save(folder / "predicates.npy", predicates)
    np.save(folder / "starts.npy", np.concatenate([[0], np.cumsum(counts)]))
    for name, order in (("subject", np.lexsort((o, s, p))), ("object", np.lexsort((s, o, p)))):
        for column, values in (("s", s), ("o", o), ("g", g)):
            np.save(folder / f"by-{name}-{column}.npy", values[order])
