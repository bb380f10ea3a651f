"""A small published graph: two communes and the department they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.store.embedded import EmbeddedEngine, open_engine
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions

GRAPH = "https://w3id.org/digiterr/graph/small"
TURTLE = """
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

dtd:terr-department-01 rdfs:label "Ain"@fr .
dtd:terr-commune-01004 rdfs:label "Ambérieu"@fr , "Amberieu"@en ;
    dt:directlyPartOfTerritory dtd:terr-department-01 ; dt:inseeCode "01004" .
dtd:terr-commune-01005 rdfs:label "Pipe | \\\\ and \\"quote\\""@en ;
    dt:directlyPartOfTerritory dtd:terr-department-01 ; dt:inseeCode "01005" .
dtd:population-01004 dt:observedTerritory dtd:terr-commune-01004 ; dt:populationCount 15554 ;
    dt:statedIn dtd:source-census ; dt:epistemicStatus dtv:status-open-data ; dt:isRounded false .
dtd:statement-1 dt:concerns dtd:terr-commune-01005 ; dt:statedIn dtd:source-talk ;
    dt:sourceSlide 5 ; dt:sourceQuote "une citation"@fr ; dt:epistemicStatus dtv:status-context .
dtd:source-census rdfs:label "Recensement"@fr , "Census"@en .
dtv:status-context rdfs:label "contexte"@fr , "context"@en .
"""


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the small graph is published."""
    from pyoxigraph import RdfFormat, parse, serialize

    folder = tmp_path_factory.mktemp("small")
    staged = folder / "small.nt"
    staged.write_bytes(serialize(parse(TURTLE, format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES) or b"")
    Versions(folder / "var").publish([GraphChange(GRAPH, staged)])
    return folder / "var"


@pytest.fixture
def small(small_data: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(small_data) as engine:
        yield engine


COMMUNES = """\
#+ title: {fr: Communes, en: Communes}
#+ question: {fr: "Quelles communes ?", en: "Which communes?"}
#+ keywords: {fr: [commune], en: [commune]}
#+ sources: [small]
#+ parameters:
#+   - {name: department, label: {fr: Département, en: Department}, type: iri, namespace: "dtd:terr-department-"}
#+   - {name: code, label: {fr: Code, en: Code}, type: text, repeatable: true}
#+   - {name: minimum, label: {fr: Minimum, en: Minimum}, type: integer}
#+ columns:
#+   - {name: commune, label: {fr: Commune, en: Commune}}
#+   - {name: population, label: {fr: Population, en: Population}, unit: {fr: habitants, en: inhabitants}}
#+   - {name: rounded, label: {fr: Arrondie, en: Rounded}}
#+ view: table
#+ evidence: [commune]
#+ expected:
#+   rows:
#+     - [dtd:terr-commune-01004, 15554, false]
#+     - [dtd:terr-commune-01005, null, null]
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtd: <https://w3id.org/digiterr/id/>

SELECT ?commune ?population ?rounded WHERE {
  VALUES ?department { UNDEF }
  VALUES ?code { UNDEF }
  VALUES ?minimum { 0 }
  ?commune dt:directlyPartOfTerritory ?department ;
    dt:inseeCode ?code .
  OPTIONAL {
    ?observation dt:observedTerritory ?commune ;
      dt:populationCount ?population ;
      dt:isRounded ?rounded .
  }
  FILTER(COALESCE(?population, ?minimum) >= ?minimum)  # VALUES ?minimum { 5 } in a comment is no parameter
}
ORDER BY ?commune
"""


@pytest.fixture
def communes() -> str:
    """The text of a stored query over the small graph."""
    return COMMUNES
