"""Official French identifiers: the form of INSEE codes, and the check digit of SIREN and SIRET numbers."""

from __future__ import annotations

import re
from typing import Final, Literal

INSEE_COMMUNE: Final = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
INSEE_DEPARTMENT: Final = re.compile(r"[0-9]{2}|2[AB]|9[78][0-9]")
INSEE_REGION: Final = re.compile(r"[0-9]{2}|9[78][0-9]")

IdentifierProblem = Literal["malformed", "wrong-check-digit"]

_SIREN = re.compile(r"[0-9]{9}")
_SIRET = re.compile(r"[0-9]{14}")
_LA_POSTE = "356000000"


def siren_problem(siren: str) -> IdentifierProblem | None:
    """What is wrong with a SIREN (nine digits, the last one a check digit by Luhn's rule), or None."""
    if not _SIREN.fullmatch(siren):
        return "malformed"
    return None if _luhn(siren) else "wrong-check-digit"


def siret_problem(siret: str) -> IdentifierProblem | None:
    """What is wrong with a SIRET (fourteen digits by Luhn's rule, or by La Poste's own), or None."""
    if not _SIRET.fullmatch(siret):
        return "malformed"
    if siret.startswith(_LA_POSTE):
        return None if sum(map(int, siret)) % 5 == 0 or _luhn(siret) else "wrong-check-digit"
    return None if _luhn(siret) else "wrong-check-digit"


def _luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
