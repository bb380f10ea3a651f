"""What passes between the steps of a harvest: portals, pages of records, and the account of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from ...ontology.text import Text

Kind = Literal["auto", "dcat", "ckan", "udata"]
KINDS: Final[tuple[Kind, ...]] = ("auto", "dcat", "ckan", "udata")
Standing = Literal["taken", "duplicate", "own", "refused"]
"""What became of a record: taken, known already from another portal, ours from the beginning, refused."""

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Portal:
    """A catalogue to be harvested. `name` makes its graph's name; `address` is a URL or the path of a file;
    `every`, in seconds, how often a running service harvests it (None: only when told)."""

    name: str
    address: str
    kind: Kind = "auto"
    every: float | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(self.name)

    @property
    def is_remote(self) -> bool:
        return self.address.startswith(("http://", "https://"))


def name_for(address: str) -> str:
    """A name for a portal that was given none, from its host, or from its file's name."""
    parts = urlsplit(address)
    text = parts.hostname if parts.scheme in ("http", "https") and parts.hostname else ""
    if text and parts.port:
        text += f"-{parts.port}"
    text = text or address.rstrip("/").rpartition("/")[2].partition(".")[0]
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().removeprefix("www."))) or "catalogue"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a record, in the portal's words: `node` is their IRI, `content` what the portal says of
    them, as lines of N-Triples; `ours`: the IRI of this graph by which the portal names them, if it does."""

    name: str
    siren: str | None
    node: str
    content: tuple[str, ...] = ()
    ours: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One dataset, series or service as a portal describes it, judged and ready to be written.

    `key` tells it from the others of its portal: its IRI there, or its identifier. `content`: its description
    as lines of N-Triples, without its publisher. `origin`: the catalogue that it comes from in the first
    place, when that is another one. `likeness`: what a duplicate of it elsewhere would have in common.
    """

    key: str
    identifier: str
    iri: str
    title: str
    content: tuple[str, ...] = ()
    publisher: Publisher | None = None
    origin: str | None = None
    likeness: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was set aside, in the words of its publisher: their field, their value, their title.

    `key` as in Record. `where`: the page that it stood on. `reason` is a stable kebab-case code.
    """

    key: str
    title: str
    where: str
    field: str
    reason: str
    message: Text
    hint: Text
    value: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of one page, or of a part of a long one (`more`: other parts follow).

    `next`: the address of the page after it; `total`: records of the catalogue, when it says so; `latest`:
    when the last of its records was changed, as it writes it; `catalogue`: the names by which the catalogue
    calls itself; `notes`: what was odd about it, without harm.
    """

    kind: Kind = "auto"
    records: tuple[Record, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    next: str | None = None
    total: int | None = None
    latest: str | None = None
    earliest: str | None = None
    catalogue: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What a harvest did: records by what became of them, and pages that were read or had not changed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0  # of those that are published, duplicates included
    withdrawn: int = 0
    refused: int = 0
    duplicates: int = 0
    own: int = 0
    pages: int = 0
    unchanged_pages: int = 0
    linked: int = 0  # records whose publisher was recognised

    @property
    def published(self) -> int:
        """The records that the graph has of the portal."""
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class Run:
    """One harvest of one portal. `version`: the one that it published, None when it changed nothing.

    `error`: why it failed, with what to do; nothing was changed then.
    """

    portal: str
    address: str
    started: datetime
    seconds: float
    tally: Tally = field(default_factory=Tally)
    version: int | None = None
    error: Text | None = None
    notes: tuple[Text, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)  # refusals by reason
