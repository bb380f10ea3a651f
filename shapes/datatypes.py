"""XML Schema datatypes: which lexical forms and values each allows, as SPARQL (XSD 1.1 part 2).

Written as regular expressions and comparisons, since SPARQL 1.1 has casts for a few datatypes only.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import Literal, NamedNode

from .namespaces import XSD

_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_TIME = "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?|24:00:00(\\.0+)?)"
_LEAP = "-?([0-9]*([02468][048]|[13579][26])00|[0-9]*[0-9]{2}(0[48]|[2468][048]|[13579][26]))"
_MONTH_DAY = (
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
)
_DAY = f"({_YEAR}-({_MONTH_DAY})|{_LEAP}-02-29)"
_DECIMAL = "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
_B64 = "[A-Za-z0-9+/]"
_FLOAT = f"({_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"

LEXICAL_FORMS: Final[dict[str, str]] = {
    "boolean": "true|false|0|1",
    "decimal": _DECIMAL,
    "float": _FLOAT,
    "double": _FLOAT,
    "date": _DAY + _ZONE,
    "dateTime": f"{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DAY}T{_TIME}(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)",
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "gMonthDay": f"--({_MONTH_DAY}|02-29){_ZONE}",
    "duration": "-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]+)?S)?)?",
    "yearMonthDuration": "-?P([0-9]+Y)?([0-9]+M)?",
    "dayTimeDuration": "-?P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]+)?S)?)?",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "base64Binary": (
        f"({_B64} ?{_B64} ?{_B64} ?{_B64} ?)*({_B64} ?{_B64} ?[AEIMQUYcgkosw048] ?=|{_B64} ?[AQgw] ?= ?=)?"
    ),
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
}
_DURATIONS = {"duration", "yearMonthDuration", "dayTimeDuration"}

INTEGER_RANGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
"""Least and greatest value of each integer type; None where there is no bound."""


def well_formed(value: str, datatype: NamedNode) -> str | None:
    """The condition that the lexical form of `value` is one of the datatype's; None when every form is."""
    if datatype not in XSD:
        return None
    name = datatype.value.removeprefix(XSD.base)
    if name in INTEGER_RANGES:
        return " && ".join([matches(value, "[+-]?[0-9]+"), *_within(value, *INTEGER_RANGES[name])])
    if name not in LEXICAL_FORMS:
        return None
    condition = matches(value, LEXICAL_FORMS[name])
    if name in _DURATIONS:
        condition += f" && {matches(value, '.*[0-9][A-Z]')}"
    return condition


def matches(value: str, pattern: str) -> str:
    return f"REGEX(STR({value}), {Literal(f'^({pattern})$')})"


def _within(value: str, least: int | None, greatest: int | None) -> list[str]:
    """Comparisons by sign and length first, since engines hold integers of 64 bits only."""
    number = f"{XSD.decimal}(STR({value}))"
    conditions: list[str] = []
    if least == 0:
        conditions.append(matches(value, "\\+?[0-9]+|-0+"))
    elif least == 1:
        conditions.append(matches(value, "\\+?0*[1-9][0-9]*"))
    elif least is not None:
        conditions.append(f"COALESCE({number} >= {_decimal(least)}, false)")
    if greatest == 0:
        conditions.append(matches(value, "-[0-9]+|\\+?0+"))
    elif greatest == -1:
        conditions.append(matches(value, "-0*[1-9][0-9]*"))
    elif greatest is not None:
        conditions.append(f"COALESCE({number} <= {_decimal(greatest)}, false)")
    return conditions


def _decimal(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.decimal)
