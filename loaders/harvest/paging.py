"""One page of a catalogue, whatever its form: what it states, and what it says of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from ...ontology.text import Text


@dataclass(frozen=True, slots=True)
class Listing:
    """A page as triples. `next`: the address of the one after it. `earliest` and `latest`: when its records
    were changed, as the portal writes it; `catalogue`: the names by which the catalogue calls itself."""

    triples: Sequence[Triple]
    next: str | None = None
    total: int | None = None
    earliest: str | None = None
    latest: str | None = None
    catalogue: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
