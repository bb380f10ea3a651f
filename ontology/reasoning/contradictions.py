"""Contradictions that rules find without Java: what excludes each other and yet holds of one thing.

Disjoint classes and properties, complements, asymmetric and irreflexive properties (OWL 2 Profiles, 4.3:
the rules whose conclusion is `false`). Counting and identity are left to HermiT.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode
from rdflib import RDF, Graph, Literal, URIRef, Variable
from rdflib.term import Identifier

from ..text import Text
from .infer import PREFIXES, GraphStore
from .phrase import Phrasebook, local_name
from .rules import Atom, Rule, RuleSet

_EXCLUSION = {
    "AsymmetricProperty": Text("et cette propriété est asymétrique", "and this property is asymmetric"),
    "IrreflexiveProperty": Text("et cette propriété est irréflexive", "and this property is irreflexive"),
}
_OTHERWISE = Text("et cela s’exclut", "and these exclude each other")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts, stated or inferred, that cannot all hold; `construct` is the OWL term that says so."""

    construct: str
    facts: tuple[Atom, ...]

    def sentence(self, ontology: Graph) -> Text:
        """The facts in words, with the labels of an ontology."""
        book = Phrasebook(ontology)
        clauses = [book.statement(fact.subject, fact.predicate, fact.object) for fact in self.facts]
        because = _EXCLUSION.get(local_name(self.construct), _OTHERWISE)
        fr = " ; ".join(clause.fr for clause in clauses)
        en = "; ".join(clause.en for clause in clauses)
        return Text(f"{fr} ; {because.fr}", f"{en}; {because.en}")


def contradictions(
    store: GraphStore, rules: RuleSet, limit: int = 10, among: Collection[NamedNode] | None = None
) -> Iterator[Contradiction]:
    """What contradicts in the default graph of a store closed under the rules; `limit` for each rule.

    `among`: only what involves one of these things.
    """
    found: dict[Contradiction, None] = {}
    for rule in rules.contradictions:
        variables = sorted({name for atom in rule.body for name in atom.variables})
        pattern = "\n".join([*map(str, rule.body), *rule.clauses])
        names = " ".join(variable.n3() for variable in variables)
        things = " ".join(map(str, among or ()))
        starts = [""] if among is None else [f"VALUES {name.n3()} {{ {things} }}" for name in variables]
        for start in starts:
            text = f"{PREFIXES}SELECT DISTINCT {names} WHERE {{ {start} {pattern} }} LIMIT {limit}"
            for row in store.query(text):
                values = {variable: _term(row[str(variable)]) for variable in variables}
                found[Contradiction(rule.construct, _bound(rule, values))] = None
    yield from found


def _bound(rule: Rule, values: dict[Variable, Identifier]) -> tuple[Atom, ...]:
    atoms = (atom.bind(values) for atom in rule.body)
    return tuple(sorted(atoms, key=lambda atom: (atom.predicate != RDF.type, str(atom))))


def _term(term: object) -> Identifier:
    """A term of the engine's as one of rdflib's: only its name is said."""
    value = str(getattr(term, "value", term))
    return URIRef(value) if "://" in value else Literal(value)
