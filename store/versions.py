"""The numbered, immutable versions of the dataset in a data folder, and how a new one is published.

A version is made beside the others, from a hard-link copy of the one it follows, and becomes the current one
when the link `current` is replaced, in one step of the file system. Whatever kills the publisher before that
step leaves the earlier version as it was; what it left in `staging/` is swept by the next.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from ..ontology.errors import NotFoundError, StoreError, Where
from ..ontology.text import Text
from . import contents
from .durability import exclusive_lock, is_locked, replace_link, shared_lock, sync_folder, write_file
from .errors import NothingPublishedError, disk_error
from .manifest import read_manifest, write_manifest
from .model import DatasetVersion, GraphChange, GraphDifference

FORMAT: Final = 1
_NUMBERED: Final = re.compile(r"(\d{6,})(\.json)?")


class Versions:
    """The versions in a data folder. A folder written by another format of this store is refused."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._folder = data_dir / "versions"
        self._link = data_dir / "current"
        self._known: dict[int, DatasetVersion] = {}
        self._check_format()

    # Reading

    def current_number(self) -> int | None:
        """The number of the published version, None when there is none. Costs one system call."""
        try:
            target = os.readlink(self._link)  # noqa: PTH115 (called for every request)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(self._link, error) from error
        return int(target.rpartition("/")[2])

    def current(self) -> DatasetVersion:
        """The published version; NothingPublishedError when there is none."""
        number = self.current_number()
        if number is None:
            raise NothingPublishedError(Where(file=str(self.data_dir)))
        return self.get(number)

    def get(self, number: int) -> DatasetVersion:
        """One version; NotFoundError when it does not exist or was removed, StoreError when it is damaged."""
        if number not in self._known:
            path = self._folder / f"{number:06}"
            if not path.is_dir():
                kept = ", ".join(str(version) for version in self._numbers()) or "-"
                raise NotFoundError(
                    Text(f"La version {number} n’existe pas.", f"There is no version {number}."),
                    Text(f"Versions conservées : {kept}.", f"Versions kept: {kept}."),
                    Where(file=str(self.data_dir)),
                )
            self._known[number] = read_manifest(path)
        return self._known[number]

    def has(self, number: int) -> bool:
        """Whether a version is kept."""
        return (self._folder / f"{number:06}").is_dir()

    def list(self) -> tuple[DatasetVersion, ...]:
        """Every version kept, oldest first."""
        return tuple(self.get(number) for number in self._numbers())

    def diff(self, before: int, after: int) -> tuple[GraphDifference, ...]:
        """The named graphs whose size differs between two versions, by name."""
        old, new = self.get(before).graphs, self.get(after).graphs
        return tuple(
            GraphDifference(graph, old.get(graph, 0), new.get(graph, 0))
            for graph in sorted(old.keys() | new.keys())
            if old.get(graph) != new.get(graph)
        )

    @contextmanager
    def reading(self, number: int) -> Iterator[DatasetVersion]:
        """Hold a version: it is not removed while anyone reads it."""
        version = self.get(number)
        with shared_lock(version.path.with_suffix(".json")):
            yield version

    # Writing

    def publish(
        self,
        changes: Sequence[GraphChange],
        inputs: Mapping[str, str] | None = None,
        note: str = "",
        before_switch: Callable[[DatasetVersion], None] | None = None,
    ) -> DatasetVersion:
        """Publish a version in which the named graphs have new contents and all others are as they were.

        `inputs` replaces the noted inputs of the sources it names. `before_switch` sees the version, whole
        but not yet published, and may still raise to refuse it. Another publication meanwhile is built upon,
        never lost. StoreError for a folder that cannot be written or a full disk; nothing changes then.
        """
        with self.drafting({change.graph for change in changes}) as draft:
            # One file may bring several graphs: it is loaded once, which also leaves nothing to compact.
            for content, graph in {c.content: c.graph for c in changes if c.content is not None}.items():
                draft.load(content, graph)
            gone: dict[str, int | None] = {c.graph: None for c in changes if c.content is None}
            return self.publish_draft(draft, inputs, note, before_switch, sizes=gone)

    @contextmanager
    def drafting(self, changed: Collection[str], *, in_place: bool = False) -> Iterator[contents.Draft]:
        """The contents of a version to come, in which these graphs change, until `publish_draft`.

        What was not published when it ends is removed.
        """
        base = self._base()
        with self._work() as work:
            with self._disk_errors():
                draft = contents.Draft(base, changed, work / "store", in_place=in_place)
            try:
                yield draft
            finally:
                draft.close()

    def publish_draft(
        self,
        draft: contents.Draft,
        inputs: Mapping[str, str] | None = None,
        note: str = "",
        before_switch: Callable[[DatasetVersion], None] | None = None,
        *,
        sizes: Mapping[str, int | None] | None = None,
    ) -> DatasetVersion:
        """Publish a draft, as `publish` does. `sizes`: those of the changed graphs that are known."""
        noted = dict(inputs or {})
        with self._disk_errors():
            graphs = draft.finish(sizes)
            sync_folder(draft.folder)
        with self._lock():
            base = self._base()
            if base == draft.base:
                return self._switch(base, draft.folder, graphs, noted, note, before_switch)
            with self._staged(base, draft.rebase) as (folder, rebased):
                return self._switch(base, folder, rebased, noted, note, before_switch)

    def commit(
        self,
        write: Callable[[DatasetVersion | None, Store], Mapping[str, int | None]],
        note: str,
        before_switch: Callable[[DatasetVersion], None] | None = None,
    ) -> DatasetVersion:
        """Publish what `write` makes of a copy of the current version (of nothing, if there is none).

        `write` changes the store it is given and returns the new sizes of the graphs it changed (None:
        the graph is gone); when it raises, nothing is published. No one else publishes meanwhile.
        `before_switch` sees the version, whole but not yet published.
        """

        def fill(base: DatasetVersion | None, folder: Path) -> Mapping[str, int]:
            return contents.rewrite(base, folder, write)

        with self._lock():
            base = self._base()
            with self._staged(base, fill) as (folder, graphs):
                return self._switch(base, folder, graphs, {}, note, before_switch)

    def rollback(self, number: int) -> DatasetVersion:
        """Make an earlier version the current one again; those after it are kept."""
        with self._lock(), self._disk_errors():
            version = self.get(number)
            Store.read_only(str(version.path))  # raises when the version cannot be opened
            replace_link(self._link, Path("versions") / version.path.name)
        return version

    def prune(self, keep: int) -> tuple[int, ...]:
        """Remove all but the last `keep` versions, the current one and those being read; their numbers."""
        removed: list[int] = []
        with self._lock(), self._disk_errors():
            for number in self._numbers()[: -max(keep, 1)]:
                path = self._folder / f"{number:06}"
                if number == self.current_number() or is_locked(path.with_suffix(".json")):
                    continue
                # The manifest stays, so that the number is never given again.
                doomed = self._staging() / f"removed-{path.name}"
                path.rename(doomed)
                shutil.rmtree(doomed)
                path.with_suffix(".changes").unlink(missing_ok=True)
                self._known.pop(number, None)
                removed.append(number)
        return tuple(removed)

    # Steps of a publication

    def _base(self) -> DatasetVersion | None:
        return None if self.current_number() is None else self.current()

    @contextmanager
    def _staged(
        self,
        base: DatasetVersion | None,
        fill: Callable[[DatasetVersion | None, Path], Mapping[str, int]],
    ) -> Iterator[tuple[Path, Mapping[str, int]]]:
        with self._work() as work:
            with self._disk_errors():
                graphs = fill(base, work / "store")
                sync_folder(work / "store")
            yield work / "store", graphs

    @contextmanager
    def _work(self) -> Iterator[Path]:
        """A folder to work in, removed afterwards with what is left in it."""
        with self._disk_errors():
            work = Path(tempfile.mkdtemp(prefix=f"publish-{os.getpid()}-", dir=self._staging()))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _switch(
        self,
        base: DatasetVersion | None,
        folder: Path,
        graphs: Mapping[str, int],
        inputs: Mapping[str, str],
        note: str,
        before_switch: Callable[[DatasetVersion], None] | None,
    ) -> DatasetVersion:
        number = max(self._numbers(with_removed=True), default=0) + 1
        staged = DatasetVersion(
            number=number,
            created=datetime.now(UTC),
            quads=sum(graphs.values()),
            graphs=graphs,
            path=folder,
            inputs={**(base.inputs if base else {}), **inputs},
            note=note,
        )
        if before_switch is not None:
            before_switch(staged)
        with self._disk_errors():
            path = self._folder / f"{number:06}"
            write_manifest(staged, path.with_suffix(".json"))
            folder.rename(path)
            sync_folder(self._folder, contents=False)
            replace_link(self._link, Path("versions") / path.name)
        return self.get(number)

    # The folder

    def _numbers(self, with_removed: bool = False) -> tuple[int, ...]:
        try:
            names = [entry.name for entry in self._folder.iterdir()]
        except FileNotFoundError:
            return ()
        found = (match for name in names if (match := _NUMBERED.fullmatch(name)))
        return tuple(sorted({int(match[1]) for match in found if with_removed or match[2] is None}))

    def _check_format(self) -> None:
        try:
            written = (self.data_dir / "format").read_text("utf-8", errors="replace").strip()
        except FileNotFoundError:
            if self._folder.is_dir() and any(self._folder.iterdir()):
                written = "?"
            else:
                return
        except OSError as error:
            raise disk_error(error, self.data_dir) from error
        if written != str(FORMAT):
            raise StoreError(
                Text(
                    f"Ce dossier est au format {written} ; ce programme lit le format {FORMAT}.",
                    f"This folder has format {written}; this program reads format {FORMAT}.",
                ),
                Text(
                    "Servez-vous du DigiTerr qui l’a écrit, ou reconstruisez dans un dossier neuf "
                    "(« digiterr build --data-dir DOSSIER »).",
                    "Use the DigiTerr that wrote it, or build into a new folder "
                    "(`digiterr build --data-dir FOLDER`).",
                ),
                Where(file=str(self.data_dir)),
            )

    def prepare(self) -> None:
        """Make the data folder ready for writing; sweep what killed publications left."""
        with self._disk_errors():
            self._staging()
            with exclusive_lock(self.data_dir / "lock"):
                for leftover in (self.data_dir / "staging").glob("publish-*"):
                    if not _is_running(leftover.name):
                        shutil.rmtree(leftover, ignore_errors=True)

    def _staging(self) -> Path:
        staging = self.data_dir / "staging"
        staging.mkdir(parents=True, exist_ok=True)
        self._folder.mkdir(exist_ok=True)
        if not (self.data_dir / "format").exists():
            write_file(self.data_dir / "format", f"{FORMAT}\n")
        return staging

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with self._disk_errors():
            self._staging()
            lock = exclusive_lock(self.data_dir / "lock")
            lock.__enter__()
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise disk_error(error, self.data_dir) from error

    def _unreadable(self, path: Path, error: Exception) -> StoreError:
        return StoreError(
            Text(f"Lecture impossible : {error}.", f"It cannot be read: {error}."),
            Text("Vérifiez les droits et le disque.", "Check permissions and the disk."),
            Where(file=str(path)),
        )


def _is_running(name: str) -> bool:
    with suppress(ProcessLookupError, ValueError, IndexError):
        try:
            os.kill(int(name.split("-")[1]), 0)
        except PermissionError:
            return True
        return True
    return False
