"""The pages of the ontology: each term with its definition, hierarchy, uses, source and history."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from digiterr.ontology.modules import MODULES
from digiterr.queries.library import all_queries
from digiterr.queries.uses import queries_by_term, terms_named
from digiterr.server.drawings.module import Node, diagram
from pyoxigraph import NamedNode, RdfFormat, parse

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def terms(start_service, published_cases: Path, page):
    service = start_service(published_cases, prepared=True)
    page(service, "/ont")
    page(service, "/")
    return service


def test_the_ontology_lists_its_modules_and_anchors_its_terms(terms, page) -> None:
    text = page(terms, "/ont?lang=en")
    for module in MODULES:
        assert f'href="/ont/{module}"' in text
    assert '<dt id="CentreCity">' in text  # the IRI of the class is a fragment of this page
    assert 'href="/voc/scheme-value-type"' in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("module", MODULES)
def test_each_module_is_drawn_and_listed(terms, page, module: str, language: str) -> None:
    text = page(terms, f"/ont/{module}?lang={language}")
    found = re.search(r'<svg [^>]*class="module">.*?</svg>', text, re.DOTALL)
    drawing = found[0] if found else ""
    listed = (
        set(re.findall(r'<dt><a href="/terms/(\w+)"', text[text.index('id="class"') :])) if drawing else set()
    )
    own = re.findall(r'<a href="/terms/(\w+)" tabindex="-1"><rect class="box"', drawing)
    assert len(own) == len(set(own))
    assert set(own) <= listed
    if 'id="class"' in text:
        assert own


def test_a_module_comes_as_data_in_each_format(terms) -> None:
    sizes = set()
    for suffix, form in (("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES), ("rdf", RdfFormat.RDF_XML)):
        reply = terms.request("GET", f"/ont/value.{suffix}")
        sizes.add(len({str(quad) for quad in parse(reply.body, form) if "_:" not in str(quad)}))
    assert len(sizes) == 1
    assert terms.request("GET", "/ont/value", accept="text/turtle").media_type == "text/turtle"
    assert terms.request("GET", "/ont/nothing").status == 404


def test_a_release_keeps_its_files_and_its_addresses(terms, page) -> None:
    assert "/ont/0.1.0/digiterr.ttl" in page(terms, "/ont/0.1.0")
    assert list(parse(terms.request("GET", "/ont/0.1.0", accept="text/turtle").body, RdfFormat.TURTLE))
    assert terms.request("GET", "/ont/0.1.0/digiterr.rdf").media_type == "application/rdf+xml"
    assert terms.request("GET", "/ont/value/0.1.0").headers["location"] == "/ont/0.1.0"
    assert terms.request("GET", "/ont/0.1.0/..%2F..%2Fcore.ttl").status == 404
    assert terms.request("GET", "/ont/9.9.9", **HTML).status == 404


def test_a_class_has_definition_hierarchy_uses_source_and_history(terms, page) -> None:
    text = page(terms, "/terms/CentreCity?lang=en")
    assert "Municipal territory that is the centre of an intermunicipal territory." in text
    assert "ville centre" in text
    hierarchy = text[text.index('id="hierarchy"') : text.index('id="uses"')]
    assert 'href="/terms/MunicipalTerritory"' in hierarchy
    assert "is equivalent to" in hierarchy
    uses = text[text.index('id="uses"') : text.index('id="source"')]
    assert 'href="/queries/centre-cities"' in uses
    history = text[text.index('id="history"') :]
    assert "0.1.0" in history
    assert "introduced" in history


def test_the_count_of_a_class_is_that_of_the_graph(terms, page) -> None:
    found = terms.query(
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <https://w3id.org/digiterr/ont#CaseStudy> }",
        accept="application/sparql-results+json",
    ).json["results"]["bindings"][0]["n"]["value"]
    assert f"<strong>{found}</strong> things of this class" in page(terms, "/terms/CaseStudy?lang=en")


def test_a_property_names_the_rules_that_check_it(terms, page) -> None:
    text = page(terms, "/terms/hasAuthority?lang=en")
    assert "The authority of a territory must be a local public organisation." in text
    assert "has jurisdiction over" in text  # its inverse


def test_each_rule_is_a_fragment_of_the_rules(terms, page) -> None:
    text = page(terms, "/shapes?lang=fr")
    quads = list(parse(terms.request("GET", "/shapes.nt").body, RdfFormat.N_TRIPLES))
    kinds = ("http://www.w3.org/ns/shacl#NodeShape", "http://www.w3.org/ns/shacl#PropertyShape")
    named = {
        quad.subject.value.rpartition("#")[2]
        for quad in quads
        if isinstance(quad.object, NamedNode)
        and quad.object.value in kinds
        and isinstance(quad.subject, NamedNode)
    }
    assert len(named) > 50
    assert {f'id="{name}"' for name in named} <= set(re.findall(r'id="[^"]+"', text))
    linked = re.findall(r'href="/shapes#([^"]+)"', page(terms, "/terms/hasAuthority"))
    assert linked
    assert set(linked) <= named
    assert terms.request("GET", "/shapes.xlsx").status == 404


def test_a_concept_stands_in_its_scheme(terms, page) -> None:
    text = page(terms, "/voc/value-economic.html?lang=fr")
    assert "valeur économique" in text
    assert 'href="/voc/scheme-value-type"' in text
    assert "Valeur économique : ex. fibre optique" in text  # what the source says, in its words
    scheme = page(terms, "/voc/scheme-value-type.html?lang=fr")
    assert 'href="/voc/value-economic"' in scheme


def test_a_term_comes_as_data_with_the_names_of_what_it_mentions(terms) -> None:
    quads = {
        (quad.subject.value, quad.predicate.value)
        for quad in parse(terms.request("GET", "/terms/caseTerritory.nt").body, RdfFormat.N_TRIPLES)
    }
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    for name in ("caseTerritory", "CaseStudy", "Territory"):
        assert (f"https://w3id.org/digiterr/ont#{name}", label) in quads
    assert terms.request("GET", "/terms/Nothing", **HTML).status == 404
    assert terms.request("GET", "/terms/a%20b.ttl").status == 404


def test_values_and_properties_of_a_thing_come_with_their_names(terms) -> None:
    quads = {
        (quad.subject.value, quad.predicate.value)
        for quad in parse(terms.request("GET", "/id/case-A.nt").body, RdfFormat.N_TRIPLES)
    }
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    assert ("https://w3id.org/digiterr/ont#caseTerritory", label) in quads
    assert ("https://w3id.org/digiterr/id/terr-A-city", label) in quads


def test_terms_are_found_in_the_text_of_a_query_by_whole_names() -> None:
    text = "?x dt:siren ?y ; dt:sirenOf ?z . FILTER(?v = dtv:power-9925 || ?v = <https://example.org/a>)"
    base = "https://w3id.org/digiterr/"
    assert terms_named(text) == {
        f"{base}ont#siren", f"{base}ont#sirenOf", f"{base}voc/power-9925", "https://example.org/a",
    }  # fmt: skip
    used = queries_by_term()["https://w3id.org/digiterr/ont#CaseStudy"]
    assert set(used) <= {query.name for query in all_queries()}


def test_a_class_is_drawn_to_the_right_of_the_one_above_it() -> None:
    drawn = diagram(
        [Node("top", "/t", ("a",) * 20, (Node("below", "/b", (), ()), Node("beside", "/c", (), ())))]
    )
    assert drawn
    top, below, beside = drawn.boxes
    assert below.x > top.x + top.width
    assert below.x == beside.x
    assert beside.y >= below.y + below.height
    assert len(top.lines) == 8  # the rest is in the list beside the drawing
    assert top.y + top.height <= drawn.height
    assert diagram([]) is None


def test_a_deep_tree_stands_within_the_page() -> None:
    deep = Node("e", "/e", (), ())
    for name in "dcba":
        deep = Node(name, f"/{name}", (), (deep,))
    drawn = diagram([deep])
    assert drawn
    assert len(drawn.boxes) == 5
    assert drawn.width < 1062


def test_names_in_a_drawing_are_wrapped_and_never_cut() -> None:
    name = "environnement de soutien et de légitimité de la conduite"
    line = "s’exerce sur la chaîne → chaîne de valeur publique du territoire"
    drawn = diagram([Node(name, "/t", (line, "b"), ()), Node("other", "/o", (), ())])
    assert drawn
    box, other = drawn.boxes
    assert " ".join(text for text, _ in box.label) == name
    assert " ".join(text.strip("\u2003") for text, _ in box.lines) == f"{line} b"
    heights = [y for _, y in (*box.label, *box.lines)]
    assert heights == sorted(set(heights))
    assert heights[-1] < box.y + box.height < other.y
