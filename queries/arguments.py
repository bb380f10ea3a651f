"""Filling the parameters of a query: what the user wrote becomes RDF terms, the terms a VALUES block.

A parameter is a block `VALUES ?name { … }` in the text of the query, which holds its default: the file runs
as it stands on any SPARQL 1.1 engine. Another value takes the place of the default inside the block after it
was made an RDF term of the parameter's type; the library that knows RDF's syntax writes it (N-Triples, a
subset of SPARQL's data block values), so no text of the user's ever becomes syntax.
SPARQL 1.1 Query Language, section 10.2 (VALUES): https://www.w3.org/TR/sparql11-query/#inline-data
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..ontology.errors import InputError
from ..ontology.names import XSD
from ..ontology.sparql_tokens import Token, tokens
from ..ontology.text import Text
from ..store.model import Term
from .model import Parameter, StoredQuery

Arguments = Mapping[str, tuple[Term | None, ...]]

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\\x00-\x20]*")
_TRUTHS: Final = {"true": True, "yes": True, "oui": True, "false": False, "no": False, "non": False}
MAX_VALUES: Final = 200
MAX_LENGTH: Final = 2_000
MOST_OFFERED: Final = 30  # values named in a message


def significant_tokens(text: str) -> Iterator[Token]:
    """The tokens of a query without white space and comments."""
    return (token for token in tokens(text) if token.kind not in ("space", "comment"))


def values_blocks(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where the contents of each block `VALUES ?name { … }` start and end in the text."""
    found: list[Token] = []
    for token in significant_tokens(text):
        if len(found) == 3 and token.text == "}":
            yield found[2].end, token.start
            found = []
        elif len(found) == 3:
            continue
        elif token.text.upper() == "VALUES":
            found = [token]
        elif found and token.text == ("?" + name if len(found) == 1 else "{"):
            found.append(token)
        else:
            found = []


def filled(query: StoredQuery, arguments: Arguments) -> str:
    """The text of the query with each argument in the block of its parameter."""
    text = query.text
    for name, terms in arguments.items():
        contents = " ".join("UNDEF" if term is None else str(term) for term in terms)
        for start, end in reversed(list(values_blocks(text, name))):
            text = f"{text[:start]} {contents} {text[end:]}"
    return text


def prefixes(text: str) -> dict[str, str]:
    """The prefixes that a query declares, each with its colon."""
    words = [token.text for token in significant_tokens(text)]
    return {
        words[i + 1]: words[i + 2][1:-1]
        for i, word in enumerate(words[:-2])
        if word.upper() == "PREFIX" and words[i + 2].startswith("<")
    }


def expanded(name: str, known: Mapping[str, str]) -> str | None:
    """The IRI of a prefixed name; None when its prefix is not known."""
    prefix, _, local = name.partition(":")
    return known[prefix + ":"] + local if prefix + ":" in known else None


def named_in(text: str) -> frozenset[str]:
    """The IRIs that a query names by a prefix."""
    known = prefixes(text)
    names = (token.text for token in significant_tokens(text) if token.kind == "prefixed_name")
    return frozenset(filter(None, (expanded(name, known) for name in names)))


def read_arguments(
    query: StoredQuery, given: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Term | None, ...]]:
    """The terms for each parameter: those given as text, and the defaults of the others.

    InputError names an unknown parameter (with the nearest known one), a value of the wrong type, or one that
    is not among the values allowed.
    """
    for name in given:
        if query.parameter(name) is None:
            raise _unknown(query, name)
    return {
        parameter.name: tuple(_term(query, parameter, value) for value in given[parameter.name])
        if given.get(parameter.name) and any(given[parameter.name])
        else parameter.default
        for parameter in query.parameters
        if _one_or_repeatable(parameter, given.get(parameter.name, ()))
    }


def written(query: StoredQuery, parameter: Parameter, term: Term | None) -> str:
    """A term as the user would write it; nothing for "any"."""
    if term is None:
        return ""
    value = getattr(term, "value", str(term))
    if isinstance(term, NamedNode):
        known = prefixes(query.text)
        if parameter.namespace:
            prefix, local = parameter.namespace.split(":", 1)
            namespace = known[prefix + ":"] + local
            if value.startswith(namespace):
                return value.removeprefix(namespace)
    return value


def _term(query: StoredQuery, parameter: Parameter, value: str) -> Term:
    value = value.strip(" ")
    if len(value) > MAX_LENGTH:
        raise _refused(parameter, value[:40] + "…", Text("une valeur plus courte", "a shorter value"))
    if _CONTROL.search(value):
        shown = _CONTROL.sub("\ufffd", value)
        raise _refused(
            parameter,
            shown,
            Text("une valeur sans caractère de commande", "a value without control characters"),
        )
    if parameter.choices and value not in {choice.value for choice in parameter.choices}:
        allowed = ", ".join(choice.value for choice in parameter.choices)
        raise _refused(parameter, value, Text(f"l’une de : {allowed}", f"one of: {allowed}"))
    match parameter.type:
        case "integer":
            if not _INTEGER.fullmatch(value):
                raise _refused(parameter, value, Text("un nombre entier", "a whole number"))
            return Literal(int(value))
        case "decimal":
            try:
                number = Decimal(value.replace(",", "."))
            except InvalidOperation:
                number = Decimal("NaN")
            if not number.is_finite() or abs(number.adjusted()) > 30:
                raise _refused(parameter, value, Text("un nombre", "a number"))
            return Literal(format(number, "f"), datatype=XSD.decimal)
        case "boolean":
            if value.lower() not in _TRUTHS:
                raise _refused(parameter, value, Text("oui ou non", "yes or no"))
            return Literal(_TRUTHS[value.lower()])
        case "text":
            return Literal(value)
        case "iri":
            return _iri(query, parameter, value)


def _iri(query: StoredQuery, parameter: Parameter, value: str) -> NamedNode:
    known = prefixes(query.text)
    prefix, colon, local = value.partition(":")
    if colon and prefix + ":" in known:
        iri = known[prefix + ":"] + local
    elif colon:
        iri = value
    elif parameter.namespace:
        prefix, _, local = parameter.namespace.partition(":")
        iri = known[prefix + ":"] + local + value
    else:
        iri = ""
    wanted = Text("une adresse (IRI)", "an address (IRI)")
    if not _IRI.fullmatch(iri):
        raise _refused(parameter, value, wanted)
    try:
        return NamedNode(iri)
    except ValueError:
        raise _refused(parameter, value, wanted) from None


def _one_or_repeatable(parameter: Parameter, values: Sequence[str]) -> bool:
    limit = MAX_VALUES if parameter.repeatable else 1
    if len(values) > limit:
        raise InputError(
            Text(
                f"le paramètre « {parameter.name} » a reçu {len(values)} valeurs.",
                f"the parameter '{parameter.name}' was given {len(values)} values.",
            ),
            Text(f"Donnez-en {limit} au plus.", f"Give at most {limit}."),
        )
    return True


def refuse_unknown_value(query: StoredQuery, parameter: Parameter, value: Term, known: Sequence[str]) -> None:
    """InputError for a term that is not among the values, as users write them, that the data hold."""
    shown = written(query, parameter, value)
    if shown in known:
        return
    near = difflib.get_close_matches(shown, known, 3)
    offered = known if len(known) <= MOST_OFFERED else near or known[:3]
    few = ", ".join(offered) + ("…" if len(offered) < len(known) else "")
    raise _refused(
        parameter,
        shown if len(shown) <= 60 else shown[:60] + "…",
        Text(f"l’une des valeurs : {few}", f"one of the values: {few}"),
    )


def _unknown(query: StoredQuery, name: str) -> InputError:
    names = [parameter.name for parameter in query.parameters]
    near = difflib.get_close_matches(name, names, 1)
    if near:
        hint = Text(f"Vouliez-vous dire « {near[0]} » ?", f"Did you mean '{near[0]}'?")
    elif names:
        hint = Text(f"Elle accepte : {', '.join(names)}.", f"It takes: {', '.join(names)}.")
    else:
        hint = Text("Elle n’en prend aucun.", "It takes none.")
    return InputError(
        Text(
            f"la question « {query.name} » n’a pas de paramètre « {name} ».",
            f"the query '{query.name}' has no parameter '{name}'.",
        ),
        hint,
    )


def _refused(parameter: Parameter, value: str, wanted: Text) -> InputError:
    return InputError(
        Text(
            f"« {value} » ne convient pas au paramètre « {parameter.name} ».",
            f"'{value}' does not suit the parameter '{parameter.name}'.",
        ),
        Text(f"Donnez {wanted.fr}.", f"Give {wanted.en}."),
    )
