"""For those who run the service: `/health` (it is alive), `/ready` (it can answer), `/metrics`."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version as installed_version
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify

from ..ontology.errors import DigiTerrError
from ..store.errors import NothingPublishedError
from ..store.model import DatasetVersion
from ..store.service.client import ServiceClient
from .front import Front
from .metrics import MEDIA_TYPE
from .service import service

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
def health() -> Response:
    """The web process answers: no more than that, so that a busy store never gets it restarted."""
    version = _known_version()
    response = jsonify(
        status="ok",
        software=installed_version("digiterr"),
        version=version.number if version else None,
        triples=version.quads if version else None,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/ready")
def ready() -> Response:
    """A version is published and a query gets through to it. Raises a 503 otherwise."""
    engine = service().engine
    version = engine.version()
    if version is None:
        raise NothingPublishedError
    engine.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")
    response = jsonify(status="ready", version=version.number)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters and gauges in Prometheus' text format."""
    made = service()
    version = _known_version()
    front = cast("Front", current_app.extensions["front"])
    gauges = {
        "digiterr_dataset_version": ("Number of the published version.", version.number if version else 0),
        "digiterr_triples": ("Triples of the published version.", version.quads if version else 0),
        "digiterr_cache_bytes": ("Bytes of the cache of answers in this web process.", front.cache.used),
        "digiterr_web_memory_bytes": (
            "Greatest resident memory of this web process.",
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        ),
    }
    if isinstance(made.engine, ServiceClient):
        gauges |= _engine_gauges(made.engine.state())
    response = Response(made.metrics.exposition(gauges), content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _known_version() -> DatasetVersion | None:
    """The version in force; None too while an engine elsewhere cannot be asked."""
    with suppress(DigiTerrError):
        return service().engine.version()
    return None


def _engine_gauges(state: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    """What the supervisor of the query processes says of them; nothing while it does not answer."""
    if not state:
        return {}
    workers = state["workers"]
    return {
        "digiterr_workers": ("Query processes.", len(workers)),
        "digiterr_workers_busy": (
            "Query processes at work on a query.",
            sum(worker["busy"] for worker in workers),
        ),
        "digiterr_queue": ("Queries and writes that wait for a process.", sum(state["queue"].values())),
        "digiterr_snapshot_ready": (
            "1 when the published version is in memory.",
            int(state["snapshot"]["ready"]),
        ),
    }
