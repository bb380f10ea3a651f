"""Writes `names.py` from the Turtle of the ontology: `python -m digiterr.ontology.names_writer`."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import Final

from rdflib import OWL, QB, RDF, SKOS, Graph

from .iris import CONCEPT, TERM
from .modules import OPTIONAL_MODULES, read_ontology
from .vocabularies import VOCABULARIES

HEADER: Final = '''\
# ruff: noqa: N801, N815
# fmt: off
"""The terms of the ontology, and of the vocabularies beside it, as names that a type checker knows.

Written by `python -m digiterr.ontology.names_writer`; a test compares it with the Turtle. Do not edit it.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode
'''

_TERM_KINDS: Final = (
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    SKOS.Concept,
    SKOS.ConceptScheme,
    QB.DataStructureDefinition,
)


def python_name(local_name: str) -> str:
    """A local name as an attribute: hyphens become underscores, keywords and leading digits are marked."""
    name = re.sub(r"\W", "_", local_name)
    return f"{name}_" if keyword.iskeyword(name) else f"_{name}" if name[0].isdigit() else name


def local_names(graph: Graph, namespace: str) -> list[str]:
    """The local names of the terms that the ontology itself declares in a namespace, sorted."""
    declared = {subject for kind in _TERM_KINDS for subject in graph.subjects(RDF.type, kind)}
    return sorted(str(term)[len(namespace) :] for term in declared if str(term).startswith(namespace))


def class_text(name: str, docstring: str, namespace: str, terms: list[str]) -> str:
    """One class of the file, with a name for each term."""
    lines = [f"class {name}:", f'    """{docstring}"""', "", f'    NAMESPACE: Final = "{namespace}"']
    lines += [f'    {python_name(term)}: Final = NamedNode("{namespace}{term}")' for term in terms]
    return "\n".join(lines) + "\n"


def names_text() -> str:
    """The whole text of `names.py`."""
    graph = read_ontology(optional=OPTIONAL_MODULES)
    parts = [HEADER]
    parts.append(class_text("DT", "Terms of the ontology (`dt:`).", TERM, local_names(graph, TERM)))
    parts.append(
        class_text("DTV", "Concepts and concept schemes (`dtv:`).", CONCEPT, local_names(graph, CONCEPT))
    )
    parts += [
        class_text(
            vocabulary.prefix.upper(),
            f"Terms in use of <{vocabulary.namespace}>.",
            vocabulary.namespace,
            list(vocabulary.terms),
        )
        for vocabulary in VOCABULARIES
    ]
    return "\n\n".join(parts)


def main() -> None:
    Path(__file__).with_name("names.py").write_text(names_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
