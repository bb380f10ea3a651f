"""The limits and sizes of the service."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Times in seconds, sizes in bytes.

    `memory_workers` answer from memory, at most `disk_workers` beside them from the disk. A query may take
    `timeout`, wait in the queue for `queue_wait` behind at most `queue_length` others, and use `memory`
    beyond what its worker held before it. A dataset of more than `memory_quads` stays on disk.
    `validated` are the beginnings of the names of graphs whose writes must satisfy the shapes.
    `services` are the endpoints that SERVICE and LOAD may call, none by default.
    """

    data_dir: Path
    memory_workers: int = os.cpu_count() or 2
    disk_workers: int = 8
    timeout: float = 30.0
    memory: int = 1 << 30
    queue_length: int = 64
    queue_wait: float = 10.0
    memory_quads: int = 6_000_000
    write_timeout: float = 120.0
    keep_versions: int = 5
    validated: tuple[str, ...] = ("https://w3id.org/digiterr/graph/",)
    services: tuple[str, ...] = ()
    service_timeout: float = 10.0
    service_bytes: int = 10 << 20

    def to_json(self) -> str:
        """These settings for the command line of the process that they rule."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The settings that `to_json` wrote."""
        facts = json.loads(text)
        for name in ("validated", "services"):
            facts[name] = tuple(facts[name])
        return cls(**{**facts, "data_dir": Path(facts["data_dir"])})
