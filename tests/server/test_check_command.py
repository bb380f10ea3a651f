"""`digiterr check`: its three forms and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from digiterr.ontology.errors import ExitCode
from digiterr.server.cli import main

EXTENSION = """
PREFIX my: <https://example.org/portal/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dt: <https://w3id.org/digiterr/ont#>
<https://example.org/portal/ontology> a owl:Ontology .
my:Sensor a owl:Class ; rdfs:subClassOf dt:DigitalTool ; rdfs:label "sensor | probe"@en .
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["--lang", "fr", "check", *words])
    code = leaving.value.code
    return int(code or 0), capsys.readouterr().out


@pytest.fixture
def extension(tmp_path: Path) -> str:
    path = tmp_path / "portal.ttl"
    path.write_text(EXTENSION, encoding="utf-8")
    return str(path)


@pytest.mark.xdist_group("java")
def test_the_shipped_ontology_with_the_cases_has_nothing_to_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, output = run(capsys, "--format", "json", "--no-impact", "--fail-on", "note")
    report: dict[str, Any] = json.loads(output)
    assert report["findings"] == []
    assert report["skipped"] == []
    assert len(report["files"]) >= 10
    assert code == ExitCode.OK


def test_the_terminal_says_where_what_and_what_to_do(
    extension: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output = run(capsys, extension, "--no-reasoning")
    assert code == ExitCode.VIOLATIONS
    assert (
        f"violation {extension}:7:1 my:Sensor n’a pas de libellé (fr). "
        "Ajoutez rdfs:label (skos:prefLabel pour un concept) dans chaque langue. [missing-label]"
    ) in output
    assert "Changements depuis DigiTerr" in output
    assert "Sensor (‘sensor" not in output
    assert "est nouveau" in output


def test_markdown_is_a_table_that_a_label_cannot_break(
    extension: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "report.md"
    code, output = run(capsys, extension, "--no-reasoning", "--format", "markdown", "--output", str(target))
    assert code == ExitCode.VIOLATIONS
    assert output == ""
    text = target.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows)
    assert f"`{extension}:7:1`" in text
    assert "### Changements depuis DigiTerr" in text


def test_json_holds_both_languages(extension: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, output = run(capsys, extension, "--no-reasoning", "--format", "json")
    report: dict[str, Any] = json.loads(output)
    (finding,) = (f for f in report["findings"] if f["rule"] == "missing-label")
    assert finding["severity"] == "violation"
    assert finding["term"] == "https://example.org/portal/Sensor"
    assert (finding["file"], finding["line"], finding["column"]) == (extension, 7, 1)
    assert set(finding["message"]) == {"fr", "en"}
    assert report["comparison"]["level"] == "minor"
    assert report["comparison"]["versionWanted"] is None
    assert [change["kind"] for change in report["comparison"]["changes"]] == ["term-added"]


@pytest.mark.parametrize(
    ("fails_on", "expected"), [("violation", ExitCode.OK), ("warning", ExitCode.VIOLATIONS)]
)
def test_the_exit_code_follows_the_severity(
    fails_on: str, expected: ExitCode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "portal.ttl"
    path.write_text(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> <https://example.org/portal> a owl:Ontology .",
        encoding="utf-8",
    )
    assert run(capsys, str(path), "--no-reasoning", "--fail-on", fails_on)[0] == expected


def test_a_syntax_error_leaves_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "portal.ttl"
    path.write_text("my:Sensor a owl:Class .", encoding="utf-8")
    code, output = run(capsys, str(path))
    assert code == ExitCode.VIOLATIONS
    assert f"{path}:1:1 erreur de syntaxe" in output


def test_an_unknown_revision_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = run(capsys, "--since", "no-such-revision", "--no-reasoning")
    assert code == ExitCode.INPUT
