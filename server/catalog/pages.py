"""`/catalog`: what there is to take here, page by page, for programs (DCAT-AP 3) and for people.

https://semiceu.github.io/DCAT-AP/releases/3.0.1/
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, render_template, request

from ...ontology.errors import NotFoundError
from ...ontology.text import Text
from ...store.dumps.model import Dump, dump_folder
from ...store.errors import NothingPublishedError
from ...store.instance import instance_iri
from ...store.model import DatasetVersion
from ..compression import encoding_for
from ..contents import current_contents
from ..description import base_iri
from ..engines import engine_of
from ..entity_data import FORMATS
from ..http_errors import BadRequestError
from ..in_force import BeingPreparedError, Held, answered_from, earlier_version
from ..negotiation import GRAPH_ALIASES, GRAPH_FORMATS, HTML, SHORT_NAMES, negotiate
from ..parameters import Parameters, decode_parameters, query_string, single
from ..service import service
from ..sparql import content_type, send
from ..versions.kept import kept_dumps
from .description import Description
from .external import describe_entries
from .frame import Frame, Place, describe_catalog, describe_view, describe_whole
from .own import describe_own, own_datasets, source_graphs
from .records import RECORDS, Entry, Publisher, Records, pages_of

blueprint = Blueprint("catalog", __name__)

ROWS: Final = 50  # of a list for people
OWN: Final = "own"
SUFFIXES: Final = {"html": HTML, **FORMATS}
_OFFERED: Final = (*GRAPH_FORMATS, HTML)
_PARAMETERS: Final = ("page", "of", "origin", "except", "dataset", "format", "lang", "q", "start")
_MOST_PAGES: Final = 1 << 16
_REMEMBERED: Final = 20_000


@blueprint.get("/catalog")
@blueprint.get("/catalog.<any(" + ", ".join(SUFFIXES) + "):suffix>")
def catalog(suffix: str | None = None) -> Response:
    """The whole catalogue."""
    return _answer(suffix, None)


@blueprint.get("/catalog/publisher/<siren>")
@blueprint.get("/catalog/publisher/<siren>.<any(" + ", ".join(SUFFIXES) + "):suffix>")
def publisher_catalog(siren: str, suffix: str | None = None) -> Response:
    """The records of the datasets that one public body publishes."""
    records = _listed().made
    body = records.by_siren(siren)
    if body is None or body.iri not in records.published:
        raise NotFoundError(
            Text(
                f"Le catalogue n’a aucun jeu de données de l’organisme au SIREN {siren[:20]}.",
                f"The catalogue has no dataset of the body with the SIREN {siren[:20]}.",
            ),
            Text("Les organismes sont à la page /catalog.", "Publishers are on the page /catalog."),
        )
    return _answer(suffix, body)


def _answer(suffix: str | None, body: Publisher | None) -> Response:
    given = decode_parameters(query_string(), _PARAMETERS)
    media_type = _wanted(suffix, single(given, "format"))
    found = _listed()
    records = found.made
    entries = _filtered(records, given, body)
    if media_type == HTML:
        return _for_people(found, entries, given, body)
    kept = _ETAGS.find(media_type)
    if kept and request.if_none_match.contains_weak(kept):
        return _validated(Response(status=304), kept)
    place = _place(given, len(entries))
    frame = _frame(found.version, body)
    made = Description()
    describe_catalog(made, frame)
    asked = single(given, "dataset")
    if asked is None:
        describe_view(made, frame.catalog, place)
    if place.number == 1 and _with_own(given, body, frame, len(entries)):
        describe_own(made, frame, _dumps(found.version), records.years)
        describe_whole(made, frame, len(entries) + len(own_datasets(frame.version)))
    elif place.number == 1 and asked is None:
        describe_whole(made, frame, len(entries))
    on_page = [entry for entry in entries if entry.place % place.pages == place.number - 1]
    describe_entries(made, frame, records, on_page)
    return _document(made.serialize(media_type), media_type, place)


def _document(content: bytes, media_type: str, place: Place) -> Response:
    etag = hashlib.blake2b(content, digest_size=16).hexdigest()
    _ETAGS.keep(media_type, etag)
    if request.if_none_match.contains_weak(etag):
        return _validated(Response(status=304), etag)
    response = Response(content_type=content_type(media_type))
    links = [("first", 1), ("prev", place.before), ("next", place.after), ("last", place.pages)]
    response.headers["Link"] = ", ".join(
        f'<{place.address(number)}>; rel="{name}"' for name, number in links if number
    )
    send(response, iter([content]), encoding_for(request.headers.get("Accept-Encoding", "")))
    return _validated(response, etag)


def _validated(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Accept", "Accept-Encoding"))
    return response


def _wanted(suffix: str | None, short_name: str | None) -> str:
    if suffix:
        return SUFFIXES[suffix]
    named = [name for name in SHORT_NAMES.get(short_name or "", ()) if name in _OFFERED]
    return named[0] if named else negotiate(request.headers.get("Accept", ""), _OFFERED, GRAPH_ALIASES)


def _listed() -> Held[Records]:
    """The records of the version in force, or of the one before while they are read; a 503 before that."""
    if service().engine.version() is None:
        raise NothingPublishedError
    found = answered_from(RECORDS)
    if found is None:
        raise BeingPreparedError
    return found


def _frame(version: DatasetVersion, body: Publisher | None) -> Frame:
    """The frame of a catalogue of a version: all that it says comes from that one."""
    engine = engine_of(service().engine, version.number)
    if engine is None:
        raise BeingPreparedError
    settings = service().configuration
    own = instance_iri(settings.data_dir)
    return Frame(base_iri(), engine, version, own, settings.publisher, settings.contact, body)


def _dumps(version: DatasetVersion) -> Sequence[Dump]:
    """The dumps of a version and of those before it."""
    return [dump for dump in kept_dumps() if dump.version <= version.number]


def _filtered(records: Records, given: Parameters, body: Publisher | None) -> Sequence[Entry]:
    asked, origin = single(given, "dataset"), single(given, "origin")
    without = given.get("except", ())
    found: Iterable[Entry] = records.entries
    if asked is not None:
        found = [records.by_dataset[asked]] if asked in records.by_dataset else []
    if body:
        found = (entry for entry in found if entry.publisher == body.iri)
    if origin is not None:
        found = (entry for entry in found if entry.origin == origin)
    if without:
        found = (entry for entry in found if entry.origin not in without)
    return found if isinstance(found, tuple | list) else tuple(found)


def _with_own(given: Parameters, body: Publisher | None, frame: Frame, found: int) -> bool:
    """Whether the datasets of this instance belong to what was asked for."""
    names = {OWN, frame.own.value}
    origin, asked = single(given, "origin"), single(given, "dataset")
    if asked is not None and asked not in own_datasets(frame.version):
        if not found:
            raise NotFoundError(
                Text("Le catalogue n’a pas ce jeu de données.", "The catalogue does not have this dataset."),
                Text("Cherchez-le à la page /catalog.", "Look for it on the page /catalog."),
            )
        return False
    return not (body or names.intersection(given.get("except", ())) or (origin and origin not in names))


def _place(given: Parameters, count: int) -> Place:
    pages = _number(given, "of", pages_of(count), _MOST_PAGES)
    number = _number(given, "page", 1, pages)
    if pages & (pages - 1):
        raise BadRequestError(
            Text("« of » est une puissance de deux.", "“of” is a power of two."),
            Text("Suivez les liens de page en page.", "Follow the links from page to page."),
        )
    kept = [(name, value) for name in ("origin", "except", "format") for value in given.get(name, ())]
    return Place(base_iri() + request.path.lstrip("/"), number, pages, tuple(kept))


def _number(given: Parameters, name: str, default: int, most: int) -> int:
    value = single(given, name)
    if value is None:
        return default
    if value.isascii() and value.isdecimal() and len(value) < 9 and 1 <= int(value) <= most:
        return int(value)
    raise BadRequestError(
        Text(f"« {name} » n’est pas un nombre de 1 à {most}.", f"“{name}” is not a number from 1 to {most}."),
        Text("Commencez par la première page.", "Begin with the first page."),
    )


class _EntityTags:
    """The entity tags of documents by address, of the version that they are of: a 304 then costs nothing.

    The first page tells of the dumps, which come a little after their version.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[object, ...], str] = OrderedDict()

    def _key(self, media_type: str) -> tuple[object, ...]:
        version = service().engine.version()
        number = earlier_version() or (version.number if version else 0)
        dumped = dump_folder(service().configuration.data_dir, number).exists()
        return number, dumped, media_type, base_iri(), request.full_path

    def find(self, media_type: str) -> str | None:
        return self._known.get(self._key(media_type))

    def keep(self, media_type: str, etag: str) -> None:
        with self._lock:
            self._known[self._key(media_type)] = etag
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


_ETAGS: Final = _EntityTags()


def _graphs(frame: Frame) -> list[tuple[str, Text]]:
    """The names and titles of the graphs that are datasets of ours."""
    held = current_contents()
    titles = {row.name: row.label for row in held.sources} if held else {}
    return [(name, titles.get(name, Text(name, name))) for name in source_graphs(frame.version)]


def _host(address: str) -> str:
    """The site of an address; what has none is shown as it is."""
    return urlsplit(address).netloc or address


def _for_people(
    found: Held[Records], entries: Sequence[Entry], given: Parameters, body: Publisher | None
) -> Response:
    """A list to look through: what is searched for by words of the title, fifty at a time."""
    records = found.made
    words = (single(given, "q") or "").strip()
    if words:
        named = set(map(id, records.named(words)))
        entries = [entry for entry in entries if id(entry) in named]
    start = _number(given, "start", 1, 10**8) - 1
    frame = _frame(found.version, body)
    kept = [(n, v) for n in ("q", "origin", "except", "dataset", "lang") for v in given.get(n, ())]
    later = [("start", str(start + 1 + ROWS))] if start + ROWS < len(entries) else None
    earlier = [("start", str(max(1, start + 1 - ROWS)))] if start else None
    page = render_template(
        "catalog.html",
        body=body,
        found=len(entries),
        start=start,
        entries=entries[start : start + ROWS],
        publishers=records.publishers,
        published=[(records.publishers[iri], count) for iri, count in records.published.items()],
        origins=records.origins,
        origin=single(given, "origin"),
        words=words,
        graphs=_graphs(frame) if not body and not start and not words else (),
        host=_host,
        dumps=_dumps(found.version),
        own=frame.own.value,
        later=urlencode([*kept, *later]) if later else None,
        earlier=urlencode([*kept, *earlier]) if earlier else None,
    )
    return make_response(page)
