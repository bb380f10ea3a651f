"""The checked records of the map of France; codes are INSEE's, populations are municipal populations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# The zone that the source gives to overseas collectivities, which are neither departments nor regions.
OVERSEAS: Final = "com"


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    linking: str  # INSEE's type of linking word (TNCC): how French joins "de" to the name
    overseas: bool


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: str
    linking: str
    region: str
    overseas: bool


@dataclass(frozen=True, slots=True)
class Commune:
    code: str
    name: str
    linking: str
    department: str
    region: str
    overseas: bool
    siren: str | None
    population: int | None
    former: tuple[str, ...]  # codes of the communes that were merged into this one


@dataclass(frozen=True, slots=True)
class PartOfCommune:
    """A delegated or associated commune, or a district of Paris, Lyon or Marseille."""

    code: str
    kind: str  # the source's word
    name: str
    commune: str
    population: int | None


@dataclass(frozen=True, slots=True)
class Grouping:
    siren: str
    name: str
    kind: str  # the source's abbreviation: CC, CA, CU, METRO, MET69, EPT
    funding: str | None
    population: int | None
    members: tuple[str, ...]


Record = Region | Department | Commune | PartOfCommune | Grouping
