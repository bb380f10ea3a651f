"""The list of all keys of the format, for the documentation: made from the format itself.

`python -m digiterr.loaders.cases.reference` prints docs/case-files-reference.md; a test compares them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .case_format import Case
from .kinds import Choice, Date, Flag, LanguageText, Pattern, Ref, ValueKind, Whole
from .model import Nested, Record, Spec, specs
from .study_format import Study

HEAD = """# All the keys of case files / Toutes les clés des études de cas

Made from the code that reads them; [case-files.md](case-files.md) explains how to write one. A key marked ●
is required where its part is written. A key marked + takes one value or a list.

Tirée du code qui les lit ; [case-files.md](case-files.md) explique comment en écrire une. Une clé marquée ●
est obligatoire dès que sa partie est écrite. Une clé marquée + prend une valeur ou une liste.
"""


def reference() -> str:
    """The whole page, in Markdown."""
    found: dict[type[Record], None] = {}
    for root in (Case, Study):
        _collect(root, found)
    return HEAD + "".join(_section(record) for record in found)


def _collect(record: type[Record], found: dict[type[Record], None]) -> None:
    if record in found:
        return
    found[record] = None
    for _, spec in specs(record).values():
        if isinstance(spec.kind, Nested):
            _collect(spec.kind.record, found)


def _anchor(record: type[Record]) -> str:
    return record.__name__.lower()


def _section(record: type[Record]) -> str:
    title = f"{record.TITLE.en} / {record.TITLE.fr}"
    rows = "".join(_row(name, spec) for name, (_, spec) in specs(record).items())
    return (
        f'\n<a id="{_anchor(record)}"></a>\n## {title}\n\n'
        f"| key / clé | | English | français | value / valeur |\n|---|---|---|---|---|\n{rows}"
    )


def _row(name: str, spec: Spec) -> str:
    marks = ("●" if spec.required else "") + ("+" if spec.many else "")
    return f"| `{name}` | {marks} | {spec.title.en} | {spec.title.fr} | {'; '.join(_value(spec.kind))} |\n"


def _value(kind: ValueKind | Nested) -> Iterator[str]:
    match kind:
        case Nested():
            yield f"[{kind.record.TITLE.en} / {kind.record.TITLE.fr}](#{_anchor(kind.record)})"
        case Choice():
            yield ", ".join(f"`{word}`" for word in kind.choices)
        case Ref():
            yield "name / nom : " + ", ".join(kind.groups)
        case LanguageText(both=True):
            yield "`{fr: ..., en: ...}`"
        case LanguageText():
            yield "text, or / texte, ou `{fr: ..., en: ...}`"
        case Whole():
            yield f"{kind.unit.en} / {kind.unit.fr}, {kind.low}–{kind.high}"
        case Date():
            yield "date, `2023-02-17`, `2023-02`, `2023`"
        case Flag():
            yield "`true`, `false`"
        case Pattern():
            yield f"{kind.what.en} / {kind.what.fr}, `{kind.example}`"
        case _:
            yield "text / texte"


if __name__ == "__main__":
    sys.stdout.write(reference())
