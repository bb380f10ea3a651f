"""HermiT and Pellet from Python: what classification gives, and what is said when they cannot run."""

from __future__ import annotations

import pytest
from digiterr.ontology.errors import ExitCode, InputError
from digiterr.ontology.reasoning import java
from digiterr.ontology.reasoning.hermit import classify
from rdflib import Graph

pytestmark = pytest.mark.xdist_group("java")

AXIOMS = """
PREFIX : <http://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class ; rdfs:subClassOf :C . :C a owl:Class .
:Impossible a owl:Class ; rdfs:subClassOf :A , [ owl:complementOf :C ] .
:p a owl:ObjectProperty ; rdfs:subPropertyOf :q . :q a owl:ObjectProperty ; owl:inverseOf :r .
:r a owl:ObjectProperty .
:x a :A , owl:NamedIndividual ; :p :y . :y a owl:NamedIndividual .
"""
EX = "http://example.org/"


def test_classes_types_and_values() -> None:
    found = classify(Graph().parse(data=AXIOMS, format="turtle"))
    assert found.consistent
    assert found.unsatisfiable == {EX + "Impossible"}
    assert found.superclasses_of(EX + "A") == {EX + "B", EX + "C"}
    assert found.types_of(EX + "x") == {EX + "A", EX + "B", EX + "C"}
    assert {(EX + "x", EX + "q", EX + "y"), (EX + "y", EX + "r", EX + "x")} <= found.links


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    with pytest.raises(java.ReasonerMissingError) as caught:
        classify(Graph())
    assert caught.value.sentence("fr") == (
        "Le raisonneur n’est pas installé. Installez l’extra de l’éditeur : pip install 'digiterr[editor]'."
    )
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_reasoner_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(InputError, match="did not finish"):
        classify(Graph().parse(data=AXIOMS, format="turtle"), timeout=0.01)


def test_what_the_reasoner_cannot_judge_is_said() -> None:
    broken = AXIOMS + ":p a owl:TransitiveProperty , owl:AsymmetricProperty ."
    with pytest.raises(InputError, match="HermiT cannot judge the ontology"):
        classify(Graph().parse(data=broken, format="turtle"))
