"""The terms of a version by their IRI: what is said of each, where it is used, how it came to be.

What is said and counted is that of the graph; phrases, shapes, queries and history are those of the project
that serves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, cast

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from ...ontology.compare.history import history
from ...ontology.iris import CONCEPT, DATA, ONTOLOGY, TERM, graph_iri
from ...ontology.modules import OPTIONAL_MODULES, read_ontology
from ...ontology.names import DCTERMS, DT, OWL, QB, RDF, RDFS, SKOS
from ...ontology.reasoning.phrase import spoken_axioms
from ...ontology.text import Language, Text
from ...queries.cells import number
from ...queries.uses import queries_by_term, shape_messages, shapes_by_term
from ...store.model import Engine, Term
from ..kept_readings import Reader, Reading

Kind = Literal["class", "relation", "attribute", "annotation", "datatype", "scheme", "concept", "module"]
_KINDS: Final[Mapping[NamedNode, Kind]] = {
    OWL.Ontology: "module",
    SKOS.ConceptScheme: "scheme",
    SKOS.Concept: "concept",
    OWL.Class: "class",
    OWL.ObjectProperty: "relation",
    OWL.DatatypeProperty: "attribute",
    OWL.AnnotationProperty: "annotation",
    RDFS.Datatype: "datatype",
}
_ABOVE: Final = (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader)
_STATED: Final = f"""
SELECT DISTINCT ?s ?p ?o WHERE {{
  GRAPH {graph_iri("ontology")} {{ ?s ?p ?o FILTER(isIRI(?s) && !isBlank(?o)) }}
}}
"""
# Concepts that a source brings, such as powers; inverses such as "held by" are for the pages of data.
_CONCEPTS: Final = f"""
SELECT DISTINCT ?s ?p ?o WHERE {{
  ?s {SKOS.inScheme} ?scheme ; ?p ?o .
  FILTER(STRSTARTS(STR(?s), "{CONCEPT}") && !isBlank(?o) && !STRSTARTS(STR(?o), "{DATA}"))
}}
"""
_USES: Final = f"""
SELECT ?concept ?property (COUNT(*) AS ?count) WHERE {{
  ?concept {SKOS.inScheme} ?scheme . ?thing ?property ?concept .
  FILTER(STRSTARTS(STR(?concept), "{CONCEPT}") && ?property NOT IN (
    {SKOS.broader}, {SKOS.narrower}, {SKOS.hasTopConcept}, {SKOS.related}, {QB.codeList}
  ))
}}
GROUP BY ?concept ?property
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a term, in a release or since the last (None)."""

    version: str | None
    issued: str | None
    message: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A term. `about` holds its values by property; a value is a text and its language ("" for none)."""

    iri: str
    kind: Kind
    about: Mapping[str, tuple[tuple[str, str], ...]]
    axioms: tuple[Text, ...]
    uses: Mapping[str, int]  # of a concept: how many statements point to it, by property
    queries: tuple[str, ...]
    shapes: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """Its local name."""
        return self.iri.removeprefix(TERM).removeprefix(CONCEPT).removeprefix(f"{ONTOLOGY}/")

    def values(self, predicate: NamedNode) -> tuple[str, ...]:
        return tuple(text for text, _ in self.about.get(predicate.value, ()))

    def value(self, predicate: NamedNode) -> str | None:
        return next(iter(self.values(predicate)), None)

    def texts(self, predicate: NamedNode, language: Language) -> tuple[str, ...]:
        """Its texts in a language; those in none or in another where there is none."""
        found = self.about.get(predicate.value, ())
        return tuple(text for text, of in found if of == language) or tuple(text for text, _ in found)

    def label(self, language: Language) -> str:
        for predicate in (SKOS.prefLabel, RDFS.label, DCTERMS.title):
            for text in self.texts(predicate, language):
                return text
        return self.name


@dataclass(frozen=True)
class Lexicon:
    """The terms of a version. Lists are in the order of IRIs, concepts of a scheme in that of their ranks."""

    entries: Mapping[str, Entry]
    shapes: Mapping[str, Text] = field(default_factory=dict)  # messages by IRI

    def find(self, iri: str) -> Entry | None:
        return self.entries.get(iri)

    def of_kind(self, *kinds: Kind) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries.values() if entry.kind in kinds)

    def above(self, entry: Entry) -> tuple[Entry, ...]:
        """The terms just above: super-classes, super-properties, broader concepts."""
        named = (iri for predicate in _ABOVE for iri in entry.values(predicate))
        return tuple(found for iri in dict.fromkeys(named) if (found := self.find(iri)) and found != entry)

    def below(self, entry: Entry) -> tuple[Entry, ...]:
        return self._below.get(entry.iri, ())

    def members(self, scheme: Entry) -> tuple[Entry, ...]:
        return self._members.get(scheme.iri, ())

    def properties_of(self, entry: Entry) -> tuple[Entry, ...]:
        """The properties that have a class as their domain."""
        return self._by_domain.get(entry.iri, ())

    def pointing_to(self, entry: Entry) -> tuple[Entry, ...]:
        """The properties that have a class as their range."""
        return self._by_range.get(entry.iri, ())

    def terms_of(self, module: Entry) -> tuple[Entry, ...]:
        return self._by_module.get(module.iri, ())

    @cached_property
    def modules(self) -> tuple[Entry, ...]:
        """The modules with terms of their own, in the order of their dependencies."""
        found = {one.iri: one for one in self.of_kind("module") if one.iri in self._by_module}
        ordered: dict[str, Entry] = {}

        def visit(one: Entry) -> None:
            for iri in one.values(OWL.imports):
                if iri in found and iri not in ordered:
                    visit(found[iri])
            ordered.setdefault(one.iri, one)

        for one in found.values():
            visit(one)
        return tuple(ordered.values())

    def _by(self, predicates: Iterable[NamedNode]) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            for iri in dict.fromkeys(iri for predicate in predicates for iri in entry.values(predicate)):
                if iri != entry.iri:
                    found.setdefault(iri, []).append(entry)
        return {iri: tuple(of) for iri, of in found.items()}

    @cached_property
    def _below(self) -> dict[str, tuple[Entry, ...]]:
        return self._by(_ABOVE)

    @cached_property
    def _by_domain(self) -> dict[str, tuple[Entry, ...]]:
        return self._by((RDFS.domain,))

    @cached_property
    def _by_range(self) -> dict[str, tuple[Entry, ...]]:
        return self._by((RDFS.range,))

    @cached_property
    def _by_module(self) -> dict[str, tuple[Entry, ...]]:
        return self._by((RDFS.isDefinedBy,))

    @cached_property
    def _members(self) -> dict[str, tuple[Entry, ...]]:
        found = self._by((SKOS.inScheme,))
        return {
            iri: tuple(sorted(of, key=lambda one: (one.value(DT.levelRank) or "", one.iri)))
            for iri, of in found.items()
        }


def _make(reader: Reader) -> Any:
    about: dict[str, dict[str, list[list[str]]]] = {}
    for text in (_STATED, _CONCEPTS):
        for subject, predicate, value in sorted(reader.select(text).rows, key=str):
            if isinstance(subject, NamedNode) and predicate is not None and value is not None:
                values = about.setdefault(subject.value, {}).setdefault(predicate.value, [])
                if _value(value) not in values:
                    values.append(_value(value))
    uses: dict[str, dict[str, int]] = {}
    for concept, name, count in reader.select(_USES).rows:
        if concept is not None and name is not None:
            uses.setdefault(concept.value, {})[name.value] = int(number(count) or 0)
    axioms, past = spoken_axioms(read_ontology(OPTIONAL_MODULES)), history()
    queries, shapes = queries_by_term(), shapes_by_term()
    terms = [
        {
            "iri": iri,
            "kind": kind,
            "about": of,
            "axioms": [[one.fr, one.en] for one in axioms.get(iri, ())],
            "uses": uses.get(iri, {}),
            "queries": queries.get(iri, ()),
            "shapes": shapes.get(iri, ()),
            "changes": [
                [one.version, one.issued, one.message.fr, one.message.en] for one in past.get(iri, ())
            ],
        }
        for iri, of in sorted(about.items())
        if iri.startswith((TERM, CONCEPT, ONTOLOGY)) and (kind := _kind(of))
    ]
    return {"terms": terms, "shapes": {iri: [one.fr, one.en] for iri, one in shape_messages().items()}}


def _value(value: Term) -> list[str]:
    return [value.value, (value.language or "") if isinstance(value, RdfLiteral) else ""]


def _kind(about: Mapping[str, list[list[str]]]) -> Kind | None:
    types = {text for text, _ in about.get(RDF.type.value, ())}
    return next((kind for type_, kind in _KINDS.items() if type_.value in types), None)


def _understand(made: Any) -> Lexicon:
    return Lexicon(
        {entry.iri: entry for entry in _entries(made["terms"])},
        {iri: Text(*texts) for iri, texts in made["shapes"].items()},
    )


def _entries(terms: Any) -> Iterator[Entry]:
    for term in terms:
        yield Entry(
            term["iri"],
            cast("Kind", term["kind"]),
            {name: tuple((text, of) for text, of in values) for name, values in term["about"].items()},
            tuple(Text(*one) for one in term["axioms"]),
            term["uses"],
            tuple(term["queries"]),
            tuple(term["shapes"]),
            tuple(Change(version, issued, Text(fr, en)) for version, issued, fr, en in term["changes"]),
        )


LEXICON: Final[Reading[Lexicon]] = Reading("lexicon", _make, _understand)


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the reading of a version."""
    LEXICON.keep(engine, data_dir, version)
    return Text("Lexique des termes dressé.", "Lexicon of the terms drawn up.")
