"""What is made once for each version: by the command, by a service, and not twice."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
from digiterr.server.cli import main
from digiterr.server.contents import COUNTS
from digiterr.server.preparing import PREPARERS, missing, prepare, sweep
from digiterr.store.versions import Versions

KINDS = {one.kind for one in PREPARERS}


@pytest.fixture
def data_dir(small_graph: Path, tmp_path: Path) -> Path:
    """The small graph in a folder of its own, with nothing prepared."""
    kept = shutil.ignore_patterns("run", "prepared", *KINDS)
    return shutil.copytree(small_graph, tmp_path / "var", symlinks=True, ignore=kept)


def test_everything_is_made_once(data_dir: Path) -> None:
    assert {one.kind for one in missing(data_dir, 1)} == KINDS
    made = list(prepare(data_dir, 1))
    assert {one.kind for one in made} == KINDS
    assert [one.failed for one in made] == [None] * len(KINDS)
    for kind in KINDS:
        assert list((data_dir / kind).glob("000001*")), kind
    counts = COUNTS.find(data_dir, 1)
    assert counts
    assert counts.classes["https://w3id.org/digiterr/ont#CaseStudy"] == 4
    assert not missing(data_dir, 1)
    assert list(prepare(data_dir, 1)) == []


def test_what_other_code_made_is_made_anew(data_dir: Path) -> None:
    list(prepare(data_dir, 1))
    record = data_dir / "prepared" / "000001" / "contents.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "made_with": "an earlier release"}))
    (data_dir / "contents" / "000001.json").write_text("{}")
    assert [one.kind for one in prepare(data_dir, 1)] == ["contents"]
    assert COUNTS.find(data_dir, 1)


def test_one_that_fails_leaves_the_others_alone(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / "contents").write_text("not a folder")
    with pytest.raises(SystemExit) as leaving:
        main(["--lang", "en", "prepare", "--data-dir", str(data_dir)])
    assert leaving.value.code == 4
    said = capsys.readouterr()
    assert "Answers kept:" in said.out
    assert "not everything was prepared: contents." in said.err
    assert "Traceback" not in said.err
    assert [one.kind for one in missing(data_dir, 1)] == ["contents"]


def test_what_belongs_to_versions_that_are_gone_is_removed(data_dir: Path) -> None:
    list(prepare(data_dir, 1))
    versions = Versions(data_dir)
    for _ in range(2):
        versions.publish([])
    sweep(data_dir)  # of two versions, and there are three
    assert not list((data_dir / "contents").glob("000001*"))
    versions.prune(1)
    sweep(data_dir)
    assert not list((data_dir / "prepared").iterdir())


def until_prepared(data_dir: Path, version: int) -> None:
    until = time.monotonic() + 120
    while missing(data_dir, version):
        assert time.monotonic() < until, missing(data_dir, version)
        time.sleep(0.1)


def test_a_service_prepares_what_is_written(start_service, data_dir: Path) -> None:
    service = start_service(data_dir, writable=True, prepared=True)
    until_prepared(data_dir, 1)
    triple = "<http://example.org/s> <http://example.org/p> <http://example.org/o> ."
    written = service.request(
        "PUT",
        "/data?graph=http://example.org/g",
        triple,
        token="editor",  # noqa: S106 (the name of a token of the fixture)
        content_type="application/n-triples",
    )
    assert written.status == 201, written.text
    until_prepared(data_dir, 2)
    counts = COUNTS.find(data_dir, 2)
    assert counts
    assert counts.properties["http://example.org/p"] == 1
    assert '"not all was prepared"' not in service.log_file.read_text()
