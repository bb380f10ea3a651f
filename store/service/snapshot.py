"""The snapshot: one version in the memory of a process that forks query workers over it.

It never opens a store on disk itself (a fork of such a process hangs): a child reads the version and sends
it through a pipe. Reading the in-memory store writes its reference counts, so a fresh worker copies pages as
it reads; it scans the whole once before it takes work.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from typing import NoReturn, cast

import pyoxigraph
from pyoxigraph import QuerySolutions, RdfFormat, Store

from ..embedded import open_store
from ..graphs import graph_name
from ..versions import Versions
from . import wire
from .changes import apply_changes, changes_file
from .sandbox import deny_network, die_with_parent, limit_memory
from .settings import ServiceSettings
from .worker import run_worker

# Joins, groups and look-ups read the indexes by subject, predicate and object: so does this.
_WARMING = "SELECT (COUNT(*) AS ?quads) { ?s ?p ?o }"


def run_snapshot(control: socket.socket, number: int, settings: ServiceSettings) -> NoReturn:
    """Load a version, say so, then fork workers and follow later versions as told. Never returns."""
    die_with_parent()
    deny_network()
    store = load(settings, number)
    gc.collect()
    gc.freeze()
    control.send(wire.READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 2)
        if not message:
            os._exit(0)
        if message[:1] == wire.FOLLOW:
            apply_changes(changes_file(settings.data_dir, int(message[1:])), store)
            control.send(wire.READY)
            continue
        # Forked twice, so that the supervisor becomes the worker's parent and learns how it ends.
        between = os.fork()
        if between == 0:
            if os.fork() == 0:
                control.close()
                _run_memory_worker(descriptors[0], descriptors[1], store, settings)
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)
        os.waitpid(between, 0)


def load(settings: ServiceSettings, number: int) -> Store:
    """A version read into memory, its blank nodes named as on disk."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        version = Versions(settings.data_dir).get(number)
        with os.fdopen(writing, "wb", buffering=1 << 20) as output:
            open_store(version).dump(output, RdfFormat.N_QUADS)
        os._exit(0)
    os.close(writing)
    store = Store()
    for graph in Versions(settings.data_dir).get(number).graphs:
        store.add_graph(graph_name(graph))  # it may be empty
    with os.fdopen(reading, "rb", buffering=1 << 20) as dumped:
        store.bulk_extend(pyoxigraph.parse(dumped, RdfFormat.N_QUADS, lenient=True))
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError(f"version {number} could not be read")
    return store


def _run_memory_worker(channel_fd: int, stderr_fd: int, store: Store, settings: ServiceSettings) -> NoReturn:
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(stderr_fd, 2)
        os.close(stderr_fd)
        channel = socket.socket(fileno=channel_fd)
        channel.send(wire.BORN + str(os.getpid()).encode())
        for _ in range(2):
            next(cast("QuerySolutions", store.query(_WARMING, use_default_graph_as_union=True)))
        limit_memory(settings.memory)
        run_worker(channel, lambda _: store, settings)
    finally:
        os._exit(1)
