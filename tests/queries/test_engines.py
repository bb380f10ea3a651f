"""Each stored query answers as pinned on engines in this process: rdflib, and the columns of a version.

Its answers by the embedded engine are tried in `test_library.py`; by Oxigraph's server and by Virtuoso in
`tests/store/test_remote_questions.py` and `test_remote_national.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from digiterr.queries import library
from digiterr.queries.expectation import differences
from digiterr.queries.model import StoredAnswer, StoredQuery
from digiterr.queries.reading import without_header
from digiterr.store.columns import answering
from digiterr.store.columns.answering import rewritten
from digiterr.store.columns.making import make_columns
from digiterr.store.columns.reading import Columns
from digiterr.store.embedded import open_store
from digiterr.store.model import Term
from digiterr.store.versions import Versions
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store
from rdflib import BNode, Dataset, URIRef
from rdflib import Literal as RdflibLiteral

OF_THE_STUDY = [query for query in library.all_queries() if set(query.sources) <= {"cases", "ontology"}]


def wrong(query: StoredQuery, rows: Iterable[Sequence[Term | None]]) -> list[str]:
    """Where rows are not those that a query expects."""
    answer = StoredAnswer(query, "en", 1, {}, tuple(tuple(row) for row in rows), {})
    return differences(answer)


def term(found: Any) -> Term | None:
    """A term of rdflib's as one of pyoxigraph's."""
    if found is None:
        return None
    if isinstance(found, URIRef):
        return NamedNode(str(found))
    if isinstance(found, BNode):
        return BlankNode(str(found))
    assert isinstance(found, RdflibLiteral)
    if found.language:
        return Literal(str(found), language=found.language)
    return (
        Literal(str(found), datatype=NamedNode(str(found.datatype)))
        if found.datatype
        else Literal(str(found))
    )


def columns_answer(store: Store, columns: Columns, query: StoredQuery) -> list[str] | None:
    """Where the columns' answer is wrong; None where they leave the query to the engine."""
    text = rewritten(without_header(query.text), columns)
    if text is None:
        return None
    found: Any = store.query(text)
    return wrong(query, ([row[one.name] for one in query.columns] for row in found))


@pytest.fixture(scope="module")
def by_rdflib(published_cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    content = tmp_path_factory.mktemp("rdflib") / "content.nq"
    open_store(Versions(published_cases).current()).dump(str(content), RdfFormat.N_QUADS)
    dataset = Dataset(default_union=True)
    dataset.parse(content, format="nquads")
    return dataset


@pytest.mark.parametrize("query", OF_THE_STUDY, ids=lambda query: query.name)
def test_rdflib_gives_the_pinned_answer(by_rdflib: Dataset, query: StoredQuery) -> None:
    found: Any = by_rdflib.query(without_header(query.text))
    assert wrong(query, ([term(cell) for cell in row] for row in found)) == []


def test_columns_give_the_pinned_answers(
    published_cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        answering, "_FEWEST", 0
    )  # however few the rows, which are left to the engine otherwise
    store = open_store(Versions(published_cases).current())
    make_columns(store, tmp_path / "columns")
    columns = Columns(tmp_path / "columns")
    answers = {query.name: columns_answer(store, columns, query) for query in OF_THE_STUDY}
    answered = {name: found for name, found in answers.items() if found is not None}
    assert {name: found for name, found in answered.items() if found} == {}
    assert len(answered) >= 5, answers
