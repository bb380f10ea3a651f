"""What to call the things that no source names: statements, observations, memberships, periods, outlines.

A description says what the thing is and what of: "population observation: Pau, 2022"; a statement is called
by its words, with their place. A batch of things takes two queries, whatever their kinds, and one for the
labels of what they mention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.iris import DATA
from ..ontology.names import DT, GEO, ORG, RDF, SPDX, TIME
from ..ontology.text import Language, Text
from ..store.model import Engine, Term
from .batches import batches, rows_about
from .outside_terms import outside_label

GivenLabels = Callable[[Engine, Iterable[str], Language], dict[str, str]]
Said = Mapping[NamedNode, Sequence[Term]]

_QUOTED: Final = 90  # characters of a quotation
_CODE: Final = 14  # characters of a code
_SUBJECTS: Final = (
    (DT.observedTerritory,),
    (DT.indicatorSubject,),
    (ORG.member, ORG.organization),
    (DT.assessedEntity,),
    (DT.claimSubject,),
    (DT.aboutProperty, DT.concerns),
)
_PRECISIONS: Final = (
    DT.witnessedProgramme, DT.witnessedPower, DT.assessedLevel, DT.assessedDimension, DT.claimedValueType,
)  # fmt: skip
_OTHERS: Final = (
    RDF.type, DT.referenceYear, DT.startYear, DT.endYear, DT.sourceQuote, DT.sourceSlide, DT.sourcePage,
    DT.aboutCase,
)  # fmt: skip
_ASKED: Final = frozenset((*(one for these in _SUBJECTS for one in these), *_PRECISIONS, *_OTHERS))
# What leads to a thing that is part of another.
_OWNED: Final = (GEO.hasGeometry, DT.hasDataCollection, DT.hasLeadership, TIME.hasTime, SPDX.checksum)
# Classes that say less than the others of a thing.
_GENERAL: Final = (DT.Statement, DT.Assessment, DT.Indicator, DT.Actor, DT.DataCollection)
_SAID: Final = f"""
SELECT DISTINCT ?thing ?property ?value WHERE {{
  VALUES ?thing {{ %s }}
  ?thing ?property ?value
  FILTER(?property IN ({", ".join(sorted(map(str, _ASKED)))}))
}}
"""
_AROUND: Final = f"""
SELECT DISTINCT ?thing ?property ?value WHERE {{
  VALUES ?thing {{ %s }}
  {{ ?value ?property ?thing FILTER(?property IN ({", ".join(map(str, _OWNED))})) }}
  UNION {{ ?thing {TIME.hasBeginning}/{TIME.inXSDgYear} ?value BIND({DT.startYear} AS ?property) }}
  UNION {{ ?thing {TIME.hasEnd}/{TIME.inXSDgYear} ?value BIND({DT.endYear} AS ?property) }}
}}
"""
_SLIDE: Final = Text("diapositive", "slide")
_PAGE: Final = Text("p.", "p.")


def described(
    engine: Engine, iris: Iterable[str], language: Language, given_labels: GivenLabels
) -> dict[str, str]:
    """A description of each thing of the data of which the graph says what it is; of nothing else."""
    found: dict[str, str] = {}
    for batch in batches(iri for iri in iris if iri.startswith(DATA)):
        said = _by_thing(rows_about(engine, _SAID, batch))
        # Things without a subject of their own are parts of others.
        parts = [iri for iri in batch if iri in said and not any(_subjects(said[iri]))]
        for iri, more in _by_thing(rows_about(engine, _AROUND, parts)).items():
            said[iri] = {**said[iri], **more}
        mentioned = {
            value.value
            for of_thing in said.values()
            for values in of_thing.values()
            for value in values
            if isinstance(value, NamedNode)
        }
        labels = given_labels(engine, sorted(mentioned), language)
        found |= {
            iri: _description(iri, said[iri], language, labels)
            for iri in batch
            if iri in said and _kind(said[iri])
        }
    return found


def _description(iri: str, said: Said, language: Language, labels: Mapping[str, str]) -> str:
    def name(term: Term) -> str:
        outside = outside_label(term.value)
        return labels.get(term.value) or (outside.in_language(language) if outside else _code(term.value))

    kind = _kind(said)
    quotes = said.get(DT.sourceQuote, ())
    subjects = [name(one) for one in _subjects(said)]
    owners = [name(one) for via in _OWNED for one in said.get(via, ())]
    precisions = [name(one) for precise in _PRECISIONS for one in said.get(precise, ())]
    years = _years(said)
    if kind == DT.Statement and quotes:
        parts, kind = [_quoted(quotes[0].value, language)], None
    elif TIME.ProperInterval in said.get(RDF.type, ()) and years:
        parts, kind = [years], None
    else:
        parts = [*(subjects or owners or [_code(iri)]), *precisions, *([years] if years else [])]
    for place, text in ((DT.sourceSlide, _SLIDE), (DT.sourcePage, _PAGE)):
        if DT.Statement in said.get(RDF.type, ()):
            parts += [f"{text.in_language(language)} {one.value}" for one in said.get(place, ())]
    written = ", ".join(dict.fromkeys(parts))
    if kind is None:
        return written
    return f"{name(kind)}\u00a0: {written}" if language == "fr" else f"{name(kind)}: {written}"


def _kind(said: Said) -> NamedNode | None:
    """The class that says most of a thing: one of the ontology rather than of another vocabulary."""

    def rank(kind: NamedNode) -> tuple[bool, bool, str]:
        return (not kind.value.startswith(DT.NAMESPACE), kind in _GENERAL, kind.value)

    return min((one for one in said.get(RDF.type, ()) if isinstance(one, NamedNode)), key=rank, default=None)


def _subjects(said: Said) -> Sequence[Term]:
    """What a thing is about: a case only where it is about nothing else."""
    for properties in _SUBJECTS:
        found = [value for one in properties for value in said.get(one, ())]
        cases = said.get(DT.aboutCase, ())
        if found:
            return [one for one in found if one not in cases] or found
    return ()


def _years(said: Said) -> str:
    year = [one.value for one in said.get(DT.referenceYear, ())]
    start, end = (next((one.value for one in said.get(name, ())), "") for name in (DT.startYear, DT.endYear))
    if start and end:
        return start if start == end else f"{start} – {end}"
    return next(iter(year), f"{start} – …" if start else f"… – {end}" if end else "")


def _quoted(words: str, language: Language) -> str:
    short = words if len(words) <= _QUOTED else words[:_QUOTED].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return f"«\u00a0{short}\u00a0»" if language == "fr" else f"“{short}”"


def _code(iri: str) -> str:
    code = iri.removeprefix(DATA).partition("-")[2] or iri
    return code if len(code) <= _CODE or "-" in code else code[:_CODE] + "…"


def _by_thing(rows: Iterable[Sequence[Term | None]]) -> dict[str, dict[NamedNode, list[Term]]]:
    found: dict[str, dict[NamedNode, list[Term]]] = {}
    for thing, predicate, value in sorted(rows, key=str):
        if thing is not None and isinstance(predicate, NamedNode) and value is not None:
            found.setdefault(thing.value, {}).setdefault(predicate, []).append(value)
    return found
