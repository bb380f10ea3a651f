"""Case and study files read together: records, faults, quads, and the line of every IRI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from ...ontology.errors import InputError, Where
from ...ontology.text import Text
from ..model import Reject
from ..tree import MappingNode, Mark, Node, parse, read_bytes
from .case_format import Case
from .kinds import nearest
from .model import Located, Record
from .places import Organisation, Territory
from .quads import Index, Places, QuadWriter, index_names, scope_of
from .reader import Reading, check_references, read_record, walk
from .study_format import Study

SOURCE_NAME: Final = "cases"
ROOTS: Final[dict[str, type[Record]]] = {"case": Case, "study": Study}
# What a study file describes and its case files may use.
SHARED_GROUPS: Final = frozenset({"study", "source", "person", "body", "work", "event", "repository"})

KnownCode = Callable[[str, str], bool]
"""Says whether a code exists: `known("commune", "64445")`, with commune, department, region or epci."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One file as it was read. `record` is None when it could not be understood at all."""

    path: Path
    record: Record | None
    problems: tuple[Reject, ...]
    quads: tuple[Quad, ...]
    places: Places
    known: tuple[Triple, ...] = ()  # of real things, stated by the national register too

    def where(self, iri: NamedNode, property_: NamedNode | None = None) -> Where:
        """The place where the file gives a property of a thing, or else describes the thing."""
        mark = self.places.get((iri, property_)) if property_ is not None else None
        mark = mark or self.places.get(iri)
        return Where(str(self.path), mark.line, mark.column) if mark else Where(str(self.path))


def shipped_paths() -> tuple[Path, ...]:
    """The study and case files that come with the project, in a stable order."""
    folder = Path(str(package_files("digiterr.loaders.cases") / "data"))
    return tuple(
        sorted(folder.glob("*.yaml"), key=lambda path: (not path.name.startswith("study"), path.name))
    )


@dataclass(slots=True)
class _Draft:
    path: Path
    reading: Reading
    record: Record | None
    failure: InputError | None = None


def read_files(
    paths: Sequence[Path], context: Sequence[Path] = (), known_code: KnownCode | None = None
) -> tuple[CaseFile, ...]:
    """Reads files together: what a study file describes (sources, people), its case files may use.

    `context` names more files whose things may be used, without being read out. A file with a problem has no
    quads. Nothing is raised for a bad file: its problems say all that is wrong with it.
    """
    drafts = [_draft(path) for path in paths]
    named = {path.absolute() for path in paths}
    beside = [_draft(path) for path in context if path.absolute() not in named]
    shared = _shared([*drafts, *beside])
    index: dict[str, dict[str, NamedNode]] = {}
    for draft in [*beside, *drafts]:
        if isinstance(draft.record, Study) and draft.record.name is not None:
            for group, names in index_names(draft.record).items():
                if group in SHARED_GROUPS:
                    index.setdefault(group, {}).update(names)
    _check_codes_are_unique(drafts, beside)
    _check_iris_are_unique(drafts, beside)
    return tuple(_finish(draft, shared, index, known_code) for draft in drafts)


def _draft(path: Path) -> _Draft:
    reading = Reading()
    try:
        tree = parse(read_bytes(path), str(path))
    except InputError as failure:
        return _Draft(path, reading, None, failure)
    root = _root(tree, reading)
    return _Draft(path, reading, read_record(root, tree, reading) if root else None)


def _root(tree: Node, reading: Reading) -> type[Record] | None:
    """Whether this is a case or a study: what its keys say, or a complaint."""
    if isinstance(tree, MappingNode):
        names = [name.text for name, _ in tree.entries]
        # A case names the study it belongs to: `case` decides.
        for word, record in ROOTS.items():
            if word in names:
                return record
        near = next((near for name in names[:1] if (near := nearest(name, list(ROOTS)))), "case")
    else:
        near = "case"
    reading.complain(
        tree.mark,
        "not-a-case-file",
        Text("ce n’est ni une étude de cas ni une recherche.", "this is neither a case study nor a study."),
        Text(
            f"Commencez par « {near}: CODE » ; un modèle s’obtient par digiterr case new CODE.",
            f"Start with '{near}: CODE'; digiterr case new CODE gives a template.",
        ),
    )
    return None


def _shared(drafts: Sequence[_Draft]) -> dict[str, dict[str, Mark]]:
    shared: dict[str, dict[str, Mark]] = {}
    for draft in drafts:
        for group, names in draft.reading.declared.items() if isinstance(draft.record, Study) else ():
            if group in SHARED_GROUPS:
                shared.setdefault(group, {}).update(names)
    return shared


def _check_codes_are_unique(drafts: Sequence[_Draft], beside: Sequence[_Draft]) -> None:
    first: dict[tuple[str, str], Path] = {
        (draft.record.GROUP, draft.record.name): draft.path
        for draft in beside
        if draft.record and draft.record.name
    }
    for draft in drafts:
        record = draft.record
        if record is None or record.name is None:
            continue
        earlier = first.setdefault((record.GROUP, record.name), draft.path)
        if earlier is not draft.path:
            draft.reading.complain(
                record.mark,
                "duplicate-code",
                Text(
                    f"le code « {record.name} » est déjà celui de {earlier.name}.",
                    f"the code {record.name!r} is already that of {earlier.name}.",
                ),
                Text(
                    "Donnez un autre code à l’un des deux fichiers.",
                    "Give one of the two files another code.",
                ),
            )


def _check_iris_are_unique(drafts: Sequence[_Draft], beside: Sequence[_Draft]) -> None:
    """Two files must not describe one thing: real things of the national register excepted."""
    first: dict[NamedNode, Path] = {}
    judged = {id(draft) for draft in drafts}
    for draft in (*beside, *drafts):
        root = draft.record
        if root is None or root.name is None:
            continue
        if first.setdefault(root.iri(scope_of(root)), draft.path) is not draft.path:
            continue  # the code itself is taken twice, which is said already
        for record in walk(root):
            if record is root or not record.GROUP or not record.name or record.registered:
                continue
            earlier = first.setdefault(record.iri(scope_of(root)), draft.path)
            if earlier is not draft.path and id(draft) in judged:
                draft.reading.complain(
                    record.mark,
                    "duplicate-name",
                    Text(
                        f"le nom « {record.name} » est déjà pris dans {earlier.name}.",
                        f"the name {record.name!r} is already taken in {earlier.name}.",
                    ),
                    Text(
                        "Donnez un autre nom, ou décrivez la chose dans un seul des deux fichiers.",
                        "Give another name, or describe the thing in one of the two files alone.",
                    ),
                )


def _finish(
    draft: _Draft, shared: dict[str, dict[str, Mark]], index: Index, known_code: KnownCode | None
) -> CaseFile:
    record, reading = draft.record, draft.reading
    if record is None:
        problems = (_failure(draft.failure),) if draft.failure else _problems(draft)
        return CaseFile(draft.path, None, problems, (), {})
    declared = {
        **shared,
        **{group: {**shared.get(group, {}), **names} for group, names in reading.declared.items()},
    }
    check_references(record, declared, reading)
    if known_code is not None:
        _check_codes(record, known_code, reading)
    if reading.faults:
        return CaseFile(draft.path, record, _problems(draft), (), {})
    own = index_names(record)
    names = {group: {**index.get(group, {}), **own.get(group, {})} for group in {*index, *own}}
    writer = QuadWriter(record, names)
    quads = tuple(dict.fromkeys(writer.quads()))
    known = tuple(Triple(*triple) for triple in writer.known)
    return CaseFile(draft.path, record, (), quads, writer.places, known)


def _check_codes(record: Record, known_code: KnownCode, reading: Reading) -> None:
    for each in walk(record):
        if not isinstance(each, Territory | Organisation) or each.kind is None:
            continue
        word = {"municipality": "commune"}.get(each.kind.value, each.kind.value)
        for code in (each.insee, each.siren if word == "epci" else None):
            if code is not None and word != "syndicate" and not known_code(word, code.value):
                _complain_of_code(word, code, reading)


_KINDS: Final = {
    "commune": Text("commune", "commune"),
    "department": Text("département", "department"),
    "region": Text("région", "region"),
    "epci": Text("EPCI", "EPCI"),
}


def _complain_of_code(word: str, code: Located[str], reading: Reading) -> None:
    kind = _KINDS[word]
    reading.complain(
        code.mark,
        "unknown-code",
        Text(
            f"aucun territoire ({kind.fr}) n’a le code « {code.value} ».",
            f"no territory ({kind.en}) has the code {code.value!r}.",
        ),
        Text(
            "Vérifiez le code dans le répertoire de l’INSEE, et kind:.",
            "Check the code in INSEE's register, and kind:.",
        ),
    )


def _failure(error: InputError) -> Reject:
    return Reject(SOURCE_NAME, error.where or Where(), error.code, error.message, error.hint or Text("", ""))


def _problems(draft: _Draft) -> tuple[Reject, ...]:
    """The faults of a file in the order of its lines, each once."""
    ordered = sorted(
        dict.fromkeys(draft.reading.faults), key=lambda fault: (fault.mark.line, fault.mark.column)
    )
    return tuple(
        Reject(
            SOURCE_NAME,
            Where(str(draft.path), fault.mark.line, fault.mark.column),
            fault.reason,
            fault.message,
            fault.hint,
        )
        for fault in ordered
    )
