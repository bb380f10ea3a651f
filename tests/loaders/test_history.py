"""Six editions of the map as intervals: what is merged, created and moved, and what the editions do not tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.loaders.geography.places import FrenchPlaces
from digiterr.loaders.history.compact import spells
from digiterr.loaders.model import Reject
from digiterr.loaders.tabular.registry import FOLDER
from digiterr.loaders.tabular.source import TabularSource
from digiterr.ontology.iris import data_iri
from digiterr.ontology.names import DT, ORG
from pyoxigraph import Literal, NamedNode, Quad, Store


@pytest.fixture(scope="module")
def history() -> Store:
    store = Store()
    events = list(TabularSource(FOLDER / "history", None, FrenchPlaces()).read())
    assert not [event for event in events if isinstance(event, Reject)]
    store.extend(event for event in events if isinstance(event, Quad))
    return store


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([2021, 2022, 2023, 2024, 2025, 2026], [("", "")]),
        ([2021, 2022], [("", "2022")]),
        ([2024, 2025, 2026], [("2024", "")]),
        ([2021, 2023, 2026], [("", "2021"), ("2023", "2023"), ("2026", "")]),
    ],
)
def test_what_the_first_and_last_editions_cannot_tell_is_left_out(
    years: list[int], expected: list[tuple[str, str]]
) -> None:
    assert spells(years) == expected


def test_a_merged_commune_names_its_successor_and_its_last_year(history: Store) -> None:
    former = data_iri("terr", "commune-01330")
    facts = {quad.predicate: quad.object for quad in history.quads_for_pattern(former, None, None)}
    assert facts[DT.mergedInto] == data_iri("terr", "commune-01187")
    assert facts[DT.endYear] == Literal(2024)
    assert DT.startYear not in facts


AS_OF = """
SELECT (COUNT(DISTINCT ?member) AS ?n) WHERE {
  ?membership a org:Membership ; org:member ?member .
  OPTIONAL { ?membership dt:startYear ?start } OPTIONAL { ?membership dt:endYear ?end }
  FILTER((!BOUND(?start) || ?start <= YEAR) && (!BOUND(?end) || ?end >= YEAR))
}"""


@pytest.mark.parametrize(
    ("year", "members"),
    [(2021, 34961), (2022, 34951), (2023, 34941), (2024, 34931), (2025, 34871), (2026, 34871)],
)
def test_members_as_of_a_year_are_those_of_its_edition(history: Store, year: int, members: int) -> None:
    prefixes = {"org": "http://www.w3.org/ns/org#", "dt": DT.CaseStudy.value.removesuffix("CaseStudy")}
    text = AS_OF.replace("YEAR", str(year))
    [row] = history.query(text, prefixes=prefixes, use_default_graph_as_union=True)  # type: ignore[misc]
    assert row["n"] == Literal(members)


def test_a_commune_that_changed_grouping_has_two_memberships(history: Store) -> None:
    moved: dict[NamedNode, int] = {}
    for quad in history.quads_for_pattern(None, ORG.member, None):
        moved[quad.object] = moved.get(quad.object, 0) + 1  # type: ignore[index]
    assert sum(count > 1 for count in moved.values()) == 112


def test_the_tables_are_those_their_packages_give(tmp_path: Path) -> None:
    """The copy is small, and its provenance names each package by version and hash."""
    folder = FOLDER / "history"
    assert sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) < 300_000
    assert (folder / "provenance.json").read_text(encoding="utf-8").count("sha512-") == 6
