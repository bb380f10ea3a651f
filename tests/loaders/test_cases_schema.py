"""The JSON Schema that editors complete from says the same as the code that reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from digiterr.loaders.cases.files import read_files, shipped_paths
from digiterr.loaders.cases.schema import FILES, FOLDER, text_of
from digiterr.loaders.cases.template import schema_path, template
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

SCHEMA_OF = {"case": "case.schema.json", "study": "study.schema.json"}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def as_an_editor_reads(text: str) -> Any:
    """YAML 1.2 as JSON: a date is a text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schema_is_what_the_code_says(name: str) -> None:
    """To write it anew: python -m digiterr.loaders.cases.schema"""
    assert (FOLDER / name).read_text(encoding="utf-8") == text_of(FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_the_schema_is_a_schema_and_speaks_two_languages(name: str) -> None:
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    records = [schema, *schema["$defs"].values()]
    for record in records:
        assert " / " in record["title"]
        assert all("\n" in value["description"] for value in record["properties"].values())


@pytest.mark.parametrize("path", shipped_paths(), ids=lambda path: path.name)
def test_the_shipped_files_conform_and_name_their_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    content = as_an_editor_reads(text)
    name = SCHEMA_OF["case" if "case" in content else "study"]
    assert [error.message for error in validator(name).iter_errors(content)] == []
    modeline = re.match(r"# yaml-language-server: \$schema=(\S+)", text)
    assert modeline
    assert (path.parent / modeline[1]).resolve() == (FOLDER / name).resolve()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("count: 150000", "count: a lot"),
        ("rounded: true", "roundd: true"),
        ("kind: epci", "kind: epic"),
        ("status: context}", "status: hearsay}"),
        ("case: A", "kase: A"),
        ("    start: 2018\n", ""),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path, old: str, new: str) -> None:
    text = next(path for path in shipped_paths() if path.name == "case-A.yaml").read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    assert list(validator("case.schema.json").iter_errors(as_an_editor_reads(text)))
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert read_files([tmp_path / "case.yaml"])[0].problems


def filled_in(text: str, optional: bool) -> str:
    """The template as an author fills it in."""
    if optional:
        text = re.sub(r"(?m)^(\s*)#(?=[a-z-])", r"\1", text)
    for key, value in {
        "fr": "texte",
        "en": "text",
        "page": '"3"',
        "quote": "mots",
        "count": "20",
        "start": "2020",
    }.items():
        text = re.sub(rf"(?m)^(\s+){key}:\s*(#.*)?$", rf"\1{key}: {value}", text)
    return text


@pytest.mark.parametrize("optional", [False, True], ids=["required parts", "every part"])
def test_the_template_once_filled_in_is_accepted_by_reader_and_schema(tmp_path: Path, optional: bool) -> None:
    text = filled_in(template("E"), optional)
    (tmp_path / "case-E.yaml").write_text(text, encoding="utf-8")
    (case_file,) = read_files([tmp_path / "case-E.yaml"])
    assert [(str(fault.where), fault.message.en) for fault in case_file.problems] == []
    assert [
        error.message for error in validator("case.schema.json").iter_errors(as_an_editor_reads(text))
    ] == []


def test_the_template_shows_every_part_of_a_case() -> None:
    properties = set(json.loads((FOLDER / "case.schema.json").read_text(encoding="utf-8"))["properties"])
    shown = set(re.findall(r"(?m)^#?([a-z-]+):", template("E")))
    # Left to the documentation: what few files need.
    assert properties - shown == {"study", "people", "bodies", "works", "resources", "statements"}


def test_the_template_names_the_schema_that_lies_on_this_machine() -> None:
    assert template("E").splitlines()[0] == f"# yaml-language-server: $schema={schema_path().as_uri()}"
    assert schema_path().is_file()
