"""Types and properties of the service: what may be asked for, and how clients name it.

Identifiers of entities are their IRIs without `https://w3id.org/digiterr/`; those of types and properties are
local names of the ontology, or short names of our own where the ontology has no single term (« department »).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pyoxigraph import NamedNode

from ...ontology.iris import BASE, DATA
from ...ontology.names import DT, GEO, RDF, RDFS, SKOS
from ...ontology.text import Text
from ..search.things import KIND_NAMES

IDENTIFIER_SPACE: Final = BASE
SCHEMA_SPACE: Final = DT.NAMESPACE

ValueKind = Literal["entity", "text", "number"]


@dataclass(frozen=True, slots=True)
class EntityType:
    id: str
    kind: NamedNode
    name: Text


@dataclass(frozen=True, slots=True)
class Property:
    """A property of things: `pattern` binds ?value to its values for ?thing, in SPARQL.

    A query may give its values where it is `around` (the place it names, of that class) or a `code`.
    """

    id: str
    name: Text
    pattern: str
    of: tuple[NamedNode, ...]  # types that have it
    values: ValueKind = "text"
    value_type: NamedNode | None = None
    around: NamedNode | None = None
    code: bool = False


def _type(kind: NamedNode, name: Text | None = None) -> EntityType:
    local = kind.value.removeprefix(DT.NAMESPACE).removeprefix(SKOS.NAMESPACE)
    return EntityType(local, kind, name or KIND_NAMES[kind])


TYPES: Final = (
    _type(DT.MunicipalTerritory),
    _type(DT.IntermunicipalTerritory),
    _type(DT.DepartmentTerritory),
    _type(DT.RegionTerritory),
    _type(DT.OverseasTerritory),
    _type(DT.SyndicateTerritory),
    _type(DT.SubmunicipalTerritory),
    _type(DT.Territory, Text("territoire, de toute nature", "territory of any kind")),
    _type(SKOS.Concept),
    _type(SKOS.ConceptScheme),
)
DEFAULT_TYPES: Final = tuple(
    one for one in TYPES if one.kind in (DT.MunicipalTerritory, DT.Territory, SKOS.Concept)
)

_PLACES: Final = tuple(one.kind for one in TYPES if one.kind not in (SKOS.Concept, SKOS.ConceptScheme))
_SMALL: Final = (DT.Territory, DT.MunicipalTerritory, DT.SubmunicipalTerritory)
_CONCEPTS: Final = (SKOS.Concept,)
_WITHIN: Final = f"?thing {DT.partOfTerritory} ?value . ?value {RDF.type} %s"
_POPULATION: Final = f"""
?observation {DT.observedTerritory} ?thing ; {DT.populationCount} ?value ; {DT.referenceYear} ?year
FILTER NOT EXISTS {{
  ?later {DT.observedTerritory} ?thing ; {DT.referenceYear} ?after FILTER(?after > ?year)
}}
"""

PROPERTIES: Final = (
    Property(
        "department",
        Text("département", "department"),
        _WITHIN % DT.DepartmentTerritory,
        (*_SMALL, DT.IntermunicipalTerritory),
        "entity",
        DT.DepartmentTerritory,
        DT.DepartmentTerritory,
    ),
    Property(
        "region",
        Text("région", "region"),
        _WITHIN % DT.RegionTerritory,
        (*_SMALL, DT.DepartmentTerritory, DT.IntermunicipalTerritory),
        "entity",
        DT.RegionTerritory,
        DT.RegionTerritory,
    ),
    Property(
        "epci",
        Text("EPCI à fiscalité propre", "intermunicipal grouping (EPCI)"),
        _WITHIN % DT.IntermunicipalTerritory,
        _SMALL,
        "entity",
        DT.IntermunicipalTerritory,
        DT.IntermunicipalTerritory,
    ),
    Property(
        "commune",
        Text("commune dont il fait partie", "commune of which it is a part"),
        _WITHIN % DT.MunicipalTerritory,
        (DT.SubmunicipalTerritory,),
        "entity",
        DT.MunicipalTerritory,
        DT.MunicipalTerritory,
    ),
    Property(
        "inseeCode", Text("code INSEE", "INSEE code"), f"?thing {DT.inseeCode} ?value", _PLACES, code=True
    ),
    Property(
        "siren",
        Text("SIREN de la collectivité", "SIREN of the authority"),
        f"?thing {DT.hasAuthority}/{DT.siren} ?value",
        _PLACES,
        code=True,
    ),
    Property(
        "postcode",
        Text("code postal", "postcode"),
        f"?thing {DT.postcode} ?value",
        _SMALL,
        code=True,
    ),
    Property(
        "formerInseeCode",
        Text("ancien code INSEE", "former INSEE code"),
        f"?thing {DT.formerInseeCode} ?value",
        _SMALL,
        code=True,
    ),
    Property(
        "formerName",
        Text("autre nom", "other name"),
        f"?thing {SKOS.altLabel} ?value",
        (*_PLACES, *_CONCEPTS),
    ),
    Property(
        "population",
        Text("population, dernière année connue", "population, latest known year"),
        _POPULATION,
        _PLACES,
        "number",
    ),
    Property(
        "areaSquareKilometres",
        Text("superficie (km²)", "area (km²)"),
        f"?thing {DT.areaSquareKilometres} ?value",
        _PLACES,
        "number",
    ),
    Property(
        "point",
        Text("point (WKT, longitude et latitude)", "point (WKT, longitude and latitude)"),
        f"?thing {GEO.hasGeometry}/{GEO.asWKT} ?value FILTER(STRSTARTS(STR(?value), 'POINT'))",
        _PLACES,
    ),
    Property(
        "authority", Text("collectivité", "authority"), f"?thing {DT.hasAuthority} ?value", _PLACES, "entity"
    ),
    Property(
        "groupingKind",
        Text("nature du groupement", "kind of grouping"),
        f"?thing {DT.hasAuthority}/{DT.groupingKind} ?value",
        (DT.Territory, DT.IntermunicipalTerritory, DT.SyndicateTerritory),
        "entity",
        SKOS.Concept,
    ),
    Property(
        "holdsPower",
        Text("compétences", "powers"),
        f"?thing {DT.hasAuthority}/{DT.holdsPower} ?value",
        (DT.Territory, DT.IntermunicipalTerritory, DT.SyndicateTerritory),
        "entity",
        SKOS.Concept,
    ),
    Property(
        "mergedInto",
        Text("fusionnée dans", "merged into"),
        f"?thing {DT.mergedInto} ?value",
        _SMALL,
        "entity",
        DT.MunicipalTerritory,
    ),
    Property(
        "inScheme",
        Text("liste de concepts", "concept scheme"),
        f"?thing {SKOS.inScheme} ?value",
        _CONCEPTS,
        "entity",
        SKOS.ConceptScheme,
        SKOS.ConceptScheme,
    ),
    Property(
        "broader",
        Text("concept plus large", "broader concept"),
        f"?thing {SKOS.broader} ?value",
        _CONCEPTS,
        "entity",
        SKOS.Concept,
    ),
    Property(
        "notation", Text("notation", "notation"), f"?thing {SKOS.notation} ?value", _CONCEPTS, code=True
    ),
    Property(
        "definition",
        Text("définition", "definition"),
        f"?thing {SKOS.definition} ?value",
        _CONCEPTS,
    ),
    Property(
        "label",
        Text("libellé", "label"),
        f"?thing {RDFS.label}|{SKOS.prefLabel} ?value",
        (*_PLACES, *_CONCEPTS, SKOS.ConceptScheme),
    ),
)

TYPES_BY_ID: Final[Mapping[str, EntityType]] = {one.id: one for one in TYPES}
PROPERTIES_BY_ID: Final[Mapping[str, Property]] = {one.id: one for one in PROPERTIES}


def type_named(name: str) -> EntityType | None:
    """The type that a client means: by its identifier, its IRI, or its IRI with a prefix."""
    return TYPES_BY_ID.get(_local(name))


def property_named(name: str) -> Property | None:
    """The property that a client means: by its identifier, or its IRI, short or not."""
    return PROPERTIES_BY_ID.get(_local(name))


def type_of(kinds: tuple[str, ...]) -> EntityType | None:
    """The first type that an entity of these classes is of."""
    return next((one for kind in kinds for one in TYPES if one.kind.value == kind), None)


def entity_id(iri: str) -> str:
    return iri.removeprefix(BASE)


def entity_iri(identifier: str) -> str | None:
    """The IRI of an identifier as a client sends it: ours, the whole IRI, or its last part alone."""
    if identifier.startswith(BASE):
        return identifier
    if "/" in identifier:
        return BASE + identifier
    return DATA + identifier if identifier else None


def _local(name: str) -> str:
    local = name.strip()
    for start in (DT.NAMESPACE, SKOS.NAMESPACE, "dt:", "skos:"):
        local = local.removeprefix(start)
    return local
