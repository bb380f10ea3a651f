"""The shipped study and cases: every fact of the source with its quote, and nothing that it does not say."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from digiterr.loaders.cases.files import CaseFile, read_files, shipped_paths
from digiterr.loaders.cases.source import CaseSource
from digiterr.loaders.model import Progress, Reject
from digiterr.ontology.iris import CONCEPT, DATA, TERM, graph_iri
from digiterr.ontology.modules import MODULES, OPTIONAL_MODULES, module_file, read_ontology
from digiterr.ontology.reasoning.compile import compile_rules
from digiterr.ontology.reasoning.hermit import classify
from digiterr.ontology.reasoning.infer import infer
from digiterr.ontology.reasoning.java import reasoners_installed
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

PREFIXES = f"""PREFIX dt: <{TERM}> PREFIX dtv: <{CONCEPT}> PREFIX dtd: <{DATA}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX cito: <http://purl.org/spar/cito/> PREFIX bibo: <http://purl.org/ontology/bibo/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX time: <http://www.w3.org/2006/time#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@cache
def shipped() -> tuple[CaseFile, ...]:
    return read_files(shipped_paths())


@cache
def store() -> Store:
    graph = Store()
    for case_file in shipped():
        graph.extend(case_file.quads)
    return graph


@cache
def store_with_ontology() -> Store:
    graph = Store()
    graph.extend(store())
    for name in MODULES:
        graph.extend(parse(module_file(name).read_bytes(), format=RdfFormat.TURTLE))
    return graph


def short(term: object) -> object:
    if isinstance(term, NamedNode):
        return term.value.removeprefix(DATA).removeprefix(CONCEPT).removeprefix(TERM)
    if isinstance(term, Literal):
        return int(term.value) if term.value.isdigit() else term.value
    return term


def rows(query: str, graph: Store | None = None) -> set[tuple[object, ...]]:
    solutions = (graph or store()).query(PREFIXES + query, use_default_graph_as_union=True)
    return {tuple(short(term) for term in solution) for solution in solutions}


def ask(query: str) -> bool:
    return bool(store().query(PREFIXES + query, use_default_graph_as_union=True))


def test_the_shipped_files_have_no_problem() -> None:
    assert {case_file.path.name: case_file.problems for case_file in shipped()} == {
        "study-digital-territories.yaml": (),
        **{f"case-{code}.yaml": () for code in "ABCD"},
    }


def test_the_source_gives_quads_and_progress_and_rejects_nothing() -> None:
    events = list(CaseSource().read())
    assert [event for event in events if isinstance(event, Reject)] == []
    assert [event for event in events if isinstance(event, Progress)][-1] == Progress("cases", 5, 5)


def test_reading_twice_gives_the_same_quads() -> None:
    def without_instants(case_file: CaseFile) -> list[str]:
        return [re.sub(r"_:\S+", "_:b", str(quad)) for quad in case_file.quads]

    assert [without_instants(f) for f in read_files(shipped_paths())] == [
        without_instants(f) for f in shipped()
    ]


QUESTIONS = {
    "1 cases of the study": (
        "SELECT ?case { ?study a dt:ResearchStudy ; dt:hasCase ?case }",
        {("case-A",), ("case-B",), ("case-C",), ("case-D",)},
    ),
    "3 perimeter and owners": (
        "SELECT ?case ?perimeter ?owner { ?case dt:caseProject ?p . ?p dt:perimeterKind ?perimeter ;"
        " dt:projectOwner ?owner }",
        {
            ("case-A", "perimeter-city-and-epci", "org-A-city"),
            ("case-A", "perimeter-city-and-epci", "org-A-epci"),
            ("case-B", "perimeter-city", "org-B-city"),
            ("case-C", "perimeter-city", "org-C-city"),
            ("case-D", "perimeter-department-and-epci", "org-D-syndicate"),
        },
    ),
    "4 members of the mixed syndicate": (
        "SELECT ?body ?class { ?s a dt:MixedSyndicate ; dt:memberOrganisation ?body . ?body a ?class }",
        {("org-D-department", "DepartmentalAuthority"), ("org-D-epci", "IntermunicipalBody")},
    ),
    "5 populations": (
        "SELECT ?t ?n ?rounded { ?o a dt:PopulationObservation ; dt:observedTerritory ?t ; dt:populationCount ?n ;"
        " dt:isRounded ?rounded }",
        {
            ("terr-A-city", 150000, "true"),
            ("terr-A-epci", 300000, "true"),
            ("terr-B-city", 110000, "true"),
            ("terr-B-epci", 275000, "true"),
            ("terr-C-city", 25000, "true"),
            ("terr-C-epci", 310000, "true"),
            ("terr-D-department", 680000, "true"),
        },
    ),
    "8 cities within an EPCI": (
        "SELECT ?city ?epci { ?city dt:centreOf|dt:directlyPartOfTerritory ?epci }",
        {("terr-A-city", "terr-A-epci"), ("terr-B-city", "terr-B-epci"), ("terr-C-city", "terr-C-epci")},
    ),
    "9 centre cities": (
        "SELECT ?city { ?city dt:centreOf ?epci }",
        {("terr-A-city",), ("terr-B-city",)},
    ),
    "10 periods": (
        "SELECT ?p ?start ?end { ?case dt:caseProject ?p . ?p dt:startYear ?start OPTIONAL { ?p dt:endYear ?end } }",
        {
            ("project-A", 2018, 2032),
            ("project-B", 2014, 2026),
            ("project-C", 2020, 2026),
            ("project-D", 2018, None),
        },
    ),
    "14 interviews": (
        "SELECT ?case ?n ?mode { ?case dt:hasDataCollection ?c . ?c a dt:InterviewCampaign ; dt:interviewCount ?n ;"
        " dt:interviewMode ?mode }",
        {("case-A", 20, "semi-directifs"), ("case-B", 10, "semi-directifs")},
    ),
    "15 observations": (
        "SELECT ?case ?kind { ?case dt:hasDataCollection ?c . ?c a ?kind"
        " FILTER(?kind IN (dt:ParticipantObservation, dt:NonParticipantObservation)) }",
        {("case-C", "ParticipantObservation"), ("case-D", "NonParticipantObservation")},
    ),
    "16 period of the study": (
        "SELECT ?start ?end { ?s a dt:ResearchStudy ; dt:startYear ?start ; dt:endYear ?end }",
        {(2021, 2023)},
    ),
    "18 drivers": (
        "SELECT ?d ?kind { ?d a dt:Driver ; dt:driverKind ?kind ; dt:drives dtv:notion-digital-territory }",
        {
            ("driver-plan-france-thd", "driver-national-programme"),
            ("driver-regulatory-constraints", "driver-regulatory-constraint"),
            ("driver-financial-pressures-incentives", "driver-financial"),
        },
    ),
    "19 tensions": (
        "SELECT ?class ?pole { ?t dt:hasPole ?pole ; a ?class }",
        {
            ("ValueConflict", "pole-political-city"),
            ("ValueConflict", "pole-algorithmic-city"),
            ("SocietalMutation", "pole-digital-culture"),
            ("SocietalMutation", "pole-surveillance-capitalism"),
        },
    ),
    "22 strategic triangle": (
        "SELECT ?part { dtd:framework-strategic-triangle dt:frameworkComponent ?part }",
        {("vertex-legitimacy-support",), ("vertex-operational-capacity",), ("vertex-value-proposition",)},
    ),
    "23 steering framework": (
        "SELECT ?part { dtd:framework-policy-steering dt:frameworkComponent ?part }",
        {
            ("steering-financial-resources",),
            ("steering-human-resources",),
            ("steering-organisational-performance",),
            ("steering-information-systems",),
        },
    ),
    "24 actions": (
        "SELECT ?kind { ?policy a dt:DigitalUsesPolicy ; dt:hasAction/dt:actionKind ?kind }",
        {
            ("action-foundation-deployment",),
            ("action-data-strategy",),
            ("action-organisational-transformation",),
            ("action-change-support",),
        },
    ),
    "25 qualities of objectives": (
        "SELECT ?quality { ?policy dt:hasObjective ?o . ?o a dt:PublicValueObjective ; dt:objectiveQuality ?quality }",
        {("quality-context-adapted",), ("quality-multidimensional",), ("quality-use-cases",)},
    ),
    "34 difficulties and causes": (
        "SELECT ?kind ?cause { ?d a dt:Difficulty ; dt:difficultyKind ?kind ; dt:causedBy ?cause ;"
        " dt:hinders dtd:practice-systematic-co-creation }",
        {
            ("difficulty-phasing", "statement-foundation-before-uses"),
            ("difficulty-network-governance", "statement-contradictory-interests"),
            ("difficulty-resources", "statement-resource-consumption"),
            ("difficulty-resources", "action-organisational-transformation"),
            ("difficulty-resources", "practice-co-construction"),
        },
    ),
    "36 consumption": (
        "SELECT ?what ?class { ?what dt:consumesResource ?r . ?r a ?class }",
        {
            ("action-organisational-transformation", "HumanResource"),
            ("action-organisational-transformation", "FinancialResource"),
            ("practice-co-construction", "HumanResource"),
            ("practice-co-construction", "FinancialResource"),
        },
    ),
    "37 recommendations": (
        "SELECT ?r ?what { ?r a dt:Recommendation ; dt:recommends ?what }",
        {
            ("rec-1", "pattern-digital-uses-policy"),
            ("rec-2", "pattern-equal-rank"),
            ("rec-3", "pattern-proactive-open-governance"),
            ("rec-4a", "pattern-early-openness"),
            ("rec-4b", "pattern-resource-mobilisation"),
            ("rec-5", "pattern-value-chain-leadership"),
            ("rec-5", "leadership-public-value-chain"),
        },
    ),
    "38 obstacles": (
        "SELECT ?obstacle ?work { ?l a dt:ValueChainLeadership ; dt:overcomesObstacle ?obstacle ; dcterms:source ?work }",
        {
            ("obstacle-administrative-limits", "work-walravens-2015"),
            ("obstacle-power-stakes", "work-walravens-2015"),
            ("obstacle-egos", "work-walravens-2015"),
        },
    ),
    "40 citations": (
        "SELECT ?work ?how { dtd:source-hal-04013262 ?how ?work FILTER(STRSTARTS(STR(?how), STR(cito:))) }",
        {
            ("work-moore-1995", "http://purl.org/spar/cito/usesMethodIn"),
            ("work-harrison-2012", "http://purl.org/spar/cito/citesAsAuthority"),
            ("work-carassus-2020", "http://purl.org/spar/cito/usesMethodIn"),
            ("work-frucquet-2021", "http://purl.org/spar/cito/citesAsDataSource"),
            ("work-walravens-2015", "http://purl.org/spar/cito/citesAsAuthority"),
        },
    ),
    "outline": (
        "SELECT ?n ?title { ?part dcterms:isPartOf dtd:source-hal-04013262 ; <https://schema.org/position> ?n ;"
        " dcterms:title ?title FILTER(?n IN (1, 7)) }",
        {(1, "Pourquoi parler de « Territoires numériques » ?"), (7, "Conclusion")},
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_source_says_can_be_asked(question: str) -> None:
    query, expected = QUESTIONS[question]
    assert rows(query) == expected


def test_each_illustration_of_the_ontology_has_its_statement() -> None:
    stated = rows(
        "SELECT ?tool ?value { ?s dt:aboutProperty dt:illustratesValueType ; dt:concerns ?tool, ?value ;"
        " dt:epistemicStatus dtv:status-illustration . ?tool dt:illustratesValueType ?value }",
        store_with_ontology(),
    )
    assert len(stated) == 7
    assert stated == rows(
        "SELECT ?tool ?value { ?tool dt:illustratesValueType ?value }", store_with_ontology()
    )


def test_each_axis_of_a_dimension_and_each_level_has_its_statement() -> None:
    graph = store_with_ontology()
    assert rows("SELECT ?d ?axis { ?d dt:onAxis ?axis }", graph) == rows(
        "SELECT ?d ?axis { ?s dt:aboutProperty dt:onAxis ; dt:concerns ?d, ?axis . ?d dt:onAxis ?axis }",
        graph,
    )
    assert rows("SELECT ?level { ?level dt:levelRank ?n }", graph) == rows(
        "SELECT ?level { ?s dt:aboutProperty dt:levelRank ; dt:concerns ?level . ?level dt:levelRank ?n }",
        graph,
    )


SILENCES = {
    "a leadership level or a dimension for a case": "ASK { ?s dt:assessedLevel|dt:assessedDimension ?x }",
    "any assessment": "ASK { ?s a ?class FILTER(?class IN (dt:LeadershipAssessment, dt:GovernanceAssessment)) }",
    "a value claimed of a case": "ASK { ?s dt:claimedValueType ?type }",
    "a co-creation practice": "ASK { ?s a dt:CoCreationPractice }",
    "a governance arrangement": "ASK { ?s dt:governedThrough|dt:exhibitsDimension ?x }",
    "equal rank as a fact": "ASK { ?s dt:equalRankWith ?x }",
    "an end of project D": "ASK { dtd:project-D dt:endYear|(time:hasTime/time:hasEnd) ?x }",
    "city C as a centre city": "ASK { dtd:terr-C-city dt:centreOf ?x }",
    "a population of a city or an EPCI in D": "ASK { ?o dt:observedTerritory ?t FILTER(CONTAINS(STR(?t), 'D-city') || CONTAINS(STR(?t), 'D-epci')) }",
    "a year of a population": "ASK { ?o dt:referenceYear ?year }",
    "who the cases are": "ASK { ?s owl:sameAs|dt:inseeCode|dt:siren|dt:inseeResource ?x }",
    "an address": "ASK { ?s foaf:mbox ?x }",
    "a DOI of a work that is not identified": "ASK { ?w bibo:doi ?doi FILTER(?w != dtd:work-harrison-2012) }",
    "the framework's use by the study": "ASK { ?f dt:frameworkUsedBy ?x }",
    "a policy of a case": "ASK { ?case dt:casePolicy ?x }",
}


@pytest.mark.parametrize("silence", SILENCES)
def test_what_the_source_does_not_say_is_not_there(silence: str) -> None:
    assert not ask(SILENCES[silence])


def test_the_silences_that_matter_are_named() -> None:
    assert rows("SELECT ?what ?property { ?what dt:notStated ?property }") >= {
        ("project-D", "endYear"),
        ("terr-C-city", "centreOf"),
        *((f"case-{code}", name) for code in "ABCD" for name in ("assessedLevel", "claimedValueType")),
    }


def test_no_address_is_written_anywhere() -> None:
    assert not any("@" in path.read_text(encoding="utf-8") for path in shipped_paths())


def test_every_statement_has_its_source_slide_and_status_and_a_quote_unless_inferred() -> None:
    of_statements = "?s dt:epistemicStatus ?status"
    every = rows(f"SELECT ?s {{ {of_statements} }}")
    assert len(every) > 150
    complete = rows(
        f"SELECT ?s {{ {of_statements} ; dt:statedIn dtd:source-hal-04013262 ; dt:sourceSlide ?slide"
        " OPTIONAL { ?s dt:sourceQuote ?quote } OPTIONAL { ?s skos:note ?note }"
        " FILTER(BOUND(?quote) || ?status = dtv:status-editor-inference && BOUND(?note)) }"
    )
    assert complete == every
    assert rows("SELECT ?s { ?s dt:epistemicStatus ?a, ?b FILTER(?a != ?b) }") == set()


def test_every_fact_of_a_project_leads_to_its_statement() -> None:
    unsupported = rows(
        "SELECT ?project ?property { VALUES ?property { dt:startYear dt:endYear dt:perimeterKind dt:projectOwner }"
        " ?project a dt:DigitalProject ; ?property ?value FILTER NOT EXISTS { ?s dt:concerns ?project ; dt:aboutProperty ?property } }"
    )
    assert unsupported == set()


def test_concepts_and_terms_come_from_the_ontology() -> None:
    known = {str(quad.subject) for quad in store_with_ontology()}
    used = {
        str(term)
        for quad in store()
        for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith((CONCEPT, TERM))
    }
    assert used - known == set()


def plain(text: str) -> str:
    """Letters and digits alone: the extractions differ in spaces, bullets, marks of emphasis and apostrophes."""
    return re.sub(r"[\W_]+", "", text).casefold()


def test_every_quote_is_in_the_source(shared: Path) -> None:
    extractions = [
        plain(path.read_text(encoding="utf-8"))
        for path in sorted((shared / "source").glob("hal-04013262-*.txt"))
    ]
    assert len(extractions) == 2
    quotes = [str(quote) for (quote,) in rows("SELECT ?quote { ?s dt:sourceQuote ?quote }")]
    assert len(quotes) > 60
    assert [quote for quote in quotes if not any(plain(quote) in text for text in extractions)] == []


def test_each_case_has_one_territory_of_comparison_with_its_band_as_the_editors_reading() -> None:
    graph = Store()
    graph.extend(Quad(*quad.triple, graph_iri("cases")) for quad in store())
    for name in MODULES:
        ontology = parse(module_file(name).read_bytes(), format=RdfFormat.TURTLE)
        graph.extend(Quad(*quad.triple, graph_iri("ontology")) for quad in ontology)
    infer(graph, compile_rules(read_ontology()), "cases", context=("ontology",))
    found = rows(
        "SELECT ?case ?count ?band { ?case dt:comparisonTerritory ?t . ?o dt:observedTerritory ?t ;"
        " dt:populationCount ?count ; dt:inPopulationBand ?band . ?s dt:aboutProperty dt:comparisonTerritory ;"
        " dt:concerns ?case, ?t ; dt:epistemicStatus dtv:status-editor-inference }",
        graph,
    )
    assert found == {
        ("case-A", 300000, "population-200k-500k"),
        ("case-B", 110000, "population-50k-200k"),
        ("case-C", 25000, "population-under-50k"),
        ("case-D", 680000, "population-500k-plus"),
    }


@pytest.mark.skipif(not reasoners_installed(), reason="needs the editor extra, with its Java reasoners")
def test_the_ontology_finds_no_contradiction_in_the_shipped_files() -> None:
    merged = read_ontology(OPTIONAL_MODULES)
    triples = serialize((quad.triple for quad in store()), format=RdfFormat.N_TRIPLES)
    assert triples is not None
    merged.parse(data=triples, format="nt")
    result = classify(merged)
    assert result.consistent
    intermunicipal = {
        name for name in "ABCD" if f"{TERM}IntermunicipalProject" in result.types_of(f"{DATA}project-{name}")
    }
    assert intermunicipal == {"A", "D"}
    centres = {name for name in "ABC" if f"{TERM}CentreCity" in result.types_of(f"{DATA}terr-{name}-city")}
    assert centres == {"A", "B"}
