"""The format of a study file: the study, its source, and what it says beyond each case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import NamedNode

from ...ontology.names import DCTERMS, DT, DTV, RDF
from ...ontology.text import Text
from .claims import Assertion, Difficulty
from .documents import Body, Event, Person, Repository, SourceDocument, Work
from .evidence import NAME, Evidence, Period, evidence, label, name
from .kinds import Choice, LanguageText, Ref
from .model import Fault, Located, Record, key
from .policy import Actor, Arrangement, Policy, Practice, Resource, Tool, UseCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Drives(Record):
    """What a driver pushes."""

    TITLE: ClassVar[Text] = Text("ce que le facteur pousse", "what the driver pushes")
    INLINE: ClassVar[bool] = True

    what: tuple[Located[str], ...] = key(
        Ref(("concept", "policy", "territory"), "notion-digital-territory"),
        "concept ou chose",
        "concept or thing",
        DT.drives,
        required=True,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver(Record):
    """An external factor that pushes territories to act."""

    IRI_KIND: ClassVar[str] = "driver"
    TITLE: ClassVar[Text] = Text("facteur déclencheur", "driver")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.Driver,)
    GROUP: ClassVar[str] = "driver"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice(
            {
                "national-programme": DTV.driver_national_programme,
                "regulatory-constraint": DTV.driver_regulatory_constraint,
                "financial": DTV.driver_financial,
            }
        ),
        "type de facteur",
        "kind of driver",
        DT.driverKind,
        required=True,
    )
    also: Located[str] | None = key(
        Choice({"national-programme": DT.NationalProgramme}),
        "national-programme si le facteur est lui-même un programme de l’État",
        "national-programme when the driver is itself a programme of the State",
        RDF.type,
    )
    label: Located[dict[str, str]] | None = label()
    drives: Drives | None = key(Drives, "ce qu’il pousse", "what it pushes")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tension(Record):
    """An opposition of two poles that marks the context."""

    IRI_KIND: ClassVar[str] = "tension"
    TITLE: ClassVar[Text] = Text("tension", "tension")
    GROUP: ClassVar[str] = "tension"

    id: Located[str] | None = name()
    kind: Located[str] | None = key(
        Choice({"value-conflict": DT.ValueConflict, "societal-mutation": DT.SocietalMutation}),
        "conflit de valeurs ou mutation sociétale",
        "value conflict or societal mutation",
        RDF.type,
        required=True,
    )
    label: Located[dict[str, str]] | None = label()
    poles: tuple[Located[str], ...] = key(
        Choice(
            {
                "political-city": DTV.pole_political_city,
                "algorithmic-city": DTV.pole_algorithmic_city,
                "digital-culture": DTV.pole_digital_culture,
                "surveillance-capitalism": DTV.pole_surveillance_capitalism,
            }
        ),
        "les deux pôles",
        "the two poles",
        DT.hasPole,
        required=True,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()

    def faults(self) -> Iterator[Fault]:
        if self.poles and len({pole.value for pole in self.poles}) != 2:
            yield Fault(
                self.mark,
                "not-two-poles",
                Text("une tension a deux pôles.", "a tension has two poles."),
                Text("Écrivez-en deux, différents.", "Write two different ones."),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework(Record):
    """A model of the literature, with the components that the source gives."""

    IRI_KIND: ClassVar[str] = "framework"
    TITLE: ClassVar[Text] = Text("cadre d’analyse", "analytical framework")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.AnalyticalFramework,)
    GROUP: ClassVar[str] = "framework"

    id: Located[str] | None = name()
    label: Located[dict[str, str]] | None = label()
    works: tuple[Located[str], ...] = key(
        Ref(("work",)),
        "travaux auxquels la source l’attribue",
        "works to which the source attributes it",
        DCTERMS.source,
        many=True,
    )
    components: tuple[Located[str], ...] = key(
        Ref(("concept",), "steering-human-resources"),
        "composantes, par le nom du concept",
        "components, by the name of the concept",
        DT.frameworkComponent,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLeadership(Record):
    """Leadership of the public value chain, and the obstacles it should overcome."""

    IRI_KIND: ClassVar[str] = "leadership"
    TITLE: ClassVar[Text] = Text(
        "leadership de la chaîne de valeur publique", "leadership of the public value chain"
    )
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.ValueChainLeadership,)
    GROUP: ClassVar[str] = "chain-leadership"

    id: Located[str] | None = name()
    label: Located[dict[str, str]] | None = label()
    works: tuple[Located[str], ...] = key(
        Ref(("work",)),
        "travaux d’où vient la notion",
        "works the notion comes from",
        DCTERMS.source,
        many=True,
    )
    overcomes: tuple[Located[str], ...] = key(
        Choice(
            {
                "administrative-limits": DTV.obstacle_administrative_limits,
                "power-stakes": DTV.obstacle_power_stakes,
                "egos": DTV.obstacle_egos,
            }
        ),
        "obstacles à dépasser",
        "obstacles to overcome",
        DT.overcomesObstacle,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Record):
    """What the source says should be done."""

    IRI_KIND: ClassVar[str] = "rec"
    TITLE: ClassVar[Text] = Text("recommandation", "recommendation")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.Recommendation,)
    STATEMENT: ClassVar[bool] = True
    GROUP: ClassVar[str] = "recommendation"

    id: Located[str] | None = key(
        NAME, "numéro ou nom court", "number or short name", required=True, example="4a"
    )
    label: Located[dict[str, str]] | None = label()
    recommends: tuple[Located[str], ...] = key(
        Ref(("concept", "policy", "practice", "chain-leadership"), "pattern-equal-rank"),
        "ce qu’elle conseille : concept ou chose du fichier",
        "what it advises: a concept or something in the file",
        DT.recommends,
        required=True,
        many=True,
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Study(Record):
    """A study file."""

    IRI_KIND: ClassVar[str] = "study"
    TITLE: ClassVar[Text] = Text("recherche", "study")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DT.ResearchStudy,)
    GROUP: ClassVar[str] = "study"

    study: Located[str] | None = key(
        NAME, "nom court de la recherche", "short name of the study", required=True
    )
    label: Located[dict[str, str]] | None = label()
    description: Located[dict[str, str]] | None = key(
        LanguageText(), "méthode et objet", "method and object", DCTERMS.description
    )
    source: Located[str] | None = key(
        Ref(("source",)),
        "source des preuves qui n’en nomment pas",
        "source of the evidence that names none",
        required=True,
    )
    period: Period | None = key(Period, "période de la recherche", "period of the study")
    sources: tuple[SourceDocument, ...] = key(SourceDocument, "sources", "sources", many=True)
    people: tuple[Person, ...] = key(Person, "personnes", "people", many=True)
    bodies: tuple[Body, ...] = key(Body, "organismes", "bodies", many=True)
    events: tuple[Event, ...] = key(Event, "événements", "events", many=True)
    repositories: tuple[Repository, ...] = key(Repository, "archives", "repositories", many=True)
    works: tuple[Work, ...] = key(Work, "travaux cités", "cited works", many=True)
    drivers: tuple[Driver, ...] = key(Driver, "facteurs déclencheurs", "drivers", many=True)
    tensions: tuple[Tension, ...] = key(Tension, "tensions", "tensions", many=True)
    frameworks: tuple[Framework, ...] = key(Framework, "cadres d’analyse", "analytical frameworks", many=True)
    policies: tuple[Policy, ...] = key(Policy, "politiques publiques", "public policies", many=True)
    actors: tuple[Actor, ...] = key(Actor, "acteurs", "actors", many=True)
    resources: tuple[Resource, ...] = key(Resource, "ressources", "resources", many=True)
    tools: tuple[Tool, ...] = key(Tool, "outils numériques", "digital tools", many=True)
    use_cases: tuple[UseCase, ...] = key(UseCase, "cas d’usage", "use cases", many=True)
    practices: tuple[Practice, ...] = key(Practice, "pratiques", "practices", many=True)
    arrangements: tuple[Arrangement, ...] = key(
        Arrangement, "dispositifs de gouvernance", "governance arrangements", many=True
    )
    difficulties: tuple[Difficulty, ...] = key(Difficulty, "difficultés", "difficulties", many=True)
    statements: tuple[Assertion, ...] = key(Assertion, "énoncés", "statements", many=True)
    chain_leadership: ChainLeadership | None = key(
        ChainLeadership, "leadership de la chaîne de valeur publique", "leadership of the public value chain"
    )
    recommendations: tuple[Recommendation, ...] = key(
        Recommendation, "recommandations", "recommendations", many=True
    )
    evidence: tuple[Evidence, ...] = evidence()

    @property
    def name(self) -> str | None:
        return self.study.value if self.study else None
