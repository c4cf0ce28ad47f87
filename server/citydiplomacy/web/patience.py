"""Waiting a moment without a timer for each who waits: one timer looks after all of them."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

PATIENCE = 0.05  # seconds after which something is slow: from then on its client is watched for leaving


class Patience:
    """Futures of one event loop that are done when something is there, or else when it turns out to be slow."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def waiter(self, seconds: float) -> asyncio.Future[None]:
        """A future that is done after ``PATIENCE``, or ``seconds`` where that is less, unless it is woken before."""
        if self._loop is None:
            self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        loop = self._loop
        if not self._waiting:
            loop.call_later(PATIENCE / 2, self._look, loop)
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiting.append((loop.time() + min(PATIENCE, seconds), waiter))
        return waiter

    def wake(self, waiter: asyncio.Future[None]) -> None:
        """Ends a wait, from any thread."""
        if threading.get_ident() == self._thread:
            wake(waiter)
        elif self._loop:
            self._loop.call_soon_threadsafe(wake, waiter)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now, waiting = loop.time(), self._waiting
        self._waiting = [one for one in waiting if one[0] > now and not one[1].done()]
        for until, waiter in waiting:
            if until <= now:
                wake(waiter)
        if self._waiting:
            loop.call_later(PATIENCE / 2, self._look, loop)


def wake(waiter: asyncio.Future[None]) -> None:
    """Ends a wait, in the loop's own thread; no matter if it is over already."""
    if not waiter.done():
        waiter.set_result(None)


async def watch(protocol: Any, awaited: asyncio.Future[Any], seconds: float) -> bool:
    """Waits until something is there, the time is over, or the client has left; whether it has."""
    gone = asyncio.ensure_future(protocol.client_disconnect())
    await asyncio.wait({awaited, gone}, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
    return not gone.cancel()
