"""A worker that answers at once does so only with the token."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from citydiplomacy.web.board import REQUEST
from citydiplomacy.web.direct import Scope
from citydiplomacy.web.direct_worker import DirectWorker
from citydiplomacy.web.lending import CLOSED, KEEP, LAST, LENT, MESSAGE, READY, REST, Post
from citydiplomacy.web.waits import what_follows
from citydiplomacy.worker import Terms

ASK = b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.contextmanager
def working(folder: Path, token: int, ours: socket.socket, theirs: socket.socket) -> Iterator[None]:
    """A worker at the other end of the gateway's socket; it has to end when that is hung up."""
    socket.send_fds(ours, [Post(str(folder / "board"), 1, 0, Scope()).pack()], [token])
    worker = DirectWorker(ox.Store(), theirs, Terms(2**30, 2**20, {}), 2)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    yield
    ours.shutdown(socket.SHUT_WR)
    thread.join(5)
    assert not thread.is_alive()


def test_worker_waits_for_the_token_where_the_gateway_has_it(tmp_path: Path) -> None:
    """The gateway takes it for a moment to look whether the worker still works on the same; else it kills it."""
    token = os.eventfd(0, os.EFD_NONBLOCK)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client, lent = socket.socketpair()
    with ours, theirs, client, lent, working(tmp_path, token, ours, theirs):
        socket.send_fds(ours, [MESSAGE.pack(LENT, 1) + b"192.0.2.1"], [lent.fileno()])
        client.sendall(ASK)
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1000)
        os.eventfd_write(token, 1)
        client.settimeout(5)
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.shutdown(socket.SHUT_WR)
        assert [ours.recv(100)[:1] for _ in range(2)] == [READY, CLOSED]
    os.close(token)


def test_client_that_asks_again_before_it_reads_gets_all_of_its_answers(tmp_path: Path) -> None:
    """What it has no room for just now is left to the gateway, if that is all of a response."""
    token = os.eventfd(1, os.EFD_NONBLOCK)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client, lent = socket.socketpair()
    with ours, theirs, client, lent:
        lent.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while lent.send(b"x" * 10_000):
                pass
        with working(tmp_path, token, ours, theirs):
            socket.send_fds(ours, [MESSAGE.pack(LENT, 1) + b"192.0.2.1"], [lent.fileno()])
            client.sendall(ASK)
            said = [ours.recv(1000) for _ in range(3)]
            assert [one[:1] for one in said] == [READY, REST, LAST]
            assert said[1][MESSAGE.size :].startswith(b"HTTP/1.1 200 OK")
            assert said[2][MESSAGE.size :] == KEEP
    os.close(token)


@pytest.mark.parametrize(
    ("said", "sent", "followed"),
    [
        (3, b"abc", b"abc"),
        (3, b"ab", b"ab"),
        (3, b"", b""),
        (3, b"abcGET /", b"abc"),
        (0, b"GET /", b""),
        (REQUEST, b"abc", b""),
    ],
)
def test_body_that_follows_its_head_at_once_is_taken_with_it(said: int, sent: bytes, followed: bytes) -> None:
    client, lent = socket.socketpair()
    with client, lent:
        client.sendall(sent)
        head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % said
        assert what_follows(lent, head) == followed


def test_client_that_leaves_after_its_head_is_no_error() -> None:
    client, lent = socket.socketpair()
    with lent:
        client.close()
        assert what_follows(lent, b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n") == b""
