"""Writing a catalogue: triples, with what SEMIC's shapes ask of the values of each property."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from ...ontology.iris import CONCEPT, DATA, TERM
from ...ontology.names import (
    ADMS,
    DCAT,
    DCTERMS,
    FOAF,
    HYDRA,
    OWL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    VOID,
    XSD,
)
from ...ontology.text import LANGUAGES, Text
from ...store.formats import GRAPHS
from .authorities import NAMES

Subject = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal

PREFIXES: Final[Mapping[str, str]] = {
    "adms": ADMS.NAMESPACE,
    "dcat": DCAT.NAMESPACE,
    "dcterms": DCTERMS.NAMESPACE,
    "dt": TERM,
    "dtd": DATA,
    "dtv": CONCEPT,
    "foaf": FOAF.NAMESPACE,
    "hydra": HYDRA.NAMESPACE,
    "owl": OWL.NAMESPACE,
    "prov": PROV.NAMESPACE,
    "rdfs": RDFS.NAMESPACE,
    "skos": SKOS.NAMESPACE,
    "spdx": SPDX.NAMESPACE,
    "vcard": VCARD.NAMESPACE,
    "void": VOID.NAMESPACE,
    "xsd": XSD.NAMESPACE,
}
# Property -> class of its values, by the profile. A document holds all that a validator wants to know.
CLASSES: Final[Mapping[NamedNode, NamedNode]] = {
    ADMS.identifier: ADMS.Identifier,
    ADMS.status: SKOS.Concept,
    DCAT.accessService: DCAT.DataService,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.contactPoint: VCARD.Kind,
    DCAT.distribution: DCAT.Distribution,
    DCAT.hasVersion: DCAT.Dataset,
    DCAT.landingPage: FOAF.Document,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.packageFormat: DCTERMS.MediaType,
    DCAT.theme: SKOS.Concept,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.creator: FOAF.Agent,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.provenance: DCTERMS.ProvenanceStatement,
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS.rights: DCTERMS.RightsStatement,
    DCTERMS.spatial: DCTERMS.Location,
    DCTERMS.temporal: DCTERMS.PeriodOfTime,
    FOAF.homepage: FOAF.Document,
    FOAF.page: FOAF.Document,
    PROV.wasGeneratedBy: PROV.Activity,
    SPDX.algorithm: SPDX.ChecksumAlgorithm,
    SPDX.checksum: SPDX.Checksum,
}
_NAMED_BY: Final = {SKOS.Concept: SKOS.prefLabel, SKOS.ConceptScheme: DCTERMS.title}


class Description:
    """Triples in the making; each is there once."""

    def __init__(self) -> None:
        self._triples: set[Triple] = set()
        self._first: dict[tuple[Subject, NamedNode], Value] = {}

    def add(self, subject: Subject, predicate: NamedNode, *values: Value | None) -> None:
        """State something, values of None left out."""
        for value in values:
            if value is not None:
                self._triples.add(Triple(subject, predicate, value))
                first = self._first.get((subject, predicate))
                if first is None or str(value) < str(first):
                    self._first[subject, predicate] = value
                self._type(predicate, value)

    def say(self, subject: Subject, predicate: NamedNode, text: Text | None) -> None:
        """State a text in both languages."""
        if text:
            self.add(subject, predicate, *(Literal(text.in_language(one), language=one) for one in LANGUAGES))

    def type(self, subject: Subject, *classes: NamedNode) -> None:
        self.add(subject, RDF.type, *classes)

    def states(self, subject: Subject, predicate: NamedNode, value: Value) -> bool:
        return Triple(subject, predicate, value) in self._triples

    def value(self, subject: Subject, predicate: NamedNode) -> Value | None:
        """The first, in the order of their text, of the values of a property; None when there is none."""
        return self._first.get((subject, predicate))

    def holds(self, subject: Subject, predicate: NamedNode) -> bool:
        """Whether anything is stated of a subject by a property."""
        return (subject, predicate) in self._first

    def serialize(self, media_type: str) -> bytes:
        """The document in a media type of `store.formats.GRAPHS`, in an order that its content decides."""
        ordered = sorted(self._triples, key=str)
        return serialize(ordered, format=GRAPHS[media_type], prefixes=dict(PREFIXES)) or b""

    def _type(self, predicate: NamedNode, value: Value) -> None:
        kind = CLASSES.get(predicate)
        if kind is None or isinstance(value, Literal):
            return
        self.add(value, RDF.type, kind)
        if kind in _NAMED_BY and isinstance(value, NamedNode):
            self._name(value, _NAMED_BY[kind])

    def _name(self, concept: NamedNode, naming: NamedNode) -> None:
        """A concept of a code list without a name of its own is called by its code."""
        name = NAMES.get(concept)
        if name:
            self.say(concept, naming, name)
        elif not self.holds(concept, naming):
            code = concept.value.rstrip("/#").replace("#", "/").rpartition("/")[2]
            self.add(concept, naming, Literal(code))


def moment(time: datetime) -> Literal:
    return Literal(time.isoformat(timespec="seconds"), datatype=XSD.dateTime)
