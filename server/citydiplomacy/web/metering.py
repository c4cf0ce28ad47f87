"""Figures for Prometheus: of this process, and of the workers that answer by themselves."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from citydiplomacy.asker import Asker
from citydiplomacy.web.outcomes import BUCKETS, CACHES, DIRECT_STATUSES, REFUSED_STATUSES, Outcome

if TYPE_CHECKING:
    from citydiplomacy.web.board import Board

logger = logging.getLogger("citydiplomacy.requests")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Key = tuple[str, int, str]  # route, status, cache


class Times:
    """Seconds, summed up and by bucket; the last bucket is for what is past all of them."""

    def __init__(self) -> None:
        self.sum = 0.0
        self.buckets = [0.0] * (len(BUCKETS) + 1)

    def note(self, seconds: float) -> None:
        self.sum += seconds
        self.buckets[bisect_left(BUCKETS, seconds)] += 1


class Meter(Collector):
    """Counts requests and their times; one for each application, with a registry of its own.

    ``board`` has the figures of workers that answer by themselves; None where there are none.
    """

    def __init__(self, pool: Asker, board: Board | None = None) -> None:
        self._pool = pool
        self._board = board
        self._lock = threading.Lock()
        self._requests: Counter[Key] = Counter()
        self._times: defaultdict[str, Times] = defaultdict(Times)
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def note(self, outcome: Outcome, started: float) -> None:
        """Counts one request that began at ``started`` (``time.perf_counter``) and logs it where that is asked for."""
        seconds = time.perf_counter() - started
        with self._lock:
            self._requests[outcome.route, outcome.status, outcome.cache] += 1
            self._times[outcome.cache].note(seconds)
        if logger.isEnabledFor(logging.INFO):
            logger.info(outcome.line(seconds))

    def text(self) -> bytes:
        """The figures in Prometheus's text format."""
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        requests, times = self._figures()
        counter = CounterMetricFamily(
            "citydiplomacy_requests", "Requests answered", labels=["route", "status", "cache"]
        )
        for key, count in sorted(requests.items()):
            counter.add_metric([*map(str, key)], count)
        yield counter
        histogram = HistogramMetricFamily("citydiplomacy_seconds", "Time until an answer begins", labels=["cache"])
        for cache, known in sorted(times.items()):
            bounds = [*map(str, map(float, BUCKETS)), "+Inf"]
            histogram.add_metric([cache], list(zip(bounds, accumulate(known.buckets), strict=True)), known.sum)
        yield histogram
        yield GaugeMetricFamily("citydiplomacy_workers_idle", "Workers that wait for a query", self._pool.idle)
        replaced = "Workers killed and replaced so far"
        yield GaugeMetricFamily("citydiplomacy_workers_replaced", replaced, self._pool.replaced)

    def _figures(self) -> tuple[Counter[Key], dict[str, Times]]:
        """This process's figures, and those of the workers and of the gateway beside it."""
        with self._lock:
            requests, times = self._requests.copy(), {cache: _copy(known) for cache, known in self._times.items()}
        for status, count in zip(REFUSED_STATUSES, self._board.refused if self._board else (), strict=False):
            if count:
                requests["other", status, "none"] += int(count)
        for slot in self._board.slots if self._board else ():
            row = len(slot.figures) // len(CACHES)
            for number, cache in enumerate(CACHES):
                seconds, *rest = slot.figures[number * row : (number + 1) * row]
                counts, buckets = rest[: len(DIRECT_STATUSES)], rest[len(DIRECT_STATUSES) :]
                for status, count in zip(DIRECT_STATUSES, counts, strict=True):
                    if count:
                        requests["/sparql", status, cache] += int(count)
                known = times.setdefault(cache, Times())
                known.sum += seconds
                past = sum(counts) - sum(buckets)
                known.buckets = [sum(pair) for pair in zip(known.buckets, [*buckets, past], strict=True)]
        return requests, times


def _copy(known: Times) -> Times:
    copied = Times()
    copied.sum, copied.buckets = known.sum, list(known.buckets)
    return copied
