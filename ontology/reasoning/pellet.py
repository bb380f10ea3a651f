"""Pellet's explanation of an inconsistency: the few axioms and facts that clash, in words with labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef

from ..text import LANGUAGES, Language, Text
from .java import as_ntriples, failed, run_reasoner
from .phrase import Phrasebook, local_name

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"\S*|[()\[\],{}]|[^\s()\[\],{}]+')
_EXPLANATION = re.compile(r"^\d+\)\s+", re.MULTILINE)

# Pellet writes axioms in Manchester syntax with local names; these are its words.
_WORDS: dict[str, Text] = {
    "type": Text("est de type", "is a"),
    "subClassOf": Text("est une sorte de", "is a kind of"),
    "equivalentTo": Text("équivaut à", "is equivalent to"),
    "disjointWith": Text("est disjointe de", "is disjoint with"),
    "propertyDisjointWith": Text("exclut", "excludes"),
    "subPropertyOf": Text("implique", "implies"),
    "equivalentPropertyTo": Text("équivaut à", "is equivalent to"),
    "inverseOf": Text("est l’inverse de", "is the inverse of"),
    "domain": Text("a pour domaine", "has the domain"),
    "range": Text("a pour portée", "has the range"),
    "differentFrom": Text("est distinct de", "is different from"),
    "sameAs": Text("est identique à", "is the same as"),
    "and": Text("et", "and"),
    "or": Text("ou", "or"),
    "not": Text("non", "not"),
    "some": Text("au moins un", "some"),
    "only": Text("seulement", "only"),
    "value": Text("la valeur", "the value"),
    "exactly": Text("exactement", "exactly"),
    "min": Text("au moins", "at least"),
    "max": Text("au plus", "at most"),
    "o": Text("puis", "then"),
    "Thing": Text("toute chose", "everything"),
    "Nothing": Text("rien", "nothing"),
}
# Words that come before their list or property in Pellet's text, said after it here.
_PREFIXED: dict[str, Text] = {
    "DisjointClasses": Text("s’excluent deux à deux", "exclude each other"),
    "DisjointObjectProperties": Text("s’excluent deux à deux", "exclude each other"),
    "DifferentIndividuals": Text("sont tous distincts", "are all different"),
    "SameIndividual": Text("ne font qu’un", "are one and the same"),
    "EquivalentClasses": Text("sont équivalentes", "are equivalent"),
    "EquivalentObjectProperties": Text("sont équivalentes", "are equivalent"),
    "Functional": Text("a au plus une valeur", "has at most one value"),
    "InverseFunctional": Text("identifie son sujet", "identifies its subject"),
    "Transitive": Text("est transitive", "is transitive"),
    "Symmetric": Text("est symétrique", "is symmetric"),
    "Asymmetric": Text("est asymétrique", "is asymmetric"),
    "Irreflexive": Text("est irréflexive", "is irreflexive"),
    "Reflexive": Text("est réflexive", "is reflexive"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One minimal set of axioms and facts that cannot all hold, each as a clause."""

    clauses: tuple[Text, ...]

    def sentence(self) -> Text:
        """The clauses in one sentence."""
        return Text(
            "Ces affirmations ne peuvent être vraies ensemble : "
            + " ; ".join(clause.fr for clause in self.clauses)
            + ".",
            "These cannot all be true: " + "; ".join(clause.en for clause in self.clauses) + ".",
        )


def explain_inconsistency(graph: Graph, timeout: float = 120) -> tuple[Explanation, ...]:
    """Why an ontology with its data is inconsistent; empty when it is consistent."""
    return _explain(graph, [], timeout)


def explain_unsatisfiable(graph: Graph, iri: str, timeout: float = 120) -> tuple[Explanation, ...]:
    """Why a class can have no member; empty when it can."""
    return _explain(graph, ["--unsat", iri], timeout)


def _explain(graph: Graph, options: list[str], timeout: float) -> tuple[Explanation, ...]:
    with as_ntriples(graph) as path:
        arguments = ["explain", *options, "--ignore-imports", str(path)]
        status, output, errors = run_reasoner("pellet", "pellet.Pellet", arguments, timeout)
    if "Explanation" not in output:
        if status and "ERROR" in errors:
            raise failed("Pellet", errors)
        return ()
    speaker = _Speaker(graph)
    texts = _EXPLANATION.split(output.split("Explanation(s):", 1)[-1])[1:]
    return tuple(Explanation(tuple(speaker.clause(axiom) for axiom in _axioms(text))) for text in texts)


def _axioms(text: str) -> Iterator[str]:
    """One axiom per line; a line with open brackets goes on over the next."""
    pending = ""
    for line in text.strip().splitlines():
        pending = f"{pending} {line.strip()}".strip()
        if pending and pending.count("(") <= pending.count(")"):
            yield pending
            pending = ""
    if pending:
        yield pending


class _Speaker:
    """Puts labels in the place of local names."""

    def __init__(self, graph: Graph) -> None:
        phrasebook = Phrasebook(graph)
        nodes = {node for triple in graph for node in triple if isinstance(node, URIRef)}
        self._names = {local_name(str(node)): phrasebook.term(node) for node in sorted(nodes)}

    def clause(self, axiom: str) -> Text:
        tokens: list[str] = _TOKEN.findall(axiom)
        fr, en = (self._say(tokens, language) for language in LANGUAGES)
        return Text(fr, en)

    def _say(self, tokens: list[str], language: Language) -> str:
        verb = _PREFIXED.get(tokens[0])
        if verb is not None:
            names = [self._word(word, language) for word in tokens[1:] if word not in "(),"]
            return f"{', '.join(names)} {verb.in_language(language)}"
        said = " ".join(self._word(token, language) for token in tokens)
        return re.sub(r"\s+([)\],])", r"\1", re.sub(r"([(\[])\s+", r"\1", said))

    def _word(self, token: str, language: Language) -> str:
        known = _WORDS.get(token) or self._names.get(token)
        return known.in_language(language) if known else token
