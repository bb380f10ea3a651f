"""Which body of the graph a portal's publisher is, by the index of names of the published version."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode

from ...loaders.harvest.harvesting import BodyOf
from ...loaders.harvest.model import Publisher
from ...loaders.matching.index import NameIndex
from ...loaders.matching.matcher import Matcher
from ...loaders.matching.publishers import publisher_of
from ...store.versions import Versions
from ..preparing import missing, prepare_one
from ..search.preparing import FOLDER, index_folder


def publishers_of(data_dir: Path) -> BodyOf:
    """Finds the bodies of publishers in the published version, or in the last one that has an index; where
    none has, one is made. Finds nothing where nothing is published."""
    folder = _index(data_dir)
    if folder is None:
        return lambda _publisher: None
    matcher = Matcher(NameIndex(folder))

    def body_of(publisher: Publisher) -> NamedNode | None:
        found = publisher_of(matcher, publisher.name, publisher.siren)
        return found.body if found else None

    return body_of


def _index(data_dir: Path) -> Path | None:
    versions = Versions(data_dir)
    current = versions.current_number()
    if current is None:
        return None
    for version in reversed(versions.list()):
        folder = index_folder(data_dir, version.number)
        if folder.is_dir() and all(one.kind != FOLDER for one in missing(data_dir, version.number)):
            return folder
    prepare_one(FOLDER, data_dir, current)
    folder = index_folder(data_dir, current)
    return folder if folder.is_dir() else None
