"""What the licences of sources and datasets are called; their addresses say nothing to most readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..ontology.text import Text

LICENCES: Final[Mapping[str, Text]] = {
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence": Text("Licence Ouverte", "Licence Ouverte"),
    "http://opendatacommons.org/licenses/odbl/1.0/": Text("ODbL 1.0", "ODbL 1.0"),
    "http://opendatacommons.org/licenses/by/1.0/": Text("ODC-BY 1.0", "ODC-BY 1.0"),
    "http://opendatacommons.org/licenses/pddl/1.0/": Text(
        "PDDL 1.0 (domaine public)", "PDDL 1.0 (public domain)"
    ),
    "https://creativecommons.org/licenses/by/4.0/": Text("CC BY 4.0", "CC BY 4.0"),
    "https://creativecommons.org/licenses/by-sa/4.0/": Text("CC BY-SA 4.0", "CC BY-SA 4.0"),
    "https://creativecommons.org/publicdomain/zero/1.0/": Text(
        "CC0 1.0 (domaine public)", "CC0 1.0 (public domain)"
    ),
}
