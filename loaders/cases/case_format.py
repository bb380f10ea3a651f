"""The format of a case file: one case, its territories, organisations, project, collection and what is claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from pyoxigraph import NamedNode

from ...ontology.iris import data_iri
from ...ontology.names import DT, DTV, RDF
from ...ontology.text import Text
from .common import Body, Evidence, Period, Person, SourceDocument, Work, evidence, not_stated
from .kinds import Choice, Flag, Pattern, Ref, Whole, Words, Year
from .model import Fault, Located, Record, Scope, Triple, key
from .policy import (
    Actor,
    Arrangement,
    Assertion,
    Difficulty,
    GovernanceAssessment,
    LeadershipAssessment,
    LeadershipRoles,
    Policy,
    Practice,
    Resource,
    Tool,
    UseCase,
    ValueClaim,
    label,
    name,
)

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
        "nombre d'habitants, en chiffres",
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

    TITLE: ClassVar[Text] = Text("ville centre de", "centre city of")
    INLINE: ClassVar[bool] = True

    territory: Located[str] | None = key(Ref(("territory",)), "territoire", "territory", DT.centreOf, required=True)
    evidence: tuple[Evidence, ...] = evidence()


def _code_faults(kind: Located[str] | None, insee: Located[str] | None) -> Iterator[Fault]:
    if kind is None:
        return
    if insee and kind.value in ("epci", "syndicate"):
        yield Fault(
            insee.mark,
            "code-of-another-kind",
            Text("un groupement n'a pas de code INSEE.", "a grouping has no INSEE code."),
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
    word = {"municipality": "commune", "department": "department", "region": "region"}.get(kind.value if kind else "")
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
        example="municipality",
    )
    label: Located[dict[str, str]] | None = label()
    insee: Located[str] | None = key(
        INSEE,
        "code INSEE, seulement si le cas est public et nommé",
        "INSEE code, only when the case is public and named",
        DT.inseeCode,
    )
    siren: Located[str] | None = key(
        SIREN,
        "SIREN de l'EPCI dont c'est le territoire, seulement si le cas est public et nommé",
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

    def iri(self, scope: Scope) -> NamedNode:
        code = _national_code(self.kind, self.insee)
        if code is None and self.kind and self.kind.value == "epci" and self.siren:
            code = f"epci-{self.siren.value}"
        return data_iri("terr", code) if code else Record.iri(self, scope)

    def faults(self) -> Iterator[Fault]:
        yield from _code_faults(self.kind, self.insee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(Record):
    """Organisations that belong to this one."""

    TITLE: ClassVar[Text] = Text("membres", "members")
    INLINE: ClassVar[bool] = True

    organisations: tuple[Located[str], ...] = key(
        Ref(("organisation",)), "organisations", "organisations", DT.memberOrganisation, required=True, many=True
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
        example="epci",
    )
    label: Located[dict[str, str]] | None = label()
    insee: Located[str] | None = key(
        INSEE, "code INSEE, seulement si le cas est public et nommé", "INSEE code, only for a public, named case"
    )
    siren: Located[str] | None = key(
        SIREN, "SIREN, seulement si le cas est public et nommé", "SIREN, only for a public, named case", DT.siren
    )
    territory: Jurisdiction | None = key(Jurisdiction, "territoire de son ressort", "territory of its jurisdiction")
    members: Members | None = key(Members, "organisations membres", "member organisations")
    evidence: tuple[Evidence, ...] = evidence()

    def iri(self, scope: Scope) -> NamedNode:
        code = _national_code(self.kind, self.insee)
        if code is None and self.kind and self.kind.value in ("epci", "syndicate") and self.siren:
            code = self.siren.value
        return data_iri("org", code) if code else Record.iri(self, scope)

    def faults(self) -> Iterator[Fault]:
        yield from _code_faults(self.kind, self.insee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Perimeter(Record):
    """The scale of the project."""

    TITLE: ClassVar[Text] = Text("périmètre", "perimeter")
    INLINE: ClassVar[bool] = True

    kind: Located[str] | None = key(
        Choice(
            {
                "city": DTV.perimeter_city,
                "city-and-epci": DTV.perimeter_city_and_epci,
                "department-and-epci": DTV.perimeter_department_and_epci,
            }
        ),
        "ville, ville centre et EPCI, ou syndicat mixte département et EPCI",
        "city, centre city and EPCI, or mixed syndicate of department and EPCI",
        DT.perimeterKind,
        required=True,
        example="city-and-epci",
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners(Record):
    """Who carries the project."""

    TITLE: ClassVar[Text] = Text("porteurs", "owners")
    INLINE: ClassVar[bool] = True

    organisations: tuple[Located[str], ...] = key(
        Ref(("organisation",)), "organisations", "organisations", DT.projectOwner, required=True, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Involved(Record):
    """Who takes part in the project without carrying it."""

    TITLE: ClassVar[Text] = Text("organisations associées", "organisations involved")
    INLINE: ClassVar[bool] = True

    organisations: tuple[Located[str], ...] = key(
        Ref(("organisation",)), "organisations", "organisations", DT.involvesOrganisation, required=True, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Implements(Record):
    """The policy that the project carries out."""

    TITLE: ClassVar[Text] = Text("politique mise en œuvre", "policy carried out")
    INLINE: ClassVar[bool] = True

    policy: Located[str] | None = key(
        Ref(("policy",)), "politique", "policy", inverse=DT.implementedThrough, required=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Record):
    """The digital project of the case."""

    IRI_KIND: ClassVar[str] = "project"
    TITLE: ClassVar[Text] = Text("projet numérique", "digital project")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.DigitalProject,)
    GROUP: ClassVar[str] = "project"

    label: Located[dict[str, str]] | None = label()
    period: Period | None = key(
        Period, "période du projet", "period of the project", required=True
    )
    perimeter: Perimeter | None = key(Perimeter, "périmètre", "perimeter")
    owners: Owners | None = key(Owners, "porteurs", "owners")
    involved: Involved | None = key(Involved, "organisations associées", "organisations involved")
    implements: Implements | None = key(Implements, "politique mise en œuvre", "policy carried out")
    evidence: tuple[Evidence, ...] = evidence()

    @property
    def name(self) -> str | None:
        return "project"

    def iri(self, scope: Scope) -> NamedNode:
        return data_iri("project", scope.code.rstrip("-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Record):
    """How the study gathered material on the case."""

    IRI_KIND: ClassVar[str] = "collection"
    TITLE: ClassVar[Text] = Text("collecte de données", "data collection")

    kind: Located[str] | None = key(
        Choice(
            {
                "interviews": DT.InterviewCampaign,
                "participant-observation": DT.ParticipantObservation,
                "non-participant-observation": DT.NonParticipantObservation,
            }
        ),
        "entretiens, observation participante ou non participante",
        "interviews, participant or non-participant observation",
        RDF.type,
        required=True,
        example="interviews",
    )
    count: Located[int] | None = key(
        Whole(Text("entretiens", "interviews"), 0, 100_000),
        "nombre d'entretiens",
        "number of interviews",
        DT.interviewCount,
        example="20",
    )
    mode: Located[str] | None = key(
        Words(), "conduite des entretiens, dans les mots de la source", "interview mode, in the words of the source", DT.interviewMode, example="semi-directifs"
    )
    evidence: tuple[Evidence, ...] = evidence()

    def faults(self) -> Iterator[Fault]:
        if self.kind is None:
            return
        if self.kind.value == "interviews" and self.count is None:
            yield Fault(
                self.mark,
                "interviews-without-count",
                Text("la campagne d'entretiens n'a pas de nombre.", "the interview campaign has no count."),
                Text("Ajoutez count:.", "Add count:."),
            )
        for located in (self.count, self.mode):
            if located is not None and self.kind.value != "interviews":
                yield Fault(
                    located.mark,
                    "count-without-interviews",
                    Text(
                        "une observation n'a ni nombre ni conduite d'entretiens.",
                        "an observation has neither a number nor a mode of interviews.",
                    ),
                    Text("Retirez cette clé, ou écrivez kind: interviews.", "Remove this key, or write kind: interviews."),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Record):
    """A case file."""

    IRI_KIND: ClassVar[str] = "case"
    TITLE: ClassVar[Text] = Text("étude de cas", "case study")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.CaseStudy,)
    GROUP: ClassVar[str] = "case"

    case: Located[str] | None = key(
        Pattern(r"[A-Za-z0-9][A-Za-z0-9_]{0,39}", Text("un code de cas, sans espace ni accent", "a case code, without spaces or accents"), "E"),
        "code du cas, unique",
        "code of the case, unique",
        required=True,
        example="E",
    )
    label: Located[dict[str, str]] | None = label()
    study: Located[str] | None = key(
        Ref(("study",)), "recherche dont il fait partie", "study it belongs to", inverse=DT.hasCase
    )
    source: Located[str] | None = key(
        Ref(("source",)),
        "source des preuves qui n'en nomment pas",
        "source of the evidence that names none",
        required=True,
    )
    sources: tuple[SourceDocument, ...] = key(
        SourceDocument, "sources décrites dans ce fichier", "sources described in this file", many=True
    )
    people: tuple[Person, ...] = key(Person, "personnes", "people", many=True)
    bodies: tuple[Body, ...] = key(Body, "organismes", "bodies", many=True)
    works: tuple[Work, ...] = key(Work, "travaux cités", "cited works", many=True)
    territories: tuple[Territory, ...] = key(
        Territory, "territoires du cas", "territories of the case", DT.caseTerritory, required=True, many=True
    )
    organisations: tuple[Organisation, ...] = key(
        Organisation, "organisations du cas", "organisations of the case", DT.caseOrganisation, required=True, many=True
    )
    actors: tuple[Actor, ...] = key(Actor, "autres acteurs", "other actors", many=True)
    project: Project | None = key(Project, "projet", "project", DT.caseProject, required=True)
    collection: tuple[Collection, ...] = key(
        Collection, "collecte de données", "data collection", DT.hasDataCollection, required=True, many=True
    )
    policies: tuple[Policy, ...] = key(Policy, "politiques publiques", "public policies", many=True)
    resources: tuple[Resource, ...] = key(Resource, "ressources", "resources", many=True)
    tools: tuple[Tool, ...] = key(Tool, "outils numériques", "digital tools", many=True)
    use_cases: tuple[UseCase, ...] = key(UseCase, "cas d'usage", "use cases", many=True)
    practices: tuple[Practice, ...] = key(
        Practice, "pratiques de création de valeur", "value creation practices", many=True
    )
    arrangements: tuple[Arrangement, ...] = key(
        Arrangement, "dispositifs de gouvernance", "governance arrangements", many=True
    )
    value_claims: tuple[ValueClaim, ...] = key(ValueClaim, "énoncés de valeur", "value claims", many=True)
    governance: tuple[GovernanceAssessment, ...] = key(
        GovernanceAssessment, "évaluations de gouvernance", "governance assessments", many=True
    )
    leadership: tuple[LeadershipAssessment, ...] = key(
        LeadershipAssessment, "évaluations de leadership", "leadership assessments", many=True
    )
    leadership_roles: tuple[LeadershipRoles, ...] = key(
        LeadershipRoles, "rôles engagés", "roles engaged", many=True
    )
    difficulties: tuple[Difficulty, ...] = key(Difficulty, "difficultés", "difficulties", many=True)
    statements: tuple[Assertion, ...] = key(Assertion, "autres énoncés", "other statements", many=True)
    not_stated: tuple[Located[str], ...] = not_stated(
        {
            "leadership": DT.assessedLevel,
            "governance": DT.assessedDimension,
            "value-types": DT.claimedValueType,
        }
    )
    evidence: tuple[Evidence, ...] = evidence()

    @property
    def name(self) -> str | None:
        return self.case.value if self.case else None

    def iri(self, scope: Scope) -> NamedNode:
        return data_iri("case", scope.code.rstrip("-"))

    def extra(self, subject: NamedNode, scope: Scope) -> Iterator[Triple]:
        # A case may describe other policies too: those on digital uses alone are in the range of casePolicy.
        for policy in self.policies:
            if policy.kind and policy.kind.value == "digital-uses":
                yield subject, DT.casePolicy, policy.iri(scope)
