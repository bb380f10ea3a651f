"""The sentence of a rule: its own `sh:message`, or a general one for the kind of constraint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal

from ..ontology.text import Text
from .namespaces import DTSH, SH, local_name
from .shapes_graph import Node, ShapesGraph


@dataclass(frozen=True, slots=True)
class RuleMessage:
    """`text` for people, `stated` the literals that the shape itself gives, `hint` how to mend."""

    text: Text
    stated: tuple[Literal, ...]
    hint: Text | None


def message_of(
    shapes: ShapesGraph,
    shape: Node,
    component: Node,
    constraint: Node | None = None,
    stated: tuple[Literal, ...] = (),
    validator: Node | None = None,
) -> RuleMessage:
    """What to say of a result: the message of the constraint written in SPARQL (5.3.2), of the shape (2.1.5),
    or of the component's validator; failing these, a general one.

    `stated` is what the engine reports. It counts where the shapes leave something to fill in (a template or
    `?message`); otherwise the shapes' own words do, since engines leave some out and make others up.
    """
    hint = (constraint and shapes.texts(constraint, DTSH.hint)) or shapes.texts(shape, DTSH.hint)
    own = _own_messages(shapes, constraint, shape, validator)
    if stated and (
        _selects_message(shapes, constraint or validator) or any("{" in literal.value for literal in own)
    ):
        own = stated
    if own:
        return RuleMessage(text_of(own), own, hint)
    return RuleMessage(_general(shapes, shape, component), (), hint)


def _selects_message(shapes: ShapesGraph, constraint: Node | None) -> bool:
    queries = shapes.values(constraint, SH.select) if constraint is not None else []
    return any(re.search(r"[?$]message\b", query.value) for query in queries)


def _own_messages(shapes: ShapesGraph, *nodes: Node | None) -> tuple[Literal, ...]:
    """The `sh:message` literals of the first of the nodes that has any, as written."""
    for node in nodes:
        values = shapes.values(node, SH.message) if node is not None else []
        if literals := tuple(value for value in values if isinstance(value, Literal)):
            return literals
    return ()


def text_of(literals: tuple[Literal, ...]) -> Text:
    """Messages in several languages as one text."""
    by_language = {literal.language or "": literal.value for literal in reversed(literals)}
    any_text = by_language.get("") or by_language.get("en") or literals[0].value
    return Text(by_language.get("fr", any_text), by_language.get("en", any_text))


_PARAMETER: Final = "{}"
_GENERAL: Final[dict[str, Text]] = {
    "ClassConstraintComponent": Text(
        "la valeur doit être une instance de {}", "the value must be an instance of {}"
    ),
    "DatatypeConstraintComponent": Text(
        "la valeur doit être un littéral bien formé de type {}",
        "the value must be a well-formed literal of type {}",
    ),
    "NodeKindConstraintComponent": Text(
        "la valeur doit être de nature {}", "the value must be of node kind {}"
    ),
    "MinCountConstraintComponent": Text("il faut au moins {} valeur(s)", "at least {} value(s) are needed"),
    "MaxCountConstraintComponent": Text("il faut au plus {} valeur(s)", "at most {} value(s) are allowed"),
    "MinExclusiveConstraintComponent": Text(
        "la valeur doit être supérieure à {}", "the value must be greater than {}"
    ),
    "MinInclusiveConstraintComponent": Text(
        "la valeur doit être supérieure ou égale à {}", "the value must be {} or more"
    ),
    "MaxExclusiveConstraintComponent": Text(
        "la valeur doit être inférieure à {}", "the value must be less than {}"
    ),
    "MaxInclusiveConstraintComponent": Text(
        "la valeur doit être inférieure ou égale à {}", "the value must be {} or less"
    ),
    "MinLengthConstraintComponent": Text(
        "la valeur doit compter au moins {} caractère(s)", "the value must have at least {} character(s)"
    ),
    "MaxLengthConstraintComponent": Text(
        "la valeur doit compter au plus {} caractère(s)", "the value must have at most {} character(s)"
    ),
    "PatternConstraintComponent": Text(
        "la valeur doit suivre le motif {}", "the value must match the pattern {}"
    ),
    "LanguageInConstraintComponent": Text(
        "la langue de la valeur n’est pas de celles qui sont admises",
        "the value's language is not an allowed one",
    ),
    "UniqueLangConstraintComponent": Text(
        "il faut au plus une valeur par langue", "at most one value for each language is allowed"
    ),
    "EqualsConstraintComponent": Text(
        "les valeurs doivent être celles de {}", "the values must be the same as those of {}"
    ),
    "DisjointConstraintComponent": Text(
        "la valeur ne doit pas être aussi une valeur de {}", "the value must not be a value of {} as well"
    ),
    "LessThanConstraintComponent": Text(
        "la valeur doit être inférieure à celle de {}", "the value must be less than that of {}"
    ),
    "LessThanOrEqualsConstraintComponent": Text(
        "la valeur doit être inférieure ou égale à celle de {}",
        "the value must not be greater than that of {}",
    ),
    "NotConstraintComponent": Text(
        "la valeur ne doit pas être conforme à la règle {}", "the value must not conform to {}"
    ),
    "AndConstraintComponent": Text(
        "la valeur doit être conforme à toutes les règles données",
        "the value must conform to all the given shapes",
    ),
    "OrConstraintComponent": Text(
        "la valeur doit être conforme à l’une des règles données",
        "the value must conform to one of the given shapes",
    ),
    "XoneConstraintComponent": Text(
        "la valeur doit être conforme à exactement une des règles données",
        "the value must conform to exactly one of the given shapes",
    ),
    "NodeConstraintComponent": Text(
        "la valeur doit être conforme à la règle {}", "the value must conform to {}"
    ),
    "QualifiedMinCountConstraintComponent": Text(
        "il faut au moins {} valeur(s) conforme(s) à la règle donnée",
        "at least {} value(s) that conform to the given shape are needed",
    ),
    "QualifiedMaxCountConstraintComponent": Text(
        "il faut au plus {} valeur(s) conforme(s) à la règle donnée",
        "at most {} value(s) that conform to the given shape are allowed",
    ),
    "ClosedConstraintComponent": Text(
        "cette propriété n’est pas admise ici", "this property is not allowed here"
    ),
    "HasValueConstraintComponent": Text("la valeur {} est attendue", "the value {} is expected"),
    "InConstraintComponent": Text(
        "la valeur n’est pas de celles qui sont admises", "the value is not among those allowed"
    ),
    "SPARQLConstraintComponent": Text(
        "la règle écrite en SPARQL n’est pas respectée", "the rule written in SPARQL is not met"
    ),
}


def _general(shapes: ShapesGraph, shape: Node, component: Node) -> Text:
    name = local_name(component.value)
    text = _GENERAL.get(name)
    if text is None:
        return Text(f"la contrainte {name} n’est pas respectée", f"the constraint {name} is not met")
    parameter = name.removesuffix("ConstraintComponent")
    values = shapes.values(shape, SH[parameter[:1].lower() + parameter[1:]])
    shown = ", ".join(
        value.value if isinstance(value, Literal) else local_name(value.value) for value in values
    )
    return Text(text.fr.replace(_PARAMETER, shown), text.en.replace(_PARAMETER, shown))
