"""The format of a case file: one case, its places, project, data collection, and what is claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from pyoxigraph import NamedNode

from ...ontology.iris import data_iri
from ...ontology.names import DT, DTV, RDF
from ...ontology.text import Text
from .claims import (
    Assertion,
    Difficulty,
    GovernanceAssessment,
    LeadershipAssessment,
    LeadershipRoles,
    ValueClaim,
)
from .documents import Body, Person, SourceDocument, Work
from .evidence import Evidence, Period, evidence, label, not_stated
from .kinds import Choice, Pattern, Ref, Whole, Words
from .model import Fault, Located, Record, Scope, Triple, key
from .places import Organisation, Territory
from .policy import Actor, Arrangement, Policy, Practice, Resource, Tool, UseCase

# Words that begin the names of real territories: terr-commune-64445 must never be that of a case.
RESERVED_CODES: Final = frozenset(
    {"commune", "epci", "department", "region", "overseas", "former", "district", "syndicate"}
)


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
        Ref(("organisation",)),
        "organisations",
        "organisations",
        DT.involvesOrganisation,
        required=True,
        many=True,
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
    period: Period | None = key(Period, "période du projet", "period of the project", required=True)
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
        "nombre d’entretiens",
        "number of interviews",
        DT.interviewCount,
        example="20",
    )
    mode: Located[str] | None = key(
        Words(),
        "conduite des entretiens, dans les mots de la source",
        "interview mode, in the words of the source",
        DT.interviewMode,
        example="semi-directifs",
    )
    evidence: tuple[Evidence, ...] = evidence()

    def faults(self) -> Iterator[Fault]:
        if self.kind is None:
            return
        if self.kind.value == "interviews" and self.count is None:
            yield Fault(
                self.mark,
                "interviews-without-count",
                Text("la campagne d’entretiens n’a pas de nombre.", "the interview campaign has no count."),
                Text("Ajoutez count:.", "Add count:."),
            )
        for located in (self.count, self.mode):
            if located is not None and self.kind.value != "interviews":
                yield Fault(
                    located.mark,
                    "count-without-interviews",
                    Text(
                        "une observation n’a ni nombre ni conduite d’entretiens.",
                        "an observation has neither a number nor a mode of interviews.",
                    ),
                    Text(
                        "Retirez cette clé, ou écrivez kind: interviews.",
                        "Remove this key, or write kind: interviews.",
                    ),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Record):
    """The territory by which the size of the case is compared with others."""

    TITLE: ClassVar[Text] = Text("territoire de comparaison", "comparison territory")
    INLINE: ClassVar[bool] = True

    territory: Located[str] | None = key(
        Ref(("territory",)), "territoire", "territory", DT.comparisonTerritory, required=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Record):
    """A case file."""

    IRI_KIND: ClassVar[str] = "case"
    TITLE: ClassVar[Text] = Text("étude de cas", "case study")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.CaseStudy,)
    GROUP: ClassVar[str] = "case"

    case: Located[str] | None = key(
        Pattern(
            r"[A-Za-z0-9][A-Za-z0-9_]{0,39}",
            Text("un code de cas, sans espace ni accent", "a case code, without spaces or accents"),
            "E",
        ),
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
        "source des preuves qui n’en nomment pas",
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
    comparison: Comparison | None = key(
        Comparison,
        "par lequel de ses territoires le cas se compare à d’autres",
        "by which of its territories the case is compared with others",
    )
    organisations: tuple[Organisation, ...] = key(
        Organisation,
        "organisations du cas",
        "organisations of the case",
        DT.caseOrganisation,
        required=True,
        many=True,
    )
    actors: tuple[Actor, ...] = key(Actor, "autres acteurs", "other actors", many=True)
    project: Project | None = key(Project, "projet", "project", DT.caseProject, required=True)
    collection: tuple[Collection, ...] = key(
        Collection, "collecte de données", "data collection", DT.hasDataCollection, required=True, many=True
    )
    policies: tuple[Policy, ...] = key(Policy, "politiques publiques", "public policies", many=True)
    resources: tuple[Resource, ...] = key(Resource, "ressources", "resources", many=True)
    tools: tuple[Tool, ...] = key(Tool, "outils numériques", "digital tools", many=True)
    use_cases: tuple[UseCase, ...] = key(UseCase, "cas d’usage", "use cases", many=True)
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

    def faults(self) -> Iterator[Fault]:
        if self.case and self.case.value.lower() in RESERVED_CODES:
            yield Fault(
                self.case.mark,
                "reserved-code",
                Text(
                    f"« {self.case.value} » est un mot du répertoire national, pas le code d’un cas.",
                    f"{self.case.value!r} is a word of the national register, not the code of a case.",
                ),
                Text("Prenez un autre code : E, Pau2024.", "Take another code: E, Pau2024."),
            )

    def iri(self, scope: Scope) -> NamedNode:
        return data_iri("case", scope.code.rstrip("-"))

    def further(self, subject: NamedNode, scope: Scope) -> Iterator[Triple]:
        # A case may describe other policies too: those on digital uses alone are in the range of casePolicy.
        for policy in self.policies:
            if policy.kind and policy.kind.value == "digital-uses":
                yield subject, DT.casePolicy, policy.iri(scope)
