"""One validate, two engines: what may be given to it, what it refuses, and the report that it gives."""

from __future__ import annotations

import json

import pytest
from digiterr.ontology.errors import Where
from digiterr.shapes.compiled_engine import FEW
from digiterr.shapes.namespaces import SH, Namespace
from digiterr.shapes.pyshacl_engine import PyshaclError
from digiterr.shapes.rendering import as_json, as_markdown, as_text, short_path
from digiterr.shapes.report import ValidationReport
from digiterr.shapes.select import Rows, select_in
from digiterr.shapes.shapes_graph import ShapesError, ShapesGraph, triple_of
from digiterr.shapes.validation import EngineName, validate
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

EX = Namespace("http://example.org/")
PREFIXES = """
PREFIX ex: <http://example.org/>
PREFIX dtsh: <https://w3id.org/digiterr/shapes#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PERSON = """
ex:Named a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [
    sh:path ex:name ; sh:minCount 1 ;
    sh:message "A person must have a name."@en , "Une personne doit avoir un nom."@fr ;
    dtsh:hint "Add a name."@en , "Ajoutez un nom."@fr
] .
"""
PEOPLE = 'ex:ann a ex:Person ; ex:name "Ann" . ex:bob a ex:Person . ex:eve a ex:Person .'
BOTH: list[EngineName] = ["pyshacl", "compiled"]


def triples(text: str) -> list[Triple]:
    return [triple_of(quad) for quad in parse(PREFIXES + text, RdfFormat.TURTLE)]


def shapes(text: str) -> ShapesGraph:
    return ShapesGraph(triples(text))


def focused(report: ValidationReport) -> list[object]:
    return sorted((result.focus_node for result in report.results), key=str)


@pytest.mark.parametrize("engine", BOTH)
def test_triples_and_quads(engine: EngineName) -> None:
    quads = [Quad(t.subject, t.predicate, t.object, EX.graph) for t in triples(PEOPLE)]
    assert focused(validate(triples(PEOPLE), shapes(PERSON), engine=engine)) == [EX.bob, EX.eve]
    assert focused(validate(quads, shapes(PERSON), engine=engine)) == [EX.bob, EX.eve]


def test_a_store_is_judged_over_all_its_graphs() -> None:
    store = Store()
    for number, triple in enumerate(triples(PEOPLE)):
        store.add(Quad(triple.subject, triple.predicate, triple.object, EX[f"graph{number}"]))
    assert focused(validate(select_in(store), shapes(PERSON))) == [EX.bob, EX.eve]


def test_any_function_that_answers_select_will_do() -> None:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples(PEOPLE))
    asked: list[str] = []

    def remote(text: str, /) -> Rows:
        asked.append(text)
        solutions = select_in(store)(text)
        return Rows(tuple(f"?{name}" for name in solutions.variables), list(solutions.rows))

    assert focused(validate(remote, shapes(PERSON))) == [EX.bob, EX.eve]
    assert asked
    assert all(text.startswith("SELECT") for text in asked)


@pytest.mark.parametrize("engine", BOTH)
def test_context_is_seen_but_not_judged(engine: EngineName) -> None:
    rules = shapes(PERSON + "ex:Known a sh:NodeShape ; sh:targetObjectsOf ex:knows ; sh:class ex:Person .")
    data = triples("ex:ann ex:knows ex:bob , ex:nobody .")
    context = triples("ex:bob a ex:Person . ex:zoe a ex:Person .")
    assert focused(validate(data, rules, context=context, engine=engine)) == [EX.nobody]


@pytest.mark.parametrize("engine", BOTH)
def test_focus_nodes_alone_are_judged(engine: EngineName) -> None:
    data = triples(PEOPLE)
    assert focused(validate(data, shapes(PERSON), focus_nodes=[EX.eve, EX.ann], engine=engine)) == [EX.eve]
    assert focused(validate(data, shapes(PERSON), focus_nodes=[], engine=engine)) == []
    assert focused(validate(data, shapes(PERSON), focus_nodes=[EX.stranger], engine=engine)) == []


def test_many_focus_nodes_are_picked_from_the_results_by_the_node_that_is_targeted() -> None:
    rules = shapes(
        "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; "
        "sh:property [ sh:path ex:knows ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ] ."
    )
    data = triples("ex:ann a ex:Person ; ex:knows ex:x . ex:bob a ex:Person ; ex:knows ex:y .")
    many = [EX.ann, *(EX[f"other{number}"] for number in range(FEW))]
    for nodes in ([EX.ann], many):
        assert focused(validate(data, rules, focus_nodes=nodes)) == [EX.x]


def test_instances_of_an_anonymous_subclass_are_judged() -> None:
    data = triples("_:c rdfs:subClassOf ex:Person . ex:bob a _:c . ex:ann a ex:Person .")
    for engine in BOTH:
        assert focused(validate(data, shapes(PERSON), engine=engine)) == [EX.ann, EX.bob]


def test_the_inverse_of_a_sequence_is_walked_backwards() -> None:
    path = "[ sh:inversePath ( ex:p ex:q ) ]"
    rules = shapes(f"ex:S a sh:PropertyShape ; sh:targetNode ex:c ; sh:path {path} ; sh:maxCount 0 .")
    data = triples("ex:a ex:p ex:b . ex:b ex:q ex:c .")
    assert focused(validate(data, rules, engine="compiled")) == [EX.c]


def test_what_pyshacl_cannot_run_is_compiled() -> None:
    rules = shapes(
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:n ; sh:property [ sh:path ex:n ; sh:lessThan ex:m ] ."
    )
    data = triples("ex:a ex:n [] ; ex:m 5 .")
    with pytest.raises(PyshaclError, match="BlankNode"):
        validate(data, rules, engine="pyshacl")
    assert focused(validate(data, rules)) == [EX.a]


def test_a_store_that_keeps_one_integer_type_is_not_blamed_for_it() -> None:
    rules = shapes(
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:n ; sh:property [ sh:path ex:n ; sh:datatype xsd:byte ] ."
    )
    data = triples('ex:ok ex:n "12"^^xsd:byte . ex:large ex:n "300"^^xsd:byte .')
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in data)
    assert focused(validate(select_in(store), rules)) == [EX.large]


def test_in_memory_literals_are_judged_as_written() -> None:
    rules = shapes(
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:n ; sh:property [ sh:path ex:n ; sh:in ( 1 ) ] , [ sh:path ex:n ; sh:minInclusive 1 ] ."
    )
    report = validate(
        triples('ex:a ex:n 1 . ex:b ex:n "01"^^xsd:integer . ex:c ex:n "0"^^xsd:byte .'),
        rules,
        engine="compiled",
    )
    found = {(result.focus_node, result.component, result.value) for result in report.results}
    integer, byte = (NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}") for name in ("integer", "byte"))
    assert found == {
        (EX.b, SH.InConstraintComponent, Literal("01", datatype=integer)),
        (EX.c, SH.InConstraintComponent, Literal("0", datatype=byte)),
        (EX.c, SH.MinInclusiveConstraintComponent, Literal("0", datatype=byte)),
    }


REFUSED = {
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:minCnt 1 .": "sh:minCnt is not supported. Did you mean sh:minCount?",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:rule [] .": "sh:rule is not supported",
    "ex:S a sh:NodeShape ; sh:target [] ; sh:class ex:C .": "sh:target is not supported",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:js [] .": "sh:js is not supported",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:node ex:S .": "a shape refers to itself",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:node ex:S ] .": "a shape refers to itself",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:minCount 1 .": "sh:minCount belongs in a property shape only",
    "ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetClass ex:C ; sh:minCount 1 , 2 .": "sh:minCount takes one value",
    'ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetClass ex:C ; sh:maxCount "many" .': "must be an integer",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:in ( [] ) .": "sh:in has a blank node",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:class ex:C ] .": "a property shape must have sh:path",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ( ex:p ) ; sh:minCount 1 ] .": "at least two steps",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:or ex:list .": "this RDF list is not well formed",
    "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind ex:Kind .": "is not a node kind",
    "<http://example.org/> sh:entailment ex:RDFS . ex:S a sh:NodeShape .": "sh:entailment asks for entailments",
    'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }" ] .': "MINUS",
    'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "ASK { $this ?p ?o }" ] .': "something else than a SELECT",
}


@pytest.mark.parametrize("rules", REFUSED)
@pytest.mark.parametrize("engine", BOTH)
def test_what_is_not_supported_is_refused_by_name(rules: str, engine: EngineName) -> None:
    with pytest.raises(ShapesError) as refused:
        validate(triples("ex:c a ex:C ; ex:p 1 ."), shapes(rules), engine=engine)
    assert REFUSED[rules].split(". ")[0] in refused.value.sentence("en")
    assert refused.value.sentence("fr") != refused.value.sentence("en")


def test_an_aggregate_within_a_nested_shape_is_refused_when_compiled() -> None:
    query = "SELECT $this (COUNT(?o) AS ?n) WHERE { $this ?p ?o } GROUP BY $this"
    rules = f'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:not [ sh:sparql [ sh:select "{query}" ] ] .'
    with pytest.raises(ShapesError, match="COUNT in a nested shape"):
        validate(triples("ex:c a ex:C ; ex:p 1 ."), shapes(rules), engine="compiled")


def test_groups_say_what_where_how_many_and_how_to_mend() -> None:
    report = validate(triples(PEOPLE), shapes(PERSON))
    (group,) = report.groups
    assert (group.count, group.rule.message.fr) == (2, "Une personne doit avoir un nom.")
    told = as_text(
        report, "fr", lambda result: Where("people.csv", 2 if result.focus_node == EX.bob else 3), 1
    )
    assert told.splitlines() == [
        "✗ Une personne doit avoir un nom. (× 2)",
        "    people.csv:2: bob name",
        "    … et 1 de plus",
        "  → Ajoutez un nom.",
        "2 erreurs ; 1 règle en cause.",
    ]


def test_the_same_as_json_and_markdown() -> None:
    report = validate(triples(PEOPLE), shapes(PERSON))
    told = json.loads(json.dumps(as_json(report, lambda _result: Where("people.csv", 2))))
    assert (told["conforms"], told["violations"], told["groups"][0]["count"]) == (False, 2, 2)
    assert told["groups"][0]["hint"] == {"fr": "Ajoutez un nom.", "en": "Add a name."}
    assert told["groups"][0]["results"][0]["where"] == {"file": "people.csv", "line": 2}
    assert "## A person must have a name." in as_markdown(report, "en")


def test_a_conforming_report() -> None:
    report = validate(triples('ex:ann a ex:Person ; ex:name "Ann" .'), shapes(PERSON))
    assert report.conforms
    assert as_text(report, "en") == "No rule is broken."
    assert [t.object.value for t in report.triples() if t.predicate == SH.conforms] == ["true"]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("engine", BOTH)
def test_the_rdf_voice_is_the_standard_report(engine: EngineName) -> None:
    rules = shapes(
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property "
        "[ sh:path ( ex:p [ sh:inversePath ex:q ] [ sh:zeroOrMorePath [ sh:alternativePath ( ex:p ex:q ) ] ] ) ; sh:minCount 1 ; sh:severity sh:Warning ] ."
    )
    report = validate(triples("ex:z ex:p ex:y ."), rules, engine=engine)
    graph = ShapesGraph(triple_of(quad) for quad in parse(report.serialize(), RdfFormat.TURTLE))
    (node,) = graph.objects(SH.result)
    assert graph.value(node, SH.focusNode) == EX.a
    assert graph.value(node, SH.resultSeverity) == SH.Warning
    path = graph.value(node, SH.resultPath)
    assert path is not None
    assert len(graph.list_items(path)) == 3
    assert short_path(report.results[0].path) == "(p)/(^(q))/(((p)|(q))*)"  # pyright: ignore[reportArgumentType]
    assert not report.violations
    assert report.at_least(SH.Warning) == report.results
