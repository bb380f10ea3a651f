"""Writes: one transaction each, judged before it is published, journalled, seen by every later query."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.ontology.errors import InputError, ViolationsError
from digiterr.store import errors
from digiterr.store.model import DEFAULT_GRAPH, Authority, GraphChange, QueryRequest, UpdateRequest, Upload
from digiterr.store.outline import CallRefusedError
from digiterr.store.service.client import ServiceClient
from digiterr.store.service.guardian import Guardian
from digiterr.store.service.settings import ServiceSettings
from digiterr.store.versions import Versions
from digiterr.store.writing import ForbiddenError, with_using

G = "http://e/g"
EDITOR = Authority("editor", ("*",))
ONLY_G = Authority("limited", ("http://e/g*",))
TURTLE = "text/turtle"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceClient]:
    folder = tmp_path_factory.mktemp("writes")
    (folder / "one.nt").write_text("<http://e/a> <http://e/p> <http://e/b> .\n")
    Versions(folder / "var").publish([GraphChange("http://e/one", folder / "one.nt")])
    with Guardian(
        ServiceSettings(folder / "var", memory_workers=1, disk_workers=2, keep_versions=3)
    ) as client:
        yield client


@pytest.fixture(autouse=True)
def clean(service: ServiceClient) -> None:
    service.update(UpdateRequest("DROP SILENT GRAPH <http://e/g>; DROP DEFAULT", EDITOR))


def update(client: ServiceClient, text: str, authority: Authority = EDITOR):
    return client.update(UpdateRequest(text, authority))


def upload(folder: Path, text: str | bytes, media_type: str = TURTLE) -> list[Upload]:
    path = folder / f"upload-{time.monotonic_ns()}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [Upload(path, media_type, "http://e/base/")]


def size(client: ServiceClient, graph: str) -> int:
    answer = client.query(QueryRequest("SELECT * { ?s ?p ?o }", default_graphs=(graph,), accept="text/csv"))
    return b"".join(answer.body).count(b"\r\n") - 1


def journal(client: ServiceClient) -> list[dict[str, object]]:
    lines = (client.settings.data_dir / "journal.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_an_update_is_a_version_seen_by_every_later_query(service: ServiceClient) -> None:
    for number in range(1, 6):
        report = update(service, f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/s{number}> <http://e/p> 1 }} }}")
        assert (report.graphs, report.added, report.removed) == ((G,), 1, 0)
        answer = service.query(QueryRequest("ASK {}", accept="text/csv"))
        assert answer.version == report.version
        assert size(service, G) == number


def test_the_snapshot_follows_writes_without_reading_all_again(service: ServiceClient) -> None:
    assert service.wait(30, in_memory=True)
    snapshot = service.state()["snapshot"]["pid"]
    update(
        service,
        f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> 1, 2, 'é\\n'@fr, _:b . _:b <http://e/p> _:b }} }}",
    )
    update(service, f"DELETE DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> 1 }} }}")
    last = update(service, f"DELETE WHERE {{ GRAPH <{G}> {{ ?b <http://e/p> ?b }} }}").version
    end = time.monotonic() + 20
    while time.monotonic() < end:
        state = service.state()
        held = [worker["version"] for worker in state["workers"] if worker["kind"] == "memory"]
        if state["snapshot"] == {"pid": snapshot, "version": last, "ready": True} and held == [last]:
            break
        time.sleep(0.02)
    assert state["snapshot"] == {"pid": snapshot, "version": last, "ready": True}
    for _ in range(5):
        assert size(service, G) == 3
    found = service.select(f"SELECT ?o FROM <{G}> {{ <http://e/s> <http://e/p> ?o }} ORDER BY STR(?o)").rows
    assert {row[0].value for row in found if row[0]} >= {"2", "é\n"}


def test_several_operations_are_one_transaction(service: ServiceClient) -> None:
    update(service, f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> 1, 2 }} }}")
    before = service.version()
    with pytest.raises(InputError):
        update(service, f"CLEAR GRAPH <{G}>; LOAD <http://e/nowhere> INTO GRAPH <{G}>")
    with pytest.raises(errors.QuerySyntaxError) as caught:
        update(service, f"CLEAR GRAPH <{G}>;\nINSERT NONSENSE")
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    assert service.version() == before
    report = update(
        service,
        f"DELETE DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> 1 }} }} ; "
        f"INSERT {{ GRAPH <{G}> {{ ?s <http://e/q> ?o, 3 }} }} WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} }}",
    )
    assert (report.added, report.removed) == (2, 1)
    assert size(service, G) == 3


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH <http://e/one> { <http://e/s> <http://e/p> 1 } }",
        "PREFIX e: <http://e/> INSERT DATA { GRAPH e:one { e:s e:p 1 } }",
        "BASE <http://e/> INSERT DATA { GRAPH <one> { <s> <p> 1 } }",
        "PREFIX e: <http://e/> WITH e:one DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "CLEAR NAMED",
        "DROP ALL",
        "COPY <http://e/one> TO <http://e/two>",
        "INSERT DATA { <http://e/s> <http://e/p> 1 }",
        "INSERT DATA { GRAPH <http://e/\\u006Fne> { <http://e/s> <http://e/p> 1 } }",
        "CREATE GRAPH <http://e/other>",
        "PREFIX x: <http://e/> DELETE { ?a x:p ?b } WHERE { ?a x:p ?b FILTER(?a<?b#>'''\n) } ; "
        "INSERT DATA { GRAPH <http://e/one> { x:s x:p 1 } } #'''",
        "PREFIX x: <http://e/> DELETE { ?a x:p ?b } WHERE { ?a x:p ?b FILTER(?a<x:b#>'''\n) } ; "
        "INSERT DATA { GRAPH <http://e/one> { x:s x:p 1 } } #'''",
    ],
)
def test_a_token_writes_to_its_graphs_alone(service: ServiceClient, text: str) -> None:
    before = service.version()
    with pytest.raises(ForbiddenError, match="'limited' may not write to the graph") as caught:
        update(service, text, ONLY_G)
    assert caught.value.status == 403
    assert service.version() == before
    assert size(service, "http://e/one") == 1
    assert (
        update(service, f"INSERT DATA {{ GRAPH <{G}2> {{ <http://e/s> <http://e/p> 1 }} }}", ONLY_G).added
        <= 1
    )


def test_service_and_load_are_refused_in_updates(service: ServiceClient) -> None:
    for text in (
        "LOAD <http://127.0.0.1:9/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ):
        with pytest.raises(CallRefusedError):
            update(service, text)


def test_graph_store_operations(service: ServiceClient, tmp_path: Path) -> None:
    report = service.put_graph(G, upload(tmp_path, "<s> <p> 1, 2 ."), EDITOR)
    assert (report.existed, report.added, size(service, G)) == (False, 2, 2)
    report = service.put_graph(G, upload(tmp_path, "<s> <p> 3 ."), EDITOR)
    assert (report.existed, report.added, report.removed, size(service, G)) == (True, 1, 2, 1)
    report = service.post_graph(G, upload(tmp_path, "<s> <p> 3, 4 ."), EDITOR)
    assert (report.added, size(service, G)) == (1, 2)
    iris = service.select(f"SELECT ?s FROM <{G}> {{ ?s ?p 4 }}").rows
    assert [row[0].value for row in iris if row[0]] == ["http://e/base/s"]
    report = service.patch_graph(G, "DELETE { ?s ?p 4 } INSERT { ?s ?p 5, 6 } WHERE { ?s ?p 4 }", EDITOR)
    assert (report.added, report.removed, size(service, G)) == (2, 1, 3)
    assert service.has_graph(G)
    report = service.delete_graph(G, EDITOR)
    assert (report.existed, report.removed, service.has_graph(G)) == (True, 3, False)


def test_the_unnamed_graph_and_an_empty_one(service: ServiceClient, tmp_path: Path) -> None:
    report = service.put_graph(None, upload(tmp_path, "<s> <p> 1 ."), EDITOR)
    assert (report.graphs, report.added, size(service, DEFAULT_GRAPH)) == ((DEFAULT_GRAPH,), 1, 1)
    assert size(service, "http://e/one") == 1
    report = service.put_graph(G, upload(tmp_path, ""), EDITOR)
    assert (report.existed, service.has_graph(G), size(service, G)) == (False, True, 0)
    assert service.delete_graph(None, EDITOR).removed == 1


def test_a_patch_writes_to_its_graph_alone(service: ServiceClient, tmp_path: Path) -> None:
    service.put_graph(G, upload(tmp_path, "<s> <p> 1 ."), EDITOR)
    with pytest.raises(InputError, match="to no other"):
        service.patch_graph(G, "INSERT { GRAPH <http://e/one> { ?s ?p ?o } } WHERE { ?s ?p ?o }", EDITOR)
    assert size(service, "http://e/one") == 1


@pytest.mark.parametrize(
    ("text", "media_type", "line"),
    [
        ("@prefix : <http://e/> .\n:s :p 1 .\n:s :p , .", TURTLE, 3),
        ("<http://e/s> <http://e/p> <http://e/o> .\nnonsense", "application/n-triples", 2),
        (b'<s> <p> "\xff" .', TURTLE, 1),
        ('{"@id": }', "application/ld+json", 1),
    ],
)
def test_invalid_rdf_changes_nothing(
    service: ServiceClient, tmp_path: Path, text: str | bytes, media_type: str, line: int
) -> None:
    service.put_graph(G, upload(tmp_path, "<s> <p> 1 ."), EDITOR)
    before = service.version()
    with pytest.raises(InputError, match="RDF is not valid") as caught:
        service.put_graph(G, upload(tmp_path, text, media_type), EDITOR)
    assert caught.value.where is not None
    assert caught.value.where.line == line
    assert service.version() == before
    assert size(service, G) == 1


def test_an_entity_bomb_costs_one_process(service: ServiceClient, tmp_path: Path) -> None:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = (
        f'<!DOCTYPE r [<!ENTITY e0 "0123456789">{entities}]><rdf:RDF {rdf}>'
        '<rdf:Description rdf:about="http://e/s"><p xmlns="http://e/">&e11;</p></rdf:Description></rdf:RDF>'
    )
    before = service.version()
    with pytest.raises((errors.LimitError, InputError)):
        service.put_graph(G, upload(tmp_path, bomb, "application/rdf+xml"), EDITOR)
    assert service.version() == before
    assert update(service, f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> 1 }} }}").added == 1


def test_what_breaks_the_shapes_is_refused_with_the_report(service: ServiceClient, tmp_path: Path) -> None:
    graph = "https://w3id.org/digiterr/graph/cases"
    case = "@prefix dt: <https://w3id.org/digiterr/ont#> . <https://w3id.org/digiterr/id/case-Z> a dt:CaseStudy ."
    before = service.version()
    with pytest.raises(ViolationsError) as caught:
        service.put_graph(graph, upload(tmp_path, case), EDITOR)
    assert caught.value.status == 422
    assert "sh:ValidationReport" in str(caught.value.details["report"])
    assert "case-Z" in str(caught.value.details["report"])
    assert service.version() == before
    assert service.put_graph("http://e/gdraft", upload(tmp_path, case), EDITOR).added == 1


def test_the_journal_says_who_when_where_and_how_much(service: ServiceClient) -> None:
    report = update(service, f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> 1, 2 }} }}", ONLY_G)
    entry = journal(service)[-1]
    assert entry["version"] == report.version
    assert (entry["who"], entry["action"]) == ("limited", "update")
    assert entry["graphs"] == {G: {"added": 2, "removed": 0}}
    assert str(entry["time"]).startswith("20")


def test_old_versions_are_removed(service: ServiceClient) -> None:
    for number in range(5):
        update(service, f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/s> <http://e/p> {number} }} }}")
    kept = [path for path in (service.settings.data_dir / "versions").iterdir() if path.is_dir()]
    assert 3 <= len(kept) <= 5


def test_using_graphs_of_the_protocol() -> None:
    using = (["http://e/a"], [])
    assert with_using("DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", *using) == (
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } USING <http://e/a> WHERE { ?s ?p ?o }"
    )
    assert with_using("DELETE WHERE { ?s ?p ?o } ; INSERT DATA { <a> <b> 'WHERE' }", *using) == (
        "DELETE { ?s ?p ?o } USING <http://e/a> WHERE { ?s ?p ?o } ; INSERT DATA { <a> <b> 'WHERE' }"
    )


def test_an_update_reads_the_graphs_it_is_told(service: ServiceClient) -> None:
    text = f"INSERT {{ GRAPH <{G}> {{ ?s <http://e/copied> ?o }} }} WHERE {{ ?s ?p ?o }}"
    assert service.update(UpdateRequest(text, EDITOR)).added == 0
    assert service.update(UpdateRequest(text, EDITOR, using_graphs=("http://e/one",))).added == 1


def test_no_acknowledged_write_is_lost_when_processes_are_killed(service: ServiceClient) -> None:
    """Supervisor and writer are killed at random while a client writes: what was acknowledged is there."""
    acknowledged: list[int] = []
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                update(service, f"INSERT DATA {{ GRAPH <{G}> {{ <http://e/w> <http://e/n> {number} }} }}")
            except errors.StoreError:
                continue
            acknowledged.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    for round_ in range(6):
        before, end = len(acknowledged), time.monotonic() + 20
        while len(acknowledged) < before + 2 and time.monotonic() < end:
            time.sleep(0.05)
        state = service.state()
        writers = [worker["pid"] for worker in state.get("workers", ()) if worker["kind"] == "write"]
        for pid in [state["pid"]] if round_ % 2 and state else writers:
            os.kill(pid, signal.SIGKILL)
    stop.set()
    thread.join()
    found = service.select(f"SELECT ?n FROM <{G}> {{ <http://e/w> <http://e/n> ?n }}").rows
    numbers = {int(row[0].value) for row in found if row[0]}
    assert len(acknowledged) > 6
    assert set(acknowledged) <= numbers
