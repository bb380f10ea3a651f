"""Values of the EU's authority tables, with the names of those that are concepts: the profile asks for them.

https://op.europa.eu/en/web/eu-vocabularies/authority-tables
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pyoxigraph import NamedNode

from ...ontology.text import Text

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
IANA: Final = "http://www.iana.org/assignments/media-types/"
PROFILE: Final = NamedNode("http://data.europa.eu/r5r/")  # DCAT-AP


def authority(path: str) -> NamedNode:
    """A value of a table: `licence/CC_BY_4_0`."""
    return NamedNode(AUTHORITY + path)


FRENCH: Final = authority("language/FRA")
ENGLISH: Final = authority("language/ENG")
FRANCE: Final = authority("country/FRA")
PUBLIC: Final = authority("access-right/PUBLIC")
COMPLETED: Final = authority("dataset-status/COMPLETED")
WITHDRAWN: Final = authority("dataset-status/WITHDRAWN")
GOVERNMENT: Final = authority("data-theme/GOVE")
REGIONS: Final = authority("data-theme/REGI")
THEMES: Final = authority("data-theme")

NAMES: Final[Mapping[NamedNode, Text]] = {
    COMPLETED: Text("achevé", "completed"),
    WITHDRAWN: Text("retiré", "withdrawn"),
    THEMES: Text("Thèmes de données", "Data themes"),
    GOVERNMENT: Text("Gouvernement et secteur public", "Government and public sector"),
    REGIONS: Text("Régions et villes", "Regions and cities"),
    authority("data-theme/AGRI"): Text(
        "Agriculture, pêche, sylviculture et alimentation", "Agriculture, fisheries, forestry and food"
    ),
    authority("data-theme/ECON"): Text("Économie et finances", "Economy and finance"),
    authority("data-theme/EDUC"): Text("Éducation, culture et sport", "Education, culture and sport"),
    authority("data-theme/ENER"): Text("Énergie", "Energy"),
    authority("data-theme/ENVI"): Text("Environnement", "Environment"),
    authority("data-theme/HEAL"): Text("Santé", "Health"),
    authority("data-theme/INTR"): Text("Questions internationales", "International issues"),
    authority("data-theme/JUST"): Text(
        "Justice, système juridique et sécurité publique", "Justice, legal system and public safety"
    ),
    authority("data-theme/SOCI"): Text("Population et société", "Population and society"),
    authority("data-theme/TECH"): Text("Science et technologie", "Science and technology"),
    authority("data-theme/TRAN"): Text("Transports", "Transport"),
}
# Licences by the address that sources give -> the EU's. The Licence Ouverte keeps Etalab's own address.
LICENCES: Final[Mapping[str, NamedNode]] = {
    "https://creativecommons.org/licenses/by/4.0/": authority("licence/CC_BY_4_0"),
    "https://creativecommons.org/licenses/by-sa/4.0/": authority("licence/CC_BYSA_4_0"),
    "https://creativecommons.org/publicdomain/zero/1.0/": authority("licence/CC0"),
    "http://opendatacommons.org/licenses/by/1.0/": authority("licence/ODC_BY"),
    "http://opendatacommons.org/licenses/odbl/1.0/": authority("licence/ODC_BL"),
    "http://opendatacommons.org/licenses/pddl/1.0/": authority("licence/ODC_PDDL"),
}
# Media type -> the EU's file type.
FILE_TYPES: Final[Mapping[str, str]] = {
    "text/turtle": "RDF_TURTLE",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/n-quads": "RDF_N_QUADS",
    "application/ld+json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "text/csv": "CSV",
    "application/vnd.apache.parquet": "PARQUET",
}


def licence(address: NamedNode) -> NamedNode:
    """A licence as the EU names it; its own address where the table has none that is surely the same."""
    return LICENCES.get(address.value, address)


def media_type(name: str) -> NamedNode:
    """A media type as IANA's registry names it."""
    return NamedNode(IANA + name)


def file_type(name: str) -> NamedNode | None:
    """The EU's file type of a media type; None where it has none."""
    return authority(f"file-type/{FILE_TYPES[name]}") if name in FILE_TYPES else None
