"""Declared sources: what a mapping makes of rows, what it cleans, and each reason for setting a row aside."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from digiterr.loaders.geography.places import FrenchPlaces
from digiterr.loaders.model import Cleaning, Event, Reject
from digiterr.loaders.tabular.registry import declared_sources
from digiterr.loaders.tabular.source import TabularSource
from digiterr.ontology.errors import InputError
from digiterr.ontology.iris import DATA
from digiterr.ontology.names import DT
from pyoxigraph import Literal, NamedNode, Quad

PREFIXES = """prefixes:
  ex: https://example.org/
  dt: https://w3id.org/digiterr/ont#
  dtd: https://w3id.org/digiterr/id/
  dtf: https://w3id.org/digiterr/function#
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
  idlab-fn: https://w3id.org/imec/idlab/function#
  xsd: http://www.w3.org/2001/XMLSchema#
"""
DESCRIPTION = """name: essai
title: {fr: Essai, en: Trial}
description: {fr: Un essai, en: A trial}
publisher: {fr: Personne, en: Nobody}
licence: https://example.org/licence
attribution: {fr: Personne, en: Nobody}
files:
"""


@pytest.fixture(scope="session")
def places() -> FrenchPlaces:
    return FrenchPlaces()


class Trial:
    """A source in a temporary folder, made of a file and the body of a mapping."""

    def __init__(self, folder: Path, places: FrenchPlaces) -> None:
        self.folder = folder
        self.places = places

    def source(
        self, mapping: str, file: str = "rows.csv", content: str | bytes = "", more: str = ""
    ) -> TabularSource:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / file).write_bytes(data)
        (self.folder / "source.yml").write_text(
            f"{DESCRIPTION}  rows: {{path: {file}, shipped: yes{more}}}\n", encoding="utf-8"
        )
        (self.folder / "mapping.yml").write_text(PREFIXES + mapping, encoding="utf-8")
        return TabularSource(self.folder, None, self.places)

    def read(self, po: str, header: str, *rows: str, subject: str = "ex:$(id)") -> list[Event]:
        mapping = (
            f"sources:\n  rows: [rows~csv]\nmappings:\n  it:\n    sources: rows\n    s: {subject}\n    po:\n"
        )
        content = "\n".join((header, *rows)) + "\n"
        return list(self.source(mapping + f"      - {po}\n", content=content).read())


@pytest.fixture
def trial(tmp_path: Path, places: FrenchPlaces) -> Trial:
    return Trial(tmp_path, places)


def objects(events: list[Event]) -> list[object]:
    return [event.object for event in events if isinstance(event, Quad)]


def rejects(events: list[Event]) -> list[Reject]:
    return [event for event in events if isinstance(event, Reject)]


def call(function: str, *parameters: str) -> str:
    return f"{{function: {function}, parameters: [{', '.join(parameters)}]}}"


def test_columns_become_properties_with_datatypes_languages_and_iris(trial: Trial) -> None:
    header, row = "id,name,count,page", "1,Écouis,12,https://example.org/a"
    assert objects(trial.read("[ex:name, $(name), fr~lang]", header, row)) == [
        Literal("Écouis", language="fr")
    ]
    assert objects(trial.read("[ex:count, $(count), xsd:integer]", header, row)) == [Literal(12)]
    assert objects(trial.read("[ex:page, $(page)~iri]", header, row)) == [NamedNode("https://example.org/a")]
    assert objects(trial.read("[a, ex:Thing]", header, row)) == [NamedNode("https://example.org/Thing")]


def test_an_empty_cell_says_nothing(trial: Trial) -> None:
    events = trial.read("[ex:name, $(name)]", "id,name", "1,", "2,x")
    assert objects(events) == [Literal("x")]
    assert rejects(events) == []


def test_values_in_iris_are_percent_encoded(trial: Trial) -> None:
    events = trial.read("[ex:n, '1']", "id,x", "a b/é,1")
    assert [quad.subject.value for quad in events if isinstance(quad, Quad)] == [
        "https://example.org/a%20b%2F%C3%A9"
    ]


def test_blanks_and_marks_are_taken_away_and_reported(trial: Trial) -> None:
    siren = call("dtf:siren", "[dtf:value, $(siren)]")
    events = trial.read(f"[ex:siren, {siren}]", "\ufeffid,siren", "1,254002272 ", "2,\u200e187609110")
    assert objects(events) == [Literal("254002272"), Literal("187609110")]
    cleanings = [event for event in events if isinstance(event, Cleaning)]
    assert [(mended.reason, mended.where.line) for mended in cleanings] == [
        ("blank-trimmed", 2),
        ("siren-cleaned", 3),
    ]


@pytest.mark.parametrize(
    ("reason", "made", "value"),
    [
        ("siren-malformed", call("dtf:siren", "[dtf:value, $(v)]"), "12345"),
        ("siren-checksum", call("dtf:siren", "[dtf:value, $(v)]"), "704930550"),
        ("insee-malformed", call("dtf:insee", "[dtf:value, $(v)]"), "2C004"),
        ("place-unknown", call("dtf:commune", "[dtf:value, $(v)]"), "99999"),
        ("place-unknown", call("dtf:department", "[dtf:value, $(v)]"), "20"),
        ("place-unknown", call("dtf:region", "[dtf:value, $(v)]"), "99"),
        ("commune-merged", call("dtf:commune", "[dtf:value, $(v)]"), "01330"),
        ("number-malformed", call("dtf:decimal", "[dtf:value, $(v)]"), "douze"),
        ("number-malformed", call("dtf:integer", "[dtf:value, $(v)]"), "1.5"),
        ("date-malformed", call("dtf:date", "[dtf:value, $(v)]", "[dtf:form, '%d/%m/%Y']"), "2021-01-31"),
        ("date-malformed", call("dtf:day", "[dtf:value, $(v)]"), "hier"),
        ("date-malformed", call("dtf:firstYear", "[dtf:value, $(v)]"), "bientôt"),
        ("address-malformed", call("dtf:webAddress", "[dtf:value, $(v)]"), "javascript:alert(1)"),
        ("coordinates-out-of-range", call("dtf:point", "[dtf:longitude, $(v)]", "[dtf:latitude, $(v)]"), "120"),
        ("authority-replaced", call("dtf:ownAuthority", "[dtf:value, {function: dtf:department, parameters: [[dtf:value, $(v)]]}]"), "67"),
        ("kind-unknown", call("dtf:territory", "[dtf:kind, $(v)]", "[dtf:value, $(v)]"), "canton"),
        ("iri-malformed", "$(v)~iri", "pas une iri"),
        ("not-integer", "[$(v), xsd:integer]", "12a"),
        ("not-nonNegativeInteger", "[$(v), xsd:nonNegativeInteger]", "-3"),
        ("not-date", "[$(v), xsd:date]", "2021-13-01"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_sets_its_row_aside(
    trial: Trial, reason: str, made: str, value: str
) -> None:
    good = trial.read("[ex:v, $(v)]", "id,v", f'1,"{value}"')
    assert rejects(good) == []
    events = trial.read(f"{{p: ex:v, o: {made}}}", "id,v", f'7,"{value}"')
    [reject] = rejects(events)
    assert (reject.reason, reject.where.line) == (reason, 2)
    assert value in reject.record
    assert reject.message.fr
    assert reject.hint.en
    assert objects(events) == []


def test_a_row_without_identifier_is_set_aside(trial: Trial) -> None:
    assert [r.reason for r in rejects(trial.read("[ex:v, $(v)]", "id,v", ",1"))] == ["identifier-missing"]


def test_a_subject_that_is_looked_up_and_not_found_is_set_aside(trial: Trial) -> None:
    body = call("dtf:territoryOfBody", "[dtf:value, $(v)]")
    assert [r.reason for r in rejects(trial.read("[ex:v, $(v)]", "id,v", "1,552100554", subject=body))] == [
        "subject-unknown"
    ]


def test_displaced_outlines_and_unknown_geometries_are_set_aside(trial: Trial) -> None:
    mapping = (
        "sources:\n  rows: [rows~geojson]\nmappings:\n  it:\n    sources: rows\n    s: ex:$(properties.code)\n"
        "    po:\n      - {p: ex:wkt, o: {function: dtf:outline, parameters: "
        "[[dtf:region, $(properties.region)], [dtf:geometry, $(geometry)]]}}\n"
    )
    square = [[[0, 45], [1, 45], [1, 46], [0, 45]]]

    def feature(code: str, region: str, geometry: dict[str, object]) -> dict[str, object]:
        return {"type": "Feature", "properties": {"code": code, "region": region}, "geometry": geometry}

    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                feature("a", "75", {"type": "Polygon", "coordinates": square}),
                feature("b", "01", {"type": "Polygon", "coordinates": square}),
                feature("c", "75", {"type": "Point", "coordinates": [0, 45]}),
            ],
            "name": "features",
        },
        indent=1,
    )
    events = list(trial.source(mapping, "rows.geojson", content).read())
    assert [str(value) for value in objects(events)] == [
        '"MULTIPOLYGON(((0 45,1 45,1 46,0 45)))"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
    ]
    _, second, third = (n for n, line in enumerate(content.splitlines(), 1) if line == "  {")
    assert [(r.reason, str(r.where)) for r in rejects(events)] == [
        ("outline-displaced", f"rows.geojson:{second} (record 2)"),
        ("geometry-unsupported", f"rows.geojson:{third} (record 3)"),
    ]


def test_joins_give_the_other_subject_and_count_what_they_miss(trial: Trial) -> None:
    mapping = """sources:
  rows: [rows~csv]
mappings:
  body: {sources: rows, s: ex:body-$(key)}
  it:
    sources: rows
    s: ex:$(id)
    po:
      - p: ex:of
        o: {mapping: body, condition: {function: equal, parameters: [[str1, $(other)], [str2, $(key)]]}}
"""
    source = trial.source(mapping, content="id,key,other\n1,a,b\n2,b,zz\n")
    assert objects(list(source.read())) == [NamedNode("https://example.org/body-b")]
    assert source.tally.unmatched == {"body": 1}


def test_a_thing_leads_back_to_its_row(trial: Trial) -> None:
    mapping = (
        "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', po: [[ex:n, $(n)]]}}\n"
    )
    source = trial.source(mapping, content="id,n\na,1\nb,2\n")
    place = source.locate("https://example.org/b")
    assert place is not None
    assert (place.file, place.line) == ("rows.csv", 3)
    assert source.locate("https://example.org/c") is None


def test_conditions_keep_and_leave_rows_and_properties(trial: Trial) -> None:
    mapping = """sources:
  rows: [rows~csv]
mappings:
  it:
    sources: rows
    condition: {function: idlab-fn:equal, parameters: [[grel:valueParameter, $(kind)], [grel:valueParameter2, A]]}
    s: ex:$(id)
    po:
      - [ex:kind, $(kind)]
      - p: ex:big
        o: ["yes", fr~lang]
        condition: {function: dtf:oneOf, parameters: [[dtf:value, $(size)], [dtf:list, "10|20"]]}
"""
    events = list(trial.source(mapping, content="id,kind,size\n1,A,10\n2,B,10\n3,A,5\n").read())
    assert objects(events) == [Literal("A"), Literal("yes", language="fr"), Literal("A")]


def test_delimiters_encodings_compression_and_workbooks_are_read(trial: Trial, tmp_path: Path) -> None:
    mapping = "sources: {{rows: [rows~{0}]}}\nmappings: {{it: {{sources: rows, s: 'ex:$(id)', po: [[ex:n, $(nom)]]}}}}\n"
    latin = "id;nom\n1;Écouis\n".encode("cp1252")
    source = trial.source(mapping.format("csv"), "r.csv", latin, ", delimiter: ';', encoding: cp1252")
    assert objects(list(source.read())) == [Literal("Écouis")]
    source = trial.source(mapping.format("tsv"), "r.tsv.gz", gzip.compress(b"id\tnom\n1\tAix\n"))
    assert objects(list(source.read())) == [Literal("Aix")]

    from openpyxl import Workbook

    book = Workbook()
    for row in (["id", "nom"], [1, "Pau"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "w.xlsx")
    source = trial.source(mapping.format("xlsx"), "r.xlsx", (tmp_path / "w.xlsx").read_bytes())
    assert objects(list(source.read())) == [Literal("Pau")]


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        (
            "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', graphs: ex:g}}",
            "graphs",
        ),
        ("targets: {t: [x]}\n", "targets"),
        ("sources: {rows: [rows~xpath]}\nmappings: {}\n", "xpath"),
        ("sources: {rows: [rows~csv]}\nmappings: {it: {sources: row, s: 'ex:$(id)'}}", "row"),
        (
            "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', po: [[foo:a, x]]}}",
            "foo:",
        ),
        (
            "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: {function: dtf:sirene, "
            "parameters: [[dtf:value, x]]}}}",
            "dtf:sirene",
        ),
        (
            "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', po: [{p: ex:a, "
            "o: {mapping: other, condition: {function: equal, parameters: [[str1, $(a)], [str2, $(b)]]}}}]}}",
            "other",
        ),
        ("sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', s: 'ex:$(x)'}}", "s"),
    ],
)
def test_what_is_outside_the_subset_is_refused_by_name(trial: Trial, mapping: str, word: str) -> None:
    source = trial.source(mapping, content="id\n1\n")
    with pytest.raises(InputError) as refused:
        list(source.read())
    assert word in refused.value.message.en
    assert refused.value.where is not None
    assert refused.value.where.line is not None


def test_a_column_that_is_not_there_is_named_with_the_nearest(trial: Trial) -> None:
    with pytest.raises(InputError) as refused:
        trial.read("[ex:v, $(nmae)]", "id,name", "1,x")
    assert "nmae" in refused.value.message.fr
    assert refused.value.hint is not None
    assert "name" in refused.value.hint.fr


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_is_refused(trial: Trial, content: str) -> None:
    mapping = (
        "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', po: [[ex:n, $(id)]]}}\n"
    )
    with pytest.raises(InputError):
        list(trial.source(mapping, content=content).read())


def test_another_encoding_is_named_with_the_byte(trial: Trial) -> None:
    with pytest.raises(InputError, match="utf-8"):
        list(
            trial.source(
                "sources: {rows: [rows~csv]}\nmappings: {it: {sources: rows, s: 'ex:$(id)', po: [[ex:n, $(id)]]}}\n",
                content="id\nÉ\n".encode("latin-1"),
            ).read()
        )


def test_shipped_sources_read_whole(places: FrenchPlaces) -> None:
    for source in declared_sources(None, places):
        if source.absent():
            continue
        events = list(source.read())
        assert rejects(events) == []
        assert not source.tally.unmatched
        assert any(isinstance(event, Quad) for event in events)


EXPECTED = {  # kept quads, rejects by reason, on the editions named in the folder's README
    "authority-identifiers": {"authority-replaced": 5},
    "banatic": {"siren-checksum": 4},
    "observatory": {},
    "datagouv": {},
    "engagement": {"kind-unknown": 1},
    "centroids": {"commune-merged": 71},
    "outlines": {"outline-displaced": 33, "subject-unknown": 3},
}


@pytest.mark.shared
@pytest.mark.parametrize("name", EXPECTED)
def test_real_files_are_read_and_their_faults_found(shared: Path, places: FrenchPlaces, name: str) -> None:
    source = {s.description.name: s for s in declared_sources(shared / "data", places)}[name]
    counts: Counter[str] = Counter()
    quads = 0
    for event in source.read():
        if isinstance(event, Quad):
            quads += 1
        elif isinstance(event, Reject):
            counts[event.reason] += 1
    assert quads > 100
    assert counts == EXPECTED[name]


@pytest.mark.shared
def test_a_population_that_a_table_leaves_out_is_no_zero(shared: Path, places: FrenchPlaces) -> None:
    source = {s.description.name: s for s in declared_sources(shared / "data", places)}["centroids"]
    counts = {
        event.subject.value.removeprefix(DATA): event.object.value
        for event in source.read()
        if isinstance(event, Quad) and event.predicate == DT.populationCount
    }
    years = (2015, 2021)
    of_mayotte = [f"population-commune-976{n:02}-centroids-{year}" for n in range(1, 18) for year in years]
    assert not set(of_mayotte) & set(counts)
    assert counts["population-commune-55039-centroids-2021"] == "0"  # Beaumont, razed in 1916
    assert len(counts) == 2 * 34_846


def test_what_is_mended_within_a_value_is_told(trial: Trial) -> None:
    code = call("dtf:insee", "[dtf:value, $(v)]")
    page = call("dtf:webAddress", "[dtf:value, $(v)]")
    for made, value, reason, mended in (
        (code, "1004", "insee-zero-restored", "01004"),
        (page, "https://exemple.fr/a b", "address-encoded", "https://exemple.fr/a%20b"),
    ):
        events = trial.read(f"{{p: ex:v, o: {made}}}", "id,v", f"1,{value}")
        assert [event.reason for event in events if isinstance(event, Cleaning)] == [reason]
        assert [one.value for one in objects(events)] == [mended]
