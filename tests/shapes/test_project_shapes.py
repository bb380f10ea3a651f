"""The project's own shapes: how they are written, and what each refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from digiterr.ontology.modules import MODULES, module_file
from digiterr.shapes.namespaces import DTSH, OWL, RDF, SH, local_name
from digiterr.shapes.reading import read_all_shapes
from digiterr.shapes.shapes_graph import Node, ShapesGraph, project_shapes, triple_of
from digiterr.shapes.validation import validate
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

PREFIXES = """
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX time: <http://www.w3.org/2006/time#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def triples(text: str) -> list[Triple]:
    return [triple_of(quad) for quad in parse(PREFIXES + text, RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def ontology() -> list[Triple]:
    return [
        triple_of(quad)
        for name in MODULES
        for quad in parse(module_file(name).read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


def reporting_shapes(graph: ShapesGraph) -> Iterator[Node]:
    """The nodes that results name: shapes with targets, their property shapes, and rules written in SPARQL."""
    for shape in read_all_shapes(graph):
        if any(local_name(c.component.value) != "PropertyConstraintComponent" for c in shape.constraints):
            yield shape.node
        yield from graph.values(shape.node, SH.property)
        yield from graph.values(shape.node, SH.sparql)


def test_there_is_a_file_of_shapes_for_each_module() -> None:
    titled = project_shapes().subjects(RDF.type, OWL.Ontology)
    assert {local_name(str(node)[1:-1]) for node in titled} == set(MODULES)


def test_each_rule_has_an_iri_a_sentence_and_a_hint_in_both_languages() -> None:
    graph = project_shapes()
    for node in reporting_shapes(graph):
        assert isinstance(node, NamedNode)
        assert node in DTSH
        for predicate in (SH.message, DTSH.hint):
            own = [value for value in graph.values(node, predicate) if isinstance(value, Literal)]
            has_tests = any(
                c.component not in (SH.PropertyConstraintComponent, SH.SPARQLConstraintComponent)
                for shape in read_all_shapes(graph)
                if shape.node == node
                for c in shape.constraints
            )
            if has_tests or graph.values(node, SH.path) or graph.values(node, SH.select):
                assert {value.language for value in own} == {"fr", "en"}, (node, predicate)
                assert all(value.value.endswith((".", "»")) for value in own), (node, predicate)


def test_french_texts_have_their_spaces_and_apostrophes() -> None:
    for triple in project_shapes().triples:
        if isinstance(triple.object, Literal) and triple.object.language == "fr":
            text = triple.object.value
            assert " ;" not in text.replace("\u202f;", ""), text
            assert " :" not in text.replace("\u00a0:", ""), text
            assert "'" not in text, text


def test_severities_follow_the_verb() -> None:
    """Must is a violation, should a warning."""
    graph = project_shapes()
    for node in graph.subjects(SH.message):
        english = next(
            v.value for v in graph.values(node, SH.message) if isinstance(v, Literal) and v.language == "en"
        )
        assert (graph.value(node, SH.severity) == SH.Warning) == (" should " in english), english


def test_known_statuses_are_those_of_the_scheme(ontology: list[Triple]) -> None:
    scheme = NamedNode("https://w3id.org/digiterr/voc/scheme-epistemic-status")
    members = {
        t.subject for t in ontology if t.object == scheme and local_name(t.predicate.value) == "inScheme"
    }
    graph = project_shapes()
    listed = graph.value(DTSH["Statement-known-status"], SH["in"])
    assert listed is not None
    assert set(graph.list_items(listed)) == members


def test_the_ontology_conforms(ontology: list[Triple]) -> None:
    report = validate(ontology, engine="compiled")
    assert [(str(r.focus_node), r.message.en) for r in report.results] == []


STATEMENT = 'dt:statedIn dtd:source ; dt:epistemicStatus dtv:status-finding ; dt:sourceQuote "mots"@fr ; dt:sourceSlide 5'
OPEN = "dt:statedIn dtd:source ; dt:epistemicStatus dtv:status-open-data"
REFUSED = {
    "Statement-source": f"dtd:x a dt:Finding ; {STATEMENT.replace('dtd:source', 'dtd:one , dtd:two')} .",
    "Statement-status": 'dtd:x a dt:Finding ; dt:statedIn dtd:s ; dt:sourceQuote "q" .',
    "Statement-known-status": f"dtd:x a dt:Finding ; {STATEMENT.replace('status-finding', 'status-rumour')} .",
    "Statement-quote": "dtd:x a dt:Finding ; dt:statedIn dtd:s ; dt:epistemicStatus dtv:status-finding ; dt:sourceSlide 5 .",
    "Statement-place": f"dtd:x a dt:Finding ; {STATEMENT.replace(' ; dt:sourceSlide 5', '')} .",
    "Statement-slide-number": f"dtd:x a dt:Finding ; {STATEMENT.replace('5', '-5')} .",
    "Period-order": "dtd:x dt:startYear 2020 ; dt:endYear 2019 .",
    "Period-start": 'dtd:x dt:startYear "vers 2020" .',
    "Period-end": "dtd:x dt:startYear 2018 ; dt:endYear 32 .",
    "Interval": 'dtd:x a time:ProperInterval ; time:hasBeginning [ time:inXSDgYear "2020"^^xsd:gYear ] ; time:hasEnd [ time:inXSDgYear "2019"^^xsd:gYear ] .',
    "Term-label-fr": 'dtd:x a owl:Class ; rdfs:isDefinedBy dtd:m ; rdfs:label "name"@en .',
    "Term-label-en": 'dtd:x a owl:Class ; rdfs:isDefinedBy dtd:m ; rdfs:label "nom"@fr .',
    "Term-one-label-per-language": 'dtd:x rdfs:isDefinedBy dtd:m ; rdfs:label "nom"@fr , "titre"@fr , "name"@en .',
    "Concept-scheme": 'dtd:x a skos:Concept ; skos:prefLabel "nom"@fr .',
    "CaseStudy-data-collection": "dtd:x a dt:CaseStudy .",
    "CaseStudy-project": "dtd:x a dt:CaseStudy ; dt:hasDataCollection dtd:c . dtd:c a dt:ParticipantObservation .",
    "CaseStudy-study": "dtd:x a dt:CaseStudy ; dt:hasDataCollection dtd:c . dtd:c a dt:ParticipantObservation .",
    "InterviewCampaign-count": "dtd:x a dt:InterviewCampaign . dtd:case a dt:CaseStudy ; dt:hasDataCollection dtd:x .",
    "DataCollection-case": "dtd:x a dt:NonParticipantObservation .",
    "ResearchStudy-cases": "dtd:x a dt:ResearchStudy ; dt:startYear 2021 ; dt:hasCase dtd:nothing .",
    "ResearchStudy-start": "dtd:x a dt:ResearchStudy .",
    "AboutCase": "dtd:claim dt:aboutCase dtd:x .",
    "Territory-is-not-an-actor": "dtd:x a dt:MunicipalTerritory , dt:Municipality .",
    "Territory-label": "dtd:x a dt:MunicipalTerritory .",
    "Territory-no-siren": 'dtd:x a dt:Territory ; dt:siren "200069193" .',
    "Territory-authority": "dtd:x a dt:MunicipalTerritory ; dt:hasAuthority dtd:t . dtd:t a dt:Territory .",
    "Territory-part-of": "dtd:x a dt:MunicipalTerritory ; dt:directlyPartOfTerritory dtd:nothing .",
    "InseeCodeOfTerritory": 'dtd:x a dt:Municipality ; dt:inseeCode "01004" .',
    "MunicipalTerritory-code": 'dtd:x a dt:MunicipalTerritory ; dt:inseeCode "1004" .',
    "MunicipalTerritory-postcode": 'dtd:x a dt:MunicipalTerritory ; dt:postcode "1400" .',
    "MunicipalTerritory": 'dtd:x a dt:MunicipalTerritory ; dt:inseeCode "01004" . dtd:y a dt:MunicipalTerritory ; dt:inseeCode "01004" .',
    "MunicipalTerritory-department": 'dtd:x a dt:MunicipalTerritory ; dt:inseeCode "01004" ; dt:directlyPartOfTerritory dtd:d1 , dtd:d2 . dtd:d1 a dt:DepartmentTerritory . dtd:d2 a dt:DepartmentTerritory .',
    "DepartmentTerritory-code": 'dtd:x a dt:DepartmentTerritory ; dt:inseeCode "20" .',
    "DepartmentTerritory-region": 'dtd:x a dt:DepartmentTerritory ; dt:inseeCode "2A" .',
    "RegionTerritory-code": 'dtd:x a dt:RegionTerritory ; dt:inseeCode "1" .',
    "IntermunicipalTerritory-department": "dtd:x a dt:IntermunicipalTerritory ; dt:directlyPartOfTerritory dtd:d . dtd:d a dt:DepartmentTerritory .",
    "CentreOf": "dtd:x a dt:DepartmentTerritory ; dt:centreOf dtd:e . dtd:e a dt:IntermunicipalTerritory .",
    "CentreOf-intermunicipal": "dtd:x a dt:MunicipalTerritory ; dt:centreOf dtd:d . dtd:d a dt:DepartmentTerritory .",
    "PopulationObservation-territory": f"dtd:x a dt:PopulationObservation ; {OPEN} ; dt:populationCount 5 .",
    "PopulationObservation-count": f"dtd:x a dt:PopulationObservation ; {OPEN} ; dt:observedTerritory dtd:t ; dt:populationCount -5 . dtd:t a dt:Territory .",
    "PopulationObservation-year": f"dtd:x a dt:PopulationObservation ; {OPEN} ; dt:referenceYear 2020 , 2021 .",
    "PopulationObservation": f"dtd:x a dt:PopulationObservation ; {OPEN} ; dt:referenceYear 2020 ; dt:observedTerritory dtd:t ; dt:populationCount 5 . dtd:y a dt:PopulationObservation ; {OPEN} ; dt:referenceYear 2020 ; dt:observedTerritory dtd:t ; dt:populationCount 6 . dtd:t a dt:Territory .",
    "Siren": 'dtd:x a dt:Territory ; dt:siren "200069193" .',
    "Siren-form": 'dtd:x a dt:Municipality ; dt:siren "200069194" .',
    "LocalPublicOrganisation-label": "dtd:x a dt:Municipality .",
    "LocalPublicOrganisation-members": "dtd:x a dt:IntermunicipalBody ; dt:memberOrganisation dtd:t . dtd:t a dt:Territory .",
    "LocalPublicOrganisation": "dtd:x a dt:IntermunicipalBody ; dt:memberOrganisation dtd:x .",
    "LocalPublicOrganisation-kind": "dtd:x a dt:IntermunicipalBody ; dt:groupingKind dtv:value-social .",
    "IntermunicipalBody-members": 'dtd:x a dt:OwnTaxIntermunicipalBody ; dt:siren "200069193" .',
    "IntermunicipalBody-kind": 'dtd:x a dt:IntermunicipalBody ; dt:siren "200069193" .',
    "IntermunicipalBody-is-not-a-territorial-authority": "dtd:x a dt:IntermunicipalBody , dt:Municipality .",
    "DigitalProject-owner": "dtd:x a dt:DigitalProject .",
    "DigitalProject-perimeter": "dtd:x a dt:DigitalProject ; dt:perimeterKind dtv:value-social .",
    "PolicyAction-kind": "dtd:x a dt:PolicyAction ; dt:actionKind dtv:value-social .",
    "PolicyPhase-kind": "dtd:x a dt:PolicyPhase .",
    "ToolKind": "dtd:tool dt:toolKind dtd:x .",
    "LocalPublicPolicy-rank": "dtd:x a dt:LocalPublicPolicy ; dt:equalRankWith dtd:y ; dt:subordinateTo dtd:y .",
    "ValueClaim-subject": f"dtd:x a dt:ValueClaim ; {STATEMENT} ; dt:claimedValueType dtv:value-social .",
    "ValueClaim-type": f"dtd:x a dt:ValueClaim ; {STATEMENT} ; dt:claimSubject dtd:y ; dt:claimedValueType dtv:political-1 .",
    "ValueClaim-mechanism": f"dtd:x a dt:ValueClaim ; {STATEMENT} ; dt:viaMechanism dtv:value-social .",
    "Illustration": "dtd:x a dt:DigitalTool ; dt:illustratesValueType dtv:value-social .",
    "ContextualTension-poles": "dtd:x a dt:ValueConflict ; dt:hasPole dtv:pole-political-city .",
    "LeadershipLevel-rank": "dtv:political-9 a dt:LeadershipLevel ; dt:levelRank 9 .",
    "LeadershipLevel": "dtv:political-8 a dt:LeadershipLevel ; dt:levelRank 3 .",
    "GovernanceDimension-axis": "dtd:x a dt:GovernanceDimension .",
    "Assessment-entity": f"dtd:x a dt:Assessment ; {STATEMENT} .",
    "Assessment-period": f"dtd:x a dt:Assessment ; {STATEMENT} ; dt:assessedEntity dtd:y .",
    "LeadershipAssessment-level": f"dtd:x a dt:LeadershipAssessment ; {STATEMENT} ; dt:assessedLevel dtv:political-1 , dtv:political-2 .",
    "AssessedLevel": "dtd:x a dt:CaseStudy ; dt:assessedLevel dtv:political-1 .",
    "GovernanceAssessment-dimension": f"dtd:x a dt:GovernanceAssessment ; {STATEMENT} .",
    "Difficulty-kind": "dtd:x a dt:Difficulty ; dt:difficultyKind dtv:value-social .",
    "Indicator-is-not-an-assessment": f"dtd:x a dt:Indicator , dt:Assessment ; {OPEN} .",
    "Indicator-subject": f"dtd:x a dt:Indicator ; {OPEN} ; dt:indicatorSubject dtd:nothing .",
    "Indicator-notion": f"dtd:x a dt:Indicator ; {OPEN} .",
    "Indicator-year": f"dtd:x a dt:Indicator ; {OPEN} ; dt:referenceYear 1066 .",
    "Indicator-open-data": f"dtd:x a dt:Indicator ; {STATEMENT} .",
}


def found_in(text: str, ontology: list[Triple]) -> set[str]:
    report = validate(triples(text), context=ontology, engine="compiled")
    return {local_name(str(result.source_shape)[1:-1]) for result in report.results}


@pytest.mark.parametrize("rule", REFUSED)
def test_each_rule_refuses_what_breaks_it(rule: str, ontology: list[Triple]) -> None:
    assert rule in found_in(REFUSED[rule], ontology)


def test_every_rule_is_tried() -> None:
    graph = project_shapes()
    silent = {local_name(str(node)[1:-1]) for node in graph.subjects(RDF.type, SH.SPARQLConstraint)}
    rules = {local_name(str(node)[1:-1]) for node in graph.subjects(SH.message)} - silent
    assert rules <= set(REFUSED)


GOOD = f"""
dtd:case-X a dt:CaseStudy ; dt:caseProject dtd:project ; dt:hasDataCollection dtd:c ; dt:startYear 2020 .
dtd:study a dt:ResearchStudy ; dt:hasCase dtd:case-X ; dt:startYear 2021 ; dt:endYear 2021 .
dtd:c a dt:InterviewCampaign ; dt:interviewCount 0 .
dtd:project a dt:DigitalProject ; dt:projectOwner dtd:epci ; dt:perimeterKind dtv:perimeter-city .
dtd:epci a dt:OwnTaxIntermunicipalBody ; rdfs:label "EPCI"@fr ; dt:siren "200069193" ;
    dt:groupingKind dtv:grouping-cc ; dt:memberOrganisation dtd:town .
dtd:town a dt:Municipality ; rdfs:label "Commune"@fr .
dtd:t a dt:MunicipalTerritory ; rdfs:label "Ajaccio"@fr ; dt:inseeCode "2A004" ; dt:hasAuthority dtd:town ;
    dt:postcode "20000" , "20090" ;
    dt:directlyPartOfTerritory dtd:d , dtd:e ; dt:centreOf dtd:e .
dtd:overseas a dt:MunicipalTerritory ; rdfs:label "Miquelon"@fr ; dt:inseeCode "97501" .
dtd:d a dt:DepartmentTerritory ; rdfs:label "Corse-du-Sud"@fr ; dt:inseeCode "2A" ; dt:directlyPartOfTerritory dtd:r .
dtd:r a dt:RegionTerritory ; rdfs:label "Corse"@fr ; dt:inseeCode "94" .
dtd:e a dt:IntermunicipalTerritory ; rdfs:label "Pays"@fr .
dtd:pop a dt:PopulationObservation ; {OPEN} ; dt:observedTerritory dtd:t ; dt:populationCount 0 ; dt:referenceYear 2023 .
dtd:claim a dt:ValueClaim ; {STATEMENT} ; dt:claimSubject dtd:project ; dt:claimedValueType dtv:value-social ;
    dt:viaMechanism dtv:mechanism-participation ; dt:aboutCase dtd:case-X .
dtd:inferred a dt:Finding ; dt:statedIn dtd:source ; dt:epistemicStatus dtv:status-editor-inference .
dtd:assessment a dt:LeadershipAssessment ; {STATEMENT} ; dt:assessedEntity dtd:project ;
    dt:assessedLevel dtv:political-1 ; dt:assessmentPeriod dtd:period .
dtd:period a time:ProperInterval ; time:hasBeginning [ time:inXSDgYear "2018"^^xsd:gYear ] .
"""


def test_good_data_conforms(ontology: list[Triple]) -> None:
    assert found_in(GOOD, ontology) == set()
