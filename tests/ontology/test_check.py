"""The check of documents as a whole: syntax, profile, consistency, and what a change makes follow."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.ontology.check import checking
from digiterr.ontology.check.checking import Baseline, Check, check, read_files
from digiterr.ontology.check.documents import read_document
from digiterr.ontology.check.model import Severity
from digiterr.ontology.iris import CONCEPT, DATA, TERM
from digiterr.ontology.modules import module_file, read_ontology
from rdflib import OWL, RDFS, Graph

pytestmark = pytest.mark.xdist_group("java")

HEADER = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
PREFIX my: <https://example.org/portal/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

<https://example.org/portal/ontology> a owl:Ontology ;
    dcterms:title "Portal"@en , "Portail"@fr ; dcterms:description "Terms."@en , "Termes."@fr ;
    dcterms:creator "Portal" ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    owl:versionIRI <https://example.org/portal/ontology/1.0.0> ;
    owl:imports <https://w3id.org/digiterr/ont> .
"""
SENSOR_NETWORK = """
my:SensorNetwork a owl:Class ; rdfs:isDefinedBy <https://example.org/portal/ontology> ;
    rdfs:label "sensor network"@en , "réseau de capteurs"@fr ;
    skos:definition "Network of sensors spread over a territory."@en , "Capteurs répartis sur un territoire."@fr ;
    skos:example "Air quality stations."@en , "Des stations de qualité de l’air."@fr ;
    rdfs:subClassOf %s .
"""
PROJECT_AND_TOOL = """
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
dtd:project-D a dt:DigitalProject ; dt:projectOwner dtd:org-D-syndicate .
dtd:org-D-syndicate a dt:MixedSyndicate ; dt:memberOrganisation dtd:org-D-epci .
dtd:org-D-epci a dt:IntermunicipalBody .
dtd:tool-1 a dt:DigitalTool ; dt:toolKind <https://w3id.org/digiterr/voc/tool-optical-fibre> .
"""


@pytest.fixture(scope="module")
def shipped() -> Baseline:
    return Baseline("DigiTerr", read_ontology(), Graph().parse(data=PROJECT_AND_TOOL, format="turtle"))


def of_file(text: str, baseline: Baseline) -> Check:
    document = read_document("portal.ttl", (HEADER + text).encode())
    return check([document], baseline)[0]


def test_a_sound_extension_has_no_violation_and_says_what_it_adds(shipped: Baseline) -> None:
    found = of_file(SENSOR_NETWORK % "dt:TechnologicalFoundation", shipped)
    assert found.gravest in (None, Severity.NOTE)
    assert found.comparison is not None
    assert [change.message.en for change in found.comparison.changes] == [
        "SensorNetwork (‘sensor network’) is new"
    ]
    assert found.comparison.wanted_version() is None  # the version of a file from outside is its author's
    assert found.inferred is not None
    assert found.inferred.gained == ()


def test_what_newly_follows_is_said(shipped: Baseline) -> None:
    defined = (
        "[ a owl:Class ; owl:intersectionOf ( dt:DigitalTool "
        "[ a owl:Restriction ; owl:onProperty dt:toolKind ; owl:hasValue dtv:tool-optical-fibre ] ) ]"
    )
    text = (SENSOR_NETWORK % "dt:DigitalTool").replace("rdfs:subClassOf", "owl:equivalentClass")
    text = text.replace("owl:equivalentClass dt:DigitalTool", f"owl:equivalentClass {defined}")
    found = of_file(text, shipped)
    assert found.inferred is not None
    gained = {entailment.triple: entailment.phrase for entailment in found.inferred.gained}
    mine = "https://example.org/portal/SensorNetwork"
    assert gained[mine, str(RDFS.subClassOf), TERM + "DigitalTool"].fr == (
        "« réseau de capteurs » est une sorte de « outil numérique »"
    )
    assert any(triple[0] == DATA + "tool-1" and triple[2] == mine for triple in gained)


def test_what_no_longer_follows_is_said(shipped: Baseline) -> None:
    text = module_file("policy").read_text(encoding="utf-8")
    assert text.count("owl:propertyChainAxiom") >= 1
    graph = Graph().parse(data=text, format="turtle")
    graph.remove((None, OWL.propertyChainAxiom, None))
    document = read_document("policy.ttl", graph.serialize(format="turtle", encoding="utf-8"))
    found, _ = check([document], shipped)
    assert found.inferred is not None
    lost = {entailment.triple for entailment in found.inferred.lost}
    assert (DATA + "project-D", TERM + "involvesOrganisation", DATA + "org-D-epci") in lost
    assert any(triple[2] == TERM + "IntermunicipalProject" for triple in lost)
    assert found.comparison is not None
    assert "term-removed" not in {change.kind for change in found.comparison.changes}


def test_a_contradiction_with_the_cases_is_explained(shipped: Baseline) -> None:
    found = of_file(
        "my:note a owl:AnnotationProperty .\ndt:MixedSyndicate owl:disjointWith owl:Thing .", shipped
    )
    (inconsistent,) = (finding for finding in found.findings if finding.rule == "inconsistent")
    assert inconsistent.severity is Severity.VIOLATION
    assert "org-D-syndicate est de type « syndicat mixte »" in inconsistent.message.fr
    assert inconsistent.message.en.startswith("These cannot all be true: ")


def test_a_class_without_possible_member_is_named_and_explained(shipped: Baseline) -> None:
    found = of_file(
        SENSOR_NETWORK % "dt:DigitalTool , [ a owl:Class ; owl:complementOf dt:DigitalTool ]",
        shipped,
    )
    (finding,) = (finding for finding in found.findings if finding.rule == "unsatisfiable-class")
    assert finding.term == "https://example.org/portal/SensorNetwork"
    assert finding.where is not None
    assert finding.where.line is not None
    assert "the class ‘sensor network’ can have no member. These cannot all be true" in finding.message.en


def test_an_eighth_value_type_is_a_contradiction(shipped: Baseline) -> None:
    """The worked example of docs/extending-the-ontology.md: value types are closed."""
    text = f"""my:value-eighth a dt:PublicValueType . [] a owl:AllDifferent ; owl:members ( my:value-eighth
        {" ".join(f"<{CONCEPT}value-{name}>" for name in VALUES)} ) ."""
    found = of_file(text, shipped)
    assert "inconsistent" in {finding.rule for finding in found.findings}


VALUES = ("economic", "political", "social", "strategic", "quality-of-life", "ideological", "stewardship")


def test_outside_the_profile_reasoners_are_not_run(shipped: Baseline) -> None:
    text = "my:partOf a owl:ObjectProperty , owl:TransitiveProperty , owl:FunctionalProperty ."
    found = of_file(text, shipped)
    rules = {finding.rule for finding in found.findings}
    assert "owl2dl-non-simple-property" in rules
    assert found.inferred is None
    assert [text.en for text in found.skipped] == [
        "Inferences not compared: the OWL 2 DL profile is not kept."
    ]


def test_without_the_extra_the_rest_is_still_checked(
    shipped: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "reasoners_installed", lambda: False)
    found = of_file("my:Odd a owl:Class .", shipped)
    assert "missing-label" in {finding.rule for finding in found.findings}
    assert "pip install 'digiterr[editor]'" in found.skipped[0].fr


def test_without_the_extra_the_rules_still_find_what_excludes_each_other(
    shipped: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "reasoners_installed", lambda: False)
    found = of_file("dt:MixedSyndicate owl:disjointWith dt:LocalPublicOrganisation .", shipped)
    (finding,) = (finding for finding in found.findings if finding.rule == "inconsistent")
    assert finding.message.en == (
        "org-D-syndicate is a ‘local public organisation’; org-D-syndicate is a ‘mixed syndicate’; "
        "and these exclude each other"
    )


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("bad.ttl", "PREFIX dt: <https://w3id.org/digiterr/ont#>\ndt:A a unknown:Thing .\n", 2, 8),
        ("bad.jsonld", '{"@context": {},\n "@id": nothing}', 2, None),
        ("bad.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<a>', None, None),
    ],
)
def test_a_syntax_error_has_its_place(
    tmp_path: Path, name: str, text: str, line: int | None, column: int | None
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    documents, (finding,) = read_files([tmp_path / name])
    assert documents == ()
    assert (finding.rule, finding.severity) == ("syntax", Severity.VIOLATION)
    assert finding.where is not None
    assert finding.where.file == str(tmp_path / name)
    if line is not None:
        assert finding.where.line == line
    if column is not None:
        assert finding.where.column == column


@pytest.mark.parametrize("name", ["absent.ttl", "terms.docx"])
def test_what_cannot_be_read_is_a_finding_too(tmp_path: Path, name: str) -> None:
    if name != "absent.ttl":
        (tmp_path / name).write_bytes(b"PK")
    _, (finding,) = read_files([tmp_path / name])
    assert finding.hint.fr
    assert finding.where is not None


def test_the_same_terms_in_other_syntaxes_are_judged_alike(shipped: Baseline) -> None:
    graph = Graph().parse(data=HEADER + SENSOR_NETWORK % "dt:DigitalTool", format="turtle")
    rules = []
    for extension, form in (("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld"), ("nt", "nt")):
        document = read_document(f"portal.{extension}", graph.serialize(format=form, encoding="utf-8"))
        found, _ = check([document], shipped, reasoning=False)
        rules.append({(finding.rule, finding.term) for finding in found.findings})
    assert rules[0] == rules[1] == rules[2] == rules[3]
