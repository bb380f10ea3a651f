"""What a case file says, and what it leaves unsaid, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...ontology.text import Text
from .case_format import Case, Collection, Project
from .evidence import Evidence, Period
from .model import Located, Nested, Record, Spec, specs
from .places import Population, Territory
from .reader import children, walk
from .study_format import Study

# What a reader would look for in each part, and may not find.
EXPECTED: Final[dict[type[Record], tuple[str, ...]]] = {
    Case: (
        "policies",
        "tools",
        "use-cases",
        "practices",
        "value-claims",
        "governance",
        "leadership",
        "leadership-roles",
        "difficulties",
    ),
    Territory: ("population", "part-of", "centre-of"),
    Population: ("year",),
    Project: ("perimeter", "owners"),
    Period: ("end",),
    Collection: (),
}


NOBODY: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Account:
    """`stated` counts what the file says; `silent` names what it does not, which is not a denial."""

    stated: tuple[Text, ...]
    silent: tuple[Text, ...]


def account(root: Record) -> Account:
    """The account of one file."""
    return Account(tuple(_stated(root)), tuple(_silent(root)))


def _stated(root: Record) -> Iterator[Text]:
    for field_name, spec in specs(type(root)).values():
        value = getattr(root, field_name)
        if isinstance(spec.kind, Nested) and value and field_name != "evidence":
            if isinstance(value, tuple):
                yield Text(f"{spec.title.fr} : {len(value)}", f"{spec.title.en}: {len(value)}")
            elif isinstance(period := getattr(value, "period", value), Period) and period.start:
                end = period.end.value if period.end else "…"
                yield Text(
                    f"{spec.title.fr} : {period.start.value} – {end}",
                    f"{spec.title.en}: {period.start.value}–{end}",
                )
            else:
                yield _what(spec)
    proofs = [record for record in walk(root) if isinstance(record, Evidence)]
    inferred = sum(proof.status is not None and proof.status.value == "editor-inference" for proof in proofs)
    yield Text(
        f"preuves : {len(proofs)}, dont {inferred} de statut editor-inference",
        f"evidence: {len(proofs)}, of which {inferred} with the status editor-inference",
    )


def _silent(record: Record, owner: Text = NOBODY) -> Iterator[Text]:
    where = _name_of(record, owner)
    for name in EXPECTED.get(type(record), ()):
        field_name, spec = specs(type(record))[name]
        if not getattr(record, field_name) and _applies(record, name):
            what = _what(spec)
            yield Text(f"{where.fr}{what.fr} ({name})", f"{where.en}{what.en} ({name})")
    for child in children(record):
        yield from _silent(child, where)


def _what(spec: Spec) -> Text:
    """What a key is about, without the advice that its explanation goes on to give."""
    if isinstance(spec.kind, Nested) and spec.kind.record.INLINE:
        return spec.kind.record.TITLE
    return Text(re.split(r" ?[;,]", spec.title.fr)[0], re.split(r"[;,]", spec.title.en)[0])


def _applies(record: Record, name: str) -> bool:
    if isinstance(record, Territory) and name in ("centre-of", "part-of"):
        # A city said to be the centre of a territory is part of it.
        return bool(record.kind and record.kind.value == "municipality" and not record.centre_of)
    return True


def _name_of(record: Record, owner: Text) -> Text:
    if isinstance(record, Case | Study):
        return owner
    name = f" {record.name}" if isinstance(getattr(record, "id", None), Located) else ""
    return Text(f"{owner.fr}{record.TITLE.fr}{name} : ", f"{owner.en}{record.TITLE.en}{name}: ")
