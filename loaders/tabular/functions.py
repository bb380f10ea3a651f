"""The functions that a mapping may call: cleaning, checking and recognising the values of French open data.

Those of GREL and IDLab keep their published names; ours are `dtf:`. A function gives a text, a term, a list
of them, or None where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from . import lookups, values
from .lookups import Places

GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
DTF = "https://w3id.org/digiterr/function#"


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its parameters in order; `joins` when None means that a match was missed."""

    parameters: tuple[str, ...]
    call: Callable[..., Any]
    joins: bool = False


def registry(places: Places, note: values.Note) -> dict[str, Function]:
    """Every function by its IRI, bound to the geography; `note` hears of each value that was mended."""
    value = GREL + "valueParameter"
    own, kind = DTF + "value", DTF + "kind"
    return {
        GREL + "toLowerCase": Function((value,), str.lower),
        GREL + "toUpperCase": Function((value,), str.upper),
        GREL + "string_trim": Function((value,), str.strip),
        GREL + "string_split": Function(
            (value, GREL + "p_string_sep"),
            lambda text, separator: [part.strip() for part in text.split(separator) if part.strip()],
        ),
        IDLAB + "equal": Function((value, GREL + "valueParameter2"), lambda a, b: a == b),
        IDLAB + "notEqual": Function((value, GREL + "valueParameter2"), lambda a, b: a != b),
        IDLAB + "isNotNull": Function((IDLAB + "str",), lambda text: text is not None),
        IDLAB + "isNull": Function((IDLAB + "str",), lambda text: text is None),
        DTF + "oneOf": Function((own, DTF + "list"), lambda text, listed: text in listed.split("|")),
        DTF + "noneOf": Function((own, DTF + "list"), lambda text, listed: text not in listed.split("|")),
        DTF + "siren": Function((own,), lambda text: values.siren_digits(text, note)),
        DTF + "insee": Function((own,), lambda text: values.insee_code(text, note)),
        DTF + "integer": Function((own,), values.integer),
        DTF + "decimal": Function((own,), values.decimal),
        DTF + "date": Function((own, DTF + "form"), values.iso_date),
        DTF + "day": Function((own,), values.day),
        DTF + "firstYear": Function((own,), values.first_year),
        DTF + "lastYear": Function((own,), values.last_year),
        DTF + "slug": Function((own,), values.slug),
        DTF + "webAddress": Function((own,), lambda text: values.web_address(text, note)),
        DTF + "point": Function((DTF + "longitude", DTF + "latitude"), values.point),
        DTF + "outline": Function((DTF + "region", DTF + "geometry"), values.outline),
        DTF + "commune": Function((own,), lambda text: lookups.commune(places, text, note)),
        DTF + "department": Function((own,), lambda text: lookups.department(places, text)),
        DTF + "region": Function((own,), lambda text: lookups.region(places, text)),
        DTF + "body": Function((own,), lambda text: places.body(values.siren_digits(text, note)), joins=True),
        DTF + "organisation": Function((own,), lambda text: lookups.organisation(places, text, note)),
        DTF + "territoryOfBody": Function(
            (own,), lambda text: places.territory_of_body(values.siren_digits(text, note)), joins=True
        ),
        DTF + "isNewBody": Function(
            (own,), lambda text: places.body(values.siren_digits(text, note)) is None
        ),
        DTF + "ownAuthority": Function(
            (own,), lambda place: lookups.own_authority(places, place), joins=True
        ),
        DTF + "territory": Function(
            (kind, own), lambda sort, code: lookups.territory(places, sort, code, note), joins=True
        ),
        DTF + "placeNamed": Function((kind, own, DTF + "within"), places.named, joins=True),
        DTF + "ownerNamed": Function(
            (kind, own), lambda sort, name: lookups.owner(places, sort, name), joins=True
        ),
        DTF + "iriOfName": Function(
            (DTF + "stem", own), lambda stem, name: NamedNode(stem + values.slug(name))
        ),
    }
