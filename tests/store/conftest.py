"""A small published dataset for the tests of the store."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from digiterr.store.model import GraphChange
from digiterr.store.remote.settings import RemoteSettings
from digiterr.store.versions import Versions

G1 = "https://w3id.org/digiterr/graph/one"
XSD = "http://www.w3.org/2001/XMLSchema#"
G2 = "https://w3id.org/digiterr/graph/two"


def staged(folder: Path, name: str, lines: str) -> Path:
    """A staged file of N-Triples or N-Quads."""
    path = folder / name
    path.write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder whose version 1 has two graphs: ten numbered things, and their two French labels."""
    numbers = "".join(
        f'<http://e/s{i}> <http://e/n> "{i}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        for i in range(10)
    )
    labels = "".join(f'<http://e/s{i}> <http://e/label> "é{i}"@fr <{G2}> .\n' for i in range(2))
    folder = tmp_path / "var"
    Versions(folder).publish(
        [
            GraphChange(G1, staged(tmp_path, "one.nt", numbers)),
            GraphChange(G2, staged(tmp_path, "two.nq", labels)),
        ],
        inputs={"one": "abc"},
        note="first",
    )
    return folder


@pytest.fixture(scope="session")
def engines() -> ModuleType:
    """`bench/engines.py`, which starts other engines for the benchmark too."""
    spec = importlib.util.spec_from_file_location(
        "engines", Path(__file__).parents[2] / "bench" / "engines.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote_settings(
    request: pytest.FixtureRequest, engines: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteSettings]:
    """An empty engine of each kind, started for the module."""
    folder = tmp_path_factory.mktemp("remote")
    if request.param == "virtuoso" and engines.VIRTUOSO is None:
        pytest.skip("needs Virtuoso 7 (Debian package virtuoso-opensource)")
    start = engines.virtuoso_server if request.param == "virtuoso" else engines.oxigraph_server
    with start(folder) as found:
        yield found
