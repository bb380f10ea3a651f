"""The stored questions on open data that the project does not ship have the same pinned answers on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from digiterr.loaders.building.sources import default_sources
from digiterr.queries import library
from digiterr.queries.expectation import differences
from digiterr.queries.model import StoredQuery
from digiterr.queries.running import run
from digiterr.store.remote.engine import RemoteEngine

SHIPPED = {planned.name for planned in default_sources() if planned.absent is None}
OF_MORE_DATA = [query for query in library.all_queries() if not set(query.sources) <= SHIPPED]

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("france_with_data")]


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(
    request: pytest.FixtureRequest, start_loaded: Any, published_with_data: Path
) -> Iterator[RemoteEngine]:
    with start_loaded(request.param, published_with_data) as engine:
        yield engine


@pytest.mark.parametrize("query", OF_MORE_DATA, ids=lambda query: query.name)
def test_the_pinned_answer(remote: RemoteEngine, query: StoredQuery) -> None:
    assert differences(run(remote, query)) == []
