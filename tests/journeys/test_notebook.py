"""The notebook runs against a service, from its first cell to its third figure, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "compare-cases.ipynb"
NOT_STATED = {"fr": "fin prévue", "en": "planned end"}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_compares_the_cases(
    service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    monkeypatch.setenv("ENDPOINT", f"{service.url}/sparql")
    monkeypatch.setenv("LANGUAGE", language)
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 3
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    tables = [output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    populations, projects, stated = tables
    assert populations.count("<tr") == 1 + 7
    assert projects.count("&lt;NA&gt;") == 1, "the end of D's project is not stated"
    assert NOT_STATED[language] in stated
    rows = [row for row in stated.split("<tr>")[1:] if "<td>" in row]
    assert [row.count("True") for row in rows] == [6, 6, 5, 4]


def test_it_is_kept_without_outputs() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert '"outputs": []' in text
    assert "image/png" not in text
