"""Harvests as users meet them: the command, the schedule of a running service, the pages that show them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from digiterr.loaders.harvest.model import Publisher
from digiterr.ontology.errors import InputError
from digiterr.server.configuration import load
from digiterr.server.harvest.publishers import publishers_of
from portal_server import Page, PortalServer, ckan, ckan_package, dataset, turtle

COMMAND = Path(sys.executable).with_name("digiterr")
HTML = {"accept": "text/html"}


@pytest.fixture
def portal() -> Iterator[PortalServer]:
    server = PortalServer()
    yield server
    server.close()


def digiterr(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "--lang", "en", *words], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_command_says_what_it_did_and_fails_in_a_sentence(portal: PortalServer, tmp_path: Path) -> None:
    portal.pages["/c"] = Page(turtle(dataset(1), dataset(2)))
    done = digiterr(tmp_path, "harvest", f"{portal.url}/c", "--name", "town")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("town: 2 new; version 1,")
    again = digiterr(tmp_path, "harvest", f"{portal.url}/c", "--name", "town")
    assert again.stdout.startswith("town: 2 unchanged; nothing changed,")
    portal.pages["/c"] = Page(turtle(dataset(1)) + "<oops>")
    broken = digiterr(tmp_path, "harvest", f"{portal.url}/c", "--name", "town")
    assert broken.returncode == 3
    assert broken.stderr.startswith(f"digiterr: {portal.url}/c:")
    assert "Traceback" not in broken.stderr
    portal.pages["/c"] = Page(status=500)
    (tmp_path / "digiterr.toml").write_text("harvest_timeout = 2.0\n")
    assert digiterr(tmp_path, "harvest", f"{portal.url}/c", "--name", "town").returncode == 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 3, "no portal is declared"),
        (("nowhere",), 3, "this is no http(s) address, no file, and no declared portal"),
        (("http://127.0.0.1:1/c", "--name", "A B"), 3, "cannot name a portal"),
        (("http://user@127.0.0.1/",), 5, "is no address of the web"),
        (("--kind", "oai"), 2, "Invalid value for '--kind'"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = digiterr(tmp_path, "harvest", *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_portals_of_the_settings(portal: PortalServer, tmp_path: Path) -> None:
    portal.pages["/a"] = Page(turtle(dataset(1)))
    portal.pages["/b"] = Page(status=404)
    (tmp_path / "digiterr.toml").write_text(
        f'harvest_interval = 0.0\n[[harvests]]\nname = "a"\nurl = "{portal.url}/a"\nevery = "1d"\n'
        f'[[harvests]]\nname = "b"\nurl = "{portal.url}/b"\nkind = "dcat"\n'
    )
    both = digiterr(tmp_path, "harvest")
    assert both.returncode == 5
    assert "a: 1 new" in both.stdout
    assert "b: " in both.stderr
    assert digiterr(tmp_path, "harvest", "a").stdout.startswith("a: 1 unchanged")
    portal.asked.clear()
    assert digiterr(tmp_path, "harvest", "--due").returncode == 0
    assert portal.asked == []


@pytest.mark.parametrize(
    "table",
    [
        'name = "A"\nurl = "http://a.example/"',
        'name = "a"',
        'name = "a"\nurl = "http://a.example/"\nkind = "oai"',
        'name = "a"\nurl = "http://a.example/"\nevery = "often"',
        'name = "a"\nurl = "http://a.example/"\nevery = "1s"',
        'name = "a"\nurl = "http://a.example/"\nunknown = 1',
        'name = "a"\nurl = "http://a.example/"\n[[harvests]]\nname = "a"\nurl = "http://b.example/"',
    ],
)
def test_settings_of_portals_are_checked(tmp_path: Path, table: str) -> None:
    file = tmp_path / "digiterr.toml"
    file.write_text(f"[[harvests]]\n{table}\n")
    with pytest.raises(InputError, match="not a list of portals"):
        load(file, {})


def test_a_service_harvests_what_is_due_and_shows_it(
    portal: PortalServer, small_graph_copy, start_service
) -> None:
    portal.pages["/api/3/action/package_search"] = ckan([ckan_package(1), ckan_package(2, notes="")])
    service = start_service(
        small_graph_copy,
        f'harvest_interval = 0.0\n[[harvests]]\nname = "town"\nurl = "{portal.url}"\nkind = "ckan"\nevery = "1h"\n'
        f'[[harvests]]\nname = "later"\nurl = "{portal.url}/later"\n',
    )

    def state() -> dict[str, object]:
        found = service.request("GET", "/harvest.json").json["portals"]
        return next(one for one in found if one["name"] == "town")

    until = time.monotonic() + 90
    while state()["last"] is None and time.monotonic() < until:
        time.sleep(0.1)
    town = state()
    assert town["last"]["error"] is None, town
    assert town["records"] == 1
    assert town["last"]["tally"]["refused"] == 1
    assert town["next"] > town["last"]["started"]
    found = service.query(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>"
        "SELECT ?t { GRAPH <https://w3id.org/digiterr/graph/harvest-town> { ?d a dcat:Dataset ; dcterms:title ?t } }",
        accept="application/sparql-results+json",
    )
    assert [row["t"]["value"] for row in found.json["results"]["bindings"]] == ["Jeu 1"]
    logged = [line for line in service.log if line["message"] == "harvest"]
    assert (logged[0]["portal"], logged[0]["added"]) == ("town", 1)

    for language, said in (
        ("fr", "La fiche n’a pas de description."),
        ("en", "The record has no description."),
    ):
        home = service.request("GET", f"/harvest?lang={language}", **HTML)
        assert home.status == 200
        assert '<a href="/harvest/town">town</a>' in home.text
        assert '<a href="/harvest/later">later</a>' in home.text
        page = service.request("GET", f"/harvest/town?lang={language}", **HTML).text
        assert said in page
        assert "<code>notes</code>" in page
    assert service.request("GET", "/harvest/later", **HTML).status == 200
    table = service.request("GET", "/harvest/town/refused.csv")
    assert table.media_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["reason"] for row in rows] == ["dataset-description"]
    assert len(service.request("GET", "/harvest/town.json").json["runs"]) == 1
    for path in (
        "/harvest/nobody",
        "/harvest/nobody.json",
        "/harvest/later/refused.csv",
        "/harvest/..%2fversions",
    ):
        reply = service.request("GET", path, accept="application/json")
        assert reply.status == 404, path
        assert json.loads(reply.text)["code"] == "not-found"


@pytest.mark.xdist_group("published")
@pytest.mark.slow
def test_publishers_are_bodies_of_the_graph_by_number_or_by_name(published: Path) -> None:
    body_of = publishers_of(published)

    def found(name: str, siren: str | None = None) -> str | None:
        body = body_of(Publisher(name, siren, "https://portal.example/org"))
        return body.value.rpartition("/")[2] if body else None

    assert found("Ville de Rennes") == "org-commune-35238"
    assert found("Un service", "243500139") == "org-243500139"
    assert found("Une association") is None
    assert found("Saint-Denis") is None  # there are several


def test_where_nothing_is_published_nobody_is_found(tmp_path: Path) -> None:
    assert publishers_of(tmp_path)(Publisher("Ville de Rennes", None, "https://portal.example/org")) is None
