"""What a change of the ontology does to what uses it: stored queries, shapes, case files, before and after.

Both versions of the ontology are put in a store of their own with the case files, and closed under inference;
queries and shapes that name a touched term run on both. Questions about the national map need the registers
and are named without being run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store
from rdflib import Graph

from ..loaders.cases.files import CaseFile, read_files, shipped_paths
from ..ontology.errors import NotFoundError
from ..ontology.iris import graph_iri
from ..ontology.reasoning import compile_rules, infer
from ..ontology.reasoning.phrase import local_name
from ..ontology.text import Text
from ..shapes.report import ValidationReport
from ..shapes.validation import validate
from ..store.evaluation import run as evaluate
from ..store.model import Answer, QueryRequest, ResultSet, Term
from .library import all_queries
from .model import StoredQuery
from .running import run
from .uses import shape_terms, terms_named

AffectedKind = Literal["query", "shape", "case-file"]
_CASES, _ONTOLOGY = "cases", "ontology"
_ROWS, _RESULTS = Text("lignes", "rows"), Text("résultats", "results")


@dataclass(frozen=True, slots=True)
class Affected:
    """Something that uses a touched term: `name` says which, `terms` are the IRIs, `outcome` what happens.

    `changed` is True where its answer changes, False where it stays, None where it was not run.
    """

    kind: AffectedKind
    name: str
    terms: tuple[str, ...]
    changed: bool | None
    outcome: Text


def impact(before: Graph, after: Graph, touched: frozenset[str]) -> tuple[Affected, ...]:
    """What uses a touched term (IRIs), and whether its answer is the same under both versions."""
    case_files = read_files(shipped_paths())
    queries = [(query, used) for query in all_queries() if (used := _used(query.text, touched))]
    files = [(file, used) for file in case_files if (used := _used_by(file, touched))]
    shapes = _shapes(touched)
    if not (queries or files or shapes):
        return ()
    quads = [quad for file in case_files for quad in file.quads]
    stores = [_Closed(graph, quads) for graph in (before, after)]
    affected = [_query(query, used, *stores) for query, used in queries]
    if shapes or files:
        reports = [validate(quads, context=store.ontology) for store in stores]
        affected += [_shape(name, used, *reports) for name, used in shapes.items()]
        gone = {str(term) for term in set(before.subjects()) - set(after.subjects())}
        affected += [_case_file(file, used, gone, *reports) for file, used in files]
    return tuple(affected)


class _Closed:
    """An `Engine` over one version of the ontology and the cases, with what follows from them."""

    def __init__(self, ontology: Graph, cases: list[Quad]) -> None:
        self.store = Store()
        data = ontology.serialize(format="nt", encoding="utf-8")
        self.store.load(data, RdfFormat.N_TRIPLES, to_graph=graph_iri(_ONTOLOGY))
        self.ontology = [quad.triple for quad in self.store]
        self.store.extend(Quad(q.subject, q.predicate, q.object, graph_iri(_CASES)) for q in cases)
        rules = compile_rules(ontology)
        infer(self.store, rules, _ONTOLOGY)
        infer(self.store, rules, _CASES, context=(_ONTOLOGY,))

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> ResultSet:
        result = evaluate(self.store, QueryRequest(text))
        if bindings or not isinstance(result, QuerySolutions):
            raise TypeError("stored queries are SELECT, with their values written in")
        names = tuple(variable.value for variable in result.variables)
        return ResultSet(names, tuple(tuple(solution) for solution in result), 0)

    def query(self, request: QueryRequest) -> Answer:
        raise NotImplementedError("stored queries are run by select")


# -- stored queries


def _used(text: str, touched: frozenset[str]) -> tuple[str, ...]:
    """The touched terms that a text names."""
    return tuple(sorted(terms_named(text) & touched))


def _query(query: StoredQuery, used: tuple[str, ...], before: _Closed, after: _Closed) -> Affected:
    try:
        was, now = (set(run(store, query).rows) for store in (before, after))
    except NotFoundError:
        needs = ", ".join(query.sources)
        outcome = Text(
            f"non rejouée : elle interroge {needs}, à construire par digiterr build",
            f"not run: it asks {needs}, which digiterr build makes",
        )
        return Affected("query", query.name, used, None, outcome)
    outcome = _compared(len(was), len(now), len(was - now), len(now - was), _ROWS)
    return Affected("query", query.name, used, was != now, outcome)


def _compared(was: int, now: int, gone: int, come: int, what: Text) -> Text:
    if not gone and not come:
        return Text(f"réponse inchangée ({was} {what.fr})", f"same answer ({was} {what.en})")
    return Text(
        f"la réponse change : −{gone} +{come} ({what.fr} avant : {was}, après : {now})",
        f"the answer changes: −{gone} +{come} ({what.en} before: {was}, after: {now})",
    )


# -- shapes


def _shapes(touched: frozenset[str]) -> dict[NamedNode, tuple[str, ...]]:
    """The shapes that name a touched term."""
    found = {shape: tuple(sorted(terms & touched)) for shape, terms in shape_terms().items()}
    return {shape: used for shape, used in found.items() if used}


def _shape(
    shape: NamedNode, used: tuple[str, ...], before: ValidationReport, after: ValidationReport
) -> Affected:
    was, now = (
        {(r.focus_node, r.value) for r in report.results if r.source_shape == shape}
        for report in (before, after)
    )
    outcome = _compared(len(was), len(now), len(was - now), len(now - was), _RESULTS)
    return Affected("shape", local_name(shape.value), used, was != now, outcome)


# -- case files


def _used_by(case_file: CaseFile, touched: frozenset[str]) -> tuple[str, ...]:
    named = {
        term.value
        for quad in case_file.quads
        for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }
    return tuple(sorted(named & touched))


def _case_file(
    case_file: CaseFile,
    used: tuple[str, ...],
    gone: set[str],
    before: ValidationReport,
    after: ValidationReport,
) -> Affected:
    described = {quad.subject for quad in case_file.quads}
    was, now = (
        {(r.focus_node, r.source_shape, r.value) for r in report.results if r.focus_node in described}
        for report in (before, after)
    )
    missing = [local_name(term) for term in used if term in gone]
    if missing:
        names = ", ".join(missing)
        outcome = Text(f"emploie un terme disparu : {names}", f"uses a term that is gone: {names}")
    else:
        outcome = _compared(len(was), len(now), len(was - now), len(now - was), _RESULTS)
    return Affected("case-file", case_file.path.name, used, bool(missing) or was != now, outcome)
