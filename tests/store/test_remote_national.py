"""The stored questions on all of France are answered by other engines as pinned, and as by the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from digiterr.loaders.building.sources import default_sources
from digiterr.queries import library
from digiterr.queries.expectation import as_pinned, differences
from digiterr.queries.model import StoredQuery
from digiterr.queries.running import run
from digiterr.store.embedded import EmbeddedEngine, open_engine, open_store
from digiterr.store.remote.engine import RemoteEngine
from digiterr.store.versions import Versions
from pyoxigraph import RdfFormat

SHIPPED = {planned.name for planned in default_sources() if planned.absent is None}
STUDY = {"cases", "ontology"}
NATIONAL = [query for query in library.all_queries() if STUDY < STUDY | set(query.sources) <= SHIPPED | STUDY]
OF_MORE_DATA = [query for query in library.all_queries() if not set(query.sources) <= SHIPPED]
# They count by source whatever is loaded: more sources give more rows than the shipped ones, which are pinned.
OF_ALL_SOURCES = {"indicators-by-kind", "populations-by-year-and-source"}
BUFFERS = 60_000  # of 8 kB: Virtuoso holds the whole graph in memory

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("france_with_data")]


@pytest.fixture(scope="module")
def embedded(published_most: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(published_most) as engine:
        yield engine


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(
    request: pytest.FixtureRequest,
    engines: ModuleType,
    published_most: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RemoteEngine]:
    """An engine of each kind into which the graph was loaded by its own means, as an operator would."""
    folder = tmp_path_factory.mktemp("national")
    content = folder / "content.nq"
    open_store(Versions(published_most).current()).dump(str(content), RdfFormat.N_QUADS)
    if request.param == "oxigraph":
        server = engines.oxigraph_server(folder, content)
    elif engines.VIRTUOSO is None:
        pytest.skip("needs Virtuoso 7 (Debian package virtuoso-opensource)")
    else:
        server = engines.virtuoso_server(folder, content, BUFFERS)
    with server as settings, closing(RemoteEngine(replace(settings, timeout=300.0))) as engine:
        content.unlink()
        yield engine


@pytest.mark.parametrize("query", NATIONAL, ids=lambda query: query.name)
def test_the_pinned_answer(remote: RemoteEngine, embedded: EmbeddedEngine, query: StoredQuery) -> None:
    found, ours = run(remote, query), run(embedded, query)
    assert differences(found) == differences(ours)
    assert as_pinned(found) == as_pinned(ours)
    if query.name in OF_ALL_SOURCES:
        assert set(query.expected.rows) <= set(as_pinned(found))
    else:
        assert differences(found) == []


@pytest.mark.shared
@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("query", OF_MORE_DATA, ids=lambda query: query.name)
def test_the_pinned_answer_on_more_data(remote: RemoteEngine, query: StoredQuery) -> None:
    assert differences(run(remote, query)) == []


def test_there_are_national_questions() -> None:
    assert len(NATIONAL) >= 20
    assert len(OF_MORE_DATA) >= 5
