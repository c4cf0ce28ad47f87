"""The workers that connections are lent to: they are asked for, looked after, ended and replaced here."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from citydiplomacy.errors import ReleaseError
from citydiplomacy.spawner import GONE, Forks
from citydiplomacy.web.board import ASKING, IDLE, Board
from citydiplomacy.web.borrowers import Borrower, Connection
from citydiplomacy.web.lending import LENT, MESSAGE, PIECE, READY, REST, ROLE, Post
from citydiplomacy.web.polling import Poller

SHARE, SAVED = 0.1, 6.0  # of a processor's time, for workers in place of ended ones; what may be saved up, in seconds


@dataclass(frozen=True)
class Work:
    """How many workers there are to be, what they are told, and where it is seen what they do."""

    board: Board
    post: Post
    workers: int


class Keeper(Protocol):
    """Who lends the connections."""

    def take_back(self, connection: Connection, kind: bytes, data: bytes) -> None:
        """A worker gives a connection back (a kind of ``lending``)."""

    def give_up(self, request: bytes, connection: Connection | None) -> None:
        """A request has ended its worker; the connection is None where that is gone, too."""

    def lend(self, connection: Connection) -> None:
        """A connection that nothing is known of is to be lent anew."""

    def can_lend(self) -> None:
        """A worker is ready."""


class Crew:
    """All workers: those that work and one that stands by. ``forks`` is asked for them; without it there are none."""

    def __init__(self, poller: Poller, work: Work, forks: Forks | None, keeper: Keeper) -> None:
        self._poller = poller
        self._work = work
        self._forks = forks
        self._keeper = keeper
        self._free = deque(range(len(work.board.slots)))
        self._asked: deque[tuple[Forks, int, socket.socket]] = deque()
        self.borrowers: list[Borrower] = []
        self._stopping = False
        self._cost = 0.0  # processor seconds that a worker takes to be ready
        self._saved, self._paid = SAVED, time.monotonic()

    @property
    def ready(self) -> bool:
        """Whether there is anybody to lend to, or never will be."""
        return not self._work.workers or any(one.ready for one in self.borrowers)

    def start(self) -> None:
        if self._forks:
            self._poller.watch(self._forks.fileno(), select.EPOLLIN, partial(self._born, self._forks))
            self.fill()
        if not self._work.workers:
            self._keeper.can_lend()

    def renew(self, forks: Forks) -> None:
        """Puts workers from elsewhere in the place of those there are, one by one."""
        old, self._forks = self._forks, forks
        self.start()
        if old:
            self._leave(old)

    def stop(self) -> None:
        """Lets all workers end."""
        self._stopping = True
        for borrower in self.borrowers:
            borrower.retire()

    def close(self) -> None:
        """Hangs up on the spawner, and on workers that were asked for and have not come."""
        for _forks, _number, line in self._asked:
            line.close()
        if self._forks:
            self._poller.forget(self._forks.fileno())
            self._forks.close()

    def fill(self) -> None:
        """Asks for the workers that are missing; they come in some milliseconds (see ``_born``)."""
        forks = self._forks
        if self._stopping or not forks or not self._work.workers:
            return
        there = sum(one.forks is forks and not one.retired for one in self.borrowers)
        missing = self._work.workers + 1 - there - sum(one[0] is forks for one in self._asked)
        for _ in range(min(missing, len(self._free))):
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._asked.append((forks, self._free.popleft(), ours))
            try:
                with theirs:
                    forks.ask(ROLE, theirs)
            except EOFError:
                self._lose(forks)

    def end_slow(self) -> None:
        """Ends those that have worked on one query for too long."""
        for borrower in self.borrowers:
            if borrower.is_slow():
                borrower.stop()

    def lend(self, connection: Connection) -> bool:
        """Lends a connection to the worker that has fewest; False where there is none."""
        active = [one for one in self.borrowers if one.ready and not one.retired][: self._work.workers]
        borrower = min(active, key=lambda one: len(one.lent), default=None)
        if not borrower:
            return False
        message = MESSAGE.pack(LENT, connection.number) + connection.address.encode()
        try:
            socket.send_fds(borrower.line, [message], [connection.socket.fileno()])
        except OSError:
            return False
        borrower.lent[connection.number] = connection
        return True

    def _born(self, forks: Forks, _: int) -> None:
        """A worker is there, or its spawner has ended."""
        try:
            pid = forks.take()
        except EOFError:
            self._lose(forks)
            return
        asked = next(one for one in self._asked if one[0] is forks)
        self._asked.remove(asked)
        _forks, number, line = asked
        try:
            self._employ(Borrower(self._work.board.slots[number], number, line, pid, forks))
        except ProcessLookupError:  # it has ended already; it is replaced later
            line.close()
            self._free.append(number)
        self._leave(forks)

    def _employ(self, borrower: Borrower) -> None:
        """Tells a worker what to do."""
        borrower.slot.end()
        self.borrowers.append(borrower)
        post, line = replace(self._work.post, slot=borrower.number), borrower.line
        with contextlib.suppress(OSError):  # it has ended already, which is heard below
            socket.send_fds(line, [post.pack()], [borrower.token])
        line.setblocking(False)
        self._poller.watch(line.fileno(), select.EPOLLIN, partial(self._hear, borrower))
        if self._stopping or borrower.forks is not self._forks:
            borrower.retire()

    def _lose(self, forks: Forks) -> None:
        """A spawner has ended by itself, and all its workers with it; ReleaseError where no other has been loaded."""
        for asked in [one for one in self._asked if one[0] is forks]:
            self._asked.remove(asked)
            self._free.append(asked[1])
            asked[2].close()
        self._poller.forget(forks.fileno())
        forks.close()
        if forks is self._forks and not self._stopping:
            self._stopping = True
            raise ReleaseError(GONE)

    def _leave(self, forks: Forks) -> None:
        """Hangs up on a spawner of old, once nothing is expected from it; it ends when all have."""
        if forks is not self._forks and not any(one[0] is forks for one in self._asked):
            self._poller.forget(forks.fileno())
            forks.close()

    def _hear(self, borrower: Borrower, _: int) -> None:
        """What a worker says, until it has nothing more to say, or has ended."""
        while True:
            try:
                message = borrower.line.recv(PIECE + MESSAGE.size)
            except BlockingIOError:
                return
            except ConnectionResetError:  # it has ended with something unread; what it said before is still to come
                continue
            if not message:
                break
            kind, number = MESSAGE.unpack_from(message)
            self._take(borrower, kind, number, message[MESSAGE.size :])
        self._bury(borrower)

    def _take(self, borrower: Borrower, kind: bytes, number: int, data: bytes) -> None:
        if kind == READY:
            borrower.ready = True
            self._cost = number / 1e6
            old = next((one for one in self.borrowers if one.forks is not self._forks and not one.retired), None)
            if old and borrower.forks is self._forks:
                old.retire()
            self._keeper.can_lend()
        else:
            connection = borrower.lent[number] if kind == REST else borrower.lent.pop(number)
            self._keeper.take_back(connection, kind, data)

    def _bury(self, borrower: Borrower) -> None:
        """Takes back what a worker that has ended still had; it is replaced, unless it died at once, only later."""
        self._poller.forget(borrower.line.fileno())
        self.borrowers.remove(borrower)
        slot, lent = borrower.slot, borrower.lent
        working = lent.pop(slot.connection, None) if slot.state != IDLE else None
        if slot.state == ASKING:
            self._keeper.give_up(slot.request, working)
            self._pay()
        elif working:
            working.close()  # it may have had some of its response
        slot.end()
        self._free.append(borrower.number)
        borrower.close()
        if slot.begun > borrower.first or borrower.retired:
            self.fill()
        for connection in lent.values():
            self._keeper.lend(connection)

    def _pay(self) -> None:
        """Counts what it costs to put a worker in the place of one. Past a share, none is risked for a while."""
        now = time.monotonic()
        self._saved = min(SAVED, self._saved + SHARE * (now - self._paid)) - self._cost
        self._paid = now
        if self._saved < 0:
            self._work.board.pause(-self._saved / SHARE)
