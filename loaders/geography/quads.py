"""Records of the map of France as quads: a territory (space) and its authority (legal body) are apart.

What is particular is decided here once, with the law beside it in `authorities.tsv`:

- Corsica, Martinique, French Guiana: one authority for the region and its departments. Alsace: one for two
  departments. Paris: the city is also the authority of its department. Mayotte: the department is also that
  of the region. The Métropole de Lyon is an authority with special status, not an EPCI, and has its part of
  the department of Rhône.
- Overseas collectivities are neither departments nor regions: one territory each, `terr-overseas-987`. INSEE
  gives commune codes there to areas that are no communes (Wallis, Saint-Martin, the Southern Lands...): they
  have a territory and no municipality.
- Communes merged into another that live on as delegated or associated communes, and the districts of Paris,
  Lyon and Marseille, are territories inside their commune, without an authority of their own.
- An EPCI may straddle departments, so its territory is part of none; its communes tell where it lies.
- No population is made up: a commune without one in the source has no observation, and one whose year the
  edition does not give has no reference year.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from ...ontology.iris import INSEE_GEO, data_iri, graph_iri
from ...ontology.names import DT, DTV, RDF, RDFS, XSD
from .naming import of_name
from .records import Commune, Department, Grouping, PartOfCommune, Record, Region

GRAPH: Final = graph_iri("geography")

# Areas with a commune code that are not communes: their collectivity has no municipalities.
_WITHOUT_MUNICIPALITIES: Final = ("977", "978", "984", "986", "989")
_PARTS: Final = {
    "commune-deleguee": ("delegated", "communeDeleguee", DTV.submunicipal_delegated),
    "commune-associee": ("associated", "communeAssociee", DTV.submunicipal_associated),
    "arrondissement-municipal": ("district", "arrondissementMunicipal", DTV.submunicipal_district),
}
_TAX_REGIMES: Final = {"FPU": DTV.tax_regime_fpu, "FA": DTV.tax_regime_fa}
_KINDS: Final = {
    "CC": (DT.OwnTaxIntermunicipalBody, DTV.grouping_cc),
    "CA": (DT.OwnTaxIntermunicipalBody, DTV.grouping_ca),
    "CU": (DT.OwnTaxIntermunicipalBody, DTV.grouping_cu),
    "METRO": (DT.OwnTaxIntermunicipalBody, DTV.grouping_metro),
    "MET69": (DT.SpecialStatusAuthority, DTV.grouping_met69),
    "EPT": (DT.IntermunicipalBody, DTV.grouping_ept),
}


@dataclass(frozen=True, slots=True)
class Authority:
    """A legal body that is not its territory's ordinary one; without types, it is described elsewhere."""

    body: str
    types: tuple[NamedNode, ...]
    label_fr: str
    label_en: str


def read_authorities() -> Mapping[str, tuple[Authority, ...]]:
    """The particular authorities, by territory (`department-2A`)."""
    found: dict[str, tuple[Authority, ...]] = {}
    with (Path(__file__).parent / "authorities.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            types = tuple(getattr(DT, name) for name in row["types"].split())
            authority = Authority(row["body"], types, row["label_fr"], row["label_en"])
            found[row["territory"]] = (*found.get(row["territory"], ()), authority)
    return found


class QuadMaker:
    """Makes the quads of each record.

    `years`: reference years of populations: of communes ("default"), of groupings
    ("grouping"), and of the areas overseas that are counted in years of their own (by department).
    """

    def __init__(self, source: NamedNode, years: Mapping[str, int]) -> None:
        self.source = source
        self.years = years
        self.authorities = read_authorities()
        self._described: set[str] = set()

    def quads(self, record: Record) -> Iterator[Quad]:
        match record:
            case Commune():
                return self._commune(record)
            case PartOfCommune():
                return self._part(record)
            case Grouping():
                return self._grouping(record)
            case Department():
                return self._department(record)
            case Region():
                return self._region(record)

    def capital(self, commune: str, area: str) -> Quad:
        """The commune is the seat of the area (`department-01`)."""
        return Quad(_territory("commune", commune), DT.capitalOf, NamedNode(_terr(area)), GRAPH)

    def _region(self, region: Region) -> Iterator[Quad]:
        if region.overseas:
            return  # the same collectivity stands among the departments
        territory = _territory("region", region.code)
        yield from _place(territory, DT.RegionTerritory, region.name, region.code)
        yield Quad(territory, DT.inseeResource, NamedNode(f"{INSEE_GEO}region/{region.code}"), GRAPH)
        yield from self._authority(
            "region", region.code, DT.RegionalAuthority, f"Région {region.name}", f"{region.name} Region"
        )

    def _department(self, department: Department) -> Iterator[Quad]:
        kind = "overseas" if department.overseas else "department"
        territory = _territory(kind, department.code)
        if department.overseas:
            insee = f"{INSEE_GEO}collectiviteDOutreMer/{department.code}"
            yield from _place(territory, DT.OverseasTerritory, department.name, department.code)
            yield Quad(territory, DT.inseeResource, NamedNode(insee), GRAPH)
            if kind + "-" + department.code in self.authorities:
                yield from self._authority(kind, department.code, DT.OverseasAuthority, "", "")
            return
        insee = f"{INSEE_GEO}departement/{department.code}"
        yield from _place(territory, DT.DepartmentTerritory, department.name, department.code)
        yield Quad(territory, DT.inseeResource, NamedNode(insee), GRAPH)
        yield Quad(territory, DT.directlyPartOfTerritory, _territory("region", department.region), GRAPH)
        yield from self._authority(
            kind,
            department.code,
            DT.DepartmentalAuthority,
            f"Département {of_name(department.name, department.linking)}",
            f"{department.name} Department",
        )

    def _commune(self, commune: Commune) -> Iterator[Quad]:
        code = commune.code
        territory = _territory("commune", code)
        yield from _place(territory, DT.MunicipalTerritory, commune.name, code)
        yield Quad(territory, DT.inseeResource, NamedNode(f"{INSEE_GEO}commune/{code}"), GRAPH)
        wider = _territory("overseas" if commune.overseas else "department", commune.department)
        yield Quad(territory, DT.directlyPartOfTerritory, wider, GRAPH)
        for former in commune.former:
            yield Quad(territory, DT.formerInseeCode, Literal(former), GRAPH)
        if commune.department not in _WITHOUT_MUNICIPALITIES:
            body = data_iri("org", f"commune-{code}")
            label = f"Commune {of_name(commune.name, commune.linking or '0')}"
            yield Quad(territory, DT.hasAuthority, body, GRAPH)
            yield Quad(body, RDF.type, DT.Municipality, GRAPH)
            yield Quad(body, RDFS.label, Literal(label, language="fr"), GRAPH)
            if commune.siren:
                yield Quad(body, DT.siren, Literal(commune.siren), GRAPH)
        if commune.population is not None:
            yield from self._population(f"commune-{code}", commune.population, self._year(code, "default"))

    def _part(self, part: PartOfCommune) -> Iterator[Quad]:
        prefix, insee_path, kind = _PARTS[part.kind]
        territory = _territory(prefix, part.code)
        insee = NamedNode(f"{INSEE_GEO}{insee_path}/{part.code}")
        yield from _place(territory, DT.SubmunicipalTerritory, part.name, part.code)
        yield Quad(territory, DT.submunicipalKind, kind, GRAPH)
        yield Quad(territory, DT.directlyPartOfTerritory, _territory("commune", part.commune), GRAPH)
        yield Quad(territory, DT.inseeResource, insee, GRAPH)
        if part.population is not None:
            year = self._year(part.commune, "default")
            yield from self._population(f"{prefix}-{part.code}", part.population, year)

    def _grouping(self, grouping: Grouping) -> Iterator[Quad]:
        kind, concept = _KINDS[grouping.kind]
        territory = _territory("epci", grouping.siren)
        body = data_iri("org", grouping.siren)
        name = Literal(grouping.name, language="fr")
        yield Quad(territory, RDF.type, DT.IntermunicipalTerritory, GRAPH)
        yield Quad(territory, RDFS.label, name, GRAPH)
        yield Quad(territory, DT.hasAuthority, body, GRAPH)
        yield Quad(body, RDF.type, kind, GRAPH)
        yield Quad(body, RDFS.label, name, GRAPH)
        yield Quad(body, DT.siren, Literal(grouping.siren), GRAPH)
        yield Quad(body, DT.groupingKind, concept, GRAPH)
        if grouping.funding:
            yield Quad(body, DT.taxRegime, _TAX_REGIMES[grouping.funding], GRAPH)
        for member in grouping.members:
            yield Quad(_territory("commune", member), DT.directlyPartOfTerritory, territory, GRAPH)
            yield Quad(body, DT.memberOrganisation, data_iri("org", f"commune-{member}"), GRAPH)
        if grouping.population is not None:
            year = self._year(grouping.members[0], "grouping")
            yield from self._population(f"epci-{grouping.siren}", grouping.population, year)

    def _year(self, commune: str, kind: str) -> int | None:
        """The year of a population; some areas overseas are counted in years of their own."""
        return self.years.get(commune[:3], self.years.get(kind))

    def _population(self, area: str, count: int, year: int | None) -> Iterator[Quad]:
        """A population of an area; the year is in its name, so that other years can stand beside it."""
        observation = data_iri("population", f"{area}-{year}" if year else area)
        yield Quad(observation, RDF.type, DT.PopulationObservation, GRAPH)
        yield Quad(observation, DT.observedTerritory, NamedNode(_terr(area)), GRAPH)
        yield Quad(observation, DT.populationCount, _count(count), GRAPH)
        yield Quad(observation, DT.statedIn, self.source, GRAPH)
        yield Quad(observation, DT.epistemicStatus, DTV.status_open_data, GRAPH)
        if year:
            yield Quad(observation, DT.referenceYear, Literal(year), GRAPH)

    def _authority(
        self, kind: str, code: str, ordinary: NamedNode, label_fr: str, label_en: str
    ) -> Iterator[Quad]:
        """The authority of an area: the ordinary one, or those that the table of particular ones gives."""
        area = f"{kind}-{code}"
        default = (Authority(area, (ordinary,), label_fr, label_en),)
        for authority in self.authorities.get(area, default):
            body = data_iri("org", authority.body)
            yield Quad(NamedNode(_terr(area)), DT.hasAuthority, body, GRAPH)
            if authority.types and authority.body not in self._described:
                self._described.add(authority.body)
                for one in authority.types:
                    yield Quad(body, RDF.type, one, GRAPH)
                yield Quad(body, RDFS.label, Literal(authority.label_fr, language="fr"), GRAPH)
                yield Quad(body, RDFS.label, Literal(authority.label_en, language="en"), GRAPH)


def _place(territory: NamedNode, kind: NamedNode, name: str, code: str) -> Iterator[Quad]:
    yield Quad(territory, RDF.type, kind, GRAPH)
    yield Quad(territory, RDFS.label, Literal(name, language="fr"), GRAPH)
    yield Quad(territory, DT.inseeCode, Literal(code), GRAPH)


def _terr(area: str) -> str:
    return data_iri("terr", area).value


def _territory(kind: str, code: str) -> NamedNode:
    return data_iri("terr", f"{kind}-{code}")


def _count(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.nonNegativeInteger)
