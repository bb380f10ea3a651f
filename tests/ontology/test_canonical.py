"""The canonical form: formatting twice changes nothing, equal graphs give equal text, nothing is lost."""

from __future__ import annotations

import random
from difflib import ndiff
from pathlib import Path

import pytest
from click.testing import CliRunner
from digiterr.ontology.canonical import canonical_file, canonical_turtle, comment_lines, is_canonical
from digiterr.ontology.errors import InputError
from digiterr.ontology.modules import ALL_FILES, module_file, read_module
from digiterr.server.cli import Settings
from digiterr.server.commands.format import command
from rdflib import OWL, RDF, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic

ENGLISH = Settings(language="en", debug=False)


@pytest.mark.parametrize("name", ALL_FILES)
def test_every_module_is_canonical(name: str) -> None:
    assert is_canonical(Path(str(module_file(name)))), "run `digiterr format`"


@pytest.mark.parametrize("name", ALL_FILES)
def test_order_and_names_of_blank_nodes_do_not_matter(name: str) -> None:
    graph = read_module(name)
    renamed: dict[BNode, BNode] = {}
    triples = [
        tuple(renamed.setdefault(node, BNode()) if isinstance(node, BNode) else node for node in triple)
        for triple in graph
    ]
    random.Random(1).shuffle(triples)
    shuffled = Graph(bind_namespaces="none")
    for triple in triples:
        shuffled.add(triple)
    assert canonical_turtle(shuffled) == module_file(name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "turtle",
    [
        '<http://x/a> <http://x/p> """first\n\n   \nlast  \n""" .',
        '<http://x/a> <http://x/p> "a \\"\\"\\" b", "" .',
        "<http://x/a> <http://x/p> _:b . <http://x/c> <http://x/p> _:b . _:b <http://x/q> 1 .",
        "_:a <http://x/p> _:b . _:b <http://x/p> _:a .",
        "_:a <http://x/p> _:a .",
        "<http://x/a> <http://x/p> (1 [ <http://x/q> () ] (2)) .",
        "@prefix dt: <http://other/> . dt:a dt:p 'x'@fr-fr, 1.50, true, 01 .",
        "@prefix my: <http://my/> . my:a my:p [ my:q my:b ], [ my:q my:c ] .",
    ],
)
def test_nothing_is_lost_and_twice_is_once(turtle: str) -> None:
    graph = Graph().parse(data=turtle, format="turtle")
    text = canonical_turtle(graph)
    again = Graph(bind_namespaces="none").parse(data=text, format="turtle")
    assert isomorphic(graph, again)
    assert canonical_turtle(again) == text


def test_a_prefix_of_the_editor_is_kept() -> None:
    graph = Graph(bind_namespaces="none").parse(
        data="@prefix my: <http://my/> . my:a my:p my:b .", format="turtle"
    )
    assert "@prefix my: <http://my/> ." in canonical_turtle(graph)


def test_a_file_that_is_not_turtle_is_refused_with_line_and_column(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<http://x/a> <http://x/p> 1 .\n<http://x/a> <http://x/p> .\n", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        canonical_file(bad)
    assert refusal.value.where is not None
    assert (refusal.value.where.line, refusal.value.where.column) == (2, 27)


def test_comments_are_found_outside_texts_only() -> None:
    text = '# one\n<http://x/a> <http://x/p> """\n# not one\n""" .\n  # two\n'
    assert comment_lines(text) == [1, 5]


def test_the_command_formats_checks_and_spares_comments(tmp_path: Path) -> None:
    path = tmp_path / "my.ttl"
    path.write_text("# kept\n<http://x/a> <http://x/p> 1 .\n", encoding="utf-8")
    runner = CliRunner()
    checked = runner.invoke(command, [str(path), "--check"], obj=ENGLISH)
    assert checked.exit_code == 1
    assert "is not canonical" in checked.output
    refused = runner.invoke(command, [str(path)], obj=ENGLISH)
    assert isinstance(refused.exception, InputError)
    assert "# kept" in path.read_text(encoding="utf-8")
    assert runner.invoke(command, [str(path), "--drop-comments"], obj=ENGLISH).exit_code == 0
    assert runner.invoke(command, [str(path), "--check"], obj=ENGLISH).exit_code == 0


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        canonical_file(tmp_path / "none.ttl")


def test_a_change_in_one_place_moves_nothing_elsewhere() -> None:
    """One axiom more is its own lines more: no other blank node changes place."""
    graph = read_module("governance")
    before = canonical_turtle(graph).splitlines()
    axiom, members = BNode(), BNode()
    Collection(graph, members, [URIRef("http://x/1"), URIRef("http://x/2")])
    graph.add((axiom, RDF.type, OWL.AllDifferent))
    graph.add((axiom, OWL.distinctMembers, members))
    changes = [line for line in ndiff(before, canonical_turtle(graph).splitlines()) if line[0] in "+-"]
    assert len(changes) == 7
    assert all(line[0] == "+" for line in changes)


def test_blank_nodes_that_share_all_others_do_not_take_for_ever() -> None:
    links = " . ".join(f"_:n{i} <http://x/{j}> _:n{j}" for i in range(12) for j in range(12) if i != j)
    text = canonical_turtle(Graph().parse(data=f"{links} .", format="turtle"))
    assert text.count("<http://x/") + text.count("ns1:") >= 132
