"""From the tree of a file to its records, with every fault of the file, not the first alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from ...ontology.text import Text
from ..tree import MappingNode, Mark, Node, ScalarNode, SequenceNode
from .kinds import COMMA_HINT, CONCEPTS, Ref, nearest
from .model import Fault, Located, Nested, Record, Spec, specs


@dataclass(slots=True)
class Reading:
    """What is gathered while one file is read: its faults, and the names that it declares by group."""

    faults: list[Fault] = field(default_factory=list)
    declared: dict[str, dict[str, Mark]] = field(default_factory=dict)

    def complain(self, mark: Mark, reason: str, message: Text, hint: Text) -> None:
        self.faults.append(Fault(mark, reason, message, hint))

    def declare(self, group: str, name: str, mark: Mark) -> None:
        # A territory and the body that governs it may share a name: they are never meant in the same place.
        rivals = [group] if group in ("territory", "organisation") else sorted(self.declared)
        for rival in rivals:
            if rival in ("territory", "organisation") and rival != group:
                continue
            first = self.declared.get(rival, {}).get(name)
            if first is not None:
                self.complain(
                    mark,
                    "duplicate-name",
                    Text(
                        f"le nom « {name} » est déjà pris à la ligne {first.line}.",
                        f"the name {name!r} is already taken on line {first.line}.",
                    ),
                    Text("Donnez un autre nom à l’une des deux choses.", "Give one of the two another name."),
                )
                return
        self.declared.setdefault(group, {})[name] = mark


def read_record(record: type[Record], node: Node, reading: Reading) -> Record | None:
    """The record of a mapping. What cannot be read is left out and its fault noted."""
    if not isinstance(node, MappingNode):
        reading.complain(
            node.mark,
            "wrong-kind",
            Text(
                f"il faut ici un groupe de clés ({record.TITLE.fr}).",
                f"a group of keys is needed here ({record.TITLE.en}).",
            ),
            Text(
                f"Clés possibles : {', '.join(specs(record))}.", f"Possible keys: {', '.join(specs(record))}."
            ),
        )
        return None
    known = specs(record)
    values: dict[str, Any] = {}
    seen: dict[str, Mark] = {}
    for name, value in node.entries:
        if name.text in seen:
            _duplicate_key(name, seen[name.text], reading)
        elif name.text not in known:
            _unknown_key(name, value, record, reading)
        else:
            seen[name.text] = name.mark
            field_name, spec = known[name.text]
            values[field_name] = _read_value(name.text, spec, value, reading)
    for name, (_field_name, spec) in known.items():
        if spec.required and (name not in seen or _left_empty(node, name)):
            _missing_key(name, spec, node.mark, record, reading)
    result = record(mark=node.mark, **{name: value for name, value in values.items() if value is not None})
    if record.GROUP and result.name:
        reading.declare(record.GROUP, result.name, result.mark)
    reading.faults.extend(result.faults())
    proofs = getattr(result, "evidence", ())
    if record.STATEMENT and len(proofs) > 1:
        reading.complain(
            proofs[1].mark,
            "several-proofs",
            Text(
                f"un seul endroit de la source peut porter cela ({record.TITLE.fr}).",
                f"one place of the source alone can bear this ({record.TITLE.en}).",
            ),
            Text("Écrivez-le une fois par source.", "Write it once for each source."),
        )
    return result


def _read_value(name: str, spec: Spec, node: Node, reading: Reading) -> Any:
    if isinstance(node, ScalarNode) and node.is_null:
        return () if spec.many else None
    if not spec.many:
        return _read_one(name, spec, node, reading)
    # One value may stand for a list of one.
    items = node.items if isinstance(node, SequenceNode) else (node,)
    values = (_read_one(name, spec, item, reading) for item in items)
    return tuple(value for value in values if value is not None)


def _read_one(name: str, spec: Spec, node: Node, reading: Reading) -> Any:
    if isinstance(spec.kind, Nested):
        return read_record(spec.kind.record, node, reading)

    def complain(mark: Mark, reason: str, message: Text, hint: Text) -> None:
        reading.complain(mark, reason, Text(f"{name} : {message.fr}", f"{name}: {message.en}"), hint)

    value = spec.kind.read(node, complain)
    return None if value is None or value == "" else Located(value, node.mark)


def _left_empty(node: MappingNode, name: str) -> bool:
    value = next(value for key, value in node.entries if key.text == name)
    if isinstance(value, SequenceNode):
        return not value.items
    return isinstance(value, ScalarNode) and (value.is_null or not value.text.strip())


def _duplicate_key(name: ScalarNode, first: Mark, reading: Reading) -> None:
    reading.complain(
        name.mark,
        "duplicate-key",
        Text(
            f"la clé « {name.text} » est déjà écrite à la ligne {first.line}.",
            f"the key {name.text!r} is already written on line {first.line}.",
        ),
        Text("Réunissez les deux, ou retirez-en une.", "Merge the two, or remove one."),
    )


def _unknown_key(name: ScalarNode, value: Node, record: type[Record], reading: Reading) -> None:
    near = nearest(name.text, list(specs(record)))
    listed = ", ".join(specs(record))
    reading.complain(
        name.mark,
        "unknown-key",
        Text(
            f"la clé « {name.text[:40]} » n’existe pas ici ({record.TITLE.fr}).",
            f"there is no key {name.text[:40]!r} here ({record.TITLE.en}).",
        ),
        COMMA_HINT
        if isinstance(value, ScalarNode) and value.is_null and not near
        else Text(
            f"Vouliez-vous dire « {near} » ?" if near else f"Clés possibles : {listed}.",
            f"Did you mean {near!r}?" if near else f"Possible keys: {listed}.",
        ),
    )


def _missing_key(name: str, spec: Spec, mark: Mark, record: type[Record], reading: Reading) -> None:
    example = f" ({name}: {spec.example})" if spec.example else ""
    reading.complain(
        mark,
        "missing-key",
        Text(
            f"il manque la clé « {name} » ({record.TITLE.fr}) : {spec.title.fr}.",
            f"the key {name!r} is missing ({record.TITLE.en}): {spec.title.en}.",
        ),
        Text(
            f"Ajoutez-la{example}, ou retirez le groupe si la source n’en dit rien.",
            f"Add it{example}, or remove the group when the source says nothing of it.",
        ),
    )


def children(record: Record) -> Iterator[Record]:
    """The records directly within a record, in the order of the format."""
    for item in fields(record):
        value = getattr(record, item.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Record):
                yield child


def walk(record: Record) -> Iterator[Record]:
    """A record and all those within it, in the order of the format."""
    yield record
    for child in children(record):
        yield from walk(child)


def references(record: Record) -> Iterator[tuple[Ref, Located[str]]]:
    """Every name by which a record, or one within it, refers to something."""
    for each in walk(record):
        for field_name, spec in specs(type(each)).values():
            if isinstance(spec.kind, Ref):
                value = getattr(each, field_name)
                for located in value if isinstance(value, tuple) else (value,):
                    if located is not None:
                        yield spec.kind, located


def check_references(record: Record, declared: dict[str, dict[str, Mark]], reading: Reading) -> None:
    """Complains of every name that nothing declares; `declared` holds those of all files read together."""
    for ref, located in references(record):
        if any(located.value in declared.get(group, ()) for group in ref.groups):
            continue
        if "concept" in ref.groups and located.value in CONCEPTS:
            continue
        candidates = [name for group in ref.groups for name in declared.get(group, ())]
        near = nearest(located.value, candidates + (list(CONCEPTS) if "concept" in ref.groups else []))
        listed = ", ".join(candidates) or "—"
        reading.complain(
            located.mark,
            "undeclared",
            Text(
                f"« {located.value[:60]} » n’est déclaré nulle part.",
                f"{located.value[:60]!r} is declared nowhere.",
            ),
            Text(
                f"Vouliez-vous dire « {near} » ?"
                if near
                else f"Déclarez-le, ou prenez l’un de ceux-ci : {listed}.",
                f"Did you mean {near!r}?" if near else f"Declare it, or take one of these: {listed}.",
            ),
        )
