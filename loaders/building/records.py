"""What stays on disk of a build beside its version: the report, and what was set aside."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...ontology.text import LANGUAGES
from ..model import Reject
from .accounts import read_report, report_facts
from .model import BuildReport, SourceReport, Tally
from .rejects import Counts, RejectsFile
from .reports import html_page, markdown
from .sources import Planned
from .staging import Staged


def reports_folder(data_dir: Path, number: int) -> Path:
    return data_dir / "reports" / f"{number:06}"


def rejects_folder(data_dir: Path, number: int) -> Path:
    return data_dir / "rejects" / f"{number:06}"


def earlier_reports(data_dir: Path, number: int | None) -> Mapping[str, SourceReport]:
    """The reports of the sources of a version, by name; empty when they were not kept."""
    if number is None:
        return {}
    try:
        text = (reports_folder(data_dir, number) / "report.json").read_text(encoding="utf-8")
        return {source.name: source for source in read_report(json.loads(text)).sources}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def source_report(
    planned: Planned, staged: Staged | None, rejects: Sequence[Reject], earlier: SourceReport | None
) -> SourceReport:
    """What became of a source: from its reading, else from what was said of it when it was read."""
    description = planned.source.description
    bare = SourceReport(
        description.name, description.title, "reused", description.edition, advice=planned.absent
    )
    if staged is not None:
        report = replace(
            bare,
            outcome="built",
            records=staged.records,
            triples=staged.triples,
            rejects=staged.reject_tallies,
            cleanings=staged.cleaning_tallies,
            unmatched=staged.unmatched,
            seconds=staged.seconds,
        )
    elif earlier is not None:
        report = replace(earlier, outcome="reused", advice=planned.absent)
    else:
        report = bare
    counts = Counts()
    for reject in rejects:
        if reject.source == planned.name:
            counts.add_reject(reject)
    return replace(report, rejects=_joined(report.rejects, counts.tallies()))


def write_records(
    data_dir: Path, report: BuildReport, staged: Mapping[str, Staged], rejects: Sequence[Reject]
) -> None:
    """Write the report and the rejects of a version that is about to be published."""
    folder = _emptied(reports_folder(data_dir, report.version))
    facts = json.dumps(report_facts(report), ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(facts + "\n", encoding="utf-8")
    for language in LANGUAGES:
        (folder / f"report.{language}.md").write_text(markdown(report, language), encoding="utf-8")
        (folder / f"report.{language}.html").write_text(html_page(report, language), encoding="utf-8")
    _write_rejects(data_dir, report, staged, rejects)


def _write_rejects(
    data_dir: Path, report: BuildReport, staged: Mapping[str, Staged], rejects: Sequence[Reject]
) -> None:
    folder = _emptied(rejects_folder(data_dir, report.version))
    for source in report.sources:
        if not source.rejected:
            continue
        path = folder / f"{source.name}.csv"
        if source.name in staged:
            shutil.copyfile(staged[source.name].rejects, path)
        elif report.previous is not None:
            earlier = rejects_folder(data_dir, report.previous) / path.name
            if earlier.is_file():
                os.link(earlier, path)
        late = [reject for reject in rejects if reject.source == source.name]
        if late:
            file = RejectsFile(path)
            for reject in late:
                file.add(reject)
            file.close()


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _joined(first: Sequence[Tally], second: Sequence[Tally]) -> tuple[Tally, ...]:
    reasons = {tally.reason for tally in second}
    return (*(tally for tally in first if tally.reason not in reasons), *second)
