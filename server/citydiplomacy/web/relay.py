"""Connections that are watched together, and bytes passed on between a client and the pages' process.

A relay is told one of two things: that what came is one whole request, then it looks for the end of the response and
leaves the connection for others; or nothing, then it passes on whatever comes, both ways, until both sides have ended.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable
from typing import Protocol

PIECE = 256 * 1024  # bytes read at a time, and held at most for one direction
HEAD_MOST = 64 * 1024
PROBLEM = b'{"type": "about:blank", "title": "The server is busy", "status": 503, "detail": "Try again in a moment."}'
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 2\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(PROBLEM), PROBLEM)
)
Handler = Callable[[int], None]


class Done(Protocol):
    def __call__(self, *, whole: bool) -> None: ...


class Poller:
    """What waits for something to happen to its socket."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._watched: dict[int, tuple[Handler, int]] = {}
        self._forgotten: set[int] = set()  # in this turn

    def watch(self, descriptor: int, events: int, handler: Handler) -> None:
        self._watched[descriptor] = handler, 0
        self.change(descriptor, events)

    def change(self, descriptor: int, events: int) -> None:
        """Watches for other events; for none, not even for the connection's end, which would be told without end."""
        handler, before = self._watched[descriptor]
        self._watched[descriptor] = handler, events
        if not before and events:
            self._poll.register(descriptor, events)
        elif before and not events:
            self._poll.unregister(descriptor)
        elif before != events:
            self._poll.modify(descriptor, events)

    def forget(self, descriptor: int) -> None:
        if descriptor in self._watched:
            self.change(descriptor, 0)
            del self._watched[descriptor]
            self._forgotten.add(descriptor)

    def turn(self, seconds: float) -> None:
        """Calls the handlers of all that something has happened to, or returns after some seconds.

        What happened to one that was forgotten in the same turn is passed over: its number may be another's by now.
        """
        self._forgotten.clear()
        for descriptor, events in self._poll.poll(seconds):
            if descriptor in self._watched and descriptor not in self._forgotten:
                self._watched[descriptor][0](events)


class Framing:
    """Finds the end of one response of the pages' process (RFC 9112, section 6): ``left`` bytes are to come.

    None: not known yet; infinite where only the end of the connection tells.
    """

    def __init__(self, *, head_only: bool) -> None:
        self._head_only = head_only
        self._head = bytearray()
        self.left: float | None = None
        self.keeps = True

    def take(self, data: bytes) -> None:
        if self.left is not None:
            self.left -= len(data)
            return
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            self.left = float("inf") if len(self._head) > HEAD_MOST else None
            return
        self.left = self._length(bytes(self._head[:end])) - (len(self._head) - end - 4)

    def _length(self, head: bytes) -> float:
        first, *lines = head.lower().split(b"\r\n")
        fields = {name: value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        self.keeps = fields.get(b"connection") != b"close"
        if self._head_only or first.split()[1] in (b"204", b"304"):
            return 0
        length = fields.get(b"content-length", b"")
        return int(length) if length.isdigit() and b"transfer-encoding" not in fields else float("inf")

    @property
    def over(self) -> bool:
        return self.left is not None and self.left <= 0


class Relay:
    """One client's connection and one to the pages' process (None: what is left to be sent is all there is)."""

    def __init__(
        self,
        poller: Poller,
        client: socket.socket,
        backend: socket.socket | None,
        framing: Framing | None = None,
    ) -> None:
        self._poller = poller
        self._client = client
        self._backend = backend
        self._framing = framing
        self.to_backend = b""
        self.to_client = b""
        self._client_open = framing is None and backend is not None  # whether more may come
        self._backend_open = backend is not None
        self._left = False  # the client has closed its side
        self.moved = time.monotonic()

    def start(self, done: Done) -> None:
        """``done`` is called once, when all is over: ``whole`` says whether the client may ask something else."""
        self._done = done
        self._poller.watch(self._client.fileno(), self._client_events(), self._on_client)
        if self._backend:
            self._poller.watch(self._backend.fileno(), self._backend_events(), self._on_backend)

    def end(self, *, keep: bool = False) -> None:
        """Ends the relay; the client's connection is left to ``done``."""
        if self._backend:
            self._poller.forget(self._backend.fileno())
            self._backend.close()
        self._poller.forget(self._client.fileno())
        self._done(whole=keep)

    def _client_events(self) -> int:
        reading = select.EPOLLIN if self._client_open and not self.to_backend else 0
        leaving = select.EPOLLRDHUP if self._backend_open and not self._left and not self._client_open else 0
        return reading | leaving | (select.EPOLLOUT if self.to_client else 0)

    def _backend_events(self) -> int:
        reading = select.EPOLLIN if self._backend_open and not self.to_client else 0
        return reading | (select.EPOLLOUT if self.to_backend else 0)

    def _on_client(self, events: int) -> None:
        try:
            if events & (select.EPOLLERR | select.EPOLLHUP):
                raise ConnectionResetError
            if events & select.EPOLLOUT:
                self._send_to_client()
            if events & select.EPOLLRDHUP and not events & select.EPOLLIN:
                self._leave()
            elif events & select.EPOLLIN and self._client_open:
                self._read_client()
        except BlockingIOError:
            pass
        except OSError:
            self.end()
            return
        self._look()

    def _on_backend(self, events: int) -> None:
        try:
            if events & select.EPOLLOUT:
                self._send_to_backend()
            if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR) and not self.to_client:
                self._read_backend()
        except BlockingIOError:
            pass
        except OSError:
            if self._framing and self._framing.left is None:  # nothing has been sent
                with contextlib.suppress(OSError):
                    self._client.send(BUSY)
            self.end()
            return
        self._look()

    def _read_client(self) -> None:
        data = self._client.recv(PIECE)
        if data:
            self.to_backend = data
            self._send_to_backend()
        else:
            self._leave()

    def _leave(self) -> None:
        """The client has said all it will say; the pages' process decides what to make of it."""
        self._client_open, self._left = False, True
        if self._backend and not self.to_backend:
            self._backend.shutdown(socket.SHUT_WR)

    def _read_backend(self) -> None:
        assert self._backend  # noqa: S101 (for the type checker: it has just been read from)
        data = self._backend.recv(PIECE)
        if not data:
            self._backend_open = False
            return
        if self._framing:
            self._framing.take(data)
        self.to_client = data
        self.moved = time.monotonic()
        self._send_to_client()

    def _send_to_client(self) -> None:
        self.to_client = self.to_client[self._client.send(self.to_client) :]
        self.moved = time.monotonic()

    def _send_to_backend(self) -> None:
        assert self._backend  # noqa: S101 (for the type checker: only clients of relays with one are read from)
        self.to_backend = self.to_backend[self._backend.send(self.to_backend) :]
        if self._left and not self.to_backend:
            self._backend.shutdown(socket.SHUT_WR)

    def _look(self) -> None:
        """Ends the relay where all is sent, and else waits for what is to come next."""
        if self._framing and self._framing.over and not self.to_client:
            self.end(keep=self._framing.keeps and not self._left)
        elif not self._backend_open and not self.to_client:
            self.end(keep=self._backend is None and not self._left)
        else:
            self._poller.change(self._client.fileno(), self._client_events())
            if self._backend:
                self._poller.change(self._backend.fileno(), self._backend_events())
