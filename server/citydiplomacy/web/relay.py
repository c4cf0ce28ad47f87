"""One request of a client passed on to the pages' process, and its response passed back."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable

from citydiplomacy.web.draining import STUCK_SECONDS, Done
from citydiplomacy.web.incoming import Incoming, Refusal
from citydiplomacy.web.outgoing import BUSY, Outgoing, problem
from citydiplomacy.web.polling import Poller

PIECE = 256 * 1024  # bytes read at a time, and held at most for one direction
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
IDLE_SECONDS = 75.0  # that a connection may be open with nothing to do
HEAD_SECONDS = 30.0  # for sending a request's head
LEAVING_SECONDS = 0.5  # that a client may have closed its side before it is asked whether it is still there
LINGER_SECONDS = 5.0  # for reading what a client still sends after a response that it has to see
LATE = Refusal(408, f"The head of the request did not come within {HEAD_SECONDS:g} seconds.")


class Relay:
    """One client's connection, and one to the pages' process once there is a request for it.

    ``connect`` makes that; ``note`` is told the status of what is refused here.
    """

    def __init__(
        self,
        poller: Poller,
        client: socket.socket,
        connect: Callable[[], socket.socket],
        note: Callable[[int], None],
    ) -> None:
        self._poller = poller
        self._client = client
        self._connect = connect
        self._note = note
        self.incoming = Incoming()
        self._outgoing: Outgoing | None = None
        self._backend: socket.socket | None = None
        self._passed: bytes | None = b""  # what has been passed on; None where it is too long to be kept, or was again
        self._to_backend = b""
        self._to_client = b""
        self._last = False  # the client gets what is to be sent, and then nothing more; nor is anything taken from it
        self._left = self._asked = False  # the client has closed its side, and was asked whether it is still there
        self._lingering = False
        self._since = time.monotonic()  # what it does now

    def start(self, done: Done, data: bytes) -> None:
        """Begins with what has come; ``done`` is called once, when all is over."""
        self._done = done
        self._poller.watch(self._client.fileno(), select.EPOLLERR, self._on_client)
        self._guard(lambda: self._take(data))

    def end(self, *, keep: bool = False) -> None:
        """Ends the relay; the client's connection is left to ``done``."""
        self._hang_up()
        self._poller.forget(self._client.fileno())
        self._done(whole=keep)

    @property
    def idle(self) -> bool:
        """Whether nobody is to be kept waiting for: no whole request is under way, and no response."""
        return self._lingering or not (self.incoming.over or self._to_client)

    @property
    def _answering(self) -> bool:
        """Whether the client has got something of the response."""
        return self._outgoing is not None and self._outgoing.begun

    def look_after(self, now: float) -> None:
        """Ends what takes too long."""
        seconds = now - self._since
        if self._lingering or self._to_client:
            if seconds > (LINGER_SECONDS if self._lingering else STUCK_SECONDS):
                self.end()
        elif not self._backend:
            if self.incoming.begun and seconds > HEAD_SECONDS:
                self._guard(lambda: self._refuse(LATE))
            elif seconds > IDLE_SECONDS:
                self.end()
        elif self._left and not self._asked and not self._answering and seconds > LEAVING_SECONDS:
            self._asked = True
            self._guard(self._ask_whether_there)

    def _ask_whether_there(self) -> None:
        """Sends what means nothing (RFC 9110, section 15.2.1): a client that is no more there resets the connection."""
        if self.incoming.minor == b"0":  # it does not know such a thing
            raise ConnectionResetError
        self._to_client += CONTINUE

    def _guard(self, action: Callable[[], None]) -> None:
        """Does something, ends the relay where a connection breaks, and looks what is next."""
        try:
            action()
        except BlockingIOError:
            pass
        except OSError:
            self.end()
            return
        self._look()

    def _hang_up(self) -> None:
        """Gives up the connection to the pages' process."""
        if self._backend:
            self._poller.forget(self._backend.fileno())
            self._backend.close()
            self._backend = None

    def _on_client(self, events: int) -> None:
        self._guard(lambda: self._serve_client(events))

    def _serve_client(self, events: int) -> None:
        if events & (select.EPOLLERR | select.EPOLLHUP):
            raise ConnectionResetError
        if events & select.EPOLLOUT:
            self._to_client = self._to_client[self._client.send(self._to_client) :]
            self._since = time.monotonic()
        if events & select.EPOLLIN:
            data = self._client.recv(PIECE)
            if not data:  # nobody waits for a response, or it has been sent
                raise ConnectionResetError
            if not self._last:
                self._take(data)
        elif events & select.EPOLLRDHUP:
            self._left, self._since = True, time.monotonic()

    def _take(self, data: bytes) -> None:
        """Takes what has come from the client."""
        if data and not self.incoming.begun:
            self._since = time.monotonic()
        passed = self.incoming.take(data)
        if self.incoming.refusal:
            self._refuse(self.incoming.refusal)
        elif passed:
            self._pass_on(passed)
            if self._passed is not None:
                self._passed = self._passed + passed if len(self._passed) < PIECE else None

    def _pass_on(self, data: bytes) -> None:
        self._to_backend += data
        if not self._backend:
            self._outgoing = Outgoing(head_only=self.incoming.method == b"HEAD")
            self._backend = self._connect()
            self._poller.watch(self._backend.fileno(), select.EPOLLOUT, self._on_backend)

    def _ask_again(self) -> None:
        """Asks the pages' process that comes after one that has ended, once; nothing is changed by any request."""
        passed, self._passed = self._passed, None
        if passed is None or self._answering:
            self._refuse(BUSY)
            return
        self._hang_up()
        self._to_backend = b""
        self._pass_on(passed)

    def _refuse(self, refusal: Refusal) -> None:
        """Answers in the place of the pages' process, unless that has begun to."""
        if self._answering:
            raise ConnectionAbortedError
        self._hang_up()
        self._note(refusal.status)
        self._to_client += problem(refusal, head_only=self.incoming.method == b"HEAD")
        self._last, self._since = True, time.monotonic()

    def _on_backend(self, events: int) -> None:
        try:
            self._serve_backend(events)
        except BlockingIOError:
            pass
        except OSError:  # that process ends
            self._guard(self._ask_again)
            return
        self._look()

    def _serve_backend(self, events: int) -> None:
        assert self._backend  # noqa: S101 (for the type checker: it is watched)
        assert self._outgoing  # noqa: S101 (likewise)
        if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR) and not self._to_client:
            data = self._backend.recv(PIECE)
            if not data:
                raise ConnectionAbortedError
            self._to_client += self._outgoing.take(data)
            if self._outgoing.refused:
                self._note(self._outgoing.refused)
            self._since = time.monotonic()
        if events & select.EPOLLOUT and self._to_backend:
            try:
                sent = self._backend.send(self._to_backend)
            except (BrokenPipeError, ConnectionResetError):  # it wants no more, and has said why
                sent = len(self._to_backend)
            self._to_backend = self._to_backend[sent:]

    def _look(self) -> None:
        """Ends the relay where all is sent, and else waits for what is to come next."""
        keeps = False
        if self._outgoing and self._outgoing.over:
            self._hang_up()
            keeps = self.incoming.over and self._outgoing.keeps
            self._last = not keeps
        if (keeps or self._last) and not self._to_client and not self._lingering:
            if keeps:
                self.end(keep=True)
                return
            self._linger()
        self._poller.change(self._client.fileno(), self._client_events())
        if self._backend:
            reading = 0 if self._to_client else select.EPOLLIN
            self._poller.change(self._backend.fileno(), reading | (select.EPOLLOUT if self._to_backend else 0))

    def _linger(self) -> None:
        """Says that this was all, and waits for the client to do so (RFC 9112, section 9.6)."""
        self._lingering, self._since = True, time.monotonic()
        with contextlib.suppress(OSError):  # it has gone, which is seen next
            self._client.shutdown(socket.SHUT_WR)

    def _client_events(self) -> int:
        reading = self._lingering or not (self.incoming.over or self._to_backend or self._last)
        leaving = self._backend and self.incoming.over and not self._left
        events = select.EPOLLERR | (select.EPOLLOUT if self._to_client else 0)
        return events | (select.EPOLLIN if reading else 0) | (select.EPOLLRDHUP if leaving else 0)
