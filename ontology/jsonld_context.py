"""The JSON-LD 1.1 context of the ontology: with it, data is plain JSON in the ontology's own words."""

from __future__ import annotations

from typing import Any, Final

from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef

from .canonical import PREFIXES
from .iris import TERM

_COMMON: Final[dict[str, Any]] = {
    "id": "@id",
    "type": "@type",
    "label": {"@id": "rdfs:label", "@container": "@language"},
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
    "altLabel": {"@id": "skos:altLabel", "@container": "@language"},
    "definition": {"@id": "skos:definition", "@container": "@language"},
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "isDefinedBy": {"@id": "rdfs:isDefinedBy", "@type": "@id"},
}
_TEXTS: Final = (RDF.PlainLiteral, RDF.langString)


def _definition(graph: Graph, term: URIRef, kind: URIRef) -> Any:
    iri = "dt:" + str(term).removeprefix(TERM)
    if kind == OWL.ObjectProperty:
        return {"@id": iri, "@type": "@id"}
    if kind == OWL.DatatypeProperty:
        ranges = set(graph.objects(term, RDFS.range))
        if ranges & set(_TEXTS):
            return {"@id": iri, "@container": "@language"}
        datatype = next((str(range_) for range_ in ranges), "")
        # A plain JSON string is an xsd:string; integers in JSON are read as xsd:integer, so name the others.
        if datatype.startswith(str(XSD)) and datatype != str(XSD.string):
            return {"@id": iri, "@type": "xsd:" + datatype.removeprefix(str(XSD))}
    return iri


def context(graph: Graph) -> dict[str, Any]:
    """The context of an ontology graph, keys sorted within prefixes, common words, classes and properties."""
    terms: dict[str, Any] = {}
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty):
        own = (term for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef))
        for term in sorted(term for term in own if term.startswith(TERM)):
            terms[str(term).removeprefix(TERM)] = _definition(graph, term, kind)
    prefixes = dict(sorted(PREFIXES.items()))
    return {"@context": {"@version": 1.1, **prefixes, **_COMMON, **dict(sorted(terms.items()))}}
