"""Two versions of an ontology compared: each kind of change, said in words, with its level."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from digiterr.ontology.compare.comparison import compare
from digiterr.ontology.compare.model import Level, raised
from digiterr.ontology.compare.revision import at_revision, last_release
from digiterr.ontology.errors import InputError
from digiterr.ontology.modules import FOLDER, OPTIONAL_MODULES, read_ontology
from rdflib import Graph

PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dt: <https://w3id.org/digiterr/ont#>
PREFIX dtv: <https://w3id.org/digiterr/voc/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
BASE = """
<https://w3id.org/digiterr/ont> a owl:Ontology ; owl:versionInfo "1.2.3" .
dt:Tool a owl:Class ; rdfs:label "tool"@en , "outil"@fr ; rdfs:isDefinedBy <https://w3id.org/digiterr/ont/policy> ;
    skos:definition "What is used to reach a result."@en .
dt:Network a owl:Class ; rdfs:label "network"@en , "réseau"@fr ; rdfs:subClassOf dt:Tool .
dt:uses a owl:ObjectProperty ; rdfs:label "uses"@en ; rdfs:range dt:Tool .
dtv:kind-one a skos:Concept ; skos:prefLabel "one"@en ; dt:rank 1 .
dt:rank a owl:DatatypeProperty .
[] a owl:AllDisjointClasses ; owl:members ( dt:Tool dt:Policy ) .
dt:Policy a owl:Class .
"""


def changes(old: str, new: str) -> list[tuple[str, str, str]]:
    """What turning one piece of the base into another gives: kind, level, English message."""
    assert old in BASE
    graphs = [Graph().parse(data=PREFIXES + text, format="turtle") for text in (BASE, BASE.replace(old, new))]
    found = compare(*graphs).changes
    assert all(change.message.fr != change.message.en for change in found)
    return [(change.kind, change.level.name, change.message.en) for change in found]


CASES = {
    "a term added": (
        "dt:Policy a owl:Class .",
        'dt:Policy a owl:Class . dt:Plan a owl:Class ; rdfs:label "plan"@en , "plan"@fr .',
        [("term-added", "MINOR", "Plan (‘plan’) is new")],
    ),
    "a term removed": (
        "dt:rank a owl:DatatypeProperty .",
        "",
        [("term-removed", "MAJOR", "rank is gone")],
    ),
    "a term renamed, known by its label": (
        'dt:uses a owl:ObjectProperty ; rdfs:label "uses"@en',
        'dt:usesTool a owl:ObjectProperty ; rdfs:label "uses"@en',
        [("term-renamed", "MAJOR", "uses is now called usesTool")],
    ),
    "a term moved": (
        "ont/policy>",
        "ont/value>",
        [("term-moved", "PATCH", "Tool (‘tool’) moves from the module policy to the module value")],
    ),
    "a label changed": (
        '"tool"@en',
        '"instrument"@en',
        [("label-changed", "PATCH", "label of Tool (en): ‘tool’ becomes ‘instrument’")],
    ),
    "a definition changed": (
        "What is used",
        "That which is used",
        [
            (
                "text-changed",
                "PATCH",
                "Tool (‘tool’): definition now says ‘That which is used to reach a result.’",
            )
        ],
    ),
    "a definition removed": (
        'skos:definition "What is used to reach a result."@en',
        "rdfs:subClassOf owl:Thing",
        [
            ("axiom-added", "MINOR", "now ‘tool’ is a kind of Thing"),
            ("text-changed", "PATCH", "Tool (‘tool’): definition removed"),
        ],
    ),
    "an axiom removed": (
        "; rdfs:subClassOf dt:Tool .",
        ".",
        [("axiom-removed", "MAJOR", "no longer: ‘network’ is a kind of ‘tool’")],
    ),
    "an expression changed": (
        "rdfs:range dt:Tool",
        "rdfs:range [ a owl:Class ; owl:unionOf ( dt:Tool dt:Policy ) ]",
        [
            ("axiom-removed", "MAJOR", "no longer: ‘uses’ has the range ‘tool’"),
            ("axiom-added", "MINOR", "now ‘uses’ has the range (‘tool’ or Policy)"),
        ],
    ),
    "a characteristic added": (
        "dt:uses a owl:ObjectProperty",
        "dt:uses a owl:ObjectProperty , owl:FunctionalProperty",
        [("axiom-added", "MINOR", "now ‘uses’ has at most one value")],
    ),
    "an axiom on several terms removed": (
        "[] a owl:AllDisjointClasses ; owl:members ( dt:Tool dt:Policy ) .",
        "",
        [("axiom-removed", "MAJOR", "no longer: ‘tool’, Policy exclude each other")],
    ),
    "a fact changed": (
        "dt:rank 1",
        "dt:rank 2",
        [
            ("fact-removed", "MINOR", "removed: ‘one’ rank 1"),
            ("fact-added", "MINOR", "added: ‘one’ rank 2"),
        ],
    ),
    "a term deprecated that others use": (
        '"tool"@en , "outil"@fr',
        '"tool"@en , "outil"@fr ; owl:deprecated true',
        [("term-deprecated", "MAJOR", "Tool (‘tool’) is deprecated")],
    ),
    "a term deprecated that nothing uses": (
        '"network"@en , "réseau"@fr',
        '"network"@en , "réseau"@fr ; owl:deprecated true',
        [("term-deprecated", "MINOR", "Network (‘network’) is deprecated")],
    ),
    "a kind changed": (
        "dt:rank a owl:DatatypeProperty",
        "dt:rank a owl:AnnotationProperty",
        [
            ("kind-changed", "MAJOR", "rank was DatatypeProperty, it is now AnnotationProperty"),
        ],
    ),
    "the order of members, which says nothing": ("( dt:Tool dt:Policy )", "( dt:Policy dt:Tool )", []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_said_in_words_with_its_level(name: str) -> None:
    old, new, expected = CASES[name]
    assert changes(old, new) == expected


def test_blank_nodes_do_not_make_changes() -> None:
    graph = read_ontology(OPTIONAL_MODULES)
    again = Graph().parse(data=graph.serialize(format="nt", encoding="utf-8"), format="nt")
    found = compare(graph, again)
    assert found.changes == ()
    assert found.level is Level.NONE


def test_the_version_wanted_follows_the_gravest_change() -> None:
    graphs = [
        Graph().parse(data=PREFIXES + text, format="turtle")
        for text in (
            BASE,
            BASE.replace("dt:rank a owl:DatatypeProperty .", "").replace('"tool"@en', '"kit"@en'),
        )
    ]
    found = compare(*graphs)
    assert found.level is Level.MAJOR
    assert (found.version_before, found.wanted_version()) == ("1.2.3", "2.0.0")
    assert found.touched == {"https://w3id.org/digiterr/ont#rank", "https://w3id.org/digiterr/ont#Tool"}


def test_raising_a_version() -> None:
    assert [raised("1.2.3", level) for level in Level] == ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]
    assert raised("soon", Level.MINOR) is None
    assert raised(None, Level.MINOR) is None


# -- what it is compared with


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository whose folder `ontology` was committed twice."""
    folder = tmp_path / "work" / "ontology"
    folder.mkdir(parents=True)
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", "init", "-q", str(tmp_path / "work")], check=True)
    for text in (BASE, BASE.replace('"tool"@en', '"instrument"@en')):
        (folder / "core.ttl").write_text(PREFIXES + text, encoding="utf-8")
        subprocess.run(["git", "-C", str(folder), "add", "."], check=True)
        subprocess.run(["git", "-C", str(folder), *identity, "commit", "-q", "-m", "Change"], check=True)
    return folder


def test_a_git_revision_is_read_without_touching_the_files(repository: Path) -> None:
    (repository / "core.ttl").write_text(PREFIXES + BASE.replace('"tool"@en', '"gear"@en'), encoding="utf-8")
    now = Graph().parse(repository / "core.ttl")
    messages = [change.message.en for change in compare(at_revision("HEAD~1", repository), now).changes]
    assert messages == ["label of Tool (en): ‘tool’ becomes ‘gear’"]
    messages = [change.message.en for change in compare(at_revision("HEAD", repository), now).changes]
    assert messages == ["label of Tool (en): ‘instrument’ becomes ‘gear’"]


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x"])
def test_an_unknown_revision_is_refused_in_one_sentence(repository: Path, revision: str) -> None:
    with pytest.raises(InputError, match="git knows no revision"):
        at_revision(revision, repository)


def test_outside_a_repository_there_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git knows no revision"):
        at_revision("HEAD", tmp_path)


def test_the_last_release_is_the_highest_number(tmp_path: Path) -> None:
    assert last_release(tmp_path) is None
    for version in ("0.9.0", "0.10.0", "draft"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "digiterr.ttl").write_text(PREFIXES + BASE, encoding="utf-8")
    found = last_release(tmp_path)
    assert found is not None
    assert found[0] == "0.10.0"
    assert len(found[1]) > 10


def test_the_shipped_folder_is_where_the_modules_lie() -> None:
    assert (Path(str(FOLDER)) / "core.ttl").is_file()
