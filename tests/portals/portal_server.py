"""A portal of the tests: it serves what it is told to, as it is told to, and notes what it was asked."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Page:
    """An answer. `delay` in seconds before it begins; `endless`: it never ends; `etag` makes it conditional."""

    body: str | bytes = b""
    media_type: str = "text/turtle"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    delay: float = 0.0
    endless: bool = False
    gzipped: bool = False


Answer = Page | Callable[[Mapping[str, str]], Page]


class PortalServer:
    """`pages` are answers by path, the query left out; a function gets the query. What is not there is 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.statuses: list[int] = []
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked_for_pages(self) -> list[str]:
        """What was asked, without robots.txt."""
        return [path for path in self.asked if path != "/robots.txt"]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.asked.append(handler.path)
        found = self.pages.get(parts.path, Page(status=404))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        page = found if isinstance(found, Page) else found(query)
        time.sleep(page.delay)
        status = page.status
        if page.etag and handler.headers.get("If-None-Match") == page.etag:
            status = 304
        self.statuses.append(status)
        try:
            self._send(handler, page, status)
        except OSError:
            return

    def _send(self, handler: BaseHTTPRequestHandler, page: Page, status: int) -> None:
        body = page.body.encode() if isinstance(page.body, str) else page.body
        handler.send_response(status)
        if page.media_type:
            handler.send_header("Content-Type", page.media_type)
        if page.etag:
            handler.send_header("ETag", page.etag)
        for name, value in page.headers.items():
            handler.send_header(name, value)
        if status == 304:
            handler.end_headers()
            return
        if page.gzipped:
            body = gzip.compress(body)
            handler.send_header("Content-Encoding", "gzip")
        if not page.endless and "Content-Length" not in page.headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        while page.endless:
            handler.wfile.write(b"# and so on\n" * 5000)


PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
"""


def dataset(number: int | str, title: str = "", more: str = "", base: str = "https://portal.example") -> str:
    """A dataset in Turtle, as a decent portal describes it."""
    return f"""
<{base}/dataset/{number}> a dcat:Dataset ;
  dcterms:title "{title or f"Jeu {number}"}"@fr ; dcterms:description "Ce que contient le jeu {number}."@fr ;
  dcterms:identifier "{number}" ; dcterms:publisher <{base}/org/1> ;
  dcat:distribution <{base}/file/{number}> {more} .
<{base}/file/{number}> a dcat:Distribution ; dcat:accessURL <{base}/file/{number}.csv> .
<{base}/org/1> a foaf:Agent ; foaf:name "Ville d’Exemple" .
"""


def turtle(*parts: str, this: str = "", following: str = "") -> str:
    """A page of a catalogue, with Hydra's link to the next."""
    view = f"\n<{this}> a hydra:PartialCollectionView ; hydra:next <{following}> ." if following else ""
    return PREFIXES + "".join(parts) + view


def ckan_package(number: int, modified: str = "2026-01-01T00:00:00", **more: Any) -> dict[str, Any]:
    return {
        "id": f"pkg-{number}",
        "name": f"jeu-{number}",
        "title": f"Jeu {number}",
        "notes": f"Ce que contient le jeu {number}.",
        "state": "active",
        "metadata_created": "2020-01-01T00:00:00",
        "metadata_modified": modified,
        "license_id": "lov2",
        "tags": [{"name": "budget"}],
        "organization": {"id": "o1", "title": "Ville d’Exemple"},
        "resources": [
            {
                "id": f"res-{number}",
                "name": "Fichier",
                "url": f"https://files.example/{number} é.csv",
                "format": "CSV",
            }
        ],
        **more,
    }


def ckan(packages: list[dict[str, Any]]) -> Callable[[Mapping[str, str]], Page]:
    """package_search over packages, which may be changed afterwards."""

    def search(query: Mapping[str, str]) -> Page:
        start, rows = int(query.get("start", 0)), min(int(query.get("rows", 10)), 3)
        latest = query.get("sort") == "metadata_modified desc"
        found = sorted(packages, key=lambda one: one["metadata_modified" if latest else "id"], reverse=latest)
        result = {"count": len(packages), "results": found[start : start + rows]}
        return Page(json.dumps({"success": True, "result": result}), "application/json")

    return search


def udata_dataset(number: int, modified: str = "2026-01-01T00:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {
        "id": f"{number:024x}",
        "title": f"Jeu {number}",
        "description": f"Ce que contient le jeu {number}.",
        "page": f"https://udata.example/fr/datasets/jeu-{number}/",
        "created_at": "2020-01-01T00:00:00+00:00",
        "last_modified": modified,
        "last_update": modified,
        "frequency": "annual",
        "license": "lov2",
        "tags": ["budget", "finances"],
        "organization": {
            "id": "o1",
            "name": "Ville d’Exemple",
            "page": "https://udata.example/fr/organizations/o1/",
        },
        "resources": [
            {
                "id": f"r-{number}",
                "title": "Fichier",
                "url": f"https://files.example/{number}.csv",
                "latest": f"https://udata.example/fr/datasets/r/r-{number}",
                "format": "csv",
                "mime": "text/csv",
                "filesize": 12,
                "checksum": {"type": "sha1", "value": "AB12"},
            }
        ],
        **more,
    }


def udata(url: str, datasets: list[dict[str, Any]]) -> Callable[[Mapping[str, str]], Page]:
    """The list of datasets of API 1, three a page."""

    def listing(query: Mapping[str, str]) -> Page:
        page, latest = int(query.get("page", 1)), query.get("sort") == "-last_update"
        found = sorted(datasets, key=lambda one: one["last_update" if latest else "id"], reverse=latest)
        sort = query.get("sort", "created")
        more = f"{url}/api/1/datasets/?page={page + 1}&sort={sort}" if page * 3 < len(found) else None
        document = {
            "data": found[(page - 1) * 3 : page * 3],
            "next_page": more,
            "total": len(found),
            "page": page,
        }
        return Page(json.dumps(document), "application/json")

    return listing
