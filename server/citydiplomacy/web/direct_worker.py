"""A process that holds clients' connections, as the gateway lends them, and answers what it can at once.

``python -m citydiplomacy.web.direct_worker`` is a ``spawner`` that knows this kind of worker, too.

It keeps nothing of a connection but its socket: each request is read, answered and forgotten before the next. Whatever
does not fit (see ``direct``) goes back to the gateway with its connection. So the gateway can end this process while it
works on a query that turns out to be slow, and take back all connections as if nothing had been.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
import sys
import threading
import time
import traceback
from email.utils import formatdate
from functools import partial
from pathlib import Path

from citydiplomacy import spawner
from citydiplomacy.errors import TooManyRequests
from citydiplomacy.pool import Request
from citydiplomacy.store import Store
from citydiplomacy.web.board import REQUEST, Board
from citydiplomacy.web.direct import Answered, Direct, shape_of
from citydiplomacy.web.lending import CLOSE, CLOSED, KEEP, LAST, MESSAGE, PASSED, PIECE, READY, REST, ROLE, Post
from citydiplomacy.web.limits import Limiter
from citydiplomacy.web.outcomes import Outcome
from citydiplomacy.web.plain import Plain, read_plain
from citydiplomacy.web.waits import send_soon, what_follows
from citydiplomacy.worker import Terms, live_as_worker, own_memory, settle

IDLE_SECONDS, SWEEP_SECONDS = 75.0, 10.0
COLLECTION = (20_000, 20, 100)  # objects between collections: few of ours are in cycles, thousands are made a second


class Lent:
    """A connection: its number at the gateway, its socket, its client's address, and when it was last used."""

    __slots__ = ("client", "number", "socket", "used")

    def __init__(self, number: int, connection: socket.socket, client: str) -> None:
        self.number = number
        self.socket = connection
        self.client = client
        self.used = time.monotonic()


class DirectWorker:
    """The loop of one such process."""

    def __init__(self, store: Store, gateway: socket.socket, terms: Terms, log: int) -> None:
        post, descriptors, _, _ = socket.recv_fds(gateway, PIECE, 1)
        self._post = Post.unpack(post)
        self._token = descriptors[0]
        self._gateway = gateway
        self._log = log
        self._board = Board(Path(self._post.board), self._post.slots)
        self._slot = self._board.slots[self._post.slot]
        self._limiter = Limiter(self._post.rate, shares=self._board.shares)
        self._direct = Direct(store, terms, self._post.scope)
        self._lent: dict[int, Lent] = {}
        self._poll = select.epoll()
        self._poll.register(gateway.fileno(), select.EPOLLIN)
        self._date, self._second = b"", 0
        self._space = memoryview(bytearray(REQUEST))  # for what is read: as much of it anew each time would be dear
        gateway.sendall(MESSAGE.pack(READY, int(time.process_time() * 1e6)))

    def run(self) -> None:
        """Answers until the gateway hangs up."""
        swept, control = time.monotonic(), self._gateway.fileno()
        while True:
            for descriptor, _ in self._poll.poll(SWEEP_SECONDS):
                if descriptor == control:
                    if not self._borrow():
                        return
                else:
                    self._serve(self._lent[descriptor])
            now = time.monotonic()
            if now - swept > SWEEP_SECONDS:
                swept = now
                for lent in [one for one in self._lent.values() if now - one.used > IDLE_SECONDS]:
                    self._return(CLOSED, lent)

    def _borrow(self) -> bool:
        """Takes a connection from the gateway; False where it has hung up."""
        message, descriptors, _, _ = socket.recv_fds(self._gateway, PIECE, 1)
        if not message:
            return False
        _, number = MESSAGE.unpack_from(message)
        if not descriptors:  # there is no room for another
            self._gateway.sendall(MESSAGE.pack(CLOSED, number))
            return True
        connection = socket.socket(fileno=descriptors[0])
        connection.setblocking(False)
        self._lent[descriptors[0]] = Lent(number, connection, message[MESSAGE.size :].decode())
        self._poll.register(descriptors[0], select.EPOLLIN)
        return True

    def _return(self, kind: bytes, lent: Lent, data: bytes = b"") -> None:
        """Gives a connection back, with what came from it."""
        descriptor = lent.socket.fileno()
        self._poll.unregister(descriptor)
        del self._lent[descriptor]
        lent.socket.close()
        self._gateway.sendall(MESSAGE.pack(kind, lent.number) + data)

    def _serve(self, lent: Lent) -> None:
        """Reads what a client sends, and answers it where that can be done at once."""
        started = time.perf_counter()
        try:
            data = self._space[: lent.socket.recv_into(self._space)].tobytes()
        except BlockingIOError:
            return
        except OSError:
            data = b""
        ready = self._direct.ready(data)
        if ready:
            self._send(lent, ready)
            self._note(ready, "hit", started)
        elif not data:
            self._return(CLOSED, lent)
        else:
            self._work(lent, data, started)

    def _work(self, lent: Lent, data: bytes, started: float) -> None:
        plain = read_plain(data) if len(data) < REQUEST else None
        if plain is None:
            data += what_follows(lent.socket, data)
            plain = read_plain(data) if len(data) < REQUEST else None
        if plain is None or not (plain.keeps or plain.path in self._post.scope.paths):
            self._return(PASSED, lent, data)
            return
        request = self._direct.request(plain)
        known = self._direct.recall(request) if request else None
        client = self._client(lent, plain) if self._post.rate else ""
        if request is None or not (known or self._may_try(request)) or (client and self._is_over(client)):
            self._return(PASSED, lent, data)
            return
        self._slot.begin(lent.number, data)
        answered = self._direct.answer(data, plain, request, known)
        self._claim()
        if answered is None:
            self._return(PASSED, lent, data)
        else:
            if client:
                self._take_share(client)
            self._send(lent, answered)
            self._note(answered, "hit" if answered.known else "miss", started)
        self._slot.end()
        os.eventfd_write(self._token, 1)

    def _may_try(self, request: Request) -> bool:
        """Whether an answer may be worked out here: no query like it was slow of late, nor were too many others."""
        board, now = self._board, time.monotonic()
        return board.paused_until <= now and not (board.slow_until > now and board.is_slow(shape_of(request.query)))

    def _claim(self) -> None:
        """Takes the right to end what is under work; where the gateway has it, this process is killed, or given it."""
        claimed = False
        while not claimed:
            try:
                os.eventfd_read(self._token)
                claimed = True
            except BlockingIOError:
                waiting = select.poll()
                waiting.register(self._token, select.POLLIN)
                waiting.poll()
        self._slot.send()

    def _client(self, lent: Lent, plain: Plain) -> str:
        """Whose share a request is taken off."""
        said = plain.headers.get("x-forwarded-for", "") if self._post.trust_proxy else ""
        return said.rpartition(",")[2].strip() or lent.client

    def _is_over(self, client: str) -> bool:
        """Whether nothing is left of a client's share, which the pages' process tells it."""
        return self._limiter.left(client) < 1

    def _take_share(self, client: str) -> None:
        with contextlib.suppress(TooManyRequests):  # another worker took the last of its share just now
            self._limiter.admit(client)

    def _send(self, lent: Lent, answered: Answered) -> None:
        """Sends a response; what a client does not take at once is left to the gateway."""
        second = int(time.time())
        if second != self._second:
            self._second, self._date = second, formatdate(second, usegmt=True).encode()
        message = answered.message(self._date)
        lent.used = time.monotonic()
        try:
            sent = lent.socket.send(message)
            if sent < len(message):
                sent += send_soon(lent.socket, message[sent:])
        except BlockingIOError:  # the client has not taken the one before yet
            sent = 0
        except OSError:
            self._return(CLOSED, lent)
            return
        if sent < len(message):
            self._hand_over(lent, message[sent:], keeps=answered.keeps)
        elif not answered.keeps:
            self._return(CLOSED, lent)

    def _hand_over(self, lent: Lent, data: bytes, *, keeps: bool) -> None:
        """Leaves the rest of a response to the gateway."""
        pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
        for piece in pieces:
            self._gateway.sendall(MESSAGE.pack(REST, lent.number) + piece)
        self._return(LAST, lent, KEEP if keeps else CLOSE)

    def _note(self, answered: Answered, cache: str, started: float) -> None:
        seconds = time.perf_counter() - started
        self._slot.note(answered.status, cache, seconds)
        if self._post.log:
            outcome = Outcome("/sparql", answered.status, cache, answered.query, answered.size)
            os.write(self._log, outcome.line(seconds).encode() + b"\n")


def live_as_direct_worker(store: Store, gateway: socket.socket, terms: Terms) -> None:
    """Such a worker's life, in a thread of its own for the sake of its heap (see ``worker``)."""
    log = os.dup(2)
    settle(terms)
    own_memory()
    gc.set_threshold(*COLLECTION)
    thread = threading.Thread(target=partial(_run, store, gateway, terms, log))
    thread.start()
    thread.join()


def _run(store: Store, gateway: socket.socket, terms: Terms, log: int) -> None:
    """Panics of the engine, which hostile queries cause, end the process in silence; our own mistakes are told."""
    try:
        DirectWorker(store, gateway, terms, log).run()
    except Exception:  # noqa: BLE001 (the process ends; the gateway goes on without it)
        os.write(log, traceback.format_exc().encode())


if __name__ == "__main__":
    sys.exit(spawner.main(sys.argv[1:], {spawner.WORKER: live_as_worker, ROLE: live_as_direct_worker}))
