"""What is made after a version is published, and asked for before it is there."""

from __future__ import annotations

from typing import Final

from ...ontology.errors import StoreError
from ...ontology.text import Text

_RETRY_AFTER: Final = 10  # seconds


class BeingPreparedError(StoreError):
    """Something of the version in force is still being made (HTTP 503 with Retry-After)."""

    code = "being-prepared"
    retry_after = _RETRY_AFTER

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Une version vient de paraître ; ceci en est encore à se préparer.",
                "A version was just published; this is still being prepared.",
            ),
            Text(f"Réessayez dans {_RETRY_AFTER} s.", f"Try again in {_RETRY_AFTER} s."),
        )
