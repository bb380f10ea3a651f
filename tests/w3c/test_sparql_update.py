"""W3C's SPARQL 1.1 Update suite, run from its manifests against the update endpoint of the HTTP service."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
import sparql_results as results
from digiterr.store.versions import Versions
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import Graph
from rdflib.term import Node
from sparql_manifests import MF, RDFS, SUITE, UT, Entry, entries, local_path, text_of

EDITOR = "editor"
UPDATE = "application/sparql-update"
_LOAD = "LOAD is refused (403) before the text is parsed or run: the service may not be made to fetch"
# Name of the test -> why it does not pass.
EXCEPTIONS: dict[str, str] = {
    "update-silent/load-silent": _LOAD,
    "update-silent/load-into-silent": _LOAD,
    "syntax-update-1/test_41": _LOAD,
    "syntax-update-1/test_47": _LOAD,
    "syntax-update-1/test_48": _LOAD,
    "syntax-update-1/test_49": _LOAD,
}

ALL = list(entries("manifest-sparql11-update.ttl"))
EVALUATION = [one for one in ALL if one.kind == "UpdateEvaluationTest"]
SYNTAX = [one for one in ALL if "Syntax" in one.kind]


def parameters(selected: list[Entry]) -> list:
    return [
        pytest.param(
            one,
            id=one.name,
            marks=[pytest.mark.xfail(reason=EXCEPTIONS[one.name], strict=True)]
            if one.name in EXCEPTIONS
            else [],
        )
        for one in selected
    ]


@pytest.fixture(scope="module")
def writable(shared, start_service, tmp_path_factory):
    folder = tmp_path_factory.mktemp("w3c-update") / "var"
    Versions(folder).publish([])
    return start_service(folder, writable=True)


def update(writable, text: str):
    return writable.request("POST", "/update", text, EDITOR, content_type=UPDATE)


def triples_of(path: Path) -> str:
    quads = parse(path=str(path), base_iri=path.as_uri())
    return (serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"").decode()


def graphs_of(entry: Entry, state: Node) -> tuple[str, dict[str, str]]:
    """A dataset as the manifest describes it: the default graph's triples, and those of each named graph."""
    graph = entry.graph
    default = "".join(triples_of(local_path(one)) for one in graph.objects(state, UT.data))
    named = {
        text_of(graph, one, RDFS.label) or "": triples_of(local_path(graph.value(one, UT.graph)))
        for one in graph.objects(state, UT.graphData)
    }
    return default, named


@pytest.mark.slow
@pytest.mark.parametrize("entry", parameters(EVALUATION))
def test_evaluation(writable, entry: Entry) -> None:
    default, named = graphs_of(entry, entry.action)
    # A graph that is empty in the test's dataset is there all the same.
    created = "".join(f"CREATE SILENT GRAPH <{name}> ;\n" for name in named)
    inserted = default + "".join(f"GRAPH <{name}> {{ {content} }}\n" for name, content in named.items())
    loaded = update(writable, f"DROP ALL ;\n{created}INSERT DATA {{ {inserted} }}")
    assert loaded.status == 200, loaded.text
    path = local_path(entry.graph.value(entry.action, UT.request))
    reply = update(writable, f"BASE <{path.as_uri()}>\n{path.read_text(encoding='utf-8')}")
    assert reply.status == 200, reply.text
    assert entry.result is not None
    expected_default, expected_named = graphs_of(entry, entry.result)
    assert results.same(content_of(writable, "default"), Graph().parse(data=expected_default, format="nt"))
    for name, expected in expected_named.items():
        found = content_of(writable, f"graph={quote(name, safe='')}")
        assert results.same(found, Graph().parse(data=expected, format="nt")), name
    filled = {name for name, content in expected_named.items() if content.strip()}
    listed = writable.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json["results"]["bindings"]
    assert {row["g"]["value"] for row in listed} == filled


def content_of(writable, graph: str) -> Graph:
    reply = writable.request("GET", f"/data?{graph}", accept="application/n-triples")
    return Graph().parse(data=reply.body if reply.status == 200 else b"", format="nt")


@pytest.mark.slow
@pytest.mark.parametrize("entry", parameters(SYNTAX))
def test_syntax(writable, entry: Entry) -> None:
    path = local_path(entry.graph.value(entry.node, MF.action))
    reply = update(writable, f"BASE <{path.as_uri()}>\n{path.read_text(encoding='utf-8')}")
    if entry.kind.startswith("Positive"):
        # It parses: what may still refuse it is LOAD, or a graph that is not there (SPARQL 1.1 Update, 3.2).
        assert reply.status == 200 or reply.json["code"] in ("call-refused", "bad-input"), reply.text
    else:
        assert reply.status == 400, reply.text
        assert reply.json["code"] in ("query-syntax", "bad-input")


def test_the_suite_is_whole(shared) -> None:
    assert SUITE.is_dir()
    assert (len(EVALUATION), len(SYNTAX)) == (94, 63)
