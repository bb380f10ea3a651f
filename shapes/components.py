"""SPARQL-based constraint components (SHACL 6): parameters and validators that a shapes graph declares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from . import user_query
from .model import Asked, Constraint, Selected, ShapeNode, UserQuery
from .namespaces import OWL, RDF, RDFS, SH, XSD, local_name
from .shapes_graph import Node, ShapesError, ShapesGraph

_PREFIX = re.compile(r"(?:\s|#[^\n]*\n)*PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Component:
    """A declared component: its parameters, and the validators to choose from (6.2.3)."""

    iri: NamedNode
    mandatory: tuple[NamedNode, ...]
    optional: tuple[NamedNode, ...]

    @property
    def parameters(self) -> tuple[NamedNode, ...]:
        return self.mandatory + self.optional

    def constraints(self, graph: ShapesGraph, node: ShapeNode, is_property_shape: bool) -> list[Constraint]:
        """One constraint for each value of a single parameter, or one for all when there are several."""
        if not all(graph.values(node, parameter) for parameter in self.mandatory):
            return []
        if len(self.parameters) == 1:
            parameter = self.parameters[0]
            given = [{parameter: value} for value in graph.values(node, parameter)]
        else:
            chosen = {parameter: graph.value(node, parameter) for parameter in self.parameters}
            given = [{parameter: value for parameter, value in chosen.items() if value is not None}]
        return [self._constraint(graph, node, values, is_property_shape) for values in given]

    def _constraint(
        self, graph: ShapesGraph, node: ShapeNode, values: dict[NamedNode, Node], is_property_shape: bool
    ) -> Constraint:
        parameters: list[tuple[str, NamedNode | Literal]] = []
        for parameter, value in values.items():
            if isinstance(value, BlankNode):
                raise ShapesError(
                    node,
                    f"le paramètre {parameter} est un nœud anonyme, qu’une requête ne peut pas nommer",
                    f"the parameter {parameter} is a blank node, which a query cannot name",
                )
            parameters.append((local_name(parameter.value), value))
        validator = validator_of(graph, self.iri, is_property_shape)
        if validator is None:
            raise ShapesError(
                self.iri,
                f"ce composant n’a pas de validateur pour la règle {node}",
                f"this component has no validator for the shape {node}",
            )
        if isinstance(validator, Literal):
            raise ShapesError(
                validator, "un littéral n’est pas un validateur", "a literal is not a validator"
            )
        for predicate, form in ((SH.ask, Asked), (SH.select, Selected)):
            text = graph.value(validator, predicate)
            if isinstance(text, Literal):
                query = read_query(graph, validator, text.value, tuple(parameters))
                user_query.check(query, "ASK" if form is Asked else "SELECT")
                return Constraint(self.iri, form(query))
        raise ShapesError(
            validator,
            "ce validateur n’a ni sh:ask ni sh:select ; d’autres langages ne sont pas pris en charge",
            "this validator has neither sh:ask nor sh:select; other languages are not supported",
        )


def validator_of(graph: ShapesGraph, component: Node, is_property_shape: bool) -> Node | None:
    """The validator of a component for a kind of shape: its own, or the general one (6.2.3)."""
    own = SH.propertyValidator if is_property_shape else SH.nodeValidator
    return next(iter(graph.values(component, own) + graph.values(component, SH.validator)), None)


def read_components(graph: ShapesGraph) -> tuple[Component, ...]:
    """The components that the shapes graph declares, by type or by a subclass of sh:ConstraintComponent."""
    classes: list[Node] = [SH.ConstraintComponent]
    for kind in classes:
        classes += [below for below in graph.subjects(RDFS.subClassOf, kind) if below not in classes]
    components: list[Component] = []
    for node in dict.fromkeys(node for kind in classes for node in graph.subjects(RDF.type, kind)):
        if not isinstance(node, NamedNode):
            raise ShapesError(node, "un composant doit avoir une IRI", "a component must have an IRI")
        if node in SH:
            continue
        mandatory: list[NamedNode] = []
        optional: list[NamedNode] = []
        for parameter in graph.values(node, SH.parameter):
            path = graph.value(parameter, SH.path)
            if not isinstance(path, NamedNode):
                raise ShapesError(
                    node,
                    "un paramètre doit avoir une IRI pour sh:path",
                    "a parameter must have an IRI as sh:path",
                )
            is_optional = graph.value(parameter, SH.optional) == Literal("true", datatype=XSD.boolean)
            (optional if is_optional else mandatory).append(path)
        if not mandatory:
            raise ShapesError(
                node,
                "un composant doit avoir un paramètre obligatoire",
                "a component must have a mandatory parameter",
            )
        components.append(Component(node, tuple(mandatory), tuple(optional)))
    return tuple(components)


def read_query(
    graph: ShapesGraph,
    node: ShapeNode,
    text: str,
    parameters: tuple[tuple[str, NamedNode | Literal], ...] = (),
) -> UserQuery:
    """A query of the shapes graph, with the prefixes of `sh:prefixes` and those that it declares itself."""
    prefixes = dict(read_prefixes(graph, node))
    while declared := _PREFIX.match(text):
        prefixes[declared[1]] = declared[2]
        text = text[declared.end() :]
    return UserQuery(node, text, tuple(prefixes.items()), parameters)


def read_prefixes(graph: ShapesGraph, node: Node) -> tuple[tuple[str, str], ...]:
    """The prefixes that `sh:prefixes` gives a query, with those of imported ontologies (5.2.1)."""
    prefixes: dict[str, str] = {}
    queue = list(graph.values(node, SH.prefixes))
    for source in queue:
        queue += [imported for imported in graph.values(source, OWL.imports) if imported not in queue]
        for declared in graph.values(source, SH.declare):
            prefix, namespace = graph.value(declared, SH.prefix), graph.value(declared, SH.namespace)
            if not isinstance(prefix, Literal) or not isinstance(namespace, Literal):
                raise ShapesError(
                    declared,
                    "sh:declare demande sh:prefix et sh:namespace",
                    "sh:declare needs sh:prefix and sh:namespace",
                )
            if prefixes.setdefault(prefix.value, namespace.value) != namespace.value:
                raise ShapesError(
                    source,
                    f"le préfixe {prefix.value}: est déclaré deux fois",
                    f"the prefix {prefix.value}: is declared twice",
                )
    return tuple(prefixes.items())
