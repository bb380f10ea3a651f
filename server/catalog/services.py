"""The services by which datasets are had without downloading them, as dcat:DataService."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import current_app
from pyoxigraph import NamedNode

from ...ontology.names import DCAT, DCTERMS
from ...ontology.text import Text
from .authorities import PUBLIC
from .description import Description
from .frame import Frame

SPARQL: Final = "sparql-service"
API: Final = "queries-service"


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service at a path; `standards` are what it conforms to, `description` where machines read of it."""

    name: str
    path: str
    title: Text
    standards: tuple[str, ...] = ()
    description: str | None = None


SERVICES: Final = (
    OfferedService(
        SPARQL,
        "sparql",
        Text("Point d’accès SPARQL", "SPARQL endpoint"),
        ("http://www.w3.org/TR/sparql11-query/", "http://www.w3.org/TR/sparql11-protocol/"),
        "sparql?format=turtle",
    ),
    OfferedService(
        "graph-store",
        "data",
        Text("Graphes par leur nom (SPARQL Graph Store)", "Graphs by their name (SPARQL Graph Store)"),
        ("http://www.w3.org/TR/sparql11-http-rdf-update/",),
    ),
    OfferedService(
        API,
        "queries",
        Text("Questions enregistrées", "Stored questions"),
        ("https://spec.openapis.org/oas/v3.1.0",),
        "queries/openapi.json",
    ),
    OfferedService(
        "feed",
        "feed",
        Text("Flux des changements", "Feed of changes"),
        ("https://w3id.org/ldes/specification", "https://w3id.org/tree/specification"),
    ),
    OfferedService(
        "reconciliation",
        "reconcile",
        Text("Rapprochement de noms de territoires", "Reconciliation of names of territories"),
        ("https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",),
    ),
)


def describe_services(made: Description, frame: Frame, datasets: Iterable[NamedNode]) -> None:
    """The services that answer here, and what they serve."""
    answering = {rule.rule for rule in current_app.url_map.iter_rules()}
    served = tuple(datasets)
    for service in SERVICES:
        if f"/{service.path}" not in answering:
            continue
        node = frame.node(service.name)
        made.type(node, DCAT.DataService, DCAT.Resource)
        made.add(frame.catalog, DCAT.service, node)
        made.say(node, DCTERMS.title, service.title)
        made.add(node, DCAT.endpointURL, frame.page(service.path))
        made.add(node, DCAT.servesDataset, *served)
        made.add(node, DCTERMS.conformsTo, *map(NamedNode, service.standards))
        made.add(node, DCTERMS.publisher, frame.publisher)
        made.add(node, DCTERMS.accessRights, PUBLIC)
        made.add(node, DCAT.contactPoint, frame.contact_point)
        if service.description:
            made.add(node, DCAT.endpointDescription, frame.page(service.description))
