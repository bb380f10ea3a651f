"""The source `cases`: case and study files, the shipped ones unless others are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...ontology.text import Text
from ..geography.places import FrenchPlaces
from ..model import Event, Progress, SourceDescription
from .files import SOURCE_NAME, KnownCode, read_files, shipped_paths
from .validation import judge


class CaseSource:
    """Case files as a source of the build: read, then judged by the rules of the ontology.

    A file with a problem, or that breaks a rule, gives its rejects and no quad.
    """

    def __init__(self, paths: Sequence[Path] = (), known_code: KnownCode | None = None) -> None:
        self.paths = tuple(paths) or shipped_paths()
        self.known_code = known_code or FrenchPlaces().has_code

    @property
    def description(self) -> SourceDescription:
        return SourceDescription(
            name=SOURCE_NAME,
            title=Text("Études de cas de territoires numériques", "Case studies of digital territories"),
            description=Text(
                "Quatre collectivités anonymes et la recherche qui les étudie, chaque fait avec sa citation, "
                "sa place dans la source et son statut.",
                "Four anonymous local authorities and the study of them, each fact with its quote, its place "
                "in the source and its status.",
            ),
            publisher="DigiTerr",
            licence="https://creativecommons.org/licenses/by/4.0/",
            attribution=Text(
                "D’après Pascal Frucquet, « Territoires numériques : comment favoriser la (co-)création de "
                "valeur publique ? », hal-04013262.",
                "After Pascal Frucquet, 'Territoires numériques : comment favoriser la (co-)création de "
                "valeur publique ?', hal-04013262.",
            ),
            landing_page="https://hal-univ-pau.archives-ouvertes.fr/hal-04013262",
        )

    def inputs(self) -> Sequence[Path]:
        return self.paths

    def read(self) -> Iterator[Event]:
        case_files = read_files(self.paths, context=shipped_paths(), known_code=self.known_code)
        beside = read_files([path for path in shipped_paths() if path not in self.paths])
        for number, verdict in enumerate(judge(case_files, beside), start=1):
            yield from verdict.case_file.problems
            yield from verdict.violations
            if verdict.accepted:
                yield from verdict.case_file.quads
            yield Progress(SOURCE_NAME, number, len(case_files))
