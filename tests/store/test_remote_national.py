"""The stored questions on the whole shipped build have the same pinned answers on every engine."""

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
STUDY = {"cases", "ontology"}
NATIONAL = [query for query in library.all_queries() if STUDY < STUDY | set(query.sources) <= SHIPPED | STUDY]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("published")]


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest, start_loaded: Any, published: Path) -> Iterator[RemoteEngine]:
    with start_loaded(request.param, published) as engine:
        yield engine


@pytest.mark.parametrize("query", NATIONAL, ids=lambda query: query.name)
def test_the_pinned_answer(remote: RemoteEngine, query: StoredQuery) -> None:
    assert differences(run(remote, query)) == []


def test_there_are_national_questions() -> None:
    assert len(NATIONAL) >= 20
