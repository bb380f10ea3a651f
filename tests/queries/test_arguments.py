"""Parameters: what a user writes becomes a term, never syntax."""

from __future__ import annotations

import pytest
from digiterr.ontology.errors import InputError
from digiterr.queries.arguments import filled, read_arguments, values_blocks
from digiterr.queries.model import StoredQuery
from digiterr.queries.reading import parse_query
from digiterr.queries.running import run
from digiterr.store.embedded import EmbeddedEngine
from pyoxigraph import Store


@pytest.fixture
def query(communes: str) -> StoredQuery:
    return parse_query(communes, "communes", "communes.rq")


def codes(engine: EmbeddedEngine, query: StoredQuery, **given: list[str]) -> list[str]:
    return [str(row[0]).rsplit("-", 1)[1].rstrip(">") for row in run(engine, query, given).rows]


def test_defaults_and_arguments(small: EmbeddedEngine, query: StoredQuery) -> None:
    assert codes(small, query) == ["01004", "01005"]
    assert codes(small, query, code=["01005"]) == ["01005"]
    assert codes(small, query, code=["01004", "01005"]) == ["01004", "01005"]
    assert codes(small, query, department=["01"]) == ["01004", "01005"]
    assert codes(small, query, department=["dtd:terr-department-01"]) == ["01004", "01005"]
    assert codes(small, query, department=["https://w3id.org/digiterr/id/terr-department-02"]) == []
    assert codes(small, query, minimum=["99999"]) == ["01005"]  # its population is not stated


def test_an_empty_value_stands_for_the_default(small: EmbeddedEngine, query: StoredQuery) -> None:
    assert codes(small, query, code=[""], department=[""]) == ["01004", "01005"]


@pytest.mark.parametrize(
    "value",
    [
        '" } } DROP ALL #',
        'x" "y',
        "UNDEF",
        "01004' } ?s ?p ?o . VALUES ?code { 'a",
        "} } UNION { ?commune ?population ?rounded",
        '\\" \\u0022 }',
        "?code",
    ],
)
def test_hostile_text_stays_a_literal(small: EmbeddedEngine, query: StoredQuery, value: str) -> None:
    assert codes(small, query, code=[value]) == []
    text = filled(query, read_arguments(query, {"code": [value]}))
    ((start, end),) = values_blocks(text, "code")
    rows = list(Store().query(f"SELECT ?code {{ VALUES ?code {{ {text[start:end]} }} }}"))
    assert [row[0].value for row in rows] == [value.strip()]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("department", "01> } #"),
        ("department", "http://x/a b"),
        ("department", "javascript"),
        ("minimum", "1; DROP ALL"),
        ("minimum", "1e99"),
        ("minimum", "9" * 400),
        ("minimum", "１２ apples"),
        ("code", "x" * 3000),
        ("code", "\x00\x1f"),
        ("code", "a\nb"),
        ("minimum", "١٢"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(
    small: EmbeddedEngine, query: StoredQuery, name: str, value: str
) -> None:
    if (name, value) == ("department", "javascript"):
        assert codes(small, query, department=[value]) == []  # a code like any other, of no department
        return
    with pytest.raises(InputError) as caught:
        run(small, query, {name: [value]})
    assert name in caught.value.sentence("en")
    assert caught.value.hint is not None


def test_an_unknown_parameter_names_the_nearest(query: StoredQuery) -> None:
    with pytest.raises(InputError) as caught:
        read_arguments(query, {"departement": ["01"]})
    assert "Did you mean 'department'?" in caught.value.sentence("en")


def test_several_values_where_one_is_taken(query: StoredQuery) -> None:
    with pytest.raises(InputError, match="was given 2 values"):
        read_arguments(query, {"minimum": ["1", "2"]})


def test_blocks_in_comments_and_strings_are_no_parameters(query: StoredQuery) -> None:
    assert len(list(values_blocks(query.text, "minimum"))) == 1
    text = 'SELECT * { BIND("VALUES ?x { 1 }" AS ?s) VALUES ?x { 2 } VALUES (?x) { (3) } }'
    assert [text[start:end].strip() for start, end in values_blocks(text, "x")] == ["2"]
