"""Values of open data cleaned and checked: identifiers, numbers, dates, addresses, geometries.

Each takes a text and gives what the graph keeps, or refuses it with the reason and the way to mend it; `note`
hears of each value that was mended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from ...ontology.names import GEO
from ...ontology.text import Text
from ..identifiers import INSEE_COMMUNE, siren_problem

OVERSEAS_REGIONS: Final = frozenset({"01", "02", "03", "04", "06"})
Note = Callable[[str, str, str], None]  # reason, value as it was, value as it is used


class RefusedValueError(ValueError):
    """A value that cannot be used: its row is set aside with `reason`, `message` and `hint`."""

    def __init__(self, reason: str, message: Text, hint: Text) -> None:
        super().__init__(message.en)
        self.reason = reason
        self.message = message
        self.hint = hint


def siren_digits(value: str, note: Note) -> str:
    """A SIREN: nine digits whose Luhn sum holds; blanks, quotes and marks taken out."""
    digits = re.sub(r"[^0-9A-Za-z]", "", value)
    if digits != value:
        note("siren-cleaned", value, digits)
    problem = siren_problem(digits)
    if problem == "malformed":
        raise RefusedValueError(
            "siren-malformed",
            Text(
                fr=f"« {value} » n’est pas un SIREN (neuf chiffres).",
                en=f"“{value}” is not a SIREN (nine digits).",
            ),
            Text(
                fr="Donnez le SIREN de l’organisme, sans le numéro d’établissement.",
                en="Give the SIREN of the body, without the establishment number.",
            ),
        )
    if problem is not None:
        raise RefusedValueError(
            "siren-checksum",
            Text(
                fr=f"le SIREN {digits} a une clé de contrôle fausse.",
                en=f"SIREN {digits} fails its check digit.",
            ),
            Text(
                fr="Un chiffre est sans doute faux ; cherchez l’organisme dans l’annuaire des entreprises.",
                en="A digit is probably wrong; look the body up in the business register.",
            ),
        )
    return digits


def insee_code(value: str, note: Note) -> str:
    """An INSEE commune code of five characters; a leading zero lost by a spreadsheet is put back."""
    code = value.strip().upper()
    if re.fullmatch(r"\d{4}", code):
        code = "0" + code
        note("insee-zero-restored", value, code)
    if not INSEE_COMMUNE.fullmatch(code):
        raise RefusedValueError(
            "insee-malformed",
            Text(
                fr=f"« {value} » n’est pas un code INSEE de commune.",
                en=f"“{value}” is not an INSEE commune code.",
            ),
            Text(fr="Attendu : 64445, 2A004, 97105…", en="Expected: 64445, 2A004, 97105…"),
        )
    return code


def decimal(value: str) -> str:
    """A decimal number, with the French comma and thousands separators read."""
    text = re.sub(r"[\s\u00a0\u202f]", "", value).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise _refused_number(value)
    return text


def integer(value: str) -> str:
    """A whole number, with thousands separators read."""
    text = re.sub(r"[\s\u00a0\u202f]", "", value)
    if not re.fullmatch(r"[+-]?\d+", text):
        raise _refused_number(value)
    return text


def _refused_number(value: str) -> RefusedValueError:
    return RefusedValueError(
        "number-malformed",
        Text(fr=f"« {value} » n’est pas un nombre.", en=f"“{value}” is not a number."),
        Text(fr="Écrivez des chiffres seuls.", en="Write digits only."),
    )


def iso_date(value: str, form: str) -> str:
    """A date in ISO form, read with a strptime form (`%d/%m/%Y`); a date and time keep their date."""
    try:
        return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007 - dates have no zone
    except ValueError:
        raise _refused_date(value, form) from None


def day(value: str) -> str:
    """The date at the head of an ISO 8601 date and time."""
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise _refused_date(value, "AAAA-MM-JJ") from None


def _refused_date(value: str, form: str) -> RefusedValueError:
    return RefusedValueError(
        "date-malformed",
        Text(fr=f"« {value} » n’est pas une date ({form}).", en=f"“{value}” is not a date ({form})."),
        Text(
            fr="Écrivez la date comme le reste de la colonne.",
            en="Write the date as in the rest of the column.",
        ),
    )


def years(value: str) -> list[str]:
    """The first and the last year named in a period (`2021-2025`, `2022`)."""
    found = re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", value)
    if not found:
        raise _refused_date(value, "AAAA-AAAA")
    return [min(found), max(found)]


def first_year(value: str) -> str:
    return years(value)[0]


def last_year(value: str) -> str:
    return years(value)[1]


def slug(value: str) -> str:
    """A text as part of an IRI: lower case, no accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


def point(longitude: str, latitude: str) -> Literal:
    """A point as a GeoSPARQL WKT literal, longitude first (OGC 22-047r1, CRS84)."""
    x, y = float(decimal(longitude)), float(decimal(latitude))
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise RefusedValueError(
            "coordinates-out-of-range",
            Text(fr=f"({x}, {y}) n’est pas un lieu de la Terre.", en=f"({x}, {y}) is no place on Earth."),
            Text(
                fr="Longitude d’abord, latitude ensuite, en degrés.",
                en="Longitude, then latitude, in degrees.",
            ),
        )
    return Literal(f"POINT({x:g} {y:g})", datatype=GEO.wktLiteral)


def outline(region: str, geometry: Mapping[str, Any]) -> Literal:
    """A GeoJSON polygon or multipolygon (RFC 7946) as a GeoSPARQL WKT literal.

    Overseas outlines that were moved near the mainland for drawing are refused: they are not where they say.
    """
    if region in OVERSEAS_REGIONS and _first_longitude(geometry) in range(-15, 15):
        raise RefusedValueError(
            "outline-displaced",
            Text(
                fr=f"le contour de la région {region} a été déplacé près de la métropole.",
                en=f"the outline of region {region} was moved near the mainland.",
            ),
            Text(
                fr="Fournissez les contours à leur place véritable.",
                en="Give the outlines in their true place.",
            ),
        )
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    polygons: Sequence[Any] = []
    if coordinates and kind in {"Polygon", "MultiPolygon"}:
        polygons = [coordinates] if kind == "Polygon" else coordinates
    if not polygons:
        raise RefusedValueError(
            "geometry-unsupported",
            Text(fr=f"géométrie « {kind} » non prise en charge.", en=f"geometry “{kind}” is not supported."),
            Text(fr="Attendu : Polygon ou MultiPolygon.", en="Expected: Polygon or MultiPolygon."),
        )
    text = ",".join(f"({','.join(_ring(ring) for ring in polygon)})" for polygon in polygons)
    return Literal(f"MULTIPOLYGON({text})", datatype=GEO.wktLiteral)


def _first_longitude(geometry: Mapping[str, Any]) -> int | None:
    value: Any = geometry.get("coordinates")
    while isinstance(value, list) and value:
        value = value[0]
    return int(value) if isinstance(value, int | float) else None


def _ring(ring: Sequence[Sequence[float]]) -> str:
    return "(" + ",".join(f"{position[0]:g} {position[1]:g}" for position in ring) + ")"


def web_address(value: str, note: Note) -> NamedNode:
    """An absolute http(s) address as an IRI (RFC 3987).

    `https://` is put before one that starts with www, and what an IRI may not hold is percent-encoded.
    """
    text = f"https://{value}" if value.startswith("www.") else value
    text = re.sub(r"[\s\[\]<>\"{}|\\^`]", lambda found: quote(found[0]), text)
    try:
        if re.match(r"https?://[^/]", text):
            if text != value:
                note("address-encoded", value, text)
            return NamedNode(text)
    except ValueError:
        pass
    raise RefusedValueError(
        "address-malformed",
        Text(fr=f"« {value} » n’est pas une adresse web.", en=f"“{value}” is not a web address."),
        Text(
            fr="Attendu : une adresse complète, https://…",
            en="Expected: a whole address, https://…",
        ),
    )
