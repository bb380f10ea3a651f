"""The themes under which the stored queries are listed, in the order of the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..ontology.text import Text

THEMES: Final[Mapping[str, Text]] = {
    "cases": Text("Les cas et la recherche", "The cases and the study"),
    "projects": Text("Les projets des cas et leurs porteurs", "The cases’ projects and their owners"),
    "context": Text("Le contexte et les notions", "Context and notions"),
    "value": Text("La valeur publique et les politiques", "Public value and policies"),
    "governance": Text("La gouvernance et le leadership", "Governance and leadership"),
    "co-creation": Text("La co-création et les recommandations", "Co-creation and recommendations"),
    "territories": Text("Les territoires de France", "The territories of France"),
    "populations": Text("Les populations et les tailles", "Populations and sizes"),
    "powers": Text("Les compétences numériques", "Digital powers"),
    "open-data": Text("Les données ouvertes", "Open data"),
    "programmes": Text("Les labels, les programmes et l’engagement", "Labels, programmes and engagement"),
    "comparison": Text("Un cas parmi les territoires de France", "A case among the territories of France"),
    "sources": Text("Les sources et les énoncés", "Sources and statements"),
}
