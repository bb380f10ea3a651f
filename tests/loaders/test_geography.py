"""The map of France: what it holds, how its particular places are treated, and what is set aside and why."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from digiterr.loaders.geography import GeographySource
from digiterr.loaders.geography.compact import write_compact
from digiterr.loaders.geography.naming import of_name
from digiterr.loaders.geography.tables import COMPACT, PACKAGE, TABLES, open_tables
from digiterr.loaders.identifiers import siren_problem, siret_problem
from digiterr.loaders.model import Cleaning, Event, Progress, Reject
from digiterr.ontology.errors import InputError
from digiterr.ontology.iris import DATA
from digiterr.ontology.names import DT, RDF, RDFS
from pyoxigraph import NamedNode, Quad, Store

Package = dict[str, list[dict[str, Any]]]


def small_package() -> Package:
    """Three communes of two departments, one EPCI across them."""
    return {
        "regions": [
            {
                "code": "84",
                "chefLieu": "01053",
                "nom": "Auvergne-Rhône-Alpes",
                "typeLiaison": 1,
                "zone": "metro",
            }
        ],
        "departements": [
            {
                "code": "01",
                "region": "84",
                "chefLieu": "01053",
                "nom": "Ain",
                "typeLiaison": 5,
                "zone": "metro",
            },
            {"code": "38", "region": "84", "chefLieu": "", "nom": "Isère", "typeLiaison": 5, "zone": "metro"},
        ],
        "communes": [
            commune("01053", "Bourg-en-Bresse", siren="210100533", population=42372),
            commune("01004", "Ambérieu-en-Bugey", siren="210100046", population=15634, typeLiaison=1),
            commune("38185", "Grenoble", siren="213801855", population=156389, departement="38"),
        ],
        "epci": [
            {
                "code": "200000172",
                "nom": "CC d'essai",
                "type": "CC",
                "modeFinancement": "FPU",
                "populationMunicipale": 1000,
                "membres": [{"code": "01004"}, {"code": "38185"}],
            }
        ],
        "ept": [],
    }


def commune(code: str, name: str, **more: object) -> dict[str, Any]:
    return {
        "code": code,
        "nom": name,
        "typeLiaison": 0,
        "zone": "metro",
        "departement": "01",
        "region": "84",
        "type": "commune-actuelle",
        **more,
    }


def write_package(folder: Path, tables: Package, name: str = PACKAGE) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name, "version": "6.0.0"}))
    for table, rows in tables.items():
        (folder / "data" / f"{table}.json").write_text(json.dumps(rows))
    return folder


def events(path: Path) -> list[Event]:
    return list(GeographySource(path).read())


def rejects(found: list[Event]) -> list[Reject]:
    return [event for event in found if isinstance(event, Reject)]


@pytest.fixture(scope="module")
def shipped() -> list[Event]:
    return list(GeographySource().read())


@pytest.fixture(scope="module")
def france(shipped: list[Event]) -> Store:
    store = Store()
    store.bulk_extend(event for event in shipped if isinstance(event, Quad))
    return store


def objects(store: Store, subject: str, predicate: NamedNode) -> list[str]:
    found = store.quads_for_pattern(NamedNode(DATA + subject), predicate, None, None)
    return sorted(quad.object.value.removeprefix(DATA) for quad in found)  # pyright: ignore


def count(store: Store, kind: NamedNode) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, RDF.type, kind, None))


def test_the_shipped_edition_holds_all_of_france(france: Store, shipped: list[Event]) -> None:
    assert count(france, DT.MunicipalTerritory) == 34_969
    assert count(france, DT.OwnTaxIntermunicipalBody) == 1_254  # and the Métropole de Lyon, no EPCI in law
    assert count(france, DT.DepartmentTerritory) == 101
    assert count(france, DT.RegionTerritory) == 18
    members = [q for q in shipped if isinstance(q, Quad) and q.predicate == DT.memberOrganisation]
    grouped = {q.object for q in members}
    assert len(grouped) == 34_871
    assert 600_000 < len(france) < 1_000_000


def test_every_quad_of_the_shipped_edition_is_given_once(france: Store, shipped: list[Event]) -> None:
    assert sum(isinstance(event, Quad) for event in shipped) == len(france)


def test_the_shipped_edition_has_one_fault_and_one_cleaning(shipped: list[Event]) -> None:
    assert [(r.reason, r.where.line) for r in rejects(shipped)] == [("seat-outside", 106)]
    assert [(c.reason, c.where.line) for c in shipped if isinstance(c, Cleaning)] == [("blank-trimmed", 609)]


def test_territory_and_authority_are_two_resources(france: Store) -> None:
    assert objects(france, "terr-commune-01004", DT.hasAuthority) == ["org-commune-01004"]
    assert objects(france, "terr-commune-01004", DT.inseeResource) == ["http://id.insee.fr/geo/commune/01004"]
    assert objects(france, "terr-commune-01004", DT.directlyPartOfTerritory) == [
        "terr-department-01",
        "terr-epci-240100883",
    ]
    assert objects(france, "org-commune-01004", DT.siren) == ["210100046"]


def test_no_epci_is_said_to_lie_in_a_department(france: Store) -> None:
    query = (
        f"ASK {{ GRAPH ?g {{ ?epci a {DT.IntermunicipalTerritory} ; {DT.directlyPartOfTerritory} ?any }} }}"
    )
    assert not bool(france.query(query))


@pytest.mark.parametrize(
    ("territory", "authorities"),
    [
        ("terr-department-2A", ["org-region-94"]),
        ("terr-department-2B", ["org-region-94"]),
        ("terr-region-94", ["org-region-94"]),
        ("terr-department-67", ["org-department-6AE"]),
        ("terr-department-69", ["org-200046977", "org-department-69"]),
        ("terr-department-75", ["org-commune-75056"]),
        ("terr-department-972", ["org-region-02"]),
        ("terr-department-976", ["org-department-976"]),
        ("terr-region-06", ["org-department-976"]),
        ("terr-overseas-987", ["org-overseas-987"]),
        ("terr-overseas-984", []),
        ("terr-commune-97801", []),
        ("terr-commune-98735", ["org-commune-98735"]),
        ("terr-department-01", ["org-department-01"]),
    ],
)
def test_particular_authorities(france: Store, territory: str, authorities: list[str]) -> None:
    assert objects(france, territory, DT.hasAuthority) == authorities


def test_every_authority_and_territory_that_is_named_is_described(france: Store) -> None:
    undescribed = france.query(
        f"SELECT DISTINCT ?o {{ GRAPH ?g {{ ?s {DT.hasAuthority}|{DT.directlyPartOfTerritory}"
        f"|{DT.memberOrganisation}|{DT.capitalOf}|{DT.observedTerritory} ?o }}"
        f" FILTER NOT EXISTS {{ GRAPH ?h {{ ?o a ?kind ; {RDFS.label} ?label }} }} }}"
    )
    assert [str(row[0]) for row in undescribed] == []  # pyright: ignore


def test_the_metropole_de_lyon_is_no_epci(france: Store) -> None:
    kinds = objects(france, "org-200046977", RDF.type)
    assert kinds == [DT.SpecialStatusAuthority.value]


def test_mayotte_has_one_authority_of_two_levels(france: Store) -> None:
    kinds = objects(france, "org-department-976", RDF.type)
    assert kinds == [DT.DepartmentalAuthority.value, DT.SpecialStatusAuthority.value]


def test_a_delegated_commune_may_share_the_code_of_its_commune(france: Store) -> None:
    assert objects(france, "terr-delegated-01015", DT.directlyPartOfTerritory) == ["terr-commune-01015"]
    assert objects(france, "terr-commune-01015", DT.formerInseeCode) == ["01340"]


@pytest.mark.parametrize(
    ("observation", "inhabitants", "year"),
    [
        ("population-commune-69123-2023", "519127", "2023"),
        ("population-epci-200046977-2022", None, "2022"),
        ("population-commune-97611-2017", "71437", "2017"),
        ("population-commune-98818-2025", "85976", "2025"),
        ("population-commune-55039-2023", "0", "2023"),
    ],
)
def test_a_population_has_its_year(
    france: Store, observation: str, inhabitants: str | None, year: str
) -> None:
    counted = objects(france, observation, DT.populationCount)
    assert counted == [inhabitants] if inhabitants is not None else len(counted) == 1
    assert objects(france, observation, DT.referenceYear) == [year]


def test_a_population_that_is_not_stated_is_not_made_up(france: Store) -> None:
    assert not objects(france, "population-commune-98412-2023", DT.populationCount)
    territory = NamedNode(DATA + "terr-commune-98412")
    assert not list(france.quads_for_pattern(None, DT.observedTerritory, territory, None))


@pytest.mark.parametrize(
    ("name", "linking", "expected"),
    [
        ("Lyon", "0", "de Lyon"),
        ("Ambronay", "1", "d'Ambronay"),
        ("Le Havre", "2", "du Havre"),
        ("La Rochelle", "3", "de La Rochelle"),
        ("Les Mées", "4", "des Mées"),
        ("L'Escale", "5", "de L'Escale"),
        ("Aux Marais", "6", "des Marais"),
        ("Los Masos", "8", "de Los Masos"),
        ("Ain", "5", "de l'Ain"),
        ("Landes", "4", "des Landes"),
        ("Cher", "2", "du Cher"),
    ],
)
def test_french_names_are_joined_as_insee_tells(name: str, linking: str, expected: str) -> None:
    assert of_name(name, linking) == expected


def test_the_compact_copy_and_the_package_give_the_same_rows(tmp_path: Path) -> None:
    package = open_tables(write_package(tmp_path / "package", small_package()))
    write_compact(package, tmp_path / "copy")
    for table in TABLES:
        with gzip.open(tmp_path / "copy" / f"{table}.tsv.gz", "rt", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split("\t") for line in file]
        rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
        assert rows == [dict(row.columns) for row in package.rows(table)]


def test_the_compact_copy_is_the_same_each_time_and_small(tmp_path: Path) -> None:
    write_compact(open_tables(), tmp_path)
    sizes = 0
    for table in TABLES:
        name = f"{table}.tsv.gz"
        shipped_table = (COMPACT / name).read_bytes()
        sizes += len(shipped_table)
        assert gzip.decompress(shipped_table) == gzip.decompress((tmp_path / name).read_bytes())
    assert sizes < 1_500_000


def test_the_copy_names_its_origin() -> None:
    provenance = json.loads((COMPACT / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["package"] == PACKAGE
    assert provenance["integrity"].startswith("sha512-")
    assert "Licence Ouverte 2.0" in provenance["licences"]["data"]


def test_a_package_is_read_from_its_archive_as_from_its_folder(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "package", small_package())
    archive = tmp_path / "edition.tgz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(folder, "package")

    def quads(path: Path) -> list[Quad]:
        return [event for event in events(path) if isinstance(event, Quad)]

    assert quads(archive) == quads(folder)
    assert len(quads(folder)) > 50


def test_every_row_of_the_shipped_edition_is_counted_once(shipped: list[Event]) -> None:
    last = {event.step: event.done for event in shipped if isinstance(event, Progress)}
    assert sum(last.values()) == 26 + 109 + 37_590 + 1_255 + 11


@pytest.mark.parametrize(
    ("resource", "file", "line"),
    [
        ("terr-commune-01002", "communes.tsv.gz", 3),
        ("population-commune-01002-2023", "communes.tsv.gz", 3),
        ("org-department-02", "departements.tsv.gz", 3),
        ("terr-overseas-984", "departements.tsv.gz", 106),
        ("org-200000172", "epci.tsv.gz", 2),
        ("terr-epci-200000172", "epci.tsv.gz", 2),
    ],
)
def test_a_resource_leads_back_to_its_row(resource: str, file: str, line: int) -> None:
    where = GeographySource().locate(DATA + resource)
    assert where is not None
    assert (where.file, where.line) == (file, line)


def test_a_delegated_commune_is_another_row_than_its_commune() -> None:
    source = GeographySource()
    delegated, commune = (
        source.locate(DATA + "terr-delegated-01015"),
        source.locate(DATA + "terr-commune-01015"),
    )
    assert delegated is not None
    assert commune is not None
    assert delegated.line != commune.line
    assert source.locate(DATA + "case-A") is None


def test_progress_counts_up_to_the_number_of_rows(tmp_path: Path) -> None:
    found = events(write_package(tmp_path / "p", small_package()))
    last = {event.step: event for event in found if isinstance(event, Progress)}
    assert (last["geography/departements"].done, last["geography/departements"].total) == (2, 2)


def change(table: str, rank: int, **values: object) -> Callable[[Package], None]:
    return lambda package: package[table][rank].update(values)


def repeat(table: str, rank: int, **values: object) -> Callable[[Package], None]:
    return lambda package: package[table].append({**package[table][rank], **values})


FAULTS: list[tuple[str, Callable[[Package], None]]] = [
    ("malformed-insee-code", change("communes", 1, code="1004")),
    ("malformed-insee-code", change("communes", 1, anciensCodes=["1"])),
    ("malformed-insee-code", change("regions", 0, code="Rhône")),
    ("duplicate-code", repeat("communes", 1, siren=None)),
    ("missing-name", change("communes", 1, nom=" ")),
    ("unknown-kind", change("communes", 1, type="hameau")),
    ("unknown-kind", change("epci", 0, type="XX")),
    ("unknown-funding", change("epci", 0, modeFinancement="ZZ")),
    ("unknown-region", change("departements", 0, region="99")),
    ("unknown-department", change("communes", 1, departement="99")),
    ("code-outside-department", change("communes", 1, departement="38")),
    ("region-disagrees", change("communes", 1, region="11")),
    ("malformed-siren", change("communes", 1, siren="21010004")),
    ("wrong-siren", change("communes", 1, siren="210100047")),
    ("duplicate-siren", change("communes", 1, siren="210100533")),
    ("malformed-population", change("communes", 1, population="15 634,5")),
    ("malformed-population", change("communes", 1, population=-3)),
    ("unknown-commune", repeat("communes", 1, type="commune-deleguee", chefLieu="01999")),
    ("unknown-member", lambda package: package["epci"][0]["membres"].append({"code": "99999"})),
    (
        "member-of-two-groupings",
        repeat("epci", 0, code="200000438", membres=[{"code": "01053"}, {"code": "01004"}]),
    ),
    ("no-member", change("epci", 0, membres=[])),
    ("seat-outside", change("departements", 0, chefLieu="38185")),
]


@pytest.mark.parametrize(
    ("reason", "fault"), FAULTS, ids=[f"{i}-{reason}" for i, (reason, _) in enumerate(FAULTS)]
)
def test_a_faulty_row_is_set_aside_with_its_reason(
    tmp_path: Path, reason: str, fault: Callable[[Package], None]
) -> None:
    package = small_package()
    fault(package)
    found = rejects(events(write_package(tmp_path / "p", package)))
    first = found[0]
    assert first.reason == reason
    assert first.where.pointer is not None
    assert first.where.file is not None
    assert first.message.fr != first.message.en
    assert first.hint.fr
    assert json.loads(first.record)


def test_the_small_package_is_sound(tmp_path: Path) -> None:
    assert rejects(events(write_package(tmp_path / "p", small_package()))) == []


def test_a_rejected_commune_leaves_no_trace(tmp_path: Path) -> None:
    package = small_package()
    package["communes"][1]["siren"] = "210100047"
    found = events(write_package(tmp_path / "p", package))
    assert [r.reason for r in rejects(found)] == ["wrong-siren", "unknown-member"]
    assert not [q for q in found if isinstance(q, Quad) and "01004" in str(q)]


def test_blanks_around_a_value_are_cleaned_and_told(tmp_path: Path) -> None:
    package = small_package()
    package["communes"][1]["siren"] = "210100046\u00a0"
    found = events(write_package(tmp_path / "p", package))
    cleanings = [event for event in found if isinstance(event, Cleaning)]
    assert [(c.reason, c.before, c.after) for c in cleanings] == [
        ("blank-trimmed", "210100046\u00a0", "210100046")
    ]
    assert rejects(found) == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "package.json").unlink(), "package.json is missing"),
        (lambda folder: (folder / "data" / "communes.json").unlink(), "communes.json is missing"),
        (lambda folder: (folder / "data" / "communes.json").write_text("[{"), "broken JSON"),
        (lambda folder: (folder / "data" / "communes.json").write_bytes(b'["\xff"]'), "not UTF-8"),
        (lambda folder: (folder / "data" / "communes.json").write_text("{}"), "a list of objects"),
    ],
)
def test_an_unreadable_package_is_one_sentence(
    tmp_path: Path, spoil: Callable[[Path], object], words: str
) -> None:
    folder = write_package(tmp_path / "p", small_package())
    spoil(folder)
    with pytest.raises(InputError, match=words) as caught:
        events(folder)
    assert str(folder) in caught.value.sentence("fr")


def test_another_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is not the package"):
        GeographySource(write_package(tmp_path / "p", small_package(), name="left-pad"))


@pytest.mark.parametrize(
    ("siren", "problem"),
    [
        ("217500016", None),
        ("21750001", "malformed"),
        ("217500017", "wrong-check-digit"),
        ("²17500016", "malformed"),
    ],
)
def test_siren(siren: str, problem: str | None) -> None:
    assert siren_problem(siren) == problem


@pytest.mark.parametrize(
    ("siret", "problem"),
    [
        ("80053452100011", None),
        ("80053452100017", "wrong-check-digit"),
        ("800534521", "malformed"),
        ("35600000000048", None),  # La Poste's head office
        ("35600000049837", None),  # one of its branches: digits that sum to a multiple of 5
    ],
)
def test_siret(siret: str, problem: str | None) -> None:
    assert siret_problem(siret) == problem


def test_counts_by_kind_of_grouping(shipped: list[Event]) -> None:
    kinds = Counter(
        q.object.value.rsplit("-", 1)[1]
        for q in shipped
        if isinstance(q, Quad) and q.predicate == DT.groupingKind and isinstance(q.object, NamedNode)
    )
    assert kinds == {"cc": 989, "ca": 230, "metro": 21, "cu": 14, "met69": 1, "ept": 11}
