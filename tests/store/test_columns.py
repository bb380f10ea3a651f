"""The columns and the engine give the same answers, to random questions over a graph made to be awkward."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from digiterr.store.columns import answering
from digiterr.store.columns.answering import rewritten
from digiterr.store.columns.making import make_columns
from digiterr.store.columns.parsing import question_of
from digiterr.store.columns.reading import Columns, VersionColumns, columns_folder
from digiterr.store.evaluation import evaluate
from digiterr.store.model import QueryRequest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

E = "http://e/"
GRAPHS = [NamedNode(E + f"g{i}") for i in range(3)]
JSON = "application/sparql-results+json"


def awkward(seed: int) -> Store:
    """Quads in three graphs and in none: the same triples in several, integers, mixed values, blank nodes."""
    some = random.Random(seed)
    # Prefixes of each other, code points on both sides of `>` and of ASCII.
    things = [NamedNode(E + name) for name in ("a", "a-b", "ab", "a=", "aZ", "é", "s/1", "s/10", "s/2", "𝒳")]
    values: dict[str, list[Any]] = {
        "next": [*things],
        "is": [NamedNode(E + "C"), NamedNode(E + "D")],
        "size": [Literal(n) for n in (-3, 0, 1, 2, 5, 100, 2**53)],
        "mixed": [Literal(1), Literal("1"), Literal("x y <z>"), Literal("é", language="fr"), Literal(1.5), things[0]],
        "odd": [BlankNode("b1"), BlankNode("b2"), things[1], Literal("<http://e/g1> .")],
        "huge": [Literal(2**60), Literal(1)],
    }  # fmt: skip
    store = Store()
    for _ in range(300):
        predicate = some.choice(list(values))
        quad = (some.choice(things), NamedNode(E + predicate), some.choice(values[predicate]))
        for graph in some.sample([*GRAPHS, DefaultGraph()], some.choice((1, 1, 2))):
            store.add(Quad(*quad, graph))
    return store


def random_query(some: random.Random) -> tuple[str, list[str]]:
    """A query of the kind that columns answer, and the names of its ORDER BY."""
    predicates = ("next", "next", "is", "size", "size", "mixed", "odd", "huge")
    patterns, variables = [], ["a"]
    for _ in range(some.randint(1, 3)):
        subject = f"?{some.choice(variables)}"
        if some.random() < 0.25:
            patterns.append(f"{subject} e:is {some.choice(('e:C', 'e:D'))}")
            continue
        fresh = f"v{len(variables)}"
        target = some.choice([fresh, fresh, some.choice(variables)])
        if f"?{target}" == subject:
            target = fresh
        ends = (subject, f"?{target}") if some.random() < 0.8 else (f"?{target}", subject)
        patterns.append(f"{ends[0]} e:{some.choice(predicates)} {ends[1]}")
        if target not in variables:
            variables.append(target)
    variables = [v for v in variables if any(f"?{v} " in f"{p} " for p in patterns)]
    body = " . ".join(patterns)
    graph = f"<{E}g{some.randrange(3)}>"
    if some.random() < 0.2:
        body = f"GRAPH {graph} {{ {body} }}"
    if some.random() < 0.4:
        operator = some.choice(("<", "<=", ">", ">=", "=", "!="))
        body += f" FILTER(?{some.choice(variables)} {operator} {some.choice((0, 1, 2, 5))})"
    dataset = (
        f"FROM {graph} FROM <{E}g{3 if graph.endswith('0>') else 0}> "
        if some.random() < 0.15 and "GRAPH" not in body
        else ""
    )
    order: list[str] = []
    if some.random() < 0.5:
        group = some.sample(variables, some.randint(0, min(2, len(variables))))
        counted = some.choice(("*", f"?{some.choice(variables)}", f"DISTINCT ?{some.choice(variables)}"))
        select = " ".join([*(f"?{name}" for name in group), f"(COUNT({counted}) AS ?n)"])
        tail = f" GROUP BY {' '.join(f'?{name}' for name in group)}" if group else ""
        keys = [*group, "n"]
    else:
        chosen = some.sample(variables, some.randint(1, len(variables)))
        select = some.choice(("", "DISTINCT ")) + " ".join(f"?{name}" for name in chosen)
        tail, keys = "", chosen
    if some.random() < 0.5:
        order = some.sample(keys, some.randint(1, len(keys)))
        tail += " ORDER BY " + " ".join(some.choice((f"?{k}", f"DESC(?{k})", f"ASC(?{k})")) for k in order)
    return f"PREFIX e: <{E}> SELECT {select} {dataset}WHERE {{ {body} }}{tail}", order


def solutions(store: Store, text: str, columns: Columns | None = None, **facts: Any) -> list[dict[str, str]]:
    class Output(bytearray):
        def write(self, data: bytes) -> int:
            self.extend(data)
            return len(data)

        def flush(self) -> None: ...

    output = Output()
    evaluate(store, QueryRequest(text, accept=JSON, **facts), None, columns).serialize(output)  # pyright: ignore
    rows = json.loads(bytes(output))["results"]["bindings"]
    return [{name: json.dumps(value, sort_keys=True) for name, value in row.items()} for row in rows]


def multiset(rows: list[dict[str, str]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted(row.items())) for row in rows)


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "_FEWEST", 0)


@pytest.mark.parametrize("seed", range(6))
def test_columns_and_engine_agree(tmp_path: Path, seed: int) -> None:
    store = awkward(seed)
    assert make_columns(store, tmp_path / "columns") == len(store)
    columns = Columns(tmp_path / "columns")
    some = random.Random(1000 + seed)
    answered = 0
    for _ in range(500):
        text, order = random_query(some)
        if rewritten(text, columns) is None:
            continue
        answered += 1
        expected, given = solutions(store, text), solutions(store, text, columns)
        assert multiset(given) == multiset(expected), text
        keys = [[row[name] for name in order] for row in given]
        assert keys == [[row[name] for name in order] for row in expected], text
        cut = f"{text} LIMIT 3 OFFSET 2"
        cut_keys = [[row[name] for name in order] for row in solutions(store, cut, columns)]
        assert len(cut_keys) == len(expected[2:5]), cut
        assert cut_keys == keys[2:5], cut
    assert answered > 120


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a <http://e/next> ?b }",
        "ASK { ?a <http://e/next> ?b }",
        "SELECT ?a { ?a <http://e/next>+ ?b }",
        "SELECT ?a { ?a <http://e/next> ?b OPTIONAL { ?b <http://e/next> ?c } }",
        "SELECT ?a { ?a <http://e/next> ?b } HAVING(COUNT(?b) > 1)",
        "SELECT ?a { ?a <http://e/next> ?a }",
        "SELECT ?a { ?a <http://e/next> ?b FILTER(?c > 1) }",
        "SELECT ?a { ?a <http://e/next> ?b FILTER(?a > 1) }",
        "SELECT ?a { ?a <http://e/next> ?b FILTER(?b > 1.5) }",
        "SELECT ?a { ?a <http://e/next> ?b FILTER(?b > -1) }",
        "SELECT ?a { ?a <http://e/next> ?b FILTER(?b > 1 || ?b < 0) }",
        "SELECT ?c { ?a <http://e/next> ?b }",
        "SELECT ?a (COUNT(?b) AS ?n) { ?a <http://e/next> ?b }",
        "SELECT (COUNT(?b) AS ?a) { ?a <http://e/next> ?b }",
        "SELECT (SUM(?b) AS ?n) { ?a <http://e/size> ?b }",
        "SELECT ?a { ?a <http://e/next> ?b } GROUP BY (STR(?a) AS ?x)",
        "SELECT DISTINCT ?a { ?a <http://e/next> ?b } ORDER BY ?b",
        "SELECT DISTINCT (COUNT(*) AS ?n) { ?a <http://e/next> ?b } GROUP BY ?a",
        "SELECT ?a FROM NAMED <http://e/g1> { GRAPH <http://e/g1> { ?a <http://e/next> ?b } }",
        "SELECT ?a { GRAPH ?g { ?a <http://e/next> ?b } }",
        "SELECT ?a { ?a <http://e/next> ?b } LIMIT 2 LIMIT 3",
        "SELECT ?a { ?a <next> ?b }",
        "SELECT ?a { ?a nope:next ?b }",
        "SELECT ?a { ?a <http://e/next> 'x' }",
        "SELECT ?a { ?a <http://e/next> ?b } VALUES ?a { <http://e/a> }",
        "SELECT ?a { { ?a <http://e/next> ?b } }",
        "BASE <http://e/> SELECT ?a { ?a <next> ?b }",
        "SELECT ?a { ?a <http://e/next> ?b . ",
    ],
)
def test_other_queries_are_left_to_the_engine(text: str) -> None:
    assert question_of(text) is None


def test_the_dataset_of_the_protocol(tmp_path: Path) -> None:
    store = awkward(1)
    make_columns(store, tmp_path / "columns")
    columns = Columns(tmp_path / "columns")
    text = f"SELECT ?a (COUNT(*) AS ?n) {{ ?a <{E}next> ?b }} GROUP BY ?a"
    for facts in ({"default_graphs": (E + "g1", E + "g2")}, {"named_graphs": (E + "g1",)}, {}):
        given = solutions(store, text, columns, **facts)
        assert multiset(given) == multiset(solutions(store, text, **facts)), facts
    assert rewritten(text, columns, (E + "nowhere",)) is None
    inside = f"SELECT DISTINCT ?a {{ GRAPH <{E}g1> {{ ?a <{E}next> ?b }} }}"
    assert rewritten(inside, columns) is not None
    assert rewritten(inside, columns, (E + "g1",)) is None


def test_everything_is_counted_at_once(tmp_path: Path) -> None:
    store = awkward(2)
    make_columns(store, tmp_path / "columns")
    found = rewritten("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Columns(tmp_path / "columns"))
    assert found is not None
    assert f"({len(store)})" in found
    assert rewritten("SELECT (COUNT(*) AS ?n) { ?s ?p 1 }", Columns(tmp_path / "columns")) is None


def test_columns_of_the_version_asked_for(tmp_path: Path) -> None:
    found = VersionColumns(tmp_path)
    assert found.of(1) is None
    make_columns(awkward(3), columns_folder(tmp_path, 2))
    columns = found.of(2)
    assert columns is not None
    assert len(columns) == len(awkward(3))
    assert found.of(3) is None
