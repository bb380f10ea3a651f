"""Data extension: values of properties for entities that a client has matched already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from ...ontology.iris import BASE
from ...ontology.text import Language, Text
from ...queries.batches import rows_about
from ...queries.cells import number
from ...queries.labels import labels_of
from ...store.model import Engine, Term
from ..http_errors import BadRequestError, ContentTooLargeError
from .vocabulary import PROPERTIES, EntityType, Property, entity_id, entity_iri, property_named, type_of

MOST_ENTITIES: Final = 1_000
MOST_PROPERTIES: Final = 30
_VALUES: Final = "SELECT DISTINCT ?thing ?value WHERE { VALUES ?thing { %s } %s }"


@dataclass(frozen=True, slots=True)
class Extension:
    """What a client wants: identifiers as it sent them, properties that are known, and those that are not."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, Property | None], ...]


def read_extension(document: Any) -> Extension:
    """`{"ids": [...], "properties": [{"id": ...}]}`. Raises BadRequestError, or ContentTooLargeError."""
    ids = document.get("ids") if isinstance(document, dict) else None
    properties = document.get("properties") if isinstance(document, dict) else None
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise BadRequestError(
            Text("« ids » doit être une liste d’identifiants.", "“ids” must be a list of identifiers.")
        )
    if not isinstance(properties, list) or not all(isinstance(one, dict) for one in properties):
        raise BadRequestError(
            Text("« properties » doit être une liste d’objets.", "“properties” must be a list of objects.")
        )
    if len(ids) > MOST_ENTITIES or len(properties) > MOST_PROPERTIES:
        raise ContentTooLargeError(
            Text(
                f"Au plus {MOST_ENTITIES} entités et {MOST_PROPERTIES} propriétés à la fois.",
                f"At most {MOST_ENTITIES} entities and {MOST_PROPERTIES} properties at once.",
            ),
            Text("Demandez-les en plusieurs fois.", "Ask for them in parts."),
        )
    names = [str(one.get("id", "")) for one in properties]
    return Extension(tuple(ids), tuple((name, property_named(name)) for name in names))


def values_of(
    engine: Engine, wanted: Extension, language: Language
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """By identifier and property, the values as the API writes them; none for what the graph does not say."""
    iris = {one: iri for one in wanted.ids if (iri := _iri(one))}
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {
        one: {name: [] for name, _ in wanted.properties} for one in wanted.ids
    }
    for name, known in wanted.properties:
        if known is None:
            continue
        found = _values(engine, known, sorted(set(iris.values())))
        labels: Mapping[str, str] = {}
        if known.values == "entity":
            every = {
                value.value for values in found.values() for value in values if isinstance(value, NamedNode)
            }
            labels = labels_of(engine, sorted(every), language)
        for one, iri in iris.items():
            rows[one][name] = [_cell(value, known, labels) for value in _chosen(found.get(iri, ()), language)]
    return rows


def described(wanted: Extension, language: Language) -> list[dict[str, Any]]:
    """What is said of each property asked for: its name, and the type of its values if they are entities."""
    found: list[dict[str, Any]] = []
    for name, known in wanted.properties:
        about: dict[str, Any] = {"id": name, "name": known.name.in_language(language) if known else name}
        of = type_of((known.value_type.value,)) if known and known.value_type else None
        if of:
            about["type"] = {"id": of.id, "name": of.name.in_language(language)}
        found.append(about)
    return found


def proposed(of: EntityType | None) -> Sequence[Property]:
    """The properties that entities of a type have; all of them for no type."""
    return [one for one in PROPERTIES if of is None or of.kind in one.of]


def _values(engine: Engine, wanted: Property, iris: Sequence[str]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = {}
    for thing, value in rows_about(engine, _VALUES, iris, wanted.pattern):
        if isinstance(thing, NamedNode) and value is not None:
            found.setdefault(thing.value, []).append(value)
    return found


def _chosen(values: Sequence[Term], language: Language) -> list[Term]:
    """Texts in the reader's language where there are some, else in any; in a steady order."""
    own = [one for one in values if isinstance(one, Literal) and one.language in (language, None)]
    texts = [one for one in values if isinstance(one, Literal)]
    kept = own if own and len(own) < len(texts) else values
    return sorted(kept, key=lambda one: str(one))


def _cell(value: Term, known: Property, labels: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(value, NamedNode):
        return {"id": entity_id(value.value), "name": labels.get(value.value, entity_id(value.value))}
    if known.values == "number" and (amount := number(value)) is not None:
        return {"int": int(amount)} if amount == int(amount) else {"float": float(amount)}
    return {"str": value.value}


def _iri(identifier: str) -> str | None:
    """The IRI of an identifier that a client sent; None for what cannot be one."""
    iri = entity_iri(identifier.strip())
    try:
        return NamedNode(iri).value if iri and iri.startswith(BASE) else None
    except ValueError:
        return None
