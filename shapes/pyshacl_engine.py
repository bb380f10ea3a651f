"""The engine for small graphs: pySHACL, which judges case files, edits and single nodes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.term import Node as RdflibNode

from .components import validator_of
from .messages import message_of
from .namespaces import SH
from .paths import Path, Predicate, read_path
from .report import ValidationReport, ValidationResult, report_of
from .shapes_graph import Node, ShapesError, ShapesGraph

_SH = rdflib.Namespace(SH.base)
# An ill-formed literal is a result of the report, not something to be logged with a traceback.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


class PyshaclError(ShapesError):
    """What pySHACL itself cannot run, such as `sh:lessThan` on a blank node of the data."""


def validate_with_pyshacl(
    triples: Iterable[Triple], shapes: ShapesGraph, focus_nodes: Collection[NamedNode] | None = None
) -> ValidationReport:
    """Judge triples by the shapes; only `focus_nodes` among the targets when they are given.

    Raises PyshaclError when pySHACL cannot run the shapes over them.
    """
    if focus_nodes is not None and not focus_nodes:
        return ValidationReport()
    try:
        _conforms, report, text = pyshacl.validate(
            rdflib_graph(triples),
            shacl_graph=rdflib_graph(shapes.triples),
            focus_nodes=None if focus_nodes is None else [node.value for node in focus_nodes],
            max_validation_depth=64,
            inplace=True,
            meta_shacl=False,
            do_owl_imports=False,
        )
    except Exception as error:  # rdflib raises bare exceptions for SPARQL that it cannot run
        raise _refusal(str(error)) from error
    if not isinstance(report, rdflib.Graph):
        raise _refusal(str(report) or str(text))
    return report_of(_result(report, node, shapes) for node in report.objects(None, _SH.result))


def _refusal(reason: str) -> PyshaclError:
    reason = " ".join(reason.split())
    return PyshaclError("pySHACL", f"pySHACL les refuse ({reason})", f"pySHACL refuses them ({reason})")


def _result(report: rdflib.Graph, node: RdflibNode, shapes: ShapesGraph) -> ValidationResult:
    def one(predicate: rdflib.URIRef) -> Node | None:
        value = report.value(node, predicate)
        return None if value is None else from_rdflib(value)

    focus, value = one(_SH.focusNode), one(_SH.value)
    shape, component = one(_SH.sourceShape), one(_SH.sourceConstraintComponent)
    severity, constraint = one(_SH.resultSeverity), one(_SH.sourceConstraint)
    if (
        focus is None
        or not isinstance(component, NamedNode)
        or not isinstance(severity, NamedNode)
        or not isinstance(shape, NamedNode | BlankNode)
    ):
        raise _refusal("incomplete sh:ValidationResult")
    if not isinstance(constraint, NamedNode | BlankNode):
        constraint = None
    stated = tuple(
        literal
        for message in report.objects(node, _SH.resultMessage)
        if isinstance(literal := from_rdflib(message), Literal)
    )
    validator = validator_of(shapes, component, bool(shapes.values(shape, SH.path)))
    message = message_of(shapes, shape, component, constraint, stated, validator)
    return ValidationResult(
        focus_node=focus,
        component=component,
        source_shape=shape,
        severity=severity,
        message=message.text,
        messages=message.stated,
        hint=message.hint,
        path=_path(one(_SH.resultPath), shape, shapes),
        value=value,
        source_constraint=constraint,
    )


def _path(node: Node | None, shape: Node, shapes: ShapesGraph) -> Path | None:
    """A path that is not one property is read from the shape, where all of it stands."""
    if node is None or isinstance(node, NamedNode):
        return None if node is None else Predicate(node)
    described = shapes.value(shape, SH.path)
    return None if described is None else read_path(shapes, described)


def rdflib_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """The same triples for rdflib, with lexical forms as they are."""
    graph = rdflib.Graph(bind_namespaces="none")
    seen: dict[Node, RdflibNode] = {}
    for triple in triples:
        terms: list[RdflibNode] = []
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, Triple):
                raise ShapesError(
                    term, "un triplet cité n’est pas validé", "a quoted triple is not validated"
                )
            terms.append(seen.get(term) or seen.setdefault(term, to_rdflib(term)))
        graph.add((terms[0], terms[1], terms[2]))
    return graph


def to_rdflib(term: Node) -> RdflibNode:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    plain = datatype == "http://www.w3.org/2001/XMLSchema#string"
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(datatype), normalize=False)


def from_rdflib(term: RdflibNode) -> Node:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return (
            Literal(str(term), datatype=NamedNode(str(term.datatype)))
            if term.datatype
            else Literal(str(term))
        )
    return BlankNode(str(term))
