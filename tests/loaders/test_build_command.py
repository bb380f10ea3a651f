"""`digiterr build` on bad input: one sentence that says what and where, the fix, the exit code; nothing published."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.loaders.building.model import BuildReport, SourceReport
from digiterr.ontology.text import Text
from digiterr.server.cli import main
from digiterr.server.commands.build import summary


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["--lang", "en", "build", *words])
    return int(leaving.value.code or 0), capsys.readouterr().err


def case(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_case_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(
        capsys,
        "--data-dir",
        str(tmp_path / "var"),
        "--cases",
        str(tmp_path / "none.yaml"),
        "--progress",
        "none",
    )
    assert code == 3
    assert "none.yaml: it cannot be read: the file does not exist." in said
    assert "Traceback" not in said


def test_a_data_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "var").write_text("")
    code, said = run(capsys, "--data-dir", str(tmp_path / "var"))
    assert code == 4
    assert "it is not a folder" in said
    assert "--data-dir" in said


def test_a_folder_of_another_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "format").write_text("99\n")
    code, said = run(capsys, "--data-dir", str(tmp_path / "var"))
    assert code == 4
    assert "format 99" in said


def test_a_geography_that_is_not_the_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "--data-dir", str(tmp_path / "var"), "--geography", str(tmp_path))
    assert code == 3
    assert "package.json is missing" in said
    assert "npm pack @etalab/decoupage-administratif" in said


def test_a_data_folder_that_does_not_exist_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, "--data", str(tmp_path / "none"))
    assert code == 2
    assert "does not exist" in said


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["build", "--help"])
    assert leaving.value.code == 0
    said = capsys.readouterr().out
    for option in ("--data-dir", "--cases", "--data", "--strict", "--force", "--progress", "--keep"):
        assert option in said
    assert "digiterr build --cases mycases/ --strict" in said


def test_the_summary_says_what_was_done_in_both_languages() -> None:
    from datetime import UTC, datetime

    source = SourceReport("small", Text("Petite", "Small"), "built", records=3)
    report = BuildReport(datetime(2026, 1, 2, tzinfo=UTC), 12.34, 7, True, 1234, (source,))
    said = summary(report, Path("var"))
    assert said.en.startswith("Version 7 published: 1,234 triples in 12.3 s.")
    assert said.fr.startswith("Version 7 publiée : 1\u202f234 triplets en 12,3 s.")
    assert str(Path("var") / "reports" / "000007" / "report.fr.html") in said.fr
    same = summary(BuildReport(report.started, 0.2, 7, False, 1234, (source,)), Path("var"))
    assert same.en == "Nothing changed: version 7 (1,234 triples) stays published."
