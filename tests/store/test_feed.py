"""The feed: whoever replays it from the start has the graph, and a version adds exactly what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from digiterr.ontology.iris import graph_iri
from digiterr.ontology.names import AS, RDF
from digiterr.store.dumps.making import make_dump
from digiterr.store.feed.following import EVENTS_ON_A_PAGE, follow
from digiterr.store.feed.ledger import reading
from digiterr.store.feed.model import GENID, STREAMS, Change, Step, stamp, stream_of
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

FIRST = """
<https://w3id.org/digiterr/id/terr-commune-01001> rdfs:label "Abergement" ; e:part [ e:name "a" ; e:in [ e:deep 1 ] ] .
<https://w3id.org/digiterr/id/indicator-1> e:of <https://w3id.org/digiterr/id/terr-commune-01001> ; e:value 3 .
<https://w3id.org/digiterr/id/indicator-2> e:value 4 .
<http://e.example/loop> e:to _:x . _:x e:next _:y . _:y e:next _:x .
[] e:alone true ; e:list ( 1 2 ) .
"""
SECOND = FIRST.replace("e:value 3", "e:value 5").replace(
    "<https://w3id.org/digiterr/id/indicator-2> e:value 4 .\n",
    "<https://w3id.org/digiterr/id/indicator-3> e:value 6 .\n",
)


def change(folder: Path, name: str, turtle: str) -> GraphChange:
    prefixes = "@prefix e: <http://e.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    path = folder / f"{name}.nt"
    triples = [quad.triple for quad in parse(prefixes + turtle, RdfFormat.TURTLE)]
    path.write_text("".join(f"{triple} .\n" for triple in triples), encoding="utf-8")
    return GraphChange(graph_iri(name).value, path)


def publish(data_dir: Path, folder: Path, **graphs: str) -> Step | None:
    """Publish graphs as a version and bring the feed to it; what the version changed."""
    versions = Versions(data_dir)
    versions.prepare()
    version = versions.publish([change(folder, name, turtle) for name, turtle in graphs.items()])
    return follow(data_dir, version, make_dump(data_dir, version))


def replay(data_dir: Path) -> set[Triple]:
    """What a client has that reads every page of every stream, in order: the last word on each thing."""
    state: dict[NamedNode, set[Triple]] = {}
    with reading(data_dir) as ledger:
        assert ledger is not None
        for stream in STREAMS:
            for page in ledger.pages(stream.name):
                found = ledger.page(page.number)
                assert found is not None
                events: dict[NamedNode, list[Triple]] = {}
                for quad in parse(found[1], RdfFormat.TURTLE, base_iri=f"http://feed.example/{page.number}"):
                    assert isinstance(quad.subject, NamedNode)
                    events.setdefault(quad.subject, []).append(quad.triple)
                assert len(events) == page.events
                for triples in events.values():
                    thing = next(one.object for one in triples if one.predicate == AS.object)
                    assert isinstance(thing, NamedNode)
                    gone = any((one.predicate, one.object) == (RDF.type, AS.Delete) for one in triples)
                    stated = [one for one in triples if one.predicate not in (AS.object, AS.published)]
                    state[thing] = set() if gone else {Triple(thing, t.predicate, t.object) for t in stated}
    return {triple for triples in state.values() for triple in triples}


def canonical(triples: Iterable[Triple]) -> set[Quad]:
    """Triples with the names of blank nodes taken away, and given anew by their place in the graph."""

    def node(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
        hidden = isinstance(term, NamedNode) and term.value.startswith(GENID)
        return BlankNode(term.value.removeprefix(GENID)) if hidden else term

    dataset = Dataset(Quad(node(t.subject), t.predicate, node(t.object)) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def stored(data_dir: Path) -> set[Triple]:
    return {quad.triple for quad in Store.read_only(str(Versions(data_dir).current().path))}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"


def test_a_client_that_replays_the_feed_has_the_graph(data_dir: Path, tmp_path: Path) -> None:
    versions = (
        {"geography": FIRST, "notes": '<http://e.example/n> <http://e.example/p> "x"@fr .'},
        {"geography": SECOND},
        {"notes": ""},
        {"geography": FIRST, "cases": "<http://e.example/n> <http://e.example/p> 1 ."},
    )
    for graphs in versions:
        publish(data_dir, tmp_path, **graphs)
        assert canonical(replay(data_dir)) == canonical(stored(data_dir))


def test_a_version_adds_what_it_changed_and_nothing_else(data_dir: Path, tmp_path: Path) -> None:
    first = publish(data_dir, tmp_path, geography=FIRST)
    assert first
    assert first.counts["territories"] == {Change.CREATED: 1}
    assert first.counts["indicators"] == {Change.CREATED: 2}
    second = publish(data_dir, tmp_path, geography=SECOND)
    assert second
    assert second.counts == {"indicators": {Change.CREATED: 1, Change.UPDATED: 1, Change.DELETED: 1}}
    with reading(data_dir) as ledger:
        assert ledger is not None
        assert ledger.deleted("https://w3id.org/digiterr/id/indicator-2")
        assert not ledger.deleted("https://w3id.org/digiterr/id/indicator-1")
        assert [step.version for step in ledger.steps(10)] == [2, 1]


def test_blank_nodes_do_not_change_by_being_read_again(data_dir: Path, tmp_path: Path) -> None:
    publish(data_dir, tmp_path, geography=FIRST)
    again = publish(data_dir, tmp_path, geography=FIRST)  # the store gives its blank nodes other labels
    assert again
    assert again.counts == {}


def test_a_triple_in_a_second_graph_is_no_change(data_dir: Path, tmp_path: Path) -> None:
    statement = "<https://w3id.org/digiterr/id/terr-x> <http://e.example/p> 1 ."
    publish(data_dir, tmp_path, geography=statement)
    step = publish(data_dir, tmp_path, other=statement)
    assert step
    assert step.counts == {}


def test_following_the_same_version_twice_does_nothing(data_dir: Path, tmp_path: Path) -> None:
    publish(data_dir, tmp_path, geography=FIRST)
    version = Versions(data_dir).current()
    assert follow(data_dir, version, make_dump(data_dir, version)) is None


def test_a_page_goes_when_all_its_events_were_followed(data_dir: Path, tmp_path: Path) -> None:
    def things(value: int, count: int = EVENTS_ON_A_PAGE + 10) -> str:
        return "".join(
            f"<https://w3id.org/digiterr/id/terr-{n}> <http://e.example/p> {value} .\n" for n in range(count)
        )

    publish(data_dir, tmp_path, geography=things(1))
    publish(data_dir, tmp_path, geography=things(2))
    with reading(data_dir) as ledger:
        assert ledger is not None
        assert [page.number for page in ledger.pages("territories")] == [3, 4]
        assert ledger.page(1) is None
        assert ledger.last_page() == 4
    assert canonical(replay(data_dir)) == canonical(stored(data_dir))


def test_a_failure_leaves_the_feed_as_it_was(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(data_dir, tmp_path, geography=FIRST)
    before = replay(data_dir)
    from digiterr.store.feed import following

    monkeypatch.setattr(following._Pages, "write", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(data_dir, tmp_path, geography=SECOND)
    monkeypatch.undo()
    assert replay(data_dir) == before
    step = follow(data_dir, Versions(data_dir).current(), make_dump(data_dir, Versions(data_dir).current()))
    assert step
    assert canonical(replay(data_dir)) == canonical(stored(data_dir))


def test_every_thing_has_its_stream() -> None:
    def name(subject: str, graph: str) -> str:
        return stream_of(f"https://w3id.org/digiterr/{subject}", graph_iri(graph).value).name

    assert name("id/terr-commune-01001", "geography") == "territories"
    assert name("id/org-200000172", "banatic") == "territories"
    assert name("id/population-x", "geography/inferred") == "indicators"
    assert name("id/case-A", "cases/inferred") == "cases"
    assert name("id/terr-A-city", "cases") == "cases"
    assert name("id/dataset-datagouv-1", "datagouv") == "records"
    assert name("id/record-example-1", "harvest-example") == "records"
    assert stream_of("https://portal.example/d", graph_iri("harvest-example").value).name == "records"
    assert name("ont#Territory", "ontology") == "reference"


def test_events_are_dated_in_order(data_dir: Path, tmp_path: Path) -> None:
    for turtle in (FIRST, SECOND, FIRST):
        publish(data_dir, tmp_path, geography=turtle)
    with reading(data_dir) as ledger:
        assert ledger is not None
        times = [page.time for page in ledger.pages("indicators")]
        found = ledger.page(ledger.pages("indicators")[-1].number)
    assert times == sorted(set(times))
    assert found
    assert set(re.findall(r'published> "([^"]+)"', found[1])) == {stamp(times[-1])}
