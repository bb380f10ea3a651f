"""What follows on data from national registers, which the reference's table of inferences does not cover."""

from __future__ import annotations

import pytest
from digiterr.ontology.iris import CONCEPT, TERM
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.reasoning.hermit import Classification, classify
from rdflib import Graph

PREFIXES = f"""
PREFIX dt: <{TERM}>
PREFIX dtv: <{CONCEPT}>
PREFIX t: <http://test/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""


def judged(data: str) -> Classification:
    return classify(read_ontology() + Graph().parse(data=PREFIXES + data, format="turtle"))


@pytest.fixture(scope="module")
def registers() -> Classification:
    return judged(
        """
        t:cc dt:groupingKind dtv:grouping-cc . t:sivu dt:groupingKind dtv:grouping-sivu .
        t:petr dt:groupingKind dtv:grouping-petr .
        t:lyon dt:groupingKind dtv:grouping-met69 ; dt:taxRegime dtv:tax-regime-fpu .
        t:open a dt:OpenDataPublicationIndicator . t:power a dt:DigitalPowerIndicator .
        t:engaged a dt:CitizenEngagementIndicator . t:label a dt:InternetLabelIndicator .
        t:award a dt:ProgrammeAwardIndicator ; dt:indicatorSubject t:cc .
        """
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("cc", "OwnTaxIntermunicipalBody"),
        ("cc", "IntermunicipalBody"),
        ("sivu", "MunicipalSyndicate"),
        ("petr", "MixedSyndicate"),
        ("petr", "TerritorialGrouping"),
        ("lyon", "SpecialStatusAuthority"),
        ("lyon", "TerritorialAuthority"),
    ],
)
def test_a_grouping_is_what_its_kind_says(registers: Classification, body: str, kind: str) -> None:
    assert TERM + kind in registers.types_of(f"http://test/{body}")


def test_the_metropolis_of_lyon_is_no_epci(registers: Classification) -> None:
    assert TERM + "IntermunicipalBody" not in registers.types_of("http://test/lyon")


@pytest.mark.parametrize(
    ("indicator", "notion"),
    [
        ("open", "dimension-informational"),
        ("engaged", "dimension-decisional"),
        ("power", "dimension-structural"),
        ("label", "notion-digital-territory"),
        ("award", "notion-intelligent-territory"),
    ],
)
def test_an_indicator_is_evidence_for_one_notion(
    registers: Classification, indicator: str, notion: str
) -> None:
    found = {
        target
        for source, link, target in registers.links
        if source == f"http://test/{indicator}" and link == TERM + "evidenceFor"
    }
    assert found == {CONCEPT + notion}


def test_an_indicator_assesses_nothing(registers: Classification) -> None:
    assert not [
        link
        for _, link, _ in registers.links
        if link in (TERM + "assessedDimension", TERM + "exhibitsDimension")
    ]


@pytest.mark.parametrize(
    "data",
    [
        "t:a a dt:OpenDataPublicationIndicator , dt:GovernanceAssessment .",
        "t:a a dt:InternetLabelIndicator , dt:ValueClaim .",
        "t:a dt:groupingKind dtv:grouping-cc , dtv:grouping-ca .",
        "t:a dt:groupingKind dtv:grouping-metro ; a dt:TerritorialAuthority .",
        "t:a a dt:MunicipalTerritory , dt:RegionTerritory .",
    ],
)
def test_contradictions_are_found(data: str) -> None:
    assert not judged(data).consistent
