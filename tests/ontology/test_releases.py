"""A release is the modules merged, the same bytes each time; the root opens offline with all that it imports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from digiterr.ontology import catalog, release
from digiterr.ontology.canonical import canonical_turtle, is_canonical
from digiterr.ontology.errors import InputError
from digiterr.ontology.iris import ONTOLOGY
from digiterr.ontology.modules import ALL_FILES, MODULES, ROOT, module_file, module_iri, read_module
from digiterr.ontology.names import DT, DTV
from digiterr.ontology.reasoning.java import run_reasoner
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

FOLDER = Path(str(module_file(ROOT))).parent


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(release.release_files())


@pytest.fixture(scope="module")
def merged() -> str:
    return canonical_turtle(release.merged_graph())


def without_headers(graph: Graph) -> Graph:
    """Without what is said of the ontologies themselves: a release has one header where the modules have many."""
    for ontology in list(graph.subjects(RDF.type, OWL.Ontology)):
        graph.remove((ontology, None, None))
    return graph


@pytest.mark.parametrize(
    ("name", "form"), [("digiterr.ttl", "turtle"), ("digiterr.rdf", "xml"), ("digiterr.jsonld", "json-ld")]
)
def test_every_form_holds_the_same_triples(
    name: str, form: str, files: dict[str, bytes], merged: str
) -> None:
    assert canonical_turtle(Graph().parse(data=files[name], format=form)) == merged


def test_the_merged_release_is_one_ontology_that_imports_nothing() -> None:
    graph = release.merged_graph()
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [URIRef(ONTOLOGY)]
    assert not list(graph.objects(None, OWL.imports))
    assert graph.value(URIRef(ONTOLOGY), OWL.versionIRI) is not None


def test_bytes_do_not_depend_on_the_run(files: dict[str, bytes], tmp_path: Path) -> None:
    """Another process, with other hashes of strings, writes the same bytes."""
    code = (
        "import sys, pathlib; from digiterr.ontology.release import release_files, write_release; "
        "write_release('0.0.0', pathlib.Path(sys.argv[1]), release_files())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(tmp_path)], check=True, env=environment)
    assert {path.name: path.read_bytes() for path in (tmp_path / "0.0.0").iterdir()} == files


def test_rdflib_following_imports_finds_the_release(merged: str) -> None:
    opened = catalog.read_with_imports(FOLDER / "digiterr.ttl", catalog.read_catalog(FOLDER / catalog.NAME))
    released = Graph().parse(data=merged, format="turtle")
    assert canonical_turtle(without_headers(opened)) == canonical_turtle(without_headers(released))


def test_owlready2_following_imports_finds_the_release(merged: str, tmp_path: Path) -> None:
    """owlready2 reads no Turtle: it is given the same modules as N-Triples, under their names."""
    owlready2 = pytest.importorskip("owlready2")
    for name in (ROOT, *MODULES):
        target = "ont" if name == ROOT else name
        read_module(name).serialize(tmp_path / f"{target}.nt", format="nt", encoding="utf-8")
    owlready2.onto_path.append(str(tmp_path))
    try:
        world = owlready2.World()
        root = world.get_ontology(ONTOLOGY).load(only_local=True)
        assert {imported.name for imported in root.imported_ontologies} == set(MODULES)
        world.save(str(tmp_path / "all.nt"), format="ntriples")
    finally:
        owlready2.onto_path.remove(str(tmp_path))
    opened = Graph().parse(tmp_path / "all.nt", format="nt")
    released = Graph().parse(data=merged, format="turtle")
    assert canonical_turtle(without_headers(opened)) == canonical_turtle(without_headers(released))


def test_the_catalogue_names_every_module_and_version() -> None:
    assert (FOLDER / catalog.NAME).read_text(encoding="utf-8") == catalog.catalog_text()
    entries = catalog.read_catalog(FOLDER / catalog.NAME)
    for name in ALL_FILES:
        assert entries[module_iri(name)] == FOLDER / f"{name}.ttl"
    assert len(entries) == 2 * len(ALL_FILES)


def test_an_import_that_the_catalogue_does_not_know_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(f"<http://mine> <{OWL.imports}> <http://elsewhere> .", encoding="utf-8")
    with pytest.raises(KeyError):
        catalog.read_with_imports(file, {})


def test_the_context_reads_plain_json_as_the_ontology(files: dict[str, bytes]) -> None:
    document = {
        **json.loads(files["context.jsonld"]),
        "id": "dtd:obs-1",
        "type": "PopulationObservation",
        "observedTerritory": "dtd:terr-1",
        "populationCount": 12,
        "isRounded": True,
        "sourceQuote": {"fr": "douze"},
        "inPopulationBand": "dtv:population-under-50k",
        "label": {"fr": "Un", "en": "One"},
    }
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    subject = URIRef("https://w3id.org/digiterr/id/obs-1")
    assert (subject, RDF.type, URIRef(DT.PopulationObservation.value)) in graph
    band = graph.value(subject, URIRef(DT.inPopulationBand.value))
    assert band == URIRef(DTV.population_under_50k.value)
    assert {str(label) for label in graph.objects(subject, RDFS.label)} == {"Un", "One"}
    quote = graph.value(subject, URIRef(DT.sourceQuote.value))
    assert getattr(quote, "language", None) == "fr"
    count = graph.value(subject, URIRef(DT.populationCount.value))
    assert str(getattr(count, "datatype", "")).endswith("nonNegativeInteger")
    assert len(graph) == 8


def test_a_release_is_never_changed(files: dict[str, bytes], tmp_path: Path) -> None:
    written = release.write_release("9.9.9", tmp_path, files)
    assert release.write_release("9.9.9", tmp_path, files) == written
    (tmp_path / "9.9.9" / "digiterr.ttl").write_text("# other", encoding="utf-8")
    with pytest.raises(InputError, match="already released"):
        release.write_release("9.9.9", tmp_path, files)


@pytest.mark.parametrize(("version", "words"), [("1.2", "not a version"), ("0.0.1", "is before")])
def test_a_wrong_version_is_refused(version: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        release.release(version, tmp_path, "2027-01-01")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The modules copied to where a test may change them."""
    for name in ALL_FILES:
        shutil.copy(str(module_file(name)), tmp_path / f"{name}.ttl")
    monkeypatch.setattr("digiterr.ontology.modules.FOLDER", tmp_path)
    return tmp_path


def test_a_higher_version_needs_a_change_note_and_changes_every_header(copied: Path) -> None:
    with pytest.raises(InputError, match="no change note"):
        release.release("9.0.0", copied / "releases", "2027-02-03")
    root = copied / "digiterr.ttl"
    notes = f'<{ONTOLOGY}> <{SKOS.changeNote}> "9.0.0 : tout."@fr , "9.0.0: all."@en .'
    root.write_text(f"{root.read_text(encoding='utf-8')}\n{notes}\n", encoding="utf-8")
    before = release.version_of()
    written = release.release("9.0.0", copied / "releases", "2027-02-03")
    assert all(path.is_file() for path in written)
    for name in ALL_FILES:
        graph, iri = read_module(name), module_iri(name)
        assert graph.value(iri, OWL.versionIRI) == URIRef(f"{iri}/9.0.0")
        assert graph.value(iri, OWL.priorVersion) == URIRef(f"{iri}/{before}")
        assert "9.0.0, 2027" in (copied / f"{name}.ttl").read_text(encoding="utf-8")
        assert is_canonical(copied / f"{name}.ttl")
    assert f"{ONTOLOGY}/9.0.0" in (copied / catalog.NAME).read_text(encoding="utf-8")


def test_the_owl_api_reads_the_turtle(files: dict[str, bytes], tmp_path: Path) -> None:
    """Protégé's reader is the OWL API's, which knows less of Turtle than rdflib; HermiT brings it."""
    path = tmp_path / "digiterr.ttl"
    path.write_bytes(files["digiterr.ttl"])
    status, output, errors = run_reasoner(
        "hermit", "org.semanticweb.HermiT.cli.CommandLine", ["-k", path.as_uri()], timeout=120
    )
    assert status == 0, errors
    assert "owl#Thing is satisfiable" in output
