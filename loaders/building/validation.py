"""SHACL over the graphs of a build: what breaks a rule is set aside, or refuses the build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pyoxigraph import NamedNode, QuerySolutions
from rdflib import Graph

from ...ontology.errors import ViolationsError, Where
from ...ontology.iris import graph_iri
from ...ontology.names import RDF
from ...ontology.reasoning import RuleSet
from ...ontology.reasoning.contradictions import contradictions
from ...ontology.text import Text
from ...shapes.report import ValidationReport, ValidationResult
from ...shapes.select import select_in
from ...shapes.validation import validate
from ..model import Reject
from .model import Warned
from .sources import Planned
from .workspace import Workspace

FOCUSED: Final = 20_000
"""Up to this number of changed things, only they are judged; beyond it, the whole graph in one pass."""

ROUNDS: Final = 5
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was set aside, by source, and the warnings that stay."""

    rejects: tuple[Reject, ...]
    warnings: tuple[Warned, ...]

    @property
    def sources(self) -> set[str]:
        """The sources from which something was set aside."""
        return {reject.source for reject in self.rejects}


def judge(
    workspace: Workspace,
    changed: Sequence[Planned],
    strict: bool,
    focus: bool,
) -> Judgement:
    """Validate until nothing of what may have changed breaks a rule, setting offending records aside.

    Taking out a record may leave its neighbours wanting, so they are judged in their turn.
    `focus`: judge only what the changed graphs describe, when that is little. ViolationsError for a strict
    source, or any if `strict`.
    """
    rejects: list[Reject] = []
    warnings: tuple[Warned, ...] = ()
    nodes = workspace.changed_things(FOCUSED) if focus else None
    for number in range(ROUNDS):
        report = validate(select_in(workspace.store), focus_nodes=nodes)
        warnings = warnings if number else _warnings(report)
        if not report.violations:
            return Judgement(tuple(rejects), warnings)
        refused: list[ValidationResult] = []
        aside: list[tuple[Planned, NamedNode, ValidationResult]] = []
        for result in report.violations:
            owner = _owner(workspace, changed, result.focus_node)
            if not isinstance(result.focus_node, NamedNode) or owner is None or owner.strict or strict:
                refused.append(result)
            else:
                aside.append((owner, result.focus_node, result))
        if refused:
            raise _refusal(workspace, changed, refused)
        nodes = []
        for owner, node, result in aside:
            reject, neighbours = _set_aside(workspace, owner, node, result)
            rejects.append(reject)
            nodes += neighbours
    raise ViolationsError(
        Text(
            f"après {ROUNDS} passages, des fiches enfreignent encore les règles ; rien n’a été publié.",
            f"after {ROUNDS} rounds, records still break the rules; nothing was published.",
        ),
        Text("Corrigez la source ou les règles.", "Mend the source or the rules."),
    )


def contradicted(
    workspace: Workspace, rules: RuleSet, ontology: Graph, strict: bool, focus: bool
) -> tuple[Warned, ...]:
    """What the inferences show to exclude each other; ViolationsError if `strict`.

    `focus`: search only what involves a thing that changed, when these are few.
    """

    class Union:
        """All the graphs of the store as one."""

        update = workspace.store.update

        def query(self, text: str) -> Iterable[Any]:
            return list(cast("QuerySolutions", workspace.store.query(text, use_default_graph_as_union=True)))

    among = workspace.changed_things(FOCUSED) if focus else None
    found = {one: one.sentence(ontology) for one in contradictions(Union(), rules, among=among)}
    if found and strict:
        listed = list(found.values())[:_SHOWN]
        raise ViolationsError(
            Text(
                "le graphe se contredit, rien n’a été publié :\n" + "\n".join(told.fr for told in listed),
                "the graph contradicts itself, nothing was published:\n"
                + "\n".join(told.en for told in listed),
            ),
            Text(
                "Corrigez l’une des affirmations à sa source, ou l’axiome qui les exclut.",
                "Mend one of the statements at its source, or the axiom that excludes them.",
            ),
        )
    return tuple(
        Warned(Text(f"contradiction : {told.fr}", f"contradiction: {told.en}"), 1, str(one.facts[0].subject))
        for one, told in found.items()
    )


def _owner(workspace: Workspace, changed: Sequence[Planned], node: object) -> Planned | None:
    """The source, of those that may have changed, that describes a thing."""
    if not isinstance(node, NamedNode):
        return None
    return next((p for p in reversed(changed) if workspace.describes(graph_iri(p.name), node)), None)


def _set_aside(
    workspace: Workspace, owner: Planned, node: NamedNode, result: ValidationResult
) -> tuple[Reject, list[NamedNode]]:
    """Take a record out of its graph; the reject, and the things that it was linked with."""
    removed = workspace.take_out(graph_iri(owner.name), node)
    ends = {end for quad in removed for end in (quad.subject, quad.object) if quad.predicate != RDF.type}
    neighbours = [end for end in ends if isinstance(end, NamedNode) and end != node]
    where = owner.locate(node.value) or Where(pointer=node.value)
    shape = result.source_shape.value.rpartition("#")[2].rpartition("/")[2]
    reject = Reject(
        owner.name,
        where,
        f"breaks-{shape}",
        result.message,
        result.hint or Text("Corrigez la fiche à sa source.", "Mend the record at its source."),
        " ".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in removed),
    )
    return reject, neighbours


def _refusal(
    workspace: Workspace, changed: Sequence[Planned], refused: Sequence[ValidationResult]
) -> ViolationsError:
    lines: list[Text] = []
    for result in refused[:_SHOWN]:
        owner = _owner(workspace, changed, result.focus_node)
        place = owner.locate(str(result.focus_node)[1:-1]) if owner else None
        where = f"{place} ({result.focus_node})" if place else str(result.focus_node)
        hint = result.hint or Text("", "")
        lines.append(
            Text(
                f"{where}: {result.message.fr} {hint.fr}".rstrip(),
                f"{where}: {result.message.en} {hint.en}".rstrip(),
            )
        )
    if len(refused) > _SHOWN:
        more = len(refused) - _SHOWN
        lines.append(Text(f"… et {more} de plus", f"... and {more} more"))
    return ViolationsError(
        Text(
            "des règles sont enfreintes, rien n’a été publié :\n" + "\n".join(line.fr for line in lines),
            "rules are broken, nothing was published:\n" + "\n".join(line.en for line in lines),
        )
    )


def _warnings(report: ValidationReport) -> tuple[Warned, ...]:
    return tuple(
        Warned(group.rule.message, group.count, str(group.rule.focus_node)) for group in report.groups
    )
