"""Charts: what each view draws of an answer, what it says of silence, and that Vega-Lite takes it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from digiterr.ontology.errors import InputError
from digiterr.ontology.names import DT, RDF
from digiterr.ontology.text import Text
from digiterr.queries import library
from digiterr.queries.charts.classes import class_of, classes, ranges
from digiterr.queries.charts.files import image
from digiterr.queries.charts.geography import rings
from digiterr.queries.charts.roles import Charted
from digiterr.queries.charts.specification import specification, views_of
from digiterr.queries.charts.theme import PALETTES, between, contrast, text_turn
from digiterr.queries.model import Column, Expected, StoredAnswer, StoredQuery
from digiterr.queries.running import run
from digiterr.store.embedded import EmbeddedEngine, open_engine
from digiterr.store.model import GraphChange, Term
from digiterr.store.versions import Versions
from pyoxigraph import Literal, NamedNode

DRAWN = [
    query
    for query in library.all_queries()
    if query.view != "table" and set(query.sources) <= {"cases", "ontology"}
]
DTD = "https://w3id.org/digiterr/id/"
TERRITORY = f"{DTD}terr-department-"


@pytest.fixture(scope="module")
def cases(published_cases: Path) -> Iterator[EmbeddedEngine]:
    with open_engine(published_cases) as engine:
        yield engine


def answer(
    columns: Mapping[str, str | None], rows: list[list[Any]], view: str = "table", **more: Any
) -> StoredAnswer:
    """An answer of these columns (name -> unit); strings that begin with dtd: are IRIs."""
    query = StoredQuery(
        name="made", number=None, title=Text("Titre", "Title"), question=Text("", ""), keywords={}, sources=(),
        parameters=(), columns=tuple(
            Column(name, Text(name, name), Text(unit, unit) if unit else None)
            for name, unit in columns.items()
        ), view=view, expected=Expected((), 0, 0), evidence=(), silence=None, links=more.get("links", ()),
        text="", file="",
    )  # type: ignore[arg-type]  # fmt: skip

    def term(value: Any) -> Term | None:
        if value is None or isinstance(value, NamedNode | Literal):
            return value
        if isinstance(value, str) and value.startswith("dtd:"):
            return NamedNode(DTD + value[4:])
        return Literal(value)

    cells = tuple(tuple(term(value) for value in row) for row in rows)
    return StoredAnswer(query, more.get("language", "en"), 1, {}, cells, more.get("labels", {}))


class Shapes:
    """An engine that holds nothing but shapes: WKT by the IRI of a thing."""

    def __init__(self, folder: Path, shapes: Mapping[str, str], more: str = "") -> None:
        lines = "".join(
            f"<{iri}> <http://www.opengis.net/ont/geosparql#hasGeometry> <{iri}-shape> .\n"
            f'<{iri}-shape> <http://www.opengis.net/ont/geosparql#asWKT> "{wkt}" .\n'
            for iri, wkt in shapes.items()
        )
        (folder / "shapes.nt").write_text(lines + more + f"<{DTD}x> <{DTD}p> <{DTD}y> .\n", encoding="utf-8")
        change = GraphChange("https://w3id.org/digiterr/graph/shapes", folder / "shapes.nt")
        Versions(folder / "var").publish([change])
        self.data_dir = folder / "var"


@pytest.fixture
def empty(small: EmbeddedEngine) -> EmbeddedEngine:
    """An engine whose graph has none of the things of made-up answers."""
    return small


def values(drawn: Any) -> list[dict[str, Any]]:
    return drawn["data"]["values"]


@pytest.mark.parametrize("query", DRAWN, ids=lambda query: query.name)
def test_every_question_of_the_study_is_drawn_in_its_view(cases: EmbeddedEngine, query: StoredQuery) -> None:
    for language, theme in (("fr", "light"), ("en", "dark")):
        found = run(cases, query, language=language)  # type: ignore[arg-type]
        views = views_of(cases, found)
        for view in views[:-1]:
            drawn = specification(cases, found, view, theme)  # type: ignore[arg-type]
            assert drawn is not None
            vl_convert.vegalite_to_vega(drawn, vl_version="6.4")
            title = query.title.in_language(language)  # type: ignore[arg-type]
            assert " ".join(drawn["title"]["text"]) == title
            assert drawn["title"]["subtitle"][0].startswith(
                "Source\u00a0: " if language == "fr" else "Source: "
            )
            assert "DigiTerr, version\u00a01" in " ".join(drawn["title"]["subtitle"])
    if query.name != "leadership-and-value-types-by-band":  # its numbers are not stated: a matrix says so
        assert query.view in views_of(cases, run(cases, query))


def test_levels_that_no_source_states_are_written_so_and_drawn_nowhere(cases: EmbeddedEngine) -> None:
    found = run(cases, library.find("leadership-levels-of-cases"), language="en")
    drawn: Any = specification(cases, found)
    squares, text = drawn["layer"]
    assert "encoding" not in squares  # no colour, which would stand for a number
    field = text["encoding"]["text"]["field"]
    assert [record[field] for record in values(drawn)] == ["not stated"] * 8


def test_a_bar_without_number_says_what_its_absence_means(empty: EmbeddedEngine) -> None:
    made = answer({"name": None, "count": "things"}, [["a", 3], ["b", None]])
    drawn: Any = specification(empty, made, "bar")
    bars, above, below, absence = drawn["layer"]
    assert bars["encoding"]["x"]["field"] == "v1"
    assert {one["encoding"]["text"]["field"] for one in (above, below)} == {"r1"}, "bars have their numbers"
    assert absence["transform"] == [{"filter": "!isValid(datum.v1)"}]
    assert values(drawn)[1]["v1"] is None
    assert values(drawn)[1][absence["encoding"]["text"]["field"]] == "not stated"


def test_bars_of_many_rows_say_how_many_are_left_out(empty: EmbeddedEngine) -> None:
    made = answer({"name": None, "count": "things"}, [[f"n{i}", i] for i in range(100)])
    drawn: Any = specification(empty, made, "bar")
    assert len(values(drawn)) == 40
    assert drawn["title"]["subtitle"][-1] == "the first 40 of 100 rows"
    drawn = specification(empty, replace(made, more=True), "bar")
    assert drawn["title"]["subtitle"][-1] == "the first 40 of more than 100 rows"


def test_rows_of_one_name_are_told_apart(empty: EmbeddedEngine) -> None:
    made = answer({"name": None, "place": None, "n": "x"}, [["a", "p", 1], ["a", "q", 2], ["a", "q", 3]])
    drawn: Any = specification(empty, made, "bar")
    assert len({record["name"] for record in values(drawn)}) == 3


def test_the_number_that_is_drawn_is_a_share_or_what_rows_are_sorted_by() -> None:
    rows = [["a", 1, 30], ["b", 3, 20], ["c", 2, 10]]
    assert Charted(answer({"name": None, "n": "x", "m": "y"}, rows)).quantity == 2
    assert Charted(answer({"name": None, "n": "x", "m": "%"}, [rows[1], *rows])).quantity == 2
    assert Charted(answer({"name": None, "n": "x", "m": "y"}, [rows[1], rows[0], rows[2]])).quantity == 1


def test_a_project_without_stated_end_stays_open(empty: EmbeddedEngine) -> None:
    made = answer({"p": None, "start": None, "end": None}, [["a", 2018, 2032], ["b", 2018, None]])
    assert Charted(made).roles == ("text", "year", "year")
    drawn: Any = specification(empty, made, "timeline")
    closed, unended = values(drawn)
    assert closed["until"] == 2033  # the year 2032 takes its whole width
    assert "open" not in closed
    assert "until" not in unended
    assert unended["open"] == 2034


def test_years_are_told_from_numbers() -> None:
    assert Charted(answer({"a": None, "n": "x"}, [["a", 2020]])).roles == ("text", "quantity")
    assert Charted(answer({"a": None, "year": None}, [["a", 2020]])).roles == ("text", "year")
    assert Charted(answer({"a": None, "n": None}, [["a", 2020]])).roles == ("text", "quantity")


def test_dates_are_drawn_where_they_are_and_take_no_whole_year(empty: EmbeddedEngine) -> None:
    day = NamedNode("http://www.w3.org/2001/XMLSchema#date")
    rows = [
        ["a", Literal("2014-07-02", datatype=day), Literal("2026-01-01", datatype=day)],
        ["b", None, None],
    ]
    made = answer({"p": None, "start": None, "end": None}, rows)
    assert Charted(made).roles == ("text", "year", "year")
    drawn: Any = specification(empty, made, "timeline")
    assert values(drawn)[0]["v1"] == pytest.approx(2014.5, abs=0.01)
    assert values(drawn)[0]["until"] == 2026
    assert values(drawn)[0]["r1"] == "2014-07-02"


def test_long_names_take_two_lines_and_none_is_left_out_of_a_matrix(empty: EmbeddedEngine) -> None:
    long = "une étiquette qui dit beaucoup de choses et qui ne tiendrait pas en une ligne"
    drawn: Any = specification(empty, answer({"name": None, "n": "x"}, [[long, 1]]), "bar")
    (record,) = values(drawn)
    assert record["name"].replace("\n", " ") == long
    assert record["r0"] == long
    svg = image(drawn, "svg").decode()
    assert f">{record['name'].splitlines()[1]}</tspan>" in svg
    pairs = [[f"row {j}", f"a column of a long name {i}", i] for i in range(9) for j in range(20)]
    matrix: Any = specification(empty, answer({"a": None, "b": None, "n": "x"}, pairs), "matrix")
    drawn_names = image(matrix, "svg").decode()
    assert all(f">a column of a long name {i}</text>" in drawn_names for i in range(9))


def test_a_network_links_the_declared_columns_and_survives_a_circle(empty: EmbeddedEngine) -> None:
    rows = [["dtd:a", "dtd:k", "dtd:b"], ["dtd:b", "dtd:k", "dtd:a"], ["dtd:a", "dtd:k", None]]
    made = answer({"x": None, "kind": None, "y": None}, rows, links=(("x", "y"),))
    drawn: Any = specification(empty, made, "network")
    lines, nodes = drawn["layer"][:2]
    assert [line["name"].split(" (")[0] for line in lines["data"]["values"]] == [
        f"{DTD}a → {DTD}b",
        f"{DTD}b → {DTD}a",
    ]
    assert {node["name"] for node in nodes["data"]["values"]} == {f"{DTD}a", f"{DTD}b"}


def test_a_large_network_is_cut(empty: EmbeddedEngine) -> None:
    rows = [[f"dtd:a{i}", f"dtd:b{i}"] for i in range(500)]
    drawn: Any = specification(empty, answer({"x": None, "y": None}, rows), "network")
    assert len(drawn["layer"][1]["data"]["values"]) == 120


def test_a_view_that_the_columns_do_not_allow_is_refused_with_those_they_do(empty: EmbeddedEngine) -> None:
    made = answer({"name": None, "n": "x"}, [["a", 1], ["b", 2]])
    with pytest.raises(InputError) as refused:
        specification(empty, made, "timeline")
    assert refused.value.hint is not None
    assert refused.value.hint.en == "Possible views: bar, table."


def test_nothing_is_drawn_of_an_empty_answer(empty: EmbeddedEngine) -> None:
    made = answer({"name": None, "n": "x"}, [])
    assert views_of(empty, made) == ("table",)
    assert specification(empty, made) is None


def test_a_map_draws_the_mainland_and_squares_for_what_is_beyond(tmp_path: Path) -> None:
    shapes = {
        f"{TERRITORY}01": "POLYGON((5 46, 6 46, 6 47, 5 47, 5 46))",
        f"{TERRITORY}974": "POLYGON((55 -21, 56 -21, 56 -20, 55 -21))",
    }
    rows = [[NamedNode(f"{TERRITORY}{code}"), n] for code, n in (("01", 5), ("974", 7), ("973", None))]
    made = answer({"department": None, "n": "x"}, rows, "map")
    with open_engine(Shapes(tmp_path, shapes).data_dir) as engine:
        drawn: Any = specification(engine, made)
        unnamed = specification(engine, answer({"department": None, "n": "x"}, [*rows, [None, 1]], "map"))
    on_map, beside = drawn["hconcat"]
    (feature,) = values(on_map)
    assert feature["r0"] == f"{TERRITORY}01"
    ring = feature["geometry"]["coordinates"][0][0]
    area = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    assert area > 0  # clockwise: else d3-geo would fill the rest of the Earth
    squares = [(one["r0"], one["class"]) for one in values(beside)]
    assert squares == [(f"{TERRITORY}973", "not stated"), (f"{TERRITORY}974", "7")]  # in the order of codes
    scale = beside["encoding"]["color"]["scale"]
    assert scale["domain"] == ["5", "7", "not stated"]
    assert scale["range"][-1] not in scale["range"][:-1], "silence is no shade of few"
    vl_convert.vegalite_to_svg(drawn, vl_version="6.4")
    assert unnamed is not None
    assert unnamed["title"]["subtitle"][-1] == "1 row not on this map: see the table"


def test_the_classes_of_a_map_are_ranges_of_what_is_stated() -> None:
    found = classes([0, 0, 0, 0, 1, 2, 2, 1_000_000, 5, 9])
    assert found == [(0, 0), (1, 2), (5, 5), (9, 1_000_000)]
    assert ranges(found, "fr") == ["0", "1 – 2", "5", "9 – 1\u202f000\u202f000"]
    assert [class_of(value, found) for value in (0, 2, 5, 1_000_000)] == [0, 1, 2, 3]
    shares = classes([12.26, 12.31, 12.4, 33.333333, 50.0])
    assert ranges(shares, "fr")[0].startswith("12,26"), "as many decimals as keep classes apart"
    assert classes([]) == []
    assert ranges(classes([-3, -3]), "en") == ["-3"]


def test_a_map_of_points_names_them(tmp_path: Path) -> None:
    shapes = {f"{DTD}terr-commune-{i}": f"POINT({i} 46)" for i in (1, 2)}
    made = answer({"commune": None, "n": "x"}, [[NamedNode(iri), 5] for iri in shapes])
    with open_engine(Shapes(tmp_path, shapes).data_dir) as engine:
        assert "map" in views_of(engine, made)
        drawn: Any = specification(engine, made, "map")
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["circle", "text"]
    assert drawn["layer"][1]["mark"]["dy"] > (900 / 3.14) ** 0.5, "a name stands below its circle"
    assert values(drawn)[0]["longitude"] == 1


def test_points_all_over_france_stand_on_its_regions(tmp_path: Path) -> None:
    region = f"{DTD}terr-region-11"
    shapes = {f"{DTD}terr-commune-{i}": f"POINT({i} 46)" for i in (1, 4, 6)}
    shapes[region] = "POLYGON((2 48, 3 48, 3 49, 2 49, 2 48))"
    made = [[NamedNode(f"{DTD}terr-commune-{i}"), 5] for i in (1, 4, 6)]
    typed = f"<{region}> <{RDF.type.value}> <{DT.RegionTerritory.value}> .\n"
    with open_engine(Shapes(tmp_path, shapes, typed).data_dir) as engine:
        wide: Any = specification(engine, answer({"commune": None, "n": "x"}, made), "map")
        near: Any = specification(engine, answer({"commune": None, "n": "x"}, made[1:]), "map")
    assert [layer["mark"]["type"] for layer in wide["layer"]][:2] == ["geoshape", "circle"]
    assert near["layer"][0]["mark"]["type"] == "circle", "a few places of one part fill the map by themselves"
    vl_convert.vegalite_to_svg(wide, vl_version="6.4")


def test_a_map_without_outlines_is_drawn_as_bars_and_says_why(empty: EmbeddedEngine) -> None:
    made = answer({"department": None, "n": "x"}, [[NamedNode(f"{TERRITORY}01"), 5]], "map", language="fr")
    drawn: Any = specification(empty, made)
    assert drawn["layer"][0]["mark"]["type"] == "bar"
    assert drawn["title"]["subtitle"][-1] == "cette version n’a pas les contours de ces territoires"
    # ... and where the query does not declare a map, none is offered.
    undeclared = answer({"department": None, "n": "x"}, [[NamedNode(f"{TERRITORY}01"), 5]])
    assert views_of(empty, undeclared) == ("bar", "table")


def test_broken_wkt_has_no_rings() -> None:
    assert rings("POLYGON((1 2, x y))") == []
    assert rings("POLYGON((1, 2))") == []
    assert rings("POINT(1.5 -2)") == [[[1.5, -2.0]]]


def test_text_and_marks_pass_contrast_on_both_grounds() -> None:
    for palette in PALETTES.values():
        assert contrast(palette.ink, palette.ground) >= 7
        assert contrast(palette.soft, palette.ground) >= 4.5
        for mark in (palette.accent, palette.second):
            assert contrast(mark, palette.ground) >= 3
        before, after, turn = text_turn(palette.few, palette.many)
        for step in range(101):
            colour = between(palette.few, palette.many, step / 100)
            assert contrast(before if step / 100 < turn else after, colour) >= 4.5


def test_numbers_are_grouped_as_the_language_does(empty: EmbeddedEngine) -> None:
    rows = [["a", 1_000_000], ["b", 500_000]]
    for language, grouped in (("fr", "1\u202f000\u202f000"), ("en", "1,000,000")):
        drawn: Any = specification(empty, answer({"a": None, "n": "x"}, rows, language=language), "bar")
        assert grouped in image(drawn, "svg").decode()


def test_files_are_svg_and_png(cases: EmbeddedEngine) -> None:
    drawn: Any = specification(cases, run(cases, library.find("interviews"), language="en"))
    svg = image(drawn, "svg").decode()
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert ">Interviews held</text>" in svg
    png = image(drawn, "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    assert width > 800
    assert height > 200


def test_text_of_the_data_is_not_read_as_an_expression(empty: EmbeddedEngine) -> None:
    hostile = '"]); alert(1); //'
    drawn: Any = specification(empty, answer({hostile: None, "n": "x"}, [[hostile, 1]]), "bar")
    assert hostile not in json.dumps([layer.get("transform") for layer in drawn["layer"]])
    assert hostile in unescape(image(drawn, "svg").decode())


def test_the_browsers_have_the_same_vega_lite() -> None:
    lock = json.loads((Path(__file__).parents[2] / "web/package-lock.json").read_text(encoding="utf-8"))
    pinned = lock["packages"]["node_modules/vega-lite"]["version"]
    assert pinned.rpartition(".")[0] == "6.4"
    assert lock["packages"]["node_modules/vega"]["version"] == vl_convert.get_vega_version()
