"""Labels of the things that an answer names, in the language asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..ontology.names import DCTERMS, FOAF, RDFS, SKOS
from ..ontology.text import Language
from ..store.model import Engine, Term
from .batches import rows_about
from .descriptions import described
from .outside_terms import outside_label

_LABELS: Final = f"""
SELECT ?thing ?label ?naming WHERE {{
  VALUES ?thing {{ %s }}
  ?thing ?naming ?label .
  FILTER(?naming IN ({RDFS.label}, {SKOS.prefLabel}, {DCTERMS.title}, {FOAF.name}, {SKOS.altLabel}))
}}
"""


def iris_in(rows: Iterable[Iterable[Term | None]]) -> tuple[str, ...]:
    """The IRIs that rows name, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(cell.value for row in rows for cell in row if isinstance(cell, NamedNode)))


def labels_of(engine: Engine, iris: Iterable[str], language: Language) -> dict[str, str]:
    """What each IRI is called: by its label in the language asked for, else in none or in another.

    An alternative label stands in where there is no other. What the graph gives no label is called by the
    usual name of a term of another vocabulary, or by what the graph says of a thing (`descriptions`).
    """
    wanted = tuple(dict.fromkeys(iris))
    found = given_labels(engine, wanted, language)
    left = [iri for iri in wanted if iri not in found]
    found |= {iri: label.in_language(language) for iri in left if (label := outside_label(iri))}
    return found | described(engine, [iri for iri in left if iri not in found], language, given_labels)


def given_labels(engine: Engine, iris: Iterable[str], language: Language) -> dict[str, str]:
    """The labels that the graph gives, best for the language; nothing for what it gives none."""
    best: dict[str, tuple[int, str]] = {}
    for thing, label, naming in rows_about(engine, _LABELS, iris):
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            rank = 0 if label.language == language else 1 if not label.language else 2
            rank += 3 * (naming == SKOS.altLabel)
            best[thing.value] = min(best.get(thing.value, (9, "")), (rank, label.value))
    return {iri: label for iri, (_, label) in best.items()}
