"""A process that can not be forked just now is forked later."""

import os

import pytest

from citydiplomacy import forking


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A system that says these errors to whoever wants to fork, and then that process 7 is there."""
    errors: list[int] = []

    def fork() -> int:
        if errors:
            number = errors.pop(0)
            raise OSError(number, os.strerror(number))
        return 7

    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr(forking, "PAUSE", 0.0)
    return errors


def test_there_may_be_no_room_for_a_while(refusals: list[int]) -> None:
    refusals += [11, 12, 11]
    assert forking.fork() == 7
    assert refusals == []


def test_nobody_waits_for_room_without_end(refusals: list[int]) -> None:
    refusals += [12] * (forking.TRIES + 1)
    with pytest.raises(OSError, match="Cannot allocate memory"):
        forking.fork()
    assert refusals == [12]
