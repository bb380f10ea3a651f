"""The versions that this service keeps, and their dumps; over a remote engine there are none."""

from __future__ import annotations

from ...ontology.errors import NotFoundError
from ...ontology.text import Text
from ...store.dumps.model import Dump, all_dumps
from ...store.versions import Versions
from ..service import service


def kept_versions() -> Versions:
    """The versions of this service; NotFoundError over a remote engine."""
    refuse_over_remote_engine()
    return Versions(service().configuration.data_dir)


def kept_dumps() -> tuple[Dump, ...]:
    """The dumps that can be had, the newest version first."""
    configuration = service().configuration
    return () if configuration.remote else all_dumps(configuration.data_dir)


def refuse_over_remote_engine() -> None:
    """Raise NotFoundError where only versions on this machine have what is asked for."""
    if service().configuration.remote:
        raise NotFoundError(
            Text(
                "ce service répond d’un moteur distant, dont il ne garde ni versions, ni fichiers, ni flux.",
                "this service answers from a remote engine, of which it keeps no versions, files or feed.",
            ),
            Text("Interrogez la version en vigueur : /sparql", "Query the version in force: /sparql"),
        )
