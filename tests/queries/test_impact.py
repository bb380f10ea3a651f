"""What a change of the ontology does to stored queries, shapes and case files."""

from __future__ import annotations

import pytest
from digiterr.ontology.iris import CONCEPT, TERM
from digiterr.ontology.modules import read_ontology
from digiterr.queries.impact import Affected, impact
from rdflib import OWL, RDFS, Graph, URIRef


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return read_ontology()


def changed(ontology: Graph, without: tuple[URIRef | None, ...], touched: str) -> dict[str, Affected]:
    after = Graph() + ontology
    after.remove(without)  # type: ignore[arg-type]
    return {f"{a.kind} {a.name}": a for a in impact(ontology, after, frozenset([touched]))}


def test_a_query_whose_answer_rests_on_a_chain_is_named_with_what_it_loses(ontology: Graph) -> None:
    term = TERM + "involvesOrganisation"
    found = changed(ontology, (URIRef(term), OWL.propertyChainAxiom, None), term)
    query = found["query projects-with-an-epci"]
    assert query.changed is True
    assert query.terms == (term,)
    assert query.outcome.en == "the answer changes: −1 +0 (rows before: 2, after: 1)"
    assert query.outcome.fr == "la réponse change : −1 +0 (lignes avant : 2, après : 1)"


def test_what_keeps_its_answer_is_said_to(ontology: Graph) -> None:
    term = TERM + "onAxis"
    found = changed(ontology, (URIRef(term), RDFS.label, None), term)
    assert found["query governance-dimensions"].changed is False
    assert found["query governance-dimensions"].outcome.en.startswith("same answer (")


def test_questions_about_the_national_map_are_named_not_run(ontology: Graph) -> None:
    term = TERM + "MunicipalTerritory"
    found = changed(ontology, (URIRef(term), RDFS.label, None), term)
    not_run = [a for a in found.values() if a.changed is None]
    assert not_run
    assert all("digiterr build" in a.outcome.en for a in not_run)


def test_shapes_and_case_files_are_judged_before_and_after(ontology: Graph) -> None:
    term = CONCEPT + "perimeter-city"
    found = changed(ontology, (URIRef(term), None, None), term)
    files = {a.name: a for a in found.values() if a.kind == "case-file"}
    assert {"case-B.yaml", "case-C.yaml"} <= set(files)
    assert files["case-B.yaml"].changed is True
    assert files["case-B.yaml"].outcome.fr == "emploie un terme disparu : perimeter-city"
    shapes = list(changed(ontology, (None, RDFS.comment, None), TERM + "populationCount").values())
    assert any(a.kind == "shape" and a.changed is False for a in shapes)


def test_a_term_that_nothing_uses_touches_nothing(ontology: Graph) -> None:
    assert impact(ontology, ontology, frozenset([TERM + "NoSuchTerm"])) == ()
