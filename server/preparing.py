"""What is made once for each published version: answers, counts, readings, whatever is too slow for a page.

`PREPARERS` is the table of it. A preparer is a function `(engine, data_dir, version)` that writes
`<kind>/<version:06>...` in the data folder, whole or not at all (`store.durability.whole`), and may say in a
sentence what it made. `digiterr build` runs them after publication, `digiterr prepare` by itself, and a
service for each version that it finds without (`preparing_service.py`). Each runs in a process of its own,
and not again until the code that makes it changes: `prepared/<version:06>/<kind>.json` keeps account.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import Final

from ..loaders.building.inputs import digest_of, file_digest
from ..ontology.errors import DigiTerrError
from ..ontology.text import Text
from ..store.durability import exclusive_lock, whole
from ..store.embedded import EmbeddedEngine, open_engine
from ..store.versions import Versions

Prepare = Callable[[EmbeddedEngine, Path, int], Text | None]

RECORDS: Final = "prepared"
_MADE_WITH: Final = (".py", ".rq", ".ttl")  # files of a folder that something is made with
_PACKAGE: Final = __name__.partition(".")[0]


@dataclass(frozen=True)
class Preparer:
    """One kind of thing made of a version.

    `module`: where its function `prepare` is, from the root of the package. `made_with`: files and folders
    that it depends on besides. `keep`: of how many versions it is kept; None: as long as they are.
    """

    kind: str
    module: str
    made_with: tuple[str, ...] = ()
    keep: int | None = 2

    @cached_property
    def digest(self) -> str:
        """The hash of what it is made with: when that changes, it is made anew."""
        found: list[Path] = []
        for name in (self.module.replace(".", "/") + ".py", *self.made_with):
            room, _, rest = name.partition("/")
            path = Path(str(files(f"{_PACKAGE}.{room}"))) / rest
            inside = sorted(one for one in path.rglob("*") if one.suffix in _MADE_WITH)
            found += inside if path.is_dir() else [path]
        return digest_of(part for path in found for part in (path.name, file_digest(path)))

    def function(self) -> Prepare:
        return import_module(f"{_PACKAGE}.{self.module}").prepare


# The longest first: they run side by side.
PREPARERS: Final = (
    Preparer(
        "search",
        "server.search.preparing",
        (
            "loaders/matching/index.py",
            "loaders/matching/names.py",
            "loaders/matching/wording.py",
            "server/search/things.py",
            "server/territories/gazetteer.py",
        ),
    ),
    Preparer("columns", "store.columns.making", ("store/columns/reading.py",)),
    Preparer("coverage", "server.coverage_reading"),
    Preparer(
        "answers",
        "queries.running",
        (
            "queries/kept.py",
            "queries/labels.py",
            "queries/descriptions.py",
            "queries/study",
            "queries/national",
        ),
    ),
    Preparer("gazetteer", "server.territories.gazetteer"),
    Preparer("atlas", "server.territories.atlas_reading", ("server/drawings",)),
    Preparer("lexicon", "server.terms.lexicon", ("ontology", "shapes", "queries")),
    Preparer("contents", "server.contents"),
    Preparer("catalog", "server.catalog.records"),
    Preparer("dumps", "store.exports", keep=None),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of one preparer: the seconds it took, what it says, or why there is nothing."""

    kind: str
    seconds: float
    said: Text | None = None
    failed: Text | None = None


def missing(data_dir: Path, version: int) -> tuple[Preparer, ...]:
    """What has not been made of a version, or was made with other code."""
    return tuple(one for one in PREPARERS if _recorded(_record(data_dir, version, one.kind)) != one.digest)


def prepare(data_dir: Path, version: int) -> Iterator[Prepared]:
    """Make what is missing of a version, side by side, then remove what belongs to versions that are gone.

    A preparer that fails is told of and leaves the others alone.
    """
    wanted = missing(data_dir, version)
    if wanted:
        yield from _side_by_side(wanted, data_dir, version)
    sweep(data_dir)


def _side_by_side(wanted: Sequence[Preparer], data_dir: Path, version: int) -> Iterator[Prepared]:
    # Not forked: threads of this process, or an open store, would not survive it.
    context = multiprocessing.get_context("spawn")
    workers = min(len(wanted), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, context, initializer=_leave_interrupts, max_tasks_per_child=1) as pool:
        try:
            futures = [pool.submit(prepare_one, one.kind, data_dir, version) for one in wanted]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts() -> None:
    """Ctrl-C ends the process in the foreground; this one ends with it, without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def prepare_one(kind: str, data_dir: Path, version: int) -> Prepared:
    """Make one kind of thing of a version, unless it is there; also for a preparer that builds on another."""
    one = next(one for one in PREPARERS if one.kind == kind)
    record = _record(data_dir, version, kind)
    started = perf_counter()
    try:
        # Another process may be at the same thing: a build beside a service.
        record.parent.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(record.with_suffix(".lock")), Versions(data_dir).reading(version):
            if _recorded(record) == one.digest:
                return Prepared(kind, 0.0)
            with open_engine(data_dir, version) as engine:
                said = one.function()(engine, data_dir, version)
            seconds = perf_counter() - started
            with whole(record) as draft:
                draft.write_text(json.dumps({"made_with": one.digest, "seconds": round(seconds, 3)}))
    except DigiTerrError as error:
        return Prepared(kind, perf_counter() - started, failed=error.message)
    except OSError as error:
        return Prepared(kind, perf_counter() - started, failed=Text(str(error), str(error)))
    return Prepared(kind, seconds, said)


def sweep(data_dir: Path) -> None:
    """Remove what was made of versions that are no longer kept, and of older ones than a kind is kept of.

    Versions of which a kind was not made do not count: readers are served the last of which it was.
    """
    kept = {version.number for version in Versions(data_dir).list()} or {0}
    for kind, keep in (*((one.kind, one.keep) for one in PREPARERS), (RECORDS, None)):
        paths = [(int(path.name[:6]), path) for path in _numbered(data_dir / kind)]
        made = sorted(kept.intersection(number for number, _ in paths))
        staying = made if keep is None else made[-keep:]
        for number, path in paths:
            # A version published since then is not gone.
            if number not in staying and number <= max(kept):
                _remove(path)
                if kind != RECORDS:
                    _record(data_dir, number, kind).unlink(missing_ok=True)


def _numbered(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.name[:6].isdecimal()]


def forget(data_dir: Path, version: int, kind: str) -> None:
    """Have something made again of a version."""
    _record(data_dir, version, kind).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _record(data_dir: Path, version: int, kind: str) -> Path:
    return data_dir / RECORDS / f"{version:06}" / f"{kind}.json"


def _recorded(record: Path) -> str | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return json.loads(record.read_text(encoding="utf-8"))["made_with"]
    return None
