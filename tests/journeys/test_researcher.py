"""A linked-data researcher's way: find the endpoint, see what it holds, ask every stored query with SPARQLWrapper."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from digiterr.loaders.building.sources import default_sources
from digiterr.queries import library
from digiterr.queries.expectation import differences
from digiterr.queries.model import StoredAnswer, StoredQuery
from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib import Graph, URIRef
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

CASE_A = "https://w3id.org/digiterr/id/case-A"
DT = "https://w3id.org/digiterr/ont#"

# Some questions need data that is fetched, not shipped.
SHIPPED = {planned.name for planned in default_sources() if planned.absent is None}
ANSWERABLE = [query for query in library.all_queries() if set(query.sources) <= SHIPPED]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("published")]


@pytest.fixture
def endpoint(prepared_service):
    return prepared_service


def client(endpoint, text: str, form: str = JSON) -> SPARQLWrapper:
    wrapper = SPARQLWrapper(f"{endpoint.url}/sparql")
    wrapper.setQuery(text)
    wrapper.setReturnFormat(form)
    return wrapper


def term(cell: Mapping[str, str] | None) -> NamedNode | BlankNode | Literal | None:
    match cell:
        case None:
            return None
        case {"type": "uri", "value": value}:
            return NamedNode(value)
        case {"type": "bnode", "value": value}:
            return BlankNode(value)
        case {"value": value, **rest}:
            if "xml:lang" in rest:
                return Literal(value, language=rest["xml:lang"])
            return (
                Literal(value, datatype=NamedNode(rest["datatype"])) if "datatype" in rest else Literal(value)
            )
    raise TypeError(cell)


@pytest.mark.parametrize("query", ANSWERABLE, ids=lambda query: query.name)
def test_every_stored_query_gets_its_expected_answer(endpoint, query: StoredQuery) -> None:
    found = client(endpoint, query.text).queryAndConvert()
    names = [column.name for column in query.columns]
    assert set(names) <= set(found["head"]["vars"])
    rows = tuple(tuple(term(row.get(name)) for name in names) for row in found["results"]["bindings"])
    answer = StoredAnswer(query, "en", 1, {}, rows, {})
    assert differences(answer) == []


def test_the_same_answer_in_every_format(endpoint) -> None:
    text = f"SELECT ?case {{ ?case a <{DT}CaseStudy> }} ORDER BY ?case"
    as_json = [
        row["case"]["value"] for row in client(endpoint, text).queryAndConvert()["results"]["bindings"]
    ]
    as_csv = client(endpoint, text, CSV).queryAndConvert().decode().split()[1:]
    as_xml = client(endpoint, text, XML).queryAndConvert()
    assert as_json == as_csv
    assert [node.firstChild.data for node in as_xml.getElementsByTagName("uri")] == as_json
    assert as_json[0] == CASE_A


def test_a_case_comes_as_a_graph(endpoint) -> None:
    turtle = client(endpoint, f"DESCRIBE <{CASE_A}>", TURTLE).queryAndConvert()
    assert (URIRef(CASE_A), None, URIRef(f"{DT}CaseStudy")) in Graph().parse(data=turtle, format="turtle")


def test_following_a_link_from_an_answer(endpoint) -> None:
    """Every IRI of ours leads to data about it: 303 to a document that speaks of it."""
    first = endpoint.request("GET", "/id/case-A", accept="text/turtle")
    assert first.status == 303
    data = endpoint.request("GET", first.headers["location"])
    assert data.media_type == "text/turtle"
    assert (URIRef(CASE_A), None, None) in Graph().parse(data=data.body, format="turtle")


def test_asking_with_and_without_inferences(endpoint) -> None:
    """Inferences lie in graphs of their own: FROM takes them or leaves them."""
    counted = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
    graph = "https://w3id.org/digiterr/graph/cases"

    def count(*graphs: str) -> int:
        text = counted.format(" ".join(f"FROM <{one}>" for one in graphs))
        return int(client(endpoint, text).queryAndConvert()["results"]["bindings"][0]["n"]["value"])

    stated = count(graph)
    assert stated > 1000
    assert count(graph, f"{graph}/inferred") > stated


def test_the_description_gives_true_counts(endpoint) -> None:
    """VoID, section 4.6: the counts are those of the graph."""
    reply = endpoint.request("GET", "/.well-known/void", timeout=120)
    description = Graph().parse(data=reply.body, format="turtle")
    void = "PREFIX void: <http://rdfs.org/ns/void#> "
    whole, subjects = next(
        iter(
            description.query(
                void
                + "SELECT ?n ?s { ?d void:sparqlEndpoint [] ; void:triples ?n ; void:distinctSubjects ?s }"
            )
        )
    )
    asked = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }"
    row = client(endpoint, asked).queryAndConvert()["results"]["bindings"][0]
    assert (int(row["n"]["value"]), int(row["subjects"]["value"])) == (int(whole), int(subjects))
    partition = void + f"SELECT ?n {{ [] void:class <{DT}CaseStudy> ; void:entities ?n }}"
    assert [int(found[0]) for found in description.query(partition)] == [4]
