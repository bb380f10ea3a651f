"""Running the service: health, readiness, metrics, the log, starting and stopping."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

COMMAND = Path(sys.executable).with_name("digiterr")


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


def test_a_killed_web_process_comes_back(start_service, small_graph_copy) -> None:
    service = start_service(small_graph_copy)
    children = subprocess.run(
        ["pgrep", "-P", str(service.process.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    web = [child for child in children if b"store.service" not in Path(f"/proc/{child}/cmdline").read_bytes()]
    assert web

    os.kill(int(web[0]), signal.SIGKILL)
    until = time.monotonic() + 10
    status = None
    while status != 200 and time.monotonic() < until:
        try:
            status = service.query("ASK {}").status
        except OSError:
            time.sleep(0.05)
    assert status == 200


def test_a_client_that_leaves_frees_its_worker(start_service, small_graph_copy) -> None:
    """Its query is ended long before its deadline."""
    service = start_service(small_graph_copy, "query_timeout = 60.0\nmemory_workers = 1\n")
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }"
    request = f"GET /sparql?query={quote(bomb)} HTTP/1.1\r\nHost: x\r\nX-Request-Id: left\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(request.encode())
        time.sleep(1)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if [line for line in service.log if line.get("request_id") == "left"]:
            break
        time.sleep(0.1)
    assert [line for line in service.log if line.get("request_id") == "left"]


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
    assert not end.endswith(b"0\r\n\r\n")
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
