"""What the change feed is made of: streams, their pages, and the events on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from ...ontology.iris import BASE, DATA, GRAPH
from ...ontology.text import Text

# A blank node has a name in the feed (RDF 1.1 Concepts, 3.5), made of what it holds and of what leads to it.
GENID: Final = BASE + ".well-known/genid/"


class Change(Enum):
    """What happened to a thing: the kinds of ActivityStreams that an event is typed with."""

    CREATED = "Create"
    UPDATED = "Update"
    DELETED = "Delete"


@dataclass(frozen=True, slots=True)
class Stream:
    """A part of the things of the graph, with a feed of its own; each thing belongs to one."""

    name: str
    title: Text


TERRITORIES: Final = Stream(
    "territories", Text("Territoires et collectivités", "Territories and authorities")
)
INDICATORS: Final = Stream("indicators", Text("Indicateurs et populations", "Indicators and populations"))
CASES: Final = Stream("cases", Text("Études de cas", "Case studies"))
RECORDS: Final = Stream("records", Text("Notices du catalogue", "Records of the catalogue"))
REFERENCE: Final = Stream(
    "reference", Text("Ontologie, concepts, provenance", "Ontology, concepts, provenance")
)
STREAMS: Final = (TERRITORIES, INDICATORS, CASES, RECORDS, REFERENCE)

# By the kind of a data IRI, `id/<kind>-<code>`.
_KINDS: Final[Mapping[str, Stream]] = {
    "terr": TERRITORIES,
    "org": TERRITORIES,
    "membership": TERRITORIES,
    "point": TERRITORIES,
    "outline": TERRITORIES,
    "indicator": INDICATORS,
    "population": INDICATORS,
    "observation": INDICATORS,
    "record": RECORDS,
    "catalog": RECORDS,
}


def stream_of(subject: str, graph: str) -> Stream:
    """The stream of a thing that a graph states something of."""
    kind = _KINDS.get(subject.removeprefix(DATA).partition("-")[0]) if subject.startswith(DATA) else None
    name = graph.removeprefix(GRAPH).partition("/")[0]
    if name == "cases":
        return CASES
    if kind:
        return kind
    return RECORDS if name == "datagouv" or name.startswith("harvest-") else REFERENCE


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a stream, never changed once written: `number` counts from 1 over all streams."""

    number: int
    stream: str
    time: datetime  # of all events on it
    events: int


def stamp(time: datetime) -> str:
    """A time of the feed as it is written everywhere; the order of such texts is that of the times."""
    return time.isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Step:
    """What a version changed: how many things of each stream came, changed and went."""

    version: int
    time: datetime
    note: str
    counts: Mapping[str, Mapping[Change, int]]
