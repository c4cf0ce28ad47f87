"""Memory that the processes of one server share: what each worker does, which queries are slow, who is connected.

It lies in a file that all of them map. Each word is written by one process at a time and read by others; an aligned
word is written at once. Where two may write (shares of clients, slow shapes), the worst that can happen is a request
more or less.
"""

from __future__ import annotations

import mmap
import os
import time
from bisect import bisect_left
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from citydiplomacy.web.outcomes import BUCKETS, CACHES, DIRECT_STATUSES, REFUSED_STATUSES

WORD = 8
SLOT = 4 * WORD  # requests begun, connection, length of the request, state
REQUEST = 64 * 1024  # bytes of a request that a worker answers by itself
IDLE, ASKING, SENDING = 0, 1, 2
SHAPES, SLOW_SECONDS = 4096, 300.0
CLIENTS = 8192
PORTS, ADDRESS = 65536, 64
ROW = 1 + len(DIRECT_STATUSES) + len(BUCKETS)  # a sum of seconds, requests by status, and by time


class Slot:
    """What one worker is doing just now."""

    def __init__(self, words: memoryview[int], request: memoryview[int], figures: memoryview[float]) -> None:
        self._words = words
        self._request = request
        self.figures = figures

    def begin(self, connection: int, request: bytes) -> None:
        """A request is being worked on."""
        self._request[: len(request)] = request
        words = self._words
        words[1], words[2] = connection, len(request)
        words[0] += 1
        words[3] = ASKING

    def send(self) -> None:
        self._words[3] = SENDING

    def end(self) -> None:
        self._words[3] = IDLE

    @property
    def asking(self) -> int:
        """The number of the request that is worked on, 0 where none is."""
        return self._words[0] if self._words[3] == ASKING else 0

    @property
    def begun(self) -> int:
        """How many requests have been begun."""
        return self._words[0]

    @property
    def state(self) -> int:
        return self._words[3]

    @property
    def connection(self) -> int:
        return self._words[1]

    @property
    def request(self) -> bytes:
        return bytes(self._request[: self._words[2]])

    def note(self, status: int, cache: str, seconds: float) -> None:
        """Counts an answer."""
        first = CACHES.index(cache) * ROW
        figures = self.figures
        figures[first] += seconds
        figures[first + 1 + DIRECT_STATUSES.index(status)] += 1
        if seconds <= BUCKETS[-1]:
            figures[first + 1 + len(DIRECT_STATUSES) + bisect_left(BUCKETS, seconds)] += 1


class Board:
    """The file, as one process has it mapped; made where it does not exist. ``slots`` is how many workers it is for."""

    def __init__(self, path: Path, slots: int) -> None:
        sizes = [2 * WORD, SLOT * slots, 2 * ROW * WORD * slots, 2 * WORD * SHAPES, 3 * WORD * CLIENTS, REQUEST * slots]
        sizes += [WORD * len(REFUSED_STATUSES)]
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(descriptor, sum(sizes) + PORTS * ADDRESS)
        whole = memoryview(mmap.mmap(descriptor, 0))
        os.close(descriptor)
        parts = []
        for size in sizes:
            parts.append(whole[:size])
            whole = whole[size:]
        times, words, figures, shapes, clients, requests, refused = parts
        self.slots = [
            Slot(
                words[one * SLOT : (one + 1) * SLOT].cast("Q"),
                requests[one * REQUEST : (one + 1) * REQUEST],
                figures[one * 2 * ROW * WORD : (one + 1) * 2 * ROW * WORD].cast("d"),
            )
            for one in range(slots)
        ]
        self._shapes, self._until = shapes[: WORD * SHAPES].cast("Q"), shapes[WORD * SHAPES :].cast("d")
        self.shares = Shares(clients)
        self.refused = refused.cast("d")
        self._peers = whole
        self._times = times.cast("d")

    @property
    def paused_until(self) -> float:
        """Until when (``time.monotonic``) workers leave what they do not know to the pages' process."""
        return self._times[0]

    @property
    def slow_until(self) -> float:
        """Until when any shape counts as slow."""
        return self._times[1]

    def pause(self, seconds: float) -> None:
        self._times[0] = time.monotonic() + seconds

    def is_slow(self, shape: int) -> bool:
        """Whether a query of this shape was slow not long ago."""
        place = shape % SHAPES
        return self._shapes[place] == shape and self._until[place] > time.monotonic()

    def remember_slow(self, shape: int) -> None:
        place = shape % SHAPES
        self._shapes[place] = shape
        self._until[place] = self._times[1] = time.monotonic() + SLOW_SECONDS

    def note_refusal(self, status: int) -> None:
        """Counts a request that is not passed on."""
        if status in REFUSED_STATUSES:
            self.refused[REFUSED_STATUSES.index(status)] += 1

    def introduce(self, port: int, address: str) -> None:
        """Says on whose behalf a port of this machine is connected to the pages' process."""
        self._peers[port * ADDRESS : (port + 1) * ADDRESS] = address.encode()[:ADDRESS].ljust(ADDRESS, b"\0")

    def peer(self, port: int) -> str:
        """The address on whose behalf a port of this machine is connected; empty where nothing was said."""
        return bytes(self._peers[port * ADDRESS : (port + 1) * ADDRESS]).rstrip(b"\0").decode()


class Shares:
    """What clients have saved of their rate (see ``limits``), by a hash of their address."""

    def __init__(self, memory: memoryview) -> None:
        self._keys = memory[: WORD * CLIENTS].cast("Q")
        self._values = memory[WORD * CLIENTS :].cast("d")

    def get(self, client: str, default: tuple[float, float]) -> tuple[float, float]:
        key = _key(client)
        place = key % CLIENTS
        if self._keys[place] != key:
            return default
        return self._values[2 * place], self._values[2 * place + 1]

    def __setitem__(self, client: str, value: tuple[float, float]) -> None:
        key = _key(client)
        place = key % CLIENTS
        self._values[2 * place], self._values[2 * place + 1] = value
        self._keys[place] = key


@lru_cache(4096)
def _key(client: str) -> int:
    """The same in all processes, unlike ``hash``."""
    return int.from_bytes(blake2b(client.encode(), digest_size=WORD).digest(), "little")
