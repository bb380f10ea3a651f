"""The engine for whole graphs: compiled shapes are run where the data is, and their rows become a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from .compiler import Compiler, Query
from .dialect import Dialect, unwrap, wrap
from .messages import RuleMessage, message_of, text_of
from .model import Asked, ClassTarget, Constraint, InstanceOf, Selected, Shape, ValueTest
from .namespaces import RDF, RDFS, XSD
from .paths import Path, Predicate
from .reading import read_all_shapes
from .report import ValidationReport, ValidationResult, report_of
from .select import Rows, Select, select_in
from .shapes_graph import Node, ShapesGraph

FEW: Final = 2_000
"""Focus nodes that queries name one by one; above, judging the whole graph and picking is faster."""

_TEMPLATE = re.compile(r"\{[?$](\w+)\}")
_ANONYMOUS_TYPE = (
    f"SELECT ?below WHERE {{ ?below {RDFS.subClassOf} ?above . FILTER (isBlank(?below)) "
    f"?node {RDF.type} ?below }} LIMIT 1"
)
_SCRATCH = NamedNode("urn:x-scratch")


def validate_with_sparql(
    select: Select, shapes: ShapesGraph, focus_nodes: Collection[NamedNode] | None = None
) -> ValidationReport:
    """Judge the graph behind `select`, as that engine holds it. Raises ShapesError."""
    read = read_all_shapes(shapes)
    dialect = Dialect(subclasses=_subclasses(read, select), one_integer_type=_keeps_one_integer_type(select))
    named, chosen = _restriction(focus_nodes)
    run = _Run(shapes, select, Compiler(dialect, named), chosen=chosen)
    return run.report(read)


def validate_in_memory(
    triples: Iterable[Triple], shapes: ShapesGraph, focus_nodes: Collection[NamedNode] | None = None
) -> ValidationReport:
    """Judge triples exactly as they are written, in a store of their own. Raises ShapesError."""
    triples = list(triples)
    read = read_all_shapes(shapes)
    in_data = {term for triple in triples if isinstance(term := triple.object, Literal)}
    literals = in_data | {term for triple in shapes.triples if isinstance(term := triple.object, Literal)}
    kept = _as_kept(literals)
    altered = frozenset(kept)
    wrapping = {literal: wrap(literal) for literal in altered}
    exact = Store()
    exact.bulk_extend(
        Quad(triple.subject, triple.predicate, wrapping.get(triple.object, triple.object))  # pyright: ignore[reportArgumentType, reportCallIssue]
        for triple in triples
    )
    select = select_in(exact)
    # What authors of shapes write in SPARQL compares values as the engine does, so it sees them unwrapped.
    plain = select
    if altered and any(_written_by_users(shape) for shape in read):
        store = Store()
        store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        plain = _restored(
            select_in(store), _originals({lit: kept[lit] for lit in altered & in_data}, in_data)
        )
    subclasses = _subclasses(read, select)
    named, chosen = _restriction(focus_nodes)
    compiler = Compiler(Dialect(subclasses, altered, exact=bool(altered)), named)
    plain_compiler = Compiler(Dialect(subclasses, one_integer_type=True), named)
    run = _Run(shapes, select, compiler, plain, plain_compiler, chosen)
    return run.report(read)


def _restriction(
    focus_nodes: Collection[NamedNode] | None,
) -> tuple[Collection[NamedNode] | None, frozenset[Node] | None]:
    """Focus nodes to be named in the queries, when they are few, or to be picked from the results."""
    if focus_nodes is None or len(focus_nodes) <= FEW:
        return focus_nodes, None
    return None, frozenset(focus_nodes)


def _as_kept(literals: set[Literal]) -> dict[Literal, Literal]:
    """The literals that a store does not give back as they were written, and what it makes of them."""
    typed = {literal for literal in literals if literal.datatype != XSD.string and not literal.language}
    scratch = Store()
    scratch.bulk_extend(Quad(_SCRATCH, _SCRATCH, literal) for literal in typed)
    altered = list(typed - {quad.object for quad in scratch})
    numbered = Store()
    numbered.bulk_extend(
        Quad(NamedNode(f"{_SCRATCH.value}:{number}"), _SCRATCH, literal)
        for number, literal in enumerate(altered)
    )
    return {
        altered[int(str(quad.subject)[:-1].rpartition(":")[2])]: quad.object
        for quad in numbered
        if isinstance(quad.object, Literal)
    }


def _originals(kept: Mapping[Literal, Literal], literals: set[Literal]) -> dict[Node, Node]:
    """For a literal that a store gives back, the one that was written, where only one can be meant."""
    written = Counter([*kept.values(), *(literal for literal in literals if literal not in kept)])
    return {stored: original for original, stored in kept.items() if written[stored] == 1}


def _restored(select: Select, originals: Mapping[Node, Node]) -> Select:
    def restored(text: str, /) -> Rows:
        solutions = select(text)
        rows = (tuple(originals.get(term, term) if term else None for term in row) for row in solutions.rows)
        return Rows(tuple(solutions.variables), rows)

    return restored


def _keeps_one_integer_type(select: Select) -> bool:
    """Whether the engine takes a byte for an xsd:integer."""
    probe = select(f'SELECT (DATATYPE("1"^^{XSD.byte}) AS ?datatype) WHERE {{}}')
    return [row[0] for row in probe.rows] == [XSD.integer]


def _written_by_users(shape: Shape) -> bool:
    return any(
        isinstance(constraint.test, Asked | Selected)
        for inner in _shapes_in(shape)
        for constraint in inner.constraints
    )


def _shapes_in(shape: Shape) -> Iterator[Shape]:
    """A shape and all those that it refers to."""
    yield shape
    for constraint in shape.constraints:
        for name in ("shape", "shapes", "siblings"):
            inner = getattr(constraint.test, name, ())
            for each in (inner,) if isinstance(inner, Shape) else inner:
                yield from _shapes_in(each)


def _subclasses(shapes: Iterable[Shape], select: Select) -> dict[NamedNode, tuple[NamedNode, ...] | None]:
    """For each class of the shapes, the classes below it that have instances in the data.

    None where they cannot be named: an anonymous class (a restriction, say) is below it and has instances.
    """
    classes: dict[NamedNode, None] = {}
    for shape in shapes:
        for inner in _shapes_in(shape):
            classes.update(dict.fromkeys(t.iri for t in inner.targets if isinstance(t, ClassTarget)))
            tests = (constraint.test for constraint in inner.constraints)
            classes.update(dict.fromkeys(test.iri for test in tests if isinstance(test, InstanceOf)))
    if not classes:
        return {}
    edges = select(f"SELECT DISTINCT ?below ?above WHERE {{ ?below {RDFS.subClassOf} ?above }}")
    below: dict[Node, list[Node]] = {}
    for lower, upper in edges.rows:
        if lower is not None and upper is not None:
            below.setdefault(upper, []).append(lower)
    found = {iri: _below(iri, below) for iri in classes}
    named = dict.fromkeys(node for nodes in found.values() for node in nodes if isinstance(node, NamedNode))
    chosen = " ".join(map(str, named))
    populated = {
        row[0]
        for row in select(
            f"SELECT ?class WHERE {{ VALUES ?class {{ {chosen} }} "
            f"FILTER EXISTS {{ ?node {RDF.type} ?class }} }}"
        ).rows
    }
    anonymous = {node for nodes in found.values() for node in nodes if isinstance(node, BlankNode)}
    used = anonymous and any(True for _ in select(_ANONYMOUS_TYPE).rows)
    return {
        iri: None if used and not anonymous.isdisjoint(nodes) else tuple(n for n in nodes if n in populated)
        for iri, nodes in found.items()
    }  # pyright: ignore[reportReturnType]


def _below(iri: NamedNode, below: dict[Node, list[Node]]) -> list[Node]:
    found: list[Node] = [iri]
    seen = set(found)
    for above in found:
        for lower in below.get(above, ()):
            if lower not in seen:
                seen.add(lower)
                found.append(lower)
    return found


class _Run:
    """One validation: compiles each shape, runs its queries and reads their rows."""

    def __init__(
        self,
        shapes: ShapesGraph,
        select: Select,
        compiler: Compiler,
        plain: Select | None = None,
        plain_compiler: Compiler | None = None,
        chosen: frozenset[Node] | None = None,
    ) -> None:
        self.shapes = shapes
        self.select = select
        self.compiler = compiler
        self.plain = plain or select
        self.plain_compiler = plain_compiler or compiler
        self.chosen = chosen
        self._messages: dict[tuple[Node, NamedNode, Node | None], RuleMessage] = {}

    def report(self, shapes: Iterable[Shape]) -> ValidationReport:
        results: list[ValidationResult] = []
        for shape in shapes:
            for query in self.compiler.queries(shape):
                if self.plain is self.select or not query.written_by_users:
                    results += self._results(query, self.select)
            if self.plain is not self.select:
                for query in self.plain_compiler.queries(shape):
                    if query.written_by_users:
                        results += self._results(query, self.plain)
        return report_of(results)

    def _results(self, query: Query, select: Select) -> Iterator[ValidationResult]:
        solutions = select(query.text)
        names = [name.lstrip("?$") for name in solutions.variables]
        seen: set[tuple[Node | None, ...]] = set()
        for row in solutions.rows:
            key = tuple(row)
            if key not in seen:
                seen.add(key)
                yield from self._row(query, names, key)

    def _row(
        self, query: Query, names: Sequence[str], row: tuple[Node | None, ...]
    ) -> Iterator[ValidationResult]:
        found = {name: unwrap(term) for name, term in zip(names, row, strict=True) if term is not None}
        focus, value, path = found.get("this"), found.get("value"), query.shape.path
        if focus is None or (self.chosen is not None and found.get(query.root) not in self.chosen):
            return
        if query.reading == "tests":
            flags = row[-len(query.constraints) :]
            for constraint, flag in zip(query.constraints, flags, strict=True):
                if not (isinstance(flag, Literal) and flag.value in {"true", "1"}):
                    yield self._result(query.shape, constraint, found, value or focus, path)
            return
        constraint = query.constraints[0]
        if isinstance(found.get("path"), NamedNode):
            path = Predicate(found["path"])  # pyright: ignore[reportArgumentType]
        if value is None and query.shape.path is None and isinstance(constraint.test, ValueTest | Selected):
            value = focus
        yield self._result(query.shape, constraint, found, value, path)

    def _result(
        self,
        shape: Shape,
        constraint: Constraint,
        found: dict[str, Node],
        value: Node | None,
        path: Path | None,
    ) -> ValidationResult:
        message = self._message(shape, constraint, found)
        return ValidationResult(
            focus_node=found["this"],
            component=constraint.component,
            source_shape=shape.node,
            severity=shape.severity,
            message=message.text,
            messages=message.stated,
            hint=message.hint,
            path=path,
            value=value,
            source_constraint=constraint.source,
        )

    def _message(self, shape: Shape, constraint: Constraint, found: dict[str, Node]) -> RuleMessage:
        query = constraint.test.query if isinstance(constraint.test, Asked | Selected) else None
        node = query.node if query is not None else None
        key = (shape.node, constraint.component, node)
        general = self._messages.get(key)
        if general is None:
            general = message_of(
                self.shapes, shape.node, constraint.component, constraint.source, validator=node
            )
            self._messages[key] = general
        if query is None:
            return general
        own = found.get("message")
        templates = (own,) if isinstance(own, Literal) else general.stated
        if own is None and not any("{" in template.value for template in templates):
            return general
        values = {**dict(query.parameters), **found}
        stated = tuple(_filled(template, values) for template in templates)
        return RuleMessage(text_of(stated), stated, general.hint)


def _filled(template: Literal, values: Mapping[str, Node]) -> Literal:
    """A message with `{?name}` and `{$name}` replaced by values (SHACL 5.3.2)."""

    def shown(found: re.Match[str]) -> str:
        value = values.get(found[1])
        return found[0] if value is None else value.value if not isinstance(value, BlankNode) else str(value)

    text = _TEMPLATE.sub(shown, template.value)
    return Literal(text, language=template.language) if template.language else Literal(text)
