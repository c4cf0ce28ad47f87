"""A request is passed on and its response passed back, whatever the client does in between."""

import contextlib
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from local_sockets import got

from citydiplomacy.web.draining import STUCK_SECONDS
from citydiplomacy.web.polling import Poller
from citydiplomacy.web.relay import HEAD_SECONDS, IDLE_SECONDS, LEAVING_SECONDS, LINGER_SECONDS, Relay

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc"
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
CLOSING = b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"


class Passing:
    """A relay between a client and a pages' process, both of which are played by the test."""

    def __init__(self, stack: ExitStack) -> None:
        ours, self.client = socket.socketpair()
        self._backends = [socket.socketpair() for _ in range(2)]
        self.pages, self.next_pages = (pair[1] for pair in self._backends)
        for one in (ours, self.client, *sum(self._backends, ())):
            stack.enter_context(one)
            one.setblocking(False)
        self.poller = Poller()
        self.ends: list[bool] = []
        self.connected = 0
        self.noted: list[int] = []
        self.relay = Relay(self.poller, ours, self._connect, self.noted.append)
        self._ours = ours

    def _connect(self) -> socket.socket:
        self.connected += 1
        return self._backends[self.connected - 1][0]

    def start(self, data: bytes) -> None:
        self.relay.start(self._done, data)
        self.turn()

    def _done(self, *, whole: bool) -> None:
        self.ends.append(whole)
        if not whole:
            self._ours.close()

    def turn(self) -> None:
        """Lets everything happen that can happen now."""
        for _ in range(10):
            self.poller.turn(0)

    def later(self, seconds: float) -> None:
        self.relay.look_after(self.relay._since + seconds)
        self.turn()


@pytest.fixture
def passing() -> Iterator[Passing]:
    with ExitStack() as stack:
        yield Passing(stack)


def test_request_and_response_are_passed_on(passing: Passing) -> None:
    passing.start(GET)
    assert got(passing.pages) == GET
    passing.pages.send(REPLY)
    passing.turn()
    assert got(passing.client) == REPLY
    assert passing.ends == [True]


def test_nobody_is_asked_before_the_head_is_whole(passing: Passing) -> None:
    passing.start(GET[:10])
    assert passing.connected == 0
    passing.client.send(GET[10:])
    passing.turn()
    assert got(passing.pages) == GET


def test_what_comes_after_a_request_is_left_for_later(passing: Passing) -> None:
    passing.start(GET + GET[:5])
    assert got(passing.pages) == GET
    passing.pages.send(REPLY)
    passing.turn()
    assert passing.ends == [True]
    assert passing.relay.incoming.rest == GET[:5]


def test_client_that_has_closed_its_side_gets_its_response(passing: Passing) -> None:
    passing.start(GET)
    passing.client.shutdown(socket.SHUT_WR)
    passing.turn()
    assert passing.ends == []
    passing.later(LEAVING_SECONDS + 1)
    passing.later(LEAVING_SECONDS + 1)
    passing.pages.send(REPLY)
    passing.turn()
    assert got(passing.client) == b"HTTP/1.1 100 Continue\r\n\r\n" + REPLY
    assert passing.ends == [True]


def test_client_that_has_gone_ends_the_work_for_it(passing: Passing) -> None:
    passing.start(GET)
    assert got(passing.pages) == GET
    passing.client.close()
    passing.turn()
    passing.later(LEAVING_SECONDS + 1)
    assert passing.ends == [False]
    assert passing.pages.recv(1) == b""


def test_client_of_http_1_0_is_not_asked_whether_it_is_there(passing: Passing) -> None:
    passing.start(GET.replace(b"1.1", b"1.0"))
    passing.client.shutdown(socket.SHUT_WR)
    passing.turn()
    passing.later(LEAVING_SECONDS + 1)
    assert passing.ends == [False]
    assert got(passing.client) == b""


def test_client_that_leaves_in_the_middle_of_its_request_is_let_go(passing: Passing) -> None:
    passing.start(POST)
    passing.client.shutdown(socket.SHUT_WR)
    passing.turn()
    assert passing.ends == [False]


def test_response_before_the_end_of_its_request_is_seen_by_a_client_that_goes_on_sending(passing: Passing) -> None:
    passing.start(POST)
    passing.client.send(b"x" * 100_000)
    passing.turn()
    passing.pages.send(CLOSING)
    passing.pages.close()
    for _ in range(20):
        with contextlib.suppress(BlockingIOError):
            passing.client.send(b"x" * 100_000)
        passing.turn()
    assert passing.ends == []
    assert got(passing.client) == CLOSING
    passing.client.close()
    passing.turn()
    assert passing.ends == [False]
    assert passing.connected == 1


def test_client_that_sends_without_end_is_not_heard_for_ever(passing: Passing) -> None:
    passing.start(POST)
    passing.pages.send(CLOSING)
    passing.turn()
    passing.later(LINGER_SECONDS + 1)
    assert passing.ends == [False]


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nConte"])
def test_request_is_passed_on_again_where_a_pages_process_ends(passing: Passing, said: bytes) -> None:
    passing.start(POST[:-3])
    passing.pages.send(said)
    passing.pages.close()
    passing.turn()
    assert got(passing.next_pages) == POST[:-3]
    passing.client.send(b"abc")
    passing.turn()
    assert got(passing.next_pages) == b"abc"
    passing.next_pages.send(CLOSING)
    passing.turn()
    assert got(passing.client) == CLOSING


def test_request_that_can_not_be_passed_on_is_told_that_the_server_is_busy(passing: Passing) -> None:
    passing.start(GET)
    for pages in (passing.pages, passing.next_pages):
        pages.close()
        passing.turn()
    answer = got(passing.client)
    assert passing.connected == 2
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After" in answer


def test_response_that_breaks_off_is_broken_off(passing: Passing) -> None:
    passing.start(GET)
    passing.pages.send(REPLY[:-1])
    passing.pages.close()
    passing.turn()
    assert got(passing.client) == REPLY[:-1]
    assert passing.ends == [False]


def test_malformed_request_is_refused_without_asking(passing: Passing) -> None:
    passing.start(GET.replace(b"Host", b"Ho st") + GET)
    assert got(passing.client).startswith(b"HTTP/1.1 400 ")
    assert passing.noted == [400]
    assert passing.connected == 0
    passing.client.close()
    passing.turn()
    assert passing.ends == [False]


def test_head_that_takes_too_long_is_refused(passing: Passing) -> None:
    passing.start(GET[:10])
    passing.later(HEAD_SECONDS - 1)
    assert got(passing.client) == b""
    passing.later(HEAD_SECONDS + 1)
    assert got(passing.client).startswith(b"HTTP/1.1 408 ")


def test_connection_on_which_nothing_comes_is_closed_in_silence(passing: Passing) -> None:
    passing.start(b"")
    assert passing.relay.idle
    passing.later(HEAD_SECONDS + 1)
    assert passing.ends == []
    passing.later(IDLE_SECONDS + 1)
    assert passing.ends == [False]
    assert got(passing.client) == b""


@pytest.mark.parametrize(("request_bytes", "idle"), [(b"", True), (GET[:5], True), (POST, True), (GET, False)])
def test_only_a_whole_request_is_waited_for(passing: Passing, request_bytes: bytes, idle: bool) -> None:
    passing.start(request_bytes)
    assert passing.relay.idle is idle


def test_client_that_reads_nothing_is_let_go(passing: Passing) -> None:
    passing.start(GET)
    passing.pages.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
    sent = 1
    while sent:
        sent = 0
        with contextlib.suppress(BlockingIOError):
            sent = passing.pages.send(b"x" * 100_000)
        passing.turn()
    passing.later(STUCK_SECONDS - 1)
    assert passing.ends == []
    passing.later(STUCK_SECONDS + 1)
    assert passing.ends == [False]


def test_what_happened_to_a_descriptor_before_it_was_anothers_is_passed_over() -> None:
    poller, told = Poller(), []
    with ExitStack() as stack:
        pairs = [[stack.enter_context(one) for one in socket.socketpair()] for _ in range(2)]
        numbers = [pair[0].fileno() for pair in pairs]

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
