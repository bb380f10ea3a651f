"""What a text says of a place beside its name: what kind it is, which department, a code.

« Ville de Rennes », « CC du Pays de Gex », « Saint-Denis (93) », « 35000 Rennes », « Loire (département) ».
A text may be read in several ways, since « Ville-d'Avray » is a commune; all of them are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.names import DT
from .names import NameForms, fold, forms

_COMMUNE: Final = (DT.MunicipalTerritory,)
_GROUPING: Final = (DT.IntermunicipalTerritory,)
_DEPARTMENT: Final = (DT.DepartmentTerritory,)
_REGION: Final = (DT.RegionTerritory,)
_SYNDICATE: Final = (DT.SyndicateTerritory,)
_DISTRICT: Final = (DT.SubmunicipalTerritory,)

_OF: Final = r"(?: (?:de la|de l|de|du|des|d))?"
_BEFORE: Final = (
    (r"(?:ville|commune|mairie|municipalite|commune nouvelle)", _COMMUNE),
    (
        r"(?:communaute d agglomeration|communaute de communes|communaute urbaine|communaute d agglo)",
        _GROUPING,
    ),
    (r"(?:eurometropole|metropole|communaute|agglomeration|agglo|ca|cc|cu|epci)", _GROUPING),
    (r"(?:departement|conseil departemental|conseil general)", _DEPARTMENT),
    (r"(?:conseil regional|region|collectivite territoriale|collectivite)", _REGION),
    (r"(?:syndicat mixte|syndicat intercommunal|syndicat)", _SYNDICATE),
)
_AFTER: Final = (
    (r"(?:communaute d agglomeration|communaute de communes|communaute urbaine)", _GROUPING),
    (r"(?:eurometropole|metropole|agglomeration|agglo|communaute|intercom)", _GROUPING),
    (r"(?:departement)", _DEPARTMENT),
    (r"(?:region)", _REGION),
)
_HEADS: Final = tuple((re.compile(rf"^{kind}{_OF} (?=\w)"), kinds) for kind, kinds in _BEFORE)
_TAILS: Final = tuple((re.compile(rf" {kind}$"), kinds) for kind, kinds in _AFTER)
# What stands in brackets; « Chaumont-la-Ville » forbids to take « ville » away from the end of a name.
_NOTES: Final = (*_TAILS, (re.compile(r" (?:commune|ville)$"), _COMMUNE))
_BRACKETED: Final = re.compile(r"^(?P<name>[^()]*\S)\s*\((?P<note>[^()]+)\)\s*$")
_AFTER_COMMA: Final = re.compile(r"^(?P<name>[^,]*\S)\s*,\s*(?P<note>[^,]+)$")
_ARTICLE: Final = re.compile(r"^l(?:e|a|es|['’])$", re.IGNORECASE)
_DEPARTMENT_CODE: Final = re.compile(r"^(?:\d{2}|2[ab]|97\d|98\d|dep(?:artement)? ?\d{2,3})$")
_POSTCODE: Final = re.compile(r"(?<!\d)(?P<code>\d{5})(?!\d)")
_CEDEX: Final = re.compile(r"\bcedex( \d{1,2})?$")
_TRAILING_CODE: Final = re.compile(r"^(?P<name>.*[^\W\d].*?)[\s\-–—]+(?P<code>\d{2}|2[abAB]|97\d)$")
_DISTRICT_NAME: Final = re.compile(
    r"^(paris|lyon|marseille) (\d{1,2})(?:er|e|eme|ieme)?(?: arrondissement)?$"
)
CODE: Final = re.compile(r"^(?:\d{2,3}|\d{5}|2[ab]\d{0,3}|\d{9}|\d{14})$")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of reading a text: a name, and what is said beside it.

    `kinds`: the classes it may be of, none when it does not tell. `around`: the places that it lies in, as
    they are written: codes or names. `codes`: codes of its own: INSEE code, SIREN, postcode.
    """

    name: NameForms
    kinds: tuple[NamedNode, ...] = ()
    around: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    stripped: bool = False  # something was taken away to get the name


def wordings(text: str) -> tuple[Wording, ...]:
    """Every way of reading a text, the plainest first."""
    found: dict[tuple[str, tuple[NamedNode, ...]], Wording] = {}
    for one in _wordings(text.strip()):
        if one.name.words or one.codes:
            found.setdefault((one.name.words, one.kinds), one)
    return tuple(found.values())


def _wordings(text: str) -> Iterator[Wording]:
    bare = text.replace(" ", "").lower()
    if CODE.match(bare):
        yield Wording(forms(bare), codes=(bare[:9],))
        return
    yield from _of_kind(Wording(forms(text)))
    rest, around, codes, kinds = text, (), (), ()
    postcode = _POSTCODE.search(rest)
    if postcode:
        codes = (postcode["code"],)
        rest = (rest[: postcode.start()] + " " + rest[postcode.end() :]).strip(" -–—,()")
    noted = _BRACKETED.match(rest) or _AFTER_COMMA.match(rest)
    if noted and not _ARTICLE.match(noted["note"].strip()):
        rest, note = noted["name"], fold(noted["note"])
        kinds = next((of for tail, of in _NOTES if tail.search(f" {note}")), ())
        around = () if kinds else (note.removeprefix("departement ").removeprefix("dep "),)
    trailing = _TRAILING_CODE.match(rest)
    if trailing and not around:
        rest, around = trailing["name"], (trailing["code"].lower(),)
    if rest != text:
        yield from _of_kind(
            Wording(forms(_CEDEX.sub("", fold(rest)).strip() or rest), kinds, around, codes, True)
        )


def _of_kind(one: Wording) -> Iterator[Wording]:
    """A wording, and that in which the words that tell a kind are no part of the name."""
    yield one
    words = one.name.words
    district = _DISTRICT_NAME.match(words)
    if district:
        name = forms(f"{district[1]} {int(district[2])} arrondissement")
        yield Wording(name, _DISTRICT, one.around, one.codes, True)
    for pattern, kinds in (*_HEADS, *_TAILS):
        rest = pattern.sub("", words, count=1)
        if rest not in ("", words):
            yield Wording(forms(rest), kinds, one.around, one.codes, True)
