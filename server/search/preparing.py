"""The index of names of each version: made once it is published, opened by who searches or matches."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from time import perf_counter

from ...loaders.matching.index import write_index
from ...ontology.text import Text, grouped
from ...queries import library
from ...store.durability import whole
from ...store.model import Engine
from ..preparing import prepare_one
from ..territories.gazetteer import GAZETTEER, Gazetteer
from .things import places, questions, terms

FOLDER = "search"


def index_folder(data_dir: Path, version: int) -> Path:
    """Where the index of a version is, once it is made."""
    return data_dir / FOLDER / f"{version:06}"


def prepare(engine: Engine, data_dir: Path, version: int) -> Text:
    """Make the index of a version, and its gazetteer first."""
    started = perf_counter()
    prepare_one("gazetteer", data_dir, version)
    count = make_index(engine, data_dir, version)
    seconds = f"{perf_counter() - started:.1f}"
    return Text(
        f"Index de recherche : {grouped(count, 'fr')} entrées en {seconds.replace('.', ',')} s.",
        f"Search index: {grouped(count, 'en')} entries in {seconds} s.",
    )


def make_index(engine: Engine, data_dir: Path, version: int) -> int:
    """Make the index from the gazetteer that is kept of the version; how many things it holds."""
    gazetteer = GAZETTEER.find(data_dir, version) or Gazetteer(())
    found = chain(places(gazetteer), terms(engine), questions(library.all_queries()))
    with whole(index_folder(data_dir, version)) as draft:
        draft.mkdir()
        return write_index(found, draft)
