"""Reads a mapping file: the subset of YARRRML (https://rml.io/yarrrml/spec/) that tables need.

Understood: `prefixes`; `sources` (short form `[file~csv, iterator]` and long form `access`,
`referenceFormulation`, `iterator`); `mappings` with `sources`, `subject`, `condition` and `predicateobjects`
(short and long forms, datatypes, `~lang`, `~iri`), functions with named parameters, nested or not, and joins
to another mapping on equality. Refused by name: `graphs`, `targets`, `external`, `authors`, language maps,
blank nodes, several subjects, and other formulations.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from ...ontology.names import RDF
from ..tree import MappingNode, Node, ScalarNode, SequenceNode, parse, read_bytes
from .mapping_tree import ALIASES, TreeReader
from .model import (
    Constant,
    Expression,
    FunctionCall,
    Join,
    LogicalSource,
    Mapping,
    ObjectMap,
    PredicateObjectMap,
    Reference,
    Template,
    TriplesMap,
)

FORMULATIONS: Final = {
    "csv": "csv",
    "tsv": "tsv",
    "xlsx": "xlsx",
    "json": "json",
    "jsonpath": "json",
    "geojson": "geojson",
}
_REFERENCE = re.compile(r"\$\(((?:[^()\\]|\\.|\([^()]*\))*)\)")


def read_mapping(path: Path, functions: dict[str, tuple[str, ...]]) -> Mapping:
    """The mapping of a file. `functions` gives the parameters of each known function by its IRI.

    Raises InputError with line and column for what is malformed, unknown or outside the subset.
    """
    return _Reader(str(path), functions).mapping(parse(read_bytes(path), str(path)))


class _Reader(TreeReader):
    def __init__(self, file: str, functions: dict[str, tuple[str, ...]]) -> None:
        super().__init__(file)
        self.functions = functions
        self.prefixes: dict[str, str] = {}

    # -- the file ------------------------------------------------------------------------------------------

    def mapping(self, root: Node) -> Mapping:
        parts = self._keys(root, {"prefixes", "sources", "mappings"})
        for name, node in self._entries(parts.get("prefixes")):
            self.prefixes[name] = self._text(node)
        sources = {name: self._source(name, node) for name, node in self._entries(parts.get("sources"))}
        triples_maps = {
            name: self._triples_map(name, node, sources)
            for name, node in self._entries(parts.get("mappings"))
        }
        if not triples_maps:
            self._refuse(
                root, "aucune correspondance sous « mappings ».", "there is nothing under “mappings”."
            )
        for triples_map in triples_maps.values():
            for place in triples_map.predicate_objects:
                for made in place.objects:
                    if isinstance(made.expression, Join) and made.expression.mapping not in triples_maps:
                        self._unknown(made.expression.where, made.expression.mapping, list(triples_maps))
        return Mapping(sources, triples_maps)

    def _source(self, name: str, node: Node) -> LogicalSource:
        where = self._where(node)
        if isinstance(node, SequenceNode) and 1 <= len(node.items) <= 2:
            file, _, formulation = self._text(node.items[0]).partition("~")
            iterator = self._text(node.items[1]) if len(node.items) == 2 else None
        else:
            parts = self._keys(node, {"access", "referenceFormulation", "iterator"})
            file = self._text(self._required(parts, "access", node))
            formulation = self._text(self._required(parts, "referenceFormulation", node))
            iterator = self._text(parts["iterator"]) if "iterator" in parts else None
        if formulation not in FORMULATIONS:
            known = ", ".join(FORMULATIONS)
            self._refuse(
                node,
                f"« {formulation} » n’est pas une forme de table connue ({known}).",
                f"“{formulation}” is not a known kind of table ({known}).",
            )
        return LogicalSource(name, file, FORMULATIONS[formulation], iterator, where)

    def _triples_map(self, name: str, node: Node, sources: dict[str, LogicalSource]) -> TriplesMap:
        parts = self._keys(node, {"sources", "subject", "condition", "predicateobjects"})
        listed = [self._text(item) for item in self._list(self._required(parts, "sources", node))]
        for source in listed:
            if source not in sources:
                self._unknown(self._where(parts["sources"]), source, list(sources))
        subjects = self._list(self._required(parts, "subject", node))
        if len(subjects) != 1:
            self._refuse(subjects[1], "un seul sujet par correspondance.", "one subject in each mapping.")
        return TriplesMap(
            name,
            tuple(listed),
            self._expression(subjects[0], iri=True),
            self._call(parts["condition"]) if "condition" in parts else None,
            tuple(self._predicate_object(item) for item in self._list(parts.get("predicateobjects"))),
            self._where(node),
        )

    # -- predicates and objects ----------------------------------------------------------------------------

    def _predicate_object(self, node: Node) -> PredicateObjectMap:
        where = self._where(node)
        if isinstance(node, SequenceNode):
            if not 2 <= len(node.items) <= 3:
                self._refuse(
                    node,
                    "attendu : [prédicat, objet, type ou langue].",
                    "expected: [predicate, object, datatype or language].",
                )
            predicates = tuple(self._predicate(item) for item in self._list(node.items[0]))
            kind = self._text(node.items[2]) if len(node.items) == 3 else None
            objects = tuple(self._object(item, kind, predicates, node) for item in self._list(node.items[1]))
            return PredicateObjectMap(predicates, objects, None, where)
        parts = self._keys(node, {"predicates", "objects", "condition"})
        predicates = tuple(
            self._predicate(item) for item in self._list(self._required(parts, "predicates", node))
        )
        objects_node = self._required(parts, "objects", node)
        short = (
            isinstance(objects_node, SequenceNode)
            and len(objects_node.items) == 2
            and all(isinstance(item, ScalarNode) for item in objects_node.items)
            and self._is_kind(self._text(objects_node.items[1]))
        )
        if short and isinstance(objects_node, SequenceNode):
            objects: tuple[ObjectMap, ...] = (
                self._object(objects_node.items[0], self._text(objects_node.items[1]), predicates, node),
            )
        else:
            objects = tuple(self._object(item, None, predicates, node) for item in self._list(objects_node))
        condition = self._call(parts["condition"]) if "condition" in parts else None
        return PredicateObjectMap(predicates, objects, condition, where)

    def _predicate(self, node: Node) -> NamedNode:
        text = self._text(node)
        return RDF.type if text == "a" else NamedNode(self._expand(text, node))

    def _object(
        self, node: Node, kind: str | None, predicates: tuple[NamedNode, ...], place: Node
    ) -> ObjectMap:
        if isinstance(node, SequenceNode):
            if len(node.items) != 2:
                self._refuse(
                    node, "attendu : [valeur, type ou langue].", "expected: [value, datatype or language]."
                )
            return self._object(node.items[0], self._text(node.items[1]), predicates, place)
        if isinstance(node, MappingNode):
            keys = {ALIASES.get(key.text, key.text) for key, _ in node.entries}
            if "mapping" in keys:
                return ObjectMap(self._join(node), is_iri=True)
            if "value" in keys:
                parts = self._keys(node, {"value", "datatype", "language", "type"})
                return self._object(
                    self._required(parts, "value", node), self._kind(parts), predicates, place
                )
            parts = self._keys(node, {"function", "parameters", "datatype", "language", "type"})
            return self._typed(self._call(node), self._kind(parts) or kind, node)
        text = self._text(node)
        if text.endswith("~iri"):
            text, kind = text.removesuffix("~iri"), "iri"
        is_iri = kind == "iri" or RDF.type in predicates or (kind is None and self._is_curie(text))
        expression = self._template(text, is_iri, node)
        return self._typed(expression, "iri" if is_iri else kind, node)

    def _typed(self, expression: Expression, kind: str | None, node: Node) -> ObjectMap:
        if kind is None:
            return ObjectMap(expression)
        if kind == "iri":
            return ObjectMap(expression, is_iri=True)
        if kind.endswith("~lang"):
            return ObjectMap(expression, language=kind.removesuffix("~lang"))
        return ObjectMap(expression, datatype=self._expand(kind, node))

    def _kind(self, parts: dict[str, Node]) -> str | None:
        if "type" in parts:
            return self._text(parts["type"])
        if "language" in parts:
            return self._text(parts["language"]) + "~lang"
        return self._text(parts["datatype"]) if "datatype" in parts else None

    # -- expressions ---------------------------------------------------------------------------------------

    def _expression(self, node: Node, *, iri: bool) -> Expression:
        if isinstance(node, MappingNode):
            return self._call(node)
        text = self._text(node)
        return self._template(text.removesuffix("~iri"), iri or text.endswith("~iri"), node)

    def _template(self, text: str, is_iri: bool, node: Node) -> Expression:
        if is_iri and self._is_curie(text):
            text = self._expand(text, node)
        parts: list[str | Reference] = []
        end = 0
        for match in _REFERENCE.finditer(text):
            parts += [text[end : match.start()], Reference(re.sub(r"\\(.)", r"\1", match[1]))]
            end = match.end()
        parts = [part for part in (*parts, text[end:]) if part != ""]
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return parts[0]
        if all(isinstance(part, str) for part in parts):
            return Constant(NamedNode(text) if is_iri else Literal(text))
        return Template(tuple(parts), is_iri)

    def _call(self, node: Node) -> FunctionCall:
        parts = self._keys(node, {"function", "parameters", "datatype", "language", "type"})
        name = self._text(self._required(parts, "function", node))
        iri = self._expand(name, node)
        if iri not in self.functions:
            self._unknown(
                self._where(parts["function"]), name, [self._short(known) for known in self.functions]
            )
        wanted = self.functions[iri]
        parameters: dict[str, Expression] = {}
        for item in self._list(parts.get("parameters")):
            key, value = self._parameter(item)
            key_iri = self._expand(key, item)
            if key_iri not in wanted:
                self._unknown(self._where(item), key, [self._short(known) for known in wanted])
            parameters[key_iri] = value
        for parameter in wanted:
            if parameter not in parameters:
                short = self._short(parameter)
                self._refuse(
                    node, f"{name} attend le paramètre {short}.", f"{name} needs the parameter {short}."
                )
        return FunctionCall(iri, tuple((key, parameters[key]) for key in wanted), self._where(node))

    def _parameter(self, node: Node) -> tuple[str, Expression]:
        if isinstance(node, SequenceNode) and len(node.items) == 2:
            return self._text(node.items[0]), self._argument(node.items[1])
        parts = self._keys(node, {"parameter", "value"})
        value = self._required(parts, "value", node)
        return self._text(self._required(parts, "parameter", node)), self._argument(value)

    def _argument(self, node: Node) -> Expression:
        """A parameter's value; a prefixed name stands for the text of its IRI."""
        if isinstance(node, ScalarNode) and node.text.partition(":")[0] in self.prefixes:
            return Constant(Literal(self._expand(node.text, node)))
        return self._expression(node, iri=False)

    def _join(self, node: Node) -> Join:
        parts = self._keys(node, {"mapping", "condition"})
        target = self._text(self._required(parts, "mapping", node))
        condition = self._keys(self._required(parts, "condition", node), {"function", "parameters"})
        if self._text(self._required(condition, "function", node)) not in {"equal", "idlab-fn:equal"}:
            self._refuse(node, "une jointure compare par « equal ».", "a join compares by “equal”.")
        sides: dict[str, Expression] = {}
        for item in self._list(self._required(condition, "parameters", node)):
            if not isinstance(item, SequenceNode) or len(item.items) not in {2, 3}:
                self._refuse(item, "attendu : [str1, $(colonne)].", "expected: [str1, $(column)].")
            side = self._text(item.items[0])
            sides[side] = self._expression(item.items[1], iri=False)
        if set(sides) != {"str1", "str2"}:
            self._refuse(
                node, "une jointure a deux côtés : str1 et str2.", "a join has two sides: str1 and str2."
            )
        return Join(target, sides["str1"], sides["str2"], self._where(node))

    # -- names ---------------------------------------------------------------------------------------------

    def _is_curie(self, text: str) -> bool:
        prefix, colon, _ = text.partition(":")
        return bool(colon) and (prefix in self.prefixes or re.match(r"https?://", text) is not None)

    def _is_kind(self, text: str) -> bool:
        return text == "iri" or text.endswith("~lang") or text.partition(":")[0] in self.prefixes

    def _expand(self, text: str, node: Node) -> str:
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.prefixes:
            return self.prefixes[prefix] + local
        if re.match(r"https?://", text):
            return text
        return self._unknown(self._where(node), prefix + ":", [f"{known}:" for known in self.prefixes])

    def _short(self, iri: str) -> str:
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri
