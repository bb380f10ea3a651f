"""The sources of an answer as its readers cite them: title, edition, licence, web page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ..ontology.iris import graph_iri
from ..ontology.names import DCAT, DCTERMS, PROV, SCHEMA
from ..ontology.text import Language
from ..store.model import Engine, Term
from .batches import rows_about
from .labels import labels_of
from .model import CitedSource

_NAMED: Final = f"""
SELECT DISTINCT ?graph ?source WHERE {{
  VALUES ?graph {{ %s }}
  ?graph {PROV.wasDerivedFrom} ?source .
}}
ORDER BY ?graph ?source
"""
_DESCRIBED: Final = f"""
SELECT DISTINCT ?source ?edition ?licence ?page WHERE {{
  VALUES ?source {{ %s }}
  OPTIONAL {{ ?source {DCAT.version}|{DCTERMS.date} ?edition }}
  OPTIONAL {{ ?source {DCTERMS.license} ?licence }}
  OPTIONAL {{ ?source {DCAT.landingPage}|{SCHEMA.url} ?page }}
}}
ORDER BY ?source ?edition ?licence ?page
"""


@dataclass(frozen=True, slots=True)
class Cited:
    """Sources by their IRI, and the source of each graph that is made of one."""

    by_iri: Mapping[str, CitedSource]
    of_graph: Mapping[str, CitedSource]


def cited(engine: Engine, graphs: Iterable[str], sources: Iterable[str], language: Language) -> Cited:
    """The sources of these graphs, and these sources. A graph without a description is cited by its name."""
    asked = sorted(set(graphs))
    made_of = {
        graph.value: source.value
        for graph, source in _rows(engine, _NAMED, asked)
        if isinstance(graph, NamedNode) and isinstance(source, NamedNode)
    }
    for graph in asked:
        made_of.setdefault(graph, graph)
    wanted = sorted({*made_of.values(), *sources})
    labels = labels_of(engine, wanted, language)
    by_iri = {iri: CitedSource(iri, labels.get(iri, iri.rpartition("/")[2])) for iri in wanted}
    described = [
        tuple(None if cell is None else cell.value for cell in row)
        for row in _rows(engine, _DESCRIBED, wanted)
    ]
    licences = {licence for _, _, licence, _ in described if licence}
    names = labels_of(engine, licences, language)
    for iri, edition, licence, page in reversed(described):  # of several values, the first stays
        if iri in by_iri:
            name = names.get(licence, licence) if licence else None
            by_iri[iri] = CitedSource(iri, by_iri[iri].title, edition, licence, page, name)
    return Cited(by_iri, {graph: by_iri[made_of[graph]] for graph in asked})


def graphs_of(sources: Iterable[str]) -> tuple[str, ...]:
    """The graphs of sources given by their names."""
    return tuple(graph_iri(source).value for source in sources)


def _rows(engine: Engine, text: str, iris: Sequence[str]) -> Sequence[Sequence[Term | None]]:
    return tuple(rows_about(engine, text, iris))
