"""Reconciliation queries: read as either version of the API writes them, answered by the matcher."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from ...loaders.matching.matcher import Matcher
from ...loaders.matching.model import Candidate, Wanted
from ...ontology.text import Language, Text
from ..http_errors import BadRequestError, ContentTooLargeError
from .vocabulary import entity_id, entity_iri, property_named, type_named, type_of

LARGEST_BATCH: Final = 500
MOST_CANDIDATES: Final = 50
_CANDIDATES: Final = 10
_MOST_VALUES: Final = 20  # of one property
_IDENTIFIER: Final = re.compile(r"^(?:https://w3id\.org/digiterr/)?(?:(?:id|voc)/)?[a-z]+-[A-Za-z0-9._-]+$")


@dataclass(frozen=True, slots=True)
class Question:
    """One query of a batch; `wanted` None when nothing can answer it: a type that does not exist."""

    wanted: Wanted | None
    identifier: str = ""  # where the query is the identifier of an entity itself


def read_batch(text: str) -> dict[str, Question]:
    """The queries of a batch of version 0.2: an object of queries by key, in their order.

    Raises BadRequestError for what is no such object, ContentTooLargeError for more than `LARGEST_BATCH`.
    """
    document = read_json(text)
    if not isinstance(document, dict):
        raise _wrong("queries", "un objet dont chaque membre est une question", "an object of queries by key")
    check_size(len(document))
    return {key: _question(one, key) for key, one in document.items()}


def read_match(document: Any) -> list[Question]:
    """The queries of a batch of version 1.0: `{"queries": [{"conditions": [...]}]}`. Raises as before."""
    queries = document.get("queries") if isinstance(document, dict) else None
    if not isinstance(queries, list):
        raise _wrong("queries", "une liste de questions", "a list of queries")
    check_size(len(queries))
    return [_question(_as_before(one, at), str(at)) for at, one in enumerate(queries)]


def answer(matcher: Matcher, question: Question) -> tuple[Candidate, ...]:
    """The candidates for one query, the likeliest first."""
    if question.wanted is None:
        return ()
    if question.identifier:
        thing = matcher.index.thing(question.identifier)
        if thing:
            return (Candidate(thing, 100.0, 100.0, thing.label.fr, sure=True),)
    return matcher.match(question.wanted)


def candidate(found: Candidate, language: Language) -> dict[str, Any]:
    """A candidate as both versions of the API write it; its `features` say what made its score."""
    thing = found.thing
    of = type_of(thing.kinds)
    return {
        "id": entity_id(thing.iri),
        "name": thing.label.in_language(language),
        "description": thing.about.in_language(language),
        "score": found.score,
        "match": found.sure,
        "type": [{"id": of.id, "name": of.name.in_language(language)}] if of else [],
        "features": [
            {"id": "name", "name": Text("le nom", "the name").in_language(language), "value": found.alike}
        ],
    }


def read_json(text: str) -> Any:
    """A JSON text. Raises BadRequestError saying where it is not."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        place = (
            f" ({error.msg}, {error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise BadRequestError(
            Text(f"Ce n’est pas du JSON{place}.", f"This is no JSON{place}."),
            Text("Envoyez un objet JSON en UTF-8.", "Send a JSON object in UTF-8."),
        ) from error


def check_size(count: int) -> None:
    if count > LARGEST_BATCH:
        raise ContentTooLargeError(
            Text(
                f"Le lot a {count} questions ; {LARGEST_BATCH} au plus.",
                f"The batch has {count} queries; at most {LARGEST_BATCH}.",
            ),
            Text("Envoyez-le en plusieurs fois.", "Send it in parts."),
            details={"limit": LARGEST_BATCH},
        )


def _question(query: Any, key: str) -> Question:
    """One query; in version 0.2 a bare string is a query too."""
    if isinstance(query, str):
        query = {"query": query}
    if not isinstance(query, dict):
        raise _wrong(key, "un objet", "an object")
    text = query.get("query", "")
    if not isinstance(text, str):
        raise _wrong(f"{key}.query", "un texte", "a text")
    names = query.get("type") or []
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise _wrong(
            f"{key}.type", "un identifiant de type, ou une liste", "an identifier, or a list of them"
        )
    types = [type_named(name) for name in names]
    if "query" not in query and not query.get("properties"):
        raise _wrong(
            key, "une question qui ait « query » ou « properties »", "a query with “query” or “properties”"
        )
    around, codes = _properties(query.get("properties") or [], key)
    if (names and not any(types)) or not (text.strip() or codes):
        return Question(None)
    wanted = Wanted(
        text.strip() or codes[0],
        tuple(one.kind for one in types if one),
        tuple(around),
        tuple(codes),
        _limit(query.get("limit"), key),
    )
    return Question(wanted, (entity_iri(text.strip()) or "") if _IDENTIFIER.match(text.strip()) else "")


def _properties(given: Any, key: str) -> tuple[list[tuple[str, NamedNode | None]], list[str]]:
    """The places and the codes that properties give. A property that is not known changes nothing."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong(f"{key}.properties", "une liste d’objets", "a list of objects")
    around: list[tuple[str, NamedNode | None]] = []
    codes: list[str] = []
    for one in given:
        known = property_named(str(one.get("pid", "")))
        values = one.get("v")
        for value in (values if isinstance(values, list) else [values])[:_MOST_VALUES]:
            text = _value(value)
            if known and known.around and text:
                around.append((entity_iri(text) or text if _IDENTIFIER.match(text) else text, known.around))
            elif known and known.code and text:
                codes.append(text.replace(" ", "").lower())
    return around, codes


def _value(value: Any) -> str:
    """A value as text; that of an entity is its identifier."""
    if isinstance(value, dict):
        value = value.get("id", "")
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _as_before(query: Any, at: int) -> Any:
    """A query of version 1.0 in the form of version 0.2."""
    conditions = query.get("conditions") if isinstance(query, dict) else None
    if not isinstance(conditions, list) or not all(isinstance(one, dict) for one in conditions):
        raise _wrong(f"queries[{at}].conditions", "une liste de conditions", "a list of conditions")
    names = [one.get("v") for one in conditions if one.get("matchType") == "name"]
    found: dict[str, Any] = {
        "query": next((text for one in names for text in (one if isinstance(one, list) else [one])), ""),
        "properties": [
            {"pid": one.get("pid"), "v": one.get("v")}
            for one in conditions
            if one.get("matchType") == "property"
        ],
    }
    return {**found, **{name: query[name] for name in ("type", "limit") if name in query}}


def _limit(value: Any, key: str) -> int:
    if value is None:
        return _CANDIDATES
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 1:
        raise _wrong(f"{key}.limit", "un nombre d’au moins 1", "a number, at least 1")
    return int(min(value, MOST_CANDIDATES))


def _wrong(where: str, fr: str, en: str) -> BadRequestError:
    shown = where[:80]
    return BadRequestError(
        Text(f"« {shown} » doit être {fr}.", f"“{shown}” must be {en}."),
        Text("Les formes sont dans docs/reconciliation.md.", "The forms are in docs/reconciliation.md."),
        details={"pointer": shown},
    )
