"""What two descriptions of one dataset have in common: its IRI, identifier, or addresses of files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

# An identifier that means the same thing wherever it stands: an address, a UUID, a DOI, a udata number.
_UNIVERSAL: Final = re.compile(
    r"https?://\S+|(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:doi:)?10\.\d{4,9}/\S+|[0-9a-f]{24}",
    re.IGNORECASE,
)


def likenesses(iri: str, identifiers: Iterable[str], files: Iterable[str]) -> Iterator[str]:
    """Keys that a duplicate shares: `files` are the addresses of the distributions, all of them.

    A number that only its own portal understands is no key; two datasets with some files in common are two.
    """
    yield f"iri {iri}"
    for identifier in sorted(set(identifiers)):
        if _UNIVERSAL.fullmatch(identifier):
            yield f"id {identifier.lower().removeprefix('urn:uuid:').removeprefix('doi:')}"
    if addresses := sorted(set(files)):
        yield f"files {hashlib.sha256(' '.join(addresses).encode()).hexdigest()}"
