"""`digiterr validate` as a person and a script meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from digiterr.loaders.cases.files import shipped_paths
from digiterr.shapes.namespaces import SH
from digiterr.shapes.shapes_graph import ShapesGraph, triple_of
from pyoxigraph import RdfFormat, parse

PREFIXES = """PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
"""


def run(*words: object, language: str = "en") -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from digiterr.server.cli import main; main()",
        "--lang",
        language,
        "validate",
    ]
    return subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "towns.ttl"
    path.write_text(
        PREFIXES
        + """
# a comment
dtd:town
    a dt:MunicipalTerritory ;
    dt:inseeCode "1004" .

<https://w3id.org/digiterr/id/body> a dt:Municipality ; dt:siren "200069194" .
"""
    )
    return path


def test_conforming_data(tmp_path: Path) -> None:
    path = tmp_path / "good.ttl"
    path.write_text(PREFIXES + "dtd:x dt:startYear 2018 ; dt:endYear 2020 .")
    done = run(path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "No rule is broken.\n", "")


def test_each_broken_rule_is_told_with_its_line(bad: Path) -> None:
    done = run(bad, language="fr")
    assert done.returncode == 1
    assert "✗ Le code INSEE d’une commune doit être un seul code de cinq caractères" in done.stdout
    assert f"    {bad}:5: town inseeCode “1004”" in done.stdout
    assert "✗ Ce SIREN ne passe pas le contrôle de sa clé." in done.stdout
    assert f"    {bad}:9: body siren “200069194”" in done.stdout
    assert "  → Comparez-le au répertoire SIRENE" in done.stdout
    assert not done.stderr


@pytest.mark.parametrize("engine", ["pyshacl", "compiled"])
def test_json_for_programs(bad: Path, engine: str) -> None:
    done = run(bad, "--format", "json", "--engine", engine)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["conforms"] is False
    rules = {group["shape"].rpartition("#")[2]: group for group in told["groups"]}
    assert rules["Siren-form"]["results"][0]["where"] == {"file": str(bad), "line": 9}
    assert rules["MunicipalTerritory-code"]["message"]["fr"].startswith("Le code INSEE")


def test_turtle_and_markdown(bad: Path) -> None:
    done = run(bad, "--format", "turtle")
    graph = ShapesGraph(triple_of(quad) for quad in parse(done.stdout, RdfFormat.TURTLE))
    assert graph.subjects(SH.result)
    assert run(bad, "--format", "markdown").stdout.startswith("# Validation report\n")


def test_severity_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "warned.ttl"
    path.write_text(PREFIXES + "dtd:x a dt:DigitalProject .")
    assert run(path).returncode == 0
    assert run(path, "--fail-on", "warning").returncode == 1


def test_shapes_of_ones_own(tmp_path: Path) -> None:
    data, rules = tmp_path / "data.nt", tmp_path / "rules.ttl"
    data.write_text("<http://e/a> <http://e/p> <http://e/b> .\n")
    rules.write_text(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX e: <http://e/>\n"
        "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:q ; sh:minCount 1 ] .\n"
    )
    done = run(data, "--shapes", rules)
    assert done.returncode == 1
    assert f"{data}:1: a q" in done.stdout
    rules.write_text(rules.read_text().replace("minCount", "minCnt"))
    done = run(data, "--shapes", rules)
    assert done.returncode == 3
    assert "sh:minCnt is not supported. Did you mean sh:minCount?" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("broken.ttl", "PREFIX e: <http://e/>\ne:a e:b [ .\n", ":2:"),
        ("broken.rdf", "<rdf:RDF", "syntax error"),
        ("broken.jsonld", '{"@id": ', "syntax error"),
        ("empty.ttl", " \n", "this file is empty"),
        ("latin.ttl", b"# caf\xe9\n", "not in UTF-8"),
        ("data.csv", "a,b\n", "the format '.csv' is not known"),
        ("case.yaml", "case: [\n", "case.yaml"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(path)
    assert done.returncode == 3
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_missing_file_directory_and_size(tmp_path: Path, bad: Path) -> None:
    assert run(tmp_path / "nowhere.ttl").returncode == 3
    folder = tmp_path / "folder.ttl"
    folder.mkdir()
    assert run(folder).returncode == 3
    bad.write_text(bad.read_text() + "#" * 1_100_000)
    done = run(bad, "--max-size", "1")
    assert done.returncode == 3
    assert "the limit is 1,000,000" in done.stderr


def test_the_shipped_case_files_conform() -> None:
    done = run(*shipped_paths())
    assert done.returncode == 0, done.stdout


def test_a_case_file_that_breaks_a_rule(tmp_path: Path) -> None:
    source = next(path for path in shipped_paths() if path.name.startswith("case"))
    path = tmp_path / source.name
    path.write_text(source.read_text(encoding="utf-8") + "\nunknown-key: 1\n", encoding="utf-8")
    done = run(path)
    assert done.returncode == 1
    assert "unknown-key" in done.stdout
