"""What can be found by name: territories, concepts and terms, cases, projects, stored queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from ...loaders.matching.model import Thing
from ...ontology.iris import BASE, DATA
from ...ontology.names import DCTERMS, DT, OWL, RDFS, SCHEMA, SKOS
from ...ontology.text import Text
from ...queries.model import StoredQuery
from ...store.model import Engine, Term
from ..territories.gazetteer import Gazetteer, Place

# What people call the kinds of territories; the classes have longer names.
KIND_NAMES: Final[Mapping[NamedNode, Text]] = {
    DT.RegionTerritory: Text("région", "region"),
    DT.OverseasTerritory: Text("collectivité d’outre-mer", "overseas collectivity"),
    DT.DepartmentTerritory: Text("département", "department"),
    DT.IntermunicipalTerritory: Text("EPCI à fiscalité propre", "intermunicipal grouping (EPCI)"),
    DT.SyndicateTerritory: Text("syndicat", "syndicate"),
    DT.MunicipalTerritory: Text("commune", "commune"),
    DT.SubmunicipalTerritory: Text("partie de commune", "part of a commune"),
    SKOS.Concept: Text("concept", "concept"),
    SKOS.ConceptScheme: Text("liste de concepts", "concept scheme"),
    OWL.Class: Text("classe", "class"),
    OWL.ObjectProperty: Text("propriété", "property"),
    OWL.DatatypeProperty: Text("propriété", "property"),
    DT.CaseStudy: Text("étude de cas", "case study"),
    DT.DigitalProject: Text("projet", "project"),
    SCHEMA.Question: Text("question", "question"),
}
# Kinds beside the territories, and how likely each is to be meant, in inhabitants of a place.
_TERMS: Final[Mapping[NamedNode, int]] = {
    DT.CaseStudy: 5_000_000,
    OWL.Class: 400_000,
    SKOS.Concept: 300_000,
    SKOS.ConceptScheme: 200_000,
    OWL.ObjectProperty: 100_000,
    OWL.DatatypeProperty: 100_000,
    DT.DigitalProject: 50_000,
}
_QUESTION: Final = 150_000
# A region or a department of no known population is still larger than a commune.
_AT_LEAST: Final[Mapping[str, int]] = {"RegionTerritory": 3_000_000, "DepartmentTerritory": 500_000}
_TEXTS: Final = f"""
SELECT ?t ?property ?value WHERE {{
  ?t a ?kind ; ?property ?value
  FILTER(?property IN (
    {RDFS.label}, {SKOS.prefLabel}, {SKOS.altLabel}, {DCTERMS.title}, {SKOS.definition}, {SKOS.notation},
    {SKOS.inScheme}))
}}
"""
_NAMING: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.title)
_LONGEST_ABOUT: Final = 160  # characters of a definition


def places(gazetteer: Gazetteer) -> Iterator[Thing]:
    """The territories; a commune is also found by the names of its parts and of those that it took in."""
    taken_in: dict[str, set[str]] = {}
    for place in gazetteer.places:
        if place.merged_into:
            taken_in.setdefault(place.merged_into, set()).update((place.label, *place.others))
        elif place.type == DT.SubmunicipalTerritory and not place.name.startswith("terr-district-"):
            for parent in place.parents:
                taken_in.setdefault(parent, set()).add(place.label)
    for place in gazetteer.places:
        above = gazetteer.ancestors(place)
        sirens = tuple(siren for _, siren in place.bodies if siren)
        yield Thing(
            DATA + place.name,
            (place.type.value, DT.Territory.value),
            Text(place.label, place.label),
            _about_place(place, above),
            former=(*place.others, *sorted(taken_in.get(place.name, set()) - {place.label})),
            codes=tuple(filter(None, (place.code, *sirens, *place.former_codes))),
            postcodes=place.postcodes,
            within=tuple(DATA + one.name for one in above),
            bodies=tuple(DATA + body for body, _ in place.bodies),
            weight=_weight(place),
        )


def _weight(place: Place) -> int:
    if place.former:
        return 0
    people = max(place.population or 0, _AT_LEAST.get(place.kind, 0))
    # A grouping stands below its commune of the same name, and a syndicate below the groupings.
    return people // {"IntermunicipalTerritory": 3, "SyndicateTerritory": 100}.get(place.kind, 1)


def _about_place(place: Place, above: Iterable[Place]) -> Text:
    """« commune, Ille-et-Vilaine (35) »."""
    kind = Text("ancienne commune", "former commune") if place.former else KIND_NAMES[place.type]
    order = (DT.MunicipalTerritory, DT.DepartmentTerritory, DT.RegionTerritory)
    around = sorted((one for one in above if one.type in order), key=lambda one: order.index(one.type))
    where = "".join(f", {one.label}" + (f" ({one.code})" if one.code else "") for one in around[:2])
    return Text(kind.fr + where, kind.en + where)


@dataclass
class _Found:
    names: dict[str, list[str]] = field(default_factory=dict)  # by language; preferred ones first
    others: list[str] = field(default_factory=list)
    definitions: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    schemes: list[str] = field(default_factory=list)


def terms(engine: Engine) -> Iterator[Thing]:
    """Concepts, terms of the ontology, cases and projects, by their labels and synonyms."""
    seen = set[str]()
    for kind, weight in _TERMS.items():
        for iri, found in _described(engine, kind).items():
            names = found.names.get("fr") or found.names.get("en") or found.names.get("")
            if iri in seen or not names or not iri.startswith(BASE):
                continue
            seen.add(iri)
            fr, en = names[0], (found.names.get("en") or names)[0]
            rest = (name for of in found.names.values() for name in of)
            yield Thing(
                iri,
                (kind.value,),
                Text(fr, en),
                _about_term(KIND_NAMES[kind], found.definitions),
                names=(*rest, *found.others, iri.rpartition("/")[2].rpartition("#")[2]),
                codes=tuple(found.codes),
                within=tuple(found.schemes),
                weight=weight,
            )


def _described(engine: Engine, kind: NamedNode) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for thing, naming, value in engine.select(_TEXTS, {"kind": kind}).rows:
        if not isinstance(thing, NamedNode) or value is None:
            continue
        about = found.setdefault(thing.value, _Found())
        if naming in _NAMING:
            about.names.setdefault(_language(value), []).append(value.value)
        elif naming == SKOS.altLabel:
            about.others.append(value.value)
        elif naming == SKOS.definition:
            about.definitions[_language(value)] = value.value
        elif naming == SKOS.notation:
            about.codes.append(value.value)
        elif naming == SKOS.inScheme:
            about.schemes.append(value.value)
    return found


def _about_term(kind: Text, definitions: Mapping[str, str]) -> Text:
    def about(name: str, language: str) -> str:
        text = definitions.get(language, "")
        short = text if len(text) <= _LONGEST_ABOUT else text[: text.rfind(" ", 0, _LONGEST_ABOUT)] + "…"
        joined = " : " if language == "fr" else ": "
        return f"{name}{joined}{short}" if short else name

    return Text(about(kind.fr, "fr"), about(kind.en, "en"))


def questions(queries: Iterable[StoredQuery]) -> Iterator[Thing]:
    """The stored queries, by their titles, questions and keywords."""
    kind = KIND_NAMES[SCHEMA.Question]
    for query in queries:
        yield Thing(
            f"{BASE}queries/{query.name}",
            (SCHEMA.Question.value,),
            query.title,
            Text(f"{kind.fr} : {query.question.fr}", f"{kind.en}: {query.question.en}"),
            names=(query.question.fr, query.question.en, *query.keywords["fr"], *query.keywords["en"]),
            weight=_QUESTION,
        )


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""
