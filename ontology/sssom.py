"""Mappings to outside ontologies: SSSOM tables, and the Turtle made by `python -m digiterr.ontology.sssom`.

A table holds what an editor states (https://mapping-commons.github.io/sssom/). In the Turtle a subclass or
subproperty is an axiom. A SKOS match between classes or properties becomes `rdfs:seeAlso`, annotated with the
match: SKOS matches are for concepts, and on classes they would leave OWL 2 DL.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .canonical import canonical_turtle
from .errors import InputError, Where
from .iris import ONTOLOGY
from .modules import read_ontology
from .text import Text

FOLDER: Final = files("digiterr.ontology") / "alignments"
COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "comment",
)
AXIOMS: Final = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty)
MATCHES: Final = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_PREDICATE_ID: Final = URIRef("https://w3id.org/sssom/predicate_id")
_KINDS: Final = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: a term of the ontology, how it stands to an outside term, and why, if that needs saying."""

    subject: URIRef
    subject_label: str
    predicate: URIRef
    object: URIRef
    object_label: str
    comment: str


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One table: its name, what it maps to, and its rows in the order of the file."""

    name: str
    title: str
    version: str
    licence: str
    mappings: tuple[Mapping, ...]


def table_names() -> tuple[str, ...]:
    """The names of the tables, sorted."""
    return tuple(
        sorted(
            entry.name.removesuffix(".sssom.tsv")
            for entry in FOLDER.iterdir()
            if entry.name.endswith(".sssom.tsv")
        )
    )


def read_table(name: str) -> MappingSet:
    """A table of the folder `alignments`."""
    return parse_table(name, (FOLDER / f"{name}.sssom.tsv").read_text(encoding="utf-8"))


def parse_table(name: str, text: str) -> MappingSet:
    """A table as text; InputError names the line that cannot be understood."""
    lines = text.splitlines()
    header = [line[1:] for line in lines if line.startswith("#")]
    file = f"{name}.sssom.tsv"
    try:
        metadata = YAML(typ="safe").load("\n".join(header))
        prefixes: dict[str, str] = metadata["curie_map"]
        title, version, licence = (
            metadata[key] for key in ("mapping_set_title", "mapping_set_version", "license")
        )
    except (YAMLError, KeyError, TypeError) as error:
        raise InputError(
            Text(
                "l’en-tête de ce tableau SSSOM est incomplet.",
                "the header of this SSSOM table is incomplete.",
            ),
            Text(
                "Il faut mapping_set_title, mapping_set_version, license et curie_map, en YAML après des #.",
                "It takes mapping_set_title, mapping_set_version, license and curie_map, in YAML after #.",
            ),
            Where(file=file, line=1),
        ) from error
    rows = csv.DictReader(lines[len(header) :], delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise InputError(
            Text(
                "les colonnes de ce tableau SSSOM ne sont pas celles du projet.", "these are not our columns."
            ),
            Text(f"Il faut : {', '.join(COLUMNS)}.", f"They should be: {', '.join(COLUMNS)}."),
            Where(file=file, line=len(header) + 1),
        )

    def iri(curie: str, line: int) -> URIRef:
        prefix, _, local = curie.partition(":")
        if prefix not in prefixes:
            raise InputError(
                Text(f"le préfixe de « {curie} » est inconnu.", f"the prefix of “{curie}” is unknown."),
                Text(
                    "Ajoutez-le à curie_map, en tête du fichier.",
                    "Add it to curie_map, at the top of the file.",
                ),
                Where(file=file, line=line),
            )
        return URIRef(prefixes[prefix] + local)

    mappings: list[Mapping] = []
    for number, row in enumerate(rows, start=len(header) + 2):
        subject, predicate, target = (
            iri(row[column], number) for column in ("subject_id", "predicate_id", "object_id")
        )
        if predicate not in AXIOMS + MATCHES:
            raise InputError(
                Text(
                    f"« {row['predicate_id']} » ne dit pas une correspondance.",
                    f"“{row['predicate_id']}” is no mapping.",
                ),
                Text("Prenez un axiome ou une correspondance SKOS.", "Take an axiom or a SKOS match."),
                Where(file=file, line=number),
            )
        mappings.append(
            Mapping(
                subject,
                row["subject_label"],
                predicate,
                target,
                row["object_label"],
                row["comment"],
            )
        )
    return MappingSet(name, str(title), str(version), str(licence), tuple(mappings))


def alignment_graph(table: MappingSet, ontology: Graph) -> Graph:
    """The triples of a table; outside terms are declared to be of the kind of the terms mapped to them."""
    graph = Graph(bind_namespaces="none")
    header = URIRef(f"{ONTOLOGY}/alignments/{table.name}")
    graph.add((header, RDF.type, OWL.Ontology))
    graph.add((header, OWL.versionIRI, URIRef(f"{header}/{table.version}")))
    graph.add((header, OWL.versionInfo, Literal(table.version)))
    graph.add((header, DCTERMS.license, URIRef(table.licence)))
    graph.add((header, DCTERMS.title, Literal(f"Alignement\u00a0: {table.title}", lang="fr")))
    graph.add((header, DCTERMS.title, Literal(f"Alignment: {table.title}", lang="en")))
    for language, creator, description in (
        (
            "fr",
            "Contributeurs de DigiTerr",
            f"Correspondances de termes de l’ontologie avec ceux de {table.title}.",
        ),
        ("en", "DigiTerr contributors", f"How terms of the ontology stand to those of {table.title}."),
    ):
        graph.add((header, DCTERMS.creator, Literal(creator, lang=language)))
        graph.add((header, DCTERMS.description, Literal(description, lang=language)))
    graph.add((_PREDICATE_ID, RDF.type, OWL.AnnotationProperty))
    for mapping in table.mappings:
        kinds = [kind for kind in _KINDS if (mapping.subject, RDF.type, kind) in ontology]
        for kind in kinds:
            if mapping.predicate in AXIOMS:
                graph.add((mapping.object, RDF.type, kind))
        if mapping.predicate in AXIOMS or not kinds:
            graph.add((mapping.subject, mapping.predicate, mapping.object))
            continue
        graph.add((mapping.subject, RDFS.seeAlso, mapping.object))
        note = BNode()
        graph.add((note, RDF.type, OWL.Axiom))
        graph.add((note, OWL.annotatedSource, mapping.subject))
        graph.add((note, OWL.annotatedProperty, RDFS.seeAlso))
        graph.add((note, OWL.annotatedTarget, mapping.object))
        graph.add((note, _PREDICATE_ID, mapping.predicate))
        if mapping.comment:
            graph.add((note, RDFS.comment, Literal(mapping.comment, lang="en")))
    return graph


def main() -> None:
    """Write each table's Turtle beside it."""
    ontology = read_ontology()
    for name in table_names():
        path = Path(str(FOLDER / f"{name}.ttl"))
        path.write_text(canonical_turtle(alignment_graph(read_table(name), ontology)), encoding="utf-8")


if __name__ == "__main__":
    main()
