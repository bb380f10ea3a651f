"""Records on policies and what they hold: objectives, use cases, actions, tools, phases, governance, value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from pyoxigraph import NamedNode

from ...ontology.names import DT, DTV, RDF, RDFS, SKOS
from ...ontology.text import Text
from .common import LABEL, NAME, AssessmentPeriod, Evidence, evidence
from .kinds import Choice, Ref
from .model import Located, Record, key

VALUE_TYPE: Final = Choice(
    {
        "economic": DTV.value_economic,
        "political": DTV.value_political,
        "social": DTV.value_social,
        "strategic": DTV.value_strategic,
        "quality-of-life": DTV.value_quality_of_life,
        "ideological": DTV.value_ideological,
        "stewardship": DTV.value_stewardship,
    }
)
DIMENSION: Final = Choice(
    {
        "strategic": DTV.dimension_strategic,
        "structural": DTV.dimension_structural,
        "relational": DTV.dimension_relational,
        "informational": DTV.dimension_informational,
        "decisional": DTV.dimension_decisional,
    }
)
ACTION_KIND: Final = Choice(
    {
        "foundation-deployment": DTV.action_foundation_deployment,
        "data-strategy": DTV.action_data_strategy,
        "organisational-transformation": DTV.action_organisational_transformation,
        "change-support": DTV.action_change_support,
    }
)
TOOL_KIND: Final = Choice(
    {
        "optical-fibre": DTV.tool_optical_fibre,
        "participatory-budget": DTV.tool_participatory_budget,
        "solidarity-social-network": DTV.tool_solidarity_social_network,
        "hackathon": DTV.tool_hackathon,
        "civic-tech": DTV.tool_civic_tech,
        "digital-twin": DTV.tool_digital_twin,
        "satisfaction-measurement": DTV.tool_satisfaction_measurement,
    }
)
PHASE_KIND: Final = Choice(
    {
        "initialisation": DTV.phase_initialisation,
        "foundation-deployment": DTV.phase_foundation_deployment,
        "foundation-stabilisation": DTV.phase_foundation_stabilisation,
        "experimentation": DTV.phase_experimentation,
        "scaling-up": DTV.phase_scaling_up,
        "usage-amplification": DTV.phase_usage_amplification,
    }
)
MECHANISM: Final = Choice(
    {
        "efficiency": DTV.mechanism_efficiency,
        "effectiveness": DTV.mechanism_effectiveness,
        "intrinsic-enhancement": DTV.mechanism_intrinsic_enhancement,
        "transparency": DTV.mechanism_transparency,
        "participation": DTV.mechanism_participation,
        "collaboration": DTV.mechanism_collaboration,
    }
)
LEVEL: Final = Choice(
    {
        "political-1": DTV.political_1,
        "political-2": DTV.political_2,
        "political-3": DTV.political_3,
        "political-4": DTV.political_4,
        "administrative-1": DTV.administrative_1,
        "administrative-2": DTV.administrative_2,
        "administrative-3": DTV.administrative_3,
        "administrative-4": DTV.administrative_4,
    }
)
ROLE: Final = Choice(
    {
        "epci-president": DTV.role_epci_president,
        "group-of-mayors": DTV.role_group_of_mayors,
        "mayor": DTV.role_mayor,
        "group-of-elected": DTV.role_group_of_elected,
        "dedicated-elected": DTV.role_dedicated_elected,
        "dgs-epci": DTV.role_dgs_epci,
        "dgs-municipality": DTV.role_dgs_municipality,
        "dsi": DTV.role_dsi,
        "line-directorate": DTV.role_line_directorate,
    }
)
OBJECTIVE_QUALITY: Final = Choice(
    {
        "context-adapted": DTV.quality_context_adapted,
        "multidimensional": DTV.quality_multidimensional,
        "use-cases": DTV.quality_use_cases,
    }
)
DIFFICULTY_KIND: Final = Choice(
    {
        "phasing": DTV.difficulty_phasing,
        "network-governance": DTV.difficulty_network_governance,
        "resources": DTV.difficulty_resources,
    }
)
SUBJECTS: Final = ("project", "policy", "action", "tool", "use-case", "practice", "arrangement", "objective", "phase")


def name() -> Located[str] | None:
    return key(NAME, "nom court, unique dans le fichier", "short name, unique in the file", required=True)


def label() -> Located[dict[str, str]] | None:
    return key(LABEL, "intitulé en français et en anglais", "label in French and in English", RDFS.label, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualities(Record):
    """What the source says that the objective is like."""

    TITLE: ClassVar[Text] = Text("qualités de l'objectif", "qualities of the objective")
    INLINE: ClassVar[bool] = True

    quality: Located[str] | None = key(
        OBJECTIVE_QUALITY, "qualité", "quality", DT.objectiveQuality, required=True, example="context-adapted"
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(Record):
    """A public value objective of a policy."""

    IRI_KIND: ClassVar[str] = "objective"
    TITLE: ClassVar[Text] = Text("objectif de création de valeur publique", "public value objective")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.PublicValueObjective,)
    GROUP: ClassVar[str] = "objective"

    id: Located[str] | None = name()
    label: Located[dict[str, str]] | None = label()
    value_types: tuple[Located[str], ...] = key(
        VALUE_TYPE,
        "types de valeur visés (une intention, pas un effet constaté)",
        "value types aimed at (an intention, not an observed effect)",
        DT.addressesValueType,
        many=True,
        example="economic",
    )
    use_cases: tuple[Located[str], ...] = key(
        Ref(("use-case",)), "cas d'usage qui le déclinent", "use cases that specify it", DT.specifiedAsUseCase, many=True
    )
    qualities: tuple[Qualities, ...] = key(Qualities, "qualités", "qualities", many=True)
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption(Record):
    """Resources that an activity consumes."""

    TITLE: ClassVar[Text] = Text("ressources consommées", "resources consumed")
    INLINE: ClassVar[bool] = True

    resources: tuple[Located[str], ...] = key(
        Ref(("resource",)), "ressources", "resources", DT.consumesResource, required=True, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Record):
    """Financial or human means."""

    IRI_KIND: ClassVar[str] = "resource"
    TITLE: ClassVar[Text] = Text("ressource", "resource")
    GROUP: ClassVar[str] = "resource"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice({"human": DT.HumanResource, "financial": DT.FinancialResource}),
        "sorte de ressource",
        "sort of resource",
        RDF.type,
        required=True,
    )
    label: Located[dict[str, str]] | None = label()
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Record):
    """Something done to reach the objectives of a policy."""

    IRI_KIND: ClassVar[str] = "action"
    TITLE: ClassVar[Text] = Text("action", "action")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.PolicyAction,)
    GROUP: ClassVar[str] = "action"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        ACTION_KIND, "type d'action", "kind of action", DT.actionKind, example="foundation-deployment"
    )
    label: Located[dict[str, str]] | None = label()
    tools: tuple[Located[str], ...] = key(Ref(("tool",)), "outils employés", "tools used", DT.usesTool, many=True)
    consumes: Consumption | None = key(Consumption, "ressources consommées", "resources consumed")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Record):
    """A digital tool of the case: equipment, software, a network, a scheme."""

    IRI_KIND: ClassVar[str] = "tool"
    TITLE: ClassVar[Text] = Text("outil numérique", "digital tool")
    GROUP: ClassVar[str] = "tool"

    id: Located[str] | None = name()
    type: Located[str] | None = key(
        Choice({"tool": DT.DigitalTool, "foundation": DT.TechnologicalFoundation}),
        "outil, ou socle technologique dont dépendent les usages",
        "tool, or technological foundation on which uses depend",
        RDF.type,
        required=True,
        example="tool",
    )
    kind: Located[str] | None = key(
        TOOL_KIND, "genre d'outil, s'il est de la liste", "kind of tool, when it is listed", DT.toolKind
    )
    label: Located[dict[str, str]] | None = label()
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase(Record):
    """A concrete situation of use in which an objective takes shape."""

    IRI_KIND: ClassVar[str] = "usecase"
    TITLE: ClassVar[Text] = Text("cas d'usage", "use case")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.UseCase,)
    GROUP: ClassVar[str] = "use-case"

    id: Located[str] | None = name()
    label: Located[dict[str, str]] | None = label()
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase(Record):
    """A stage in the course of a policy."""

    IRI_KIND: ClassVar[str] = "phase"
    TITLE: ClassVar[Text] = Text("phase", "phase")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.PolicyPhase,)
    GROUP: ClassVar[str] = "phase"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(PHASE_KIND, "type de phase", "kind of phase", DT.phaseKind, required=True)
    label: Located[dict[str, str]] | None = label()
    governance: tuple[Located[str], ...] = key(
        Ref(("arrangement",)), "dispositifs de gouvernance", "governance arrangements", DT.governedThrough, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement(Record):
    """A way of conducting a policy, with the actors it involves and the dimensions it shows."""

    IRI_KIND: ClassVar[str] = "arrangement"
    TITLE: ClassVar[Text] = Text("dispositif de gouvernance", "governance arrangement")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.GovernanceArrangement,)
    GROUP: ClassVar[str] = "arrangement"

    id: Located[str] | None = name()
    label: Located[dict[str, str]] | None = label()
    dimensions: tuple[Located[str], ...] = key(
        DIMENSION, "dimensions présentes", "dimensions shown", DT.exhibitsDimension, many=True, example="informational"
    )
    actors: tuple[Located[str], ...] = key(
        Ref(("organisation", "actor")), "acteurs associés", "actors involved", DT.involvesActor, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualRank(Record):
    """Policies with which this one stands on equal rank."""

    TITLE: ClassVar[Text] = Text("à rang égal avec", "on equal rank with")
    INLINE: ClassVar[bool] = True

    policies: tuple[Located[str], ...] = key(
        Ref(("policy",)), "politiques", "policies", DT.equalRankWith, required=True, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Record):
    """A local public policy, on digital uses or on something else."""

    IRI_KIND: ClassVar[str] = "policy"
    TITLE: ClassVar[Text] = Text("politique publique", "public policy")
    GROUP: ClassVar[str] = "policy"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice({"digital-uses": DT.DigitalUsesPolicy, "other": DT.OtherLocalPolicy}),
        "politique des usages du numérique, ou autre politique locale",
        "policy on digital uses, or another local policy",
        RDF.type,
        required=True,
        example="digital-uses",
    )
    label: Located[dict[str, str]] | None = label()
    territories: tuple[Located[str], ...] = key(
        Ref(("territory",)), "territoires visés", "territories targeted", DT.targetsTerritory, many=True, example="city"
    )
    objectives: tuple[Objective, ...] = key(Objective, "objectifs", "objectives", DT.hasObjective, many=True)
    actions: tuple[Action, ...] = key(Action, "actions", "actions", DT.hasAction, many=True)
    phases: tuple[Phase, ...] = key(Phase, "phases", "phases", DT.hasPhase, many=True)
    governance: tuple[Located[str], ...] = key(
        Ref(("arrangement",)), "dispositifs de gouvernance", "governance arrangements", DT.governedThrough, many=True
    )
    mobilises: tuple[Located[str], ...] = key(
        Ref(("resource",)), "ressources mobilisées", "resources mobilised", DT.mobilisesResource, many=True
    )
    equal_rank: EqualRank | None = key(EqualRank, "à rang égal avec d'autres", "on equal rank with others")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Record):
    """A group of residents or users, or a private actor."""

    IRI_KIND: ClassVar[str] = "actor"
    TITLE: ClassVar[Text] = Text("acteur", "actor")
    GROUP: ClassVar[str] = "actor"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice({"citizens": DT.CitizenActor, "private": DT.PrivateActor}),
        "habitants ou usagers, ou acteur privé",
        "residents or users, or a private actor",
        RDF.type,
        required=True,
        example="citizens",
    )
    label: Located[dict[str, str]] | None = label()
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice(Record):
    """A repeated practice that aims to produce public value."""

    IRI_KIND: ClassVar[str] = "practice"
    TITLE: ClassVar[Text] = Text("pratique de création de valeur", "value creation practice")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.ValueCreationPractice,)
    GROUP: ClassVar[str] = "practice"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice({"co-creation": DTV.practice_co_creation, "co-construction": DTV.practice_co_construction}),
        "nom que la source donne à la pratique",
        "name that the source gives to the practice",
        DT.practiceKind,
    )
    label: Located[dict[str, str]] | None = label()
    participants: tuple[Located[str], ...] = key(
        Ref(("organisation", "actor")), "participants", "participants", DT.hasParticipant, many=True
    )
    governance: tuple[Located[str], ...] = key(
        Ref(("arrangement",)), "dispositifs de gouvernance", "governance arrangements", DT.governedThrough, many=True
    )
    consumes: Consumption | None = key(Consumption, "ressources consommées", "resources consumed")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueClaim(Record):
    """The source claims that something creates a type of value."""

    IRI_KIND: ClassVar[str] = "claim"
    TITLE: ClassVar[Text] = Text("énoncé de valeur", "value claim")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.ValueClaim,)
    STATEMENT: ClassVar[bool] = True

    id: Located[str] | None = key(NAME, "nom court, facultatif", "short name, optional")
    subject: Located[str] | None = key(
        Ref(SUBJECTS, "fibre-network"),
        "ce qui crée la valeur : outil, action, politique, pratique...",
        "what creates the value: tool, action, policy, practice...",
        DT.claimSubject,
        required=True,
    )
    value_types: tuple[Located[str], ...] = key(
        VALUE_TYPE, "types de valeur", "value types", DT.claimedValueType, required=True, many=True, example="economic"
    )
    mechanism: Located[str] | None = key(
        MECHANISM, "par quel mécanisme", "through which mechanism", DT.viaMechanism
    )
    beneficiaries: tuple[Located[str], ...] = key(
        Ref(("organisation", "actor")), "bénéficiaires", "beneficiaries", DT.claimedBeneficiary, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceAssessment(Record):
    """The source places a policy, a project or an action under governance dimensions, for a period."""

    IRI_KIND: ClassVar[str] = "assess-governance"
    TITLE: ClassVar[Text] = Text("évaluation de gouvernance", "governance assessment")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.GovernanceAssessment,)
    STATEMENT: ClassVar[bool] = True

    id: Located[str] | None = key(NAME, "nom court, facultatif", "short name, optional")
    subject: Located[str] | None = key(
        Ref(SUBJECTS, "project"), "ce qui est évalué", "what is assessed", DT.assessedEntity, required=True
    )
    dimensions: tuple[Located[str], ...] = key(
        DIMENSION, "dimensions attribuées", "dimensions given", DT.assessedDimension, required=True, many=True
    )
    period: AssessmentPeriod | None = key(AssessmentPeriod, "période", "period")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadershipAssessment(Record):
    """The source gives a leadership level, for a period."""

    IRI_KIND: ClassVar[str] = "assess-leadership"
    TITLE: ClassVar[Text] = Text("évaluation de leadership", "leadership assessment")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.LeadershipAssessment,)
    STATEMENT: ClassVar[bool] = True

    id: Located[str] | None = key(NAME, "nom court, facultatif", "short name, optional")
    subject: Located[str] | None = key(
        Ref(SUBJECTS, "project"), "ce qui est évalué", "what is assessed", DT.assessedEntity, required=True
    )
    level: Located[str] | None = key(
        LEVEL, "niveau attribué", "level given", DT.assessedLevel, required=True, example="political-3"
    )
    period: AssessmentPeriod | None = key(AssessmentPeriod, "période", "period")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadershipRoles(Record):
    """The roles seen at work in conducting a project or a policy; levels may be derived from them."""

    IRI_KIND: ClassVar[str] = "leadership"
    TITLE: ClassVar[Text] = Text("rôles engagés", "roles engaged")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.LeadershipConfiguration,)

    id: Located[str] | None = key(NAME, "nom court, facultatif", "short name, optional")
    subject: Located[str] | None = key(
        Ref(("project", "policy"), "project"),
        "projet ou politique conduite",
        "project or policy conducted",
        inverse=DT.hasLeadership,
        required=True,
    )
    roles: tuple[Located[str], ...] = key(
        ROLE, "rôles", "roles", DT.involvesRole, required=True, many=True, example="mayor"
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty(Record):
    """What hampers systematic practices of value co-creation."""

    IRI_KIND: ClassVar[str] = "difficulty"
    TITLE: ClassVar[Text] = Text("difficulté", "difficulty")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.Difficulty,)
    GROUP: ClassVar[str] = "difficulty"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        DIFFICULTY_KIND, "type de difficulté", "kind of difficulty", DT.difficultyKind, example="phasing"
    )
    label: Located[dict[str, str]] | None = label()
    hinders: tuple[Located[str], ...] = key(
        Ref((*SUBJECTS, "concept"), "practice-co-creation"),
        "ce qu'elle gêne : une chose du fichier ou un concept du vocabulaire",
        "what it hampers: something in the file or a concept of the vocabulary",
        DT.hinders,
        many=True,
    )
    causes: tuple[Located[str], ...] = key(
        Ref(("statement", "action", "practice")),
        "énoncés ou activités dont elle vient",
        "statements or activities it comes from",
        DT.causedBy,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion(Record):
    """A statement of the source, with what it is about."""

    IRI_KIND: ClassVar[str] = "statement"
    TITLE: ClassVar[Text] = Text("énoncé", "statement")
    STATEMENT: ClassVar[bool] = True
    GROUP: ClassVar[str] = "statement"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice({"statement": DT.Statement, "finding": DT.Finding, "prerequisite": DT.Prerequisite}),
        "énoncé, résultat ou prérequis",
        "statement, finding or prerequisite",
        RDF.type,
        required=True,
        example="finding",
    )
    label: Located[dict[str, str]] | None = label()
    about: tuple[Located[str], ...] = key(
        Ref((*SUBJECTS, "difficulty", "resource", "study", "case", "driver", "tension", "framework", "source", "concept")),
        "ce dont il parle : une chose du fichier ou un concept du vocabulaire",
        "what it speaks of: something in the file or a concept of the vocabulary",
        DT.concerns,
        required=True,
        many=True,
    )
    property: Located[str] | None = key(
        Choice(
            {
                "illustrates-value-type": DT.illustratesValueType,
                "on-axis": DT.onAxis,
                "requires-before": DT.requiresBefore,
                "level-rank": DT.levelRank,
                "related": SKOS.related,
                "framework-component": DT.frameworkComponent,
                "consumes-resource": DT.consumesResource,
            }
        ),
        "propriété que l'énoncé appuie",
        "property that the statement supports",
        DT.aboutProperty,
    )
    evidence: tuple[Evidence, ...] = evidence()


