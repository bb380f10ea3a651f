"""The typed names are those of the Turtle, no more and no less."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.ontology import names, names_writer
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.vocabularies import VOCABULARIES
from pyoxigraph import NamedNode
from rdflib import RDF, SKOS, URIRef


def test_names_are_those_of_the_turtle() -> None:
    assert Path(names.__file__).read_text(encoding="utf-8") == names_writer.names_text()


def test_every_concept_has_a_name() -> None:
    concepts = set(read_ontology().subjects(RDF.type, SKOS.Concept))
    named = {URIRef(value.value) for value in vars(names.DTV).values() if isinstance(value, NamedNode)}
    assert concepts <= named


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.prefix)
def test_outside_vocabularies_have_a_class_each(vocabulary: names_writer.Vocabulary) -> None:
    named = getattr(names, vocabulary.prefix.upper())
    assert vocabulary.namespace == named.NAMESPACE
    for term in vocabulary.terms:
        name = getattr(named, names_writer.python_name(term))
        assert name == NamedNode(vocabulary.namespace + term)


@pytest.mark.parametrize(
    ("local_name", "name"),
    [("value-economic", "value_economic"), ("class", "class_"), ("3d", "_3d"), ("CaseStudy", "CaseStudy")],
)
def test_local_names_become_python_names(local_name: str, name: str) -> None:
    assert names_writer.python_name(local_name) == name
