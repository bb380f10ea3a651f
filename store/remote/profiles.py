"""What differs between engines, in one place.

SPARQL 1.1 leaves open whether the default graph of a query without a dataset is the union of all graphs. Here
it always is; how an engine is told so is most of what a profile holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """`union_parameters` are added to a query that names no dataset, so that its default graph is the union.

    `graph_types` are the RDF media types that the engine writes; others are made from the first of them.
    `chunk_lines` triples are sent in one request. `own_graphs`: beginnings of names of graphs that the engine
    keeps for itself; they are not counted, but a query over the union does see them.
    """

    name: str
    union_parameters: tuple[tuple[str, str], ...] = ()
    graph_types: tuple[str, ...] = ("text/turtle", "application/n-triples", "application/rdf+xml")
    chunk_lines: int = 50_000
    own_graphs: tuple[str, ...] = ()


# The default graph is the union already: GraphDB, Amazon Neptune, QLever, Fuseki with tdb2:unionDefaultGraph.
GENERIC: Final = Profile("generic")
OXIGRAPH: Final = Profile(
    "oxigraph",
    union_parameters=(("union-default-graph", "true"),),
    graph_types=(
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
        "application/trig",
        "application/n-quads",
    ),
    chunk_lines=1_000_000,
)
# Virtuoso 7 writes Turtle that other parsers refuse now and then.
VIRTUOSO: Final = Profile(
    "virtuoso",
    graph_types=("application/n-triples", "application/rdf+xml"),
    chunk_lines=20_000,
    own_graphs=("http://www.openlinksw.com/", "http://localuriqaserver/", "http://www.w3.org/ns/ldp#"),
)
STARDOG: Final = Profile(
    "stardog",
    union_parameters=(
        ("default-graph-uri", "tag:stardog:api:context:all"),
        ("named-graph-uri", "tag:stardog:api:context:named"),
    ),
)
PROFILES: Final = {profile.name: profile for profile in (GENERIC, OXIGRAPH, VIRTUOSO, STARDOG)}


def recognised(server: str) -> Profile:
    """The profile of an engine by the Server header of its answers; GENERIC for one that is not known."""
    lowered = server.lower()
    for profile in PROFILES.values():
        if profile.name in lowered:
            return profile
    return GENERIC
