"""What the graph states of one case, and where each fact comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from ..ontology.errors import NotFoundError
from ..ontology.iris import DATA, data_iri
from ..ontology.names import DT, OWL, PROV, RDF, RDFS, SKOS, TIME
from ..ontology.text import Text
from ..queries.cells import number
from ..store.model import Engine, Term

_CASES: Final = f"SELECT ?case WHERE {{ ?case a {DT.CaseStudy} }} ORDER BY ?case"
_STATEMENTS: Final = f"SELECT ?statement ?p ?o WHERE {{ ?statement {DT.aboutCase} ?case ; ?p ?o }}"
_THINGS: Final = f"""
SELECT DISTINCT ?thing ?p ?o WHERE {{
  ?statement {DT.aboutCase} ?case ; {DT.concerns} ?thing .
  GRAPH ?graph {{ ?thing ?p ?o }}
  FILTER(STRSTARTS(STR(?thing), "{DATA}") && !STRENDS(STR(?graph), "/inferred"))
}}
"""
_PREFIX: Final = "case-"
# What says how a thing is named and classed, or how its evidence is written, is no fact of the case.
APPARATUS: Final = frozenset(
    (
        RDF.type, RDFS.label, SKOS.note, TIME.hasTime, PROV.hadPrimarySource, DT.aboutCase, DT.aboutProperty,
        DT.concerns, DT.statedIn, DT.sourceSlide, DT.sourcePage, DT.sourceQuote, DT.epistemicStatus,
        DT.notStated,
    )
)  # fmt: skip

# Statements that tell something themselves, beside being what other facts rest on.
TELLING: Final = (DT.PopulationObservation, DT.LeadershipAssessment, DT.GovernanceAssessment, DT.ValueClaim)

Properties = Mapping[NamedNode, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact comes from: the statement, its source, its place there, its words and how it is known."""

    statement: NamedNode
    source: Term | None
    place: str | None  # number of the slide or page
    on_page: bool  # the place is a page, not a slide
    quote: Literal | None
    status: Term | None
    notes: tuple[Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case: what is stated of each thing that its statements concern."""

    iri: NamedNode
    things: Mapping[NamedNode, Properties]
    statements: Mapping[NamedNode, Properties]

    @property
    def name(self) -> str:
        """The case's name in an address: `A` for `id/case-A`."""
        return self.iri.value.removeprefix(DATA + _PREFIX)

    def values(self, thing: Term | None, predicate: NamedNode) -> tuple[Term, ...]:
        """The values of a property of a thing of the case, or of one of its statements; none: not stated."""
        if not isinstance(thing, NamedNode):
            return ()
        return self.things.get(thing, self.statements.get(thing, {})).get(predicate, ())

    def value(self, thing: Term | None, predicate: NamedNode) -> Term | None:
        return next(iter(self.values(thing, predicate)), None)

    def year(self, thing: Term | None, predicate: NamedNode) -> int | None:
        value = number(self.value(thing, predicate))
        return int(value) if value is not None else None

    def own(self, predicate: NamedNode) -> tuple[Term, ...]:
        """The values of a property of the case itself."""
        return self.values(self.iri, predicate)

    def statements_of(self, kind: NamedNode) -> tuple[NamedNode, ...]:
        """The statements of a class: population observations, assessments, claims."""
        return tuple(one for one, stated in self.statements.items() if kind in stated.get(RDF.type, ()))

    def things_of(self, kind: NamedNode) -> tuple[NamedNode, ...]:
        """The things of a class that the case's statements concern."""
        return tuple(one for one, stated in self.things.items() if kind in stated.get(RDF.type, ()))

    def observations_of(self, territory: Term) -> tuple[NamedNode, ...]:
        """The counts of the population of a territory."""
        return tuple(
            one
            for one in self.statements_of(DT.PopulationObservation)
            if territory in self.values(one, DT.observedTerritory)
        )

    def evidence(self, thing: Term, predicate: NamedNode, value: Term | None = None) -> tuple[Evidence, ...]:
        """What the fact rests on: statements on this property of the thing, else those that bring in its
        value, else those on the thing as a whole."""
        if isinstance(thing, NamedNode) and thing in self.statements:
            return (self._evidence(thing),)
        of_thing = [one for one, said in self.statements.items() if thing in said.get(DT.concerns, ())]
        general = [one for one in of_thing if not self.statements[one].get(DT.aboutProperty)]
        found = [one for one in of_thing if predicate in self.statements[one].get(DT.aboutProperty, ())]
        if not found and value is not None:
            found = [one for one in general if value in self.statements[one].get(DT.concerns, ())]
        counted = {one for kind in TELLING for one in self.statements_of(kind)}
        return tuple(self._evidence(one) for one in (found or general) if one not in counted)

    def _evidence(self, statement: NamedNode) -> Evidence:
        slide, page = (self.value(statement, name) for name in (DT.sourceSlide, DT.sourcePage))
        place = slide or page
        quote = self.value(statement, DT.sourceQuote)
        return Evidence(
            statement,
            self.value(statement, DT.statedIn),
            place.value if place else None,
            slide is None,
            quote if isinstance(quote, Literal) else None,
            self.value(statement, DT.epistemicStatus),
            tuple(one for one in self.values(statement, SKOS.note) if isinstance(one, Literal)),
        )

    def terms(self) -> Iterable[Term]:
        """All that a page about the case names."""
        yield self.iri
        for of_thing in (*self.things.values(), *self.statements.values()):
            for predicate, values in of_thing.items():
                yield predicate
                yield from values
        yield from self.things
        yield from self.statements


def all_cases(engine: Engine) -> tuple[NamedNode, ...]:
    """The cases of the graph, by their IRI."""
    return tuple(row[0] for row in engine.select(_CASES).rows if isinstance(row[0], NamedNode))


def case_facts(engine: Engine, case: NamedNode) -> CaseFacts:
    """What is stated of a case."""
    statements = _by_thing(engine.select(_STATEMENTS, {"case": case}).rows)
    things = _by_thing(engine.select(_THINGS, {"case": case}).rows)
    return CaseFacts(case, things, statements)


def find_case(engine: Engine, name: str) -> NamedNode:
    """The case of a name, as in an address; NotFoundError when the graph has none."""
    try:
        case = data_iri("case", name)
    except ValueError:
        raise _no_case(name) from None
    if case not in all_cases(engine):
        raise _no_case(name)
    return case


def _by_thing(rows: Iterable[tuple[Term | None, ...]]) -> dict[NamedNode, dict[NamedNode, tuple[Term, ...]]]:
    found: dict[NamedNode, dict[NamedNode, tuple[Term, ...]]] = {}
    for thing, predicate, value in sorted(rows, key=str):
        if isinstance(thing, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            if predicate == OWL.sameAs:
                continue
            of_thing = found.setdefault(thing, {})
            of_thing[predicate] = (*of_thing.get(predicate, ()), value)
    return found


def _no_case(name: str) -> NotFoundError:
    shown = name[:80]
    return NotFoundError(
        Text(f"Le graphe n’a pas d’étude de cas « {shown} ».", f"The graph has no case study “{shown}”."),
        Text("La page des cas les liste tous.", "The page of cases lists them all."),
    )
