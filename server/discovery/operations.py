"""The interfaces of the service for programs: what each takes, and what it answers in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...ontology.text import LANGUAGES, Text
from ...store.formats import OFFERED
from ..entity_data import FORMATS
from ..parameters import FORM
from ..search.page import DATASET, GROUPS

JSON: Final = "application/json"
_RESULTS: Final = tuple(media_type for form in ("bindings", "graph") for media_type in OFFERED[form])
_GRAPHS: Final = tuple(OFFERED["graph"])
_UPDATE: Final = "application/sparql-update"
_QUERY: Final = "application/sparql-query"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an operation. `place`: query or path."""

    name: str
    about: Text
    schema: Mapping[str, Any]
    place: str = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it takes, and the media types that it answers in."""

    method: str
    path: str
    id: str
    about: Text
    answers: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    takes: tuple[str, ...] = ()
    authorized: bool = False


_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_LANG: Final = Field("lang", Text("Langue", "Language"), {"type": "string", "enum": list(LANGUAGES)})
_NAME: Final = Field("name", Text("Nom", "Name"), _TEXT, "path", required=True)
_SUFFIX: Final = Field(
    "suffix", Text("Format", "Format"), {"type": "string", "enum": list(FORMATS)}, "path", required=True
)
_GRAPH: Final = Field(
    "graph", Text("IRI du graphe nommé", "IRI of the named graph"), {"type": "string", "format": "iri"}
)
_DEFAULT: Final = Field(
    "default", Text("Le graphe sans nom", "The unnamed graph"), {"type": "string", "maxLength": 0}
)
_ID: Final = Field("id", Text("Identifiant", "Identifier"), _TEXT, required=True)
_PREFIX: Final = Field("prefix", Text("Début d’un nom", "Beginning of a name"), _TEXT, required=True)
_ASKED: Final = (
    Field("query", Text("La requête SPARQL 1.1", "The SPARQL 1.1 query"), _TEXT),
    Field("default-graph-uri", Text("Graphe par défaut", "Default graph"), {"type": "array", "items": _TEXT}),
    Field("named-graph-uri", Text("Graphe nommé", "Named graph"), {"type": "array", "items": _TEXT}),
    Field("timeout", Text("Délai, en secondes", "Deadline, in seconds"), {"type": "number"}),
    Field("format", Text("Nom court du format", "Short name of the format"), _TEXT),
)
_GRAPH_STORE: Final = tuple(
    Operation(
        method,
        "/data",
        f"graph-store-{method}",
        about,
        _GRAPHS if method == "get" else (JSON,),
        (_GRAPH, _DEFAULT),
        takes,
        authorized=method != "get",
    )
    for method, about, takes in (
        ("get", Text("Lire un graphe", "Read a graph"), ()),
        ("put", Text("Remplacer un graphe", "Replace a graph"), _GRAPHS),
        ("post", Text("Ajouter à un graphe", "Add to a graph"), _GRAPHS),
        ("patch", Text("Modifier un graphe par une mise à jour", "Change a graph by an update"), (_UPDATE,)),
        ("delete", Text("Supprimer un graphe", "Drop a graph"), ()),
    )
)
OPERATIONS: Final = (
    Operation(
        "get", "/sparql", "query", Text("Interroger en SPARQL 1.1", "Query in SPARQL 1.1"), _RESULTS, _ASKED
    ),
    Operation(
        "post",
        "/sparql",
        "query-by-post",
        Text("Interroger en SPARQL 1.1", "Query in SPARQL 1.1"),
        _RESULTS,
        takes=(FORM, _QUERY),
    ),
    Operation(
        "post",
        "/update",
        "update",
        Text("Mettre à jour en SPARQL 1.1", "Update in SPARQL 1.1"),
        (JSON,),
        takes=(FORM, _UPDATE),
        authorized=True,
    ),
    *_GRAPH_STORE,
    Operation(
        "get",
        "/search.json",
        "search",
        Text("Chercher par nom ou par code", "Search by name or code"),
        (JSON,),
        (
            Field("q", Text("Le texte cherché", "The text looked for"), _TEXT, required=True),
            Field(
                "kind",
                Text("Nature des réponses", "Kind of results"),
                {"type": "string", "enum": [*GROUPS, DATASET]},
            ),
            Field("start", Text("Réponses à passer", "Results to skip"), {**_COUNT, "default": 0}),
            Field(
                "limit", Text("Réponses au plus", "Results at most"), {**_COUNT, "default": 10, "maximum": 50}
            ),
            _LANG,
        ),
    ),
    Operation(
        "get",
        "/reconcile",
        "reconciliation-manifest",
        Text("Service de réconciliation 0.2 : sa description", "Reconciliation service 0.2: its manifest"),
        (JSON,),
        (_LANG,),
    ),
    Operation(
        "post",
        "/reconcile",
        "reconcile",
        Text(
            "Rapprocher un lot de noms (queries), ou lire des valeurs (extend)",
            "Match a batch of names (queries), or read values (extend)",
        ),
        (JSON,),
        takes=(FORM,),
    ),
    Operation(
        "get",
        "/reconcile/suggest/entity",
        "suggest-entity",
        Text("Suggérer des entités", "Suggest entities"),
        (JSON,),
        (
            _PREFIX,
            Field("type", Text("Type", "Type"), _TEXT),
            Field("cursor", Text("Suggestions à passer", "Suggestions to skip"), _COUNT),
        ),
    ),
    Operation(
        "get",
        "/reconcile/suggest/type",
        "suggest-type",
        Text("Suggérer des types", "Suggest types"),
        (JSON,),
        (_PREFIX,),
    ),
    Operation(
        "get",
        "/reconcile/suggest/property",
        "suggest-property",
        Text("Suggérer des propriétés", "Suggest properties"),
        (JSON,),
        (_PREFIX,),
    ),
    Operation(
        "get",
        "/reconcile/extend/propose",
        "propose-properties",
        Text("Propriétés d’un type", "Properties of a type"),
        (JSON,),
        (Field("type", Text("Type", "Type"), _TEXT),),
    ),
    Operation(
        "get",
        "/reconcile/flyout",
        "flyout",
        Text("Quelques mots sur une entité", "A few words on an entity"),
        (JSON,),
        (_ID,),
    ),
    Operation(
        "get",
        "/reconcile/preview",
        "preview",
        Text("Une entité, dans un cadre", "An entity, in a frame"),
        ("text/html",),
        (_ID,),
    ),
    Operation(
        "get",
        "/reconcile/1.0",
        "reconciliation-manifest-draft",
        Text(
            "Service de réconciliation 1.0 (brouillon) : sa description",
            "Reconciliation service 1.0 (draft): its manifest",
        ),
        (JSON,),
    ),
    Operation(
        "post",
        "/reconcile/1.0/match",
        "match",
        Text("Rapprocher un lot de noms", "Match a batch of names"),
        (JSON,),
        takes=(JSON,),
    ),
    Operation(
        "post",
        "/reconcile/1.0/extend",
        "extend",
        Text("Lire des valeurs", "Read values"),
        (JSON,),
        takes=(JSON,),
    ),
    *(
        Operation(
            "get",
            f"/{kind}/{{name}}.{{suffix}}",
            f"{kind}-document",
            Text(
                "Les données d’une chose, d’un concept ou d’un graphe",
                "The data about a thing, a concept or a graph",
            ),
            _GRAPHS,
            (_NAME, _SUFFIX),
        )
        for kind in ("id", "voc", "graph")
    ),
    Operation("get", "/ont.{suffix}", "ontology", Text("L’ontologie", "The ontology"), _GRAPHS, (_SUFFIX,)),
    Operation(
        "get", "/shapes.{suffix}", "shapes", Text("Les formes SHACL", "The SHACL shapes"), _GRAPHS, (_SUFFIX,)
    ),
    Operation(
        "get",
        "/catalog.{suffix}",
        "catalogue",
        Text("Le catalogue, en DCAT-AP 3", "The catalogue, in DCAT-AP 3"),
        _GRAPHS,
        (_SUFFIX,),
    ),
    Operation(
        "get",
        "/catalog/publisher/{siren}.{suffix}",
        "catalogue-of-publisher",
        Text("Le catalogue d’un éditeur", "The catalogue of a publisher"),
        _GRAPHS,
        (
            Field(
                "siren",
                Text("SIREN", "SIREN"),
                {"type": "string", "pattern": "^[0-9]{9}$"},
                "path",
                required=True,
            ),
            _SUFFIX,
        ),
    ),
    Operation(
        "get",
        "/dumps/latest/{name}",
        "dump",
        Text("Un fichier de la version en vigueur", "A file of the version in force"),
        ("application/octet-stream",),
        (_NAME,),
    ),
    Operation(
        "get", "/feed", "feed", Text("Le flux des changements (LDES)", "The change feed (LDES)"), _GRAPHS
    ),
    Operation(
        "get",
        "/feed.atom",
        "feed-atom",
        Text("Le flux des changements (Atom)", "The change feed (Atom)"),
        ("application/atom+xml",),
    ),
    Operation(
        "get", "/harvest.json", "harvests", Text("L’état des moissons", "The state of the harvests"), (JSON,)
    ),
    Operation(
        "get",
        "/queries.json",
        "stored-queries",
        Text("La liste des questions", "The list of stored queries"),
        (JSON,),
        (_LANG,),
    ),
    Operation(
        "get",
        "/oembed",
        "oembed",
        Text("Comment inclure un graphique", "How to embed a chart"),
        (JSON, "text/xml"),
        (
            Field(
                "url",
                Text("Adresse d’une question", "Address of a stored query"),
                {"type": "string", "format": "uri"},
                required=True,
            ),
            Field("maxwidth", Text("Largeur au plus, en pixels", "Greatest width, in pixels"), _COUNT),
            Field("maxheight", Text("Hauteur au plus, en pixels", "Greatest height, in pixels"), _COUNT),
            Field(
                "format",
                Text("Format", "Format"),
                {"type": "string", "enum": ["json", "xml"], "default": "json"},
            ),
        ),
    ),
    Operation(
        "get",
        "/.well-known/void",
        "void",
        Text("Description du jeu de données (VoID)", "Description of the dataset (VoID)"),
        _GRAPHS,
    ),
    Operation(
        "get", "/sitemap.xml", "sitemap", Text("Les plans du site", "The sitemaps"), ("application/xml",)
    ),
    Operation("get", "/health", "health", Text("Le service vit", "The service lives"), (JSON,)),
    Operation("get", "/ready", "ready", Text("Le service répond", "The service answers"), (JSON,)),
    Operation(
        "get",
        "/metrics",
        "metrics",
        Text("Mesures pour Prometheus", "Metrics for Prometheus"),
        ("text/plain",),
    ),
)
