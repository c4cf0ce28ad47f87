"""Short waits for a client that is about to send, or to take, some more."""

from __future__ import annotations

import contextlib
import select
import socket
import time

from citydiplomacy.web.board import REQUEST
from citydiplomacy.web.plain import lacking

BODY_SECONDS = 0.001  # that a body may come after its head
SEND_SECONDS = 0.005  # that a client may take to make room for the rest of a response


def what_follows(connection: socket.socket, data: bytes) -> bytes:
    """The rest of a request's body where it comes at once: many clients send it right after the head, not with it."""
    size, came = lacking(data), b""
    if not 0 < size < REQUEST - len(data):
        return came
    until = time.monotonic() + BODY_SECONDS
    readable = select.poll()
    readable.register(connection, select.POLLIN)
    with contextlib.suppress(OSError):  # a connection that breaks is seen by whoever reads from it next
        while len(came) < size and (left := until - time.monotonic()) > 0 and readable.poll(left * 1000):
            piece = connection.recv(size - len(came))
            if not piece:
                break
            came += piece
    return came


def send_soon(connection: socket.socket, data: bytes) -> int:
    """How much of the data a client takes that reads quickly."""
    until, sent = time.monotonic() + SEND_SECONDS, 0
    writable = select.poll()
    writable.register(connection, select.POLLOUT)
    while sent < len(data) and (left := until - time.monotonic()) > 0:
        writable.poll(left * 1000)
        with contextlib.suppress(BlockingIOError):
            sent += connection.send(data[sent:])
    return sent
