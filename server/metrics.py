"""What the service counts, in the format of Prometheus.

With several web processes, prometheus-client adds them up through PROMETHEUS_MULTIPROC_DIR (`hosting.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counters of this process; `exposition` gives them, with the gauges of the moment."""

    def __init__(self) -> None:
        self._children: dict[tuple[int, tuple[str, ...]], Counter] = {}
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "digiterr_http_requests_total",
            "Answers sent, by method and status.",
            ("method", "status"),
            registry=self._registry,
        )
        self.queries = Counter(
            "digiterr_queries_total",
            "SPARQL queries by outcome: ok, cached, not_modified, cut, disconnected, error.",
            ("outcome",),
            registry=self._registry,
        )
        self.latency = Histogram(
            "digiterr_query_seconds",
            "Time from the request to the last byte of the answer to a query that was run.",
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.updates = Counter(
            "digiterr_writes_total", "Writes by outcome.", ("outcome",), registry=self._registry
        )

    def answered(self, method: str, status: int) -> None:
        """Count an answer sent."""
        self._counter(self.requests, method, str(status)).inc()

    def asked(self, outcome: str) -> None:
        """Count a query."""
        self._counter(self.queries, outcome).inc()

    def _counter(self, family: Counter, *labels: str) -> Counter:
        # `labels` looks its child up under a lock each time, which kept answers would feel.
        child = self._children.get((id(family), labels))
        if child is None:
            child = self._children[id(family), labels] = family.labels(*labels)
        return child

    def exposition(self, gauges: Mapping[str, tuple[str, float]]) -> bytes:
        """The text of /metrics. `gauges`: name -> (help, value of the moment)."""
        registry = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        moment = (
            f"# HELP {name} {text}\n# TYPE {name} gauge\n{name} {value:g}\n"
            for name, (text, value) in gauges.items()
        )
        return generate_latest(registry) + "".join(moment).encode()
