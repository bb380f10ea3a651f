"""The writer: one process, one write at a time, each a version of its own.

A write is made on a hard-link copy of the current version, judged, and published; then it is entered in the
journal and acknowledged. Until it is published nothing has changed, whatever ends the process; once it is,
every query that starts reads it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from pyoxigraph import NamedNode, Store

from ...ontology.errors import DigiTerrError, ViolationsError
from ...ontology.names import RDF
from ...ontology.text import Text
from ..embedded import open_store
from ..federation import Fetch
from ..model import DEFAULT_GRAPH, Authority, DatasetVersion, Upload
from ..versions import Versions
from ..writing import Changes, Write, dropping, merging, patching, perform, replacing, updating
from . import wire
from .changes import changes_file, write_changes
from .gateway import fetch_through
from .requests import serve_requests
from .sandbox import deny_network, limit_memory
from .settings import ServiceSettings

_IRI: Final = re.compile(rb"<([^>]*)>")
_TYPE: Final = str(RDF.type).encode()
_MOST_FOCUS_NODES: Final = 5000


def run_writer(channel: socket.socket, settings: ServiceSettings) -> NoReturn:
    """Be the writer. Never returns."""
    deny_network()
    channel.send(wire.BORN + str(os.getpid()).encode())
    versions = Versions(settings.data_dir)
    versions.prepare()

    def answer(client: socket.socket, _: int, facts: dict[str, Any]) -> None:
        signal.setitimer(signal.ITIMER_REAL, settings.write_timeout)
        limit_memory(2 * settings.memory)
        report = json.dumps(_transaction(versions, facts, settings)).encode()
        wire.send(client, wire.HEAD, report)

    serve_requests(channel, answer, settings)


def _transaction(versions: Versions, facts: dict[str, Any], settings: ServiceSettings) -> dict[str, Any]:
    authority = Authority(facts["authority"]["name"], tuple(facts["authority"]["graphs"]))
    write = _write(facts, fetch_through(settings))
    changes, number = Changes(), 0

    def make(base: DatasetVersion | None, store: Store) -> Mapping[str, int | None]:
        nonlocal changes, number
        number = base.number if base else 0
        changes = perform(open_store(base) if base else Store(), store, write, authority)
        _validate(store, changes, settings)
        return {graph: done.size if done.exists else None for graph, done in changes.graphs.items()}

    def note(staged: DatasetVersion) -> None:
        write_changes(changes_file(settings.data_dir, staged.number), number, changes)

    version = versions.commit(make, f"{facts['action']} by {authority.name}", before_switch=note)
    _enter(settings.data_dir / "journal.jsonl", version, facts["action"], authority, changes)
    with suppress(DigiTerrError):
        versions.prune(settings.keep_versions)
    target = facts.get("graph") or DEFAULT_GRAPH
    done = changes.graphs.get(target)
    existed = done.existed if done else True
    return {
        "version": version.number,
        "graphs": list(changes.graphs),
        "added": changes.added,
        "removed": changes.removed,
        "existed": existed,
    }


def _write(facts: dict[str, Any], fetch: Fetch | None) -> Write:
    graph = facts.get("graph")
    uploads = [Upload(Path(path), media_type, base) for path, media_type, base in facts.get("uploads", ())]
    match facts["action"]:
        case "update":
            return updating(
                facts["text"], facts["using"], facts["using_named"], fetch, facts["authority"]["load"]
            )
        case "put":
            return replacing(graph, uploads)
        case "post":
            return merging(graph, uploads)
        case "delete":
            return dropping(graph)
        case "patch":
            return patching(graph, facts["text"])
        case action:
            raise ValueError(action)


def _validate(store: Store, changes: Changes, settings: ServiceSettings) -> None:
    """Raise ViolationsError, with the report, if what came to a validated graph breaks the shapes."""
    judged = [done for graph, done in changes.graphs.items() if graph.startswith(settings.validated)]
    added = [line for done in judged for line in done.added]
    removed = [line for done in judged for line in done.removed]
    if not added and not removed:
        return
    # Imported here: pySHACL and rdflib take a second that only writers need spend.
    from ...shapes.select import select_in
    from ...shapes.validation import validate

    report = validate(select_in(store), focus_nodes=_focus_nodes(store, added, removed))
    if not report.violations:
        return
    first = report.violations[0]
    error = ViolationsError(
        Text(
            f"Ces données enfreignent {len(report.violations)} règle(s), dont : {first.message.fr}",
            f"These data break {len(report.violations)} rule(s), among them: {first.message.en}",
        ),
        Text("Rien n’a été modifié ; le rapport dit tout.", "Nothing was changed; the report says all."),
    )
    error.details = {"report": report.serialize().decode()}
    raise error


def _focus_nodes(store: Store, added: list[bytes], removed: list[bytes]) -> list[NamedNode] | None:
    """What the changed triples are about, what they lead to, and what refers to a thing that lost a type.

    None, all of the graph: where they are too many, or a subject is a blank node, which no query can name.
    """
    nodes: set[str] = set()
    for line in (*added, *removed):
        subject, predicate, value = line.split(b" ", 2)
        if not (name := _IRI.match(subject)):
            return None
        nodes.add(name[1].decode())
        if predicate != _TYPE and (name := _IRI.match(value)):
            nodes.add(name[1].decode())
        if len(nodes) > _MOST_FOCUS_NODES:
            return None
    lost = {line.split(b" ", 1)[0][1:-1].decode() for line in removed if line.split(b" ", 2)[1] == _TYPE}
    for name in lost:
        for quad in store.quads_for_pattern(None, None, NamedNode(name), None):
            if not isinstance(quad.subject, NamedNode) or len(nodes) > _MOST_FOCUS_NODES:
                return None
            nodes.add(quad.subject.value)
    return [NamedNode(node) for node in nodes]


def _enter(
    journal: Path, version: DatasetVersion, action: str, authority: Authority, changes: Changes
) -> None:
    """Add a line to the journal: when, who, what, which graphs, how many quads."""
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "version": version.number,
        "who": authority.name,
        "action": action,
        "graphs": {
            graph: {"added": len(done.added), "removed": len(done.removed)}
            for graph, done in changes.graphs.items()
        },
        "added": changes.added,
        "removed": changes.removed,
    }
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
