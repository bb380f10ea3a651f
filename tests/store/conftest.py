"""A small published dataset for the tests of the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.store.model import GraphChange
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
