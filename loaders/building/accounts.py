"""Accounts of builds as JSON, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ...ontology.text import Text
from .model import BuildReport, Example, SourceReport, StepReport, Tally, Warned

Facts = dict[str, Any]


def tally_facts(tallies: Iterable[Tally]) -> list[Facts]:
    return [
        {
            "reason": tally.reason,
            "count": tally.count,
            "examples": [
                {
                    "where": example.where,
                    "message": _text_facts(example.message),
                    "hint": _text_facts(example.hint),
                    "record": example.record,
                }
                for example in tally.examples
            ],
        }
        for tally in tallies
    ]


def read_tallies(facts: Iterable[Facts]) -> tuple[Tally, ...]:
    return tuple(
        Tally(
            fact["reason"],
            fact["count"],
            tuple(
                Example(
                    example["where"], Text(**example["message"]), Text(**example["hint"]), example["record"]
                )
                for example in fact["examples"]
            ),
        )
        for fact in facts
    )


def source_facts(source: SourceReport) -> Facts:
    return {
        "name": source.name,
        "title": _text_facts(source.title),
        "outcome": source.outcome,
        "edition": source.edition,
        "records": source.records,
        "triples": source.triples,
        "inferred": source.inferred,
        "rejects": tally_facts(source.rejects),
        "cleanings": tally_facts(source.cleanings),
        "unmatched": dict(source.unmatched),
        "seconds": round(source.seconds, 3),
        "advice": _text_facts(source.advice) if source.advice else None,
    }


def read_source(facts: Facts) -> SourceReport:
    return SourceReport(
        name=facts["name"],
        title=Text(**facts["title"]),
        outcome=facts["outcome"],
        edition=facts["edition"],
        records=facts["records"],
        triples=facts["triples"],
        inferred=facts["inferred"],
        rejects=read_tallies(facts["rejects"]),
        cleanings=read_tallies(facts["cleanings"]),
        unmatched=facts["unmatched"],
        seconds=facts["seconds"],
        advice=Text(**facts["advice"]) if facts["advice"] else None,
    )


def report_facts(report: BuildReport) -> Facts:
    """The whole account as the JSON report gives it; times in seconds, memory in bytes."""
    return {
        "started": report.started.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "version": report.version,
        "previous": report.previous,
        "published": report.published,
        "triples": report.triples,
        "sources": [source_facts(source) for source in report.sources],
        "steps": [
            {
                "step": step.step,
                "source": step.source,
                "seconds": round(step.seconds, 3),
                "cpu_seconds": round(step.cpu_seconds, 3),
                "peak_memory": step.peak_memory,
                "triples": step.triples,
            }
            for step in report.steps
        ],
        "warnings": [
            {"message": _text_facts(warned.message), "count": warned.count, "example": warned.example}
            for warned in report.warnings
        ],
        "difference": {graph: list(sizes) for graph, sizes in report.difference.items()},
    }


def read_report(facts: Facts) -> BuildReport:
    return BuildReport(
        started=datetime.fromisoformat(facts["started"]),
        seconds=facts["seconds"],
        version=facts["version"],
        published=facts["published"],
        triples=facts["triples"],
        sources=tuple(map(read_source, facts["sources"])),
        steps=tuple(StepReport(**step) for step in facts["steps"]),
        warnings=tuple(Warned(Text(**w["message"]), w["count"], w["example"]) for w in facts["warnings"]),
        previous=facts["previous"],
        difference={graph: (sizes[0], sizes[1]) for graph, sizes in facts["difference"].items()},
    )


def _text_facts(text: Text) -> Facts:
    return {"fr": text.fr, "en": text.en}
