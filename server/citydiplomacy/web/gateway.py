"""The way in: takes connections, lends them to workers that answer at once, and leaves the rest to the pages' process.

It never works on a query itself. Whatever a worker is sent, the gateway can end it and take back all its connections:
a query that takes longer than a moment, or ends its process, is asked again by the pages' process, which has workers
with deadlines for it; the other connections go to the other workers, and none of their clients notices.
"""

from __future__ import annotations

import logging
import resource
import select
import socket
import time
from functools import partial

from citydiplomacy.spawner import Forks
from citydiplomacy.web.borrowers import Connection
from citydiplomacy.web.crew import Crew, Work
from citydiplomacy.web.direct import operation_of, shape_of
from citydiplomacy.web.draining import Draining
from citydiplomacy.web.lending import CLOSED, KEEP, LAST, REST
from citydiplomacy.web.outcomes import Outcome
from citydiplomacy.web.plain import read_plain
from citydiplomacy.web.polling import Poller
from citydiplomacy.web.relay import Relay

logger, requests = logging.getLogger(__name__), logging.getLogger("citydiplomacy.requests")
OTHERS = 200  # descriptors that are no client's
TICK = 0.01  # seconds between looks at what workers do
SWEEP_SECONDS = 0.5  # between looks at what takes too long
STARTING_SECONDS = 30.0  # after which connections are taken even where no worker is ready
ACCEPTED = 64  # connections taken in one turn


class Gateway:
    """The loop. ``listener`` is where clients come, ``pages`` where the pages' process listens.

    ``poller`` may watch for others, too. Without ``forks`` there are no workers.
    """

    def __init__(self, listener: socket.socket, pages: tuple[str, int], work: Work, forks: Forks | None) -> None:
        self.poller = Poller()
        self._listener: socket.socket | None = listener
        self._pages = pages
        self._board = work.board
        self._crew = Crew(self.poller, work, forks, self)
        self._relays: set[Relay | Draining] = set()
        self._accepting = False
        self._stopping = False
        self._count = self._open = 0
        self._most = max(1, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHERS) // 2)
        self._started = self._swept = time.monotonic()

    @property
    def empty(self) -> bool:
        """Whether nothing is under way any more."""
        return not self._crew.borrowers and all(one.idle for one in self._relays)

    def start(self) -> None:
        """Starts the workers; connections are taken once one is there."""
        self._crew.start()

    def renew(self, forks: Forks) -> None:
        """Puts workers of another release in the place of those there are, one by one."""
        self._crew.renew(forks)

    def stop(self) -> None:
        """Takes no more connections, and lets workers end."""
        self._stopping = True
        if self._listener:
            self.poller.forget(self._listener.fileno())
            self._listener.close()
            self._listener = None
        self._crew.stop()
        for relay in [one for one in self._relays if one.idle]:
            relay.end()

    def close(self) -> None:
        """Ends what is left."""
        for relay in list(self._relays):
            relay.end()
        self._crew.close()

    def turn(self) -> None:
        """Does what there is to do, or waits a moment."""
        busy = any(one.lent for one in self._crew.borrowers)
        self.poller.turn(TICK if busy else SWEEP_SECONDS)
        self._crew.end_slow()
        now = time.monotonic()
        if now - self._swept > SWEEP_SECONDS:
            self._swept = now
            for relay in list(self._relays):
                relay.look_after(now)
            self._crew.fill()
            if now > self._started + STARTING_SECONDS or self._crew.ready:
                self.can_lend()

    def can_lend(self) -> None:
        """Takes connections (again)."""
        if self._listener and not self._accepting and self._open < self._most:
            self.poller.watch(self._listener.fileno(), select.EPOLLIN, self._accept)
            self._accepting = True

    def _accept(self, _: int) -> None:
        """Takes connections; where the system has no more room for them, they wait a while."""
        assert self._listener  # noqa: S101 (for the type checker: it is watched)
        try:
            for _number in range(min(ACCEPTED, self._most - self._open)):
                client, address = self._listener.accept()
                client.setblocking(False)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._count += 1
                self._open += 1
                self.lend(Connection(self._count, client, address[0], self._closed))
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            logger.warning("No more connections for a moment: %s", error.strerror)
            self._pause()
        if self._open >= self._most:
            self._pause()

    def _pause(self) -> None:
        """Takes no connections until the next sweep, or until one has ended."""
        if self._listener and self._accepting:
            self.poller.forget(self._listener.fileno())
            self._accepting = False

    def _closed(self) -> None:
        self._open -= 1
        if self._open == self._most - 1:
            self.can_lend()

    def lend(self, connection: Connection) -> None:
        """Lends a connection to a worker; where there is none, it is the pages' process's."""
        if self._stopping:
            connection.close()
        elif not self._crew.lend(connection):
            self._relay(connection, b"")

    def take_back(self, connection: Connection, kind: bytes, data: bytes) -> None:
        if kind == REST:
            connection.rest += data
        elif kind == CLOSED:
            connection.close()
        elif kind == LAST:
            self._drain(connection, keep=data == KEEP)
        else:
            self._relay(connection, data)

    def give_up(self, request: bytes, connection: Connection | None) -> None:
        """Leaves a request that ended its worker to the pages' process, and its like for a while."""
        plain = read_plain(request)
        assert plain  # noqa: S101 (for the type checker: the worker has read it, too)
        operation = operation_of(plain)
        if operation:
            self._board.remember_slow(shape_of(operation.query))
        if connection:
            self._relay(connection, request)

    def _relay(self, connection: Connection, data: bytes) -> None:
        """Leaves a connection to the pages' process for one request, of which ``data`` has come."""
        connect = partial(self._connect, connection.address)
        relay = Relay(self.poller, connection.socket, connect, self._note)

        def done(*, whole: bool) -> None:
            self._relays.discard(relay)
            if not whole:
                connection.close()
            elif relay.incoming.rest:
                self._relay(connection, relay.incoming.rest)
            else:
                self.lend(connection)

        self._relays.add(relay)
        relay.start(done, data)

    def _connect(self, address: str) -> socket.socket:
        """A connection to the pages' process on behalf of a client."""
        backend = socket.socket()
        backend.setblocking(False)
        backend.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        backend.connect_ex(self._pages)
        self._board.introduce(backend.getsockname()[1], address)
        return backend

    def _note(self, status: int) -> None:
        """Counts a request that is not passed on, and logs it where that is asked for."""
        self._board.note_refusal(status)
        if requests.isEnabledFor(logging.INFO):
            requests.info(Outcome("other", status).line(0.0))

    def _drain(self, connection: Connection, *, keep: bool) -> None:
        """Sends a slow client the rest of a response."""
        draining = Draining(self.poller, connection.socket, bytes(connection.rest))
        connection.rest = bytearray()

        def done(*, whole: bool) -> None:
            self._relays.discard(draining)
            if whole and keep:
                self.lend(connection)
            else:
                connection.close()

        self._relays.add(draining)
        draining.start(done)
