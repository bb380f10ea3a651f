"""Each hygiene rule: the shipped ontology breaks none; broken in the way a rule names, it sees just that one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from digiterr.ontology.check.documents import Checked, Document, checked, read_document, shipped_documents
from digiterr.ontology.check.hygiene import hygiene_findings
from digiterr.ontology.check.rule_files import hygiene_rules
from digiterr.ontology.compare.comparison import compare
from digiterr.ontology.iris import ONTOLOGY
from digiterr.ontology.modules import OPTIONAL_MODULES, module_file, read_ontology
from rdflib import RDFS, Graph, URIRef

PREFIXES = """
PREFIX cc: <http://creativecommons.org/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
MODULE = f"<{ONTOLOGY}/core>"


def term(name: str, kind: str, more: str = "", *, leave_out: str = "") -> str:
    """A term with all that a good term has, but for what is left out."""
    label = "skos:prefLabel" if kind.startswith("skos:") else "rdfs:label"
    parts = {
        "label": f'{label} "{name.partition(":")[2]} thing"@en , "chose {name.partition(":")[2]}"@fr',
        "definition": 'skos:definition "A thing made up to try the rules of this check."@en , '
        '"Une chose inventée pour essayer les règles de cette vérification."@fr',
        "example": 'skos:example "This one."@en , "Celle-ci."@fr',
        "defined": f"rdfs:isDefinedBy {MODULE}",
        "origin": "dt:termStatus dtv:status-editor-inference",
    }
    kept = [text for part, text in parts.items() if part != leave_out]
    return f"{name} a {kind} ; {' ; '.join(kept)} {'; ' + more if more else ''} .\n"


def a_class(name: str, more: str = "rdfs:subClassOf dt:Statement", *, leave_out: str = "") -> str:
    return term(name, "owl:Class", more, leave_out=leave_out)


def a_property(name: str, more: str = "rdfs:domain dt:Statement", kind: str = "owl:ObjectProperty") -> str:
    return term(name, kind, more)


def a_concept(name: str, more: str = "skos:inScheme dtv:scheme-tool") -> str:
    return term(name, "skos:Concept", more)


def header(more: str, iri: str = "https://example.org/extra") -> str:
    """The header of another ontology, complete but for what `more` adds wrongly."""
    return f"""<{iri}> a owl:Ontology ; dcterms:title "Extra"@en ; dcterms:description "Extra."@en ;
        dcterms:creator "Someone" ; dcterms:created "2026-01-01" ; dcterms:issued "2026-01-01" ;
        dcterms:modified "2026-01-01" ; dcterms:publisher "Someone" ; dcterms:bibliographicCitation "Extra." ;
        <http://purl.org/vocab/vann/preferredNamespacePrefix> "extra" ;
        <http://purl.org/vocab/vann/preferredNamespaceUri> "https://example.org/extra#" ; {more} .\n"""


VERSION = 'owl:versionIRI <https://example.org/extra/1.0.0> ; owl:versionInfo "1.0.0"'
LICENCE = "dcterms:license <https://creativecommons.org/licenses/by/4.0/>"


@dataclass(frozen=True)
class Broken:
    """What is added to the core module, or taken from it, and the term that must be named."""

    adds: str
    term: str
    takes: tuple[str, ...] = ()


CORE = module_file("core").read_text(encoding="utf-8")
RESTRICTION = "[ a owl:Restriction ; owl:onProperty dt:statedIn ; "
BROKEN = {
    "missing-label": Broken(a_class("dt:Extra", leave_out="label"), "dt:Extra"),
    "missing-definition": Broken(a_class("dt:Extra", leave_out="definition"), "dt:Extra"),
    "missing-example": Broken(a_class("dt:Extra", leave_out="example"), "dt:Extra"),
    "undeclared-term": Broken(a_class("dt:Extra", "rdfs:subClassOf dt:Statment"), "dt:Statment"),
    "orphan-class": Broken(a_class("dt:Extra", ""), "dt:Extra"),
    "unused-property": Broken(a_property("dt:extra", ""), "dt:extra"),
    "concept-without-scheme": Broken(a_concept("dtv:tool-extra", ""), "dtv:tool-extra"),
    "scheme-without-top-concept": Broken(term("dtv:scheme-extra", "skos:ConceptScheme"), "dtv:scheme-extra"),
    "top-concept-with-broader": Broken(
        a_concept(
            "dtv:tool-extra",
            "skos:inScheme dtv:scheme-tool ; skos:topConceptOf dtv:scheme-tool ; "
            "skos:broader dtv:tool-civic-tech",
        ),
        "dtv:tool-extra",
    ),
    "broader-cycle": Broken(
        a_concept("dtv:tool-extra", "skos:inScheme dtv:scheme-extra-a ; skos:broader dtv:tool-other")
        + a_concept("dtv:tool-other", "skos:inScheme dtv:scheme-extra-a ; skos:broader dtv:tool-extra")
        + term("dtv:scheme-extra-a", "skos:ConceptScheme", "skos:hasTopConcept dtv:tool-civic-tech"),
        "dtv:tool-extra",
    ),
    "broader-and-related": Broken(
        a_concept(
            "dtv:tool-extra",
            "skos:inScheme dtv:scheme-tool ; skos:broader dtv:tool-civic-tech ; skos:related dtv:tool-civic-tech",
        ),
        "dtv:tool-extra",
    ),
    "same-label": Broken(
        a_class(
            "dt:Extra",
            'rdfs:subClassOf dt:Statement ; rdfs:label "finding"@en , "ajout"@fr',
            leave_out="label",
        ),
        "dt:Extra",
    ),
    "same-label-in-scheme": Broken(
        term(
            "dtv:tool-extra",
            "skos:Concept",
            'skos:inScheme dtv:scheme-tool ; skos:prefLabel "optical fibre"@en , "ajout"@fr',
            leave_out="label",
        ),
        "dtv:tool-extra",
    ),
    "two-labels": Broken(
        a_class("dt:Extra", 'rdfs:subClassOf dt:Statement ; rdfs:label "more"@en'), "dt:Extra"
    ),
    "alternative-label-repeats": Broken(
        a_class("dt:Extra", 'rdfs:subClassOf dt:Statement ; skos:altLabel "Extra thing"@en'), "dt:Extra"
    ),
    "text-without-language": Broken(
        a_class("dt:Extra", 'rdfs:subClassOf dt:Statement ; skos:scopeNote "Tongueless."'), "dt:Extra"
    ),
    "definition-is-the-label": Broken(
        a_class(
            "dt:Extra",
            'rdfs:subClassOf dt:Statement ; skos:definition "Extra thing."@en , "Une chose en plus."@fr',
            leave_out="definition",
        ),
        "dt:Extra",
    ),
    "label-longer-than-definition": Broken(
        a_class(
            "dt:Extra",
            'rdfs:subClassOf dt:Statement ; skos:definition "Extra."@en , "Une chose en plus."@fr',
            leave_out="definition",
        ),
        "dt:Extra",
    ),
    "french-apostrophe": Broken(
        a_class("dt:Extra", 'rdfs:subClassOf dt:Statement ; skos:altLabel "chose d\'appoint"@fr'), "dt:Extra"
    ),
    "punning": Broken(a_class("dt:Extra", "rdfs:subClassOf dt:Statement ; a rdfs:Datatype"), "dt:Extra"),
    "deprecated-without-replacement": Broken(
        a_class("dt:Extra", "rdfs:subClassOf dt:Statement ; owl:deprecated true"), "dt:Extra"
    ),
    "deprecated-in-use": Broken(
        a_class(
            "dt:Extra",
            "rdfs:subClassOf dt:Statement ; owl:deprecated true ; dcterms:isReplacedBy dt:Statement",
        )
        + a_class("dt:Further", "rdfs:subClassOf dt:Extra"),
        "dt:Further",
    ),
    "header-incomplete": Broken(header(f'{LICENCE} ; owl:versionInfo "1.0.0"'), "https://example.org/extra"),
    "header-without-licence": Broken(header(VERSION), "https://example.org/extra"),
    "header-recommended": Broken(
        header(f"{LICENCE} ; {VERSION}").replace('dcterms:created "2026-01-01" ;', ""),
        "https://example.org/extra",
    ),
    "version-iri-disagrees": Broken(
        header(f'{LICENCE} ; owl:versionIRI <https://example.org/extra/1.0.0> ; owl:versionInfo "1.1.0"'),
        "https://example.org/extra",
    ),
    "licence-not-an-iri": Broken(header(f'dcterms:license "CC BY" ; {VERSION}'), "https://example.org/extra"),
    "iri-with-file-extension": Broken(
        header(f"{LICENCE} ; {VERSION}", "https://example.org/extra.owl"), "https://example.org/extra.owl"
    ),
    "iri-not-http": Broken(a_class("<urn:extra#Extra>"), "urn:extra#Extra"),
    "name-outside-rule": Broken(a_class("dt:extra_class"), "dt:extra_class"),
    "namespace-hijacked": Broken("foaf:Person a owl:Class ; rdfs:subClassOf foaf:Agent .", "foaf:Person"),
    "inverse-of-itself": Broken(
        a_property("dt:extra", "rdfs:domain dt:Statement ; rdfs:range dt:Statement ; owl:inverseOf dt:extra"),
        "dt:extra",
    ),
    "inverse-of-symmetric": Broken(
        a_property("dt:extra", "a owl:SymmetricProperty ; owl:inverseOf dt:other")
        + a_property("dt:other", "rdfs:subPropertyOf dt:statedIn"),
        "dt:extra",
    ),
    "inverse-with-other-ends": Broken(
        a_property("dt:extra", "rdfs:domain dt:Statement ; rdfs:range dt:CaseStudy ; owl:inverseOf dt:other")
        + a_property("dt:other", "rdfs:domain dt:DigitalTool ; rdfs:range dt:Statement"),
        "dt:extra",
    ),
    "class-cycle": Broken(
        a_class("dt:Extra", "rdfs:subClassOf dt:Further") + a_class("dt:Further", "rdfs:subClassOf dt:Extra"),
        "dt:Extra",
    ),
    "property-cycle": Broken(
        a_property("dt:extra", "rdfs:subPropertyOf dt:further")
        + a_property("dt:further", "rdfs:subPropertyOf dt:extra"),
        "dt:extra",
    ),
    "several-domains": Broken(a_property("dt:extra", "rdfs:domain dt:Statement , dt:CaseStudy"), "dt:extra"),
    "chain-of-one": Broken(
        a_property("dt:extra", "rdfs:domain dt:Statement ; owl:propertyChainAxiom ( dt:statedIn )"),
        "dt:extra",
    ),
    "synonyms-as-classes": Broken(a_class("dt:Extra", "owl:equivalentClass dt:Statement"), "dt:Extra"),
    "property-named-is": Broken(a_property("dt:isA"), "dt:isA"),
    "two-ideas-in-a-class": Broken(a_class("dt:PlanAndBudget"), "dt:PlanAndBudget"),
    "miscellaneous-class": Broken(a_class("dt:OtherStatement"), "dt:OtherStatement"),
    "only-without-some": Broken(
        a_class(
            "dt:Extra",
            f"rdfs:subClassOf dt:Statement , {RESTRICTION} owl:allValuesFrom dt:CaseStudy ]",
        ),
        "dt:Extra",
    ),
    "some-not": Broken(
        a_class(
            "dt:Extra",
            f"rdfs:subClassOf dt:Statement , {RESTRICTION} owl:someValuesFrom "
            "[ a owl:Class ; owl:complementOf dt:CaseStudy ] ]",
        ),
        "dt:Extra",
    ),
    "recursive-definition": Broken(
        a_class(
            "dt:Extra",
            "owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( dt:Statement "
            f"{RESTRICTION} owl:someValuesFrom dt:Extra ] ) ]",
        ),
        "dt:Extra",
    ),
    "datatype-as-class": Broken(a_class("dt:Date"), "dt:Date"),
    "symmetric-with-two-ends": Broken(
        a_property(
            "dt:extra", "a owl:SymmetricProperty ; rdfs:domain dt:Statement ; rdfs:range dt:CaseStudy"
        ),
        "dt:extra",
    ),
    "transitive-with-two-ends": Broken(
        a_property(
            "dt:extra", "a owl:TransitiveProperty ; rdfs:domain dt:Statement ; rdfs:range dt:CaseStudy"
        ),
        "dt:extra",
    ),
    "equivalent-with-other-ends": Broken(
        a_property("dt:extra", "rdfs:domain dt:Statement ; owl:equivalentProperty dt:further")
        + a_property("dt:further", "rdfs:domain dt:CaseStudy"),
        "dt:extra",
    ),
    "no-disjointness": Broken(
        header(f"{LICENCE} ; {VERSION}")
        + "".join(
            a_class(f"<https://example.org/extra#{name}>", "", leave_out="defined").replace(
                " .\n", " ; rdfs:isDefinedBy <https://example.org/extra> .\n"
            )
            + f"<https://example.org/extra#use{name}> a owl:ObjectProperty ; "
            + f"rdfs:range <https://example.org/extra#{name}> ; "
            + f'rdfs:label "use {name}"@en , "emploi {name}"@fr ; rdfs:isDefinedBy <https://example.org/extra> ; '
            + 'skos:definition "Use of a thing, made up."@en , "Emploi d’une chose, inventé."@fr ; '
            + 'skos:example "This."@en , "Ceci."@fr .\n'
            for name in ("One", "Two")
        ),
        "https://example.org/extra",
    ),
    "not-defined-by": Broken(a_class("dt:Extra", leave_out="defined"), "dt:Extra"),
    "term-without-origin": Broken(a_class("dt:Extra", leave_out="origin"), "dt:Extra"),
    "import-not-found": Broken(f"{MODULE} owl:imports <https://example.org/absent> .", f"{ONTOLOGY}/core"),
}
OUTSIDE_ONLY = {"no-ontology"}


@pytest.fixture(scope="module")
def shipped() -> tuple[Document, ...]:
    return shipped_documents()


def broken(shipped: tuple[Document, ...], change: Broken) -> Checked:
    documents = [document for document in shipped if not document.name.endswith("core.ttl")]
    core = read_document("ontology/core.ttl", (CORE + PREFIXES + change.adds).encode())
    return checked([core, *documents])


def test_the_shipped_ontology_breaks_no_rule(shipped: tuple[Document, ...]) -> None:
    assert [f"{f.where} {f.message.en}" for f in hygiene_findings(checked(shipped))] == []


@pytest.mark.parametrize("name", BROKEN)
def test_just_that_rule_fires(name: str, shipped: tuple[Document, ...]) -> None:
    change = BROKEN[name]
    subject = broken(shipped, change)
    findings = list(hygiene_findings(subject))
    assert {finding.rule for finding in findings} == {name}
    assert change.term in {subject.short(f.term) for f in findings} | {f.term for f in findings}
    for finding in findings:
        assert "{" not in finding.message.fr + finding.message.en
        assert finding.where is not None
        assert finding.where.file == "ontology/core.ttl"
        assert finding.where.line


def test_every_rule_has_its_break() -> None:
    assert {rule.name for rule in hygiene_rules()} == set(BROKEN) | OUTSIDE_ONLY


def test_a_file_without_a_header_is_told_so() -> None:
    document = read_document("mine.ttl", (PREFIXES + a_class("<https://example.org/mine#Extra>")).encode())
    assert {finding.rule for finding in hygiene_findings(checked([document]))} == {"no-ontology"}


def test_the_pitfalls_and_criteria_of_the_rules_are_those_of_the_catalogues() -> None:
    pitfalls = {f"P{number:02}" for number in range(1, 42)}
    foops = {"PURL1", "URI1", "URI2", "VER1", "VER2", "FIND1", "FIND2", "FIND3", "FIND_3_BIS", "OM1", "OM2"}
    foops |= {"OM3", "OM4.1", "OM4.2", "OM5.1", "OM5.2", "CN1", "HTTP1", "RDF1", "DOC1"}
    foops |= {"VOC1", "VOC2", "VOC3", "VOC4"}
    table = (Path(__file__).parents[2] / "docs" / "checking.md").read_text(encoding="utf-8")
    for name in pitfalls | foops:
        assert f"| {name} |" in table
    for rule in hygiene_rules():
        assert set(rule.covers) <= pitfalls | foops
        assert f"`{rule.name}`" in table
        for covered in rule.covers:
            (row,) = (line for line in table.splitlines() if line.startswith(f"| {covered} |"))
            assert f"`{rule.name}`" in row


def test_the_rules_speak_both_languages_and_say_what_to_do() -> None:
    for rule in hygiene_rules():
        for text in (rule.sentence, rule.hint):
            assert text.fr
            assert text.en
            assert text.fr != text.en
        assert rule.hint.fr.endswith(".")
        assert rule.hint.en.endswith(".")


def test_a_module_given_as_a_file_stands_in_for_the_shipped_one() -> None:
    changed = CORE.replace('"assessment"@en', '"appraisal"@en')
    subject = checked([read_document("elsewhere/core.ttl", changed.encode())])
    assert subject.documents[0].is_ours
    graph: Graph = subject.graph
    labels = {str(label) for label in graph.objects(URIRef(f"{ONTOLOGY}#Assessment"), RDFS.label)}
    assert "appraisal" in labels
    assert "assessment" not in labels


def test_an_unchanged_module_leaves_the_ontology_as_it_is() -> None:
    """The optional modules count on both sides of a comparison, or their axioms would seem to have gone."""
    subject = checked([read_document("elsewhere/core.ttl", CORE.encode())])
    assert compare(read_ontology(OPTIONAL_MODULES), subject.graph).changes == ()
