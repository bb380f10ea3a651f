"""The postcodes of communes: the shipped table, and how it is written from an edition of the map."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from digiterr.loaders.geography.places import FrenchPlaces
from digiterr.loaders.model import Reject
from digiterr.loaders.postcodes.compact import write_compact
from digiterr.loaders.tabular.registry import FOLDER
from digiterr.loaders.tabular.source import TabularSource
from digiterr.ontology.iris import data_iri
from digiterr.ontology.names import DT
from pyoxigraph import Quad


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    events = list(TabularSource(FOLDER / "postcodes", None, FrenchPlaces()).read())
    assert not [event for event in events if isinstance(event, Reject)]
    return [event for event in events if isinstance(event, Quad)]


def test_every_row_gives_a_commune_its_postcode(quads: list[Quad]) -> None:
    provenance = json.loads((FOLDER / "postcodes/provenance.json").read_text(encoding="utf-8"))
    assert len(quads) == provenance["rows"]
    assert {quad.predicate for quad in quads} == {DT.postcode}
    rennes = {quad.object.value for quad in quads if quad.subject == data_iri("terr", "commune-35238")}
    assert rennes == {"35000", "35200", "35700"}
    shared = Counter(quad.object.value for quad in quads)
    assert shared["01400"] > 1  # one postcode for several communes


def test_the_table_is_written_from_the_package_the_same_each_time(tmp_path: Path) -> None:
    communes = [
        {"code": "01002", "type": "commune-actuelle", "codesPostaux": ["01640", "01110"]},
        {"code": "01001", "type": "commune-actuelle", "codesPostaux": ["01400", "01400"]},
        {"code": "01015", "type": "commune-deleguee", "codesPostaux": ["01300"]},
        {"code": "97502", "type": "commune-actuelle"},
    ]
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as package:
        for name, content in (("data/communes.json", communes), ("package.json", {"version": "6.0.0"})):
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            package.addfile(member, io.BytesIO(data))
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        assert write_compact(archive, folder) == 3
    table = (first / "postcodes.tsv.gz").read_bytes()
    assert table == (second / "postcodes.tsv.gz").read_bytes()
    assert gzip.decompress(table).decode() == "insee\tpostcode\n01001\t01400\n01002\t01110\n01002\t01640\n"
    assert json.loads((first / "provenance.json").read_text(encoding="utf-8"))["version"] == "6.0.0"
