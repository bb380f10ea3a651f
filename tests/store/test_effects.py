"""What an update says that it changes is what it changes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from digiterr.store.effects import Effects, graphs_written, update_by_effects
from digiterr.store.model import DEFAULT_GRAPH
from pyoxigraph import BlankNode, Quad, RdfFormat, Store

DATA = """
<http://e/a> <http://e/p> <http://e/b> .
<http://e/a> <http://e/n> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .
<http://e/b> <http://e/n> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .
<http://e/b> <http://e/label> "un # { } ; b"@fr <http://e/g> .
<http://e/a> <http://e/n> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/h> .
"""
P = "PREFIX e: <http://e/> "
TOLD = [
    "INSERT DATA { <http://e/a> <http://e/p> <http://e/b> , <http://e/c> }",
    "INSERT DATA { GRAPH <http://e/g> { <http://e/a> <http://e/n> 1 , -2 , 1e3 , 'x;}'@fr , '''y\n''' } }",
    P + "INSERT DATA { e:s e:p 1 . GRAPH e:g { e:s e:p 2 } . e:s e:p 3 . GRAPH e:new { e:s e:p 4 } }",
    P + "DELETE DATA { GRAPH e:g { e:a e:n 1 ; e:n 7 } }",
    P + "INSERT DATA { GRAPH e:g { e:s e:p 2 } } ; DELETE DATA { GRAPH e:g { e:s e:p 2 . e:a e:n 1 } }",
    P + "DELETE DATA { GRAPH e:g { e:a e:n 1 } } ; INSERT DATA { GRAPH e:g { e:a e:n 1 } }",
    P + "DELETE WHERE { GRAPH e:g { ?s e:n ?n } }",
    P + "DELETE WHERE { ?s ?p ?o }",
    P + "WITH e:g DELETE { ?s e:n ?n } INSERT { ?s e:n ?m } WHERE { ?s e:n ?n BIND(?n + 1 AS ?m) }",
    P
    + "WITH e:g DELETE { ?s e:n ?n . GRAPH e:h { ?s e:n ?n } } WHERE { ?s e:n ?n FILTER(?n < 2 || ?n > 9) }",
    P
    + "DELETE { GRAPH e:g { ?s e:n ?n } } INSERT { GRAPH e:h { ?s e:n ?n } } WHERE { GRAPH ?g { ?s e:n ?n } }",
    P
    + "INSERT { ?s e:seen true } USING e:g USING NAMED e:h WHERE { ?s e:n ?n MINUS { GRAPH e:h { ?s e:n ?m } } }",
    P + "INSERT { GRAPH e:g { ?s e:p ?nothing . ?s e:q 'z' } } WHERE { GRAPH e:g { ?s e:n 1 } }",
    P
    + "delete { GRAPH e:g { ?s ?p ?o } } insert { GRAPH e:g { ?s ?p ?o } } where { GRAPH e:g { ?s ?p ?o } }",
    P + "# a comment; DROP ALL\nINSERT DATA { # another }\n e:s e:p e:o # last\n}",
    P + "INSERT DATA { GRAPH e:g { e:s e:p ( 1 [ e:q 2 ] ) } }",
    P + "INSERT { GRAPH e:new { ?s e:p _:b . _:b e:q ?n } } WHERE { GRAPH e:g { ?s e:n ?n } }",
    P + "INSERT DATA { GRAPH e:g { } } ;",
    "",
]
NOT_TOLD = [
    "DROP GRAPH <http://e/g>",
    "CLEAR ALL",
    "COPY <http://e/g> TO <http://e/h>",
    "INSERT { GRAPH ?g { ?s <http://e/p> 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "BASE <http://e/> INSERT DATA { <a> <b> <c> }",
    r"INSERT DATA { GRAPH <http://e/\u0067> { <http://e/s> <http://e/p> 1 } }",
    P + r"INSERT DATA { GRAPH e:\~ { e:s e:p 1 } }",
    P + "INSERT DATA { e:s e:p e:o {| e:q 1 |} }",
    P + "INSERT { e:s e:p ?x } WHERE { ?x e:n ?a , ?b FILTER(?a<e:b#>) DROP ALL\n) }",
    P + "INSERT DATA { e:s e:p 1 } ; CREATE GRAPH e:new",
]


def filled() -> Store:
    store = Store()
    store.load(DATA, format=RdfFormat.N_QUADS)
    return store


def shape(store: Store) -> list[str]:
    """The quads of a store with their blank nodes made alike."""
    return sorted(
        str([_alike(term) for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)])
        for quad in store
    )


def _alike(term: object) -> str:
    return "_:" if isinstance(term, BlankNode) else str(term)


@pytest.mark.parametrize("text", TOLD)
def test_what_is_told_is_what_happens(text: str) -> None:
    plain, told = filled(), filled()
    plain.update(text)
    before = set(told)
    effects = update_by_effects(told, text)
    assert effects is not None
    assert shape(told) == shape(plain)
    assert effects == Effects(set(told) - before, before - set(told))
    assert {str(graph) for graph in told.named_graphs()} == {str(graph) for graph in plain.named_graphs()}


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_its_words_do_not_tell_is_left_undone(text: str) -> None:
    store = filled()
    assert update_by_effects(store, text) is None
    assert set(store) == set(filled())


@pytest.mark.parametrize(
    "text", ["INSERT DATA { GRAPH", "INSERT { } WHERE", "SELECT * {}", P + "INSERT DATA { ?x e:p 1 }"]
)
def test_a_text_that_is_no_update_changes_nothing(text: str) -> None:
    store = filled()
    with suppress(SyntaxError):
        assert update_by_effects(store, text) is None
    assert set(store) == set(filled())


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        (P + "INSERT { GRAPH e:g { ?s e:p 1 } } WHERE { GRAPH e:h { ?s ?p ?o } }", {"http://e/g"}),
        (
            P + "WITH e:g DELETE { ?s e:p 1 } INSERT { GRAPH e:h { ?s e:p 2 } } WHERE {}",
            {"http://e/g", "http://e/h"},
        ),
        ("INSERT DATA { <http://e/s> <http://e/p> 1 }", {DEFAULT_GRAPH}),
        ("DROP GRAPH <http://e/g>", None),
    ],
)
def test_graphs_written(text: str, graphs: set[str] | None) -> None:
    assert graphs_written(text) == graphs


def test_effects_of_effects() -> None:
    """What comes and goes within one write was never there."""
    store, effects = filled(), Effects()
    first, *_ = list(store)
    other = Quad(first.subject, first.predicate, BlankNode())
    effects.remove(store, [first, other])
    effects.add(store, [first, other, other])
    effects.remove(store, [other])
    assert effects == Effects()
    assert set(store) == set(filled())
