"""What is read from the tokens of a query: its form, the services it calls, its depth; in linear time."""

from __future__ import annotations

import time

import pytest
from digiterr.ontology.sparql_tokens import calls, nesting_depth, query_form, tokens, words


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# select\nBASE <http://a/>\nprefix : <#>\nPREFIX ask: <b#c> ask {}", "ASK"),
        ("construct where {?s ?p ?o}", "CONSTRUCT"),
        ("\ufeff DESCRIBE <a>", "DESCRIBE"),
        ("INSERT DATA {}", None),
        ("", None),
    ],
)
def test_form_is_the_first_word_after_the_prologue(text: str, form: str | None) -> None:
    assert query_form(text) == form


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://a/> {} }",
        "SELECT * { service silent ?x {} }",
        "SELECT * { ?s ?p 1.SERVICE<http://a/>{} }",
        "SELECT * { ?s ?p true.SERVICE <http://a/> {} }",
        "SELECT * { ?s ?p trueSERVICE <http://a/> {} }",
        "SELECT * { ?s ?p :.SERVICE <http://a/> {} }",
        "SELECT * { FILTER(?a<?b)SERVICE <http://a/> {} }",
        "SELECT * { ?s ?p '#' SERVICE <http://a/> {} }",
        "SELECT * { ?s ?p <#> # \n SERVICE <http://a/> {} }",
        'SELECT * { ?s ?p """\\"""" SERVICE <http://a/> {} }',
        "SELECT * { SERV\\u0049CE <http://a/> {} }",
        "SELECT * { # comment\\u000ASERVICE <http://a/> {} }",
    ],
)
def test_service_is_found_however_it_is_written(text: str) -> None:
    assert calls(text, "SERVICE")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?s a <http://a/SERVICE> } # SERVICE",
        'PREFIX service: <http://a/> SELECT * { ?s service:service \'SERVICE\' , """a " SERVICE"""@service }',
        "SELECT * { _:service :a.service $service }",
    ],
)
def test_service_elsewhere_is_no_call(text: str) -> None:
    assert not calls(text, "SERVICE")


def test_load_is_found_in_an_update() -> None:
    assert calls("DROP ALL; Load <http://a/>", "LOAD")
    assert not calls("INSERT DATA { <load> <load> 'LOAD' }", "LOAD")


def test_words_and_depth() -> None:
    assert list(words("SELECT ?a FROM <x> { ?a :b 'FROM' }")) == ["SELECT", "FROM"]
    assert nesting_depth("SELECT ( ( [] ) ) { '((((' }") == 3


@pytest.mark.parametrize(
    "bomb", ["a.", "<", '"', "'''", "(", "a:", "\\u", "?", "@a-", "1e", "PREFIX ", "%", "\\'", '\\"']
)
def test_a_megabyte_of_anything_takes_linear_time(bomb: str) -> None:
    text = bomb * (1_000_000 // len(bomb))
    start = time.perf_counter()
    query_form(text)
    calls("SERVICE:a " + text, "SERVICE")
    nesting_depth(text)
    assert time.perf_counter() - start < 8  # quadratic time would be minutes


def test_tokens_join_to_the_text() -> None:
    text = "PREFIX a: <b> SELECT ?x { ?x a:b.c 'd'@fr , 1.5e3 ; :e _:f . } # end"
    found = list(tokens(text))
    assert "".join(token.text for token in found) == text
    assert [token.kind for token in found if token.kind not in ("space", "punctuation")] == [
        "word", "prefixed_name", "iri", "word", "variable", "open", "variable", "prefixed_name", "string",
        "language", "number", "prefixed_name", "blank_node", "close", "comment",
    ]  # fmt: skip
