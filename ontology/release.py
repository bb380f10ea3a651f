"""Releases of the ontology: `make release-ontology VERSION=…`.

A release is the root and its modules merged, under one header, in Turtle, RDF/XML and JSON-LD, with a JSON-LD
context. What it holds follows from the modules alone, so that the same modules give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pyoxigraph import RdfFormat, serialize
from rdflib import DCTERMS, OWL, SKOS, Graph, Literal, URIRef

from .canonical import PREFIXES, canonical_graph, canonical_triples, canonical_turtle
from .catalog import main as write_catalog
from .errors import DigiTerrError, InputError
from .jsonld_context import context
from .modules import ALL_FILES, OPTIONAL_MODULES, ROOT, module_file, module_iri, read_module, read_ontology
from .text import LANGUAGES, Text

RELEASES: Final = "releases"
_VERSION: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def version_of(name: str = ROOT) -> str:
    """The version that a module's header gives."""
    return str(read_module(name).value(module_iri(name), OWL.versionInfo))


def merged_graph() -> Graph:
    """The root with its modules as one ontology: their own headers and the imports are left out."""
    graph = read_ontology()
    for name in ALL_FILES:
        if name != ROOT:
            graph.remove((module_iri(name), None, None))
    graph.remove((None, OWL.imports, None))
    return graph


def release_files() -> Mapping[str, bytes]:
    """The files of a release by name; equal modules give equal bytes."""
    merged = merged_graph()
    triples = canonical_triples(merged)
    used = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(f"<{namespace}" in str(triple) for triple in triples)
    }
    xml = serialize(triples, format=RdfFormat.RDF_XML, prefixes=used) or b""
    return {
        "digiterr.ttl": canonical_turtle(merged).encode(),
        "digiterr.rdf": xml + b"\n",
        "digiterr.jsonld": _json(_jsonld(merged, used)),
        "context.jsonld": _json(context(merged)),
        **{f"{name}.ttl": module_file(name).read_bytes() for name in OPTIONAL_MODULES},
    }


def _jsonld(graph: Graph, prefixes: Mapping[str, str]) -> Any:
    text = canonical_graph(graph).serialize(format="json-ld", context=dict(prefixes))
    document = json.loads(text)
    # rdflib goes through the subjects in the order of their hashes, which differs from run to run.
    document["@graph"].sort(key=lambda node: json.dumps(node, sort_keys=True))
    return document


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def write_release(version: str, folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files into `folder/version`; a release that is there already is never changed."""
    target = folder / version
    if target.is_dir():
        changed = sorted(name for name, content in files.items() if not _is(target / name, content))
        if changed:
            raise InputError(
                Text(
                    f"la version {version} est déjà publiée avec un autre contenu ({', '.join(changed)}).",
                    f"version {version} is already released with other content ({', '.join(changed)}).",
                ),
                Text("Prenez un numéro plus élevé.", "Take a higher number."),
            )
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (target / name).write_bytes(content)
    return [target / name for name in files]


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def raise_version(version: str, date: str) -> None:
    """Bring every header to a higher version. The root must have a change note for it, in both languages.

    `date` is that of the release, as YYYY-MM-DD.
    """
    current = version_of()
    root = read_module(ROOT)
    notes = [note for note in root.objects(module_iri(ROOT), SKOS.changeNote) if isinstance(note, Literal)]
    for language in LANGUAGES:
        if not any(note.language == language and re.match(rf"{version}\b", note) for note in notes):
            raise InputError(
                Text(
                    f"la racine n’a pas de note de version pour {version} en {language}.",
                    f"the root has no change note for {version} in {language}.",
                ),
                Text(
                    f'Ajoutez à digiterr.ttl skos:changeNote "{version} : …"@fr et "{version}: …"@en.',
                    f'Add skos:changeNote "{version} : …"@fr and "{version}: …"@en to digiterr.ttl.',
                ),
            )
    for name in ALL_FILES:
        graph, iri = read_module(name), module_iri(name)
        graph.set((iri, OWL.versionInfo, Literal(version)))
        graph.set((iri, OWL.versionIRI, URIRef(f"{iri}/{version}")))
        graph.set((iri, OWL.priorVersion, URIRef(f"{iri}/{current}")))
        graph.set((iri, DCTERMS.issued, Literal(date)))
        graph.set((iri, DCTERMS.modified, Literal(date)))
        for citation in list(graph.objects(iri, DCTERMS.bibliographicCitation)):
            if not isinstance(citation, Literal):
                continue
            graph.remove((iri, DCTERMS.bibliographicCitation, citation))
            text = re.sub(rf"{re.escape(current)}, \d{{4}}", f"{version}, {date[:4]}", citation)
            graph.add((iri, DCTERMS.bibliographicCitation, Literal(text, lang=citation.language)))
        Path(str(module_file(name))).write_text(canonical_turtle(graph), encoding="utf-8")
    write_catalog()


def release(version: str, folder: Path, date: str) -> list[Path]:
    """Release the modules as they are under `version`, which is theirs already or a higher one."""
    numbers = _VERSION.fullmatch(version)
    current = version_of()
    if numbers is None:
        raise InputError(
            Text(f"« {version} » n’est pas un numéro de version.", f"“{version}” is not a version number."),
            Text("Il faut trois nombres, comme 0.2.0.", "It takes three numbers, such as 0.2.0."),
        )
    if [int(part) for part in version.split(".")] < [int(part) for part in current.split(".")]:
        raise InputError(
            Text(
                f"{version} est antérieur à la version courante, {current}.",
                f"{version} is before {current}.",
            ),
            Text("Prenez un numéro plus élevé.", "Take a higher number."),
        )
    if version != current:
        raise_version(version, date)
    return write_release(version, folder, release_files())


def main() -> None:
    folder = Path(str(module_file(ROOT))).with_name(RELEASES)
    try:
        for path in release(sys.argv[1], folder, datetime.now(UTC).date().isoformat()):
            sys.stdout.write(f"{path}\n")
    except DigiTerrError as error:
        sys.exit(error.sentence("en"))


if __name__ == "__main__":
    main()
