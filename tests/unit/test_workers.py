"""A worker is there, or another in its place."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from citydiplomacy.errors import ReleaseError
from citydiplomacy.spawner import WORKER, Worker, born

DESCRIPTORS = Path("/proc/self/fd")
Sleepers = Callable[[], int]


class Forks:
    """A spawner whose first workers end at once."""

    def __init__(self, ended: int, sleeper: Sleepers, stack: ExitStack) -> None:
        self._left = ended
        self._sleeper = sleeper
        self._stack = stack
        self.lines: list[socket.socket] = []

    def fork(self, role: bytes, theirs: socket.socket) -> int:
        assert role == WORKER
        self.lines.append(self._stack.enter_context(theirs.dup()))
        if not self._left:
            return self._sleeper()
        self._left -= 1
        with subprocess.Popen([sys.executable, "-c", ""]) as ended:
            ended.wait()
        return ended.pid


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def sleeper(stack: ExitStack) -> Sleepers:
    """Starts a process that does nothing, and says its number."""

    def start() -> int:
        process = stack.enter_context(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return process.pid

    return start


def test_worker_that_ends_before_it_is_known_is_asked_for_again(sleeper: Sleepers, stack: ExitStack) -> None:
    forks = Forks(2, sleeper, stack)
    worker = born(forks)  # type: ignore[arg-type]
    assert len(forks.lines) == 3
    for line in forks.lines[:2]:
        assert line.recv(1) == b""
    forks.lines[2].send(b"x")
    assert worker.connection.recv(1) == b"x"
    worker.kill()
    assert forks.lines[2].recv(1) == b""


def test_workers_that_all_end_are_not_asked_for_without_end(sleeper: Sleepers, stack: ExitStack) -> None:
    with pytest.raises(ReleaseError, match="as soon as they are started"):
        born(Forks(1000, sleeper, stack))  # type: ignore[arg-type]


def test_nothing_is_left_open_of_a_worker_that_has_ended_already() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        before = len(list(DESCRIPTORS.iterdir()))
        with pytest.raises(ProcessLookupError):
            Worker(ended.pid, ours)
        assert len(list(DESCRIPTORS.iterdir())) == before
