"""What was made of the version in force (`preparing.py`), as requests meet it.

Just after a version is published, what is made of it is still to come: until then requests get what was made
of the version before, and their answers say which version that is. Only before the first is there nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from flask import current_app, request

from ..ontology.errors import DigiTerrError, StoreError
from ..ontology.text import Text
from ..store.durability import exclusive_lock
from ..store.model import DatasetVersion, Engine
from ..store.remote.engine import RemoteEngine
from ..store.versions import Versions
from .configuration import Configuration
from .logs import log
from .service import CurrentEngine, service

_EXTENSION: Final = "digiterr.made"
_EARLIER: Final = "digiterr.earlier"  # in the environment of a request: the version that its answer is of
_RETRY_AFTER: Final = 10  # seconds
_TRY_AGAIN_AFTER: Final = 60.0  # seconds, where a remote engine did not let it be made
Made = TypeVar("Made")
Made_co = TypeVar("Made_co", covariant=True)


class BeingPreparedError(StoreError):
    """Something of the first version is still being made (HTTP 503 with Retry-After)."""

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


class Kind(Protocol[Made_co]):
    """A kind of thing made once for each version; `folder` names it."""

    @property
    def folder(self) -> str: ...

    def keep(self, engine: Engine, data_dir: Path, version: int) -> object:
        """Make it of a version."""
        ...

    def find(self, data_dir: Path, version: int) -> Made_co | None:
        """What was made of a version; None when there is none that can be understood."""
        ...


@dataclass(frozen=True, slots=True)
class Held(Generic[Made]):
    """What was made of a version."""

    version: DatasetVersion
    made: Made


class Holder(Generic[Made]):
    """Holds what was made of the version in force, or of the latest of which it was.

    Over a remote engine, which prepares nothing, it is made on a thread of its own once it is needed.
    """

    def __init__(self, kind: Kind[Made], engine: CurrentEngine, configuration: Configuration) -> None:
        self._kind = kind
        self._engine = engine
        self._remote = engine if isinstance(engine, RemoteEngine) else None
        self._data_dir = configuration.data_dir
        self._lock = threading.Lock()
        self._held: Held[Made] | None = None
        self._making: int | None = None
        self._not_before = 0.0

    def get(self) -> Held[Made] | None:
        """None while nothing is published, and until it is made of the first version."""
        version = self._engine.version()
        if version is None:
            return None
        with self._lock:
            if self._held is None or self._held.version.number != version.number:
                self._look_for(version)
            return self._held

    def _look_for(self, version: DatasetVersion) -> None:
        found = self._kind.find(self._data_dir, version.number)
        if found is not None:
            self._held = Held(version, found)
        elif self._remote is None:
            self._held = self._held or self._earlier(version.number)
        elif self._making != version.number and time.monotonic() > self._not_before:
            self._making = version.number
            making = (self._remote, version.number)
            threading.Thread(target=self._make, args=making, daemon=True).start()

    def _earlier(self, number: int) -> Held[Made] | None:
        """Of the latest version that is kept and of which it was made: this process has just begun."""
        for version in reversed(Versions(self._data_dir).list()):
            found = self._kind.find(self._data_dir, version.number) if version.number != number else None
            if found is not None:
                return Held(version, found)
        return None

    def _make(self, remote: RemoteEngine, number: int) -> None:
        try:
            with (
                exclusive_lock(self._data_dir / f"{self._kind.folder}.lock"),  # other processes make it too
                closing(remote.patient()) as engine,
            ):
                if self._kind.find(self._data_dir, number) is None:
                    self._kind.keep(engine, self._data_dir, number)
        except (DigiTerrError, OSError) as error:
            self._not_before = time.monotonic() + _TRY_AGAIN_AFTER
            log(logging.WARNING, f"no {self._kind.folder}", version=number, reason=str(error))
        finally:
            self._making = None


def held(kind: Kind[Made]) -> Held[Made] | None:
    """What there is of a kind, for a request whose answer does not depend on its version."""
    holders: dict[str, Holder[Any]] = current_app.extensions.setdefault(_EXTENSION, {})
    if kind.folder not in holders:
        made = service()
        holders.setdefault(kind.folder, Holder(kind, made.engine, made.configuration))
    return cast("Holder[Made]", holders[kind.folder]).get()


def answered_from(kind: Kind[Made]) -> Held[Made] | None:
    """The same for a request whose answer is made of it; the answer tells the version, if an earlier one."""
    found = held(kind)
    if found is not None:
        answer_is_of(found.version.number)
    return found


def current(kind: Kind[Made]) -> Made | None:
    """What `answered_from` finds, without its version."""
    found = answered_from(kind)
    return found.made if found else None


def answer_is_of(number: int) -> None:
    """Have the answer to this request tell that it is of a version; of several, the earliest."""
    version = service().engine.version()
    if version is not None and number != version.number:
        request.environ[_EARLIER] = min(number, request.environ.get(_EARLIER, number))


def earlier_version() -> int | None:
    """The version that the answer to this request is of, if that is not the one in force."""
    return request.environ.get(_EARLIER)
