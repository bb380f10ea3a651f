"""The service: one bad query costs one worker, and nobody else notices."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from digiterr.ontology.errors import DigiTerrError, InputError
from digiterr.store import errors
from digiterr.store.model import GraphChange, QueryRequest
from digiterr.store.outline import CallRefusedError
from digiterr.store.service.client import ServiceClient
from digiterr.store.service.guardian import Guardian
from digiterr.store.service.settings import ServiceSettings
from digiterr.store.versions import Versions
from pyoxigraph import NamedNode

JSON = "application/sparql-results+json"
G1 = "https://w3id.org/digiterr/graph/one"
THINGS = 20_000
PATTERN = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {PATTERN}"
# Integers and strings of digits have no common order: the engine's sort panics, and aborts its process.
MIXED_SORT = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceClient]:
    folder = tmp_path_factory.mktemp("service")
    some = random.Random(1)
    numbers = "".join(
        f'<http://e/s{i}> <http://e/n> "{i * 7919 % THINGS}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        f'<http://e/s{i}> <http://e/t> "{some.randrange(THINGS)}" .\n'
        for i in range(THINGS)
    )
    (folder / "one.nt").write_text(numbers)
    data_dir = folder / "var"
    Versions(data_dir).publish([GraphChange(G1, folder / "one.nt")])
    settings = ServiceSettings(
        data_dir,
        memory_workers=1,
        disk_workers=3,
        timeout=20.0,
        memory=200 << 20,
        queue_length=3,
        queue_wait=2.0,
    )
    with Guardian(settings) as client:
        assert client.wait(30, in_memory=True)
        yield client


def ask(client: ServiceClient, text: str, timeout: float | None = None, accept: str = JSON) -> bytes:
    return b"".join(client.query(QueryRequest(text, accept=accept, timeout=timeout)).body)


def count(client: ServiceClient, graph: str = G1) -> int:
    return int(json.loads(ask(client, f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}"))["results"]
               ["bindings"][0]["n"]["value"])  # fmt: skip


def until(condition: Callable[[], object], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def busy(client: ServiceClient) -> int:
    return sum(worker["busy"] for worker in client.state().get("workers", ()))


def test_answers_come_from_memory_with_their_version(service: ServiceClient) -> None:
    answer = service.query(QueryRequest("ASK { ?s ?p ?o }", accept=JSON))
    current = Versions(service.settings.data_dir).current_number()
    assert (answer.form, answer.media_type, answer.version) == ("boolean", JSON, current)
    assert json.loads(b"".join(answer.body))["boolean"] is True
    assert count(service) == 2 * THINGS
    bound = service.select("SELECT ?n { ?s <http://e/n> ?n }", {"s": NamedNode("http://e/s1")})
    assert [row[0].value for row in bound.rows if row[0]] == ["7919"]
    assert any(worker["kind"] == "memory" for worker in service.state()["workers"])


def test_a_long_answer_streams(service: ServiceClient) -> None:
    answer = service.query(
        QueryRequest("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 300000", accept="text/csv")
    )
    pieces = list(answer.body)
    assert len(pieces) > 20
    assert b"".join(pieces).count(b"\r\n") == 300001


def test_a_megabyte_of_query_arrives_whole(service: ServiceClient) -> None:
    assert b'"boolean":true' in ask(service, "ASK { ?s ?p ?o }" + "#" * 1_000_000)


@pytest.mark.parametrize(
    ("text", "error", "status"),
    [
        ("SELECT * { ?s ?p }", errors.QuerySyntaxError, 400),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", CallRefusedError, 403),
        ("SELECT * { \ud800 }", InputError, 400),
        ("SELECT (<http://e/f>(?s) AS ?x) { ?s ?p ?o }", InputError, 400),
    ],
)
def test_wrong_queries_cost_nothing(
    service: ServiceClient, text: str, error: type[DigiTerrError], status: int
) -> None:
    before = {worker["pid"] for worker in service.state()["workers"] if worker["pid"]}
    with pytest.raises(error) as caught:
        ask(service, text)
    assert caught.value.status == status
    assert before <= {worker["pid"] for worker in service.state()["workers"]}


def test_a_syntax_error_keeps_its_place_across_processes(service: ServiceClient) -> None:
    with pytest.raises(errors.QuerySyntaxError) as caught:
        ask(service, "SELECT * {\n ?s ?p }")
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (2, 8)


def test_a_query_is_ended_at_its_deadline(service: ServiceClient) -> None:
    start = time.monotonic()
    with pytest.raises(errors.QueryTimeoutError, match="deadline") as caught:
        ask(service, ENDLESS, timeout=0.5)
    assert time.monotonic() - start < 8.0
    assert (caught.value.status, caught.value.limit) == (503, "timeout")
    assert caught.value.hint is not None
    assert count(service) == 2 * THINGS


@pytest.mark.parametrize(
    "text",
    [
        MIXED_SORT,
        "SELECT * { BIND(" + "abs(" * 20000 + "1" + ")" * 20000 + " AS ?x) }",
        "SELECT * " + "{" * 20000 + "}" * 20000,
        "SELECT * { ?s ?p " + "[ <http://e/p> " * 20000 + "1" + "]" * 20000 + " }",
    ],
    ids=["sort over mixed literals", "nested functions", "nested groups", "nested blank nodes"],
)
def test_what_kills_the_engine_costs_one_worker(service: ServiceClient, text: str) -> None:
    answers: list[int] = []
    stop = threading.Event()

    def neighbour() -> None:
        while not stop.is_set():
            answers.append(count(service))

    thread = threading.Thread(target=neighbour)
    thread.start()

    def insist() -> None:
        for _ in range(20):  # whether the sort notices depends on the order in which it meets the values
            ask(service, text)

    try:
        with pytest.raises(errors.EngineDiedError) as caught:
            insist()
    finally:
        stop.set()
        thread.join()
    assert caught.value.status == 503
    assert caught.value.hint is not None
    assert set(answers) == {2 * THINGS}
    assert count(service) == 2 * THINGS


def test_nested_lists_are_ended_at_the_deadline(service: ServiceClient) -> None:
    """They parse in about the fourth power of their depth."""
    with pytest.raises((errors.QueryTimeoutError, errors.EngineDiedError)):
        ask(service, "SELECT * { ?s ?p " + "(" * 150 + ")" * 150 + " }", timeout=1.0)
    assert count(service) == 2 * THINGS


def test_a_query_that_outgrows_its_memory_is_ended(service: ServiceClient) -> None:
    with pytest.raises(errors.MemoryLimitError, match="200 MB") as caught:
        ask(service, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY STR(?c)")
    assert (caught.value.status, caught.value.limit) == (507, "memory")


def test_a_client_that_leaves_frees_its_worker_at_once(service: ServiceClient) -> None:
    assert until(lambda: busy(service) == 0)
    answer = service.query(QueryRequest(f"SELECT * {PATTERN}", accept=JSON))
    next(answer.body)
    assert busy(service) == 1
    answer.body.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert until(lambda: busy(service) == 0)


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", "text/csv"])
def test_an_answer_cut_short_never_looks_whole(service: ServiceClient, accept: str) -> None:
    answer = service.query(QueryRequest(f"SELECT * {PATTERN}", accept=accept, timeout=4.0))
    received: list[bytes] = []
    with pytest.raises(errors.QueryTimeoutError):
        received.extend(iter(answer.body.__next__, None))
    assert sum(map(len, received)) > 100_000
    assert (b"truncated" in received[-1]) == (accept != "text/csv")


def test_a_full_queue_says_when_to_come_back(service: ServiceClient) -> None:
    assert until(lambda: busy(service) == 0)
    raised: list[DigiTerrError] = []

    def endless() -> None:
        try:
            ask(service, ENDLESS, timeout=3.0)
        except DigiTerrError as error:
            raised.append(error)

    threads = [threading.Thread(target=endless) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    overloaded = [error for error in raised if isinstance(error, errors.OverloadedError)]
    assert len(overloaded) >= 2, raised  # nine queries, four workers, three places in the queue
    assert all(error.status == 503 and error.retry_after and error.retry_after >= 1 for error in overloaded)
    assert len(raised) == 9
    assert until(lambda: busy(service) == 0)
    assert count(service) == 2 * THINGS


def pids(state: dict[str, object], which: str) -> list[int]:
    if which == "supervisor":
        return [state["pid"]]  # pyright: ignore[reportReturnType]
    if which == "snapshot":
        return [state["snapshot"]["pid"]]  # pyright: ignore[reportIndexIssue]
    return [worker["pid"] for worker in state["workers"] if worker["kind"] == which and worker["pid"]]  # pyright: ignore


def test_waiting_for_memory_waits_for_a_worker_that_runs(service: ServiceClient) -> None:
    """One being started has no process number yet; a script that kills number 0 ends its own group."""
    for _ in range(10):
        assert service.wait(20, in_memory=True)
        (worker,) = [one["pid"] for one in service.state()["workers"] if one["kind"] == "memory"]
        assert worker
        os.kill(worker, signal.SIGKILL)
        assert until(lambda killed=worker: killed not in pids(service.state(), "memory"))


@pytest.mark.parametrize("which", ["disk", "memory", "snapshot", "supervisor"])
def test_a_killed_process_is_back_within_a_second(service: ServiceClient, which: str) -> None:
    assert service.wait(20, in_memory=True)
    state = service.state()
    if which == "disk" and not pids(state, "disk"):
        pytest.skip("no disk worker was started")
    for pid in pids(state, which):
        os.kill(pid, signal.SIGKILL)
    start = time.monotonic()
    assert count(service) == 2 * THINGS
    assert time.monotonic() - start < 8.0  # a second on a machine that does nothing else
    assert service.wait(20, in_memory=True)
    assert count(service) == 2 * THINGS


def test_a_new_version_is_seen_by_every_later_query(service: ServiceClient, tmp_path: Path) -> None:
    versions = Versions(service.settings.data_dir)
    for size in range(1, 5):
        lines = "".join(f"<http://e/x{i}> <http://e/p> <http://e/y> .\n" for i in range(size))
        (tmp_path / "two.nt").write_text(lines)
        number = versions.publish([GraphChange("http://e/two", tmp_path / "two.nt")]).number
        for _ in range(20):
            answer = service.query(
                QueryRequest("SELECT * FROM <http://e/two> { ?s ?p ?o }", accept="text/csv")
            )
            assert answer.version == number
            assert b"".join(answer.body).count(b"\r\n") == size + 1
    assert until(
        lambda: (
            service.state()["snapshot"] == {**service.state()["snapshot"], "version": number, "ready": True}
        ),
        20,
    )
    assert count(service, "http://e/two") == 4


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with Guardian(ServiceSettings(tmp_path / "var", memory_workers=0)) as client:
        assert client.version() is None
        with pytest.raises(errors.NothingPublishedError):
            ask(client, "ASK {}")
