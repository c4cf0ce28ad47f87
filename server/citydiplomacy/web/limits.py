"""A client's share: so many requests a second, with a reserve for bursts (a token bucket for each address)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil

from cachetools import LRUCache

from citydiplomacy.errors import TooManyRequests

CLIENTS = 10_000
BURST_SECONDS = 10


class Limiter:
    """Lets each client through ``rate`` times a second; 0 means no limit. A client may save up ten seconds' worth."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(CLIENTS)

    def admit(self, client: str) -> None:
        """Takes one request off a client's share; TooManyRequests where nothing is left of it."""
        if not self._rate:
            return
        most = max(1.0, self._rate * BURST_SECONDS)
        now = self._clock()
        with self._lock:
            left, since = self._buckets.get(client, (most, now))
            left = min(most, left + (now - since) * self._rate)
            self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            wait = ceil((1 - left) / self._rate)
            raise TooManyRequests(f"More than {self._rate:g} requests a second; wait {wait} s.", seconds=wait)
