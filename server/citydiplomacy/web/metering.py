"""Figures for Prometheus, and one log line a request. No query texts and no addresses: a query is told by its hash."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from citydiplomacy.asker import Asker

logger = logging.getLogger("citydiplomacy.requests")
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Outcome:
    """How a request ended: ``route`` is the first part of its path, ``cache`` hit, miss or none.

    ``query`` is the query's text, ``size`` the bytes of the answer before any part of it is left out (HEAD, 304).
    """

    route: str
    status: int
    cache: str = "none"
    query: str = ""
    size: int | None = None


class Meter:
    """Counts requests and their times; one for each application, with a registry of its own."""

    def __init__(self, pool: Asker) -> None:
        self.registry = CollectorRegistry()
        names = ["route", "status", "cache"]
        self._requests = Counter("citydiplomacy_requests", "Requests answered", names, registry=self.registry)
        self._seconds = Histogram(
            "citydiplomacy_seconds", "Time until an answer begins", ["cache"], buckets=BUCKETS, registry=self.registry
        )
        gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "citydiplomacy_workers_idle": ("Workers that wait for a query", lambda: pool.idle),
            "citydiplomacy_workers_replaced": ("Workers killed and replaced so far", lambda: pool.replaced),
        }
        for name, (text, value) in gauges.items():
            Gauge(name, text, registry=self.registry).set_function(value)
        self._known: dict[tuple[str, int, str], tuple[Counter, Histogram]] = {}

    def note(self, outcome: Outcome, started: float) -> None:
        """Counts one request that began at ``started`` (``time.perf_counter``) and logs it where that is asked for."""
        seconds = time.perf_counter() - started
        key = (outcome.route, outcome.status, outcome.cache)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._requests.labels(*map(str, key)), self._seconds.labels(outcome.cache)
        known[0].inc()
        known[1].observe(seconds)
        if logger.isEnabledFor(logging.INFO):
            logger.info(json.dumps(_line(outcome, seconds)))

    def text(self) -> bytes:
        """The figures in Prometheus's text format."""
        return generate_latest(self.registry)


def _line(outcome: Outcome, seconds: float) -> dict[str, object]:
    known: dict[str, object] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "route": outcome.route,
        "status": outcome.status,
        "milliseconds": round(seconds * 1000, 2),
        "cache": outcome.cache,
    }
    if outcome.size is not None:
        known["bytes"] = outcome.size
    if outcome.query:
        known["query"] = hashlib.sha256(outcome.query.encode()).hexdigest()[:16]
    return known
