"""What things without a name are called: by what they are and what of, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.ontology.iris import DATA
from digiterr.queries.labels import labels_of
from digiterr.store.embedded import EmbeddedEngine, open_engine
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import RdfFormat, parse, serialize

TURTLE = """
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX time: <http://www.w3.org/2006/time#>

dt:PopulationObservation rdfs:label "observation de population"@fr , "population observation"@en .
dt:Statement rdfs:label "énoncé"@fr , "statement"@en .
dt:startYear rdfs:label "année de début"@fr , "start year"@en .
dt:LocalPublicOrganisation rdfs:label "organisation publique locale"@fr , "local public organisation"@en .
dtd:terr-1 rdfs:label "Ambérieu" ; geo:hasGeometry dtd:outline-1 .
dtd:project-1 rdfs:label "projet"@fr , "project"@en ; time:hasTime dtd:period-1 .
dtd:case-1 rdfs:label "Cas 1"@fr , "Case 1"@en .
dtd:org-1 rdfs:label "CA d’Ambérieu" .
dtd:population-1 a dt:PopulationObservation , dt:Statement , prov:Entity ; dt:observedTerritory dtd:terr-1 ;
    dt:referenceYear 2021 ; dt:sourceQuote "15 554 habitants"@fr ; dt:sourceSlide 5 .
dtd:statement-1 a dt:Statement , prov:Entity ; dt:aboutCase dtd:case-1 ; dt:concerns dtd:case-1 , dtd:project-1 ;
    dt:sourceQuote "Depuis 2018, sans que rien dise jusqu’à quand ni pour quel montant, ni avec quelle aide de l’État"@fr ; dt:sourceSlide 7 .
dtd:statement-2 a dt:Statement ; dt:aboutCase dtd:case-1 ; dt:concerns dtd:case-1 , dtd:project-1 ;
    dt:aboutProperty dt:startYear ; dt:sourcePage 3 .
dtd:membership-1 a org:Membership ; org:member dtd:terr-1 ; org:organization dtd:org-1 .
dtd:outline-1 a geo:Geometry .
dtd:period-1 a time:ProperInterval ; time:hasBeginning [ time:inXSDgYear 2018 ] .
dtd:org-200102374 a dt:LocalPublicOrganisation , prov:Agent .
dtd:thing-1 dt:referenceYear 2021 .
"""


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    folder: Path = tmp_path_factory.mktemp("nameless")
    staged = folder / "data.nt"
    staged.write_bytes(serialize(parse(TURTLE, format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES) or b"")
    Versions(folder / "var").publish([GraphChange("https://w3id.org/digiterr/graph/small", staged)])
    with open_engine(folder / "var") as engine:
        yield engine


@pytest.mark.parametrize(
    ("name", "fr", "en"),
    [
        (
            "population-1",
            "observation de population\u00a0: Ambérieu, 2021, diapositive 5",
            "population observation: Ambérieu, 2021, slide 5",
        ),
        (
            "statement-1",
            "«\u00a0Depuis 2018, sans que rien dise jusqu’à quand ni pour quel montant, ni avec quelle aide…\u00a0»"
            ", diapositive 7",
            "“Depuis 2018, sans que rien dise jusqu’à quand ni pour quel montant, ni avec quelle aide…”, slide 7",
        ),
        ("statement-2", "énoncé\u00a0: année de début, projet, p. 3", "statement: start year, project, p. 3"),
        (
            "membership-1",
            "appartenance\u00a0: Ambérieu, CA d’Ambérieu",
            "membership: Ambérieu, CA d’Ambérieu",
        ),
        ("outline-1", "géométrie\u00a0: Ambérieu", "geometry: Ambérieu"),
        ("period-1", "2018 – …", "2018 – …"),
        (
            "org-200102374",
            "organisation publique locale\u00a0: 200102374",
            "local public organisation: 200102374",
        ),
    ],
)
def test_a_nameless_thing_is_called_by_what_is_said_of_it(
    nameless: EmbeddedEngine, name: str, fr: str, en: str
) -> None:
    iri = DATA + name
    assert labels_of(nameless, [iri], "fr") == {iri: fr}
    assert labels_of(nameless, [iri], "en") == {iri: en}


def test_what_the_graph_does_not_class_has_no_name(nameless: EmbeddedEngine) -> None:
    assert labels_of(nameless, [f"{DATA}thing-1", f"{DATA}nothing"], "fr") == {}


def test_a_name_given_stays_and_outside_terms_have_theirs(nameless: EmbeddedEngine) -> None:
    entity = "http://www.w3.org/ns/prov#Entity"
    assert labels_of(nameless, [f"{DATA}org-1", entity], "en") == {
        f"{DATA}org-1": "CA d’Ambérieu",
        entity: "entity",
    }
