"""The stored questions on all of France are answered by other engines as by the embedded one, row for row.

Its own answers are compared with the pinned ones in `tests/queries/test_library.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from digiterr.loaders.building.sources import default_sources
from digiterr.queries import library
from digiterr.queries.expectation import as_pinned
from digiterr.queries.model import StoredQuery
from digiterr.queries.running import run
from digiterr.store.embedded import EmbeddedEngine, open_engine
from digiterr.store.remote.engine import RemoteEngine

SHIPPED = {planned.name for planned in default_sources() if planned.absent is None}
STUDY = {"cases", "ontology"}
NATIONAL = [query for query in library.all_queries() if STUDY < STUDY | set(query.sources) <= SHIPPED | STUDY]
OF_MORE_DATA = [query for query in library.all_queries() if not set(query.sources) <= SHIPPED]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("france_with_data")]


@pytest.fixture(scope="module")
def embedded(published_most: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(published_most) as engine:
        yield engine


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest, start_loaded: Any, published_most: Path) -> Iterator[RemoteEngine]:
    with start_loaded(request.param, published_most) as engine:
        yield engine


def assert_alike(remote: RemoteEngine, embedded: EmbeddedEngine, query: StoredQuery) -> None:
    found = as_pinned(run(remote, query))
    assert found
    assert found == as_pinned(run(embedded, query))


@pytest.mark.parametrize("query", NATIONAL, ids=lambda query: query.name)
def test_the_same_answer(remote: RemoteEngine, embedded: EmbeddedEngine, query: StoredQuery) -> None:
    assert_alike(remote, embedded, query)


@pytest.mark.shared
@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("query", OF_MORE_DATA, ids=lambda query: query.name)
def test_the_same_answer_on_more_data(
    remote: RemoteEngine, embedded: EmbeddedEngine, query: StoredQuery
) -> None:
    assert_alike(remote, embedded, query)


def test_there_are_national_questions() -> None:
    assert len(NATIONAL) >= 20
    assert len(OF_MORE_DATA) >= 5
