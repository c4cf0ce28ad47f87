"""Sockets whose other end a test plays."""

import contextlib
import socket


def got(connection: socket.socket) -> bytes:
    """What has come by now."""
    data = b""
    with contextlib.suppress(BlockingIOError):
        while piece := connection.recv(65536):
            data += piece
    return data
