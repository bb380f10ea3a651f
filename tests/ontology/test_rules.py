"""Axioms compiled into rules: each construct alone, agreement with owlrl, and what is left out."""

from __future__ import annotations

import owlrl
import pytest
from digiterr.ontology.iris import graph_iri, inferred_graph_iri
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.reasoning import compile_rules, infer
from digiterr.ontology.reasoning.contradictions import contradictions
from pyoxigraph import NamedNode, Quad, RdfFormat, Store
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef

PREFIXES = """
PREFIX : <http://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def closure(axioms: str, data: str) -> set[tuple[str, str, str]]:
    """What follows from the data, as local names."""
    rules = compile_rules(Graph().parse(data=PREFIXES + axioms, format="turtle"))
    store = Store()
    store.load((PREFIXES + data).encode(), RdfFormat.TURTLE, to_graph=graph_iri("data"))
    report = infer(store, rules, "data")
    inferred = {
        (local(quad.subject), local(quad.predicate), local(quad.object))
        for quad in store.quads_for_pattern(None, None, None, inferred_graph_iri("data"))
    }
    assert report.triples == len(inferred)
    return inferred


def local(term: object) -> str:
    name = str(term).strip("<>").replace("http://example.org/", "")
    return "a" if name == str(RDF.type) else name


CASES = {
    "subclass, of any depth": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .",
        ":x a :A .",
        "x a B, x a C",
    ),
    "equivalent class, both ways": (":A owl:equivalentClass :B .", ":x a :A . :y a :B .", "x a B, y a A"),
    "subproperty and domain": (
        ":p rdfs:subPropertyOf :q . :q rdfs:domain :A ; rdfs:range :B .",
        ":x :p :y .",
        "x q y, x a A, y a B",
    ),
    "equivalent property": (":p owl:equivalentProperty :q .", ":x :p :y . :z :q :y .", "x q y, z p y"),
    "inverse, both ways": (":p owl:inverseOf :q .", ":x :p :y . :z :q :t .", "y q x, t p z"),
    "symmetric": (":p a owl:SymmetricProperty .", ":x :p :y .", "y p x"),
    "transitive, over a long path": (
        ":p a owl:TransitiveProperty .",
        ":a :p :b . :b :p :c . :c :p :d .",
        "a p c, a p d, b p d",
    ),
    "chain of three": (
        ":p owl:propertyChainAxiom ( :q :r :s ) .",
        ":a :q :b . :b :r :c . :c :s :d .",
        "a p d",
    ),
    "chain with an inverse": (
        ":p owl:propertyChainAxiom ( :q [ owl:inverseOf :r ] ) .",
        ":a :q :b . :c :r :b .",
        "a p c",
    ),
    "value to class": (
        ":A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] .",
        ":x :p :v . :y :p :w . :z a :A .",
        "x a A, z p v",
    ),
    "some of a class": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A .",
        ":x :p :y . :y a :B . :z :p :w .",
        "x a A",
    ),
    "some of anything": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf :A .",
        ":x :p :y .",
        "x a A",
    ),
    "intersection": (
        ":A owl:equivalentClass [ owl:intersectionOf ( :B :C ) ] .",
        ":x a :B , :C . :y a :B . :z a :A .",
        "x a A, z a B, z a C",
    ),
    "union on the left": (
        "[ owl:unionOf ( :B :C ) ] rdfs:subClassOf :A .",
        ":x a :B . :y a :C .",
        "x a A, y a A",
    ),
    "disjoint union": (":A owl:disjointUnionOf ( :B :C ) .", ":x a :B .", "x a A"),
    "one of": (":A owl:equivalentClass [ owl:oneOf ( :x :y ) ] .", ":z a :C .", "x a A, y a A"),
    "one of, among values": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom [ owl:oneOf ( :v :w ) ] ] "
        "rdfs:subClassOf :A .",
        ":x :p :w . :y :p :u .",
        "x a A",
    ),
    "only, on the right": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] .",
        ":x a :A ; :p :y . :z :p :t .",
        "y a B",
    ),
    "itself": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ] rdfs:subClassOf :A .",
        ":x :p :x . :y :p :x .",
        "x a A",
    ),
    "at least two, stated to be different": (
        ":A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:minCardinality 2 ] .",
        ":x :p :a , :b . :a owl:differentFrom :b . :y :p :a , :c . :z :p :c , :d . "
        "[] a owl:AllDifferent ; owl:members ( :c :d ) .",
        "x a A, z a A",
    ),
    "facets, by value": (
        "[ a owl:Restriction ; owl:onProperty :n ; owl:someValuesFrom [ a rdfs:Datatype ; "
        "owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 10 ] [ xsd:maxExclusive 20 ] ) ] ] rdfs:subClassOf :A .",
        ':x :n 10 . :y :n 20 . :z :n "015"^^xsd:nonNegativeInteger . :t :n 12.0 . :u :n 12.5 . '
        ':v :n 12e0 . :w :n "12" .',
        "x a A, z a A, t a A",
    ),
    "a rule that feeds another": (
        ":A owl:equivalentClass [ owl:intersectionOf ( :B [ a owl:Restriction ; owl:onProperty :p ; "
        "owl:someValuesFrom :C ] ) ] . :p owl:propertyChainAxiom ( :q :r ) . :D rdfs:subClassOf :C .",
        ":x a :B ; :q :y . :y :r :z . :z a :D .",
        "x p z, x a A, z a C",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_construct(name: str) -> None:
    axioms, data, expected = CASES[name]
    assert closure(axioms, data) == {tuple(fact.split()) for fact in expected.split(", ")}


def test_nothing_trivial_is_written() -> None:
    axioms = ":p rdfs:domain owl:Thing ; rdfs:range rdfs:Resource . :A rdfs:subClassOf :A , owl:Thing ."
    assert closure(axioms, ":x a :A ; :p :y .") == set()


def test_a_literal_is_never_made_a_subject() -> None:
    assert closure(":p rdfs:range :A ; owl:inverseOf :q .", ':x :p "words" .') == set()


def test_annotation_properties_imply_nothing() -> None:
    axioms = ":note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment ; rdfs:domain :A ."
    assert closure(axioms, ':x :note "words" .') == set()


def test_what_a_later_source_adds_is_attributed_to_it() -> None:
    rules = compile_rules(
        Graph().parse(
            data=PREFIXES + ":p owl:propertyChainAxiom ( :q :r ) . :q rdfs:domain :A .", format="turtle"
        )
    )
    store = Store()
    for source, data in (("first", ":a :q :b ."), ("second", ":b :r :c . :a :q :b .")):
        store.load((PREFIXES + data).encode(), RdfFormat.TURTLE, to_graph=graph_iri(source))
    assert infer(store, rules, "first").by_predicate == {str(RDF.type): 1}
    second = infer(store, rules, "second", context=("first",))
    assert second.by_predicate == {"http://example.org/p": 1}
    assert {g.value for g in store.named_graphs()} == {
        graph.value for name in ("first", "second") for graph in (graph_iri(name), inferred_graph_iri(name))
    }


def test_what_the_source_states_is_not_restated() -> None:
    axioms = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :p rdfs:domain :A ."
    assert closure(axioms, ":x :p :y ; a :B .") == {("x", "a", "A"), ("x", "a", "C")}


def test_inferring_twice_changes_nothing() -> None:
    rules = compile_rules(Graph().parse(data=PREFIXES + ":p a owl:TransitiveProperty .", format="turtle"))
    store = Store()
    store.load((PREFIXES + ":a :p :b . :b :p :c .").encode(), RdfFormat.TURTLE, to_graph=graph_iri("data"))
    infer(store, rules, "data")
    before = set(store)
    infer(store, rules, "data")
    assert set(store) == before


def test_owlrl_agrees_on_a_sample() -> None:
    """Over invented data without identity or facets, what both write of the data is the same."""
    ontology = read_ontology()
    data = Graph().parse(data=SAMPLE, format="turtle")
    sample = set(data.subjects()) | {node for node in data.objects() if isinstance(node, URIRef)}
    sample -= set(ontology.subjects())

    oracle = Graph()
    oracle += (triple for triple in ontology if not isinstance(triple[2], Literal))  # labels only cost time
    oracle += data
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(oracle)
    known = set(ontology.subjects())
    theirs = {
        (s, p, o)
        for s, p, o in oracle
        if s in sample and isinstance(o, URIRef) and (p in known or (p == RDF.type and o in known))
    }

    store = Store()
    store.load(
        ontology.serialize(format="nt", encoding="utf-8"), RdfFormat.N_TRIPLES, to_graph=graph_iri("ontology")
    )
    store.load(data.serialize(format="nt", encoding="utf-8"), RdfFormat.N_TRIPLES, to_graph=graph_iri("data"))
    rules = compile_rules(ontology)
    infer(store, rules, "ontology")
    infer(store, rules, "data", context=("ontology",))
    mine = {
        (URIRef(q.subject.value), URIRef(q.predicate.value), URIRef(q.object.value))
        for q in store
        if isinstance(q.subject, NamedNode) and isinstance(q.object, NamedNode)
    }
    mine = {t for t in mine if t[0] in sample and (t[1] in known or (t[1] == RDF.type and t[2] in known))}
    assert mine - theirs == set()
    assert {t for t in theirs - mine if t[2] != OWL.Thing} == set()
    assert len(mine) > 2 * len(data)


SAMPLE = """
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
dtd:terr-1 a dt:MunicipalTerritory ; dt:centreOf dtd:terr-2 ; dt:hasAuthority dtd:org-1 .
dtd:terr-2 dt:directlyPartOfTerritory dtd:terr-3 ; dt:hasAuthority dtd:org-2 .
dtd:terr-3 a dt:DepartmentTerritory .
dtd:org-2 a dt:IntermunicipalBody ; dt:memberOrganisation dtd:org-1 .
dtd:project-1 dt:projectOwner dtd:org-3 .
dtd:org-3 a dt:MixedSyndicate ; dt:memberOrganisation dtd:org-2 .
dtd:policy-1 a dt:DigitalUsesPolicy ; dt:targetsTerritory dtd:terr-1 ; dt:hasAction dtd:action-1 ;
    dt:equalRankWith dtd:policy-2 ; dt:governedThrough dtd:governance-1 .
dtd:action-1 dt:usesTool dtd:tool-1 ; dt:actionKind dtv:action-change-support .
dtd:tool-1 dt:toolKind dtv:tool-hackathon .
dtd:claim-1 dt:claimSubject dtd:tool-1 ; dt:claimedValueType dtv:value-political .
dtd:case-1 dt:casePolicy dtd:policy-1 ; dt:caseProject dtd:project-1 .
dtd:governance-1 dt:exhibitsDimension dtv:dimension-strategic , dtv:dimension-decisional .
dtd:practice-1 a dt:ValueCreationPractice ; dt:hasParticipant dtd:residents-1 ;
    dt:governedThrough dtd:governance-1 .
dtd:residents-1 a dt:CitizenActor .
dtd:leadership-1 a dt:LeadershipConfiguration ;
    dt:involvesRole dtv:role-dgs-epci , dtv:role-mayor , dtv:role-group-of-elected .
"""


def test_what_is_left_out_is_named_with_its_reason() -> None:
    axioms = """
        :A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] ,
            [ a owl:Restriction ; owl:onProperty :p ; owl:cardinality 2 ] , [ owl:unionOf ( :B :C ) ] .
        [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] rdfs:subClassOf :D .
        [ owl:complementOf :B ] rdfs:subClassOf :D .
        :p a owl:FunctionalProperty , owl:ReflexiveProperty . :A owl:hasKey ( :p ) .
        :A rdfs:label "animal"@en , "animal"@fr .
    """
    rules = compile_rules(Graph().parse(data=PREFIXES + axioms, format="turtle"))
    assert list(rules) == []
    said = {item.axiom.en: item.reason.en for item in rules.outside}
    assert len(said) == 8
    assert (
        said["‘animal’ is a kind of p some B"]
        == "A rule does not invent the individual that the axiom says exists."
    )
    assert "owl:sameAs" in said["p has at most one value"]
    assert all(item.axiom.fr and item.reason.fr for item in rules.outside)


def test_every_axiom_of_the_ontology_is_a_rule_or_is_named() -> None:
    """Nothing is skipped silently: each class and property axiom leaves a rule, a check or a reason."""
    ontology = read_ontology()
    rules = compile_rules(ontology)
    named = {item.subject for item in rules.outside}
    constructs = {rule.construct for rule in (*rules, *rules.contradictions)}
    for construct in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf):
        assert str(construct) in constructs
    functional = {str(s) for s in ontology.subjects(RDF.type, OWL.FunctionalProperty)}
    assert functional <= named
    for chained in ontology.subjects(OWL.propertyChainAxiom):
        assert any(
            rule.heads[0].predicate == chained for rule in rules if rule.construct.endswith("ChainAxiom")
        )


CONTRADICTIONS = {
    "disjoint classes": (":A owl:disjointWith :B . :C rdfs:subClassOf :B .", ":x a :A , :C ."),
    "one of several disjoint classes": (
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
        ":x a :A , :C .",
    ),
    "parts of a disjoint union": (":A owl:disjointUnionOf ( :B :C ) .", ":x a :B , :C ."),
    "a complement": (":A rdfs:subClassOf [ owl:complementOf :B ] .", ":x a :A , :B ."),
    "disjoint properties": (":p owl:propertyDisjointWith :q .", ":x :p :y ; :q :y ."),
    "several disjoint properties": (
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) .",
        ":x :p :y ; :q :y .",
    ),
    "asymmetric": (":p a owl:AsymmetricProperty .", ":x :p :y . :y :p :x ."),
    "irreflexive": (":p a owl:IrreflexiveProperty .", ":x :p :x ."),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_found_by_rules_alone(name: str) -> None:
    axioms, data = CONTRADICTIONS[name]
    ontology = Graph().parse(data=PREFIXES + axioms, format="turtle")
    rules = compile_rules(ontology)
    store = Store()
    store.load((PREFIXES + data).encode(), RdfFormat.TURTLE, to_graph=graph_iri("data"))
    infer(store, rules, "data")
    together = Store()
    together.extend(Quad(q.subject, q.predicate, q.object) for q in store)
    found = list(contradictions(together, rules))
    assert found
    assert all(c.sentence(ontology).fr.startswith("x ") or "y " in c.sentence(ontology).fr for c in found)
    store.update("DELETE WHERE { GRAPH ?g { <http://example.org/x> ?p ?o } }")
    alone = Store()
    alone.extend(Quad(q.subject, q.predicate, q.object) for q in store)
    assert list(contradictions(alone, rules)) == []
