"""Rows 17 to 21 of the domain reference (section 6): contradictions are found, and said in words."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.reasoning.hermit import classify
from digiterr.ontology.reasoning.pellet import explain_inconsistency
from rdflib import Graph

pytestmark = pytest.mark.xdist_group("java")

PREFIXES = """
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@dataclass(frozen=True)
class Contradiction:
    """Invented data that contradict the ontology, and what the explanation must say of them."""

    number: int
    data: str
    says: tuple[str, ...]
    dit: tuple[str, ...]


ROWS = (
    Contradiction(
        17,
        "dtd:org-X a dt:TerritorialAuthority , dt:IntermunicipalBody .",
        (
            "org-X is a ‘intermunicipal body (EPCI)’",
            "org-X is a ‘territorial authority’",
            "exclude each other",
        ),
        ("org-X est de type « EPCI »", "s’excluent deux à deux"),
    ),
    Contradiction(
        18,
        "dtd:policy-X dt:equalRankWith dtd:policy-Y ; dt:subordinateTo dtd:policy-Y .",
        ("policy-X ‘is of equal rank with’ policy-Y", "policy-X ‘is subordinate to’ policy-Y", "excludes"),
        ("policy-X « à rang égal avec » policy-Y", "exclut"),
    ),
    Contradiction(
        19,
        "dtd:assessment-X a dt:LeadershipAssessment ; dt:assessedLevel dtv:political-2 , dtv:political-3 .",
        ("‘assessed level’ has at most one value", "are all different"),
        ("« niveau attribué » a au plus une valeur", "sont tous distincts"),
    ),
    Contradiction(
        20,
        """dtv:value-eighth a dt:PublicValueType .
           [] a owl:AllDifferent ; owl:members ( dtv:value-eighth dtv:value-economic dtv:value-political
             dtv:value-social dtv:value-strategic dtv:value-quality-of-life dtv:value-ideological
             dtv:value-stewardship ) .""",
        (
            "value-eighth is a ‘public value type’",
            "‘public value type’ is equivalent to",
            "are all different",
        ),
        ("value-eighth est de type « type de valeur publique »",),
    ),
    Contradiction(
        21,
        """dtd:tension-X a dt:ContextualTension ;
             dt:hasPole dtv:pole-political-city , dtv:pole-algorithmic-city , dtv:pole-digital-culture .""",
        ("‘has pole’ exactly 2", "are all different"),
        ("« a pour pôle » exactement 2",),
    ),
)


def ontology_with(data: str) -> Graph:
    return read_ontology().parse(data=PREFIXES + data, format="turtle")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row-{row.number}")
def test_the_contradiction_is_found_and_explained(row: Contradiction) -> None:
    graph = ontology_with(row.data)
    assert not classify(graph).consistent
    (explanation, *_) = explain_inconsistency(graph)
    sentence = explanation.sentence()
    assert [part for part in row.says if part not in sentence.en] == []
    assert [part for part in row.dit if part not in sentence.fr] == []


def test_a_tension_with_two_poles_is_consistent() -> None:
    graph = ontology_with(
        "dtd:tension-X a dt:ContextualTension ;"
        "  dt:hasPole dtv:pole-political-city , dtv:pole-algorithmic-city ."
    )
    assert classify(graph).consistent
    assert explain_inconsistency(graph) == ()
