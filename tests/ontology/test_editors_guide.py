"""What the documents for editors show is so: the examples are sound, the counts are those of the modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from digiterr.ontology.iris import CONCEPT, TERM
from digiterr.ontology.modules import MODULES, read_module, read_ontology
from digiterr.ontology.reasoning.hermit import classify
from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, URIRef

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "extending-the-ontology.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```turtle\n(.*?)```", GUIDE, re.DOTALL)


def test_counts_of_the_overview_are_those_of_the_modules() -> None:
    overview = (DOCS / "ontology.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", overview, re.MULTILINE)
    assert tuple(row[0] for row in rows) == MODULES
    for name, *counts in rows:
        graph = read_module(name)

        def count(*kinds: URIRef, graph: Graph = graph) -> int:
            terms = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
            return len([term for term in terms if str(term).startswith((TERM, CONCEPT))])

        properties = count(OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        found = [count(OWL.Class), properties, count(SKOS.ConceptScheme), count(SKOS.Concept)]
        assert [int(number) for number in counts] == found, name


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_examples_use_terms_that_exist(example: str) -> None:
    graph = Graph().parse(data=example, format="turtle")
    known = set(read_ontology().subjects()) | set(graph.subjects())
    for triple in graph:
        for node in triple:
            assert node in known or not str(node).startswith((TERM, CONCEPT)), node
    assert DCTERMS.isReplacedBy in known


def test_the_worked_example_is_consistent_and_its_pitfall_is_not() -> None:
    ontology = read_ontology()
    ontology.parse(data=EXAMPLES[0], format="turtle")
    assert classify(ontology).consistent
    eighth = Graph() + ontology
    concept = URIRef(CONCEPT + "economic-value-attractiveness")
    eighth.add((concept, RDF.type, URIRef(TERM + "PublicValueType")))
    for other in ontology.subjects(RDF.type, URIRef(TERM + "PublicValueType")):
        eighth.add((concept, OWL.differentFrom, other))
    assert not classify(eighth).consistent
