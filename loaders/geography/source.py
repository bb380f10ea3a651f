"""The source `geography`: reads an edition of the map of France and gives quads, rejects and progress."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...ontology.errors import Where
from ...ontology.iris import DATA, data_iri
from ...ontology.text import Text
from ..model import Event, Reject, SourceDescription
from .checks import SOURCE, Checker
from .quads import QuadMaker
from .records import Department, Region
from .tables import PACKAGE, Row, open_tables

_HERE: Final = Path(__file__).parent
_TABLE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "commune": ("communes",),
    "delegated": ("communes",),
    "associated": ("communes",),
    "district": ("communes",),
    "department": ("departements",),
    "overseas": ("departements",),
    "region": ("regions",),
    "epci": ("epci", "ept"),
}
_RESOURCE: Final = re.compile(
    rf"(?:terr|org|population)-(?:(?P<kind>{'|'.join(_TABLE_OF)})-)?(?P<code>[0-9AB]+)(?:-[0-9]{{4}})?"
)
_KIND_OF_COMMUNE: Final = {
    "commune": "commune-actuelle",
    "delegated": "commune-deleguee",
    "associated": "commune-associee",
    "district": "arrondissement-municipal",
}
LICENCE_OUVERTE: Final = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"


class GeographySource:
    """The map of France from the compact copy kept here, or from `path`: the npm package (folder or .tgz)."""

    def __init__(self, path: Path | None = None) -> None:
        self._tables = open_tables(path)
        known: Mapping[str, Any] = json.loads((_HERE / "editions.json").read_text(encoding="utf-8"))
        self._edition: Mapping[str, Any] = known.get(self._tables.version, {})

    @property
    def description(self) -> SourceDescription:
        year = self._edition.get("year")
        fr, en = (f" au 1er janvier {year}", f" on 1 January {year}") if year else ("", "")
        return SourceDescription(
            name=SOURCE,
            title=Text(
                f"Découpage administratif de la France{fr}", f"Administrative divisions of France{en}"
            ),
            description=Text(
                "Communes, EPCI et leurs membres, départements et régions de France, avec leurs codes Insee, "
                "leurs SIREN et leurs populations municipales.",
                "Communes, EPCI with their members, departments and regions of France, with their INSEE "
                "codes, SIREN numbers and municipal populations.",
            ),
            publisher="Etalab",
            licence=LICENCE_OUVERTE,
            attribution=Text(
                "Insee (Code officiel géographique, populations de référence) et DGCL (périmètre des EPCI), "
                f"par le paquet {PACKAGE} {self._tables.version} d’Etalab",
                "INSEE (official geographic code, reference populations) and DGCL (perimeters of EPCI), "
                f"through Etalab's package {PACKAGE} {self._tables.version}",
            ),
            landing_page="https://github.com/datagouv/decoupage-administratif",
            edition=self._tables.version,
        )

    def inputs(self) -> Sequence[Path]:
        """The tables of the edition, and the two files that say how to read them."""
        return (*self._tables.files(), _HERE / "editions.json", _HERE / "authorities.tsv")

    def read(self) -> Iterator[Event]:
        """Checked rows as quads. InputError when a table is missing or unreadable."""
        maker = QuadMaker(data_iri("source", SOURCE), self._edition.get("population", {}))
        checker = Checker(self._tables)
        seats: list[tuple[Row, str, str]] = []
        for item in checker.records():
            if not isinstance(item, tuple):
                yield item
                continue
            row, record = item
            yield from maker.quads(record)
            seat = row.columns.get("seat", "")
            if isinstance(record, Region) and not record.overseas:
                seats.append((row, f"region-{record.code}", seat))
            elif isinstance(record, Department):
                seats.append((row, f"{'overseas' if record.overseas else 'department'}-{record.code}", seat))
        yield from self._seats(maker, checker, seats)

    def locate(self, iri: str) -> Where | None:
        """The row that describes a territory, an authority or a population."""
        named = _RESOURCE.fullmatch(iri.removeprefix(DATA))
        if named is None:
            return None
        kind, code = named["kind"] or "epci", named["code"]
        tables, key = _TABLE_OF[kind], "siren" if kind == "epci" else "code"
        rows = (row for table in tables for row in self._tables.rows(table))
        return next((row.where for row in rows if row.columns[key] == code and _is_kind(row, kind)), None)

    def _seats(
        self, maker: QuadMaker, checker: Checker, seats: list[tuple[Row, str, str]]
    ) -> Iterator[Event]:
        """Capitals, once the communes are known; one that lies elsewhere is set aside."""
        for row, area, seat in seats:
            kind, code = area.split("-")
            department = next((d for d in (seat[:2], seat[:3]) if d in checker.departments), "")
            inside = code == (checker.departments.get(department) if kind == "region" else department)
            if seat in checker.communes and inside:
                yield maker.capital(seat, area)
            elif seat:
                yield Reject(
                    SOURCE,
                    row.where,
                    "seat-outside",
                    Text(
                        f"le chef-lieu {seat} n’est pas une commune de {row.columns['name']} ; le reste de "
                        "la ligne est gardé.",
                        f"capital {seat} is not a commune of {row.columns['name']}; the rest of the row is "
                        "kept.",
                    ),
                    Text("Corrigez le code du chef-lieu.", "Mend the code of the capital."),
                    row.record,
                )


def _is_kind(row: Row, kind: str) -> bool:
    return kind not in _KIND_OF_COMMUNE or row.columns["kind"] == _KIND_OF_COMMUNE[kind]
