"""The unit and the image call the command as it is."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = (DEPLOY / "digiterr.service").read_text(encoding="utf-8")
IMAGE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """What the unit and the image run, without the program."""
    unit = [shlex.split(line)[1:] for line in re.findall(r"(?m)^ExecStart(?:Pre)?=(.+)$", UNIT)]
    image = json.loads(re.findall(r"(?m)^CMD (\[.+\])$", IMAGE)[-1])
    return [*unit, image]


@pytest.mark.parametrize("words", commands(), ids=lambda words: words[0])
def test_their_options_exist(words: list[str]) -> None:
    command = import_module(f"digiterr.server.commands.{words[0]}").command
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze (Debian package systemd)")
    command = tmp_path / "digiterr"  # a path without blanks, wherever the project is
    command.symlink_to(Path(sys.executable).with_name("digiterr"))
    here = UNIT.replace("/opt/digiterr/.venv/bin/digiterr", str(command))
    (tmp_path / "digiterr.service").write_text(here, encoding="utf-8")
    told = subprocess.run(
        [analyze, "verify", tmp_path / "digiterr.service"], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
