"""A social scientist writes a case: a template, mistakes, messages in words, mending, and the case in the graph."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from digiterr.loaders.cases.source import CaseSource
from digiterr.loaders.model import Reject
from pyoxigraph import Quad, Store


def digiterr(*arguments: str, folder: Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    run = "import sys; from digiterr.server.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", run, "--lang", lang, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def fill(text: str, key: str, value: str) -> str:
    """Fills in the first value of this key that the author still finds empty."""
    filled, number = re.subn(rf"(?m)^(\s+){key}:[ ]*(#.*)?$", rf"\g<1>{key}: {value}", text, count=1)
    assert number == 1, f"no empty {key} left"
    return filled


def test_an_author_goes_from_an_empty_template_to_quads(tmp_path: Path) -> None:
    path = tmp_path / "case-Pau.yaml"

    # A template, and a second call that would write over it.
    made = digiterr("case", "new", "Pau", folder=tmp_path)
    assert made.returncode == 0
    assert path.is_file()
    assert "digiterr case check case-Pau.yaml" in made.stdout
    again = digiterr("case", "new", "Pau", folder=tmp_path)
    assert again.returncode == 3
    assert "exists already" in again.stderr
    assert "Traceback" not in again.stderr

    # Checked as it is, it says what is left to fill in, and what the source does not state.
    empty = digiterr("case", "check", "case-Pau.yaml", folder=tmp_path)
    assert empty.returncode == 1
    assert "the key 'count' is missing" in empty.stdout
    assert "this file is refused" in empty.stdout
    assert "governance assessments (governance)" in empty.stdout

    # The author fills it in, with four mistakes.
    text = path.read_text(encoding="utf-8")
    while re.search(r"(?m)^\s+fr:\s*(#.*)?$", text):
        text = fill(text, "fr", "intitulé")
    while re.search(r"(?m)^\s+en:\s*(#.*)?$", text):
        text = fill(text, "en", "label")
    while re.search(r"(?m)^\s+page:\s*(#.*)?$", text):
        text = fill(text, "page", '"12"')
    while re.search(r"(?m)^\s+quote:\s*(#.*)?$", text):
        text = fill(text, "quote", '"les mots de la source"')
    text = fill(text, "count", "78 thousand")
    text = fill(text, "count", "12")
    text = fill(text, "start", "2019")
    text = text.replace("    #end: 2030", "    end: 2009")
    text = text.replace("owners:\n    organisations: [city]", "owners:\n    organisations: [cityhall]")
    text = text.replace("    mode: semi-directifs", "    moode: semi-directifs")
    path.write_text(text, encoding="utf-8")

    wrong = digiterr("case", "check", "case-Pau.yaml", folder=tmp_path)
    assert wrong.returncode == 1
    for sentence in (
        "count: '78 thousand' is not a whole number; the unit is: inhabitants.",
        "the end (2009) comes before the start (2019).",
        "'cityhall' is declared nowhere. Did you mean 'city'?",
        "there is no key 'moode' here (data collection). Did you mean 'mode'?",
        "4 errors: this file is refused.",
    ):
        assert sentence in wrong.stdout
    line = text[: text.index("78 thousand")].count("\n") + 1
    assert f"case-Pau.yaml:{line}:14:" in wrong.stdout
    in_french = digiterr("case", "check", "case-Pau.yaml", folder=tmp_path, lang="fr")
    assert "Vouliez-vous dire « mode » ?" in in_french.stdout
    assert "4 erreurs : ce fichier est refusé." in in_french.stdout

    # A mended file with a fault that only the rules see: a city that is the centre of itself.
    text = text.replace("78 thousand", "78 000").replace("end: 2009", "end: 2029").replace("cityhall", "city")
    text = text.replace("moode", "mode")
    odd = text.replace(
        "    #centre-of:",
        '    centre-of: {territory: city, evidence: {page: "1", quote: "...", status: context}}\n    #centre-of:',
    )
    path.write_text(odd, encoding="utf-8")
    ruled = digiterr("case", "check", "case-Pau.yaml", folder=tmp_path)
    assert ruled.returncode == 1
    assert "(terr-Pau-city)" in ruled.stdout

    # All mended.
    path.write_text(text, encoding="utf-8")
    right = digiterr("case", "check", "case-Pau.yaml", folder=tmp_path)
    assert right.returncode == 0, right.stdout + right.stderr
    assert "All is well" in right.stdout

    # The case is in the graph, and can be asked about.
    store = Store()
    for event in CaseSource([path]).read():
        assert not isinstance(event, Reject)
        if isinstance(event, Quad):
            store.add(event)
    solutions = store.query(
        "PREFIX dt: <https://w3id.org/digiterr/ont#> SELECT ?n ?start ?end ?count {"
        " ?case a dt:CaseStudy ; dt:caseProject ?p ; dt:caseTerritory ?t ; dt:hasDataCollection/dt:interviewCount ?n ."
        " ?p dt:startYear ?start ; dt:endYear ?end . ?o dt:observedTerritory ?t ; dt:populationCount ?count }",
        use_default_graph_as_union=True,
    )
    assert [[str(term.value) for term in row] for row in solutions] == [["12", "2019", "2029", "78000"]]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("case", "check", "nowhere.yaml"), 3, "nowhere.yaml: there is no such file."),
        (("case", "check", "."), 3, "this is a folder"),
        (("case", "check"), 2, "Missing argument"),
        (("case", "new", "a b"), 3, "cannot be the code of a case"),
        (("case", "new", "../evil"), 3, "cannot be the code of a case"),
        (("case", "new", "E", "--out", "no/such/folder/e.yaml"), 3, "cannot be written"),
    ],
)
def test_wrong_calls_are_one_sentence_and_an_exit_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = digiterr(*arguments, folder=tmp_path)
    assert result.returncode == code
    assert said in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [("case",), ("case", "new"), ("case", "check")])
def test_help_shows_an_example(tmp_path: Path, command: tuple[str, ...]) -> None:
    result = digiterr(*command, "--help", folder=tmp_path)
    assert result.returncode == 0
    assert re.search(r"Example.*\n +digiterr case (new|check)", result.stdout)
