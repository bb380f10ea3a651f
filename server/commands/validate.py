"""`digiterr validate`: judge RDF files and case files by the shapes, for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import click
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from ...loaders.cases.files import CaseFile, read_files, shipped_paths
from ...loaders.cases.validation import ontology_triples
from ...loaders.geography.places import FrenchPlaces
from ...ontology.errors import ExitCode, Where
from ...shapes.namespaces import SH
from ...shapes.paths import Predicate
from ...shapes.rdf_files import RdfFile, read_rdf
from ...shapes.rendering import as_json, as_markdown, as_text
from ...shapes.report import ValidationReport, ValidationResult
from ...shapes.shapes_graph import read_shapes
from ...shapes.validation import EngineName, validate
from ..cli import Settings

Format = Literal["text", "markdown", "json", "turtle"]
CASE_SUFFIXES: Final = {".yaml", ".yml"}
SEVERITIES: Final = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """The files as they were read, and what was found in them."""

    case_files: tuple[CaseFile, ...]
    rdf_files: tuple[RdfFile, ...]
    report: ValidationReport

    @property
    def unreadable(self) -> bool:
        return any(case_file.record is None for case_file in self.case_files)

    @property
    def has_faults(self) -> bool:
        return any(case_file.problems for case_file in self.case_files)

    def where(self, result: ValidationResult) -> Where | None:
        """The line on which a file gives the property of a result, or else describes its focus node."""
        node = result.focus_node
        property_ = result.path.iri if isinstance(result.path, Predicate) else None
        for case_file in self.case_files:
            if isinstance(node, NamedNode) and node in case_file.places:
                return case_file.where(node, property_)
        for rdf_file in self.rdf_files:
            if node in rdf_file.subjects:
                return Where(str(rdf_file.path), rdf_file.line_of(node))
        return None


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    "shape_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Use these shapes instead of DigiTerr's. May be repeated.",
)
@click.option(
    "--format", "-f", "form", type=click.Choice(get_args(Format)), default="text", show_default=True
)
@click.option(
    "--engine",
    type=click.Choice(get_args(EngineName)),
    default="auto",
    show_default=True,
    help="pySHACL, shapes compiled to SPARQL, or whichever suits the size.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(SEVERITIES)),
    default="violation",
    show_default=True,
    help="Least severity for which the exit code is 1.",
)
@click.option(
    "--examples",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Places shown for each rule (text, markdown).",
)
@click.option(
    "--max-size",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    metavar="MB",
    help="Refuse larger RDF files.",
)
@click.pass_obj
def command(
    settings: Settings,
    paths: tuple[Path, ...],
    shape_files: tuple[Path, ...],
    form: Format,
    engine: EngineName,
    fail_on: str,
    examples: int,
    max_size: int,
) -> None:
    """Validate RDF files (.ttl .nt .nq .trig .rdf .jsonld) and case files (.yaml), all together.

    Files are judged in the light of each other and of the ontology. Exit code 0 when no rule is broken,
    1 when one is, 3 when a file cannot be read.

    \b
    Example / exemple :
      digiterr validate my-data.ttl case-E.yaml
      digiterr validate my-data.ttl --format turtle > report.ttl
      digiterr validate my-data.ttl --shapes my-shapes.ttl --format json
    """
    judged = _judge(paths, shape_files, engine, max_size * _MEGABYTE)
    _write(settings, judged, form, examples)
    if judged.unreadable:
        sys.exit(ExitCode.INPUT)
    if judged.has_faults or judged.report.at_least(SEVERITIES[fail_on]):
        sys.exit(ExitCode.VIOLATIONS)


def _judge(paths: tuple[Path, ...], shape_files: tuple[Path, ...], engine: EngineName, limit: int) -> Judged:
    case_paths = [path for path in paths if path.suffix.lower() in CASE_SUFFIXES]
    rdf_files = tuple(read_rdf(path, limit) for path in paths if path not in case_paths)
    shapes = read_shapes(*shape_files) if shape_files else None
    context: list[Triple] = []
    case_files: tuple[CaseFile, ...] = ()
    if case_paths:
        case_files = read_files(case_paths, context=shipped_paths(), known_code=FrenchPlaces().has_code)
        named = {path.resolve() for path in case_paths}
        beside = read_files([path for path in shipped_paths() if path.resolve() not in named])
        context += [quad.triple for each in beside for quad in each.quads]
        context += [triple for each in (*case_files, *beside) for triple in each.known]
    if shapes is None:
        context += ontology_triples()
    quads: list[Quad] = [quad for each in (*case_files, *rdf_files) for quad in each.quads]
    report = validate(quads, shapes, context=context, engine=engine)
    return Judged(case_files, rdf_files, _without_known(report, case_files))


def _without_known(report: ValidationReport, case_files: Iterable[CaseFile]) -> ValidationReport:
    """Real things that a case file names are judged where they are described: in the national register."""
    known = {triple.subject for case_file in case_files for triple in case_file.known}
    return ValidationReport(tuple(result for result in report.results if result.focus_node not in known))


def _write(settings: Settings, judged: Judged, form: Format, examples: int) -> None:
    report, language = judged.report, settings.language
    faults = [fault for case_file in judged.case_files for fault in case_file.problems]
    if form == "turtle":
        sys.stdout.buffer.write(report.serialize(RdfFormat.TURTLE))
    elif form == "json":
        told = as_json(report, judged.where)
        told["faults"] = [
            {"where": str(fault.where), "reason": fault.reason, "message": dict(fault.message.as_mapping())}
            for fault in faults
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif form == "markdown":
        click.echo(as_markdown(report, language, judged.where, examples), nl=False)
    if form in {"text", "turtle", "markdown"}:
        for fault in faults:
            sentence = f"{fault.where}: {settings.say(fault.message)} {settings.say(fault.hint)}".rstrip()
            click.echo(click.style("✗ ", fg="red") + sentence, err=form != "text")
    if form == "text":
        click.echo(as_text(report, language, judged.where, examples))
