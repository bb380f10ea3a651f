"""The documentation of case files: its example is a case that passes, its list of keys is the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from digiterr.loaders.cases.files import read_files
from digiterr.loaders.cases.reference import reference
from digiterr.loaders.cases.validation import judge
from digiterr.loaders.tree import MAX_ALIASES, MAX_NODES

DOCS = Path(__file__).parents[2] / "docs"


def halves() -> list[str]:
    return (DOCS / "case-files.md").read_text(encoding="utf-8").split("\n---\n")


@pytest.mark.parametrize("half", [0, 1], ids=["English", "French"])
def test_the_example_of_the_page_is_a_case_that_passes(tmp_path: Path, half: int) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", halves()[half], flags=re.DOTALL)
    assert len(blocks) == 10
    path = tmp_path / "case-E.yaml"
    path.write_text("".join(blocks), encoding="utf-8")
    case_files = read_files([path])
    assert [(str(fault.where), fault.message.en) for fault in case_files[0].problems] == []
    (verdict,) = judge(case_files)
    assert verdict.accepted, verdict.violations


def test_both_languages_show_the_same_example() -> None:
    english, french = (re.findall(r"```yaml\n(.*?)```", half, flags=re.DOTALL) for half in halves())
    assert english == french


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    english, french = halves()
    assert f"{MAX_NODES:,} values or {MAX_ALIASES}" in " ".join(english.split())
    assert f"{MAX_NODES:,} valeurs".replace(",", " ") in " ".join(french.split())


def test_the_list_of_keys_is_that_of_the_code() -> None:
    """To write it anew: python -m digiterr.loaders.cases.reference > docs/case-files-reference.md"""
    assert (DOCS / "case-files-reference.md").read_text(encoding="utf-8") == reference()
