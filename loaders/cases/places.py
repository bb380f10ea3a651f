"""Records on the territories and organisations of a case, anonymous or of the national registers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from pyoxigraph import NamedNode

from ...ontology.iris import data_iri
from ...ontology.names import DT, RDF
from ...ontology.text import Text
from .evidence import Evidence, evidence, label, name, not_stated
from .kinds import Choice, Flag, Pattern, Ref, Whole, Year
from .model import Fault, Located, Record, Scope, key

INSEE: Final = Pattern(
    r"(?:[0-9]{2}|2[AB])(?:[0-9]{3})?|[0-9]{3}",
    Text(
        "un code INSEE (5 signes pour une commune, 2 ou 3 pour un département, 2 pour une région)",
        "an INSEE code (5 signs for a commune, 2 or 3 for a department, 2 for a region)",
    ),
    '"64445"',
)


SIREN: Final = Pattern(
    r"[0-9]{9}", Text("un numéro SIREN (9 chiffres)", "a SIREN number (9 digits)"), '"246401756"'
)


_INSEE_LENGTHS: Final = {"municipality": (5,), "department": (2, 3), "region": (2,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Population(Record):
    """A population figure, with its source."""

    IRI_KIND: ClassVar[str] = "population"
    TITLE: ClassVar[Text] = Text("chiffre de population", "population figure")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.PopulationObservation,)
    STATEMENT: ClassVar[bool] = True

    count: Located[int] | None = key(
        Whole(Text("habitants", "inhabitants"), 0, 100_000_000),
        "nombre d’habitants, en chiffres",
        "number of inhabitants, in digits",
        DT.populationCount,
        required=True,
        example="150000",
    )
    unit: Located[str] | None = key(
        Choice({"inhabitants": DT.populationCount}),
        "unité : toujours inhabitants (habitants)",
        "unit: always inhabitants",
        example="inhabitants",
    )
    rounded: Located[bool] | None = key(
        Flag(), "true si la source arrondit", "true when the source rounds", DT.isRounded, example="true"
    )
    year: Located[int] | None = key(
        Year(),
        "année du chiffre, si la source la donne",
        "year of the figure, when the source gives it",
        DT.referenceYear,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf(Record):
    """The territory that contains this one."""

    TITLE: ClassVar[Text] = Text("appartenance territoriale", "containing territory")
    INLINE: ClassVar[bool] = True

    territory: Located[str] | None = key(
        Ref(("territory",)), "territoire", "territory", DT.directlyPartOfTerritory, required=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreOf(Record):
    """The intermunicipal territory of which this city is the centre, when the source says that it is."""

    TITLE: ClassVar[Text] = Text("ville centre", "centre city")
    INLINE: ClassVar[bool] = True

    territory: Located[str] | None = key(
        Ref(("territory",)), "territoire", "territory", DT.centreOf, required=True
    )
    evidence: tuple[Evidence, ...] = evidence()


def _code_faults(kind: Located[str] | None, insee: Located[str] | None) -> Iterator[Fault]:
    if kind is None:
        return
    if insee and kind.value in ("epci", "syndicate"):
        yield Fault(
            insee.mark,
            "code-of-another-kind",
            Text("un groupement n’a pas de code INSEE.", "a grouping has no INSEE code."),
            Text("Donnez son numéro SIREN par la clé siren:.", "Give its SIREN number with the key siren:."),
        )
    lengths = _INSEE_LENGTHS.get(kind.value)
    if insee and lengths and len(insee.value) not in lengths:
        wanted = " ou ".join(map(str, lengths)), " or ".join(map(str, lengths))
        yield Fault(
            insee.mark,
            "code-of-another-kind",
            Text(
                f"le code INSEE « {insee.value} » devrait compter {wanted[0]} signes ici.",
                f"the INSEE code {insee.value!r} should have {wanted[1]} signs here.",
            ),
            Text("Vérifiez kind: et insee:.", "Check kind: and insee:."),
        )


def _national_code(kind: Located[str] | None, insee: Located[str] | None) -> str | None:
    word = {"municipality": "commune", "department": "department", "region": "region"}.get(
        kind.value if kind else ""
    )
    if word and insee:
        return f"{word}-{insee.value}"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory(Record):
    """A territory of the case: the space, not the body that governs it."""

    IRI_KIND: ClassVar[str] = "terr"
    TITLE: ClassVar[Text] = Text("territoire", "territory")
    GROUP: ClassVar[str] = "territory"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice(
            {
                "municipality": DT.MunicipalTerritory,
                "epci": DT.IntermunicipalTerritory,
                "department": DT.DepartmentTerritory,
                "region": DT.RegionTerritory,
            }
        ),
        "territoire communal, intercommunal, départemental ou régional",
        "municipal, intermunicipal, departmental or regional territory",
        RDF.type,
        required=True,
        identifying=True,
        example="municipality",
    )
    label: Located[dict[str, str]] | None = label(identifying=True)
    insee: Located[str] | None = key(
        INSEE,
        "code INSEE, seulement si le cas est public et nommé",
        "INSEE code, only when the case is public and named",
        DT.inseeCode,
        identifying=True,
    )
    siren: Located[str] | None = key(
        SIREN,
        "SIREN de l’EPCI dont c’est le territoire, seulement si le cas est public et nommé",
        "SIREN of the EPCI whose territory it is, only when the case is public and named",
    )
    centre_of: CentreOf | None = key(
        CentreOf, "si la source la dit ville centre", "when the source calls it a centre city"
    )
    part_of: PartOf | None = key(PartOf, "territoire qui le contient", "territory that contains it")
    population: tuple[Population, ...] = key(
        Population, "chiffres de population", "population figures", inverse=DT.observedTerritory, many=True
    )
    not_stated: tuple[Located[str], ...] = not_stated(
        {"centre-of": DT.centreOf, "part-of": DT.directlyPartOfTerritory, "population": DT.observedTerritory}
    )
    evidence: tuple[Evidence, ...] = evidence()

    @property
    def registered(self) -> bool:
        return self._national() is not None

    def _national(self) -> str | None:
        if self.kind and self.kind.value == "epci" and self.siren:
            return f"epci-{self.siren.value}"
        return _national_code(self.kind, self.insee)

    def iri(self, scope: Scope) -> NamedNode:
        code = self._national()
        return data_iri("terr", code) if code else Record.iri(self, scope)

    def faults(self) -> Iterator[Fault]:
        yield from _code_faults(self.kind, self.insee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(Record):
    """Organisations that belong to this one."""

    TITLE: ClassVar[Text] = Text("membres", "members")
    INLINE: ClassVar[bool] = True

    organisations: tuple[Located[str], ...] = key(
        Ref(("organisation",)),
        "organisations",
        "organisations",
        DT.memberOrganisation,
        required=True,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction(Record):
    """The territory on which the organisation exercises its powers."""

    TITLE: ClassVar[Text] = Text("ressort", "jurisdiction")
    INLINE: ClassVar[bool] = True

    territory: Located[str] | None = key(
        Ref(("territory",)), "territoire", "territory", inverse=DT.hasAuthority, required=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Record):
    """A local public organisation of the case: the legal body, not its territory."""

    IRI_KIND: ClassVar[str] = "org"
    TITLE: ClassVar[Text] = Text("organisation publique locale", "local public organisation")
    GROUP: ClassVar[str] = "organisation"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice(
            {
                "municipality": DT.Municipality,
                "epci": DT.IntermunicipalBody,
                "department": DT.DepartmentalAuthority,
                "region": DT.RegionalAuthority,
                "syndicate": DT.MixedSyndicate,
            }
        ),
        "commune, EPCI, département, région ou syndicat mixte",
        "municipality, EPCI, department, region or mixed syndicate",
        RDF.type,
        required=True,
        identifying=True,
        example="epci",
    )
    label: Located[dict[str, str]] | None = label(identifying=True)
    insee: Located[str] | None = key(
        INSEE,
        "code INSEE, seulement si le cas est public et nommé",
        "INSEE code, only for a public, named case",
    )
    siren: Located[str] | None = key(
        SIREN,
        "SIREN, seulement si le cas est public et nommé",
        "SIREN, only for a public, named case",
        DT.siren,
        identifying=True,
    )
    territory: Jurisdiction | None = key(
        Jurisdiction, "territoire de son ressort", "territory of its jurisdiction"
    )
    members: Members | None = key(Members, "organisations membres", "member organisations")
    evidence: tuple[Evidence, ...] = evidence()

    @property
    def registered(self) -> bool:
        return self._national() is not None

    def _national(self) -> str | None:
        if self.kind and self.kind.value in ("epci", "syndicate") and self.siren:
            return self.siren.value
        return _national_code(self.kind, self.insee)

    def iri(self, scope: Scope) -> NamedNode:
        code = self._national()
        return data_iri("org", code) if code else Record.iri(self, scope)

    def faults(self) -> Iterator[Fault]:
        yield from _code_faults(self.kind, self.insee)
