"""What goes out of each version: its dump, and the events of the change feed, read from the dump."""

from __future__ import annotations

from pathlib import Path

from ..ontology.text import Text, grouped
from .dumps.making import make_dump
from .errors import disk_error
from .feed.following import follow
from .model import Engine
from .versions import Versions


def prepare(_engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the dump of a version and bring the feed to it (a preparer)."""
    described = Versions(data_dir).get(version)
    dump = make_dump(data_dir, described)
    try:
        step = follow(data_dir, described, dump)
    except OSError as error:
        raise disk_error(error, data_dir) from error
    events = sum(sum(found.values()) for found in step.counts.values()) if step else 0
    return Text(
        f"Fichiers à télécharger faits ; {grouped(events, 'fr')} changements dans le flux.",
        f"Files to download made; {grouped(events, 'en')} changes in the feed.",
    )
