"""Waiting ends when something is there, or when it turns out to be slow, and one timer looks after all."""

import asyncio
import threading
import time

import pytest

from citydiplomacy.web import patience
from citydiplomacy.web.patience import PATIENCE, Patience


def test_slow_things_are_told_of() -> None:
    async def wait(seconds: float) -> float:
        started = time.monotonic()
        await Patience().waiter(seconds)
        return time.monotonic() - started

    assert asyncio.run(wait(10)) >= PATIENCE * 0.99
    assert asyncio.run(wait(0.001)) < 5


def test_wait_ends_at_once_from_any_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 60.0)

    async def wait() -> bool:
        waiting = Patience()
        here, there, never = (waiting.waiter(60) for _ in range(3))
        waiting.wake(here)
        thread = threading.Thread(target=waiting.wake, args=(there,))
        thread.start()
        await asyncio.wait_for(asyncio.gather(here, there), 10)
        thread.join()
        return never.done()

    assert asyncio.run(wait()) is False
