"""Who publishes, among the bodies of the graph: by SIREN, else by name, and only when it is safe.

Portals write their publishers freely: « Ville de Rennes », « GRAND POITIERS Communauté urbaine », « Conseil
départemental de la Gironde », « Mairie de Saint-Denis (93) ».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.names import DT
from .matcher import Matcher
from .model import Thing, Wanted
from .wording import wordings

_GOVERNED: Final = (
    DT.MunicipalTerritory,
    DT.IntermunicipalTerritory,
    DT.SyndicateTerritory,
    DT.DepartmentTerritory,
    DT.RegionTerritory,
    DT.OverseasTerritory,
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """A territory, and the body that governs it; None for a body that the graph does not tell apart."""

    territory: NamedNode
    body: NamedNode | None
    score: float  # 0 to 100; 100 by SIREN


def publisher_of(
    matcher: Matcher, name: str, siren: str | None = None, around: str | None = None
) -> Publisher | None:
    """The territory whose body publishes under that name or number; None when none can be taken safely.

    `siren`: nine digits, or a SIRET of fourteen; one that is of no body leaves the name to decide.
    `around`: the department, region or EPCI that it lies in, by code or name, where that is known.
    """
    if siren:
        found = matcher.match(Wanted(siren.strip(), kinds=_GOVERNED, limit=2))
        if found and found[0].sure and siren.strip()[:9] in found[0].thing.codes:
            return _publisher(found[0].thing, 100.0)
    if not any(one.name.key for one in wordings(name)) or name.strip().isdigit():
        return None
    places = ((around, None),) if around else ()
    found = matcher.match(Wanted(name, kinds=_GOVERNED, around=places, limit=2))
    return _publisher(found[0].thing, found[0].score) if found and found[0].sure else None


def _publisher(thing: Thing, score: float) -> Publisher:
    body = NamedNode(thing.bodies[0]) if len(thing.bodies) == 1 else None
    return Publisher(NamedNode(thing.iri), body, score)
