"""The build: sources in, a numbered version out, or nothing at all.

A source is read again when its inputs or the loaders' code changed, and inferred from again when it, the
ontology, the rules or a source that it needs did. Nothing is published before everything conforms.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Store
from rdflib import Graph

from ...ontology.iris import graph_iri, inferred_graph_iri
from ...ontology.modules import read_ontology
from ...ontology.reasoning import Change, compile_rules
from ...ontology.reasoning.rules import RuleSet
from ...ontology.text import Text
from ...store.errors import disk_error
from ...store.model import DatasetVersion
from ...store.versions import Versions
from .comparison import difference
from .in_place import MOST_CHANGED, SmallChange
from .locking import one_build
from .model import BuildReport, SourceReport, StepName, StepReport
from .plan import INFERRED, LOOKED_UP, RULES, SHAPES, Plan, make_plans, rules_digest, shapes_digest
from .progress import Listener, Silence
from .provenance import (
    BuildFacts,
    carry_over,
    describe_build,
    describe_dataset,
    describe_graphs,
    describe_source,
)
from .readings import keep_readings, kept_reading, sweep_readings
from .records import earlier_reports, source_report, write_records
from .sources import ONTOLOGY, Planned
from .staging import Staged, stage
from .validation import Judgement, contradicted, judge
from .whole import WholeGraphs
from .workspace import PROVENANCE, Workspace, give_back_memory

KEPT_VERSIONS: Final = 5


def build(
    sources: Sequence[Planned],
    data_dir: Path,
    *,
    strict: bool = False,
    force: bool = False,
    keep: int = KEPT_VERSIONS,
    listener: Listener | None = None,
) -> BuildReport:
    """Publish a version made of the sources, and account for it.

    `strict`: a record that breaks a rule refuses the build, of whatever source. `force`: read and infer
    everything again. `keep`: how many versions stay on disk. A source whose files are absent stays as it was
    published, if it was.

    Raises InputError for a source that cannot be read, ViolationsError for what breaks the rules, StoreError
    for a folder that cannot be written, a full disk or another build at work; nothing is published then.
    """
    try:
        with listener or Silence() as told:
            versions = Versions(data_dir)
            versions.prepare()
            with one_build(data_dir):
                report = _Build(sources, data_dir, versions, strict, force, told).run()
                if report.published:
                    versions.prune(keep)
                    sweep_readings(data_dir, [version.number for version in versions.list()])
                return report
    except OSError as error:
        raise disk_error(error, data_dir) from error


class _Build:
    def __init__(
        self,
        sources: Sequence[Planned],
        data_dir: Path,
        versions: Versions,
        strict: bool,
        force: bool,
        listener: Listener,
    ) -> None:
        self.sources = tuple(sources)
        self.data_dir = data_dir
        self.versions = versions
        self.strict = strict
        self.listener = listener
        self.started = datetime.now(UTC)
        self.clock = time.perf_counter()
        self.steps: list[StepReport] = []
        self.staging = data_dir / "staging" / "sources"
        self.work = data_dir / "staging" / "build"
        number = versions.current_number()
        self.base: DatasetVersion | None = None if number is None else versions.current()
        self.earlier = earlier_reports(data_dir, number)
        self.plans = make_plans(self.sources, self.base, force)
        self.force = force
        self.shapes = shapes_digest()
        self.rules = rules_digest()

    def run(self) -> BuildReport:
        whole = self.base is None or self.base.inputs.get(SHAPES) != self.shapes
        if self.base is not None and not whole and not any(plan.load or plan.close for plan in self.plans):
            return self._nothing_to_do(self.base)
        absent = [planned.name for planned in self.sources if planned.absent is not None]
        if absent:
            names = ", ".join(absent)
            self.listener.noted(
                Text(
                    f"Sources laissées de côté, faute de leurs fichiers : {names}. "
                    "« digiterr source list » dit lesquels ; --data DOSSIER dit où ils sont.",
                    f"Sources left out, for want of their files: {names}. `digiterr source list` says which; "
                    "--data FOLDER says where they are.",
                )
            )
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        with ExitStack() as until_published:
            staged: dict[str, Staged] = {}
            # Where nothing is published there is nothing to compare with, and loading begins at once.
            workspace = None if self.base else self._whole_graphs(until_published)
            for plan in self.plans:
                if plan.load:
                    staged[plan.name] = self._load(plan)
                    if isinstance(workspace, WholeGraphs):
                        workspace.add(plan.name, staged[plan.name].quads)
            with self._step("gather"):
                workspace = workspace or self._suited(staged, whole, until_published)
                workspace.gather()
            # What was inferred from what is gone may not be judged: a small change is followed first.
            inferred = self._infer(workspace) if isinstance(workspace, SmallChange) else {}
            judgement = self._judge(workspace, whole)
            if not inferred or judgement.rejects:
                inferred |= self._infer(workspace, judgement.sources)
            judgement = self._contradicted(workspace, judgement)
            reports = self._reports(staged, judgement, workspace, inferred)
            self._describe(reports, workspace)
            version = self._publish(workspace, reports, staged, judgement)
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.staging, ignore_errors=True)
        return self._account(version, reports, judgement)

    @cached_property
    def _ontology(self) -> Graph:
        return read_ontology()

    @cached_property
    def _rule_set(self) -> RuleSet:
        return compile_rules(self._ontology)

    @contextmanager
    def _step(self, step: StepName, source: str | None = None) -> Iterator[list[int]]:
        """Time a step; what is appended to the list is the number of triples that it made."""
        self.listener.started(step, source)
        started, cpu_started = time.perf_counter(), time.thread_time()
        triples: list[int] = []
        yield triples
        seconds, cpu = time.perf_counter() - started, time.thread_time() - cpu_started
        report = StepReport(step, source, seconds, cpu, _peak_memory(), triples[0] if triples else None)
        self.steps.append(report)
        self.listener.finished(report)

    def _load(self, plan: Plan) -> Staged:
        with self._step("load", plan.name) as triples:
            staged = stage(plan.planned, plan.loaded, self.staging, self.listener.progressed)
            triples.append(staged.triples)
        return staged

    def _suited(self, staged: Mapping[str, Staged], whole: bool, until_published: ExitStack) -> Workspace:
        """The workspace that suits how much changed of what is published."""
        changes = None if whole else self._small_changes(staged)
        if changes is None:
            workspace = self._whole_graphs(until_published)
            for name, one in staged.items():
                workspace.add(name, one.quads)
            return workspace
        changed = {graph_iri(name).value for name in changes} | {PROVENANCE.value}
        draft = until_published.enter_context(self.versions.drafting(changed, in_place=True))
        return SmallChange(draft, changes)

    def _small_changes(self, staged: Mapping[str, Staged]) -> dict[str, Change] | None:
        """How the sources that were read differ from what is published; None when that is not little."""
        if self.base is None or self.base.inputs.get(RULES) != self.rules or self.force:
            return None
        published = Store.read_only(str(self.base.path))
        found: dict[str, Change] = {}
        left = MOST_CHANGED
        for name, one in staged.items():
            reading = kept_reading(self.data_dir, self.base.number, name)
            change = difference(published, name, one.quads, left, reading)
            if change is None:
                return None
            left -= len(change.removed) + len(change.added)
            found[name] = change
        return found

    def _whole_graphs(self, until_published: ExitStack) -> WholeGraphs:
        """The graphs that stay, and room for the new ones; what is to be inferred anew is left out."""
        replaced = {PROVENANCE.value} | {graph_iri(plan.name).value for plan in self.plans if plan.load}
        replaced |= {inferred_graph_iri(plan.name).value for plan in self.plans if plan.close}
        draft = until_published.enter_context(self.versions.drafting(replaced))
        return WholeGraphs(draft, replaced, self.work)

    def _judge(self, workspace: Workspace, whole: bool) -> Judgement:
        # A small change is judged with all that it touches, of whatever source.
        small = isinstance(workspace, SmallChange)
        changed = [plan.planned for plan in self.plans if plan.load or whole or small]
        with self._step("validate"):
            # Statements refer to their sources, which the graph of provenance describes.
            workspace.tell({quad for planned in self.sources for quad in describe_source(planned)})
            return judge(workspace, changed, self.strict, focus=not whole)

    def _infer(self, workspace: Workspace, besides: Collection[str] = ()) -> dict[str, int]:
        """Infer from the sources that need it, and from those `besides`; the number of triples inferred."""
        inferred: dict[str, int] = {}
        for plan in self.plans:
            if plan.close or plan.name in besides:
                with self._step("infer", plan.name) as triples:
                    context = () if plan.name == ONTOLOGY else (ONTOLOGY, *plan.planned.needs)
                    inferred[plan.name] = workspace.infer(plan.name, context, self._rule_set)
                    triples.append(inferred[plan.name])
        workspace.inferred()
        return inferred

    def _contradicted(self, workspace: Workspace, judgement: Judgement) -> Judgement:
        """The judgement, with what the inferences show to exclude each other."""
        with self._step("contradictions"):
            focus = isinstance(workspace, SmallChange) and not self.strict
            found = contradicted(workspace, self._rule_set, self._ontology, self.strict, focus)
        return replace(judgement, warnings=(*judgement.warnings, *found))

    def _reports(
        self,
        staged: Mapping[str, Staged],
        judgement: Judgement,
        workspace: Workspace,
        inferred: Mapping[str, int],
    ) -> tuple[SourceReport, ...]:
        known = {plan.name for plan in self.plans}
        found: list[SourceReport] = []
        for planned in self.sources:
            report = source_report(
                planned, staged.get(planned.name), judgement.rejects, self.earlier.get(planned.name)
            )
            if planned.name in staged or planned.name in judgement.sources:
                report = replace(report, triples=workspace.size(graph_iri(planned.name)))
            if planned.name in inferred:
                report = replace(report, inferred=inferred[planned.name])
            found.append(report if planned.name in known else replace(report, outcome="absent"))
        return tuple(found)

    def _describe(self, reports: Sequence[SourceReport], workspace: Workspace) -> None:
        """Write the graph of provenance of the version to be."""
        by_name = {report.name: report for report in reports}
        facts = BuildFacts(self.started, datetime.now(UTC))
        with self._step("describe") as triples:
            quads = set(describe_build(facts, [plan.name for plan in self.plans if plan.load]))
            names = [plan.name for plan in self.plans]
            size = sum(by_name[name].triples + by_name[name].inferred for name in names)
            quads |= set(describe_dataset(names, size, facts.ended))
            carried: list[NamedNode] = []
            for plan in self.plans:
                if plan.close:
                    report, needs = by_name[plan.name], plan.planned.needs
                    quads |= set(describe_graphs(report, plan.loaded, needs, facts.iri, plan.load))
                if not plan.load:
                    carried.append(graph_iri(plan.name))
                if not plan.close:
                    carried.append(inferred_graph_iri(plan.name))
            if self.base is not None:
                quads |= set(carry_over(self.base, carried))
            workspace.tell(quads)
            triples.append(len(quads))

    def _publish(
        self,
        workspace: Workspace,
        reports: Sequence[SourceReport],
        staged: Mapping[str, Staged],
        judgement: Judgement,
    ) -> DatasetVersion:
        inputs = {SHAPES: self.shapes, RULES: self.rules}
        for plan in self.plans:
            inputs[plan.name] = plan.loaded
            inputs[plan.name + INFERRED] = plan.closed
            inputs[plan.name + LOOKED_UP] = plan.looked_up
        note = ", ".join(plan.name for plan in self.plans if plan.load) or "inferences"

        def keep_records(version: DatasetVersion) -> None:
            account = self._account(version, reports, judgement)
            write_records(self.data_dir, account, staged, judgement.rejects)
            self._keep_readings(version, staged, judgement, workspace)
            workspace.before_switch(version)

        draft = workspace.draft
        with self._step("write"):
            sizes = workspace.finish()
            give_back_memory()
            draft.wait()
        with self._step("publish") as triples:
            version = self.versions.publish_draft(draft, inputs, f"build: {note}", keep_records, sizes=sizes)
            triples.append(version.quads)
        return version

    def _keep_readings(
        self,
        version: DatasetVersion,
        staged: Mapping[str, Staged],
        judgement: Judgement,
        workspace: Workspace,
    ) -> None:
        """Keep what was read where it is what the version says: nothing was set aside by a rule, and no one
        else published meanwhile."""
        before = self.base.number if self.base else None
        if self.versions.current_number() != before:
            return
        changed = workspace.draft.changed
        read = {name: one.quads for name, one in staged.items() if name not in judgement.sources}
        unchanged = [p.name for p in self.plans if graph_iri(p.name).value not in changed]
        keep_readings(self.data_dir, version.number, read, before, unchanged)

    def _account(
        self, version: DatasetVersion, reports: Sequence[SourceReport], judgement: Judgement
    ) -> BuildReport:
        before: Mapping[str, int] = self.base.graphs if self.base else {}
        return BuildReport(
            started=self.started,
            seconds=time.perf_counter() - self.clock,
            version=version.number,
            published=True,
            triples=version.quads,
            sources=tuple(reports),
            steps=tuple(self.steps),
            warnings=judgement.warnings,
            previous=self.base.number if self.base else None,
            difference={
                graph: (before.get(graph, 0), version.graphs.get(graph, 0))
                for graph in sorted({*before, *version.graphs})
                if before.get(graph, 0) != version.graphs.get(graph, 0)
            },
        )

    def _nothing_to_do(self, base: DatasetVersion) -> BuildReport:
        known = {plan.name for plan in self.plans}
        reports = [source_report(p, None, (), self.earlier.get(p.name)) for p in self.sources]
        return BuildReport(
            started=self.started,
            seconds=time.perf_counter() - self.clock,
            version=base.number,
            published=False,
            triples=base.quads,
            sources=tuple(r if r.name in known else replace(r, outcome="absent") for r in reports),
        )


def _peak_memory() -> int:
    """The greatest resident memory of this process so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
