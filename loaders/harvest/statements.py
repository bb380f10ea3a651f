"""Statements of DCAT made from the fields of a portal's JSON: what is absent or empty says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ...ontology.names import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SPDX, VCARD, XSD

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")
_EMAIL: Final = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
_IN_ADDRESSES: Final = "!#$%&'()*+,/:;=?@[]~"
_MEDIA_TYPES: Final = "http://www.iana.org/assignments/media-types/"
_FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
_FILE_TYPES: Final = (
    "ATOM CSV DBF DOC DOCX EPUB GEOJSON GML GPKG GPX GRID GZIP HTML ICS JPEG JSON JSON_LD KML KMZ MDB N3 ODS "
    "ODT PARQUET PDF PNG PPT PPTX RDF RDF_TURTLE RDF_XML RSS RTF SHP SQL SVG TIFF TSV TXT XLS XLSX XML ZIP"
)
_ALGORITHMS: Final = {
    "md5": SPDX.checksumAlgorithm_md5,
    "sha1": SPDX.checksumAlgorithm_sha1,
    "sha256": SPDX.checksumAlgorithm_sha256,
    "sha512": SPDX.checksumAlgorithm_sha512,
}

Node = NamedNode | BlankNode


class Statements:
    """The triples of one page in the making. Values are those of JSON, of any type a portal may have put."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def say(self, node: Node, predicate: NamedNode, value: NamedNode | BlankNode | Literal) -> None:
        self.triples.append(Triple(node, predicate, value))

    def typed(self, node: Node, kind: NamedNode) -> None:
        self.say(node, RDF.type, kind)

    def text(self, node: Node, predicate: NamedNode, value: Any, language: str | None = None) -> None:
        if said := text_of(value):
            self.say(node, predicate, Literal(said, language=language) if language else Literal(said))

    def moment(self, node: Node, predicate: NamedNode, value: Any) -> None:
        """A date or a time as it is written; what is neither is left as a text."""
        said = text_of(value)
        if _DATE_TIME.fullmatch(said):
            self.say(node, predicate, Literal(said, datatype=XSD.dateTime))
        elif _DATE.fullmatch(said):
            self.say(node, predicate, Literal(said, datatype=XSD.date))
        elif said:
            self.say(node, predicate, Literal(said))

    def link(self, node: Node, predicate: NamedNode, value: Any) -> None:
        """An address; what cannot be one is kept as a text, for the shapes to refuse."""
        said = text_of(value)
        if not said:
            return
        address = address_of(said)
        self.say(node, predicate, Literal(said) if address is None else address)

    def size(self, node: Node, value: Any) -> None:
        said = text_of(value)
        if said.removesuffix(".0").isdigit():
            self.say(node, DCAT.byteSize, Literal(said.removesuffix(".0"), datatype=XSD.nonNegativeInteger))
        elif said:
            self.say(node, DCAT.byteSize, Literal(said))

    def media_type(self, node: Node, value: Any) -> None:
        said = text_of(value).lower()
        if _MEDIA_TYPE.fullmatch(said):
            self.say(node, DCAT.mediaType, NamedNode(_MEDIA_TYPES + said))

    def format(self, node: Node, value: Any) -> None:
        """A format of the EU's list of file types; another one as a thing of that name."""
        said = text_of(value)
        code = said.upper().removeprefix(".")
        if code in _FILE_TYPES.split():
            self.say(node, DCTERMS.format, NamedNode(_FILE_TYPE + code))
        elif said:
            other = BlankNode()
            self.say(node, DCTERMS.format, other)
            self.typed(other, DCTERMS.MediaTypeOrExtent)
            self.text(other, RDFS.label, said)

    def checksum(self, node: Node, algorithm: Any, value: Any) -> None:
        """A checksum by a known algorithm; one by another says nothing that can be checked."""
        known, digits = _ALGORITHMS.get(text_of(algorithm).lower()), text_of(value)
        if known is None or not digits:
            return
        checksum = BlankNode()
        self.say(node, SPDX.checksum, checksum)
        self.typed(checksum, SPDX.Checksum)
        self.say(checksum, SPDX.algorithm, known)
        datatype = XSD.hexBinary if _HEXADECIMAL.fullmatch(digits) else XSD.string
        self.say(checksum, SPDX.checksumValue, Literal(digits.lower(), datatype=datatype))

    def publisher(self, node: Node, agent: Node, name: Any, numbers: Iterable[Any], page: Any = None) -> None:
        if not text_of(name):
            return
        self.say(node, DCTERMS.publisher, agent)
        self.typed(agent, FOAF.Agent)
        self.text(agent, FOAF.name, name)
        for number in numbers:
            self.text(agent, DCTERMS.identifier, number)
        self.link(agent, FOAF.homepage, page)

    def contact(self, node: Node, name: Any, email: Any) -> None:
        address = text_of(email)
        if not _EMAIL.fullmatch(address):
            return
        contact = BlankNode()
        self.say(node, DCAT.contactPoint, contact)
        self.typed(contact, VCARD.Kind)
        self.text(contact, VCARD.fn, name or address)
        self.say(contact, VCARD.hasEmail, NamedNode(f"mailto:{quote(address, safe='@!#$&*+-=?^_{|}~.')}"))

    def period(self, node: Node, start: Any, end: Any) -> None:
        if not (text_of(start) or text_of(end)):
            return
        period = BlankNode()
        self.say(node, DCTERMS.temporal, period)
        self.typed(period, DCTERMS.PeriodOfTime)
        self.moment(period, DCAT.startDate, start)
        self.moment(period, DCAT.endDate, end)

    def origin(self, node: Node, identifier: Any, origin: Any) -> None:
        """That the record comes from another catalogue, which the portal names."""
        address = address_of(text_of(origin))
        if address is None:
            return
        sheet = BlankNode()
        self.typed(sheet, DCAT.CatalogRecord)
        self.say(sheet, FOAF.primaryTopic, node)
        self.say(sheet, PROV.hadPrimarySource, address)
        self.text(sheet, DCTERMS.identifier, identifier)


def text_of(value: Any) -> str:
    """A value of JSON as a text without blanks around it; empty for null, lists and objects."""
    if isinstance(value, str):
        return value.strip().replace("\x00", "")
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else ""


def address_of(text: str) -> NamedNode | None:
    """An absolute address as an IRI, its blanks and other stray characters encoded; None for what is none."""
    try:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https", "ftp") or not parts.hostname:
            return None
        return NamedNode(quote(text, safe=_IN_ADDRESSES))
    except ValueError:
        return None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; empty for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
