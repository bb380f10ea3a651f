"""What reasoning says of checked documents: profile, consistency, what newly follows or no longer does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, Store
from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef

from ..iris import graph_iri
from ..reasoning import compile_rules, infer
from ..reasoning.contradictions import contradictions
from ..reasoning.hermit import Classification, Link
from ..reasoning.pellet import explain_inconsistency, explain_unsatisfiable
from ..reasoning.phrase import Phrasebook
from ..reasoning.profile import profile_violations
from ..text import Text
from ..vocabularies import VOCABULARIES
from .documents import Checked
from .model import Finding, Severity

_EXPLAINED = 3
"""How many explanations, and unsatisfiable classes, are said: a fault at the root shows in many places."""

_PROFILE_HINT = Text(
    "Les raisonneurs ne garantissent rien hors d’OWL 2 DL.", "Outside OWL 2 DL reasoners guarantee nothing."
)
_CLASH_HINT = Text(
    "Retirez ou corrigez l’une de ces affirmations.", "Remove or mend one of these statements."
)


@dataclass(frozen=True, slots=True)
class Entailment:
    """A fact that follows and is not stated: IRIs, and the fact in words."""

    triple: Link
    phrase: Text


@dataclass(frozen=True, slots=True)
class Inferred:
    """What newly follows from a change, and what no longer does."""

    gained: tuple[Entailment, ...] = ()
    lost: tuple[Entailment, ...] = ()


def profile_findings(checked: Checked) -> Iterable[Finding]:
    """The OWL 2 DL restrictions that are not kept."""
    for violation in profile_violations(_with_vocabularies(checked)):
        yield Finding(
            rule=f"owl2dl-{violation.rule}",
            severity=Severity.VIOLATION,
            term=violation.term,
            message=violation.message,
            hint=_PROFILE_HINT,
            where=checked.where(violation.term),
        )


def _with_vocabularies(checked: Checked) -> Graph:
    """What is judged; a file from outside need not declare the well-known terms that it uses."""
    if all(document.is_ours for document in checked.documents):
        return checked.graph
    graph = Graph(bind_namespaces="none")
    graph += checked.graph
    reserved = tuple(str(namespace) for namespace in (OWL, RDF, RDFS, XSD))
    well_known = tuple(v.namespace for v in VOCABULARIES if not v.namespace.startswith(reserved))
    for document in checked.documents:
        for predicate, value in document.graph.predicate_objects():
            if str(predicate).startswith(well_known) and (predicate, RDF.type, None) not in graph:
                graph.add((predicate, RDF.type, OWL.AnnotationProperty))
            if (
                predicate == RDF.type
                and str(value).startswith(well_known)
                and (value, RDF.type, None) not in graph
            ):
                graph.add((value, RDF.type, OWL.Class))
    return graph


def logic_findings(checked: Checked, graph: Graph, found: Classification) -> Iterable[Finding]:
    """An inconsistency with its explanations, or classes that can have no member with theirs."""
    if not found.consistent:
        explanations = explain_inconsistency(graph)[:_EXPLAINED]
        sentences = [explanation.sentence() for explanation in explanations]
        unexplained = Text("l’ontologie se contredit.", "the ontology contradicts itself.")
        for sentence in sentences or [unexplained]:
            yield Finding(
                rule="inconsistent",
                severity=Severity.VIOLATION,
                term="",
                message=Text(sentence.fr.rstrip("."), sentence.en.rstrip(".")),
                hint=_CLASH_HINT,
            )
    phrasebook = Phrasebook(graph)
    for iri in sorted(found.unsatisfiable)[:_EXPLAINED]:
        name = phrasebook.term(URIRef(iri))
        why = [explanation.sentence() for explanation in explain_unsatisfiable(graph, iri)[:1]]
        yield Finding(
            rule="unsatisfiable-class",
            severity=Severity.VIOLATION,
            term=iri,
            message=Text(
                f"la classe {name.fr} ne peut avoir aucun membre. {why[0].fr if why else ''}".rstrip(". "),
                f"the class {name.en} can have no member. {why[0].en if why else ''}".rstrip(". "),
            ),
            hint=_CLASH_HINT,
            where=checked.where(iri),
        )


def rule_findings(checked: Checked, data: Graph) -> Iterable[Finding]:
    """Contradictions that the rules find, for want of HermiT: sound, but not complete."""
    store = Store()
    for name, graph in (("ontology", checked.graph), ("data", data)):
        content = graph.serialize(format="nt", encoding="utf-8")
        store.load(content, RdfFormat.N_TRIPLES, to_graph=graph_iri(name))
    rules = compile_rules(checked.graph)
    infer(store, rules, "ontology")
    infer(store, rules, "data", context=("ontology",))
    together = Store()
    together.extend(Quad(q.subject, q.predicate, q.object) for q in store)
    found = dict.fromkeys(contradictions(together, rules))
    for contradiction in tuple(found)[:_EXPLAINED]:
        yield Finding(
            rule="inconsistent",
            severity=Severity.VIOLATION,
            term="",
            message=contradiction.sentence(checked.graph),
            hint=_CLASH_HINT,
        )


def inferred(before: Graph, after: Graph, were: Classification, are: Classification) -> Inferred:
    """What follows after a change and did not before, and the reverse; nearest classes only, in words."""
    if not (were.consistent and are.consistent):
        return Inferred()
    old, new = _closure(were), _closure(are)
    known_before = _stated(before)
    known_after = _stated(after)
    gained = {fact for fact in _nearest(are) if fact not in old | known_before | known_after}
    lost = {fact for fact in _nearest(were) if fact not in new | known_after | known_before}
    return Inferred(_said(gained, after), _said(lost, before))


def _nearest(found: Classification) -> set[Link]:
    return {
        *((one, str(RDFS.subClassOf), other) for one, other in found.subclasses),
        *((one, str(OWL.equivalentClass), other) for one, other in found.equivalents if one < other),
        *((one, str(RDF.type), kind) for one, kind in found.types),
        *found.links,
    } - {(one, p, str(OWL.Thing)) for one, p in _subjects(found)}


def _subjects(found: Classification) -> set[tuple[str, str]]:
    return {(one, str(RDFS.subClassOf)) for one, _ in found.subclasses} | {
        (one, str(RDF.type)) for one, _ in found.types
    }


def _closure(found: Classification) -> set[Link]:
    classes = {one for one, _ in found.subclasses | found.equivalents}
    individuals = {one for one, _ in found.types}
    return {
        *((one, str(RDFS.subClassOf), above) for one in classes for above in found.superclasses_of(one)),
        *((one, str(OWL.equivalentClass), other) for one, other in found.equivalents),
        *((one, str(RDF.type), kind) for one in individuals for kind in found.types_of(one)),
        *found.links,
    }


def _stated(graph: Graph) -> set[Link]:
    return {(str(s), str(p), str(o)) for s, p, o in graph if isinstance(s, URIRef) and isinstance(o, URIRef)}


def _said(facts: set[Link], graph: Graph) -> tuple[Entailment, ...]:
    phrasebook = Phrasebook(graph)
    return tuple(
        Entailment(fact, phrasebook.statement(*(URIRef(iri) for iri in fact))) for fact in sorted(facts)
    )
