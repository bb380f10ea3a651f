"""Queries from an event loop over kept connections: they see what any others would."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from digiterr.store import errors
from digiterr.store.model import GraphChange, QueryRequest
from digiterr.store.service.client import ServiceClient
from digiterr.store.service.guardian import Guardian
from digiterr.store.service.leases import Leases, UnansweredError
from digiterr.store.service.settings import ServiceSettings
from digiterr.store.versions import Versions

G = "https://w3id.org/digiterr/graph/one"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceClient]:
    folder = tmp_path_factory.mktemp("leases")
    (folder / "one.nt").write_text(
        "".join(f'<http://e/s{i}> <http://e/label> "label {i}" .\n' for i in range(5000))
    )
    Versions(folder / "var").publish([GraphChange(G, folder / "one.nt")])
    settings = ServiceSettings(folder / "var", memory_workers=2, disk_workers=2, timeout=20.0)
    with Guardian(settings) as client:
        assert client.wait(30, in_memory=True)
        yield client


def request(text: str, **facts: Any) -> QueryRequest:
    return QueryRequest(text, accept="text/csv", **facts)


def label(number: int) -> QueryRequest:
    return request(f"SELECT ?l {{ <http://e/s{number}> <http://e/label> ?l }}")


def alone(work: Coroutine[Any, Any, Any]) -> Any:
    """What WORK gives, on a thread of its own: the journeys' browser keeps a running loop on the main one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def on_a_loop(service: ServiceClient, work: Any) -> Any:
    async def run() -> Any:
        leases = Leases(service.settings, asyncio.get_running_loop())
        try:
            return await work(leases)
        finally:
            leases.close()

    return alone(run())


def test_many_questions_get_their_own_answers(service: ServiceClient) -> None:
    async def work(leases: Leases) -> list[tuple[int, bytes | None]]:
        async def one(number: int) -> tuple[int, bytes | None]:
            return number, (await leases.query(label(number)))[1]

        return await asyncio.gather(*(one(number) for number in range(600)))

    for number, content in on_a_loop(service, work):
        assert content == f"l\r\nlabel {number}\r\n".encode()


def test_a_long_answer_is_streamed(service: ServiceClient) -> None:
    async def work(leases: Leases) -> tuple[Any, bytes | None]:
        return await leases.query(request("SELECT ?s ?l { ?s <http://e/label> ?l }"))

    answer, content = on_a_loop(service, work)
    assert content is None
    assert b"".join(answer.body).count(b"\r\n") == 5001


def test_an_error_is_raised_and_the_connection_stays(service: ServiceClient) -> None:
    async def work(leases: Leases) -> bytes | None:
        for _ in range(20):
            with pytest.raises(errors.QuerySyntaxError):
                await leases.query(request("SELECT * { ?s ?p }"))
        return (await leases.query(label(1)))[1]

    assert on_a_loop(service, work) == b"l\r\nlabel 1\r\n"


def test_a_lease_never_answers_from_an_older_version(service: ServiceClient, tmp_path: Path) -> None:
    """A version published between two questions on one connection is seen by the second."""
    versions = Versions(service.settings.data_dir)

    async def work(leases: Leases) -> None:
        for size in range(1, 6):
            (tmp_path / "two.nt").write_text(
                "".join(f"<http://e/x{i}> <http://e/two> <http://e/y> .\n" for i in range(size))
            )
            await leases.query(label(1))
            number = versions.publish([GraphChange("http://e/two", tmp_path / "two.nt")]).number
            for _ in range(10):
                answer, content = await leases.query(request("SELECT ?s { ?s <http://e/two> ?o }"))
                assert answer.version == number
                assert content is not None
                assert content.count(b"\r\n") == size + 1

    on_a_loop(service, work)
    assert service.wait(20, in_memory=True)


def test_long_queries_hold_up_no_short_one_and_end_when_cancelled(service: ServiceClient) -> None:
    async def work(leases: Leases) -> float:
        long = [asyncio.ensure_future(leases.query(request(ENDLESS))) for _ in range(3)]
        await asyncio.sleep(0.5)
        start = time.monotonic()
        assert (await leases.query(label(7)))[1] == b"l\r\nlabel 7\r\n"
        taken = time.monotonic() - start
        for one in long:
            one.cancel()
        await asyncio.gather(*long, return_exceptions=True)
        return taken

    assert on_a_loop(service, work) < 5.0
    end = time.monotonic() + 10
    while any(worker["busy"] for worker in service.state()["workers"]) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(worker["busy"] for worker in service.state()["workers"])


def test_killed_workers_are_told_of_or_replaced(service: ServiceClient) -> None:
    assert service.wait(20, in_memory=True)

    def kill() -> None:
        for worker in service.state()["workers"]:
            if worker["pid"]:  # none while it is being started
                os.kill(worker["pid"], signal.SIGKILL)

    async def work(leases: Leases) -> None:
        await leases.query(label(1))
        kill()
        for number in range(50):  # on a connection whose worker is gone, or on a new one
            try:
                assert (await leases.query(label(number)))[1] == f"l\r\nlabel {number}\r\n".encode()
            except (errors.EngineDiedError, UnansweredError):
                assert number < 3
                await asyncio.sleep(0.5)
        asked: Coroutine[Any, Any, Any] = leases.query(request(ENDLESS))
        running = asyncio.ensure_future(asked)
        await asyncio.sleep(0.5)
        kill()
        with pytest.raises(errors.EngineDiedError):
            await running

    on_a_loop(service, work)


def test_no_service_is_no_answer(tmp_path: Path) -> None:
    async def work() -> None:
        leases = Leases(ServiceSettings(tmp_path), asyncio.get_running_loop())
        with pytest.raises(UnansweredError):
            await leases.query(label(1))

    alone(work())
