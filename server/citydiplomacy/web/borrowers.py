"""Clients' connections, and the workers that they are lent to, as the gateway knows them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable

from citydiplomacy.spawner import Forks
from citydiplomacy.web.board import Slot

CPU_SECONDS, WALL_SECONDS = 0.05, 2.0  # that a worker may spend on one query


class Connection:
    """A client's connection; ``gone`` is called when it is closed."""

    __slots__ = ("_gone", "address", "number", "rest", "socket")

    def __init__(self, number: int, connection: socket.socket, address: str, gone: Callable[[], None]) -> None:
        self.number = number
        self.socket = connection
        self.address = address
        self._gone = gone
        self.rest = bytearray()  # of a response that the client was too slow for

    def close(self) -> None:
        """Ends it, whoever else has a copy of its socket."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._gone()


class Borrower:
    """One worker, as the gateway knows it. ProcessLookupError where it has ended already."""

    def __init__(self, slot: Slot, number: int, line: socket.socket, pid: int, forks: Forks) -> None:
        self._handle = os.pidfd_open(pid)
        self.slot = slot
        self.number = number
        self.line = line
        self.forks = forks  # where it is from
        self.token = os.eventfd(1, os.EFD_NONBLOCK)
        self.lent: dict[int, Connection] = {}
        self.retired = False
        self.ready = False
        self.first = slot.begun
        self._clock = (~pid << 3) | 2  # CPUCLOCK_SCHED of that process, see clock_getcpuclockid(3)
        self._seen, self._cpu, self._wall = 0, 0.0, 0.0

    def is_slow(self) -> bool:
        """Whether it has worked on the same request for too long."""
        asking = self.slot.asking
        if not asking:
            return False
        cpu, wall = self._spent(), time.monotonic()
        if asking != self._seen:
            self._seen, self._cpu, self._wall = asking, cpu, wall
            return False
        return cpu - self._cpu > CPU_SECONDS or wall - self._wall > WALL_SECONDS

    def stop(self) -> None:
        """Kills it, unless it has finished that request in the meantime: only one of both can have the token."""
        try:
            os.eventfd_read(self.token)
        except BlockingIOError:
            return
        if self.slot.asking == self._seen:
            self.kill()
        else:
            os.eventfd_write(self.token, 1)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def retire(self) -> None:
        """Lets it end after the request it works on."""
        if not self.retired:
            self.retired = True
            self.line.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.line.close()
        os.close(self.token)
        os.close(self._handle)

    def _spent(self) -> float:
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0
