"""The twelve questions of the service's benchmark, over the national graph."""

from __future__ import annotations

from typing import Final

PREFIXES: Final = (
    "PREFIX dt: <https://w3id.org/digiterr/ont#> PREFIX dtd: <https://w3id.org/digiterr/id/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
GEOGRAPHY: Final = "<https://w3id.org/digiterr/graph/geography>"
INFERRED: Final = "<https://w3id.org/digiterr/graph/geography/inferred>"
QUERIES: Final = {
    "label": "SELECT ?label { dtd:terr-commune-01004 rdfs:label ?label }",
    "describe": "CONSTRUCT { dtd:terr-epci-240100883 ?p ?o } WHERE { dtd:terr-epci-240100883 ?p ?o }",
    "join and filter": (
        "SELECT ?commune ?name ?count { ?o dt:observedTerritory ?commune ; dt:populationCount ?count . "
        "?commune a dt:MunicipalTerritory ; rdfs:label ?name FILTER(?count > 100000) }"
    ),
    "group by department": (
        "SELECT ?d (COUNT(?c) AS ?n) { ?c a dt:MunicipalTerritory ; dt:directlyPartOfTerritory ?d . "
        "?d a dt:DepartmentTerritory } GROUP BY ?d"
    ),
    "profile": (
        "SELECT ?e ?name ?body ?siren ?kind ?count { ?e a dt:IntermunicipalTerritory ; rdfs:label ?name . "
        "OPTIONAL { ?e dt:hasAuthority ?body OPTIONAL { ?body dt:siren ?siren } "
        "OPTIONAL { ?body dt:groupingKind ?kind } } "
        "OPTIONAL { ?o dt:observedTerritory ?e ; dt:populationCount ?count } }"
    ),
    "property path": "SELECT ?c { ?c dt:directlyPartOfTerritory+ dtd:terr-region-84 }",
    "text filter": 'SELECT ?t ?l { ?t rdfs:label ?l FILTER(CONTAINS(LCASE(STR(?l)), "saint-martin")) }',
    "sorted page": (
        "SELECT ?c ?count { ?o dt:observedTerritory ?c ; dt:populationCount ?count } "
        "ORDER BY DESC(?count) ?c LIMIT 20 OFFSET 100"
    ),
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "construct 50,000": (
        "CONSTRUCT { ?s dt:inseeCode ?c } WHERE { SELECT ?s ?c { ?s dt:inseeCode ?c } LIMIT 50000 }"
    ),
    "select 50,000": "SELECT ?s ?o { ?s rdfs:label ?o } LIMIT 50000",
    "two graphs": (
        f"SELECT ?r (COUNT(?c) AS ?n) {{ GRAPH {GEOGRAPHY} {{ ?c a dt:MunicipalTerritory . "
        f"?r a dt:RegionTerritory }} GRAPH {INFERRED} {{ ?c dt:partOfTerritory ?r }} }} GROUP BY ?r"
    ),
}
