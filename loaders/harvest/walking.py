"""The pages of a portal one after the other, read as they come: all of them, or those with what changed."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from ...ontology.errors import DigiTerrError, InputError, ServiceError, Where
from ...ontology.text import Text
from ...shapes.rdf_files import FORMATS
from ...store.formats import GRAPHS
from .finding import places_to_look, start_of
from .model import Kind, Page, Portal
from .pages import NotACatalogueError, Received
from .reader import PageReader
from .state import KnownPage, State
from .visits import Manners, NoSuchPageError, Visit, Visitor

MOST_PAGES: Final = 20_000
_HEAD: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Step:
    """A page that was visited, or a part of a long one; the last part has the address of the `next` page.

    `page` is None for one that has not changed since it was last read."""

    address: str
    page: Page | None
    next: str | None
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A page that has come and is not read yet; `before`: what was known of it."""

    address: str
    before: KnownPage | None
    visit: Visit


class Walk:
    """A walk through a portal, with the help of what the last one found (`known`, empty for a first)."""

    def __init__(
        self, portal: Portal, known: State, reader: PageReader, folder: Path, manners: Manners
    ) -> None:
        self.portal = portal
        self._known = known
        self._reader = reader
        self._target, self._other = folder / "page", folder / "other-page"
        self._visitor = Visitor(portal.address, manners) if portal.is_remote else None
        self.kind: Kind = portal.kind if portal.kind != "auto" else known.kind
        self.start = known.start or start_of(self.kind, portal.address)

    def all_pages(self) -> Iterator[Step]:
        """Every page of the catalogue. ServiceError for one that cannot be had or leads back to another,
        InputError for one that cannot be read."""
        if self._visitor is None:
            page = self._reader.read(_local(self.portal))
            self.kind = page.kind
            yield from self._parts(Step(self.portal.address, page, None))
            return
        yield from self._from(self._first())

    def latest_pages(self) -> Iterator[Step]:
        """The pages of a catalogue that can list what was last changed first; none for another."""
        if self._visitor is None or self.kind not in ("ckan", "udata"):
            return
        first = self._visit(start_of(self.kind, self.portal.address, latest=True), conditional=False)
        yield from self._from(first)

    def _from(self, step: Step) -> Iterator[Step]:
        """A page and those after it. While one is read, the next comes, if the portal's headers name it."""
        seen = {step.address}
        step = yield from self._parts(step)
        address, fetched = step.next, None
        while address is not None:
            if address in seen:
                raise _loop(step.address, address)
            if len(seen) >= MOST_PAGES:
                raise _endless(step.address)
            seen.add(address)
            fetched = fetched or self._fetch(address)
            self._begin(fetched)
            ahead = fetched.visit.next if fetched.visit.next not in seen else None
            coming: _Fetched | DigiTerrError | None = None
            try:
                coming = self._fetch(ahead) if ahead else None
            except DigiTerrError as error:  # told once its turn comes
                coming = error
            step = yield from self._parts(self._end(fetched))
            address, fetched = step.next, None
            if coming is not None and address == ahead:
                if isinstance(coming, DigiTerrError):
                    raise coming
                fetched = coming

    def _parts(self, step: Step) -> Generator[Step, None, Step]:
        """All the parts of a page, from its first; returns the last."""
        yield step
        while step.page is not None and step.page.more:
            page = self._reader.end()
            step = replace(step, page=page, next=page.next or step.next)
            yield step
        return step

    def _first(self) -> Step:
        """The first page; of a catalogue whose kind is not known, wherever it is found."""
        try:
            step = self._visit(self.start)
        except (NotACatalogueError, NoSuchPageError):
            if self.portal.kind != "auto":
                raise
            return self._look_elsewhere()
        found = step.page.kind if step.page else self.kind
        ordered = start_of(found, self.portal.address)
        if self.kind == "auto" and ordered != self.start and _path(ordered) == _path(self.start):
            self.start = ordered  # the list that was named, in an order that does not change as it is read
            step = self._visit(ordered)
        self.kind = found
        return step

    def _look_elsewhere(self) -> Step:
        page = self._target.read_bytes()[:_HEAD] if self._target.exists() else b""
        tried: list[str] = []
        for address, kind in dict.fromkeys(places_to_look(self.portal.address, page)):
            tried.append(address)
            try:
                step = self._visit(address, conditional=False, persistent=False)
            except (ServiceError, InputError):
                continue
            if step.page is not None and step.page.kind == kind:
                self.kind, self.start = kind, address
                return step
        raise _none_found(self.portal.address, tried)

    def _visit(self, address: str, conditional: bool = True, persistent: bool = True) -> Step:
        fetched = self._fetch(address, conditional, persistent)
        self._begin(fetched)
        return self._end(fetched)

    def _fetch(self, address: str, conditional: bool = True, persistent: bool = True) -> _Fetched:
        """Have a page come, beside the one that is being read."""
        assert self._visitor is not None  # noqa: S101 (only portals with an address are visited)
        before = self._known.pages.get(address) if conditional else None
        self._target, self._other = self._other, self._target
        visit = self._visitor.visit(
            address,
            self._target,
            before.etag if before else None,
            before.modified if before else None,
            persistent=persistent,
        )
        return _Fetched(address, before, visit)

    def _begin(self, fetched: _Fetched) -> None:
        visit = fetched.visit
        if visit.content is not None:
            self._reader.begin(Received(visit.content, visit.address, visit.media_type, self.portal.name))

    def _end(self, fetched: _Fetched) -> Step:
        visit, before = fetched.visit, fetched.before
        if visit.content is not None:
            page = self._reader.end()
            return Step(fetched.address, page, page.next or visit.next, visit.etag, visit.modified)
        if before is None:
            raise _unasked(fetched.address)
        return Step(fetched.address, None, before.next, before.etag, before.modified)


def _path(address: str) -> str:
    return urlsplit(address).path.rstrip("/")


def _local(portal: Portal) -> Received:
    path = Path(portal.address)
    if not path.is_file():
        raise InputError(
            Text("ce fichier n’existe pas.", "this file does not exist."),
            Text("Donnez un fichier, ou une adresse http(s).", "Give a file, or an http(s) address."),
            Where(portal.address),
        )
    announced = next((name for name, form in GRAPHS.items() if form == FORMATS.get(path.suffix.lower())), "")
    announced = announced or ("application/json" if path.suffix.lower() == ".json" else "")
    # Relative addresses in it do not depend on where it lies, and strangers do not learn where.
    return Received(path, f"file:///{quote(path.name)}", announced, portal.name)


def _loop(address: str, following: str) -> ServiceError:
    return ServiceError(
        Text(
            f"les pages de ce catalogue tournent en rond : {address} renvoie à {following}.",
            f"the pages of this catalogue go round: {address} leads back to {following}.",
        ),
        Text(
            "Rien n’a été modifié ; signalez-le à l’éditeur du portail.",
            "Nothing was changed; tell the publisher of the portal.",
        ),
        Where(address),
    )


def _endless(address: str) -> ServiceError:
    return ServiceError(
        Text(
            f"ce catalogue a plus de {MOST_PAGES} pages.",
            f"this catalogue has more than {MOST_PAGES} pages.",
        ),
        Text(
            "Rien n’a été modifié ; demandez des pages plus longues.",
            "Nothing was changed; ask for longer pages.",
        ),
        Where(address),
    )


def _unasked(address: str) -> ServiceError:
    return ServiceError(
        Text(
            "le portail répond que rien n’a changé (304) à qui ne le demande pas.",
            "the portal answers that nothing changed (304) when it was not asked.",
        ),
        Text("Rien n’a été modifié ; réessayez plus tard.", "Nothing was changed; try again later."),
        Where(address),
    )


def _none_found(address: str, tried: list[str]) -> NotACatalogueError:
    shown = ", ".join(tried)
    return NotACatalogueError(
        Text(
            f"aucun catalogue n’a été trouvé là, ni à : {shown}.",
            f"no catalogue was found there, nor at: {shown}.",
        ),
        Text(
            "Donnez l’adresse du catalogue lui-même, et sa nature par --kind.",
            "Give the address of the catalogue itself, and its kind with --kind.",
        ),
        Where(address),
    )
