"""What holds of every module: header, dependencies, and on every term labels, definition, example and origin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from digiterr.ontology import names
from digiterr.ontology.iris import CONCEPT, ONTOLOGY, TERM
from digiterr.ontology.modules import (
    ALL_FILES,
    MODULES,
    OPTIONAL_MODULES,
    ROOT,
    module_file,
    module_iri,
    read_module,
    read_ontology,
)
from digiterr.ontology.names import DT
from rdflib import DCTERMS, OWL, QB, RDF, RDFS, SKOS, VANN, Graph, Literal, Node, URIRef
from rdflib.collection import Collection

GRAPHS = {name: read_module(name) for name in ALL_FILES}
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
TERM_KINDS = (OWL.Class, *PROPERTY_KINDS, SKOS.Concept, SKOS.ConceptScheme, QB.DataStructureDefinition)
OWN = (TERM, CONCEPT)


def terms_of(name: str) -> set[Node]:
    graph = GRAPHS[name]
    return {
        term for kind in TERM_KINDS for term in graph.subjects(RDF.type, kind) if str(term).startswith(OWN)
    }


def languages(graph: Graph, subject: Node, predicate: URIRef) -> set[str | None]:
    return {value.language for value in graph.objects(subject, predicate) if isinstance(value, Literal)}


def imported(name: str) -> set[str]:
    """A module and all that it imports, directly or by others."""
    names = {name}
    for iri in GRAPHS[name].objects(module_iri(name), OWL.imports):
        names |= imported(str(iri).removeprefix(f"{ONTOLOGY}/"))
    return names


@pytest.mark.parametrize("name", ALL_FILES)
def test_header_is_complete(name: str) -> None:
    graph, iri = GRAPHS[name], module_iri(name)
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri]
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.creator, SKOS.changeNote):
        assert languages(graph, iri, predicate) == {"fr", "en"}
    version = graph.value(iri, OWL.versionInfo)
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(version))
    assert graph.value(iri, OWL.versionIRI) == URIRef(f"{iri}/{version}")
    assert graph.value(iri, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert str(graph.value(iri, VANN.preferredNamespacePrefix)) == "dt"
    assert str(graph.value(iri, VANN.preferredNamespaceUri)) == TERM


def test_all_modules_have_one_version() -> None:
    assert len({str(GRAPHS[name].value(module_iri(name), OWL.versionInfo)) for name in ALL_FILES}) == 1


def test_root_imports_the_modules_and_no_optional_one() -> None:
    assert set(GRAPHS[ROOT].objects(module_iri(ROOT), OWL.imports)) == {module_iri(name) for name in MODULES}
    assert not terms_of(ROOT)


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_one_way(name: str) -> None:
    allowed = set(MODULES[: MODULES.index(name) + 1])
    assert imported(name) <= allowed


@pytest.mark.parametrize("name", [*MODULES, *OPTIONAL_MODULES])
def test_a_module_uses_only_what_it_imports(name: str) -> None:
    known = {term for other in imported(name) for term in terms_of(other)}
    used = {
        node
        for triple in GRAPHS[name]
        for node in triple
        if isinstance(node, URIRef) and str(node).startswith(OWN) and not node.startswith(f"{ONTOLOGY}/")
    }
    assert used - known == set()


def test_no_term_is_declared_twice() -> None:
    seen: dict[Node, str] = {}
    for name in ALL_FILES:
        for term in terms_of(name):
            assert term not in seen, f"{term} in {seen.get(term)} and {name}"
            seen[term] = name


@pytest.mark.parametrize("name", [*MODULES, *OPTIONAL_MODULES])
def test_terms_are_documented_in_both_languages(name: str) -> None:
    graph = GRAPHS[name]
    for term in terms_of(name):
        is_concept = any((term, RDF.type, kind) in graph for kind in (SKOS.Concept, SKOS.ConceptScheme))
        label = SKOS.prefLabel if is_concept else RDFS.label
        assert languages(graph, term, label) == {"fr", "en"}, term
        assert len(list(graph.objects(term, label))) == 2, term
        assert languages(graph, term, SKOS.definition) == {"fr", "en"}, term
        if (term, RDF.type, SKOS.ConceptScheme) not in graph:
            assert languages(graph, term, SKOS.example) == {"fr", "en"}, term
        for predicate in (SKOS.editorialNote, SKOS.scopeNote):
            assert languages(graph, term, predicate) in (set(), {"fr", "en"}), term
        assert graph.value(term, RDFS.isDefinedBy) == module_iri(name), term


@pytest.mark.parametrize("name", [*MODULES, *OPTIONAL_MODULES])
def test_terms_say_where_they_come_from(name: str) -> None:
    """A slide of the talk, or a status: literature, register or the editor."""
    graph = GRAPHS[name]
    for term in terms_of(name):
        slides = list(graph.objects(term, URIRef(DT.attestedOnSlide.value)))
        assert slides or (term, URIRef(DT.termStatus.value), None) in graph, term
        assert not slides or (term, DCTERMS.source, None) in graph, term
        assert slides or (term, URIRef(DT.attestingQuote.value), None) not in graph, term


@pytest.mark.parametrize("name", ALL_FILES)
def test_french_and_english_are_typographically_right(name: str) -> None:
    for _, predicate, value in GRAPHS[name]:
        if not isinstance(value, Literal) or predicate == URIRef(DT.attestingQuote.value):
            continue
        assert "'" not in value, value
        if value.language == "fr":
            assert not re.search(r"(?<![\u00a0\u202f\d/])[:;?!»](?=\s|$)|«(?![\u00a0\u202f])", value), value


def test_concepts_have_a_scheme_and_schemes_their_top() -> None:
    graph = read_ontology()
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        schemes = list(graph.objects(concept, SKOS.inScheme))
        assert len(schemes) == 1
        assert (concept, SKOS.broader, None) in graph or (schemes[0], SKOS.hasTopConcept, concept) in graph
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        assert any(graph.objects(scheme, SKOS.hasTopConcept))


def test_object_properties_have_at_most_one_inverse_and_swap_domain_and_range() -> None:
    graph = read_ontology()
    for one, other in graph.subject_objects(OWL.inverseOf):
        assert set(graph.objects(one, RDFS.domain)) == set(graph.objects(other, RDFS.range))
        assert set(graph.objects(one, RDFS.range)) == set(graph.objects(other, RDFS.domain))


def test_outside_terms_are_declared_and_nothing_outside_is_imported() -> None:
    graph = read_ontology(OPTIONAL_MODULES)
    builtin = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, names.XSD.NAMESPACE))
    declared = {term for kind in TERM_KINDS for term in graph.subjects(RDF.type, kind)}
    for predicate in set(graph.predicates()):
        assert predicate in declared or str(predicate).startswith(builtin), predicate
    for kind in set(graph.objects(None, RDF.type)):
        assert kind in declared or str(kind).startswith(builtin), kind
    for superior in set(graph.objects(None, RDFS.subClassOf)) | set(graph.objects(None, RDFS.subPropertyOf)):
        assert superior in declared or not isinstance(superior, URIRef), superior
    assert all(str(iri).startswith(ONTOLOGY) for iri in graph.objects(None, OWL.imports))


def test_structures_name_properties_of_the_ontology_and_one_measure() -> None:
    graph = read_ontology()
    structures = list(graph.subjects(RDF.type, QB.DataStructureDefinition))
    assert len(structures) == 8
    for structure in structures:
        parts = list(graph.objects(structure, QB.component))
        measures = [p for part in parts for p in graph.objects(part, QB.measure)]
        assert len(measures) == 1
        orders = sorted(int(str(graph.value(part, QB.order))) for part in parts)
        assert orders == list(range(1, len(parts) + 1))
        for part in parts:
            for kind in (QB.dimension, QB.measure, QB.attribute):
                for used in graph.objects(part, kind):
                    assert any((used, RDF.type, k) in graph for k in PROPERTY_KINDS)


def test_the_inventory_of_the_reference_is_all_there(shared: Path) -> None:
    text = (shared / "design" / "domain.md").read_text(encoding="utf-8")
    classes_part, rest = text.split("## 4.2 Classes")[1].split("## 4.3 Concept schemes")
    concepts_part, properties_part = rest.split("## 4.4 Properties")
    properties_part = properties_part.split("Chains:")[0]
    graph = read_ontology()
    classes = re.findall(r"^\| ([A-Z]\w+) \(", classes_part, re.MULTILINE)
    assert len(classes) == 91
    assert all((URIRef(TERM + name), RDF.type, OWL.Class) in graph for name in classes)
    object_properties = re.findall(r"^\| ([a-z]\w+) \|", properties_part, re.MULTILINE)
    assert len(object_properties) == 74
    assert all((URIRef(TERM + name), RDF.type, OWL.ObjectProperty) in graph for name in object_properties)
    data_properties = re.findall(r"(\w+) \([\w ]+ → ", properties_part)
    assert len(data_properties) == 9
    assert all((URIRef(TERM + name), RDF.type, OWL.DatatypeProperty) in graph for name in data_properties)
    schemes = re.findall(r"^\*\*dtv:(scheme-[\w-]+)", concepts_part, re.MULTILINE)
    concepts = re.findall(r"^\| ([a-z][\w-]+) \|", concepts_part, re.MULTILINE)
    assert (len(schemes), len(concepts)) == (17, 79)
    assert all((URIRef(CONCEPT + name), RDF.type, SKOS.ConceptScheme) in graph for name in schemes)
    assert all((URIRef(CONCEPT + name), RDF.type, SKOS.Concept) in graph for name in concepts)


def test_quotes_are_the_words_of_the_talk(shared: Path) -> None:
    def plain(text: str) -> str:
        return re.sub(r"\s+", " ", text.replace("’", "'").replace("*", ""))

    talk = "".join(
        plain((shared / "source" / f"hal-04013262-{part}.txt").read_text(encoding="utf-8"))
        for part in ("slides", "figures")
    )
    graph = read_ontology()
    quotes = list(graph.objects(None, URIRef(DT.attestingQuote.value)))
    assert len(quotes) > 100
    assert [str(quote) for quote in quotes if plain(str(quote)) not in talk] == []


def test_a_name_that_is_no_module_is_refused() -> None:
    with pytest.raises(ValueError, match="not a module"):
        module_file("../names")


def test_concepts_of_a_scheme_are_declared_different() -> None:
    """Or a second value of a functional property would make two concepts one, instead of a contradiction."""
    graph = read_ontology()
    groups = [set(Collection(graph, members)) for members in graph.objects(None, OWL.distinctMembers)]
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        concepts = set(graph.subjects(SKOS.inScheme, scheme))
        assert any(concepts <= group for group in groups), scheme
