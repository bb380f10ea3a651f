"""The rules of the ontology over what case files say: SHACL, with each result brought back to its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from ...ontology.errors import Where
from ...ontology.modules import MODULES, module_file
from ...ontology.text import Text
from ...shapes.paths import Predicate
from ...shapes.report import ValidationResult
from ...shapes.validation import validate
from ..model import Reject
from .files import SOURCE_NAME, CaseFile


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with what breaks a rule, and what a rule advises to look at again."""

    case_file: CaseFile
    violations: tuple[Reject, ...]
    advice: tuple[Reject, ...]

    @property
    def accepted(self) -> bool:
        return not self.case_file.problems and not self.violations


@cache
def ontology_triples() -> tuple[Triple, ...]:
    """The ontology, which rules refer to."""
    return tuple(
        quad.triple
        for name in MODULES
        for quad in parse(module_file(name).read_bytes(), format=RdfFormat.TURTLE)
    )


def judge(case_files: Sequence[CaseFile], context: Iterable[CaseFile] = ()) -> tuple[Judged, ...]:
    """Applies the shapes to files that were read, each in the light of the others and of the ontology.

    A file whose reading found problems is not judged: its facts are not known. Nor are real things judged
    here, of which the national register knows more than the file: they are when the register is built.
    """
    sound = [case_file for case_file in case_files if not case_file.problems]
    if not sound:
        return tuple(Judged(case_file, (), ()) for case_file in case_files)
    data = [quad for case_file in sound for quad in case_file.quads]
    beside = [quad.triple for case_file in context for quad in case_file.quads]
    beside += [triple for case_file in (*sound, *context) for triple in case_file.known]
    report = validate(data, context=[*ontology_triples(), *beside])
    grave = set(report.violations)
    return tuple(
        Judged(
            case_file,
            tuple(_rejects(case_file, (result for result in report.results if result in grave))),
            tuple(_rejects(case_file, (result for result in report.results if result not in grave))),
        )
        for case_file in case_files
    )


def _rejects(case_file: CaseFile, results: Iterable[ValidationResult]) -> Iterator[Reject]:
    subjects = {quad.subject for quad in case_file.quads} - {triple.subject for triple in case_file.known}
    for result in results:
        node = result.focus_node
        if node in subjects:
            property_ = result.path.iri if isinstance(result.path, Predicate) else None
            where = (
                case_file.where(node, property_)
                if isinstance(node, NamedNode)
                else Where(str(case_file.path))
            )
            pointer = node.value.rpartition("/")[2]
            shape = result.source_shape
            reason = (
                shape.value.rpartition("/")[2].rpartition("#")[2] if isinstance(shape, NamedNode) else "shape"
            )
            yield Reject(
                SOURCE_NAME,
                replace(where, pointer=pointer),
                reason,
                result.message,
                result.hint or Text("", ""),
            )
