"""Which things a name may mean, how well each fits, and whether one of them can be taken without looking.

A candidate is `sure` when its name fits by more than chance and nothing else of the kinds looked for comes
near it: homonyms are never sure unless the department, or a code, tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.names import DT
from .candidates import Asked, ways
from .index import Entry, NameIndex, all_of, one_of
from .model import Candidate, Wanted
from .names import fold, forms
from .similarity import SAME_CORE, edits, likeness
from .wording import CODE, wordings

LONGEST_TEXT: Final = 200  # characters of a name that are looked at
_MOST: Final = 60  # entries looked at for each way of finding them
_LONG: Final = 8  # letters from which one wrong letter leaves no doubt, when nothing else is near
_FORMER: Final = 0.97
_SHORTENED: Final = 0.93  # « Rennes », for « Rennes Métropole »
_STRIPPED: Final = 0.995  # the text says more than the name
_OTHER_KIND: Final = 0.9  # the text names another kind than the candidate's
_ELSEWHERE: Final = 0.7  # it does not lie where it was said to
_UNKNOWN_PLACE: Final = 0.9  # nobody knows where that is
_OTHER_CODE: Final = 0.7
_CODE_ALONE: Final = 0.6  # its code is given, with a name that is not its own
_POSTCODE: Final = 5  # digits; an INSEE code has as many, and the same department gives both
_POSTCODE_ALONE: Final = 0.5
_LEAST: Final = 0.4
_CLEAR: Final = 0.06  # what separates a sure answer from the next, in likeness
_NO_DOUBT: Final = SAME_CORE * _FORMER * _STRIPPED
# Places that others are said to lie in.
_AROUND: Final = (
    DT.DepartmentTerritory,
    DT.RegionTerritory,
    DT.IntermunicipalTerritory,
    DT.OverseasTerritory,
)


@dataclass(frozen=True, slots=True)
class _Fit:
    entry: Entry
    name: str
    alike: float  # of the names alone
    score: float  # with what is known beside the name
    edits: int
    confirmed: bool  # something beside the name says so too

    @property
    def order(self) -> tuple[float, int, str]:
        return (-round(self.score, 3), -self.entry.thing.weight, self.entry.thing.iri)


class Matcher:
    """Finds things by name in an index."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index
        self.places_named = lru_cache(maxsize=4096)(self._places_named)

    def match(self, wanted: Wanted) -> tuple[Candidate, ...]:
        """The things that may be meant, the likeliest first; none for a text without letters and digits."""
        best: dict[str, _Fit] = {}
        for asked in self._asked(wanted):
            for fit in self._fits(asked, wanted):
                known = best.get(fit.entry.thing.iri)
                if known is None or fit.score > known.score:
                    best[fit.entry.thing.iri] = fit
        found = sorted(best.values(), key=lambda fit: fit.order)
        sure = bool(found) and _sure(found)
        return tuple(
            Candidate(
                fit.entry.thing,
                round(100 * fit.score, 1),
                round(100 * fit.alike, 1),
                fit.name,
                sure and rank == 0,
            )
            for rank, fit in enumerate(found[: wanted.limit])
        )

    def _places_named(self, text: str, kind: NamedNode | None = None) -> frozenset[str]:
        """The departments, regions, EPCI... of that IRI, code or name; of one kind, if it is given."""
        kinds = [one.value for one in ((kind,) if kind else _AROUND)]
        folded, name = fold(text), forms(text)
        ways = [self.index.term("iri", text)]
        if folded:
            ways += [
                self.index.term("code", folded.replace(" ", "")),
                self.index.term("code", folded.lstrip("0")),
            ]
            ways += [self.index.term("key", one.name.key) for one in wordings(text) if one.name.key] or [
                self.index.term("key", name.key)
            ]
        found, _ = self.index.find(all_of(one_of(*ways), self.index.any_of("kind", kinds)), _MOST)
        return frozenset(entry.thing.iri for entry in found)

    def _asked(self, wanted: Wanted) -> Iterable[Asked]:
        given = tuple(self.places_named(text, kind) for text, kind in wanted.around)
        for wording in wordings(wanted.text[:LONGEST_TEXT]):
            said = tuple(self.places_named(text) for text in wording.around)
            if wording.around and not all(said):
                continue  # what stands in brackets is no place
            yield Asked(wording, (*given, *said), frozenset((*wanted.codes, *wording.codes)))

    def _fits(self, asked: Asked, wanted: Wanted) -> list[_Fit]:
        of_kind = self.index.any_of("kind", [kind.value for kind in wanted.kinds]) if wanted.kinds else None
        found: dict[str, Entry] = {}
        for query in ways(self.index, asked, lambda: bool(found)):
            entries, _ = self.index.find(all_of(query, of_kind) if of_kind else query, _MOST)
            found.update((entry.thing.iri, entry) for entry in entries)
        return [fit for entry in found.values() if (fit := _fit(entry, asked)).score >= _LEAST]


def _fit(entry: Entry, asked: Asked) -> _Fit:
    thing, wording = entry.thing, asked.wording
    told = any(kind.value in thing.kinds for kind in wording.kinds)
    plain = _STRIPPED if wording.stripped else 1.0
    alike, called, apart = 0.0, thing.label.fr, _MOST
    for name in entry.names:
        how = likeness(wording.name, name.forms)
        how *= plain * (_FORMER if name.former else 1.0) * (_SHORTENED if name.short and not told else 1.0)
        if how > alike:
            alike, called, apart = how, name.text, edits(wording.name, name.forms)
    score, confirmed = alike, False
    if asked.codes:
        only_code = CODE.match(wording.name.words) is not None
        if asked.codes & set(thing.codes):
            confirmed = True
            score = 1.0 if only_code else max(alike, _CODE_ALONE)
        elif asked.codes & set(thing.postcodes):
            confirmed = True
            score = _POSTCODE_ALONE if only_code else alike
        elif any(_has_another(entry, code) for code in asked.codes):
            score *= _OTHER_CODE
    for places in asked.around:
        if places & {thing.iri, *thing.within}:
            confirmed = True
        else:
            score *= _ELSEWHERE if places else _UNKNOWN_PLACE
    if wording.kinds and not told:
        score *= _OTHER_KIND
    return _Fit(entry, called, alike, score, apart, confirmed)


def _has_another(entry: Entry, code: str) -> bool:
    """Whether a thing has another code of that form; what is not stated contradicts nothing."""
    known = (*entry.thing.codes, *entry.thing.postcodes)
    if len(code) == _POSTCODE:
        known = entry.thing.postcodes
    return any(len(one) == len(code) for one in known)


def _sure(found: Sequence[_Fit]) -> bool:
    """Whether the first of these can be taken without looking."""
    first = found[0]
    if any(fit.score > first.score - _CLEAR for fit in found[1:]):
        return False
    if first.score == 1.0 and first.confirmed and not first.alike:
        return True  # a code of its own
    if first.alike >= _NO_DOUBT:
        return first.score >= _NO_DOUBT
    letters = max(len(name.forms.key) for name in first.entry.names)
    if first.edits > 1 or first.score < first.alike:
        return False
    return first.confirmed or (letters >= _LONG and all(fit.edits > 2 for fit in found[1:]))
