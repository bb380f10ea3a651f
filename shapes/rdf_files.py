"""RDF files to be validated: their statements, and the lines on which they describe things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from ..ontology.errors import InputError, Where
from ..ontology.text import Text

FORMATS: Final[Mapping[str, RdfFormat]] = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
_STATEMENT_START = re.compile(r"^\s*(?:<([^<>\s]+)>|([\w.-]*):([\w.~%-]*))(?=\s|$)", re.MULTILINE)
_LINED: Final = {RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.TRIG}


@dataclass(frozen=True)
class RdfFile:
    """One file: its quads, and the prefixes that it declares."""

    path: Path
    text: str = field(repr=False)
    rdf_format: RdfFormat
    quads: tuple[Quad, ...] = field(repr=False)
    prefixes: Mapping[str, str]

    @cached_property
    def subjects(self) -> frozenset[object]:
        return frozenset(quad.subject for quad in self.quads)

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        """The first line that begins with each subject, in the syntaxes that are written line by line."""
        lines: dict[str, int] = {}
        if self.rdf_format not in _LINED:
            return lines
        line, place = 1, 0
        for found in _STATEMENT_START.finditer(self.text):
            line += self.text.count("\n", place, found.start(1) if found[1] else found.start(3))
            place = found.start(1) if found[1] else found.start(3)
            iri = found[1] or self.prefixes.get(found[2], "") + found[3]
            lines.setdefault(iri, line)
        return lines

    def line_of(self, node: object) -> int | None:
        """The line on which the file begins to describe a node, as far as its text shows; from 1."""
        return self._lines.get(node.value) if isinstance(node, NamedNode) else None


def read_rdf(path: Path, limit: int) -> RdfFile:
    """Reads a file of at most `limit` bytes. Raises InputError with file, line and column."""
    where = Where(str(path))
    rdf_format = FORMATS.get(path.suffix.lower())
    if rdf_format is None:
        known = ", ".join([*FORMATS, ".yaml"])
        raise InputError(
            Text(
                f"le format « {path.suffix} » n’est pas connu.", f"the format {path.suffix!r} is not known."
            ),
            Text(f"Formats lus : {known}.", f"Formats that are read: {known}."),
            where,
        )
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputError(
                Text(
                    f"ce fichier fait {size:,} octets, la limite est de {limit:,}.".replace(",", "\u202f"),
                    f"this file has {size:,} bytes, the limit is {limit:,}.",
                ),
                Text(
                    "Relevez-la par --max-size, ou découpez le fichier.",
                    "Raise it by --max-size, or split the file.",
                ),
                where,
            )
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            Text(f"ce fichier ne peut pas être lu ({reason}).", f"this file cannot be read ({reason})."),
            Text("Vérifiez le chemin et vos droits.", "Check the path and your permissions."),
            where,
        ) from error
    if not content.strip():
        raise InputError(
            Text("ce fichier est vide.", "this file is empty."),
            Text(
                "Il n’y a rien à valider : vérifiez son export.",
                "There is nothing to validate: check how it was exported.",
            ),
            where,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            Text("ce fichier n’est pas en UTF-8.", "this file is not in UTF-8."),
            Text("Enregistrez-le en UTF-8.", "Save it as UTF-8."),
            Where(str(path), content.count(b"\n", 0, error.start) + 1),
        ) from error
    try:
        parser = parse(text.encode(), rdf_format, base_iri=path.absolute().as_uri(), rename_blank_nodes=True)
        quads = tuple(parser)
        prefixes = dict(parser.prefixes)
    except SyntaxError as error:
        raise InputError(
            Text(f"erreur de syntaxe : {error.msg}.", f"syntax error: {error.msg}."),
            Text("Corrigez cette ligne.", "Mend this line."),
            Where(str(path), error.lineno, error.offset),
        ) from error
    return RdfFile(path, text, rdf_format, quads, prefixes)
