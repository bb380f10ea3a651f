"""Versions: published whole or not at all, numbered once, readable whatever kills the publisher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from digiterr.ontology.errors import InputError, NotFoundError, StoreError
from digiterr.store.embedded import open_engine
from digiterr.store.errors import NothingPublishedError
from digiterr.store.model import GraphChange, GraphDifference
from digiterr.store.versions import Versions

G1 = "https://w3id.org/digiterr/graph/one"
G2 = "https://w3id.org/digiterr/graph/two"
G3 = "https://w3id.org/digiterr/graph/three"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def count(data_dir: Path, graph: str, number: int | None = None) -> int:
    with open_engine(data_dir, number) as engine:
        return len(engine.select(f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}").rows)


def test_a_version_replaces_its_graphs_and_keeps_the_others(data_dir: Path, tmp_path: Path) -> None:
    versions = Versions(data_dir)
    first = versions.current()
    assert (first.number, first.quads, dict(first.graphs)) == (1, 12, {G1: 10, G2: 2})
    second = versions.publish(
        [
            GraphChange(G1, None),
            GraphChange(G3, write(tmp_path / "3.nt", "<http://e/a> <http://e/b> _:c .\n")),
        ],
        inputs={"three": "def"},
    )
    assert (second.number, dict(second.graphs)) == (2, {G2: 2, G3: 1})
    assert dict(second.inputs) == {"one": "abc", "three": "def"}
    assert versions.diff(1, 2) == (GraphDifference(G1, 10, 0), GraphDifference(G3, 0, 1))
    assert [count(data_dir, graph) for graph in (G1, G2, G3)] == [0, 2, 1]
    assert count(data_dir, G1, number=1) == 10
    assert [version.number for version in Versions(data_dir).list()] == [1, 2]


def test_small_changes_to_a_large_base_are_made_on_a_hard_link_copy(data_dir: Path, tmp_path: Path) -> None:
    many = "".join(f"<http://e/s{i}> <http://e/p> <http://e/o{i}> .\n" for i in range(5000))
    versions = Versions(data_dir)
    versions.publish([GraphChange(G3, write(tmp_path / "3.nt", many))])
    versions.publish(
        [GraphChange(G2, write(tmp_path / "2.nt", "<http://e/a> <http://e/b> <http://e/c> .\n"))]
    )
    linked = [path for path in (data_dir / "versions/000003").glob("*.sst") if path.stat().st_nlink > 1]
    assert linked
    assert dict(versions.current().graphs) == {G1: 10, G2: 1, G3: 5000}


def test_rollback_and_numbers_never_used_twice(data_dir: Path, tmp_path: Path) -> None:
    versions = Versions(data_dir)
    one = write(tmp_path / "x.nt", "<http://e/a> <http://e/b> <http://e/c> .\n")
    versions.publish([GraphChange(G3, one)])
    assert versions.rollback(1).number == 1
    assert versions.current_number() == 1
    assert versions.publish([GraphChange(G2, one)]).number == 3
    assert versions.prune(keep=1) == (1, 2)
    assert versions.publish([GraphChange(G2, one)]).number == 4
    with pytest.raises(NotFoundError, match="no version 2"):
        versions.get(2)


def test_a_version_being_read_is_not_pruned(data_dir: Path, tmp_path: Path) -> None:
    versions = Versions(data_dir)
    one = write(tmp_path / "x.nt", "<http://e/a> <http://e/b> <http://e/c> .\n")
    versions.publish([GraphChange(G3, one)])
    with versions.reading(1):
        assert versions.prune(keep=1) == ()
    assert versions.prune(keep=1) == (1,)


def test_invalid_rdf_publishes_nothing_and_says_where(data_dir: Path, tmp_path: Path) -> None:
    bad = write(tmp_path / "bad.nt", "<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> nonsense .\n")
    with pytest.raises(InputError) as caught:
        Versions(data_dir).publish([GraphChange(G3, bad)])
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line) == (str(bad), 2)
    assert Versions(data_dir).current_number() == 1
    assert not list((data_dir / "staging").iterdir())


def test_quads_of_another_graph_are_refused(data_dir: Path, tmp_path: Path) -> None:
    stray = write(tmp_path / "s.nq", "<http://e/a> <http://e/b> <http://e/c> <http://e/elsewhere> .\n")
    with pytest.raises(InputError, match="http://e/elsewhere"):
        Versions(data_dir).publish([GraphChange(G3, stray)])


def test_a_refusal_before_the_switch_publishes_nothing(data_dir: Path, tmp_path: Path) -> None:
    def refuse(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Versions(data_dir).publish([GraphChange(G3, write(tmp_path / "x.nt", ""))], before_switch=refuse)
    assert Versions(data_dir).current_number() == 1


def test_two_publishers_lose_nothing(data_dir: Path, tmp_path: Path) -> None:
    """The base changes while a version is being made: it is made again upon the new base."""
    one = write(tmp_path / "x.nt", "<http://e/a> <http://e/b> <http://e/c> .\n")
    code = (
        "import sys; from pathlib import Path; from digiterr.store.versions import Versions;"
        "from digiterr.store.model import GraphChange;"
        "Versions(Path(sys.argv[1])).publish([GraphChange(sys.argv[2], Path(sys.argv[3]))])"
    )
    publishers = [
        subprocess.Popen([sys.executable, "-c", code, str(data_dir), f"http://e/g{i}", str(one)])
        for i in range(3)
    ]
    assert [publisher.wait(60) for publisher in publishers] == [0, 0, 0]
    current = Versions(data_dir).current()
    assert current.number == 4
    assert {f"http://e/g{i}" for i in range(3)} <= set(current.graphs)


@pytest.mark.parametrize("delay", [0.3, 0.5, 0.7, 0.9, 1.1])
def test_killing_the_publisher_leaves_a_whole_version(data_dir: Path, tmp_path: Path, delay: float) -> None:
    many = "".join(f"<http://e/s{i}> <http://e/p> <http://e/o{i}> .\n" for i in range(20000))
    content = write(tmp_path / "many.nt", many)
    code = (
        "import sys; from pathlib import Path; from digiterr.store.versions import Versions;"
        "from digiterr.store.model import GraphChange\n"
        "for i in range(100):\n"
        "    Versions(Path(sys.argv[1])).publish([GraphChange('http://e/g', Path(sys.argv[2]))])"
    )
    publisher = subprocess.Popen([sys.executable, "-c", code, str(data_dir), str(content)])
    time.sleep(delay)
    publisher.send_signal(signal.SIGKILL)
    publisher.wait()
    versions = Versions(data_dir)
    current = versions.current()
    assert count(data_dir, "http://e/g") == current.graphs.get("http://e/g", 0) in (0, 20000)
    assert count(data_dir, G1) == 10
    versions.prepare()
    assert not list((data_dir / "staging").glob("publish-*"))
    assert versions.publish([GraphChange(G3, None)]).number > current.number


def test_nothing_published(tmp_path: Path) -> None:
    assert Versions(tmp_path / "var").current_number() is None
    with pytest.raises(NothingPublishedError, match="No graph"):
        open_engine(tmp_path / "var")


def test_another_format_is_refused_with_what_to_do(data_dir: Path) -> None:
    (data_dir / "format").write_text("7\n")
    with pytest.raises(StoreError, match="format 7; this program reads format 1") as caught:
        Versions(data_dir)
    assert caught.value.hint is not None
    assert "digiterr build --data-dir" in caught.value.hint.en


def test_a_damaged_version_is_named_with_the_way_back(data_dir: Path) -> None:
    (data_dir / "versions/000001/CURRENT").unlink()
    with pytest.raises(StoreError, match="Version 1 of the graph cannot be read"):
        open_engine(data_dir)


def test_a_damaged_manifest_is_named(data_dir: Path) -> None:
    (data_dir / "versions/000001.json").write_text("{")
    with pytest.raises(StoreError, match="manifest of version 000001"):
        Versions(data_dir).current()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_to_write_as_a_user(data_dir: Path, tmp_path: Path) -> None:
    data_dir.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="no permission to write"):
            Versions(data_dir).publish([GraphChange(G1, None)])
    finally:
        data_dir.chmod(0o700)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """/proc refuses everybody, root included."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="not a folder"):
        Versions(tmp_path / "file").publish([GraphChange(G1, None)])
    with pytest.raises(StoreError, match="cannot be written"):
        Versions(Path("/proc/digiterr")).publish([GraphChange(G1, None)])


def test_a_full_disk_publishes_nothing(data_dir: Path, tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: the engine meets a failing write in the same place."""
    many = "".join(f'<http://e/s{i}> <http://e/p> "{i:0100}" .\n' for i in range(30000))
    content = write(tmp_path / "many.nt", many)
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from digiterr.store.versions import Versions; from digiterr.store.model import GraphChange\n"
        "from digiterr.ontology.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "try:\n"
        "    Versions(Path(sys.argv[1])).publish([GraphChange('http://e/g', Path(sys.argv[2]))])\n"
        "except StoreError as error:\n"
        "    print(error.sentence('en')); sys.exit(error.exit_code)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(data_dir), str(content)], capture_output=True, text=True
    )
    assert run.returncode == 4, run.stderr
    assert "cannot be written" in run.stdout
    assert Versions(data_dir).current_number() == 1
    assert count(data_dir, G1) == 10
    assert not list((data_dir / "staging").iterdir())
