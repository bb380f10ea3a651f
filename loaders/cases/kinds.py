"""The kinds of value that a key may have: how each is read, described in JSON Schema, and written as RDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, Protocol

from pyoxigraph import Literal, NamedNode

from ...ontology.names import DTV, XSD
from ...ontology.text import LANGUAGES, Text
from ..tree import MappingNode, Mark, Node, ScalarNode

Term = NamedNode | Literal
Complain = Callable[[Mark, str, Text, Text], None]
Resolve = Callable[[tuple[str, ...], str], NamedNode]


class ValueKind(Protocol):
    """Reads a node into a value, or complains and gives None."""

    def read(self, node: Node, complain: Complain) -> Any: ...

    def schema(self) -> dict[str, Any]: ...

    def terms(self, value: Any, resolve: Resolve) -> tuple[Term, ...]: ...


# The commonest slip: {fr: HAL, archive ouverte} has two keys.
COMMA_HINT: Final = Text(
    "Entre accolades, mettez entre guillemets un texte qui contient une virgule.",
    "Between braces, put a text that holds a comma between quotation marks.",
)


def nearest(word: str, choices: Mapping[str, object] | list[str]) -> str | None:
    """The choice closest to a word, or None when none is close."""
    close = get_close_matches(word.lower(), [choice.lower() for choice in choices], n=1, cutoff=0.5)
    return next((choice for choice in choices if close and choice.lower() == close[0]), None)


def _scalar(node: Node, complain: Complain, wanted: Text) -> str | None:
    if isinstance(node, ScalarNode):
        return node.text
    complain(
        node.mark,
        "wrong-kind",
        Text(
            f"une liste ou un groupe de clés se trouve là où il faut {wanted.fr}.",
            f"a list or a group of keys stands where {wanted.en} is needed.",
        ),
        Text("Écrivez la valeur sur la ligne de la clé.", "Write the value on the line of its key."),
    )
    return None


def _one_line(text: str) -> str:
    """A text on one line; the no-break spaces of French stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


@dataclass(frozen=True, slots=True)
class Words:
    """A text in no particular language: a title of a work, a name."""

    def read(self, node: Node, complain: Complain) -> str | None:
        text = _scalar(node, complain, Text("un texte", "a text"))
        return text.strip() if text is not None else None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def terms(self, value: str, resolve: Resolve) -> tuple[Term, ...]:
        return (Literal(value),)


@dataclass(frozen=True, slots=True)
class LanguageText:
    """Text in French, in English, or both. With `both`, neither may lack; a bare text is French."""

    both: bool = False

    def read(self, node: Node, complain: Complain) -> Mapping[str, str] | None:
        if isinstance(node, ScalarNode) and not self.both:
            return {"fr": _one_line(node.text)}
        if not isinstance(node, MappingNode):
            complain(
                node.mark,
                "wrong-kind",
                Text(
                    "il faut un texte en français et en anglais.",
                    "a text in French and in English is needed.",
                ),
                Text('Écrivez {fr: "...", en: "..."}.', 'Write {fr: "...", en: "..."}.'),
            )
            return None
        texts: dict[str, str] = {}
        sound = True
        for name, value in node.entries:
            if name.text not in LANGUAGES:
                complain(
                    name.mark,
                    "unknown-key",
                    Text(
                        f"la langue « {name.text} » n’est pas prévue.",
                        f"the language {name.text!r} is not provided for.",
                    ),
                    COMMA_HINT
                    if isinstance(value, ScalarNode) and value.is_null
                    else Text("Les langues sont fr et en.", "The languages are fr and en."),
                )
                sound = False
            elif not isinstance(value, ScalarNode):
                _scalar(value, complain, Text("un texte", "a text"))
                sound = False
            elif not value.is_null and value.text.strip():
                texts[name.text] = _one_line(value.text)
        missing = [language for language in LANGUAGES if language not in texts]
        if sound and missing and (self.both or not texts):
            complain(
                node.mark,
                "missing-language",
                Text(
                    f"il manque le texte en {' et '.join(missing)}.",
                    f"the text in {' and '.join(missing)} is missing.",
                ),
                Text('Écrivez {fr: "...", en: "..."}.', 'Write {fr: "...", en: "..."}.'),
            )
            return None
        return texts if sound else None

    def schema(self) -> dict[str, Any]:
        mapping: dict[str, Any] = {
            "type": "object",
            "properties": {language: {"type": "string", "minLength": 1} for language in LANGUAGES},
            "additionalProperties": False,
        }
        if self.both:
            return mapping | {"required": list(LANGUAGES)}
        return {"anyOf": [{"type": "string", "minLength": 1}, mapping | {"minProperties": 1}]}

    def terms(self, value: Mapping[str, str], resolve: Resolve) -> tuple[Term, ...]:
        return tuple(Literal(text, language=language) for language, text in value.items())


_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f_][0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number of `unit`, between two bounds; digits may stand in groups of three."""

    unit: Text
    low: int = 0
    high: int = 100_000_000

    def read(self, node: Node, complain: Complain) -> int | None:
        written = _scalar(node, complain, Text("un nombre entier", "a whole number"))
        if written is None:
            return None
        text = written.strip()
        digits = re.sub(r"[ \u00a0\u202f_]", "", text) if _GROUPED.fullmatch(text) else text
        if not re.fullmatch(r"-?[0-9]{1,18}", digits) or not digits.isascii():
            complain(
                node.mark,
                "wrong-unit",
                Text(
                    f"« {text[:40]} » n’est pas un nombre entier ; l’unité est : {self.unit.fr}.",
                    f"{text[:40]!r} is not a whole number; the unit is: {self.unit.en}.",
                ),
                Text(
                    "Écrivez tous les chiffres, sans unité ni abréviation : 150000.",
                    "Write all the digits, without unit or abbreviation: 150000.",
                ),
            )
            return None
        number = int(digits)
        if not self.low <= number <= self.high:
            complain(
                node.mark,
                "out-of-range",
                Text(
                    f"{number} n’est pas entre {self.low} et {self.high} ({self.unit.fr}).",
                    f"{number} is not between {self.low} and {self.high} ({self.unit.en}).",
                ),
                Text("Vérifiez ce nombre dans la source.", "Check this number in the source."),
            )
            return None
        return number

    def schema(self) -> dict[str, Any]:
        # Grouped digits are a text in YAML; plain ones a number.
        return {
            "anyOf": [
                {"type": "integer", "minimum": self.low, "maximum": self.high},
                {"type": "string", "pattern": "^[0-9]{1,3}([ _\u00a0\u202f]?[0-9]{3})*$"},
            ]
        }

    def terms(self, value: int, resolve: Resolve) -> tuple[Term, ...]:
        return (Literal(str(value), datatype=self.datatype()),)

    def datatype(self) -> NamedNode:
        return XSD.positiveInteger if self.low > 0 else XSD.nonNegativeInteger


@dataclass(frozen=True, slots=True)
class Year(Whole):
    """A year of the common era, as an integer: OWL 2 reasons over integers, not over xsd:gYear."""

    unit: Text = Text("une année sur quatre chiffres", "a year in four digits")
    low: int = 1789
    high: int = 2100

    def datatype(self) -> NamedNode:
        return XSD.integer


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def read(self, node: Node, complain: Complain) -> bool | None:
        text = _scalar(node, complain, Text("true ou false", "true or false"))
        if text is None:
            return None
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        complain(
            node.mark,
            "wrong-kind",
            Text(f"« {text[:40]} » n’est ni true ni false.", f"{text[:40]!r} is neither true nor false."),
            Text(
                "Écrivez true (oui) ou false (non), ou retirez la clé si la source ne le dit pas.",
                "Write true or false, or remove the key when the source does not say.",
            ),
        )
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def terms(self, value: bool, resolve: Resolve) -> tuple[Term, ...]:
        return (Literal(value),)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text of a fixed form: a code, a date, an address. `datatype` None makes it an IRI."""

    pattern: str
    what: Text
    example: str
    datatype: NamedNode | None = XSD.string

    def matches(self, text: str) -> bool:
        if self.datatype is None:
            try:
                NamedNode(text)
            except ValueError:
                return False
        return re.fullmatch(self.pattern, text, re.ASCII) is not None

    def read(self, node: Node, complain: Complain) -> str | None:
        text = _scalar(node, complain, self.what)
        if text is None:
            return None
        if not self.matches(text):
            complain(
                node.mark,
                "wrong-form",
                Text(f"« {text[:60]} » n’est pas {self.what.fr}.", f"{text[:60]!r} is not {self.what.en}."),
                Text(f"Exemple : {self.example}.", f"Example: {self.example}."),
            )
            return None
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "examples": [self.example]}

    def terms(self, value: str, resolve: Resolve) -> tuple[Term, ...]:
        return (Literal(value, datatype=self.datatype) if self.datatype else NamedNode(value),)


@dataclass(frozen=True, slots=True)
class Date:
    """A year, a month or a day of the calendar, as precise as the source is."""

    def read(self, node: Node, complain: Complain) -> str | None:
        text = _scalar(node, complain, _A_DATE)
        if text is None:
            return None
        try:
            date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10])
        except ValueError:
            sound = False
        else:
            sound = re.fullmatch(_DATE, text, re.ASCII) is not None
        if not sound:
            complain(
                node.mark,
                "wrong-form",
                Text(f"« {text[:60]} » n’est pas {_A_DATE.fr}.", f"{text[:60]!r} is not {_A_DATE.en}."),
                Text("Exemple : 2023-02-17.", "Example: 2023-02-17."),
            )
            return None
        return text

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "string", "pattern": f"^{_DATE}$", "examples": ["2023-02-17"]},
                {"type": "integer", "minimum": 1000, "maximum": 9999},
            ]
        }

    def terms(self, value: str, resolve: Resolve) -> tuple[Term, ...]:
        datatype = {4: XSD.gYear, 7: XSD.gYearMonth}.get(len(value), XSD.date)
        return (Literal(value, datatype=datatype),)


_DATE: Final = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_A_DATE: Final = Text("une date (AAAA, AAAA-MM ou AAAA-MM-JJ)", "a date (YYYY, YYYY-MM or YYYY-MM-DD)")


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a closed list, each standing for a term of the ontology."""

    choices: Mapping[str, NamedNode]

    def read(self, node: Node, complain: Complain) -> str | None:
        text = _scalar(node, complain, Text("un mot de la liste", "a word of the list"))
        if text is None or text in self.choices:
            return text
        near = nearest(text, self.choices)
        listed = ", ".join(self.choices)
        complain(
            node.mark,
            "unknown-value",
            Text(
                f"« {text[:40]} » n’est pas une valeur connue ici.",
                f"{text[:40]!r} is not a value known here.",
            ),
            Text(
                (f"Vouliez-vous dire « {near} » ? " if near else "") + f"Valeurs possibles : {listed}.",
                (f"Did you mean {near!r}? " if near else "") + f"Possible values: {listed}.",
            ),
        )
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}

    def terms(self, value: str, resolve: Resolve) -> tuple[Term, ...]:
        return (self.choices[value],)


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of something declared in the same file (or, for sources and studies, in another)."""

    groups: tuple[str, ...]
    example: str = "epci"

    def read(self, node: Node, complain: Complain) -> str | None:
        text = _scalar(node, complain, Text("le nom d’une chose déclarée", "the name of something declared"))
        return text.strip() if text is not None else None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def terms(self, value: str, resolve: Resolve) -> tuple[Term, ...]:
        return (resolve(self.groups, value),)


CONCEPTS: Final[Mapping[str, NamedNode]] = {
    term.value.removeprefix(DTV.NAMESPACE): term for term in vars(DTV).values() if isinstance(term, NamedNode)
}
NAME_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
