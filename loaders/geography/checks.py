"""Each row of the map of France, checked: a record, or a reject that says why and what would mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ...ontology.text import Text
from ..identifiers import INSEE_COMMUNE, INSEE_DEPARTMENT, INSEE_REGION, siren_problem
from ..model import Cleaning, Progress, Reject
from .records import OVERSEAS, Commune, Department, Grouping, PartOfCommune, Record, Region
from .tables import Row, Tables

SOURCE: Final = "geography"
COMMUNE: Final = "commune-actuelle"
PARTS: Final = ("commune-deleguee", "commune-associee", "arrondissement-municipal")
GROUPINGS: Final = ("CC", "CA", "CU", "METRO", "MET69", "EPT")
FUNDINGS: Final = ("", "FPU", "FA")

_BLANKS = re.compile(r"[\s\u00a0\u202f\u200b\ufeff]+")


class Fault(Exception):  # noqa: N818 - not an error of the program: it becomes a Reject
    """What is wrong with a row."""

    def __init__(self, reason: str, message: Text, hint: Text) -> None:
        super().__init__(message.en)
        self.reason = reason
        self.message = message
        self.hint = hint


class Checker:
    """Checks the tables in the order in which they refer to one another, and remembers the codes it met."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.regions: set[str] = set()
        self.departments: dict[str, str] = {}
        self.communes: set[str] = set()
        self.bodies: set[str] = set()
        self.grouping_of: dict[tuple[str, str], str] = {}

    def records(self) -> Iterator[tuple[Row, Record] | Reject | Cleaning | Progress]:
        """Every row as a record or a reject, with the cleanings that were made on the way."""
        yield from self._table("regions", self._region)
        yield from self._table("departements", self._department)
        # A part may precede its commune in the file, so communes come first.
        yield from self._table("communes", self._commune, lambda row: row.columns["kind"] not in PARTS)
        yield from self._table("communes", self._part, lambda row: row.columns["kind"] in PARTS, "parts")
        yield from self._table("epci", self._grouping)
        yield from self._table("ept", self._grouping)

    def _table(
        self,
        table: str,
        check: Callable[[Row, dict[str, str]], Iterator[Record | Fault]],
        wanted: Callable[[Row], bool] = lambda _row: True,
        step: str | None = None,
    ) -> Iterator[tuple[Row, Record] | Reject | Cleaning | Progress]:
        rows = [row for row in self.tables.rows(table) if wanted(row)]
        for done, row in enumerate(rows):
            if done % 1000 == 0:
                yield Progress(f"{SOURCE}/{step or table}", done, len(rows))
            values = dict(row.columns)
            for column, value in row.columns.items():
                cleaned = _BLANKS.sub(" ", value).strip()
                if cleaned != value:
                    values[column] = cleaned
                    yield Cleaning(SOURCE, row.where, "blank-trimmed", value, cleaned)
            try:
                for outcome in check(row, values):
                    yield _reject(row, outcome) if isinstance(outcome, Fault) else (row, outcome)
            except Fault as fault:
                yield _reject(row, fault)
        yield Progress(f"{SOURCE}/{step or table}", len(rows), len(rows))

    def _region(self, row: Row, values: dict[str, str]) -> Iterator[Record | Fault]:
        code = _code(values["code"], INSEE_REGION, self.regions)
        name = _name(values)
        self.regions.add(code)
        yield Region(code, name, values["linking"], values["zone"] == OVERSEAS)

    def _department(self, row: Row, values: dict[str, str]) -> Iterator[Record | Fault]:
        code = _code(values["code"], INSEE_DEPARTMENT, self.departments)
        name = _name(values)
        region = values["region"]
        if region not in self.regions:
            raise _unknown("unknown-region", "région", "region", region)
        self.departments[code] = region
        yield Department(code, name, values["linking"], region, values["zone"] == OVERSEAS)

    def _commune(self, row: Row, values: dict[str, str]) -> Iterator[Record | Fault]:
        if values["kind"] != COMMUNE:
            raise _unknown("unknown-kind", "nature", "kind", values["kind"])
        code = _code(values["code"], INSEE_COMMUNE, self.communes)
        name = _name(values)
        department, region = self._location(code, values)
        siren = values["siren"] or None
        if siren:
            self._siren(siren)
        population = _population(values["population"])
        former = tuple(values["former"].split())
        for old in former:
            if not INSEE_COMMUNE.fullmatch(old):
                raise _malformed(old)
        self.communes.add(code)
        yield Commune(
            code,
            name,
            values["linking"],
            department,
            region,
            values["zone"] == OVERSEAS,
            siren,
            population,
            former,
        )

    def _part(self, row: Row, values: dict[str, str]) -> Iterator[Record | Fault]:
        code = values["code"]
        if not INSEE_COMMUNE.fullmatch(code):
            raise _malformed(code)
        commune = values["commune"] or values["seat"]
        if commune not in self.communes:
            raise _unknown("unknown-commune", "commune de rattachement", "parent commune", commune)
        yield PartOfCommune(code, values["kind"], _name(values), commune, _population(values["population"]))

    def _grouping(self, row: Row, values: dict[str, str]) -> Iterator[Record | Fault]:
        siren, kind = values["siren"], values["kind"]
        self._siren(siren)
        if kind not in GROUPINGS:
            raise _unknown("unknown-kind", "nature", "kind", kind)
        if values["funding"] not in FUNDINGS:
            raise _unknown("unknown-funding", "mode de financement", "funding regime", values["funding"])
        name = _name(values)
        population = _population(values["population"])
        members: list[str] = []
        for member in values["members"].split():
            if member not in self.communes:
                yield _unknown("unknown-member", f"commune membre de {name}", f"member of {name}", member)
                continue
            # A commune has one grouping with own taxation; the districts of Greater Paris come on top of it.
            other = self.grouping_of.setdefault((member, "EPT" if kind == "EPT" else "EPCI"), siren)
            if other == siren:
                members.append(member)
            else:
                yield Fault(
                    "member-of-two-groupings",
                    Text(
                        f"la commune {member} est déjà membre de {other} ; son appartenance à {siren} est "
                        "mise de côté.",
                        f"commune {member} is already a member of {other}; its membership of {siren} is set "
                        "aside.",
                    ),
                    Text(
                        "Une commune n’appartient qu’à un EPCI à fiscalité propre.",
                        "A commune belongs to one EPCI with own taxation only.",
                    ),
                )
        if not members:
            raise Fault(
                "no-member",
                Text(f"{name} n’a aucune commune membre connue.", f"{name} has no known member commune."),
                Text("Donnez les codes Insee de ses membres.", "Give the INSEE codes of its members."),
            )
        yield Grouping(siren, name, kind, values["funding"] or None, population, tuple(members))

    def _location(self, code: str, values: dict[str, str]) -> tuple[str, str]:
        """The department and region of a commune, where the row and the other tables agree on them."""
        department, region = values["department"], values["region"]
        if department not in self.departments:
            raise _unknown("unknown-department", "département", "department", department)
        if not code.startswith(department):
            raise Fault(
                "code-outside-department",
                Text(
                    f"le code {code} ne commence pas par celui du département {department}.",
                    f"code {code} does not begin with that of department {department}.",
                ),
                Text("Corrigez le code ou le département.", "Mend the code or the department."),
            )
        if region != self.departments[department]:
            raise Fault(
                "region-disagrees",
                Text(
                    f"la région {region} n’est pas celle du département {department} "
                    f"({self.departments[department]}).",
                    f"region {region} is not that of department {department} "
                    f"({self.departments[department]}).",
                ),
                Text("Corrigez la région ou le département.", "Mend the region or the department."),
            )
        return department, region

    def _siren(self, siren: str) -> None:
        problem = siren_problem(siren)
        if problem == "malformed":
            raise Fault(
                "malformed-siren",
                Text(f"le SIREN « {siren} » n’a pas neuf chiffres.", f'SIREN "{siren}" is not nine digits.'),
                Text("Écrivez les neuf chiffres, sans espace.", "Write the nine digits, without blanks."),
            )
        if problem:
            raise Fault(
                "wrong-siren",
                Text(
                    f"la clé de contrôle du SIREN {siren} est fausse.",
                    f"the check digit of SIREN {siren} is wrong.",
                ),
                Text("Vérifiez-le au répertoire Sirene.", "Look it up in the Sirene register."),
            )
        if siren in self.bodies:
            raise Fault(
                "duplicate-siren",
                Text(f"le SIREN {siren} est déjà pris.", f"SIREN {siren} is already taken."),
                Text("Un SIREN désigne un seul organisme.", "A SIREN stands for one body only."),
            )
        self.bodies.add(siren)


def _reject(row: Row, fault: Fault) -> Reject:
    return Reject(SOURCE, row.where, fault.reason, fault.message, fault.hint, row.record)


def _code(code: str, form: re.Pattern[str], known: set[str] | dict[str, str]) -> str:
    if not form.fullmatch(code):
        raise _malformed(code)
    if code in known:
        raise Fault(
            "duplicate-code",
            Text(f"le code {code} est déjà pris.", f"code {code} is already taken."),
            Text("Gardez une seule ligne par code.", "Keep one row for each code."),
        )
    return code


def _name(values: dict[str, str]) -> str:
    if not values["name"]:
        raise Fault(
            "missing-name",
            Text("le nom manque.", "the name is missing."),
            Text("Donnez le nom officiel.", "Give the official name."),
        )
    return values["name"]


def _population(value: str) -> int | None:
    """A count of inhabitants; None where the source states none, which differs from 0."""
    if not value:
        return None
    if not value.isascii() or not value.isdigit():
        raise Fault(
            "malformed-population",
            Text(
                f"la population « {value} » n’est pas un nombre entier.",
                f'population "{value}" is not a whole number.',
            ),
            Text(
                "Écrivez un entier, ou rien si elle est inconnue.", "Write an integer, or nothing if unknown."
            ),
        )
    return int(value)


def _malformed(code: str) -> Fault:
    return Fault(
        "malformed-insee-code",
        Text(f"le code Insee « {code} » est mal formé.", f'INSEE code "{code}" is malformed.'),
        Text(
            "Gardez les zéros de tête et les lettres de la Corse (01004, 2A004).",
            "Keep leading zeros and Corsica's letters (01004, 2A004).",
        ),
    )


def _unknown(reason: str, french: str, english: str, value: str) -> Fault:
    return Fault(
        reason,
        Text(f"{french} inconnue ou absente : « {value} ».", f'{english} unknown or missing: "{value}".'),
        Text(
            "Vérifiez le code au Code officiel géographique de la même année.",
            "Check the code in the Code officiel géographique of the same year.",
        ),
    )
