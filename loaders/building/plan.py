"""What a build has to do anew, from the hashes of what each source reads and rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...ontology.iris import graph_iri
from ...store.model import DatasetVersion
from .inputs import code_digest, digest_of, file_digest, reader_digest
from .sources import Planned

INFERRED: Final = "/inferred"
LOOKED_UP: Final = "/looked-up"
SHAPES: Final = "shapes"
RULES: Final = "rules"


@dataclass(frozen=True, slots=True)
class Plan:
    """One source: `loaded` is the hash of what it reads, `closed` of what is inferred from it, `looked_up` of
    what it finds in the sources that it needs, after that of those sources.

    `load`: it has to be read; `close`: its inferences have to be made.
    """

    planned: Planned
    loaded: str
    closed: str
    looked_up: str
    load: bool
    close: bool

    @property
    def name(self) -> str:
        return self.planned.name


def make_plans(
    sources: Sequence[Planned], base: DatasetVersion | None, force: bool = False
) -> tuple[Plan, ...]:
    """A plan for every source that is there, or that the published version holds; each after those it needs.

    InputError for a source that cannot be read.
    """
    noted: Mapping[str, str] = base.inputs if base else {}
    rules = rules_digest()
    loaded: dict[str, str] = {}
    plans: list[Plan] = []
    for planned in sources:
        name = planned.name
        published = base is not None and graph_iri(name).value in base.graphs
        looked_up = noted.get(name + LOOKED_UP, "")
        if planned.absent is not None:
            if not published:
                continue
            digest, load = noted.get(name, ""), False
        else:
            files = [part for path in planned.source.inputs() for part in (path.name, file_digest(path))]
            # What a source states may rest on what it looks up in those that it needs.
            looked_up = _looked_up(planned, loaded, looked_up)
            digest = digest_of((reader_digest(type(planned.source)), name, looked_up.split()[-1], *files))
            load = force or not published or noted.get(name) != digest
        loaded[name] = digest
        closed = digest_of((rules, *(loaded.get(other, "") for other in (*planned.needs, name))))
        close = force or load or noted.get(name + INFERRED) != closed
        plans.append(Plan(planned, digest, closed, looked_up, load, close))
    return tuple(plans)


def _looked_up(planned: Planned, loaded: Mapping[str, str], noted: str) -> str:
    """Two hashes: of the sources that a source needs, and of what it finds in them.

    Finding out takes a second, and is left where those sources are as they were. A source that does not tell
    may find anything.
    """
    needed = digest_of(loaded.get(other, "") for other in planned.needs)
    if planned.looks_up is None:
        return f"{needed} {needed}"
    return noted if noted.startswith(f"{needed} ") else f"{needed} {digest_of([planned.looks_up()])}"


def rules_digest() -> str:
    """The hash of the ontology and of the code that infers from it."""
    return digest_of((code_digest("ontology", (".ttl",)), code_digest("ontology")))


def shapes_digest() -> str:
    """The hash of the rules by which everything is judged, and of the code that judges."""
    return digest_of((code_digest("shapes", (".ttl",)), code_digest("shapes")))
