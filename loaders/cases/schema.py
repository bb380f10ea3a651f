"""JSON Schema (draft 2020-12) of case and study files, made from the format itself; editors complete from it.

`python -m digiterr.loaders.cases.schema` writes the two files beside this module; a test compares them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from .case_format import Case
from .model import Nested, Record, Spec, specs
from .study_format import Study

FOLDER: Final = Path(__file__).parent
FILES: Final[dict[str, type[Record]]] = {"case.schema.json": Case, "study.schema.json": Study}


def schema_of(root: type[Record]) -> dict[str, Any]:
    """The schema of files of one kind. Titles and descriptions are in French, then in English."""
    definitions: dict[str, Any] = {}
    body = _record(root, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **body,
        "$defs": dict(sorted(definitions.items())),
    }


def _record(record: type[Record], definitions: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _value(spec, definitions) for name, (_, spec) in specs(record).items()}
    return {
        "title": f"{record.TITLE.fr} / {record.TITLE.en}",
        "type": "object",
        "properties": properties,
        "required": [name for name, (_, spec) in specs(record).items() if spec.required],
        "additionalProperties": False,
    }


def _value(spec: Spec, definitions: dict[str, Any]) -> dict[str, Any]:
    if isinstance(spec.kind, Nested):
        name = spec.kind.record.__name__
        if name not in definitions:
            definitions[name] = {}  # a record may hold itself
            definitions[name] = _record(spec.kind.record, definitions)
        one: dict[str, Any] = {"$ref": f"#/$defs/{name}"}
    else:
        one = spec.kind.schema()
    described = {"description": f"{spec.title.fr}\n{spec.title.en}"}
    alternatives = [one]
    if spec.many:
        # A list, or one value alone, which stands for a list of one.
        alternatives.append({"type": "array", "items": one, "minItems": 1 if spec.required else 0})
    if not spec.required:
        # A key left empty says nothing, like a key that is not there.
        alternatives.append({"type": "null"})
    return {**described, **(one if len(alternatives) == 1 else {"anyOf": alternatives})}


def text_of(root: type[Record]) -> str:
    """The schema as the file holds it."""
    return json.dumps(schema_of(root), ensure_ascii=False, indent=2) + "\n"


def write() -> None:
    """Writes the schemas beside this module."""
    for name, root in FILES.items():
        (FOLDER / name).write_text(text_of(root), encoding="utf-8")


if __name__ == "__main__":
    write()
