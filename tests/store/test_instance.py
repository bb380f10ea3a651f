"""The name of an instance: made once, the same ever after."""

from __future__ import annotations

from pathlib import Path

from digiterr.store.instance import instance_iri


def test_the_name_is_made_once_and_differs_between_folders(tmp_path: Path) -> None:
    first = instance_iri(tmp_path / "a")
    assert first.value.startswith("urn:uuid:")
    assert instance_iri(tmp_path / "a") == first
    assert instance_iri(tmp_path / "b") != first


def test_a_damaged_name_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("nonsense")
    name = instance_iri(tmp_path)
    assert instance_iri(tmp_path) == name != "nonsense"
