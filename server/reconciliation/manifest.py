"""What the service says of itself to clients, in both versions of the API."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from ...ontology.text import Language, Text
from .queries import LARGEST_BATCH
from .vocabulary import DEFAULT_TYPES, IDENTIFIER_SPACE, SCHEMA_SPACE

_NAME = Text("DigiTerr : territoires et notions", "DigiTerr: territories and notions")
_WIDTH, _HEIGHT = 400, 160  # pixels of a preview


def manifest(base: str, language: Language) -> dict[str, Any]:
    """Version 0.2, section 3. `base`: the public address of the service, without its final slash."""
    here = f"/reconcile/{language}"

    def suggested(kind: str) -> dict[str, str]:
        return {
            "service_url": base,
            "service_path": f"{here}/suggest/{kind}",
            "flyout_service_url": base,
            "flyout_service_path": f"{here}/flyout?id=${{id}}",
        }

    return {
        "versions": ["0.2"],
        **_common(base, language),
        "identifierSpace": IDENTIFIER_SPACE,
        "schemaSpace": SCHEMA_SPACE,
        "view": {"url": f"{base}{here}/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{base}{here}/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {kind: suggested(kind) for kind in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": f"{here}/extend/propose"},
            "property_settings": [],
        },
    }


def manifest_of_draft(base: str, language: Language) -> dict[str, Any]:
    """Version 1.0, as its draft stands: paths below the address of the manifest are fixed by it."""
    return {
        "versions": ["1.0-draft"],
        **_common(base, language),
        "identifierSpace": IDENTIFIER_SPACE,
        "schemaSpace": SCHEMA_SPACE,
        "standardizedScore": True,
        "view": {"url": f"{base}/reconcile/{language}/view{{?id}}"},
        "preview": {"width": _WIDTH, "height": _HEIGHT},
        "suggest": {"entity": True, "type": True, "property": True},
        "extend": {"proposeProperties": True, "propertySettings": []},
    }


def _common(base: str, language: Language) -> dict[str, Any]:
    return {
        "name": _NAME.in_language(language),
        "documentation": f"{base}/reconcile/documentation?lang={language}",
        "logo": f"{base}/static/logo.svg",
        "serviceVersion": version("digiterr"),
        "batchSize": LARGEST_BATCH,
        "defaultTypes": [{"id": one.id, "name": one.name.in_language(language)} for one in DEFAULT_TYPES],
    }
