"""A new case file: the parts of the format with their meaning in two languages, to be filled in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from ...ontology.errors import InputError
from ...ontology.text import Text
from .case_format import Case
from .kinds import Pattern
from .model import specs

SCHEMA_FILE: Final = "case.schema.json"


def schema_path() -> Path:
    """Where the JSON Schema of case files lies on this machine."""
    return Path(str(files("digiterr.loaders.cases") / SCHEMA_FILE))


def template(code: str, schema: str | None = None) -> str:
    """A commented case file for `code`. `schema` is the address that editors complete from."""
    _, spec = specs(Case)["case"]
    if not isinstance(spec.kind, Pattern) or not spec.kind.matches(code):
        raise InputError(
            Text(f"« {code} » ne peut pas être le code d’un cas.", f"{code!r} cannot be the code of a case."),
            Text(
                "Prenez des lettres sans accent et des chiffres : E, Pau2024.",
                "Use unaccented letters and digits: E, Pau2024.",
            ),
        )
    text = (files("digiterr.loaders.cases") / "template.yaml").read_text(encoding="utf-8")
    return text.replace("@CODE@", code).replace("@SCHEMA@", schema or schema_path().as_uri())
