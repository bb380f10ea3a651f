"""Records on what a source claims: value, governance, leadership, difficulties, and other statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import NamedNode

from ...ontology.names import DT, RDF, SKOS
from ...ontology.text import Text
from .evidence import NAME, AssessmentPeriod, Evidence, evidence, label, name
from .kinds import Choice, Ref
from .model import Located, Record, key
from .words import DIFFICULTY_KIND, DIMENSION, LEVEL, MECHANISM, ROLE, SUBJECTS, VALUE_TYPE


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
        VALUE_TYPE,
        "types de valeur",
        "value types",
        DT.claimedValueType,
        required=True,
        many=True,
        example="economic",
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
        "ce qu’elle gêne : une chose du fichier ou un concept du vocabulaire",
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
        Ref(
            (
                *SUBJECTS,
                "difficulty",
                "resource",
                "study",
                "case",
                "driver",
                "tension",
                "framework",
                "source",
                "concept",
            )
        ),
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
        "propriété que l’énoncé appuie",
        "property that the statement supports",
        DT.aboutProperty,
    )
    evidence: tuple[Evidence, ...] = evidence()
