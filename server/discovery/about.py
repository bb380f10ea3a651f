"""What a page is about, told to machines: schema.org for search engines, links for those that gather data.

The same facts serve the JSON-LD block in a page and its Signposting headers.
https://schema.org/ and https://signposting.org/FAIR/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from ...loaders.matching.index import NameIndex
from ...loaders.matching.model import Thing
from ...ontology.errors import DigiTerrError
from ...ontology.iris import CONCEPT, DATA, ONTOLOGY, TERM
from ...ontology.names import DT
from ...ontology.text import LANGUAGES, Language, Text
from ...queries import library
from ...queries.labels import labels_of
from ...queries.model import StoredQuery
from ...store.model import Engine
from ..search.page import page_of

SCHEMA: Final = "https://schema.org/"
OPEN_LICENCE: Final = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"
_DATA: Final = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
_ANSWERS: Final = {
    "csv": "text/csv",
    "json": "application/sparql-results+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ttl": "text/turtle",
}
_INSEE_CODE: Final = 5
_SIREN: Final = 9
_TITLE: Final = Text(
    "DigiTerr : les territoires numériques et la valeur publique",
    "DigiTerr: digital territories and public value",
)
_DESCRIPTION: Final = Text(
    "Graphe de connaissances des villes, EPCI, départements et régions de France, et d’études de cas sur la "
    "valeur publique qu’ils créent avec le numérique.",
    "Knowledge graph of the cities, groupings, departments and regions of France, and of case studies on the "
    "public value that they create with digital technology.",
)


@dataclass(frozen=True, slots=True)
class About:
    """A page's subject: its IRI, its schema.org type and description, the documents of its data."""

    iri: str
    type: str  # local name in schema.org
    licence: str
    json_ld: Mapping[str, Any]
    data: Mapping[str, str] = field(default_factory=dict)  # address -> media type
    page: str = ""  # path of the page for people


def subject(
    path: str, base: str, index: NameIndex | None, engine: Engine, language: Language
) -> About | None:
    """What the page at a path is about; None for pages about nothing in particular.

    `base`: the public address of the service, without its final slash; `index` None: it is being made.
    """
    kind, _, name = path.strip("/").partition("/")
    match kind:
        case "":
            return _home(base, language)
        case "queries" if name:
            query = next(
                (one for one in library.all_queries() if one.name == name.removesuffix(".html")), None
            )
            return _question(query, base, language) if query else None
        case "ont" if not name:
            return _ontology(base, language)
    iris = _named(kind, name)
    if index is None or not iris:
        return None
    thing = next((found for iri in iris if (found := index.thing(iri))), None)
    if thing is None:
        return None
    if DT.Territory.value in thing.kinds:
        return _place(thing, base, index, engine, language)
    if thing.iri.startswith(DATA):
        return _case(thing, base, language)
    return _term(thing, base, language)


def _named(kind: str, name: str) -> tuple[str, ...]:
    """The IRIs that a page may be about."""
    name = name.removesuffix(".html")
    match kind:
        case "territories" | "id":
            return (DATA + name,)
        case "cases":
            return (f"{DATA}case-{name}",)
        case "voc":
            return (CONCEPT + name,)
        case "terms":
            return (TERM + name, CONCEPT + name)
    return ()


def _place(thing: Thing, base: str, index: NameIndex, engine: Engine, language: Language) -> About:
    around = [(iri, found) for iri in thing.within if (found := index.thing(iri))]
    names: Mapping[str, str] = {}
    with suppress(DigiTerrError):
        names = labels_of(engine, thing.bodies, language)
    place = {
        "@type": ["Place", "AdministrativeArea"],
        "@id": thing.iri,
        "name": thing.label.in_language(language),
        "description": thing.about.in_language(language),
        "alternateName": list(thing.former) or None,
        "url": base + page_of(thing),
        "identifier": [_property("INSEE", code) for code in thing.codes if len(code) <= _INSEE_CODE] or None,
        "containedInPlace": [
            {"@type": "AdministrativeArea", "@id": iri, "name": found.label.in_language(language)}
            for iri, found in around
        ]
        or None,
    }
    sirens = [code for code in thing.codes if len(code) == _SIREN]
    bodies = [
        {
            "@type": "GovernmentOrganization",
            "@id": body,
            "name": names.get(body, thing.label.in_language(language)),
            "areaServed": {"@id": thing.iri},
            "identifier": _property("SIREN", sirens[0]) if len(sirens) == len(thing.bodies) == 1 else None,
        }
        for body in thing.bodies
    ]
    return _about(thing.iri, "Place", OPEN_LICENCE, [place, *bodies], base, page_of(thing))


def _term(thing: Thing, base: str, language: Language) -> About:
    set_iri = next(iter(thing.within), ONTOLOGY)
    term = {
        "@type": "DefinedTerm",
        "@id": thing.iri,
        "name": [{"@value": thing.label.in_language(one), "@language": one} for one in LANGUAGES],
        "description": thing.about.in_language(language),
        "termCode": next(iter(thing.codes), None),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": set_iri},
        "url": base + page_of(thing),
    }
    return _about(thing.iri, "DefinedTerm", CC_BY, [term], base, page_of(thing))


def _case(thing: Thing, base: str, language: Language) -> About:
    dataset = _dataset(thing.iri, thing.label, thing.about, base + page_of(thing), language)
    return _about(thing.iri, "Dataset", CC_BY, [dataset], base, page_of(thing))


def _question(query: StoredQuery, base: str, language: Language) -> About:
    page = f"/queries/{query.name}"
    dataset = _dataset(base + page, query.title, query.question, base + page, language)
    dataset["keywords"] = list(query.keywords[language])
    dataset["variableMeasured"] = [column.label.in_language(language) for column in query.columns]
    dataset["distribution"] = [
        {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": f"{base}{page}.{suffix}"}
        for suffix, media_type in _ANSWERS.items()
        if suffix != "ttl"
    ]
    data = {f"{base}{page}.{suffix}": media_type for suffix, media_type in _ANSWERS.items()}
    return About(base + page, "Dataset", OPEN_LICENCE, _graph([dataset]), data, page)


def _ontology(base: str, language: Language) -> About:
    terms = {
        "@type": "DefinedTermSet",
        "@id": ONTOLOGY,
        "name": Text("Ontologie de DigiTerr", "DigiTerr ontology").in_language(language),
        "license": CC_BY,
        "url": f"{base}/ont",
    }
    data = {f"{base}/ont.{suffix}": media_type for suffix, media_type in _DATA.items()}
    return About(ONTOLOGY, "DefinedTermSet", CC_BY, _graph([terms]), data, "/ont")


def _home(base: str, language: Language) -> About:
    site = {
        "@type": "WebSite",
        "@id": f"{base}/#site",
        "name": "DigiTerr",
        "url": f"{base}/",
        "inLanguage": list(LANGUAGES),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{base}/search?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }
    dataset = _dataset(f"{base}/#dataset", _TITLE, _DESCRIPTION, f"{base}/", language)
    dataset["distribution"] = [
        {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": base + path}
        for media_type, path in (("application/sparql-query", "/sparql"), ("application/n-quads", "/dumps"))
    ]
    data = {f"{base}/.well-known/void": "text/turtle", f"{base}/catalog.jsonld": "application/ld+json"}
    return About(f"{base}/#dataset", "Dataset", OPEN_LICENCE, _graph([site, dataset]), data, "/")


def _dataset(iri: str, name: Text, description: Text, url: str, language: Language) -> dict[str, Any]:
    return {
        "@type": "Dataset",
        "@id": iri,
        "name": name.in_language(language),
        "description": description.in_language(language),
        "url": url,
        "isAccessibleForFree": True,
        "license": [OPEN_LICENCE, CC_BY],
        "creator": {"@type": "Organization", "name": "DigiTerr"},
        "inLanguage": list(LANGUAGES),
    }


def _about(
    iri: str, kind: str, licence: str, nodes: Sequence[Mapping[str, Any]], base: str, page: str
) -> About:
    local = iri.partition("/digiterr/")[2]
    data = {} if "#" in local else {f"{base}/{local}.{suffix}": one for suffix, one in _DATA.items()}
    return About(iri, kind, licence, _graph(nodes), data, page)


def _graph(nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Nodes as one document; what is not known is left out."""
    said = [{name: value for name, value in node.items() if value is not None} for node in nodes]
    return {"@context": SCHEMA, "@graph": said}


def _property(name: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": name, "value": value}
