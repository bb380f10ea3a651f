"""The map of France as a look-up: from codes, SIREN numbers and names to territories and bodies."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.iris import data_iri
from .checks import Checker
from .quads import read_authorities
from .records import Commune, Department, Grouping, Region
from .tables import open_tables

# What names of bodies begin with, beside the name of the place.
_KIND_OF_BODY: Final = re.compile(
    r"^(ca|cc|cu|metropole|communaute (d agglomeration|de communes|urbaine)|region|departement)"
    r"( (du|de la|de l|des|de|d))? |^(le|la|les|l) | (metropole|eurometropole)$"
)


class _Index:
    """What the records of an edition of the map say, arranged for look-ups."""

    def __init__(self, path: Path | None) -> None:
        self.communes: dict[str, NamedNode] = {}
        self.departments: dict[str, NamedNode] = {}
        self.regions: dict[str, NamedNode] = {}
        self.groupings: dict[str, NamedNode] = {}
        self.bodies: dict[str, NamedNode] = {}
        self.merged: dict[str, str] = {}
        self.names: dict[tuple[str, str], set[NamedNode]] = defaultdict(set)
        self.within: dict[NamedNode, set[str]] = defaultdict(set)
        self.authorities = read_authorities()
        for item in Checker(open_tables(path)).records():
            if isinstance(item, tuple):
                self._record(item[1])

    def _record(self, record: object) -> None:
        match record:
            case Commune():
                territory = data_iri("terr", f"commune-{record.code}")
                self.communes[record.code] = territory
                self.merged.update(dict.fromkeys(record.former, record.code))
                self.within[territory].add(record.department)
                if record.siren:
                    self.bodies[record.siren] = data_iri("org", f"commune-{record.code}")
                self._name("commune", record.name, territory)
            case Grouping():
                territory = data_iri("terr", f"epci-{record.siren}")
                self.groupings[record.siren] = territory
                self.bodies[record.siren] = data_iri("org", record.siren)
                for member in record.members:
                    self.within[territory] |= self.within.get(data_iri("terr", f"commune-{member}"), set())
                self._name("epci", record.name, territory)
                if record.kind in {"METRO", "MET69"}:
                    self._name("metropole", record.name, territory)
            case Department() if not record.overseas:
                territory = data_iri("terr", f"department-{record.code}")
                self.departments[record.code] = territory
                self._name("departement", record.name, territory)
            case Region() if not record.overseas:
                territory = data_iri("terr", f"region-{record.code}")
                self.regions[record.code] = territory
                self._name("region", record.name, territory)
            case _:
                pass

    def _name(self, kind: str, name: str, territory: NamedNode) -> None:
        self.names[kind, plain_name(name)].add(territory)


class FrenchPlaces:
    """Territories and bodies of an edition of the map, read when something is first looked up.

    Look-ups give None where there is no such thing.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._path)

    def digest(self) -> str:
        """The hash of all that can be looked up."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        index = self._index
        hasher = hashlib.sha256()
        for table in (index.communes, index.departments, index.regions, index.groupings, index.bodies):
            hasher.update(repr(sorted((key, node.value) for key, node in table.items())).encode())
        hasher.update(repr(sorted(index.merged.items())).encode())
        hasher.update(repr(sorted(index.authorities.items())).encode())
        names = ((key, sorted(node.value for node in nodes)) for key, nodes in index.names.items())
        hasher.update(repr(sorted(names)).encode())
        within = ((node.value, sorted(codes)) for node, codes in index.within.items())
        hasher.update(repr(sorted(within)).encode())
        return hasher.hexdigest()

    def commune(self, insee_code: str) -> NamedNode | None:
        return self._index.communes.get(insee_code)

    def merged_into(self, insee_code: str) -> str | None:
        """The code of the commune that a former commune is now part of."""
        return self._index.merged.get(insee_code)

    def department(self, code: str) -> NamedNode | None:
        return self._index.departments.get(code)

    def region(self, code: str) -> NamedNode | None:
        return self._index.regions.get(code)

    def body(self, siren: str) -> NamedNode | None:
        return self._index.bodies.get(siren)

    def territory_of_body(self, siren: str) -> NamedNode | None:
        """The territory of an EPCI, by its SIREN."""
        return self._index.groupings.get(siren)

    def named(self, kind: str, name: str, within: str | None = None) -> NamedNode | None:
        """The one territory of that kind and name (within a department); None when none or several match.

        `kind` is commune, epci, metropole, departement or region.
        """
        found = self._index.names.get((kind, plain_name(name)), set())
        if within is not None:
            found = {territory for territory in found if within in self._index.within[territory]}
        return next(iter(found)) if len(found) == 1 else None

    def authority_of(self, territory: NamedNode) -> NamedNode | None:
        """The body that governs a territory: of several, the one named like it; else None."""
        area = territory.value.rpartition("/")[2].removeprefix("terr-")
        particular = self._index.authorities.get(area, ())
        bodies = [authority.body for authority in particular] or [area.removeprefix("epci-")]
        body = area if area in bodies else bodies[0] if len(bodies) == 1 else None
        return data_iri("org", body) if body is not None else None

    def has_code(self, kind: str, code: str) -> bool:
        """Whether there is such a commune, department, region (INSEE code) or epci (SIREN)."""
        look_up = {
            "commune": self.commune,
            "department": self.department,
            "region": self.region,
            "epci": self.territory_of_body,
        }
        return look_up[kind](code) is not None


def plain_name(name: str) -> str:
    """A name for comparison: no accents, case, punctuation, article or kind of body."""
    text = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    text = " ".join(re.split(r"[^a-z0-9]+", text)).strip()
    while (shorter := _KIND_OF_BODY.sub("", text).strip()) not in {"", text}:
        text = shorter
    return text
