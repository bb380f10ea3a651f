"""Portals as digiterr.toml declares them: tables of name, url, kind and every."""

from __future__ import annotations

import re
from typing import Final

from ...loaders.harvest.model import KINDS, Portal
from ...ontology.errors import InputError, Where
from ...ontology.text import Text

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SHORTEST: Final = 60.0  # seconds between two harvests of one portal


def read_portals(value: object, where: Where) -> tuple[Portal, ...]:
    """The portals of a configuration file. InputError for what is none."""
    if not isinstance(value, list):
        raise _refused(where)
    portals: list[Portal] = []
    for number, table in enumerate(value, 1):
        place = Where(where.file, where.line, where.column, f"harvests[{number}]")
        match table:
            case {"name": str(name), "url": str(url), **rest}:
                kind, every = rest.pop("kind", "auto"), rest.pop("every", None)
            case _:
                raise _refused(place)
        seconds = _seconds(every)
        if rest or kind not in KINDS or (every is not None and (seconds is None or seconds < SHORTEST)):
            raise _refused(place)
        try:
            portals.append(Portal(name, url, kind, seconds))
        except ValueError:
            raise _refused(place) from None
    if len({portal.name for portal in portals}) < len(portals):
        raise _refused(where)
    return tuple(portals)


def _seconds(every: object) -> float | None:
    """A duration: seconds, or a number with s, m, h or d."""
    if isinstance(every, int | float) and not isinstance(every, bool):
        return float(every)
    found = _DURATION.fullmatch(every.strip()) if isinstance(every, str) else None
    return float(found[1]) * _UNITS[found[2]] if found else None


def _refused(where: Where) -> InputError:
    kinds = ", ".join(KINDS)
    return InputError(
        Text("ce n’est pas une liste de portails.", "this is not a list of portals."),
        Text(
            f"Chaque [[harvests]] a un name unique (lettres minuscules, chiffres, tirets), une url, et au"
            f" besoin kind ({kinds}) et every (« 6h », « 1d », une minute au moins).",
            f"Each [[harvests]] has a unique name (lower-case letters, digits, hyphens), a url, and where"
            f' needed kind ({kinds}) and every ("6h", "1d", a minute at least).',
        ),
        where,
    )
