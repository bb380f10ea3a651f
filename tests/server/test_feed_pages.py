"""The feed and the dumps over HTTP: TREE and LDES as clients read them, Atom, Range."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from base64 import b64encode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from digiterr.ontology.names import AS, LDES, RDF, TREE
from digiterr.server.cli import Settings
from digiterr.server.commands.rollback import command as rollback
from digiterr.server.preparing import PREPARERS, missing
from digiterr.store.exports import prepare
from digiterr.store.feed.ledger import reading
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import NamedNode, RdfFormat, Store

ATOM = "{http://www.w3.org/2005/Atom}"
ABOUT_FEED = {AS.object, AS.published}


@pytest.fixture(scope="module")
def feeding(start_service, small_graph_copy: Path) -> Any:
    prepare(None, small_graph_copy, Versions(small_graph_copy).current().number)  # type: ignore[arg-type]
    return start_service(small_graph_copy, writable=True)


def graph_at(service, path: str) -> Store:
    reply = service.request("GET", path, accept="text/turtle")
    assert reply.status == 200, reply.text
    store = Store()
    store.load(reply.body, RdfFormat.TURTLE)
    return store


def objects(store: Store, subject: NamedNode | None, predicate: NamedNode) -> list[Any]:
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


def read_stream(service, path: str) -> dict[str, set[str]]:
    """What a client of TREE and LDES makes of a stream: of each thing, its latest statements."""
    root = NamedNode(service.url + path)
    store = graph_at(service, path)
    stream = NamedNode(f"{root.value}#stream")
    assert objects(store, stream, TREE.view) == [root]
    assert objects(store, stream, LDES.versionOfPath) == [AS.object]
    assert objects(store, stream, LDES.timestampPath) == [AS.published]
    assert objects(store, objects(store, root, LDES.retentionPolicy)[0], LDES.versionAmount)[0].value == "1"
    nodes = {
        node.value
        for relation in objects(store, root, TREE.relation)
        for node in objects(store, relation, TREE.node)
    }
    events: list[tuple[str, str, set[str]]] = []
    for node in nodes:
        page = graph_at(service, node.removeprefix(service.url))
        for member in objects(page, stream, TREE.member):
            stated = list(page.quads_for_pattern(member, None, None))
            gone = any((one.predicate, one.object) == (RDF.type, AS.Delete) for one in stated)
            kept = {f"{one.predicate} {one.object}" for one in stated if one.predicate not in ABOUT_FEED}
            time = objects(page, member, AS.published)[0].value
            events.append((time, objects(page, member, AS.object)[0].value, set() if gone else kept))
    state = {thing: kept for _, thing, kept in sorted(events, key=lambda event: event[0])}
    return {thing: kept for thing, kept in state.items() if kept}


def test_a_client_of_ldes_has_the_cases(feeding) -> None:
    state = read_stream(feeding, "/feed/cases")
    asked = "SELECT DISTINCT ?s ?p ?o { GRAPH <https://w3id.org/digiterr/graph/cases> { ?s ?p ?o } FILTER(isIRI(?s)) }"
    rows = feeding.query(asked, accept="text/tab-separated-values").text.splitlines()[1:]
    found = {subject[1:-1] for subject, _, _ in (row.split("\t", 2) for row in rows)}
    named = {thing for thing in state if "/genid/" not in thing}
    assert named == found
    assert sum(map(len, state.values())) >= len(set(rows))


def test_pages_stay_for_ever_and_the_root_does_not(feeding) -> None:
    page = feeding.request("GET", "/feed/pages/1", accept="text/turtle")
    assert page.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (
        feeding.request("GET", "/feed/cases", accept="text/turtle").headers["cache-control"]
        == "public, no-cache"
    )
    again = feeding.request("GET", "/feed/pages/1", accept="text/turtle", if_none_match=page.headers["etag"])
    assert again.status == 304
    for number in (0, 999, 10**30):
        assert feeding.request("GET", f"/feed/pages/{number}", accept="text/turtle").status == 404


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]
)
def test_formats_of_pages(feeding, media_type: str) -> None:
    for path in ("/feed", "/feed/cases", "/feed/pages/1"):
        reply = feeding.request("GET", path, accept=media_type)
        assert (reply.status, reply.media_type) == (200, media_type)
        if media_type != "text/turtle":
            assert "<#" not in reply.text


def test_a_write_comes_as_the_next_events(feeding, small_graph_copy: Path) -> None:
    before = read_stream(feeding, "/feed/reference")
    fetched = feeding.request("GET", "/feed/pages/1", accept="text/turtle").body
    triples = "<http://e.example/s> <http://e.example/p> 1 ."
    reply = feeding.request(
        "PUT", "/data?graph=http://e.example/g", triples, "editor", content_type="text/turtle"
    )
    prepare(None, small_graph_copy, reply.json["version"])  # type: ignore[arg-type]
    after = read_stream(feeding, "/feed/reference")
    assert {thing for thing in after if before.get(thing) != after[thing]} == {"http://e.example/s"}
    assert feeding.request("GET", "/feed/pages/1", accept="text/turtle").body == fetched
    gone = feeding.request("DELETE", "/data?graph=http://e.example/g", None, "editor")
    prepare(None, small_graph_copy, gone.json["version"])  # type: ignore[arg-type]
    assert read_stream(feeding, "/feed/reference") == before
    entries = ET.fromstring(feeding.request("GET", "/feed.atom?lang=en").body).findall(f"{ATOM}entry")  # noqa: S314 (our own)
    summaries = [entry.findtext(f"{ATOM}summary") for entry in entries]
    assert summaries[0] == "Ontology, concepts, provenance: 1 gone"
    assert summaries[1] == "Ontology, concepts, provenance: 1 new"


def test_a_feed_reader_reads_it_in_both_languages(feeding) -> None:
    for language, title in (("fr", "DigiTerr : ce qui change"), ("en", "DigiTerr: what changes")):
        reply = feeding.request("GET", f"/feed.atom?lang={language}")
        assert reply.media_type == "application/atom+xml"
        feed = ET.fromstring(reply.body)  # noqa: S314 (our own)
        assert feed.findtext(f"{ATOM}title") == title
        assert feed.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}entry/{ATOM}updated")
        assert len({one.text for one in feed.iter(f"{ATOM}id")}) == len(feed.findall(f"{ATOM}entry")) + 1
        page = feeding.request("GET", f"/feed?lang={language}", accept="text/html").text
        assert {"fr": "Ce qui change", "en": "What changes"}[language] in page
    assert feeding.request("GET", "/feed", accept="application/atom+xml").media_type == "application/atom+xml"


def test_dumps_are_listed_with_their_checksums(feeding) -> None:
    listed = feeding.request("GET", "/dumps", accept="application/json").json
    for file in listed[0]["files"]:
        content = feeding.request("GET", file["url"].removeprefix(feeding.url)).body
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    for language, words in (("fr", "Télécharger le graphe"), ("en", "Download the graph")):
        assert words in feeding.request("GET", f"/dumps?lang={language}", accept="text/html").text


def test_a_download_resumes_where_it_stopped(feeding) -> None:
    version = feeding.request("GET", "/dumps", accept="application/json").json[-1]["version"]
    path = f"/dumps/{version}/digiterr.nq.gz"
    whole = feeding.request("GET", path)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-disposition"] == f"attachment; filename=digiterr-{version}.nq.gz"
    digest = b64encode(hashlib.sha256(whole.body).digest()).decode()
    assert whole.headers["repr-digest"] == f"sha-256=:{digest}:"
    half = len(whole.body) // 2
    rest = feeding.request("GET", path, range=f"bytes={half}-", if_range=whole.headers["etag"])
    assert rest.status == 206
    assert rest.headers["content-range"] == f"bytes {half}-{len(whole.body) - 1}/{len(whole.body)}"
    assert gzip.decompress(whole.body[:half] + rest.body) == gzip.decompress(whole.body)
    changed = feeding.request("GET", path, range=f"bytes={half}-", if_range='"another"')
    assert (changed.status, changed.body) == (200, whole.body)
    assert feeding.request("GET", path, range=f"bytes={len(whole.body)}-").status == 416
    head = feeding.request("HEAD", path)
    assert (head.status, head.headers["content-length"]) == (200, str(len(whole.body)))
    assert feeding.request("GET", path, if_none_match=whole.headers["etag"]).status == 304


def test_the_latest_dump_has_an_address_that_stays(feeding) -> None:
    newest = feeding.request("GET", "/dumps", accept="application/json").json[0]["version"]
    reply = feeding.request("GET", "/dumps/latest/digiterr.nq.zst")
    assert (reply.status, reply.headers["location"]) == (307, f"/dumps/{newest}/digiterr.nq.zst")


@pytest.mark.parametrize(
    "path",
    ["/dumps/1/account.json", "/dumps/1/..%2Faccount.json", "/dumps/77/digiterr.nq.gz", "/dumps/latest/x"],
)
def test_nothing_else_can_be_had(feeding, path: str) -> None:
    assert feeding.request("GET", path).status == 404


def test_the_feed_goes_on_after_a_rollback(tmp_path: Path, small_graph: Path) -> None:
    """What a rolled-back version gained comes as events once more; the service is asked to see to it."""
    data_dir = tmp_path / "var"
    shutil.copytree(small_graph, data_dir, symlinks=True, ignore=shutil.ignore_patterns("run"))
    versions = Versions(data_dir)
    content = tmp_path / "more.nt"
    content.write_text("<http://e.example/s> <http://e.example/p> <http://e.example/o> .\n", encoding="utf-8")
    exports = next(one for one in PREPARERS if one.kind == "dumps")
    for number in (1, 2):
        if number == 2:
            versions.publish([GraphChange("http://e.example/g", content)])
        prepare(None, data_dir, number)  # type: ignore[arg-type]
        record = data_dir / "prepared" / f"{number:06}" / "dumps.json"
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"made_with": exports.digest}), encoding="utf-8")
        assert exports not in missing(data_dir, number)
    result = CliRunner().invoke(rollback, ["1", "--data-dir", str(data_dir)], obj=Settings("en", debug=False))
    assert result.exit_code == 0, result.output
    assert exports in missing(data_dir, 1)
    prepare(None, data_dir, 1)  # type: ignore[arg-type]
    with reading(data_dir) as ledger:
        assert ledger is not None
        assert ledger.deleted("http://e.example/s")
