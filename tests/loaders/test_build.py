"""The build: what it publishes, what it reads again, what it refuses, and that nothing is lost when it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from digiterr.loaders.building import comparison
from digiterr.loaders.building.comparison import difference
from digiterr.loaders.building.model import BuildReport, StepReport
from digiterr.loaders.building.pipeline import build
from digiterr.loaders.building.progress import Silence
from digiterr.loaders.building.readings import kept_reading
from digiterr.loaders.building.sources import OntologySource, Planned, case_paths
from digiterr.loaders.building.staging import stage
from digiterr.loaders.cases.source import CaseSource
from digiterr.loaders.model import Cleaning, Event, Progress, Reject, SourceDescription
from digiterr.ontology.errors import InputError, StoreError, ViolationsError, Where
from digiterr.ontology.iris import DATA, graph_iri, inferred_graph_iri
from digiterr.ontology.names import DCAT, DCTERMS, DQV, DT, DTV, PROV, RDF, RDFS, SPDX, VOID, XSD
from digiterr.ontology.reasoning import Change
from digiterr.ontology.text import Text
from digiterr.store.model import GraphChange
from digiterr.store.service.changes import apply_changes, base_of, changes_file
from digiterr.store.versions import Versions
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple

ROOT = Path(__file__).parents[2]


def quad(graph: str, subject: str, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(DATA + subject), predicate, value, graph_iri(graph))


def place(graph: str, code: str, name: str) -> list[Quad]:
    """A territory and its authority, which break no rule."""
    territory, body = f"terr-commune-{code}", f"org-commune-{code}"
    return [
        quad(graph, territory, RDF.type, DT.AdministrativeTerritory),
        quad(graph, territory, RDFS.label, Literal(name, language="fr")),
        quad(graph, territory, DT.inseeCode, Literal(code)),
        quad(graph, territory, DT.hasAuthority, NamedNode(DATA + body)),
        quad(graph, body, RDF.type, DT.Municipality),
        quad(graph, body, RDFS.label, Literal(f"Commune de {name}", language="fr")),
    ]


def population(graph: str, code: str, count: Literal) -> list[Quad]:
    observation = f"population-{code}"
    return [
        quad(graph, observation, RDF.type, DT.PopulationObservation),
        quad(graph, observation, DT.observedTerritory, NamedNode(f"{DATA}terr-commune-{code}")),
        quad(graph, observation, DT.populationCount, count),
        quad(graph, observation, DT.referenceYear, Literal(2023)),
        quad(graph, observation, DT.statedIn, NamedNode(f"{DATA}source-{graph}")),
        quad(graph, observation, DT.epistemicStatus, DTV.status_open_data),
    ]


@dataclass
class SmallSource:
    """A source of one file: each line is a commune, `code;name;population`; `?` at its head is a reject."""

    path: Path
    name: str = "small"
    readings: int = 0

    @property
    def description(self) -> SourceDescription:
        return SourceDescription(
            name=self.name,
            title=Text("Petite source", "Small source"),
            description=Text("Pour essai.", "For trial."),
            publisher="Essai",
            licence="https://creativecommons.org/licenses/by/4.0/",
            attribution=Text("Essai", "Trial"),
            landing_page="https://example.org/",
            edition="1",
        )

    def inputs(self) -> Sequence[Path]:
        return (self.path,)

    def read(self) -> Iterator[Event]:
        self.readings += 1
        lines = self.path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            where = Where(self.path.name, number)
            if line.startswith("?"):
                text = Text("ligne douteuse", "doubtful row")
                yield Reject(self.name, where, "doubtful", text, text, line)
                continue
            if line.startswith(" "):
                yield Cleaning(self.name, where, "blank-trimmed", line, line.strip())
            code, name, count = line.strip().split(";")
            yield from place(self.name, code, name)
            if count:
                datatype = XSD.nonNegativeInteger if count.isdigit() else XSD.string
                yield from population(self.name, code, Literal(count, datatype=datatype))
            yield Progress(self.name, number, len(lines))


@pytest.fixture
def small(tmp_path: Path) -> SmallSource:
    path = tmp_path / "small.csv"
    path.write_text("01004;Ambérieu;15634\n  38185;Grenoble;156389\n", encoding="utf-8")
    return SmallSource(path)


def planned(source: SmallSource, **more: object) -> tuple[Planned, ...]:
    return (Planned(OntologySource()), replace(Planned(source), **more))  # pyright: ignore[reportArgumentType]


def published(data_dir: Path) -> Store:
    return Store.read_only(str(Versions(data_dir).current().path))


def names_of(data_dir: Path) -> set[str]:
    found = published(data_dir).quads_for_pattern(None, RDFS.label, None, graph_iri("small"))
    return {q.object.value for q in found if isinstance(q.object, Literal)}


def outcomes(report: BuildReport) -> dict[str, str]:
    return {source.name: source.outcome for source in report.sources}


def test_a_build_publishes_what_is_stated_what_follows_and_where_it_comes_from(
    small: SmallSource, tmp_path: Path
) -> None:
    report = build(planned(small), tmp_path / "var")
    version = Versions(tmp_path / "var").current()
    assert (report.version, report.published, report.triples) == (1, True, version.quads)
    store = published(tmp_path / "var")
    stated = list(store.quads_for_pattern(None, None, None, graph_iri("small")))
    assert len(stated) == 24
    territory = NamedNode(DATA + "terr-commune-01004")
    follows = Quad(territory, RDF.type, DT.Territory, inferred_graph_iri("small"))
    assert follows in store
    assert Quad(territory, RDF.type, DT.Territory, graph_iri("small")) not in store
    band = Quad(
        NamedNode(DATA + "population-38185"),
        DT.inPopulationBand,
        DTV.population_50k_200k,
        inferred_graph_iri("small"),
    )
    assert band in store
    provenance, source = graph_iri("provenance"), NamedNode(DATA + "source-small")
    assert Quad(source, RDF.type, DCAT.Dataset, provenance) in store
    assert Quad(graph_iri("small"), PROV.wasDerivedFrom, source, provenance) in store
    assert Quad(graph_iri("small"), VOID.triples, Literal(24), provenance) in store
    files = list(store.quads_for_pattern(source, DCTERMS.hasPart, None, provenance))
    assert len(files) == 1
    checksums = store.quads_for_pattern(None, SPDX.checksumValue, None, provenance)
    import hashlib

    digest = hashlib.sha256(small.path.read_bytes()).hexdigest()
    assert digest in {q.object.value for q in checksums if isinstance(q.object, Literal)}


def test_the_account_counts_rows_cleanings_and_rejects(small: SmallSource, tmp_path: Path) -> None:
    with small.path.open("a", encoding="utf-8") as file:
        file.write("?;=1+1;\n")
    report = build(planned(small), tmp_path / "var")
    account = {source.name: source for source in report.sources}["small"]
    assert (account.outcome, account.records, account.triples) == ("built", 2, 24)
    assert [(t.reason, t.count) for t in account.rejects] == [("doubtful", 1)]
    assert [(t.reason, t.count) for t in account.cleanings] == [("blank-trimmed", 1)]
    assert account.inferred > 0
    steps = [(step.step, step.source) for step in report.steps]
    assert ("load", "small") in steps
    assert ("infer", "small") in steps
    assert steps[-1] == ("publish", None)
    assert all(step.peak_memory > 10_000_000 for step in report.steps)
    measured = published(tmp_path / "var").query(
        f"SELECT ?n {{ GRAPH ?g {{ {graph_iri('small')} {DQV.hasQualityMeasurement} ?m . ?m {DQV.value} ?n }} }}"
    )
    assert sorted(int(row[0].value) for row in measured) == [1, 1, 2]  # pyright: ignore


def test_a_second_build_with_nothing_new_reads_and_publishes_nothing(
    small: SmallSource, tmp_path: Path
) -> None:
    build(planned(small), tmp_path / "var")
    again = build(planned(small), tmp_path / "var")
    assert (again.version, again.published) == (1, False)
    assert small.readings == 1
    assert outcomes(again) == {"ontology": "reused", "small": "reused"}


def test_only_what_changed_is_read_again(small: SmallSource, tmp_path: Path) -> None:
    other = SmallSource(tmp_path / "other.csv", "other")
    other.path.write_text("69123;Lyon;519127\n", encoding="utf-8")
    sources = (*planned(small), Planned(other))
    build(sources, tmp_path / "var")
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")
    report = build(sources, tmp_path / "var")
    assert outcomes(report) == {"ontology": "reused", "small": "built", "other": "reused"}
    assert (small.readings, other.readings) == (2, 1)
    assert names_of(tmp_path / "var") == {"Ambérieu-en-Bugey", "Commune de Ambérieu-en-Bugey"}
    store = published(tmp_path / "var")
    kept = Quad(NamedNode(DATA + "terr-commune-69123"), RDF.type, DT.Territory, inferred_graph_iri("other"))
    assert kept in store
    gone = NamedNode(DATA + "terr-commune-38185")
    assert not list(store.quads_for_pattern(gone, None, None, None))
    builds = list(store.quads_for_pattern(None, RDF.type, PROV.Activity, graph_iri("provenance")))
    assert len(builds) == 2, "the graph that stayed still tells the build that made it"
    assert report.difference[graph_iri("small").value] == (24, 12)
    assert graph_iri("other").value not in report.difference


def test_a_source_is_read_again_when_one_that_it_needs_changes(small: SmallSource, tmp_path: Path) -> None:
    other = SmallSource(tmp_path / "other.csv", "other")
    other.path.write_text("69123;Lyon;\n", encoding="utf-8")
    sources = (*planned(small), Planned(other, needs=("small",)))
    build(sources, tmp_path / "var")
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")
    report = build(sources, tmp_path / "var")
    assert other.readings == 2
    assert ("infer", "other") in [(step.step, step.source) for step in report.steps]


def test_force_reads_everything_again(small: SmallSource, tmp_path: Path) -> None:
    build(planned(small), tmp_path / "var")
    report = build(planned(small), tmp_path / "var", force=True)
    assert (report.version, small.readings) == (2, 2)


def test_a_record_that_breaks_a_rule_is_set_aside_with_what_refers_to_it(
    small: SmallSource, tmp_path: Path
) -> None:
    small.path.write_text("01004;Ambérieu;beaucoup\n38185;Grenoble;156389\n", encoding="utf-8")
    report = build(planned(small), tmp_path / "var")
    account = {source.name: source for source in report.sources}["small"]
    assert account.rejected >= 1
    assert all(tally.reason.startswith("breaks-") for tally in account.rejects)
    assert account.triples == 18
    assert names_of(tmp_path / "var") == {
        "Ambérieu",
        "Commune de Ambérieu",
        "Grenoble",
        "Commune de Grenoble",
    }
    csv = (tmp_path / "var" / "rejects" / "000001" / "small.csv").read_text(encoding="utf-8")
    assert "population-01004" in csv
    assert "beaucoup" in csv


def test_strict_refuses_the_build(small: SmallSource, tmp_path: Path) -> None:
    build(planned(small), tmp_path / "var")
    small.path.write_text("01004;Ambérieu;beaucoup\n", encoding="utf-8")
    with pytest.raises(ViolationsError, match="population-01004") as caught:
        build(planned(small), tmp_path / "var", strict=True)
    assert "rien n’a été publié" in caught.value.message.fr
    assert Versions(tmp_path / "var").current_number() == 1


def test_a_strict_source_with_a_reject_refuses_the_build(small: SmallSource, tmp_path: Path) -> None:
    small.path.write_text("?;;\n", encoding="utf-8")
    with pytest.raises(ViolationsError, match="doubtful row"):
        build(planned(small, strict=True), tmp_path / "var")
    assert Versions(tmp_path / "var").current_number() is None


def test_a_wrong_case_file_publishes_nothing_and_is_told_by_line(tmp_path: Path) -> None:
    wrong = tmp_path / "case.yaml"
    wrong.write_text("case: A\n", encoding="utf-8")  # the code of a shipped case
    sources = (Planned(OntologySource()), Planned(CaseSource(case_paths([wrong])), strict=True))
    with pytest.raises(ViolationsError, match=r"case\.yaml:1"):
        build(sources, tmp_path / "var")
    assert Versions(tmp_path / "var").current_number() is None


def test_a_folder_without_case_files_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no case file") as refused:
        case_paths([tmp_path])
    assert refused.value.where == Where(str(tmp_path))


@pytest.mark.parametrize("spoil", ["missing", "folder"])
def test_a_source_that_cannot_be_read_is_one_sentence(small: SmallSource, tmp_path: Path, spoil: str) -> None:
    small.path.unlink()
    if spoil == "folder":
        small.path.mkdir()
    with pytest.raises(InputError, match="it cannot be read") as caught:
        build(planned(small), tmp_path / "var")
    assert str(small.path) in caught.value.sentence("fr")


def test_an_absent_source_stays_as_it_was_published(small: SmallSource, tmp_path: Path) -> None:
    build(planned(small), tmp_path / "var")
    before = names_of(tmp_path / "var")
    small.path.unlink()
    gone = planned(small, absent=Text("fichier manquant", "missing file"))
    report = build(gone, tmp_path / "var")
    assert outcomes(report)["small"] == "reused"
    assert names_of(tmp_path / "var") == before
    assert outcomes(build(gone, tmp_path / "new"))["small"] == "absent"


def test_two_builds_do_not_meet(small: SmallSource, tmp_path: Path) -> None:
    class Nested(Silence):
        refusal = ""

        def started(self, step: str, source: str | None) -> None:
            if step == "validate":
                with pytest.raises(StoreError) as caught:
                    build(planned(small), tmp_path / "var")
                self.refusal = caught.value.message.en

    listener = Nested()
    build(planned(small), tmp_path / "var", listener=listener)
    assert listener.refusal == "another build is at work in this folder."


def test_a_folder_of_another_format_is_refused(small: SmallSource, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "format").write_text("99\n")
    with pytest.raises(StoreError, match="format 99"):
        build(planned(small), tmp_path / "var")


def test_a_data_folder_that_is_a_file_is_refused(small: SmallSource, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(StoreError, match="not a folder"):
        build(planned(small), tmp_path / "var")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_to_write(small: SmallSource, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="no permission to write"):
        build(planned(small), tmp_path / "var")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_publishes_nothing_and_loses_nothing(small: SmallSource, tmp_path: Path) -> None:
    """The staged file is led to a device on which every write fails for want of space."""
    build(planned(small), tmp_path / "var")
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")

    class Full(Silence):
        def started(self, step: str, source: str | None) -> None:
            if (step, source) == ("load", "small"):
                staging = tmp_path / "var" / "staging" / "sources"
                staging.mkdir(parents=True, exist_ok=True)
                from digiterr.loaders.building.plan import make_plans

                plan = make_plans(planned(small), Versions(tmp_path / "var").current())[1]
                (staging / f"small-{plan.loaded[:16]}.part").symlink_to("/dev/full")

    with pytest.raises(StoreError, match="the disk is full"):
        build(planned(small), tmp_path / "var", listener=Full())
    assert Versions(tmp_path / "var").current_number() == 1
    assert "Grenoble" in names_of(tmp_path / "var")


SCRIPT = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_build import SmallSource, planned
from digiterr.loaders.building.pipeline import build
from digiterr.loaders.building.progress import JsonLines

class Stopped:
    moment, signal = json.loads(sys.argv[4]), int(sys.argv[5])

    def write(self, text):
        event = json.loads(text) if text.strip() else {"event": None}
        if [event["event"], event.get("step"), event.get("source")] == self.moment:
            os.kill(os.getpid(), self.signal)

    def flush(self):
        pass

build(planned(SmallSource(Path(sys.argv[1]))), Path(sys.argv[2]), listener=JsonLines(Stopped()))
"""


def run_until(
    moment: tuple[str, str, str | None], small: SmallSource, data_dir: Path, stop: signal.Signals
) -> int:
    """Build in a process of its own, stopped at an event of its progress; its exit code."""
    words = (str(small.path), str(data_dir), str(Path(__file__).parent), json.dumps(moment), str(int(stop)))
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], stderr=subprocess.DEVNULL, check=False
    ).returncode


MOMENTS: list[tuple[str, str, str | None]] = [
    ("started", "load", "ontology"),
    ("finished", "load", "small"),
    ("started", "validate", None),
    ("started", "infer", "small"),
    ("started", "describe", None),
    ("started", "publish", None),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=["-".join(str(part) for part in m if part) for m in MOMENTS])
def test_killed_at_any_moment_the_earlier_version_stays_readable(
    small: SmallSource, tmp_path: Path, moment: tuple[str, str, str | None]
) -> None:
    data_dir = tmp_path / "var"
    build(planned(small), data_dir)
    before = sorted(map(str, published(data_dir)))
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")
    if moment[2] == "ontology":
        with small.path.open("a", encoding="utf-8") as file:
            file.write("69123;Lyon;519127\n")
        moment = ("started", "load", "small")
    code = run_until(moment, small, data_dir, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert Versions(data_dir).current_number() == 1
    assert sorted(map(str, published(data_dir))) == before
    report = build(planned(small), data_dir)
    assert report.published
    assert "Ambérieu-en-Bugey" in names_of(data_dir)
    leftovers = [path.name for path in (data_dir / "staging").iterdir() if path.is_dir()]
    assert leftovers == []


def test_interrupted_by_the_keyboard_nothing_is_published(small: SmallSource, tmp_path: Path) -> None:
    code = run_until(("started", "publish", None), small, tmp_path / "var", signal.SIGINT)
    assert code != 0
    assert Versions(tmp_path / "var").current_number() is None


def test_a_build_that_was_stopped_takes_up_the_sources_that_it_finished(
    small: SmallSource, tmp_path: Path
) -> None:
    run_until(("started", "infer", "ontology"), small, tmp_path / "var", signal.SIGKILL)
    report = build(planned(small), tmp_path / "var")
    assert small.readings == 0, "the staged file of the stopped build was used"
    account = {source.name: source for source in report.sources}["small"]
    assert (account.records, account.triples, account.cleaned) == (2, 24, 1)


def test_a_source_may_only_write_its_own_graph(small: SmallSource, tmp_path: Path) -> None:
    class Stray(SmallSource):
        def read(self) -> Iterator[Event]:
            yield from place("geography", "01004", "Ambérieu")

    with pytest.raises(ValueError, match="small writes into"):
        stage(Planned(Stray(small.path)), "0" * 64, tmp_path, lambda _: None)


def test_old_versions_are_removed_beyond_the_number_kept(small: SmallSource, tmp_path: Path) -> None:
    for number in range(3):
        small.path.write_text(f"01004;Ambérieu {number};15634\n", encoding="utf-8")
        build(planned(small), tmp_path / "var", keep=2)
    assert [version.number for version in Versions(tmp_path / "var").list()] == [2, 3]


def test_listeners_hear_each_step_begin_and_end(small: SmallSource, tmp_path: Path) -> None:
    class Heard(Silence):
        def __init__(self) -> None:
            self.open: list[tuple[str, str | None]] = []
            self.closed: list[tuple[str, str | None]] = []

        def started(self, step: str, source: str | None) -> None:
            self.open.append((step, source))

        def finished(self, report: StepReport) -> None:
            self.closed.append((report.step, report.source))

    heard = Heard()
    build(planned(small), tmp_path / "var", listener=heard)
    assert heard.open == heard.closed
    assert ("load", "small") in heard.open


def test_a_contradiction_is_told_and_refused_under_strict(small: SmallSource, tmp_path: Path) -> None:
    """A body that is both a municipality and a department's authority: no SHACL rule looks for it."""

    @dataclass
    class Contradictory(SmallSource):
        def read(self) -> Iterator[Event]:
            yield from super().read()
            yield quad(self.name, "org-commune-38185", RDF.type, DT.DepartmentalAuthority)

    sources = planned(Contradictory(small.path))
    report = build(sources, tmp_path / "var")
    told = [warned for warned in report.warnings if warned.message.en.startswith("contradiction:")]
    assert [one.example for one in told] == [f"{DATA}org-commune-38185"]
    assert "municipality" in told[0].message.en.lower()
    assert "exclu" in told[0].message.fr
    small.path.write_text("38185;Grenoble;156390\n", encoding="utf-8")
    with pytest.raises(ViolationsError, match="the graph contradicts itself"):
        build(sources, tmp_path / "var", strict=True)
    assert Versions(tmp_path / "var").current_number() == 1


def contents(data_dir: Path) -> set[Quad]:
    """All that is published, but for the account of the builds."""
    provenance = graph_iri("provenance")
    named = (one for one in published(data_dir) if one.graph_name != provenance)
    return {one for one in named if not isinstance(one.subject, BlankNode | Triple)} - {
        one for one in published(data_dir) if isinstance(one.object, BlankNode)
    }


def test_a_small_change_gives_what_a_build_of_everything_gives(small: SmallSource, tmp_path: Path) -> None:
    other = SmallSource(tmp_path / "other.csv", "other")
    other.path.write_text("69123;Lyon;519127\n01004;Ambérieu;15634\n", encoding="utf-8")
    sources = (*planned(small), Planned(other, needs=("small",), looks_up=str))
    build(sources, tmp_path / "var")
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n13055;Marseille;877215\n", encoding="utf-8")
    report = build(sources, tmp_path / "var")
    assert report.published
    assert other.readings == 1, "nothing that it looks up changed"
    assert ("infer", "other") in [(step.step, step.source) for step in report.steps]
    build(sources, tmp_path / "anew")
    assert contents(tmp_path / "var") == contents(tmp_path / "anew")
    version = Versions(tmp_path / "var").current()
    counted = Counter(str(one.graph_name)[1:-1] for one in published(tmp_path / "var"))
    assert counted == {graph: size for graph, size in version.graphs.items() if size}
    account = {source.name: source for source in report.sources}["small"]
    assert account.triples == version.graphs[graph_iri("small").value]
    assert account.inferred == version.graphs[inferred_graph_iri("small").value]


def test_a_small_change_is_kept_for_services_that_hold_the_version_before(
    small: SmallSource, tmp_path: Path
) -> None:
    data_dir = tmp_path / "var"
    build(planned(small), data_dir)
    held = Store()
    held.bulk_extend(iter(published(data_dir)))
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")
    build(planned(small), data_dir)
    noted = changes_file(data_dir, 2)
    assert base_of(noted) == 1
    apply_changes(noted, held)
    assert set(held) == set(published(data_dir))


def test_a_small_change_that_breaks_a_rule_is_set_aside_with_its_inferences(
    small: SmallSource, tmp_path: Path
) -> None:
    build(planned(small), tmp_path / "var")
    small.path.write_text(
        "01004;Ambérieu;15634\n  38185;Grenoble;156389\n13055;Marseille;beaucoup\n", encoding="utf-8"
    )
    report = build(planned(small), tmp_path / "var")
    aside = NamedNode(f"{DATA}population-13055")
    assert not list(published(tmp_path / "var").quads_for_pattern(aside, None, None, None))
    assert "Marseille" in names_of(tmp_path / "var")
    anew = build(planned(small), tmp_path / "anew")
    rejected = [{one.name: one.rejected for one in account.sources}["small"] for account in (report, anew)]
    assert rejected[0] == rejected[1] > 0
    assert contents(tmp_path / "var") == contents(tmp_path / "anew")


def test_a_source_is_read_again_when_what_it_looks_up_changes(small: SmallSource, tmp_path: Path) -> None:
    other = SmallSource(tmp_path / "other.csv", "other")
    other.path.write_text("69123;Lyon;\n", encoding="utf-8")
    sources = (*planned(small), Planned(other, needs=("small",), looks_up=small.path.read_text))
    build(sources, tmp_path / "var")
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")
    build(sources, tmp_path / "var")
    assert other.readings == 2


def test_nodes_without_a_name_differ_only_by_what_is_said_of_them(tmp_path: Path) -> None:
    graph = graph_iri("small")

    def told(*years: int) -> str:
        nodes = (f'<http://e/p{year}> <http://e/from> _:b{year} {graph} .\n_:b{year} <http://e/year> "0{year}"^^'
                 f"<{XSD.integer.value}> {graph} .\n" for year in years)  # fmt: skip
        return "".join(nodes)

    staged = tmp_path / "staged.nq"
    base = Store()
    base.load(told(2021, 2022).encode(), RdfFormat.N_QUADS)
    staged.write_text(told(2021, 2022))
    assert difference(base, "small", staged, 10) == Change()
    staged.write_text(told(2021, 2023))
    change = difference(base, "small", staged, 10)
    assert change is not None
    for triple in change.removed:
        base.remove(Quad(triple.subject, triple.predicate, triple.object, graph))
    base.extend(Quad(triple.subject, triple.predicate, triple.object, graph) for triple in change.added)
    assert difference(base, "small", staged, 10) == Change()
    staged.write_text(told(*range(2000, 2010)))
    assert difference(base, "small", staged, 5) is None


def current(data_dir: Path) -> int:
    return Versions(data_dir).current().number


def test_a_small_change_is_seen_without_reading_the_graph(
    small: SmallSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = tmp_path / "var"
    build(planned(small), data_dir)
    read = comparison.statements_of

    def unread(store: Store, graph: str) -> frozenset[bytes]:
        assert graph != graph_iri("small").value, "the graph was read"
        return read(store, graph)

    monkeypatch.setattr(comparison, "statements_of", unread)
    for name in ("Ambérieu-en-Bugey", "Ambérieu en Bugey"):
        small.path.write_text(f"01004;{name};15634\n38185;Grenoble;156389\n", encoding="utf-8")
        build(planned(small), data_dir)
        assert name in names_of(data_dir)
    build(planned(small), tmp_path / "anew")
    assert contents(data_dir) == contents(tmp_path / "anew")


def test_a_reading_is_kept_while_its_source_stays_and_its_version_is_kept(
    small: SmallSource, tmp_path: Path
) -> None:
    data_dir = tmp_path / "var"
    other = SmallSource(tmp_path / "other.csv", "other")
    other.path.write_text("69123;Lyon;\n", encoding="utf-8")
    sources = (*planned(small), Planned(other))
    build(sources, data_dir)
    for count in range(3):
        other.path.write_text(f"69123;Lyon;{count}\n", encoding="utf-8")
        build(sources, data_dir, keep=2)
    assert kept_reading(data_dir, current(data_dir), "small") == kept_reading(data_dir, 3, "small")
    assert b"Grenoble" in (kept_reading(data_dir, 4, "small") or b"")
    assert sorted(path.name for path in (data_dir / "readings").iterdir()) == ["000003", "000004"]


def test_what_others_wrote_or_rules_set_aside_is_compared_with_the_graph(
    small: SmallSource, tmp_path: Path
) -> None:
    data_dir = tmp_path / "var"
    small.path.write_text("01004;Ambérieu;15634\n13055;Marseille;beaucoup\n", encoding="utf-8")
    build(planned(small), data_dir)
    assert kept_reading(data_dir, 1, "small") is None, "a record was set aside"
    small.path.write_text("01004;Ambérieu;15634\n", encoding="utf-8")
    build(planned(small), data_dir)
    assert kept_reading(data_dir, 2, "small") is not None
    empty = tmp_path / "empty.nt"
    empty.write_bytes(b"")
    Versions(data_dir).publish([GraphChange(graph_iri("small").value, empty)], note="by hand")
    assert kept_reading(data_dir, 3, "small") is None
    small.path.write_text("01004;Ambérieu-en-Bugey;15634\n", encoding="utf-8")
    build(planned(small), data_dir)
    assert names_of(data_dir) >= {"Ambérieu-en-Bugey"}
    build(planned(small), tmp_path / "anew")
    assert contents(data_dir) == contents(tmp_path / "anew")
