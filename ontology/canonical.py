"""The one way in which a Turtle file of the project is written, so that a git diff shows meaning.

Header first, then classes, properties, schemes, concepts, then the rest; each by IRI, one value a line, blank
nodes in the order of their canonical labels, language tags in lower case. Comments are not kept: what is
worth saying is an annotation.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, Triple, parse
from pyoxigraph import Literal as OxLiteral
from rdflib import OWL, RDF, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer
from rdflib.term import Node

from .errors import InputError, Where
from .text import Text

PREFIXES: Final = {
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dt": "https://w3id.org/digiterr/ont#",
    "dtv": "https://w3id.org/digiterr/voc/",
    "dtd": "https://w3id.org/digiterr/id/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "igeo": "http://rdf.insee.fr/def/geo#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes that a canonical file uses for these namespaces, whatever the editor called them."""


_KINDS: Final = (
    OWL.Ontology,
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    SKOS.ConceptScheme,
    SKOS.Concept,
)
"""The order in which an ontology is read; what is none of these comes after."""


class _ModuleSerializer(LongTurtleSerializer):
    """rdflib's long Turtle, with the subjects in reading order and blank nodes where they are used."""

    def startDocument(self) -> None:  # noqa: N802
        # The OWL API's Turtle reader, and so Protégé's, knows @prefix and not SPARQL's PREFIX.
        for prefix, namespace in sorted(self.namespaces.items()):
            self.write(f"@prefix {prefix}: <{namespace}> .\n")

    def orderSubjects(self) -> list[Node]:  # noqa: N802
        def rank(subject: Node) -> tuple[bool, bool, int, str]:
            kinds = (place for place, kind in enumerate(_KINDS) if (subject, RDF.type, kind) in self.store)
            is_blank = isinstance(subject, BNode)
            # A blank node that others use is written there; one that is shared, or in a ring, here.
            return is_blank and subject in used, is_blank, next(kinds, len(_KINDS)), str(subject)

        used = {object_ for object_ in self.store.objects() if isinstance(object_, BNode)}
        return sorted(self._subjects, key=rank)


def canonical_triples(graph: Graph) -> list[Triple]:
    """The triples of a graph, sorted, blank nodes named as RDFC-1.0 says (https://www.w3.org/TR/rdf-canon/)."""
    dataset = Dataset(parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def _rdflib_term(term: NamedNode | BlankNode | OxLiteral | Triple) -> Node:
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, OxLiteral):
        datatype = None if term.language or term.datatype.value == str(XSD.string) else term.datatype.value
        return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    raise TypeError("rdflib knows no triple terms")


def canonical_graph(graph: Graph) -> Graph:
    """The same graph with the project's prefixes, and blank nodes labelled in the order of what they say.

    So the order is that of content, and a change in one place does not move what stands elsewhere.
    """
    bound = Graph(bind_namespaces="none")
    for prefix, namespace in graph.namespaces():
        if namespace not in PREFIXES.values() and prefix not in PREFIXES:
            bound.bind(prefix, namespace)
    for prefix, namespace in PREFIXES.items():
        bound.bind(prefix, namespace, override=True, replace=True)
    triples = [tuple(_rdflib_term(term) for term in triple) for triple in canonical_triples(graph)]
    label = _labels_by_content(triples)
    for subject, predicate, object_ in triples:
        bound.add((label.get(subject, subject), predicate, label.get(object_, object_)))
    return bound


def _labels_by_content(triples: list[tuple[Node, ...]]) -> dict[Node, Node]:
    """New labels for blank nodes, by what they say to a depth of eight, then by canonical label."""
    said: dict[Node, list[tuple[Node, Node]]] = {}
    for subject, predicate, object_ in triples:
        if isinstance(subject, BNode):
            said.setdefault(subject, []).append((predicate, object_))

    @cache
    def content(node: Node, depth: int) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        if depth == 0:
            return "_"
        parts = sorted(
            f"{predicate.n3()} {content(object_, depth - 1)}" for predicate, object_ in said.get(node, ())
        )
        text = "[" + ", ".join(parts) + "]"
        # Blank nodes that share others could make this text grow without bound.
        return text if len(text) <= 1000 else text[:900] + sha256(text.encode()).hexdigest()

    nodes = {node for triple in triples for node in triple if isinstance(node, BNode)}
    ordered = sorted(nodes, key=lambda node: (content(node, 8), str(node)))
    return {node: BNode(f"b{number:06}") for number, node in enumerate(ordered)}


def canonical_turtle(graph: Graph) -> str:
    """A graph as canonical Turtle: equal graphs give equal text."""
    stream = BytesIO()
    _ModuleSerializer(canonical_graph(graph)).serialize(stream, encoding="utf-8")
    return _without_stray_blanks(stream.getvalue().decode("utf-8"))


def _without_stray_blanks(text: str) -> str:
    """Without the serializer’s blanks at line ends and in lists; texts over several lines are kept."""
    kept: list[str] = []
    in_text = False
    for line in text.strip().split("\n"):
        if in_text or not line.isspace():
            kept.append(line if in_text or line.count('"""') % 2 else line.rstrip())
        in_text ^= line.count('"""') % 2 == 1
    return "\n".join(kept) + "\n"


def comment_lines(text: str) -> list[int]:
    """The numbers of the lines that hold nothing but a comment, which the canonical form would lose."""
    found: list[int] = []
    in_text = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not in_text and line.lstrip().startswith("#"):
            found.append(number)
        else:
            in_text ^= line.count('"""') % 2 == 1
    return found


def canonical_file(path: Path) -> str:
    """The canonical text of a Turtle file; InputError, with line and column, when it cannot be read."""
    try:
        content = path.read_bytes()
        for _quad in parse(content, format=RdfFormat.TURTLE, base_iri=path.resolve().as_uri()):
            pass  # rdflib's errors do not say the line and column
    except OSError as error:
        reason = error.strerror or "?"
        raise InputError(
            Text(f"le fichier ne se laisse pas lire ({reason}).", f"the file cannot be read ({reason})."),
            where=Where(file=str(path)),
        ) from error
    except SyntaxError as error:
        raise InputError(
            Text(f"ce n’est pas du Turtle : {error.msg}.", f"this is not Turtle: {error.msg}."),
            Text("Corrigez cet endroit.", "Mend it there."),
            Where(file=str(path), line=error.lineno, column=error.offset),
        ) from error
    graph = Graph(bind_namespaces="none")
    return canonical_turtle(graph.parse(data=content, format="turtle", publicID=path.resolve().as_uri()))


def is_canonical(path: Path) -> bool:
    """Whether formatting the file would change nothing."""
    return path.read_text(encoding="utf-8") == canonical_file(path)
