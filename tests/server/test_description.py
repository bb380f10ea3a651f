"""The service description says what the service does as it is set up, and no more."""

from __future__ import annotations

import pytest
from digiterr.server.configuration import Configuration
from digiterr.server.description import features, loads, takes_updates
from digiterr.server.tokens import Token
from rdflib import RDF, Graph, Namespace, URIRef

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
EDITOR = Token("editor", "0" * 64, ("*",))
LOADER = Token("loader", "0" * 64, ("*",), load=True)
ENDPOINTS = ("https://example.org/sparql",)
REMOTE = "http://engine.example/sparql"


def described(service) -> Graph:
    return Graph().parse(data=service.request("GET", "/sparql").body, format="turtle")


def test_a_read_only_service_announces_queries_alone(service) -> None:
    graph = described(service)
    assert set(graph.objects(None, SD.endpoint)) == {URIRef(f"{service.url}/sparql")}
    assert set(graph.objects(None, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(graph.objects(None, SD.feature)) == {SD.UnionDefaultGraph, SD.EmptyGraphs}
    assert not list(graph.objects(None, SD.inputFormat))


def test_a_service_that_takes_writes_and_calls_elsewhere_says_so(start_service, small_graph_copy) -> None:
    service = start_service(small_graph_copy, 'services = ["https://example.org/*"]', writable=True)
    graph = described(service)
    update = next(graph.subjects(SD.endpoint, URIRef(f"{service.url}/update")))
    query = next(graph.subjects(SD.endpoint, URIRef(f"{service.url}/sparql")))
    assert set(graph.subjects(RDF.type, SD.Service)) == {query, update}
    assert set(graph.objects(update, SD.supportedLanguage)) == {SD.SPARQL11Update}
    assert graph.value(update, SD.defaultDataset) == graph.value(query, SD.defaultDataset)
    assert len(set(graph.objects(update, SD.inputFormat))) == 6
    for one in (query, update):
        assert (one, SD.feature, SD.BasicFederatedQuery) in graph


def test_the_description_is_revalidated(service) -> None:
    first = service.request("GET", "/sparql", accept="application/ld+json")
    again = service.request(
        "GET", "/sparql", accept="application/ld+json", if_none_match=first.headers["etag"]
    )
    assert again.status == 304
    assert service.request("GET", "/sparql").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("configuration", "feature_count", "updates", "documents"),
    [
        (Configuration(), 2, False, False),
        (Configuration(tokens=(EDITOR,)), 2, True, False),
        (Configuration(tokens=(LOADER,)), 2, True, False),
        (Configuration(tokens=(EDITOR,), services=ENDPOINTS), 3, True, False),
        (Configuration(tokens=(LOADER,), services=ENDPOINTS), 3, True, True),
        (Configuration(remote=REMOTE, tokens=(LOADER,), services=ENDPOINTS), 1, False, False),
        (Configuration(remote=REMOTE, remote_update=REMOTE, tokens=(LOADER,)), 1, True, False),
    ],
)
def test_what_settings_give(
    configuration: Configuration, feature_count: int, updates: bool, documents: bool
) -> None:
    assert len(features(configuration)) == feature_count
    assert takes_updates(configuration) is updates
    assert loads(configuration) is documents
