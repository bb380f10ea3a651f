"""One page of a catalogue, whatever its form: what it states, and what it says of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from pyoxigraph import Triple

from .json_stream import JsonDocument
from .statements import Statements, mapping

MOST_RECORDS: Final = 1_000
"""Of one part: what is held in memory of a long page."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page as triples, or a part of a long one, of which the last has what is said of the whole.

    `next`: the address of the page after it. `earliest` and `latest`: when its records were changed, as the
    portal writes it; `catalogue`: the names by which the catalogue calls itself."""

    triples: Sequence[Triple]
    next: str | None = None
    total: int | None = None
    earliest: str | None = None
    latest: str | None = None
    catalogue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JsonForm:
    """How a kind of portal lists its records in JSON: where they and their number are in the document; the
    site of a list, by its first record and its address; what a record says, and when it changed; the address
    of the page after one of so many records."""

    records: str
    total: str
    site: Callable[[dict[str, Any], str], str]
    describe: Callable[[Statements, dict[str, Any], str], None]
    changed: Callable[[dict[str, Any]], str]
    following: Callable[[JsonDocument, str, int], str | None]


def read_parts(document: JsonDocument, form: JsonForm, address: str) -> Iterator[Listing]:
    """The parts of a page, at least one. InputError for what is not JSON, once it is met."""
    found = document.first(form.total)
    total = found if isinstance(found, int) and not isinstance(found, bool) else None
    read, site = 0, None
    for records in document.batches(form.records, MOST_RECORDS):
        read += len(records)
        objects = [mapping(record) for record in records if isinstance(record, dict)]
        if site is None:
            site = form.site(objects[0] if objects else {}, address)
        statements = Statements()
        for record in objects:
            form.describe(statements, record, site)
        changed = sorted(filter(None, map(form.changed, objects)))
        yield Listing(
            triples=statements.triples,
            next=form.following(document, address, read) if len(records) < MOST_RECORDS else None,
            total=total,
            earliest=changed[0] if changed else None,
            latest=changed[-1] if changed else None,
            catalogue=(site,) if site else (),
        )


def asking(address: str, path: str, unless_asked: Mapping[str, str], asked: Mapping[str, str]) -> str:
    """An address of the same site with another path; what it asks for already stays, but for `asked`."""
    parts = urlsplit(address)
    before = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode({**unless_asked, **before, **asked}), ""))
