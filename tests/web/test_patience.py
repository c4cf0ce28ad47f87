"""Waiting ends when something is there, or when it turns out to be slow, and one timer looks after all."""

import asyncio
import threading
import time

import pytest

from citydiplomacy.web import patience
from citydiplomacy.web.patience import PATIENCE, Patience, watch


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


class Client:
    """A client that leaves after some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def client_disconnect(self) -> None:
        await asyncio.sleep(self._seconds)


@pytest.mark.parametrize(
    ("leaves", "seconds", "there", "gone"), [(0, 60, False, True), (60, 0, False, False), (60, 60, True, False)]
)
def test_only_a_client_that_has_left_is_taken_to_have_left(
    leaves: float, seconds: float, there: bool, gone: bool
) -> None:
    async def wait() -> bool:
        awaited = asyncio.get_running_loop().create_future()
        if there:
            awaited.set_result(None)
        return await watch(Client(leaves), awaited, seconds)

    assert asyncio.run(wait()) is gone
