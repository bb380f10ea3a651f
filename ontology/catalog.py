"""The OASIS XML catalogue by which Protégé and others open the root with its modules offline.

`python -m digiterr.ontology.catalog` writes it; a test compares it with the modules.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

from rdflib import OWL, Graph, URIRef

from .modules import ALL_FILES, module_file, module_iri, read_module

NAME: Final = "catalog-v001.xml"
_NAMESPACE: Final = "urn:oasis:names:tc:entity:xmlns:xml:catalog"


def catalog_text() -> str:
    """Every ontology IRI and version IRI, with its file beside the catalogue."""
    ET.register_namespace("", _NAMESPACE)
    catalog = ET.Element(f"{{{_NAMESPACE}}}catalog", prefer="public")
    for name in ALL_FILES:
        iri = module_iri(name)
        version = read_module(name).value(iri, OWL.versionIRI)
        for number, address in enumerate((iri, version)):
            ET.SubElement(
                catalog,
                f"{{{_NAMESPACE}}}uri",
                id=f"{name}-version" if number else name,
                name=str(address),
                uri=f"{name}.ttl",
            )
    ET.indent(catalog)
    return ET.tostring(catalog, encoding="unicode", xml_declaration=True) + "\n"


def read_catalog(path: Path) -> dict[URIRef, Path]:
    """The file of each IRI of a catalogue of ours, which is trusted."""
    entries = ET.parse(path).getroot().iter(f"{{{_NAMESPACE}}}uri")  # noqa: S314
    return {URIRef(entry.attrib["name"]): path.parent / entry.attrib["uri"] for entry in entries}


def read_with_imports(path: Path, catalog: dict[URIRef, Path]) -> Graph:
    """A Turtle file and all that it imports; KeyError for an IRI that is not in the catalogue."""
    merged = Graph()
    waiting, read = [path], set[Path]()
    while waiting:
        file = waiting.pop()
        if file in read:
            continue
        read.add(file)
        graph = Graph().parse(data=file.read_bytes(), format="turtle")
        waiting += [catalog[URIRef(str(iri))] for iri in graph.objects(None, OWL.imports)]
        merged += graph
    return merged


def main() -> None:
    Path(str(module_file(ALL_FILES[0]))).with_name(NAME).write_text(catalog_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
