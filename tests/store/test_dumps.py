"""Dumps: every format holds the version whole; sizes and checksums are those of the files."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard
from digiterr.store.dumps.making import make_dump
from digiterr.store.dumps.model import Dump, all_dumps, find_dump
from digiterr.store.dumps.parquet import ParquetSink, read_quads
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

HARD = r"""
<http://e.example/s> <http://e.example/p> "a \"quoted\" <text> with \\ and \n a line" .
<http://e.example/s> <http://e.example/p> "" .
<http://e.example/s> <http://e.example/p> "ends like a graph <http://e.example/g>"@fr-FR .
<http://e.example/s> <http://e.example/q> "12"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://e.example/s> <http://e.example/q> _:b .
_:b <http://e.example/q> <http://e.example/o> .
<http://e.example/s> <http://e.example/p> "tab\tand \u00e9" .
"""


def publish_hard(folder: Path) -> Path:
    content = folder / "hard.nt"
    content.write_text(HARD, encoding="utf-8")
    versions = Versions(folder / "var")
    versions.prepare()
    versions.publish([GraphChange("http://e.example/graph", content)])
    return folder / "var"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_hard(tmp_path_factory.mktemp("dumps"))


@pytest.fixture(scope="module")
def dump(data_dir: Path) -> Dump:
    return make_dump(data_dir, Versions(data_dir).current())


@pytest.fixture(scope="module")
def stored(data_dir: Path) -> set[Quad]:
    return set(Store.read_only(str(Versions(data_dir).current().path)))


def test_sizes_and_checksums_are_those_of_the_files(dump: Dump, data_dir: Path) -> None:
    assert [file.name for file in dump.files] == ["digiterr.nq.gz", "digiterr.nq.zst", "digiterr.parquet"]
    for file in dump.files:
        content = (dump.folder / file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
    assert find_dump(data_dir, 1) == dump
    assert all_dumps(data_dir) == (dump,)
    assert find_dump(data_dir, 2) is None


def test_n_quads_hold_the_version_whole(dump: Dump, stored: set[Quad]) -> None:
    for content in (
        gzip.decompress((dump.folder / "digiterr.nq.gz").read_bytes()),
        zstandard.ZstdDecompressor()
        .decompressobj()
        .decompress((dump.folder / "digiterr.nq.zst").read_bytes()),
    ):
        assert set(parse(content, RdfFormat.N_QUADS)) == stored


def test_parquet_holds_the_version_whole(dump: Dump, stored: set[Quad]) -> None:
    def node(text: str) -> NamedNode | BlankNode:
        return BlankNode(text[2:]) if text.startswith("_:") else NamedNode(text)

    def quad(row: dict[str, str]) -> Quad:
        if row["datatype"] is None:
            value = node(row["object"])
        elif row["language"]:
            value = Literal(row["object"], language=row["language"])
        else:
            value = Literal(row["object"], datatype=NamedNode(row["datatype"]))
        return Quad(node(row["subject"]), NamedNode(row["predicate"]), value, node(row["graph"]))

    rows = pq.read_table(dump.folder / "digiterr.parquet").to_pylist()
    assert len(rows) == len(stored)
    assert {quad(row) for row in rows} == stored


def test_a_dump_is_made_once(dump: Dump, data_dir: Path) -> None:
    before = (dump.folder / "digiterr.nq.gz").stat().st_mtime_ns
    assert make_dump(data_dir, Versions(data_dir).current()) == dump
    assert (dump.folder / "digiterr.nq.gz").stat().st_mtime_ns == before


def test_quads_without_a_graph_have_none_in_the_table() -> None:
    table = read_quads(b"<http://e.example/s> <http://e.example/p> <http://e.example/o> .")
    assert table.to_pylist()[0]["graph"] is None


def test_what_is_not_n_quads_is_an_error(tmp_path: Path) -> None:
    with (tmp_path / "bad.parquet").open("wb") as file, pytest.raises(ValueError, match="not N-Quads"):
        ParquetSink(file).write(b"this is nothing\n")


def test_a_failing_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from digiterr.ontology.errors import StoreError
    from digiterr.store.dumps import making

    class Full(making._Gzip):
        def write(self, block: bytes) -> None:
            raise OSError(28, "No space left on device")

    data_dir = publish_hard(tmp_path)
    versions = Versions(data_dir)
    first = make_dump(data_dir, versions.current())
    second = versions.publish([])
    monkeypatch.setattr(making, "_Gzip", Full)
    with pytest.raises(StoreError):
        make_dump(data_dir, second)
    assert find_dump(data_dir, second.number) is None
    assert [path.name for path in (data_dir / "dumps").iterdir()] == [first.folder.name]
