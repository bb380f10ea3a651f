"""Records on policies: objectives, actions, tools, use cases, phases, governance, practices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import NamedNode

from ...ontology.names import DT, DTV, RDF
from ...ontology.text import Text
from .evidence import Evidence, evidence, label, name
from .kinds import Choice, Ref
from .model import Located, Record, key
from .words import ACTION_KIND, DIMENSION, OBJECTIVE_QUALITY, PHASE_KIND, TOOL_KIND, VALUE_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualities(Record):
    """What the source says that the objective is like."""

    TITLE: ClassVar[Text] = Text("qualités de l’objectif", "qualities of the objective")
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
        Ref(("use-case",)),
        "cas d’usage qui le déclinent",
        "use cases that specify it",
        DT.specifiedAsUseCase,
        many=True,
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
        ACTION_KIND, "type d’action", "kind of action", DT.actionKind, example="foundation-deployment"
    )
    label: Located[dict[str, str]] | None = label()
    tools: tuple[Located[str], ...] = key(
        Ref(("tool",)), "outils employés", "tools used", DT.usesTool, many=True
    )
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
        TOOL_KIND, "genre d’outil, s’il est de la liste", "kind of tool, when it is listed", DT.toolKind
    )
    label: Located[dict[str, str]] | None = label()
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase(Record):
    """A concrete situation of use in which an objective takes shape."""

    IRI_KIND: ClassVar[str] = "usecase"
    TITLE: ClassVar[Text] = Text("cas d’usage", "use case")
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
        Ref(("arrangement",)),
        "dispositifs de gouvernance",
        "governance arrangements",
        DT.governedThrough,
        many=True,
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
        DIMENSION,
        "dimensions présentes",
        "dimensions shown",
        DT.exhibitsDimension,
        many=True,
        example="informational",
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
        Ref(("territory",)),
        "territoires visés",
        "territories targeted",
        DT.targetsTerritory,
        many=True,
        example="city",
    )
    objectives: tuple[Objective, ...] = key(Objective, "objectifs", "objectives", DT.hasObjective, many=True)
    actions: tuple[Action, ...] = key(Action, "actions", "actions", DT.hasAction, many=True)
    phases: tuple[Phase, ...] = key(Phase, "phases", "phases", DT.hasPhase, many=True)
    governance: tuple[Located[str], ...] = key(
        Ref(("arrangement",)),
        "dispositifs de gouvernance",
        "governance arrangements",
        DT.governedThrough,
        many=True,
    )
    mobilises: tuple[Located[str], ...] = key(
        Ref(("resource",)), "ressources mobilisées", "resources mobilised", DT.mobilisesResource, many=True
    )
    equal_rank: EqualRank | None = key(EqualRank, "à rang égal avec d’autres", "on equal rank with others")
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
        Ref(("arrangement",)),
        "dispositifs de gouvernance",
        "governance arrangements",
        DT.governedThrough,
        many=True,
    )
    consumes: Consumption | None = key(Consumption, "ressources consommées", "resources consumed")
    evidence: tuple[Evidence, ...] = evidence()
