"""The table of inferences of the domain reference (section 6), row by row, by HermiT and by the rules.

Rows 1 to 5 are read off what the source says; the others off invented data. Each row says what must follow
and what must not. Rows 17 to 21, the contradictions, are in test_inferences_contradictions.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from digiterr.ontology.iris import DATA, graph_iri
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.names import DT, DTV, OWL, RDF
from digiterr.ontology.reasoning import compile_rules, infer
from digiterr.ontology.reasoning.hermit import classify
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import Graph

pytestmark = pytest.mark.xdist_group("java")

FILES = [Path(__file__).parent / "inferences" / name for name in ("seed.ttl", "invented.ttl")]
Fact = tuple[str, NamedNode, NamedNode | str]


@dataclass(frozen=True)
class Row:
    """One row of the table: facts as (subject, predicate, object), a text naming a thing of the data."""

    number: int
    follows: tuple[Fact, ...]
    does_not: tuple[Fact, ...] = ()


def member(of: NamedNode, *names: str) -> tuple[Fact, ...]:
    return tuple((name, RDF.type, of) for name in names)


BAND = DT.inPopulationBand
ROWS = (
    Row(
        1,
        (
            *member(DT.IntermunicipalProject, "project-A", "project-D"),
            ("project-D", DT.involvesOrganisation, "org-D-epci"),
        ),
        member(DT.IntermunicipalProject, "project-B", "project-C"),
    ),
    Row(2, member(DT.CentreCity, "terr-A-city", "terr-B-city"), member(DT.CentreCity, "terr-C-city")),
    Row(
        3,
        (
            ("population-A-city", BAND, DTV.population_50k_200k),
            ("population-B-city", BAND, DTV.population_50k_200k),
            ("population-C-city", BAND, DTV.population_under_50k),
            ("population-A-epci", BAND, DTV.population_200k_500k),
            ("population-D-department", BAND, DTV.population_500k_plus),
        ),
        (("population-C-city", BAND, DTV.population_50k_200k),),
    ),
    Row(
        4,
        tuple(
            (DTV.political_4.value, DT.higherThan, lower)
            for lower in (DTV.political_3, DTV.political_2, DTV.political_1)
        ),
        ((DTV.political_1.value, DT.higherThan, DTV.political_4),),
    ),
    Row(
        5,
        (
            (
                DTV.phase_usage_amplification.value,
                DT.requiresBefore,
                DTV.phase_foundation_deployment,
            ),
            (
                DTV.phase_usage_amplification.value,
                DT.requiresBefore,
                DTV.phase_foundation_stabilisation,
            ),
        ),
    ),
    Row(
        6,
        (
            *member(DT.ProactiveGovernance, "governance-proactive", "governance-both", "governance-full"),
            *member(DT.OpenGovernance, "governance-open", "governance-both", "governance-full"),
            *member(DT.ProactiveAndOpenGovernance, "governance-both", "governance-full"),
            *member(DT.FullyProactiveGovernance, "governance-full"),
            *member(DT.FullyOpenGovernance, "governance-full"),
        ),
        (
            *member(DT.ProactiveGovernance, "governance-open", "governance-silent"),
            *member(DT.OpenGovernance, "governance-proactive", "governance-silent"),
            *member(DT.FullyProactiveGovernance, "governance-proactive", "governance-both"),
            *member(DT.FullyOpenGovernance, "governance-open", "governance-both"),
        ),
    ),
    Row(
        7,
        member(DT.NetworkGovernance, "governance-network"),
        member(DT.NetworkGovernance, "governance-perhaps-one"),
    ),
    Row(8, member(DT.CoCreationPractice, "practice-open"), member(DT.CoCreationPractice, "practice-closed")),
    Row(
        9,
        (
            ("leadership-high", DT.reachesLevel, DTV.political_4),
            ("leadership-high", DT.reachesLevel, DTV.administrative_4),
        ),
        (("leadership-alone", DT.reachesLevel, DTV.political_4),),
    ),
    Row(
        10,
        (
            *(
                (name, DT.claimedToCreate, DTV.value_social)
                for name in ("tool-X", "action-X", "policy-X", "case-X")
            ),
            ("action-X", DT.mightCreate, DTV.value_economic),
        ),
        (
            *((name, DT.claimedToCreate, DTV.value_economic) for name in ("tool-X", "action-X", "case-X")),
            ("action-X", DT.mightCreate, DTV.value_social),
        ),
    ),
    Row(11, member(DT.DigitalTerritory, "terr-X"), member(DT.DigitalTerritory, "terr-A-city")),
    Row(
        12,
        (*member(DT.InitialPhase, "phase-first"), *member(DT.DataStrategyAction, "action-X")),
        member(DT.ChangeSupportAction, "action-X"),
    ),
    Row(13, member(DT.AlignedStrategy, "strategy-whole"), member(DT.AlignedStrategy, "strategy-part")),
    Row(
        14,
        member(DT.MultidimensionalObjective, "objective-two"),
        member(DT.MultidimensionalObjective, "objective-one"),
    ),
    Row(
        15,
        member(DT.RecommendedDigitalPolicy, "policy-recommended"),
        member(DT.RecommendedDigitalPolicy, "policy-almost", "policy-X"),
    ),
    Row(16, (("terr-X-commune", DT.partOfTerritory, "terr-X-department"),)),
)


def full(fact: Fact) -> tuple[str, str, str]:
    subject, predicate, value = fact
    subject = subject if subject.startswith("https:") else DATA + subject
    return subject, predicate.value, DATA + value if isinstance(value, str) else value.value


@pytest.fixture(scope="module")
def by_hermit() -> frozenset[tuple[str, str, str]]:
    graph = read_ontology()
    for path in FILES:
        graph.parse(path)
    found = classify(graph)
    assert found.consistent
    assert not found.unsatisfiable
    individuals = {individual for individual, _ in found.types}
    types = {(name, RDF.type.value, kind) for name in individuals for kind in found.types_of(name)}
    return found.links | types


@pytest.fixture(scope="module")
def by_rules() -> frozenset[tuple[str, str, str]]:
    ontology = read_ontology()
    store = Store()
    store.load(
        ontology.serialize(format="nt", encoding="utf-8"), RdfFormat.N_TRIPLES, to_graph=graph_iri("ontology")
    )
    for path in FILES:
        store.load(path=path, to_graph=graph_iri("invented"))
    rules = compile_rules(ontology)
    infer(store, rules, "ontology")
    infer(store, rules, "invented", context=("ontology",))
    return frozenset(triples(store))


def triples(store: Store) -> Iterator[tuple[str, str, str]]:
    for quad in store:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            yield quad.subject.value, quad.predicate.value, quad.object.value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row-{row.number}")
def test_hermit_infers_the_row(row: Row, by_hermit: frozenset[tuple[str, str, str]]) -> None:
    assert {full(fact) for fact in row.follows} <= by_hermit
    assert not {full(fact) for fact in row.does_not} & by_hermit


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row-{row.number}")
def test_the_rules_infer_the_row(row: Row, by_rules: frozenset[tuple[str, str, str]]) -> None:
    assert {full(fact) for fact in row.follows} <= by_rules
    assert not {full(fact) for fact in row.does_not} & by_rules


def test_hermit_and_the_rules_agree(
    by_hermit: frozenset[tuple[str, str, str]], by_rules: frozenset[tuple[str, str, str]]
) -> None:
    """Over these data the rules are sound, and complete but for what `RuleSet.outside` names."""
    ontology = read_ontology()
    kinds = {str(kind) for kind in ontology.subjects(None, None)}
    properties = {predicate for _, predicate, _ in by_hermit}
    mine = {
        (s, p, o)
        for s, p, o in by_rules
        if s.startswith(DATA) and (p in properties or (p == RDF.type.value and o in kinds))
    }
    theirs = {(s, p, o) for s, p, o in by_hermit if s.startswith(DATA) and OWL.Thing.value != o}
    assert mine - theirs == set()
    assert theirs - mine == set()


def test_the_data_of_the_rows_use_terms_of_the_ontology_only() -> None:
    known = set(read_ontology().subjects())
    used = Graph()
    for path in FILES:
        used.parse(path)
    terms = {p for p in used.predicates() if str(p).startswith(DT.NAMESPACE)}
    assert terms <= known
