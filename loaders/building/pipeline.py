"""The build: sources in, a numbered version out, or nothing at all.

A source is read again when its inputs or the loaders' code changed, and inferred from again when it, the
ontology, the rules or a source that it needs did. Nothing is published before everything conforms.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.iris import graph_iri, inferred_graph_iri
from ...ontology.modules import read_ontology
from ...ontology.reasoning import compile_rules, infer
from ...ontology.reasoning.rules import RuleSet
from ...ontology.text import Text
from ...store.errors import disk_error
from ...store.model import DatasetVersion, GraphChange
from ...store.versions import Versions
from .locking import one_build
from .model import BuildReport, SourceReport, StepName, StepReport
from .plan import INFERRED, SHAPES, Plan, make_plans, shapes_digest
from .progress import Listener, Silence
from .provenance import (
    PROVENANCE,
    BuildFacts,
    carry_over,
    describe_build,
    describe_dataset,
    describe_graphs,
    describe_source,
)
from .records import earlier_reports, source_report, write_records
from .sources import ONTOLOGY, Planned
from .staging import Staged, stage
from .validation import Judgement, judge
from .workspace import Workspace, give_back_memory

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
        self.shapes = shapes_digest()

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
        staged = {plan.name: self._load(plan) for plan in self.plans if plan.load}
        workspace = self._workspace(staged)
        judgement = self._judge(workspace, whole)
        inferred = self._infer(workspace)
        reports = self._reports(staged, judgement, workspace, inferred)
        self._describe(reports, workspace)
        changes = self._changes(staged, judgement, workspace, inferred)
        del workspace
        give_back_memory()
        version = self._publish(changes, reports, staged, judgement)
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.staging, ignore_errors=True)
        return self._account(version, reports, judgement)

    @contextmanager
    def _step(self, step: StepName, source: str | None = None) -> Iterator[list[int]]:
        """Time a step; what is appended to the list is the number of triples that it made."""
        self.listener.started(step, source)
        started, cpu_started = time.perf_counter(), time.process_time()
        triples: list[int] = []
        yield triples
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu_started
        report = StepReport(step, source, seconds, cpu, _peak_memory(), triples[0] if triples else None)
        self.steps.append(report)
        self.listener.finished(report)

    def _load(self, plan: Plan) -> Staged:
        with self._step("load", plan.name) as triples:
            staged = stage(plan.planned, plan.loaded, self.staging, self.listener.progressed)
            triples.append(staged.triples)
        return staged

    def _workspace(self, staged: Mapping[str, Staged]) -> Workspace:
        """The graphs that stay, and the new ones; what is to be inferred anew is left out."""
        replaced = {graph_iri(name).value for name in staged} | {PROVENANCE.value}
        replaced |= {inferred_graph_iri(plan.name).value for plan in self.plans if plan.close}
        with self._step("gather"):
            workspace = Workspace(self.base, replaced, self.work / "store")
            for one in staged.values():
                workspace.load(one.quads)
        return workspace

    def _judge(self, workspace: Workspace, whole: bool) -> Judgement:
        changed = [plan.planned for plan in self.plans if plan.load or whole]
        with self._step("validate"):
            # Statements refer to their sources, which the graph of provenance describes.
            workspace.add({quad for planned in self.sources for quad in describe_source(planned)})
            return judge(workspace, changed, self.strict, focus=not whole)

    def _infer(self, workspace: Workspace) -> dict[str, int]:
        rules: RuleSet | None = None
        inferred: dict[str, int] = {}
        for plan in self.plans:
            if plan.close:
                with self._step("infer", plan.name) as triples:
                    rules = rules or compile_rules(read_ontology())
                    context = () if plan.name == ONTOLOGY else (ONTOLOGY, *plan.planned.needs)
                    inferred[plan.name] = infer(workspace.store, rules, plan.name, context).triples
                    triples.append(inferred[plan.name])
        return inferred

    def _changes(
        self,
        staged: Mapping[str, Staged],
        judgement: Judgement,
        workspace: Workspace,
        inferred: Mapping[str, int],
    ) -> list[GraphChange]:
        """The graphs that differ from the published version, as files: one for all where all are new."""
        stated = dict.fromkeys((*staged, *sorted(judgement.sources)))
        graphs = [*map(graph_iri, stated), *map(inferred_graph_iri, inferred), PROVENANCE]
        with self._step("write"):
            if not (self.base.graphs.keys() if self.base else set()) - {graph.value for graph in graphs}:
                content = workspace.write_all(self.work / "all.nq")
                return [GraphChange(graph.value, content) for graph in graphs]
            return [
                GraphChange(graph.value, workspace.write(graph, self.work / f"{number}.nt"))
                for number, graph in enumerate(graphs)
            ]

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
            workspace.add(quads)
            triples.append(workspace.size(PROVENANCE))

    def _publish(
        self,
        changes: Sequence[GraphChange],
        reports: Sequence[SourceReport],
        staged: Mapping[str, Staged],
        judgement: Judgement,
    ) -> DatasetVersion:
        inputs = {SHAPES: self.shapes}
        for plan in self.plans:
            inputs[plan.name] = plan.loaded
            inputs[plan.name + INFERRED] = plan.closed
        note = ", ".join(plan.name for plan in self.plans if plan.load) or "inferences"

        def keep_records(version: DatasetVersion) -> None:
            account = self._account(version, reports, judgement)
            write_records(self.data_dir, account, staged, judgement.rejects)

        with self._step("publish") as triples:
            version = self.versions.publish(changes, inputs, f"build: {note}", keep_records)
            triples.append(version.quads)
        return version

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
