"""Write the compact copy of the map of France kept in `data/`, the same bytes from the same package.

npm pack @etalab/decoupage-administratif@6.0.0
python -m digiterr.loaders.geography.compact etalab-decoupage-administratif-6.0.0.tgz
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path

from .tables import COMPACT, PACKAGE, TABLES, Row, Tables, open_tables


def compress(rows: list[Row], columns: list[str]) -> bytes:
    """The rows as gzipped TSV without time or file name, so that equal tables give equal bytes."""
    text = io.StringIO()
    text.write("\t".join(columns) + "\n")
    for row in rows:
        values = [row.columns[column] for column in columns]
        if any("\t" in value or "\n" in value for value in values):
            raise ValueError(f"{row.file}, record {row.rank}: a value holds a tab or a line break")
        text.write("\t".join(values) + "\n")
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def write_compact(package: Tables, folder: Path) -> None:
    """Write each table and the provenance of the copy to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, dict[str, int | str]] = {}
    for table, columns in TABLES.items():
        rows = list(package.rows(table))
        content = compress(rows, list(columns))
        (folder / f"{table}.tsv.gz").write_bytes(content)
        written[f"{table}.tsv.gz"] = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
    provenance: dict[str, object] = {
        "package": PACKAGE,
        "version": package.version,
        "integrity": integrity(package.path),
        "licences": {
            "code of the package": "MIT",
            "data": "Licence Ouverte 2.0, https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        },
        "sources": {
            "Code officiel géographique": "Insee, https://www.insee.fr/fr/information/2560452",
            "Populations": "Insee, https://www.insee.fr/fr/statistiques/8680726",
            "EPCI à fiscalité propre": "DGCL, https://www.collectivites-locales.gouv.fr/",
            "EPT": "Insee, https://www.insee.fr/fr/information/2510634",
        },
        "made with": "python -m digiterr.loaders.geography.compact PACKAGE.tgz",
        "left out": "postal codes, ranks of seats, districts, populations of members inside their groupings",
        "files": written,
    }
    text = json.dumps(provenance, ensure_ascii=False, indent=2) + "\n"
    (folder / "provenance.json").write_text(text, encoding="utf-8")


def integrity(path: Path) -> str | None:
    """The registry's integrity string of a package archive; None for an unpacked folder."""
    if path.is_dir():
        return None
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_compact(open_tables(Path(sys.argv[1])), COMPACT)
