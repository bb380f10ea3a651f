"""The header of a stored query: what is read, and the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.ontology.errors import InputError
from digiterr.queries.reading import has_header, parse_query, read_query


def test_reads_the_header(communes: str) -> None:
    query = parse_query(communes, "communes", "communes.rq")
    assert query.title.fr == "Communes"
    assert query.question.en == "Which communes?"
    assert query.sources == ("small",)
    assert [column.name for column in query.columns] == ["commune", "population", "rounded"]
    assert query.columns[1].unit is not None
    assert query.expected.count == 2
    assert query.expected.line == 16


def test_the_default_of_a_parameter_stands_in_the_query(communes: str) -> None:
    query = parse_query(communes, "communes", "communes.rq")
    minimum, department = query.parameter("minimum"), query.parameter("department")
    assert minimum is not None
    assert [str(term) for term in minimum.default] == ['"0"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert not minimum.optional
    assert department is not None
    assert department.optional


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("#+ view: table", "#+ vieww: table", 1, "Did you mean 'view'?"),
        ("#+ view: table", "#+ view: pie", 13, "'pie' is not one of"),
        (
            "#+ title: {fr: Communes, en: Communes}",
            "#+ title: {fr: Communes}",
            1,
            "'en' is a required property",
        ),
        ("#+ title: {fr", "#+ title: [fr", 1, "YAML"),
        ("type: integer", "type: int", 8, "'int' is not one of"),
        ("VALUES ?minimum { 0 }", "", None, "has no block VALUES ?minimum"),
        ("VALUES ?minimum { 0 }", "VALUES ?minimum { nonsense }", 25, "cannot be read"),
        ("SELECT ?commune ?population", "SELECT ?population ?commune", 9, "Name the same ones"),
        ("ORDER BY ?commune\n", "ORDER BY ?commune LIMIT 5\n", 34, "without LIMIT"),
        ("ORDER BY ?commune\n", "", 34, "ordered by ORDER BY"),
        ("evidence: [commune]", "evidence: [town]", 14, "no column 'town'"),
        ("[dtd:terr-commune-01005, null, null]", "[dtd:terr-commune-01005, null]", 18, "Write 3"),
        ("PREFIX dtd: <https://w3id.org/digiterr/id/>", "", 5, "prefix dtd: is not declared"),
    ],
)
def test_says_what_is_wrong_and_where(
    communes: str, before: str, after: str, line: int | None, said: str
) -> None:
    assert before in communes
    with pytest.raises(InputError) as caught:
        parse_query(communes.replace(before, after, 1), "communes", "communes.rq")
    error = caught.value
    assert said in error.sentence("en")
    assert error.where is not None
    assert error.where.file == "communes.rq"
    assert error.where.line == line
    assert error.sentence("fr") != error.sentence("en")


def test_a_text_without_header_is_told_apart(communes: str) -> None:
    assert has_header(communes)
    assert not has_header("# plain\nSELECT * {}")
    with pytest.raises(InputError, match="has no header"):
        parse_query("SELECT * {}", "x", "x.rq")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        read_query(tmp_path / "none.rq")
    assert "No such file" in missing.value.sentence("en")
    (tmp_path / "latin.rq").write_bytes("#+ title: é".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_query(tmp_path / "latin.rq")
