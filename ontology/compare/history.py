"""What became of each term: when it came, and what changed from release to release and since the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rdflib import DCTERMS, Graph, Literal, URIRef

from ..iris import ONTOLOGY
from ..modules import OPTIONAL_MODULES, ROOT, module_file, read_ontology
from ..release import RELEASES
from ..text import Text
from .comparison import compare
from .description import describe
from .model import Level, number


@dataclass(frozen=True, slots=True)
class Event:
    """A change that a term went through. `version` and `issued`, a date, are None until it is released."""

    version: str | None
    issued: str | None
    message: Text
    level: Level


def releases() -> tuple[str, ...]:
    """The numbers of the releases, the first one first."""
    return tuple(path.name for path in _folders())


def release_folder(version: str) -> Path | None:
    """Where the files of a release lie; None for a number that is no release."""
    return next((path for path in _folders() if path.name == version), None)


def history() -> Mapping[str, tuple[Event, ...]]:
    """The events of each term by its IRI, the first one first; IRIs of terms that are gone are there too."""
    states: list[tuple[str | None, Graph]] = [(path.name, _read(path)) for path in _folders()]
    states.append((None, read_ontology(OPTIONAL_MODULES)))
    found: dict[str, list[Event]] = {}
    for term, event in _events(states):
        found.setdefault(term, []).append(event)
    return {term: tuple(events) for term, events in found.items()}


def _events(states: list[tuple[str | None, Graph]]) -> Iterator[tuple[str, Event]]:
    version, first = states[0]
    came = Text("introduit", "introduced")
    for term in describe(first):
        yield str(term), Event(version, _issued(version, first), came, Level.NONE)
    for (_, before), (version, after) in pairwise(states):
        issued = _issued(version, after)
        for change in compare(before, after).changes:
            for term in {change.term, change.successor or ""} - {""}:
                yield term, Event(version, issued, change.message, change.level)


def _issued(version: str | None, graph: Graph) -> str | None:
    value = graph.value(URIRef(ONTOLOGY), DCTERMS.issued) if version else None
    return str(value) if isinstance(value, Literal) else None


def _folders() -> list[Path]:
    root = Path(str(module_file(ROOT))).with_name(RELEASES)
    return sorted((path.parent for path in root.glob("*/digiterr.ttl")), key=lambda path: number(path.name))


def _read(folder: Path) -> Graph:
    graph = Graph(bind_namespaces="none")
    for file in sorted(folder.glob("*.ttl")):
        graph.parse(file, format="turtle")
    return graph
