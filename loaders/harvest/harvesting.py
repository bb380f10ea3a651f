"""One harvest of one portal: its records compared with what the graph has of it, the difference published.

All or nothing: whatever goes wrong before the end leaves the graph as it was. A record that is refused leaves
what was published of it as it was.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from pyoxigraph import Literal, NamedNode, Store, Triple

from ...ontology.errors import DigiTerrError, ServiceError, Where
from ...ontology.names import DC, DCTERMS
from ...ontology.text import Text
from ...store.versions import Versions
from ..model import Progress
from .elsewhere import Elsewhere
from .model import Page, Portal, Publisher, Record, Refusal, Run, Tally
from .publication import Publication, Sheet, graph_of, is_described, publish, published_digest
from .reader import PageReader
from .state import KnownPage, KnownRecord, PortalFolder, State
from .visits import Manners
from .walking import Step, Walk

WHOLE_EVERY: Final = timedelta(days=7)
"""A portal that lists its last changes first is read whole this often, for what such a list does not show."""

_FEW: Final = 10
_NOTES: Final = 20
_ADDRESSES: Final = ("http://", "https://", "urn:")

# The body of the graph that a publisher is, when that is sure.
BodyOf = Callable[[Publisher], NamedNode | None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to harvest. `own`: addresses of this instance, whose records it does not take back. `whole`: read
    everything again. `withdraw`: believe a portal from which most records are gone. `keep`: versions kept."""

    own: Collection[str] = ()
    whole: bool = False
    withdraw: bool = False
    keep: int = 5
    manners: Manners = field(default_factory=Manners)


def harvest(
    portal: Portal,
    data_dir: Path,
    body_of: BodyOf,
    options: Options,
    told: Callable[[Progress], None] = lambda _progress: None,
    reader: PageReader | None = None,
) -> Run:
    """Bring the graph of a portal up to date, and account for it. The account says why, when it failed.

    `reader`: one that serves several harvests. StoreError when the data folder cannot be written or another
    harvest of the portal is at work.
    """
    folder = PortalFolder(data_dir, portal.name)
    started, clock = datetime.now(UTC), time.perf_counter()
    versions = Versions(data_dir)
    versions.prepare()
    with folder.locked():
        work = Path(tempfile.mkdtemp(prefix=f"harvest-{portal.name}-", dir=data_dir / "staging"))
        try:
            with nullcontext(reader) if reader else PageReader() as reading:
                run = _Harvest(portal, versions, folder, work, reading, body_of, options, told).run(started)
        except DigiTerrError as error:
            said = Text(error.sentence("fr"), error.sentence("en"))
            seconds = time.perf_counter() - clock
            folder.enter(Run(portal.name, portal.address, started, seconds, error=said))
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
        run = replace(run, seconds=time.perf_counter() - clock)
        folder.enter(run)
    if run.version is not None:
        versions.prune(options.keep)
    return run


class _Harvest:
    def __init__(
        self,
        portal: Portal,
        versions: Versions,
        folder: PortalFolder,
        work: Path,
        reader: PageReader,
        body_of: BodyOf,
        options: Options,
        told: Callable[[Progress], None],
    ) -> None:
        self.portal = portal
        self.versions = versions
        self.folder = folder
        self.body_of = body_of
        self.options = options
        self.told = told
        number = versions.current_number()
        self.store = None if number is None else Store.read_only(str(versions.get(number).path))
        self.known = self._known()
        self.walk = Walk(portal, State() if options.whole else self.known, reader, work, options.manners)
        self.content = work / "content.nt"
        self.elsewhere: Elsewhere | None = None
        self.bodies: dict[Publisher, NamedNode | None] = {}
        # What this harvest finds.
        self.records: dict[str, KnownRecord] = {}
        self.refusals: dict[str, Refusal] = {}
        self.pages: dict[str, KnownPage] = {}
        self.sheets: list[Sheet] = []
        self.outdated: dict[str, str] = {}
        self.catalogue: tuple[str, ...] = ()
        self.total: int | None = None
        self.latest: str | None = self.known.latest
        self.counts: Counter[str] = Counter()
        self.settled: set[str] = set()
        self.notes: dict[str, Text] = {}

    def _known(self) -> State:
        """What was kept of the portal, if that is what the graph holds of it."""
        state = self.folder.read() or State()
        digest = published_digest(self.store, self.portal.name) if self.store is not None else None
        if state.digest != (digest or State().digest):
            return State(kind=state.kind, start=state.start)
        if self._lost_an_original(state):  # its duplicate stands in for it from now on
            return replace(state, pages={}, whole=None)
        return state

    def _lost_an_original(self, state: State) -> bool:
        topics = {one.topic for one in state.records.values() if one.standing == "duplicate"}
        return self.store is not None and any(not is_described(self.store, topic) for topic in topics)

    def run(self, started: datetime) -> Run:
        whole = self.options.whole or self.known.whole is None or started - self.known.whole > WHOLE_EVERY
        with self.content.open("w", encoding="utf-8") as content:
            if whole or not self._latest(content):
                self._start_again(content)
                self._everything(content)
                whole = True
        gone = self._gone() if whole else []
        state = State(
            kind=self.walk.kind,
            start=self.walk.start,
            total=self.total,
            latest=self.latest,
            whole=started if whole else self.known.whole,
            catalogue=self.catalogue or self.known.catalogue,
            pages=self.pages if whole else self.known.pages,
            records=self.records,
            refusals=self.refusals,
        )
        version = None
        if self.sheets or gone:
            publication = Publication(
                self.portal,
                state.catalogue,
                (*self.sheets, *gone),
                self.outdated,
                self.content,
                state.digest,
                datetime.now(UTC),
                anew=not self.known.records,
            )
            self.store = None
            version = publish(self.versions, publication).number
        self.folder.write(state)
        published = sum(one.is_published for one in self.records.values())
        return Run(
            portal=self.portal.name,
            address=self.portal.address,
            started=started,
            seconds=0.0,
            tally=Tally(
                added=self.counts["added"],
                changed=self.counts["changed"],
                unchanged=published - self.counts["added"] - self.counts["changed"],
                withdrawn=len(gone),
                refused=len(self.refusals),
                duplicates=sum(one.standing == "duplicate" for one in self.records.values()),
                own=sum(one.standing == "own" for one in self.records.values()),
                pages=self.counts["pages"],
                unchanged_pages=self.counts["unchanged_pages"],
                linked=sum(one.linked for one in self.records.values()),
            ),
            version=version,
            notes=tuple(self.notes.values())[:_NOTES],
            reasons=Counter(one.reason for one in self.refusals.values()),
        )

    def _latest(self, content: TextIO) -> bool:
        """Read what a portal lists as changed since the last time; whether that is all there is to know."""
        since = self.known.latest
        if since is None or self.known.total is None:
            return False
        self.records = dict(self.known.records)
        self.refusals = dict(self.known.refusals)
        for step in self.walk.latest_pages():
            page = step.page
            if page is None or page.total is None or page.earliest is None:
                return False
            self._take_page(step, content)
            if not page.more and (page.earliest < since or step.next is None):
                fresh = len(self.records.keys() - self.known.records.keys())
                return page.total == self.known.total + fresh
        return False

    def _start_again(self, content: TextIO) -> None:
        self.records, self.refusals, self.pages, self.sheets, self.outdated = {}, {}, {}, [], {}
        self.counts.clear()
        self.settled.clear()
        content.seek(0)
        content.truncate()

    def _everything(self, content: TextIO) -> None:
        for step in self.walk.all_pages():
            keys = self._keep_page(step) if step.page is None else self._take_page(step, content)
            parts = self.pages.get(step.address)
            keys = [*parts.keys, *keys] if parts else keys
            self.pages[step.address] = KnownPage(step.etag, step.modified, step.next, tuple(keys))

    def _keep_page(self, step: Step) -> list[str]:
        """A page that has not changed: its records are as they were."""
        keys = list(self.known.pages[step.address].keys)
        self.counts["pages"] += 1
        self.counts["unchanged_pages"] += 1
        for key in keys:
            if key in self.known.records and key not in self.records:
                self.records[key] = self.known.records[key]
            if key in self.known.refusals:
                self.refusals[key] = self.known.refusals[key]
        self._tell()
        return keys

    def _take_page(self, step: Step, content: TextIO) -> list[str]:
        page = step.page or Page()
        self.counts["pages"] += not page.more
        self.catalogue = self.catalogue or page.catalogue
        self.total = page.total if page.total is not None else self.total
        self.latest = max(filter(None, (self.latest, page.latest)), default=None)
        self.notes.update({note.en: note for note in page.notes})
        keys: list[str] = []
        for record in page.records:
            if not record.withdrawn:
                keys.append(record.key)
                self._take(record, page, content)
        for refusal in page.refusals:
            keys.append(refusal.key)
            self._refuse(refusal)
        self._tell()
        return keys

    def _tell(self) -> None:
        self.told(Progress(self.portal.name, len(self.records), self.total))

    def _refuse(self, refusal: Refusal) -> None:
        """What was published of a record that is now refused stays."""
        if refusal.key in self.settled:
            return
        self.settled.add(refusal.key)
        self.refusals[refusal.key] = refusal
        before = self.known.records.get(refusal.key)
        self.records[refusal.key] = before or KnownRecord("refused", "", "", refusal.title)

    def _take(self, record: Record, page: Page, content: TextIO) -> None:
        if record.key in self.settled:
            return
        self.settled.add(record.key)
        self.refusals.pop(record.key, None)
        before = self.known.records.get(record.key)
        origin = record.origin or next(iter(page.catalogue), self.portal.address)
        if self._is_own(record, origin):
            self.records[record.key] = KnownRecord("own", "", "", record.title)
            return
        original = self._original(record)
        topic = original or record.iri
        body = self._body(record.publisher) if record.publisher else None
        lines = () if original else (*record.content, *_publisher_lines(record, body))
        source = origin if origin.startswith(_ADDRESSES) else None
        said = "\n".join((*lines, topic, record.identifier, record.title, source or ""))
        now = KnownRecord(
            "duplicate" if original else "taken",
            hashlib.sha256(said.encode()).hexdigest()[:32],
            topic,
            record.title,
            body is not None,
        )
        self.records[record.key] = now
        if before == now:
            return
        self.counts["changed" if before and before.is_published else "added"] += 1
        if before and before.standing == "taken":
            self.outdated[record.key] = before.topic
        content.writelines(f"{line}\n" for line in lines)
        self.sheets.append(Sheet(record.key, record.identifier, topic, record.title, source))

    def _is_own(self, record: Record, origin: str) -> bool:
        """Whether a record was ours before it was theirs: by its origin, or by its address."""
        return origin in self.options.own or any(
            record.iri.startswith(address.rstrip("/") + "/")
            for address in self.options.own
            if address.startswith(("http://", "https://"))
        )

    def _original(self, record: Record) -> str | None:
        if self.elsewhere is None:
            self.elsewhere = Elsewhere(self.store, graph_of(self.portal.name))
        return self.elsewhere.same_as(record.likeness)

    def _body(self, publisher: Publisher) -> NamedNode | None:
        """The body that a publisher is: the one the portal names by our IRI, or the one it looks like."""
        if publisher not in self.bodies:
            named = publisher.ours
            known = named is not None and self.store is not None and is_described(self.store, named)
            self.bodies[publisher] = NamedNode(named) if named and known else self.body_of(publisher)
        return self.bodies[publisher]

    def _gone(self) -> list[Sheet]:
        """The sheets of what the portal no longer has. ServiceError when that is most of it, unless told."""
        published = {key: one for key, one in self.known.records.items() if one.is_published}
        still = {key for key, one in self.records.items() if one.is_published}
        gone = {key: one for key, one in published.items() if key not in still}
        if len(gone) > max(_FEW, len(published) // 2) and not self.options.withdraw:
            raise _too_many_gone(self.portal, len(gone), len(published))
        self.outdated.update({key: one.topic for key, one in gone.items() if one.standing == "taken"})
        return [Sheet(key, "", one.topic, one.title, None, withdrawn=True) for key, one in gone.items()]


def _publisher_lines(record: Record, body: NamedNode | None) -> tuple[str, ...]:
    """Who publishes a record: a body of the graph, with the portal's words, or whom the portal describes."""
    publisher, topic = record.publisher, NamedNode(record.iri)
    if publisher is None:
        return ()
    if body is None:
        return (f"{Triple(topic, DCTERMS.publisher, NamedNode(publisher.node))} .", *publisher.content)
    words = Triple(topic, DC.publisher, Literal(publisher.name))
    return (f"{Triple(topic, DCTERMS.publisher, body)} .", f"{words} .")


def _too_many_gone(portal: Portal, gone: int, published: int) -> ServiceError:
    return ServiceError(
        Text(
            f"{gone} fiches sur {published} ont disparu de ce portail d’un coup.",
            f"{gone} records of {published} are gone from this portal at once.",
        ),
        Text(
            "Rien n’a été modifié. Est-ce une panne ? Sinon, recommencez avec --withdraw.",
            "Nothing was changed. Is it a fault? If it is meant, run again with --withdraw.",
        ),
        Where(portal.address),
    )
