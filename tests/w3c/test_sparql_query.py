"""W3C's SPARQL 1.1 query and result format suites, run from their manifests against the HTTP service."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
import sparql_results as results
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import Graph
from sparql_manifests import QT, SUITE, Entry, entries, local_path

FORM = "application/x-www-form-urlencoded"
EMPTY = "http://example.org/an-empty-graph"
MANIFESTS = ("manifest-sparql11-query.ttl", "manifest-sparql11-results.ttl")
_LANGUAGE = "Oxigraph keeps the language tag that all members of a GROUP_CONCAT share, as SPARQL 1.2 will"
_GRAPH_VARIABLE = "Oxigraph does not join the variable of GRAPH with a subquery, VALUES or MINUS inside it"
_ZERO_LENGTH = "Oxigraph matches a zero-length path only at terms that the dataset holds"
# Name of the test -> why it does not pass. Each is the engine's own answer, seen in process as well.
EXCEPTIONS: dict[str, str] = {
    "aggregates/agg-groupconcat-04": _LANGUAGE,
    "aggregates/agg-groupconcat-06": _LANGUAGE,
    "aggregates/agg-empty-group-count-graph": _GRAPH_VARIABLE,
    "bindings/graph": _GRAPH_VARIABLE,
    "negation/graph-minus": _GRAPH_VARIABLE,
    "functions/bnode01": "Oxigraph gives BNODE of the same text the same node in every solution",
    "property-path/zero_or_more_set_start": _ZERO_LENGTH,
    "property-path/zero_or_more_set_end": _ZERO_LENGTH,
    "property-path/zero_or_one_set_start": _ZERO_LENGTH,
    "property-path/zero_or_one_set_end": _ZERO_LENGTH,
    "csv-tsv-res/tsv03": "Oxigraph stores xsd:negativeInteger as xsd:integer, its value",
    "syntax-query/test_4": "the query calls a function that no engine has: well-formed, but refused when run",
}

ALL = [one for one in entries(*MANIFESTS) if one.kind != "Manifest"]


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


EVALUATION = [one for one in ALL if one.kind in ("QueryEvaluationTest", "CSVResultFormatTest")]
SYNTAX = [one for one in ALL if "Syntax" in one.kind]


def dataset(entry: Entry) -> tuple[list[Path], list[Path]]:
    """The files of the default graph and of the named graphs."""
    default = [local_path(one) for one in entry.graph.objects(entry.action, QT.data)]
    named = [local_path(one) for one in entry.graph.objects(entry.action, QT.graphData)]
    return default, named


@pytest.fixture(scope="module")
def suite(shared, start_service, tmp_path_factory):
    """A service over every data file of the suite, each in a graph named by the file."""
    folder = tmp_path_factory.mktemp("w3c-query")
    files = {path for entry in EVALUATION for part in dataset(entry) for path in part}
    # What queries name by FROM in their own text lies in the same folders.
    files |= {path for entry in EVALUATION for path in local_path(query_of(entry)).parent.glob("*.ttl")}
    changes = []
    for number, path in enumerate(sorted(files)):
        if path.name.startswith("manifest"):
            continue
        staged = folder / f"{number}.nt"
        try:
            quads = list(parse(path=str(path), base_iri=path.as_uri()))
        except SyntaxError:
            continue
        staged.write_bytes(serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"")
        changes.append(GraphChange(path.as_uri(), staged))
    Versions(folder / "var").publish(changes)
    return start_service(folder / "var")


def query_of(entry: Entry):
    return entry.graph.value(entry.action, QT.query) or entry.action


def ask(service, entry: Entry, accept: str):
    path = local_path(query_of(entry))
    default, named = dataset(entry)
    form = [("query", f"BASE <{path.as_uri()}>\n{path.read_text(encoding='utf-8')}")]
    if "FROM" not in form[0][1]:
        form += [("default-graph-uri", one.as_uri()) for one in default] or [("default-graph-uri", EMPTY)]
        form += [("named-graph-uri", one.as_uri()) for one in named]
    return service.request("POST", "/sparql", urlencode(form), content_type=FORM, accept=accept)


@pytest.mark.parametrize("entry", parameters(EVALUATION))
def test_evaluation(suite, entry: Entry) -> None:
    assert entry.result is not None
    path = local_path(entry.result)
    if path.suffix == ".csv":
        reply = ask(suite, entry, "text/csv")
        assert results.same_csv(reply.text, path.read_text(encoding="utf-8"))
        return
    expected = results.expected_of(path)
    if isinstance(expected, Graph):
        reply = ask(suite, entry, "text/turtle")
        assert reply.status == 200, reply.text
        assert results.same(Graph().parse(data=reply.body, format="turtle"), expected), reply.text
        return
    media_type = results.MEDIA_TYPES.get(path.suffix, "application/sparql-results+json")
    reply = ask(suite, entry, media_type)
    assert reply.status == 200, reply.text
    assert results.same(results.read_rows(reply.body, media_type), expected), reply.text


@pytest.mark.parametrize("entry", parameters(SYNTAX))
def test_syntax(suite, entry: Entry) -> None:
    reply = ask(suite, entry, "*/*")
    if entry.kind.startswith("Positive"):
        assert reply.status == 200, reply.text
    else:
        assert reply.status == 400
        assert reply.json["code"] in ("query-syntax", "bad-request")


def test_the_suite_is_whole(shared) -> None:
    assert SUITE.is_dir()
    assert (len(EVALUATION), len(SYNTAX)) == (235, 103)
