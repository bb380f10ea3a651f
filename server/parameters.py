"""Parameters of a request, decoded to the letter: UTF-8 or refused, known or refused.

SPARQL 1.1 Protocol, sections 2.1 and 2.2: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import cast
from urllib.parse import parse_qsl

from flask import request

from ..ontology.text import Text
from .http_errors import BadRequestError, ContentTooLargeError

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 1000

Parameters = Mapping[str, tuple[str, ...]]


def decode_parameters(encoded: bytes, known: Collection[str]) -> Parameters:
    """Parameters of an URL or a form. Raises BadRequestError for bad UTF-8 and for a name not in `known`."""
    try:
        pairs = parse_qsl(
            encoded.decode("ascii" if encoded.isascii() else "utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise not_utf8() from error
    except ValueError as error:
        raise BadRequestError(
            Text(f"Plus de {MOST_PARAMETERS} paramètres.", f"More than {MOST_PARAMETERS} parameters.")
        ) from error
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name not in known:
            raise _unknown(name, known)
        found[name] = (*found.get(name, ()), value)
    return found


def single(parameters: Parameters, name: str) -> str | None:
    """The value of a parameter that may stand once. Raises BadRequestError when it stands several times."""
    values = parameters.get(name, ())
    if len(values) > 1:
        raise BadRequestError(
            Text(
                f"Le paramètre {name} est donné {len(values)} fois.", f"{name} is given {len(values)} times."
            ),
            Text("Donnez-le une seule fois.", "Give it once."),
        )
    return values[0] if values else None


def query_string() -> bytes:
    """The query string as it was sent."""
    return cast("str", request.environ.get("QUERY_STRING", "")).encode("latin-1")


def read_body(limit: int, setting: str) -> bytes:
    """The body of the request, at most `limit` bytes. Raises ContentTooLargeError, naming the setting."""
    if (request.content_length or 0) > limit:
        raise too_large(limit, setting)
    body = request.stream.read(limit + 1)
    if len(body) > limit:
        raise too_large(limit, setting)
    return body


def too_large(limit: int, setting: str) -> ContentTooLargeError:
    return ContentTooLargeError(
        Text(
            f"La requête dépasse la limite de {limit} octets (réglage {setting}).",
            f"The request is over the limit of {limit} bytes (setting {setting}).",
        ),
        Text("Raccourcissez-la ou envoyez-la en plusieurs fois.", "Shorten it or send it in parts."),
        details={"limit": setting, "limit_value": limit},
    )


def not_utf8() -> BadRequestError:
    return BadRequestError(
        Text("La requête n’est pas en UTF-8.", "The request is not in UTF-8."),
        Text("Encodez-la en UTF-8.", "Encode it in UTF-8."),
    )


def _unknown(name: str, known: Collection[str]) -> BadRequestError:
    near = difflib.get_close_matches(name, known, 1)
    shown = name[:60]
    names = ", ".join(sorted(known))
    return BadRequestError(
        Text(f"Le paramètre « {shown} » n’existe pas.", f"There is no parameter “{shown}”."),
        Text(f"Vouliez-vous dire {near[0]} ?", f"Did you mean {near[0]}?")
        if near
        else Text(f"Paramètres possibles : {names}.", f"Parameters: {names}."),
    )
