"""The rest of a response, sent as its client takes it."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import Protocol

from citydiplomacy.web.polling import Poller

STUCK_SECONDS = 30.0  # for taking a piece of a response


class Done(Protocol):
    """Is told that all is over; ``whole`` says whether the connection may be used for something else."""

    def __call__(self, *, whole: bool) -> None: ...


class Draining:
    """One client's connection, and what it is still to get."""

    idle = False

    def __init__(self, poller: Poller, client: socket.socket, data: bytes) -> None:
        self._poller = poller
        self._client = client
        self._data = memoryview(data)
        self._moved = time.monotonic()

    def start(self, done: Done) -> None:
        """``done`` is called once, when all is over."""
        self._done = done
        self._poller.watch(self._client.fileno(), select.EPOLLOUT, self._send)

    def end(self, *, keep: bool = False) -> None:
        """Ends it; the connection is left to ``done``."""
        self._poller.forget(self._client.fileno())
        self._done(whole=keep)

    def look_after(self, now: float) -> None:
        """Ends it where the client takes nothing."""
        if now - self._moved > STUCK_SECONDS:
            self.end()

    def _send(self, _: int) -> None:
        try:
            with contextlib.suppress(BlockingIOError):
                self._data = self._data[self._client.send(self._data) :]
                self._moved = time.monotonic()
        except OSError:
            self.end()
            return
        if not self._data:
            self.end(keep=True)
