"""Where a remote engine is, and by what right it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """Addresses of the protocols' endpoints; an engine without `update` or `graph_store` is read-only there.

    `profile` names what is particular to the engine (`profiles.py`); None: recognised from its answers.
    `timeout` in seconds, for the whole of an answer; `write_timeout`, for a write. `validated`:
    beginnings of names of graphs that only a build may write, since a remote engine cannot take a write back
    once it is judged. `folder`: where the processes of one service tell each other of their writes.
    """

    query: str
    update: str | None = None
    graph_store: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authentication: Literal["basic", "digest"] = "basic"
    profile: str | None = None
    timeout: float = 30.0
    write_timeout: float = 600.0
    validated: tuple[str, ...] = ("https://w3id.org/digiterr/graph/",)
    folder: Path | None = None
