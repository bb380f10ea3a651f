"""Downloads a source's file from its publisher's address: bounded, resumed, checked, then put in place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Final

from ...ontology.errors import ServiceError, ViolationsError, Where
from ...ontology.text import Text
from ...store.web import AddressRefusedError, UnreachableError, named_or_public, request
from ..model import Progress
from .description import SourceFile

CHUNK: Final = 1 << 16
TIMEOUT: Final = 30.0  # seconds without a byte


def fetch(file: SourceFile, target: Path) -> Iterator[Progress]:
    """Downloads `file` to `target`, giving progress in bytes; what a stopped download left is taken up again.

    Raises ServiceError when the address is not declared or does not answer, ViolationsError when the content
    is larger than declared or its SHA-256 differs: the file in place is then as it was.
    """
    if file.url is None or not file.url.startswith(("https://", "http://")):
        raise ServiceError(
            Text(
                fr=f"l’adresse de « {file.name} » n’est pas déclarée.",
                en=f"the address of “{file.name}” is not declared.",
            ),
            Text(
                fr=f"Téléchargez le fichier depuis la page de son éditeur et posez-le en {file.path}, "
                "dans le dossier donné par --data.",
                en=f"Download it from its publisher's page to {file.path}, in the folder of --data.",
            ),
        )
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    done = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "DigiTerr"} | ({"Range": f"bytes={done}-"} if done else {})
    try:
        _, answer = request(file.url, named_or_public(file.url), TIMEOUT, headers)
        with answer:
            if answer.status == 416:  # the part is already whole
                total = done
            elif answer.status in (200, 206):
                resumed = answer.status == 206
                done = done if resumed else 0
                length = answer.headers.get("Content-Length")
                total = done + int(length) if length else None
                with part.open("ab" if resumed else "wb") as out:
                    while chunk := answer.read(CHUNK):
                        out.write(chunk)
                        done += len(chunk)
                        if done > file.max_bytes:
                            break
                        yield Progress(file.name, done, total)
            else:
                raise _unreachable(file, f"HTTP {answer.status}")
    except (OSError, HTTPException, UnreachableError, AddressRefusedError) as error:
        raise _unreachable(file, str(error)) from error
    if total is not None and done < min(total, file.max_bytes):
        raise _unreachable(file, f"{done} / {total}")
    if done > file.max_bytes:
        part.unlink()
        raise ViolationsError(
            Text(
                fr=f"« {file.name} » dépasse {file.max_bytes:,} octets.".replace(",", " "),
                en=f"“{file.name}” is larger than {file.max_bytes:,} bytes.",
            ),
            Text(
                fr="Relevez max_bytes dans source.yml si c’est voulu.",
                en="Raise max_bytes in source.yml if that is meant.",
            ),
        )
    with part.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if file.sha256 is not None and digest != file.sha256:
        part.unlink()
        raise ViolationsError(
            Text(
                fr=f"« {file.name} » n’est pas le fichier déclaré (SHA-256 {digest}).",
                en=f"“{file.name}” is not the file that was declared (SHA-256 {digest}).",
            ),
            Text(
                fr="L’éditeur a sans doute publié une autre édition : vérifiez-la, puis déclarez sa somme.",
                en="Its publisher has probably put out another edition: check it, then declare its sum.",
            ),
            Where(file=str(target)),
        )
    part.replace(target)


def _unreachable(file: SourceFile, reason: str) -> ServiceError:
    return ServiceError(
        Text(fr=f"{file.url} ne répond pas : {reason}.", en=f"{file.url} does not answer: {reason}."),
        Text(
            fr="Recommencez plus tard : ce qui est déjà reçu est gardé.",
            en="Try again later: what has come is kept.",
        ),
    )
