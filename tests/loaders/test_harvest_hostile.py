"""Portals that fail, lie or attack: each is answered in a sentence, entered in the account, and changes nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from digiterr.loaders.harvest.harvesting import Options, harvest
from digiterr.loaders.harvest.model import Portal, Run
from digiterr.loaders.harvest.pages import Received
from digiterr.loaders.harvest.reader import PageReader
from digiterr.loaders.harvest.state import PortalFolder
from digiterr.loaders.harvest.visits import Manners, Visitor
from digiterr.ontology.errors import DigiTerrError, InputError, ServiceError, StoreError
from digiterr.store.versions import Versions
from portal_server import PREFIXES, Page, PortalServer, ckan, ckan_package, dataset, turtle
from pyoxigraph import NamedNode, RdfFormat, Store

GRAPH = "https://w3id.org/digiterr/graph/harvest-portal"
QUICK = Manners(interval=0, timeout=0.6, backoff=0.01, attempts=2, page_size=1 << 20)


Harvest = Callable[..., Run]


@pytest.fixture
def run(page_reader: PageReader) -> Harvest:
    """Harvests a portal into a data folder, with little patience."""

    def harvest_it(portal: PortalServer, data_dir: Path, path: str = "/c") -> Run:
        declared = Portal("portal", portal.url + path)
        return harvest(
            declared, data_dir, lambda _publisher: None, Options(manners=QUICK), reader=page_reader
        )

    return harvest_it


def content(data_dir: Path) -> str:
    store = Store.read_only(str(Versions(data_dir).current().path))
    return (store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(GRAPH)) or b"").decode()


@pytest.fixture
def harvested(portal: PortalServer, tmp_path: Path, run: Harvest) -> Path:
    """A data folder that has harvested two records in two pages."""
    portal.pages["/c"] = Page(turtle(dataset(1), this="/c", following="/c2"))
    portal.pages["/c2"] = Page(turtle(dataset(2)))
    run(portal, tmp_path / "var")
    return tmp_path / "var"


BROKEN = {
    "broken-turtle": (Page(turtle(dataset(3)) + "\n<a> <b> ."[:-3] + "oops"), "this Turtle|this TriG"),
    "server-error": (Page(status=500), "HTTP 500"),
    "gone": (Page(status=404), "HTTP 404"),
    "too-slow": (Page(turtle(dataset(3)), delay=2), "timed out"),
    "endless": (Page(turtle(dataset(3)), endless=True), "larger than 1 Mio|> 0.6 s"),
    "cut": (
        Page(turtle(dataset(3)), headers={"Content-Length": "99999"}, endless=False),
        "did not come",
    ),
    "not-gzip": (Page(b"\x1f\x8bnot", headers={"Content-Encoding": "gzip"}), "the portal did not give"),
    "bomb": (
        Page(gzip.compress(b" " * (50 << 20)), headers={"Content-Encoding": "gzip"}),
        "larger than 1 Mio",
    ),
    "a-page-for-people": (
        Page("<!doctype html><html>Maintenance</html>", "text/turtle"),
        "no catalogue there",
    ),
    "xml-that-is-html": (
        Page("<html xmlns='http://www.w3.org/1999/xhtml'/>", "application/rdf+xml"),
        "no catalogue",
    ),
    "broken-json": (Page('{"result": ', "application/json"), "this JSON is not valid"),
    "deep-json": (Page("[" * 100_000, "application/json"), "this JSON is not valid|more than"),
    "other-json": (Page('{"hello": 1}', "application/json"), "no catalogue there"),
    "binary": (Page(bytes(range(256)) * 10, "application/octet-stream"), "no catalogue there"),
    "loop": (Page(turtle(dataset(3), this="/c2", following="/c")), "go round"),
    "to-itself": (Page(turtle(dataset(3), this="/c2", following="/c2")), "go round"),
    "redirect-round": (Page(status=302, headers={"Location": "/c2"}), "too many redirections"),
    "redirect-to-private": (
        Page(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        "private network",
    ),
    "redirect-to-local": (Page(status=302, headers={"Location": "http://127.0.0.1:1/"}), "private network"),
    "redirect-to-file": (Page(status=302, headers={"Location": "file:///etc/passwd"}), "private network"),
    "next-is-private": (
        Page(turtle(dataset(3), this="/c2", following="http://10.0.0.1/c")),
        "private network",
    ),
    "entities": (
        Page(
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
            "application/rdf+xml",
        ),
        "not valid|no catalogue",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_in_the_middle_changes_nothing(
    portal: PortalServer, harvested: Path, run: Harvest, fault: str
) -> None:
    before, state = content(harvested), PortalFolder(harvested, "portal").read()
    page, said = BROKEN[fault]
    portal.pages["/c"] = Page(turtle(dataset(1, "changed"), this="/c", following="/c2"))
    portal.pages["/c2"] = page
    with pytest.raises(DigiTerrError, match=said) as caught:
        run(portal, harvested)
    assert caught.value.where is not None
    assert caught.value.where.file is not None
    assert caught.value.hint is not None
    assert Versions(harvested).current_number() == 1
    assert content(harvested) == before
    assert PortalFolder(harvested, "portal").read() == state
    assert list((harvested / "staging").glob("harvest-*")) == []
    last = PortalFolder(harvested, "portal").runs()[-1]
    assert last.error is not None
    assert last.error.en == caught.value.sentence("en")
    # Once the portal is well again, so is the harvest.
    portal.pages["/c2"] = Page(turtle(dataset(2), dataset(3)))
    assert run(portal, harvested).tally.changed == 1


def test_a_fault_that_passes_is_tried_again(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    answers = [Page(status=503, headers={"Retry-After": "0"}), Page(turtle(dataset(1)))]
    portal.pages["/c"] = lambda _query: answers.pop(0)
    assert run(portal, tmp_path / "var").tally.added == 1


def test_where_it_waits_and_how_long(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    waits: list[float] = []
    portal.pages["/c"] = Page(status=429, headers={"Retry-After": "7"})
    visitor = Visitor(portal.url, Manners(interval=0, backoff=2, attempts=4), waits.append)
    with pytest.raises(ServiceError, match=r"HTTP 429 \(4 ×\)"):
        visitor.visit(f"{portal.url}/c", tmp_path / "page")
    assert waits == [7, 7, 8]


def test_requests_are_kept_apart_as_the_portal_wants(
    portal: PortalServer, tmp_path: Path, run: Harvest
) -> None:
    waits: list[float] = []
    portal.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 3\n", "text/plain")
    portal.pages["/c"] = Page(turtle(dataset(1)))
    visitor = Visitor(portal.url, Manners(interval=0.5), waits.append)
    for _ in range(3):
        visitor.visit(f"{portal.url}/c", tmp_path / "page")
    assert [round(wait, 1) for wait in waits] == [3.0, 3.0, 3.0]


def test_robots_txt_closes_what_it_names(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    portal.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /c\n", "text/plain")
    portal.pages["/c"] = Page(turtle(dataset(1)))
    with pytest.raises(ServiceError, match=r"robots\.txt closes this page"):
        run(portal, tmp_path / "var")
    assert portal.asked == ["/robots.txt"]
    portal.pages["/robots.txt"] = Page(status=500)
    with pytest.raises(ServiceError, match="HTTP 500"):
        run(portal, tmp_path / "var")


@pytest.mark.parametrize(
    "announced", ["text/html", "application/octet-stream", "text/plain", "", "application/rdf+xml"]
)
def test_a_wrong_content_type_is_told_and_forgiven(
    portal: PortalServer, tmp_path: Path, run: Harvest, announced: str
) -> None:
    portal.pages["/c"] = Page(turtle(dataset(1)), announced)
    done = run(portal, tmp_path / "var")
    assert done.tally.added == 1
    assert "text/turtle" in done.notes[0].en


def test_records_that_break_a_rule_are_refused_one_by_one(
    portal: PortalServer, tmp_path: Path, run: Harvest
) -> None:
    packages = [
        ckan_package(1),
        ckan_package(2, notes=" "),
        ckan_package(3, resources=[{"id": "r", "name": "Sans adresse", "url": "fichier.csv"}]),
        ckan_package(4, title="=cmd|calc", notes=None),
    ]
    portal.pages["/api/3/action/package_search"] = ckan(packages)
    data_dir = tmp_path / "var"
    done = run(portal, data_dir, "")
    assert (done.tally.added, done.tally.refused) == (1, 3)
    assert done.reasons == {"dataset-description": 2, "distribution-access": 1}
    folder = PortalFolder(data_dir, "portal")
    state = folder.read()
    assert state is not None
    found = {one.title: (one.field, one.value) for one in state.refusals.values()}
    assert found["Jeu 2"] == ("notes", "")
    assert found["Jeu 3"] == ("resources[].url", "fichier.csv")
    rows = folder.refused.read_text("utf-8").splitlines()
    assert len(rows) == 4
    assert any(row.startswith("'=cmd|calc,") for row in rows)
    assert "La fiche n’a pas de description." in folder.refused.read_text("utf-8")
    # Mended at the source, it comes in; broken there, what was published stays.
    packages[1] = ckan_package(2, "2026-05-01T00:00:00")
    packages[0] = ckan_package(1, "2026-05-02T00:00:00", title="")
    done = run(portal, data_dir, "")
    assert (done.tally.added, done.tally.refused, done.tally.withdrawn) == (1, 3, 0)
    assert '"Jeu 1"' in content(data_dir)


def test_a_portal_says_nothing_of_our_own_things(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    ours = "https://w3id.org/digiterr/"
    poison = (
        PREFIXES
        + f"""
        <{ours}id/terr-commune-01004> a dcat:Dataset ; dcterms:title "Volé"@fr ; dcterms:description "Volé" ;
          <{ours}ont#inseeCode> "00000" ; <http://www.w3.org/2002/07/owl#sameAs> <https://evil.example/> ;
          dcterms:publisher <{ours}id/org-commune-01004> .
        <{ours}id/org-commune-01004> a foaf:Agent, <{ours}ont#Municipality> ; foaf:name "Usurpé" ;
          <{ours}ont#siren> "210100046" .
        <https://evil.example/d> a dcat:Dataset, <{ours}ont#CaseStudy> ; dcterms:title "T" ; dcterms:description "D" ;
          dcat:distribution <{ours}voc/value-economic> .
        <{ours}voc/value-economic> a dcat:Distribution ; dcat:accessURL <https://evil.example/f> ; dcterms:title "X" .
        """
    )
    portal.pages["/c"] = Page(poison)
    run(portal, tmp_path / "var")
    subjects = {line.split(" ")[0] for line in content(tmp_path / "var").splitlines()}
    own = {subject for subject in subjects if subject.startswith(f"<{ours}id/")}
    assert own == {one for one in own if "-portal" in one}, own
    assert not any("terr-commune" in subject or "/voc/" in subject for subject in subjects)
    assert f"{ours}ont#" not in content(tmp_path / "var")
    assert "sameAs" not in content(tmp_path / "var")


def test_descriptions_without_end_are_refused(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    cycle = "_:a dcterms:relation _:b . _:b dcterms:relation _:a ."
    wide = (
        "<https://portal.example/dataset/3> " + " ; ".join(f'dcat:keyword "k{n}"' for n in range(6000)) + " ."
    )
    extra = "; dcterms:relation _:a"
    portal.pages["/c"] = Page(turtle(dataset(1), dataset(2, more=extra), cycle, dataset(3), wide))
    done = run(portal, tmp_path / "var")
    assert (done.tally.added, done.reasons) == (1, {"too-large": 2})


def test_what_takes_too_much_to_read_is_ended(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_text(turtle(*(dataset(n) for n in range(3000))))
    received = Received(page, "https://portal.example/c", "text/turtle", "portal")
    with PageReader(timeout=0.05) as reader, pytest.raises(InputError, match=r"more than 0.05 s"):
        reader.read(received)
    page.write_text(turtle(dataset(1)))
    with PageReader() as reader:
        assert len(reader.read(received).records) == 1
        huge = tmp_path / "huge"
        huge.write_text("[" + ",".join(['{"a":[[],[],[]]}'] * 3_000_000) + "]")
        with PageReader(memory=64 << 20) as small, pytest.raises(InputError, match="takes more than 64 Mio"):
            small.read(Received(huge, "https://portal.example/c", "application/json", "portal"))
        assert len(reader.read(received).records) == 1


def test_a_list_of_any_length_is_read_in_parts(tmp_path: Path, page_reader: PageReader) -> None:
    """Thirteen thousand records in one file take no more memory than a thousand; each is there once."""
    file, count = tmp_path / "portal.json", 13_000
    for_each = (
        {"id": f"{n}", "title": f"Jeu {n}", "description": "Un jeu.", "page": "https://p.example/d"}
        for n in range(count)
    )
    file.write_text(json.dumps({"next_page": None, "data": list(for_each), "total": count}))
    received = Received(file, "file:///portal.json", "application/json", "portal")
    with PageReader(memory=512 << 20) as reader:
        parts = [reader.read(received)]
        while parts[-1].more:
            parts.append(reader.end())
    assert [len(part.records) for part in parts] == [1000] * 13 + [0]
    assert len({record.key for part in parts for record in part.records}) == count
    assert {part.total for part in parts} == {count}
    done = harvest(
        Portal("portal", str(file)), tmp_path / "var", lambda _publisher: None, Options(), reader=page_reader
    )
    assert (done.tally.added, done.tally.pages) == (count, 1)
    # A fault at its end changes nothing, and is told with its place.
    file.write_text(file.read_text()[:-1] + "\n oops")
    with pytest.raises(InputError, match="this JSON is not valid") as caught:
        harvest(
            Portal("portal", str(file)),
            tmp_path / "var",
            lambda _publisher: None,
            Options(),
            reader=page_reader,
        )
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (2, 2)
    assert Versions(tmp_path / "var").current_number() == 1


def test_one_harvest_of_a_portal_at_a_time(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    folder = PortalFolder(tmp_path / "var", "portal")
    portal.pages["/c"] = Page(turtle(dataset(1)))
    with folder.locked():
        assert folder.is_at_work()
        with pytest.raises(StoreError, match="another harvest of this portal"):
            run(portal, tmp_path / "var")
    assert not folder.is_at_work()
    assert run(portal, tmp_path / "var").tally.added == 1


def test_json_of_any_shape_is_read_without_harm(portal: PortalServer, tmp_path: Path, run: Harvest) -> None:
    strange = {
        "id": {"a": 1},
        "title": ["x"],
        "notes": 3,
        "resources": "none",
        "tags": [1, None],
        "extras": {"k": 1},
    }
    portal.pages["/c"] = Page(
        json.dumps({"result": {"count": "many", "results": [strange, 1, None]}}), "application/json"
    )
    done = run(portal, tmp_path / "var")
    assert (done.tally.added, done.tally.refused) == (0, 1)


def test_the_next_page_comes_while_one_is_read_and_faults_are_told_in_turn(
    portal: PortalServer, tmp_path: Path, run: Harvest
) -> None:
    def linked(number: int, body: str) -> Page:
        return Page(body, headers={"Link": f'</c{number + 1}>; rel="next"'} if number < 4 else {})

    for number in range(5):
        portal.pages[f"/c{number}"] = linked(number, turtle(dataset(number)))
    assert run(portal, tmp_path / "var", "/c0").tally.added == 5
    # The page after the broken one is missing: it is the broken one that is told.
    portal.pages["/c2"] = linked(2, "<oops")
    portal.pages["/c3"] = Page(status=404)
    with pytest.raises(InputError, match=r"not valid|no catalogue"):
        run(portal, tmp_path / "var", "/c0")
    portal.pages["/c2"] = linked(2, turtle(dataset(2)))
    with pytest.raises(ServiceError, match="HTTP 404"):
        run(portal, tmp_path / "var", "/c0")
    portal.pages["/c3"] = Page(turtle(dataset(3)), headers={"Link": '</c1>; rel="next"'})
    with pytest.raises(ServiceError, match="go round"):
        run(portal, tmp_path / "var", "/c0")
