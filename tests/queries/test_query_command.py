"""`digiterr query`: stored queries, files and texts on the command line, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from digiterr.server.cli import main


class Outcome:
    """What a run of the command line gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def ask(capfd: pytest.CaptureFixture[str], published_cases: Path, monkeypatch: pytest.MonkeyPatch):  # pyright: ignore[reportMissingParameterType]
    """Runs `digiterr query` over the four cases, in English."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def run(*words: str, data_dir: Path = published_cases) -> Outcome:
        with pytest.raises(SystemExit) as leaving:
            main(["query", *words, "--data-dir", str(data_dir)])
        captured = capfd.readouterr()
        return Outcome(int(leaving.value.code or 0), captured.out, captured.err)

    return run


def test_a_stored_query_as_a_table(ask) -> None:
    found = ask("project-durations")
    assert found.code == 0
    assert "How long is each project planned to last?" in found.out
    assert "Length (years)" in found.out
    assert "not stated" in found.out


def test_by_number_with_a_parameter_in_french(ask) -> None:
    found = ask("11", "--param", "year=2015", "--lang", "fr", "--format", "markdown")
    assert found.out.splitlines()[2].startswith("| Collectivité B |")
    assert len(found.out.splitlines()) == 3


def test_silence_is_said(ask) -> None:
    assert "it says of no policy that it has one" in ask("proactive-and-open-policies").out


def test_provenance_and_limit(ask) -> None:
    found = ask("project-durations", "--provenance", "--limit", "1", "--format", "json")
    document = json.loads(found.out)
    assert document["page"] == {"start": 0, "rows": 1, "more": True}
    assert document["evidence"][0][0]["slide"] == 5


def test_csv_has_its_own_line_ends(ask) -> None:
    assert ask("16", "--format", "csv").out.count("\r\n") == 2


def test_a_file_with_a_header_and_one_without(ask, tmp_path: Path) -> None:
    plain = tmp_path / "plain.rq"
    plain.write_text("SELECT (COUNT(?case) AS ?n) { ?case a <https://w3id.org/digiterr/ont#CaseStudy> }")
    assert ask("--file", str(plain), "--format", "csv").out == "n\r\n4\r\n"
    shipped = Path(__file__).parents[2] / "queries" / "study" / "interviews.rq"
    assert "all cases" in ask("--file", str(shipped)).out


def test_texts_of_every_form(ask) -> None:
    case = "<https://w3id.org/digiterr/ont#CaseStudy>"
    assert ask(f"ASK {{ ?case a {case} }}").out == "yes\n"
    assert json.loads(ask("ASK { <x:a> <x:b> <x:c> }", "--format", "json").out)["boolean"] is False
    built = ask(f"CONSTRUCT {{ ?case a {case} }} WHERE {{ ?case a {case} }}", "--format", "ttl").out
    assert built.count("CaseStudy") == 4


def test_lists(ask) -> None:
    assert "project-durations" in ask("--list").out
    values = ask("populations-of-the-cases", "--list").out
    assert "Local authority D" in values


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("project-duration",), 3, "Did you mean 'project-durations'?"),
        (("projects-running-in", "--param", "yeer=1"), 3, "Did you mean 'year'?"),
        (("projects-running-in", "--param", "year=soon"), 3, "a whole number"),
        (("projects-running-in", "--param", "year"), 2, "NAME=VALUE"),
        (("epci-by-population",), 3, "needs the source geography"),
        (("not a query",), 3, "neither the name of a query nor a SPARQL query"),
        (("SELECT * { ?s ?p }",), 3, "1:18: The SPARQL is not valid"),
        (("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",), 3, "SERVICE"),
        (("--file", "/nowhere/q.rq"), 3, "No such file"),
        (("--format", "pie", "1"), 2, "'pie' is not one of"),
        ((), 2, "--list shows the names"),
        (("1", "--file", "x.rq"), 2, "not both"),
    ],
)
def test_errors_are_one_sentence_with_an_exit_code(ask, words: tuple[str, ...], code: int, said: str) -> None:
    found = ask(*words)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert "Traceback" not in found.err


def test_nothing_published(ask, tmp_path: Path) -> None:
    found = ask("1", data_dir=tmp_path / "none")
    assert found.code == 4
    assert "digiterr build" in found.err


def test_help_shows_examples(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["query", "--help"])
    assert "digiterr query project-durations" in capfd.readouterr().out
