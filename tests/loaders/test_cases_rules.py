"""The rules of the ontology over case files: a violation refuses the file, with the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.loaders.cases.files import read_files, shipped_paths
from digiterr.loaders.cases.source import CaseSource
from digiterr.loaders.cases.validation import Judged, judge
from digiterr.loaders.model import Reject
from pyoxigraph import Quad

SHIPPED = {path.name: path for path in shipped_paths()}


def judged(tmp_path: Path, old: str, new: str) -> tuple[Judged, str]:
    text = SHIPPED["case-A.yaml"].read_text(encoding="utf-8")
    assert old in text
    text = text.replace("case: A", "case: Z", 1).replace(old, new, 1)
    path = tmp_path / "case-Z.yaml"
    path.write_text(text, encoding="utf-8")
    context = [SHIPPED["study-digital-territories.yaml"]]
    (verdict,) = judge(read_files([path], context=context), read_files(context))
    return verdict, text


def test_the_shipped_files_break_no_rule_and_draw_no_advice() -> None:
    verdicts = judge(read_files(shipped_paths()))
    assert {(verdict.violations, verdict.advice) for verdict in verdicts} == {((), ())}
    assert all(verdict.accepted for verdict in verdicts)


def test_a_thing_of_the_wrong_kind_is_refused_at_its_line(tmp_path: Path) -> None:
    verdict, text = judged(
        tmp_path, "    centre-of:\n      territory: epci", "    centre-of:\n      territory: city"
    )
    assert not verdict.accepted
    (violation,) = verdict.violations
    line = text[: text.index("territory: city")].count("\n") + 1
    assert (violation.where.line, violation.where.pointer) == (line, "terr-Z-city")
    assert violation.where.file == str(tmp_path / "case-Z.yaml")
    assert violation.message.fr != violation.message.en
    assert violation.hint.fr


def test_advice_does_not_refuse(tmp_path: Path) -> None:
    verdict, _ = judged(tmp_path, "study: digital-territories-2021-2023\n", "")
    assert verdict.accepted
    assert len(verdict.advice) == 1


def test_a_source_leaves_out_the_refused_file_and_keeps_the_others(tmp_path: Path) -> None:
    text = SHIPPED["case-A.yaml"].read_text(encoding="utf-8").replace("case: A", "case: Z", 1)
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text(
        text.replace("    centre-of:\n      territory: epci", "    centre-of:\n      territory: city"),
        encoding="utf-8",
    )
    good.write_text(text.replace("case: Z", "case: Y", 1), encoding="utf-8")
    events = list(CaseSource([bad, good]).read())
    assert {event.where.file for event in events if isinstance(event, Reject)} == {str(bad)}
    subjects = {str(event.subject) for event in events if isinstance(event, Quad)}
    assert any("case-Y" in subject for subject in subjects)
    assert not any("case-Z" in subject for subject in subjects)


NAMED = """
case: Named
label: {fr: cas nommé, en: named case}
source: hal-04013262
evidence: {slide: 1, quote: x, status: context}
territories:
  - id: city
    kind: municipality
    insee: "%s"
    label: {fr: ville nommée, en: named city}
    evidence: {slide: 1, quote: x, status: context}
    population: {count: 77000, evidence: {slide: 1, quote: x, status: context}}
organisations:
  - id: city
    kind: municipality
    insee: "64445"
    label: {fr: commune nommée, en: named municipality}
    evidence: {slide: 1, quote: x, status: context}
project:
  label: {fr: projet, en: project}
  evidence: {slide: 1, quote: x, status: context}
  period: {start: 2020, evidence: {slide: 1, quote: x, status: context}}
  owners: {organisations: city, evidence: {slide: 1, quote: x, status: context}}
collection: {kind: interviews, count: 3, evidence: {slide: 1, quote: x, status: context}}
"""


def test_a_public_named_case_speaks_of_the_territory_of_the_national_register(tmp_path: Path) -> None:
    path = tmp_path / "named.yaml"
    path.write_text(NAMED % "64445", encoding="utf-8")
    events = list(CaseSource([path]).read())
    assert [event for event in events if isinstance(event, Reject)] == []
    triples = {
        (quad.subject.value.rpartition("/")[2], quad.predicate.value.rpartition("#")[2], str(quad.object))
        for quad in events
        if isinstance(quad, Quad) and hasattr(quad.subject, "value")
    }
    base = "<https://w3id.org/digiterr/id/"
    assert ("population-Named-city-1", "observedTerritory", f"{base}terr-commune-64445>") in triples
    assert ("project-Named", "projectOwner", f"{base}org-commune-64445>") in triples
    # The register says what these are; the graph of the cases does not say it again.
    assert not [triple for triple in triples if triple[0] in ("terr-commune-64445", "org-commune-64445")]


@pytest.mark.parametrize(
    ("code", "reason"), [("99999", "unknown-code"), ("64", "code-of-another-kind"), ("6444", "wrong-form")]
)
def test_a_code_that_does_not_exist_is_refused_at_its_line(tmp_path: Path, code: str, reason: str) -> None:
    path = tmp_path / "named.yaml"
    path.write_text(NAMED % code, encoding="utf-8")
    rejects = [event for event in CaseSource([path]).read() if isinstance(event, Reject)]
    first = rejects[0]
    assert (first.reason, first.where.line, first.where.column) == (reason, 9, 12)
    assert code in first.message.fr


def test_the_caller_may_bring_its_own_list_of_codes(tmp_path: Path) -> None:
    path = tmp_path / "named.yaml"
    path.write_text(NAMED % "64445", encoding="utf-8")
    asked: list[tuple[str, str]] = []

    def known(kind: str, code: str) -> bool:
        asked.append((kind, code))
        return False

    (case_file,) = read_files([path], context=shipped_paths(), known_code=known)
    assert asked == [("commune", "64445"), ("commune", "64445")]
    assert [fault.reason for fault in case_file.problems] == ["unknown-code", "unknown-code"]
