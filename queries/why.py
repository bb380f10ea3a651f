"""Why does the graph say this? Who states a triple, or from which triples, by which axiom, it follows.

A triple is asserted in the graphs of its sources, each described in `graph/provenance` (edition, files and
their hashes, build, release of the program), and, for case studies, by statements with slide and quote. One
that is inferred is traced back through the rules to asserted triples; the shortest derivation is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, cast

from pyoxigraph import Literal, NamedNode
from rdflib import Literal as RdflibLiteral
from rdflib import URIRef, Variable
from rdflib.term import Identifier

from ..ontology.iris import graph_iri
from ..ontology.modules import read_ontology
from ..ontology.names import DCAT, DCTERMS, DT, PROV, RDFS, SPDX
from ..ontology.reasoning import Atom, RuleSet, compile_rules, ways
from ..store.model import Engine, Term

MAX_DEPTH: Final = 8  # steps between a triple and what is asserted
_TRIES: Final = 20  # sets of premises tried for each rule
_INFERRED: Final = "/inferred"
_WHERE: Final = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } } ORDER BY ?graph"
_ORIGIN: Final = f"""
SELECT DISTINCT ?title ?edition ?digest ?time ?software ?file ?sha WHERE {{ GRAPH {graph_iri("provenance")} {{
  OPTIONAL {{ ?graph {DCTERMS.identifier} ?digest }}
  OPTIONAL {{ ?graph {PROV.wasGeneratedBy} ?build . ?build {PROV.endedAtTime} ?time ;
             {PROV.wasAssociatedWith}/{RDFS.label} ?software }}
  OPTIONAL {{ ?graph {PROV.wasDerivedFrom} ?source .
    OPTIONAL {{ ?source {DCTERMS.title} ?title }}
    OPTIONAL {{ ?source {DCAT.version} ?edition }}
    OPTIONAL {{ ?source {DCTERMS.hasPart} ?part . ?part {RDFS.label} ?file ;
               {SPDX.checksum}/{SPDX.checksumValue} ?sha }} }}
}} }} ORDER BY ?file
"""
_STATEMENTS: Final = f"""
SELECT DISTINCT ?slide ?quote ?status WHERE {{
  ?statement {DT.concerns} ?s ; {DT.aboutProperty} ?p ; {DT.epistemicStatus} ?status .
  OPTIONAL {{ ?statement {DT.sourceSlide} ?slide }}
  OPTIONAL {{ ?statement {DT.sourceQuote} ?quote }}
}} ORDER BY ?slide ?quote
"""


@dataclass(frozen=True, slots=True)
class Triple:
    subject: NamedNode
    predicate: NamedNode
    object: Term

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A statement of a source that supports the triple: its slide, its words, its epistemic status."""

    slide: str | None
    quote: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A graph that states the triple, and what it was made from. `files` are names with SHA-256 sums."""

    graph: str
    titles: Mapping[str, str]  # by language
    edition: str | None
    digest: str | None
    built: str | None
    software: str | None
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a triple holds: stated by `origins`, or following from `premises` by a rule made of an OWL axiom.

    Neither: the graph does not say it. `construct` is the IRI of the OWL term of the axiom.
    """

    triple: Triple
    origins: tuple[Origin, ...] = ()
    citations: tuple[Citation, ...] = ()
    construct: str | None = None
    premises: tuple[Explanation, ...] = ()
    inferred_in: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return bool(self.origins or self.inferred_in)

    def triples(self) -> list[Triple]:
        """The triple and every premise under it."""
        return [self.triple, *(triple for premise in self.premises for triple in premise.triples())]


def why(engine: Engine, triple: Triple, rules: RuleSet | None = None) -> Explanation:
    """The explanation of a triple of the published graph, by the shortest derivation if it is inferred."""
    tracer = _Tracer(engine, rules or ontology_rules())
    graphs = tracer.graphs(triple)
    inferred = tuple(graph for graph in graphs if graph.endswith(_INFERRED))
    for depth in range(1, MAX_DEPTH + 1):
        found = tracer.explain(triple, depth, frozenset())
        if found is not None:
            return found
    return Explanation(triple, inferred_in=inferred)


@cache
def ontology_rules() -> RuleSet:
    """The rules of the shipped ontology, compiled once."""
    return compile_rules(read_ontology())


@dataclass
class _Tracer:
    engine: Engine
    rules: RuleSet
    known_graphs: dict[Triple, tuple[str, ...]] = field(default_factory=dict)
    known_origins: dict[str, Origin] = field(default_factory=dict)

    def explain(self, triple: Triple, depth: int, path: frozenset[Triple]) -> Explanation | None:
        """The triple's explanation within `depth` steps, none of them through a triple of `path`."""
        graphs = self.graphs(triple)
        stated = [graph for graph in graphs if not graph.endswith(_INFERRED)]
        if stated:
            return Explanation(triple, tuple(map(self.origin, stated)), self.citations(triple))
        if not graphs or depth == 0:
            return None
        for way in ways(self.rules, _atom(triple)):
            for row in self.engine.select(way.query(_TRIES)).rows:
                values = dict(zip(way.unknowns, row, strict=False))
                bound = {
                    variable: _identifier(value) for variable, value in values.items() if value is not None
                }
                premises = [_triple(atom) for atom in way.premises(bound)]
                if any(premise is None or premise in path or premise == triple for premise in premises):
                    continue
                reasons = self._all(cast("list[Triple]", premises), depth - 1, path | {triple})
                if reasons is not None:
                    inferred = tuple(graph for graph in graphs if graph.endswith(_INFERRED))
                    return Explanation(triple, (), (), way.rule.construct, reasons, inferred)
        return None

    def _all(
        self, premises: Sequence[Triple], depth: int, path: frozenset[Triple]
    ) -> tuple[Explanation, ...] | None:
        reasons: list[Explanation] = []
        for premise in premises:
            reason = self.explain(premise, depth, path)
            if reason is None:
                return None
            reasons.append(reason)
        return tuple(reasons)

    def graphs(self, triple: Triple) -> tuple[str, ...]:
        """The named graphs that hold the triple."""
        if triple not in self.known_graphs:
            bindings = {"s": triple.subject, "p": triple.predicate, "o": triple.object}
            rows = self.engine.select(_WHERE, bindings).rows
            self.known_graphs[triple] = tuple(_value(row[0]) or "" for row in rows)
        return self.known_graphs[triple]

    def origin(self, graph: str) -> Origin:
        if graph not in self.known_origins:
            rows = self.engine.select(_ORIGIN, {"graph": NamedNode(graph)}).rows
            titles = {cell.language or "": cell.value for row in rows if isinstance(cell := row[0], Literal)}
            files = tuple(
                dict.fromkeys((_value(row[5]) or "", _value(row[6]) or "") for row in rows if row[5])
            )
            first = [_value(cell) for cell in rows[0]] if rows else [None] * 7
            self.known_origins[graph] = Origin(graph, titles, first[1], first[2], first[3], first[4], files)
        return self.known_origins[graph]

    def citations(self, triple: Triple) -> tuple[Citation, ...]:
        rows = self.engine.select(_STATEMENTS, {"s": triple.subject, "p": triple.predicate}).rows
        return tuple(Citation(_value(row[0]), _value(row[1]), _value(row[2]) or "") for row in rows)


def _value(term: Term | None) -> str | None:
    return None if term is None else term.value


def _atom(triple: Triple) -> Atom:
    return Atom(_identifier(triple.subject), _identifier(triple.predicate), _identifier(triple.object))


def _identifier(term: Term) -> Identifier:
    if isinstance(term, Literal):
        datatype = None if term.language else URIRef(term.datatype.value)
        return RdflibLiteral(term.value, lang=term.language, datatype=datatype, normalize=False)
    return URIRef(term.value) if isinstance(term, NamedNode) else Variable("unnamed")


def _triple(atom: Atom) -> Triple | None:
    """A premise as a triple; None when a part of it has no name to be asked about."""
    if not isinstance(atom.subject, URIRef) or isinstance(atom.object, Variable):
        return None
    value = atom.object
    if isinstance(value, RdflibLiteral):
        if value.language:
            made: Term = Literal(str(value), language=value.language)
        else:
            made = (
                Literal(str(value), datatype=NamedNode(str(value.datatype)))
                if value.datatype
                else Literal(str(value))
            )
    else:
        made = NamedNode(str(value))
    return Triple(NamedNode(str(atom.subject)), NamedNode(str(atom.predicate)), made)
