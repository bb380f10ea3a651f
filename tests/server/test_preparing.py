"""What is made once for each version: by the command, by a service, and not twice."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from digiterr.server.cli import main
from digiterr.server.contents import COUNTS
from digiterr.server.preparing import PREPARERS, missing, prepare, prepare_one, sweep
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


def made_of(data_dir: Path, kind: str) -> list[str]:
    return sorted(path.name[:6] for path in (data_dir / kind).glob("[0-9]*"))


def test_what_belongs_to_versions_that_are_gone_is_removed(data_dir: Path) -> None:
    list(prepare(data_dir, 1))
    versions = Versions(data_dir)
    for _ in range(3):
        versions.publish([])
    sweep(data_dir)  # nothing was made of the others yet: readers are served this
    assert made_of(data_dir, "contents") == made_of(data_dir, "dumps") == ["000001"]
    for number in (3, 4):
        prepare_one("contents", data_dir, number)
    sweep(data_dir)
    assert made_of(data_dir, "contents") == ["000003", "000004"]
    assert made_of(data_dir, "dumps") == ["000001"]
    versions.prune(1)
    sweep(data_dir)
    assert made_of(data_dir, "contents") == made_of(data_dir, "prepared") == ["000004"]


def until_prepared(data_dir: Path, version: int) -> None:
    until = time.monotonic() + 300
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


def test_while_a_version_is_prepared_readers_get_the_one_before(data_dir: Path, start_service) -> None:
    """Whatever is made in advance: the answer says of which version it is, and is not kept as the new one's."""
    list(prepare(data_dir, 1))
    service = start_service(data_dir, writable=True)
    query = "/reconcile/en?" + urlencode({"queries": json.dumps({"q": {"query": "economic value"}})})
    data = {"/search.json?q=value": "application/json", query: "application/json"}
    data |= dict.fromkeys(("/catalog", "/.well-known/void", "/feed/cases"), "text/turtle")
    pages = (
        "/",
        "/territories",
        "/territories/map",
        "/coverage",
        "/ont",
        "/terms/CaseStudy",
        "/search?q=value",
    )
    asked = {**data, **dict.fromkeys((*pages, "/catalog?lang=en"), "text/html")}
    before = {path: service.request("GET", path, accept=accept) for path, accept in asked.items()}
    assert {(reply.status, reply.headers["x-digiterr-version"]) for reply in before.values()} == {(200, "1")}
    written = service.request(
        "PUT",
        "/data?graph=http://example.org/g",
        "<http://example.org/s> <http://example.org/p> <http://example.org/o> .",
        token="editor",  # noqa: S106 (the name of a token of the fixture)
        content_type="application/n-triples",
    )
    assert written.status == 201, written.text
    for path, accept in asked.items():
        reply = service.request("GET", path, accept=accept)
        assert (reply.status, reply.headers["x-digiterr-version"]) == (200, "1"), path
        if path in data:
            tag = before[path].headers.get("etag")  # of what is served, where that is not its version's
            assert reply.body == before[path].body or reply.headers["etag"] == tag, path
            assert reply.headers.get("etag") in (None, tag), path
        else:
            assert "data-being-made" not in reply.text, path
            assert re.search("still those of version 1|encore ceux de la version 1", reply.text), path
    # What is asked of the engine is of the version in force; what the earlier one lacks is still to come.
    assert service.query("ASK {}").headers["x-digiterr-version"] == "2"
    assert service.request("GET", "/terms/NoSuchTerm").status == 503
    # Each is of the version in force as soon as it is made.
    prepare_one("contents", data_dir, 2)
    reply = service.request("GET", "/.well-known/void", accept="text/turtle")
    assert (reply.status, reply.headers["x-digiterr-version"]) == (200, "2")
    assert "http://example.org/p" in reply.text


def test_a_service_that_starts_before_a_version_is_prepared(data_dir: Path, start_service) -> None:
    for kind in ("contents", "catalog"):
        prepare_one(kind, data_dir, 1)
    Versions(data_dir).publish([])
    service = start_service(data_dir)
    for path in ("/catalog?format=turtle", "/.well-known/void"):
        reply = service.request("GET", path)
        assert (reply.status, reply.headers["x-digiterr-version"]) == (200, "1"), path
