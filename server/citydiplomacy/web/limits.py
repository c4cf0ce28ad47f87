"""A client's share: so many requests a second, with a reserve for bursts (a token bucket for each address)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil
from typing import Protocol

from cachetools import LRUCache

from citydiplomacy.errors import TooManyRequests

CLIENTS = 10_000
BURST_SECONDS = 10


class Shares(Protocol):
    """What is left of each client's share, and since when: in this process, or in memory that several share."""

    def get(self, client: str, default: tuple[float, float]) -> tuple[float, float]: ...

    def __setitem__(self, client: str, value: tuple[float, float]) -> None: ...


class Limiter:
    """Lets each client through ``rate`` times a second; 0 means no limit. A client may save up ten seconds' worth."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, shares: Shares | None = None) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._shares: Shares = LRUCache(CLIENTS) if shares is None else shares

    def left(self, client: str) -> float:
        """How many requests a client may send at once just now."""
        most = max(1.0, self._rate * BURST_SECONDS)
        now = self._clock()
        left, since = self._shares.get(client, (most, now))
        return min(most, left + (now - since) * self._rate)

    def admit(self, client: str) -> None:
        """Takes one request off a client's share; TooManyRequests where nothing is left of it."""
        if not self._rate:
            return
        with self._lock:
            left = self.left(client)
            self._shares[client] = (left - 1 if left >= 1 else left, self._clock())
        if left < 1:
            wait = ceil((1 - left) / self._rate)
            raise TooManyRequests(f"More than {self._rate:g} requests a second; wait {wait} s.", seconds=wait)
