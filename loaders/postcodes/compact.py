"""Writes the table of this folder from an edition of the map: same package, same bytes.

npm pack @etalab/decoupage-administratif@6.0.0
python -m digiterr.loaders.postcodes.compact etalab-decoupage-administratif-6.0.0.tgz
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..geography.compact import integrity
from ..geography.tables import PACKAGE

HERE: Final = Path(__file__).parent


def pairs(archive: Path) -> Iterator[tuple[str, str]]:
    """INSEE code and postcode of each present commune, in the order of the codes."""
    with tarfile.open(archive) as package:
        member = package.extractfile("package/data/communes.json")
        if member is None:
            raise ValueError(f"{archive} has no communes.json")
        communes = json.load(member)
    for commune in sorted(communes, key=lambda one: one["code"]):
        if commune["type"] == "commune-actuelle":
            for postcode in sorted(set(commune.get("codesPostaux", ()))):
                yield commune["code"], postcode


def write_compact(archive: Path, folder: Path) -> int:
    """Write the table and its provenance; the number of its rows."""
    rows = list(pairs(archive))
    text = "insee\tpostcode\n" + "".join(f"{insee}\t{postcode}\n" for insee, postcode in rows)
    (folder / "postcodes.tsv.gz").write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    with tarfile.open(archive) as package:
        member = package.extractfile("package/package.json")
        version = json.load(member)["version"] if member else None
    provenance = {
        "package": PACKAGE,
        "version": version,
        "integrity": integrity(archive),
        "licences": {
            "code of the package": "MIT",
            "data": "Licence Ouverte 2.0, https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        },
        "sources": {"Base officielle des codes postaux": "La Poste, https://datanova.laposte.fr/"},
        "made with": "python -m digiterr.loaders.postcodes.compact PACKAGE.tgz",
        "rows": len(rows),
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(write_compact(Path(sys.argv[1]), HERE))  # noqa: T201
