"""Downloads of sources, against a server of the tests: resumed, bounded, checked, and never half in place."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from digiterr.loaders.tabular.description import SourceFile
from digiterr.loaders.tabular.fetch import fetch
from digiterr.loaders.tabular.rows import Dialect
from digiterr.ontology.errors import ServiceError, ViolationsError

CONTENT = bytes(range(256)) * 2048  # half a megabyte


class Publisher(BaseHTTPRequestHandler):
    """Serves CONTENT with ranges at /file, cuts the connection halfway at /cut, and answers 500 at /down."""

    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.ranges.append(self.headers.get("Range"))
        if self.path == "/down":
            self.send_error(500)
            return
        wanted = self.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : len(CONTENT) // 2] if self.path == "/cut" else CONTENT[start:])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def publisher() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    Publisher.ranges = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def declared(url: str | None, sha256: str | None = None, max_bytes: int = 1_000_000) -> SourceFile:
    return SourceFile("rows", "rows.csv", Dialect(), url=url, sha256=sha256, max_bytes=max_bytes)


def test_a_file_arrives_whole_with_progress(publisher: str, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "rows.csv"
    progress = list(fetch(declared(f"{publisher}/file", hashlib.sha256(CONTENT).hexdigest()), target))
    assert target.read_bytes() == CONTENT
    assert (progress[-1].done, progress[-1].total) == (len(CONTENT), len(CONTENT))
    assert not list(target.parent.glob("*.part"))


def test_a_cut_download_is_taken_up_where_it_stopped(publisher: str, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    with pytest.raises((ServiceError, ViolationsError)):
        list(fetch(declared(f"{publisher}/cut", hashlib.sha256(CONTENT).hexdigest()), target))
    assert not target.exists()
    assert (tmp_path / "rows.csv.part").stat().st_size == len(CONTENT) // 2
    list(fetch(declared(f"{publisher}/file"), target))
    assert target.read_bytes() == CONTENT
    assert Publisher.ranges[-1] == f"bytes={len(CONTENT) // 2}-"


def test_a_file_larger_than_declared_is_refused(publisher: str, tmp_path: Path) -> None:
    with pytest.raises(ViolationsError, match="larger"):
        list(fetch(declared(f"{publisher}/file", max_bytes=1000), tmp_path / "rows.csv"))
    assert list(tmp_path.iterdir()) == []


def test_another_content_is_refused_and_the_file_in_place_stays(publisher: str, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("earlier")
    with pytest.raises(ViolationsError, match="not the file that was declared"):
        list(fetch(declared(f"{publisher}/file", "0" * 64), target))
    assert target.read_text() == "earlier"


@pytest.mark.parametrize("path", ["/down", None, "file"])
def test_no_address_or_no_answer_is_a_service_error(publisher: str, tmp_path: Path, path: str | None) -> None:
    url = f"{publisher}{path}" if path == "/down" else "file:///etc/passwd" if path else None
    with pytest.raises(ServiceError):
        list(fetch(declared(url), tmp_path / "rows.csv"))
    assert list(tmp_path.iterdir()) == []
