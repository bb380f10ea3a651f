"""The floors of the house: a room imports only rooms below it, and every package is declared."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("ontology", "shapes", "store", "loaders", "queries", "server")


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports, relatively or by the package's name."""
    depth = len(path.relative_to(ROOT).parts)
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            name = node.module or ""
            if node.level == depth:
                rooms.update([name.split(".")[0]] if name else [alias.name for alias in node.names])
            elif not node.level and name.startswith("digiterr."):
                rooms.add(name.split(".")[1])
    return rooms & set(FLOORS)


@pytest.mark.parametrize("room", FLOORS)
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    below = set(FLOORS[: FLOORS.index(room) + 1])
    modules = list((ROOT / room).rglob("*.py"))
    assert modules
    upwards = {str(path.relative_to(ROOT)): sorted(imported_rooms(path) - below) for path in modules}
    assert {path: rooms for path, rooms in upwards.items() if rooms} == {}


def test_every_package_is_declared() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        declared = set(tomllib.load(file)["tool"]["setuptools"]["packages"])
    found = {
        "digiterr." + ".".join(init.parent.relative_to(ROOT).parts)
        for room in FLOORS
        for init in (ROOT / room).rglob("__init__.py")
    }
    assert found == declared
