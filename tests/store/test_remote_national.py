"""The stored questions on the whole shipped build have the same pinned answers on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from digiterr.loaders.building.sources import default_sources
from digiterr.queries import library
from digiterr.queries.expectation import differences
from digiterr.queries.model import StoredQuery
from digiterr.queries.running import run
from digiterr.store.embedded import open_store
from digiterr.store.remote.engine import RemoteEngine
from digiterr.store.versions import Versions
from pyoxigraph import RdfFormat

SHIPPED = {planned.name for planned in default_sources() if planned.absent is None}
STUDY = {"cases", "ontology"}
NATIONAL = [query for query in library.all_queries() if STUDY < STUDY | set(query.sources) <= SHIPPED | STUDY]
BUFFERS = 60_000  # of 8 kB: Virtuoso holds the whole graph in memory

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("published")]


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(
    request: pytest.FixtureRequest,
    engines: ModuleType,
    published: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RemoteEngine]:
    """An engine of each kind into which the shipped build was loaded by its own means, as an operator would."""
    folder = tmp_path_factory.mktemp("national")
    content = folder / "content.nq"
    open_store(Versions(published).current()).dump(str(content), RdfFormat.N_QUADS)
    if request.param == "oxigraph":
        server = engines.oxigraph_server(folder, content)
    elif engines.VIRTUOSO is None:
        pytest.skip("needs Virtuoso 7 (Debian package virtuoso-opensource)")
    else:
        server = engines.virtuoso_server(folder, content, BUFFERS)
    with server as settings:
        content.unlink()
        yield RemoteEngine(replace(settings, timeout=300.0))


@pytest.mark.parametrize("query", NATIONAL, ids=lambda query: query.name)
def test_the_pinned_answer(remote: RemoteEngine, query: StoredQuery) -> None:
    assert differences(run(remote, query)) == []


def test_there_are_national_questions() -> None:
    assert len(NATIONAL) >= 20
