"""The sources that a build knows, in the order in which they rest on one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from ...ontology.errors import InputError, Where
from ...ontology.iris import graph_iri
from ...ontology.modules import MODULES, ROOT, module_file
from ...ontology.text import Text
from ..cases.files import read_files, shipped_paths
from ..cases.source import CaseSource
from ..geography import GeographySource
from ..geography.places import FrenchPlaces
from ..model import Event, Source, SourceDescription
from ..tabular.registry import declared_sources
from ..tabular.source import TabularSource

ONTOLOGY: Final = "ontology"
CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Planned:
    """A source and its place in the build.

    `needs` names the sources that its inferences rest on besides the ontology. `strict`: a record that breaks
    a rule refuses the build instead of being set aside. `locate` finds where a resource was described.
    `looks_up` gives the hash of what it may find in the sources that it needs, where that is less than all.
    `unmatched` counts, once it was read, what was looked up in vain. `absent` says what is missing and how to
    get it.
    """

    source: Source
    needs: tuple[str, ...] = ()
    strict: bool = False
    locate: Callable[[str], Where | None] = lambda _iri: None
    looks_up: Callable[[], str] | None = None
    unmatched: Callable[[], dict[str, int]] = dict
    absent: Text | None = None
    publisher: Text | None = None
    frequency: str | None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.source.description.name)


class OntologySource:
    """The ontology itself: the root and the modules that it imports, as published."""

    @property
    def description(self) -> SourceDescription:
        return SourceDescription(
            name=ONTOLOGY,
            title=Text("Ontologie des territoires numériques", "Ontology of digital territories"),
            description=Text(
                "Classes, propriétés et concepts pour décrire les territoires numériques, leurs politiques "
                "et la valeur publique qu’elles créent.",
                "Classes, properties and concepts to describe digital territories, their policies and the "
                "public value that they create.",
            ),
            publisher="DigiTerr",
            licence=CC_BY,
            attribution=Text("Les contributeurs de DigiTerr", "The DigiTerr contributors"),
        )

    def inputs(self) -> Sequence[Path]:
        return tuple(Path(str(module_file(name))) for name in (ROOT, *MODULES))

    def read(self) -> Iterator[Event]:
        """The triples of every module; blank nodes are named by their content, the same in each build."""
        graph = graph_iri(ONTOLOGY)
        for name in (ROOT, *MODULES):
            triples = parse(module_file(name).read_bytes(), format=RdfFormat.TURTLE)
            dataset = Dataset(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
            dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
            yield from dataset


def case_paths(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The shipped case files and those named; a folder stands for the YAML files in it.

    Raises InputError for a folder without any.
    """
    named: list[Path] = []
    for path in paths:
        if not path.is_dir():
            named.append(path)
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix in {".yaml", ".yml"})
        if not inside:
            raise InputError(
                Text("ce dossier ne contient aucune étude de cas.", "this folder holds no case file."),
                Text(
                    "Donnez un dossier de fichiers .yaml, ou un fichier.",
                    "Give a folder of .yaml files, or a file.",
                ),
                Where(str(path)),
            )
        named += inside
    return tuple(dict.fromkeys((*shipped_paths(), *named)))


def default_sources(
    *,
    data: Path | None = None,
    cases: Sequence[Path] = (),
    geography: Path | None = None,
) -> tuple[Planned, ...]:
    """What the project ships, the case files added to them, and the declared sources found under `data`."""
    places = FrenchPlaces(geography)
    declared = (
        Planned(
            source,
            needs=source.declaration.needs,
            looks_up=places.digest,
            unmatched=lambda source=source: dict(source.tally.unmatched),
            locate=source.locate,
            absent=_how_to_get(source, data),
            publisher=source.declaration.publisher,
            frequency=source.declaration.frequency,
        )
        for source in declared_sources(data, places)
    )
    map_of_france = GeographySource(geography)
    case_source = CaseSource(case_paths(cases), places.has_code)
    return (
        Planned(OntologySource()),
        Planned(map_of_france, locate=map_of_france.locate),
        *declared,
        Planned(
            case_source,
            needs=("geography",),
            strict=True,
            locate=_in_cases(case_source),
            looks_up=places.digest,
        ),
    )


def _how_to_get(source: TabularSource, data: Path | None) -> Text | None:
    """What is missing of a declared source and how to get it; None when nothing is."""
    missing = source.absent()
    if not missing:
        return None
    names = ", ".join(file.path for file in missing)
    page = source.description.landing_page
    fr = f"fichiers manquants : {names}"
    en = f"missing files: {names}"
    if data is None:
        fr += " ; donnez leur dossier par --data DOSSIER"
        en += "; give their folder with --data FOLDER"
    if any(file.url for file in missing):
        fr += f" ; « digiterr source fetch {source.description.name} » les télécharge"
        en += f'; "digiterr source fetch {source.description.name}" downloads them'
    elif page:
        fr += f" ; leur éditeur : {page}"
        en += f"; their publisher: {page}"
    return Text(fr + ".", en + ".")


def _in_cases(source: CaseSource) -> Callable[[str], Where | None]:
    def locate(iri: str) -> Where | None:
        node = NamedNode(iri)
        return next((f.where(node) for f in read_files(source.paths) if node in f.places), None)

    return locate
