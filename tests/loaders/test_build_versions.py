"""Versions that builds leave behind: listed, compared and brought back from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from digiterr.ontology.iris import DATA, graph_iri
from digiterr.ontology.names import DT, RDF, RDFS
from digiterr.server.cli import main
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize


def publish(data_dir: Path, names: dict[str, str]) -> None:
    graph = graph_iri("small")
    quads = [
        quad
        for code, name in names.items()
        for quad in (
            Quad(NamedNode(DATA + code), RDF.type, DT.MunicipalTerritory, graph),
            Quad(NamedNode(DATA + code), RDFS.label, Literal(name, language="fr"), graph),
        )
    ]
    path = data_dir.parent / "staged.nq"
    serialize(quads, str(path), format=RdfFormat.N_QUADS)
    Versions(data_dir).publish([GraphChange(graph.value, path)], note="trial")


@pytest.fixture
def two_versions(tmp_path: Path) -> Path:
    data_dir = tmp_path / "var"
    publish(data_dir, {"a": "A", "b": "B"})
    publish(data_dir, {"a": "A", "b": "Bé", "c": "C"})
    return data_dir


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main([*words])
    said = capsys.readouterr()
    return int(leaving.value.code or 0), said.out, said.err


def test_versions_are_listed_with_the_current_one(
    two_versions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "versions", "--data-dir", str(two_versions), "--format", "json")
    assert code == 0
    assert [(v["number"], v["current"], v["triples"], v["note"]) for v in json.loads(out)] == [
        (1, False, 4, "trial"),
        (2, True, 6, "trial"),
    ]
    code, out, _ = run(capsys, "--lang", "fr", "versions", "--data-dir", str(two_versions))
    assert code == 0
    assert "* 2" in out


def test_diff_counts_what_was_gained_and_lost(two_versions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "diff", "1", "2", "--data-dir", str(two_versions), "--format", "json")
    assert code == 0
    assert json.loads(out) == [
        {
            "graph": graph_iri("small").value,
            "added": 3,
            "removed": 1,
            "classes_added": {DT.MunicipalTerritory.value: 1},
            "classes_removed": {},
        }
    ]
    code, out, _ = run(capsys, "diff", "2", "2", "--data-dir", str(two_versions), "--lang", "en")
    assert code == 2, "--lang goes before the command"
    code, out, _ = run(capsys, "--lang", "en", "diff", "2", "2", "--data-dir", str(two_versions))
    assert "Both versions say the same." in out
    code, out, _ = run(capsys, "--lang", "en", "diff", "1", "2", "--data-dir", str(two_versions))
    assert "dt:MunicipalTerritory" in out


def test_rollback_brings_an_earlier_version_back(
    two_versions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "--lang", "en", "rollback", "1", "--data-dir", str(two_versions))
    assert (code, out) == (0, "Version 1 is published again (4 triples).\n")
    assert Versions(two_versions).current_number() == 1


def test_a_version_that_does_not_exist_is_one_sentence(
    two_versions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "--lang", "en", "rollback", "9", "--data-dir", str(two_versions))
    assert code == 3
    assert "no version 9" in err
    assert "Versions kept: 1, 2" in err
    assert "Traceback" not in err


def test_no_version_at_all_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--lang", "en", "versions", "--data-dir", str(tmp_path))
    assert code == 3
    assert "no version is published here" in err
