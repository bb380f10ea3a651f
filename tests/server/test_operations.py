"""Running the service: health, readiness, metrics, the log, starting and stopping."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

COMMAND = Path(sys.executable).with_name("digiterr")


def wait_until(happened: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if happened():
                return
        time.sleep(0.05)
    raise TimeoutError


def metrics(service) -> dict[str, float]:
    reply = service.request("GET", "/metrics")
    assert reply.media_type == "text/plain"
    lines = (line.rsplit(" ", 1) for line in reply.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


def test_health_and_readiness(service) -> None:
    health = service.request("GET", "/health").json
    assert (health["status"], health["version"]) == ("ok", 1)
    assert health["triples"] > 5_000
    assert service.request("GET", "/ready").json == {"status": "ready", "version": 1}


def test_nothing_published(start_service, tmp_path: Path) -> None:
    """The service starts without a graph, and says what to do."""
    empty = start_service(tmp_path / "var")
    assert empty.request("GET", "/health").json["version"] is None
    assert empty.request("GET", "/ready").status == 503
    reply = empty.query("ASK {}", accept_language="en")
    assert reply.status == 503
    assert reply.json["code"] == "nothing-published"
    assert "digiterr build" in reply.json["hint"]
    assert reply.headers["x-digiterr-version"] == "0"
    page = empty.request("GET", "/", accept="text/html", accept_language="en")
    assert page.status == 200
    assert "digiterr build" in page.text


def test_metrics_count(service) -> None:
    before = metrics(service)
    service.query("ASK { ?s ?p 'counted once' }")
    service.query("ASK { ?s ?p 'counted once' }")
    service.query("nonsense")
    after = metrics(service)

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown('digiterr_queries_total{outcome="ok"}') == 1
    assert grown('digiterr_queries_total{outcome="cached"}') == 1
    assert grown('digiterr_queries_total{outcome="error"}') == 1
    assert grown("digiterr_query_seconds_count") == 2
    assert after["digiterr_dataset_version"] == 1
    assert after["digiterr_triples"] > 5_000
    assert after["digiterr_web_memory_bytes"] > 1_000_000
    assert after["digiterr_workers"] >= after["digiterr_workers_busy"]
    assert after["digiterr_workers"] >= 1
    assert after["digiterr_queue"] == 0


def test_the_log_has_the_request_id(service) -> None:
    reply = service.query("ASK {} # logged", x_request_id="seen-in-the-log")
    assert reply.headers["x-request-id"] == "seen-in-the-log"
    line = next(line for line in service.log if line.get("request_id") == "seen-in-the-log")
    assert (line["method"], line["path"], line["status"], line["outcome"]) == ("GET", "/sparql", 200, "ok")
    assert line["seconds"] >= 0


def test_slow_queries_are_logged_with_their_text(start_service, small_graph) -> None:
    slow = start_service(small_graph, "slow_query = 0.0\n")
    slow.query("ASK {} # this one")
    found = [line for line in slow.log if line["message"] == "slow query"]
    assert found[0]["query"] == "ASK {} # this one"
    assert found[0]["level"] == "warning"


def test_a_port_in_use_is_one_sentence(service, tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "--lang", "en", "serve", "--port", str(service.port), "--data-dir", tmp_path / "var"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 5
    assert f"port {service.port} is already in use" in done.stderr
    assert "--port" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_it_stops_in_good_order(start_service, small_graph_copy) -> None:
    service = start_service(small_graph_copy)
    assert service.query("ASK {}").status == 200
    assert service.stop() == 0
    with socket.socket() as trial:
        assert trial.connect_ex(("127.0.0.1", service.port)) != 0


def web_processes(service) -> list[int]:
    """Those that answer requests: started by the main thread; the store's own are by another."""
    pid = service.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_killed_web_process_comes_back(start_service, small_graph_copy) -> None:
    service = start_service(small_graph_copy)
    (web,) = web_processes(service)
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: service.query("ASK {}").status == 200)


def test_several_web_processes_are_counted_as_one(start_service, small_graph_copy) -> None:
    """Counts add up whichever process gives them, also those of one that was killed; the others go on."""
    service = start_service(small_graph_copy, "web_processes = 3\ncache_size = 0\n")
    wait_until(lambda: len(web_processes(service)) == 3)

    def ask(times: int) -> None:
        for _ in range(times):
            wait_until(lambda: service.query("ASK {}").status == 200)

    ask(40)
    assert [metrics(service)['digiterr_queries_total{outcome="ok"}'] for _ in range(8)] == [40] * 8
    killed = web_processes(service)[0]
    os.kill(killed, signal.SIGKILL)
    ask(40)
    wait_until(lambda: len(set(web_processes(service)) - {killed}) == 3)
    assert metrics(service)['digiterr_queries_total{outcome="ok"}'] == 80


def test_a_client_that_leaves_frees_its_worker(start_service, small_graph_copy) -> None:
    """Its query is ended long before its deadline."""
    service = start_service(small_graph_copy, "query_timeout = 60.0\nmemory_workers = 1\n")
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }"
    request = f"GET /sparql?query={quote(bomb)} HTTP/1.1\r\nHost: x\r\nX-Request-Id: left\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(request.encode())
        time.sleep(1)
    wait_until(lambda: any(line.get("request_id") == "left" for line in service.log), 5)


def test_an_answer_cut_short_is_no_whole_answer(start_service, small_graph_copy) -> None:
    """A deadline in the middle of a stream: the transfer ends without its end, and the log says so."""
    service = start_service(small_graph_copy, "query_timeout = 2.0\nrow_limit = 100000000\ncache_size = 0\n")
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(
            f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
        )
        end = b""
        while True:
            try:
                chunk = connection.recv(1 << 20)
            except ConnectionResetError:
                break
            if not chunk:
                break
            end = (end + chunk)[-16:]
    assert not end.endswith(b"\r\n0\r\n\r\n")
    time.sleep(0.3)
    assert any(line["message"] == "answer cut short" for line in service.log)


def test_a_slow_reader_does_not_fill_the_memory(start_service, small_graph_copy) -> None:
    """The service holds back an answer that its client does not take."""
    service = start_service(small_graph_copy, "row_limit = 100000000\nquery_timeout = 60.0\n")
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    before = metrics(service)["digiterr_web_memory_bytes"]
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.sendall(
            f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
        )
        connection.recv(1000)
        time.sleep(4)
        after = metrics(service)["digiterr_web_memory_bytes"]
    assert after - before < 60_000_000
