"""Bytes are passed on between a client and the pages' process, to the end of a response, and waiting costs nothing."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from citydiplomacy.web.relay import Framing, Poller, Relay

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    """Connections, our side and the other."""
    with ExitStack() as stack:
        made = [socket.socketpair() for _ in range(3)]
        for one in sum(made, ()):
            stack.enter_context(one)
        yield made


@pytest.mark.parametrize(
    ("head_only", "pieces", "over"),
    [
        (False, [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"ab", b"c"], [False, False, True]),
        (False, [b"HTTP/1.1 200 OK\r\nConte", b"nt-Length: 3\r\n\r\nabc"], [False, True]),
        (True, [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"], [True]),
        (False, [b"HTTP/1.1 304 Not Modified\r\nETag: a\r\n\r\n"], [True]),
        (False, [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0\r\n\r\n"], [False, False]),
        (False, [b"HTTP/1.1 200 OK\r\n\r\n", b"until the end"], [False, False]),
    ],
)
def test_end_of_a_response_is_found(head_only: bool, pieces: list[bytes], over: list[bool]) -> None:
    framing = Framing(head_only=head_only)
    seen = []
    for piece in pieces:
        framing.take(piece)
        seen.append(framing.over)
    assert seen == over


def test_what_happened_to_a_descriptor_before_it_was_anothers_is_passed_over(pairs: list[Pair]) -> None:
    poller, told = Poller(), []
    numbers = [pair[0].fileno() for pair in pairs[:2]]

    def hand_over(mine: int) -> None:
        """The first to be told gives the other's number to somebody to whom nothing has happened."""
        told.append("first")
        for number in numbers:
            poller.forget(number)
        other = next(number for number in numbers if number != mine)
        poller.watch(other, select.EPOLLOUT, lambda _: told.append("new"))

    for number, (_, theirs) in zip(numbers, pairs, strict=False):
        poller.watch(number, select.EPOLLIN, lambda _, number=number: hand_over(number))  # type: ignore[misc]
        theirs.send(b"x")
    poller.turn(1)
    assert told == ["first"]
    poller.turn(1)
    assert told == ["first", "new"]


def test_nothing_is_done_while_a_client_does_not_read_what_is_left(pairs: list[Pair]) -> None:
    poller, ends = Poller(), []
    (ours, client), (backend, pages), _ = pairs
    for one in (ours, backend):
        one.setblocking(False)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    Relay(poller, ours, backend).start(lambda *, whole: ends.append(whole))
    pages.sendall(b"x" * 100_000)
    pages.close()
    poller.turn(1)
    started = time.monotonic()
    poller.turn(0.2)
    assert time.monotonic() - started > 0.15
    got = 0
    while not ends:
        got += len(client.recv(100_000))
        poller.turn(0.01)
    assert got == 100_000
    assert ends == [False]
