"""The manifest beside each version: when it was made, from what, and what it holds."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from ..ontology.errors import StoreError, Where
from ..ontology.text import Text
from .durability import write_file
from .model import DatasetVersion


def write_manifest(version: DatasetVersion, path: Path) -> None:
    """Write a version's manifest."""
    facts = {
        "number": version.number,
        "created": version.created.isoformat(timespec="milliseconds"),
        "quads": version.quads,
        "graphs": dict(sorted(version.graphs.items())),
        "inputs": dict(sorted(version.inputs.items())),
        "note": version.note,
    }
    write_file(path, json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def read_manifest(path: Path) -> DatasetVersion:
    """The version in a folder, from the manifest beside it; StoreError when that is missing or damaged."""
    manifest = path.with_suffix(".json")
    try:
        facts = json.loads(manifest.read_text("utf-8"))
        return DatasetVersion(
            number=int(facts["number"]),
            created=datetime.fromisoformat(facts["created"]),
            quads=int(facts["quads"]),
            graphs={str(graph): int(count) for graph, count in facts["graphs"].items()},
            path=path,
            inputs={str(source): str(digest) for source, digest in facts["inputs"].items()},
            note=str(facts["note"]),
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise StoreError(
            Text(
                f"Le manifeste de la version {path.name} est illisible : {error}.",
                f"The manifest of version {path.name} cannot be read: {error}.",
            ),
            Text(
                "Revenez à une autre version avec « digiterr rollback », ou reconstruisez.",
                "Go back to another version with `digiterr rollback`, or build again.",
            ),
            Where(file=str(manifest)),
        ) from error
