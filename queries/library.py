"""The shipped queries, found by name or by number: the folders `study/` and `national/` of this room."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from ..ontology.errors import NotFoundError
from ..ontology.text import Text
from .model import StoredQuery
from .reading import read_query

SHELVES: Final = ("study", "national")


@cache
def names() -> tuple[str, ...]:
    """The names of all shipped queries, in alphabetical order within each shelf."""
    return tuple(
        entry.name.removesuffix(".rq")
        for shelf in SHELVES
        for entry in sorted(files("digiterr.queries").joinpath(shelf).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".rq")
    )


@cache
def all_queries() -> tuple[StoredQuery, ...]:
    """Every shipped query: the numbered ones in their order, then the national ones by name."""
    return tuple(sorted(map(_read, names()), key=lambda query: (query.number or 1_000, query.name)))


def find(name: str) -> StoredQuery:
    """The query of that name or number; NotFoundError names the nearest one."""
    if name in names():
        return _read(name)
    for query in all_queries():
        if name == str(query.number):
            return query
    near = difflib.get_close_matches(name, names(), 1, cutoff=0.4)
    raise NotFoundError(
        Text(f"aucune question ne s’appelle « {name} ».", f"no query is called '{name}'."),
        Text(f"Vouliez-vous dire « {near[0]} » ?", f"Did you mean '{near[0]}'?")
        if near
        else Text(
            "Voyez la liste : /queries, ou digiterr query --list.",
            "See the list: /queries, or digiterr query --list.",
        ),
    )


@cache
def _read(name: str) -> StoredQuery:
    for shelf in SHELVES:
        resource = files("digiterr.queries").joinpath(shelf, name + ".rq")
        if resource.is_file():
            with as_file(resource) as path:
                return read_query(path)
    raise AssertionError(name)
