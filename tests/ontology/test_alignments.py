"""SSSOM tables and the Turtle made from them agree with each other, with the ontology and with what they map to."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.ontology.canonical import canonical_turtle
from digiterr.ontology.errors import InputError
from digiterr.ontology.iris import CONCEPT, TERM
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.sssom import (
    AXIOMS,
    FOLDER,
    alignment_graph,
    parse_table,
    read_table,
    table_names,
)
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

ONTOLOGY = read_ontology()
TABLES = {name: read_table(name) for name in table_names()}
WANTED = {
    "org",
    "cpov",
    "cpsv-ap",
    "prov-o",
    "skos",
    "qb",
    "time",
    "eli",
    "spar",
    "oa",
    "dcat",
    "geosparql",
    "insee",
}


def test_every_vocabulary_of_the_reuse_map_has_a_table() -> None:
    assert set(TABLES) >= WANTED
    assert all(table.mappings for table in TABLES.values())


@pytest.mark.parametrize("name", TABLES)
def test_turtle_is_that_of_the_table(name: str) -> None:
    written = (FOLDER / f"{name}.ttl").read_text(encoding="utf-8")
    assert written == canonical_turtle(alignment_graph(TABLES[name], ONTOLOGY)), "run digiterr.ontology.sssom"


@pytest.mark.parametrize("name", TABLES)
def test_subjects_are_terms_of_the_ontology_under_their_label(name: str) -> None:
    for mapping in TABLES[name].mappings:
        assert str(mapping.subject).startswith((TERM, CONCEPT))
        labels = {
            *ONTOLOGY.objects(mapping.subject, RDFS.label),
            *ONTOLOGY.objects(mapping.subject, SKOS.prefLabel),
        }
        assert Literal(mapping.subject_label, lang="en") in labels
        assert not str(mapping.object).startswith((TERM, CONCEPT))
    rows = [(m.subject, m.predicate, m.object) for m in TABLES[name].mappings]
    assert len(set(rows)) == len(rows)


def test_axioms_of_the_modules_on_outside_terms_are_all_in_the_tables() -> None:
    tabled = {(m.subject, m.predicate, m.object) for table in TABLES.values() for m in table.mappings}
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for subject, outside in ONTOLOGY.subject_objects(predicate):
            if isinstance(outside, URIRef) and isinstance(subject, URIRef) and not outside.startswith(TERM):
                assert (subject, predicate, outside) in tabled, (subject, outside)


def test_no_outside_ontology_is_imported_and_none_of_insee_is_an_axiom() -> None:
    for name in TABLES:
        graph = Graph().parse(data=(FOLDER / f"{name}.ttl").read_bytes(), format="turtle")
        assert not list(graph.objects(None, OWL.imports))
    assert not [m for m in TABLES["insee"].mappings if m.predicate in AXIOMS]


def test_matches_between_classes_are_annotations_not_skos() -> None:
    graph = alignment_graph(TABLES["insee"], ONTOLOGY)
    assert not list(graph.subject_objects(SKOS.closeMatch))
    commune = URIRef("http://rdf.insee.fr/def/geo#Commune")
    assert (URIRef(f"{TERM}MunicipalTerritory"), RDFS.seeAlso, commune) in graph
    noted = graph.value(predicate=OWL.annotatedTarget, object=commune)
    assert graph.value(noted, URIRef("https://w3id.org/sssom/predicate_id")) == SKOS.closeMatch


@pytest.mark.parametrize(
    ("table", "file"),
    [
        ("insee", "insee/insee-geo.ttl"),
        ("cpov", "semic-cpov-2.1.2/core-public-organisation-ap.ttl"),
        ("cpsv-ap", "semic-cpsv-ap-3.2.0/cpsv-ap.ttl"),
    ],
)
def test_outside_terms_exist(table: str, file: str, shared: Path) -> None:
    outside = Graph().parse(shared / "vocab" / file, format="turtle")
    for mapping in TABLES[table].mappings:
        assert (mapping.object, RDF.type, None) in outside, mapping.object


HEADER = (
    "#mapping_set_title: T\n#mapping_set_version: 1.0.0\n#license: http://l\n#curie_map:\n#  dt: http://dt#\n"
)
COLUMNS = "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("subject_id\n", 1, "header"),
        ("#a: b: c\n", 1, "header"),
        (HEADER + "subject_id\tobject_id\n", 6, "columns"),
        (HEADER + COLUMNS + "xx:A\ta\tdt:p\tdt:B\tb\tm\t\n", 7, "prefix"),
        (HEADER + COLUMNS + "dt:A\ta\tdt:p\tdt:B\tb\tm\t\n", 7, "no mapping"),
    ],
)
def test_a_faulty_table_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        parse_table("t", text)
    assert refusal.value.where is not None
    assert refusal.value.where.line == line
