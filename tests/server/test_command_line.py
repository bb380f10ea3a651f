"""The command line as scripts rely on it: exit codes, one sentence for an error, help with an example, docs."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from digiterr.ontology.errors import ExitCode
from digiterr.server import cli

DOCS = Path(__file__).parents[2] / "docs" / "command-line.md"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        cli.main(list(words))
    printed = capsys.readouterr()
    code = leaving.value.code
    assert isinstance(code, int)
    return code, printed.out, printed.err


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command that does something, by its words."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        return [leaf for name, child in found if child for leaf in leaves(child, (*path, name))]
    return [path]


@pytest.mark.parametrize("words", leaves(cli.cli), ids=" ".join)
def test_help_shows_how_the_command_is_called(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *words, "--help")
    assert code == ExitCode.OK
    assert err == ""
    assert f"Usage: digiterr {' '.join(words)}" in out
    example, group = f"digiterr {' '.join(words)}", f"digiterr {words[0]}"
    shown = out.count(example) > 1 or run(capsys, words[0], "--help")[1].count(group) > 1
    assert shown, "no example in the help"


def test_every_command_and_exit_code_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in cli.COMMANDS:
        assert re.search(rf"`(digiterr )?{name}`", text), name
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} \| {code.name} \|", text, re.MULTILINE), code


def test_an_error_is_one_sentence_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "fr"):
        code, _, err = run(capsys, "--lang", language, "query", "--file", "/nowhere.rq")
        assert code == ExitCode.INPUT
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in err
        assert "/nowhere.rq" in err


def test_wrong_use_has_the_code_of_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "query", "--no-such-option")[0] == ExitCode.USAGE
    assert run(capsys, "no-such-command")[0] == ExitCode.USAGE


def test_a_fault_of_our_own_is_a_sentence_and_a_traceback_only_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(cli.LazyGroup, "get_command", fail)
    code, _, err = run(capsys, "query", "x")
    assert code == ExitCode.UNEXPECTED
    assert "unforeseen" in err
    assert "Traceback" not in err
    with pytest.raises(RuntimeError):
        cli.main(["query", "x", "--debug"])


def test_nothing_published_is_a_store_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "query", "ASK {}", "--data-dir", str(tmp_path))
    assert code == ExitCode.STORE
    assert "digiterr build" in err
