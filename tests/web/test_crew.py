"""Workers come, speak and end; what they had is taken back, whatever they ended of."""

import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from citydiplomacy.errors import ReleaseError
from citydiplomacy.web.board import Board
from citydiplomacy.web.borrowers import Connection
from citydiplomacy.web.crew import Crew, Work
from citydiplomacy.web.direct import Scope
from citydiplomacy.web.lending import MESSAGE, PASSED, PIECE, READY, Post
from citydiplomacy.web.polling import Poller


class Forks:
    """A spawner that the test forks for: ``workers`` are the sockets of those that were asked for."""

    def __init__(self) -> None:
        self.workers: deque[socket.socket] = deque()
        self._ours, self._line = socket.socketpair()

    def ask(self, _: bytes, theirs: socket.socket) -> None:
        self.workers.append(theirs.dup())

    def take(self) -> int:
        answer = self._line.recv(4)
        if not answer:
            raise EOFError
        return int.from_bytes(answer, "big")

    def fileno(self) -> int:
        return self._line.fileno()

    def close(self) -> None:
        for one in (*self.workers, self._ours, self._line):
            one.close()

    def bear(self, pid: int) -> None:
        self._ours.send(pid.to_bytes(4, "big"))

    def end(self) -> None:
        self._ours.close()


class Keeper:
    """Notes what is said of connections."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def take_back(self, connection: Connection, kind: bytes, data: bytes) -> None:
        self.told.append((connection.number, kind, data))

    def give_up(self, request: bytes, connection: Connection | None) -> None:
        self.told.append((connection, request))

    def lend(self, connection: Connection) -> None:
        self.told.append((connection.number,))

    def can_lend(self) -> None:
        """Nothing to note."""


@pytest.fixture
def forks() -> Iterator[Forks]:
    with closing(Forks()) as made:
        yield made


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def poller() -> Poller:
    return Poller()


@pytest.fixture
def crew(forks: Forks, keeper: Keeper, poller: Poller, tmp_path: Path) -> Iterator[Crew]:
    board = Board(tmp_path / "board", 4)
    crew = Crew(poller, Work(board, Post(str(tmp_path / "board"), 4, 0, Scope()), 1), forks, keeper)  # type: ignore[arg-type]
    crew.start()
    yield crew
    crew.close()


def test_what_a_worker_said_before_it_ended_is_heard(crew: Crew, forks: Forks, keeper: Keeper, poller: Poller) -> None:
    """A worker that ends with something unread is told as a connection that was reset, before its last words."""
    worker = forks.workers.popleft()
    forks.bear(os.getpid())
    poller.turn(1)
    socket.recv_fds(worker, PIECE, 1)
    worker.send(MESSAGE.pack(READY, 0))
    poller.turn(1)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for number in (1, 2):
            assert crew.lend(Connection(number, ours, "192.0.2.1", lambda: None))
        worker.send(MESSAGE.pack(PASSED, 1) + b"GET /")
        worker.close()
        poller.turn(1)
    assert keeper.told == [(1, PASSED, b"GET /"), (2,)]
    assert crew.borrowers == []


def test_worker_that_has_ended_before_it_is_known_is_asked_for_again(crew: Crew, forks: Forks, poller: Poller) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    asked = len(forks.workers)
    forks.bear(ended.pid)
    poller.turn(1)
    assert crew.borrowers == []
    crew.fill()
    assert len(forks.workers) == asked + 1


def test_crew_can_not_go_on_without_its_spawner(crew: Crew, forks: Forks, poller: Poller) -> None:
    forks.end()
    with pytest.raises(ReleaseError):
        poller.turn(1)
    crew.fill()
    poller.turn(0)
    assert crew.borrowers == []
