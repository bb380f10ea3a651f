"""The files that are checked, read with their errors placed, and the ontology that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat
from rdflib import OWL, RDF, Graph, URIRef

from ..canonical import PREFIXES
from ..errors import InputError, Where
from ..modules import ALL_FILES, MODULES, ROOT, module_file, module_iri
from ..text import Text


@dataclass(frozen=True)
class Document:
    """One RDF file: its text, triples and prefixes."""

    name: str
    text: str
    graph: Graph
    prefixes: Mapping[str, str]

    @property
    def ontologies(self) -> frozenset[URIRef]:
        """The ontologies whose header the file holds."""
        found = self.graph.subjects(RDF.type, OWL.Ontology)
        return frozenset(node for node in found if isinstance(node, URIRef))

    @cached_property
    def is_ours(self) -> bool:
        """Whether the file is a module of the ontology, or a new version of one."""
        return any(module_iri(name) in self.ontologies for name in ALL_FILES)

    def where(self, term: str) -> Where | None:
        """The line on which the description of a term begins, None when it is not found."""
        names = [re.escape(f"<{term}>")]
        for prefix, namespace in self.prefixes.items():
            if term.startswith(namespace):
                names.append(re.escape(f"{prefix}:{term[len(namespace) :]}"))
        place = re.search(rf"^\s*({'|'.join(names)})(?=[\s;,.]|$)", self.text, re.MULTILINE)
        if place is None:
            place = re.search(rf"({'|'.join(names)})(?=[\s;,.)\]]|$)", self.text)
        if place is None:
            return None
        line = self.text.count("\n", 0, place.start(1)) + 1
        column = place.start(1) - self.text.rfind("\n", 0, place.start(1))
        return Where(file=self.name, line=line, column=column)


def read_document(name: str, content: bytes) -> Document:
    """A file of any RDF syntax, told by the extension of its name.

    Raises InputError with line and column where the syntax breaks.
    """
    extension = Path(name).suffix.lstrip(".").lower()
    rdf_format = RdfFormat.from_extension(extension)
    if rdf_format is None:
        raise InputError(
            Text(
                f"ce n’est pas un fichier RDF connu (« .{extension} »).",
                f"this is not a known RDF file (‘.{extension}’).",
            ),
            Text(
                "Sont lus : .ttl, .nt, .nq, .trig, .rdf, .owl (RDF/XML) et .jsonld.",
                "What is read: .ttl, .nt, .nq, .trig, .rdf, .owl (RDF/XML) and .jsonld.",
            ),
            Where(file=name),
        )
    try:
        parser = pyoxigraph.parse(content, format=rdf_format, base_iri=f"file:///{Path(name).name}")
        triples = [quad.triple for quad in parser]
    except SyntaxError as error:
        raise InputError(
            Text(f"erreur de syntaxe : {error.msg}.", f"syntax error: {error.msg}."),
            Text("Corrigez cet endroit.", "Mend it there."),
            Where(file=name, line=error.lineno, column=error.offset),
        ) from None
    flat = BytesIO()
    pyoxigraph.serialize(triples, flat, RdfFormat.N_TRIPLES)
    graph = Graph(bind_namespaces="none").parse(data=flat.getvalue(), format="nt")
    return Document(name, content.decode("utf-8", "replace"), graph, dict(parser.prefixes))


def read_file(path: Path) -> Document:
    """A file on disk; InputError when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            Text(
                f"ce fichier ne peut pas être lu ({error.strerror}).",
                f"this file cannot be read ({error.strerror}).",
            ),
            Text("Vérifiez le chemin et les droits.", "Check the path and the permissions."),
            Where(file=str(path)),
        ) from None
    return read_document(str(path), content)


def shipped_documents() -> tuple[Document, ...]:
    """The ontology's own files, optional modules included."""
    return tuple(read_document(f"ontology/{name}.ttl", module_file(name).read_bytes()) for name in ALL_FILES)


@dataclass(frozen=True)
class Checked:
    """What is judged: documents, within the shipped ontology or the version of it that they bring.

    A document that holds the header of a module of ours stands in for that module.
    """

    documents: tuple[Document, ...]
    context: Graph

    @cached_property
    def graph(self) -> Graph:
        """Everything together: what is judged, in its context."""
        return _merged([self.context, *(document.graph for document in self.documents)])

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Prefixes to write terms with: the project's own, then those of the documents."""
        own = {p: n for document in self.documents for p, n in document.prefixes.items()}
        return {**own, **PREFIXES}

    def short(self, term: str) -> str:
        """A term as an editor writes it: `dt:CaseStudy`."""
        for prefix, namespace in sorted(self.prefixes.items(), key=lambda item: -len(item[1])):
            local = term.removeprefix(namespace)
            if local != term and re.fullmatch(r"[\w-][\w.-]*|", local):
                return f"{prefix}:{local}"
        return f"<{term}>"

    def where(self, term: str) -> Where | None:
        return next((place for d in self.documents if (place := d.where(term)) is not None), None)


def checked(documents: Sequence[Document]) -> Checked:
    """Documents in the context of the shipped modules that they do not stand in for.

    The optional modules belong to that of a module's new version, not to that of an extension from outside.
    """
    theirs = frozenset(iri for document in documents for iri in document.ontologies)
    modules = ALL_FILES if any(document.is_ours for document in documents) else (ROOT, *MODULES)
    shipped = [name for name in modules if module_iri(name) not in theirs]
    context = _merged(
        read_document(f"ontology/{name}.ttl", module_file(name).read_bytes()).graph for name in shipped
    )
    return Checked(tuple(documents), context)


def _merged(graphs: Iterable[Graph]) -> Graph:
    merged = Graph(bind_namespaces="none")
    for graph in graphs:
        merged += graph
    return merged
