"""The rest of a response is sent as its client takes it, and dropped where nobody does."""

import socket

import pytest
from local_sockets import got

from citydiplomacy.web.draining import STUCK_SECONDS, Draining
from citydiplomacy.web.polling import Poller


def test_rest_of_a_response_is_sent_as_it_is_taken() -> None:
    poller, ends = Poller(), []
    ours, client = socket.socketpair()
    with ours, client:
        ours.setblocking(False)
        Draining(poller, ours, b"x" * 3_000_000).start(lambda *, whole: ends.append(whole))
        taken = 0
        while not ends:
            poller.turn(0)
            taken += len(client.recv(100_000))
        client.setblocking(False)
        assert taken + len(got(client)) == 3_000_000
    assert ends == [True]


@pytest.mark.parametrize("gone", [True, False])
def test_rest_of_a_response_is_dropped_where_nobody_takes_it(gone: bool) -> None:
    poller, ends = Poller(), []
    ours, client = socket.socketpair()
    with ours, client:
        ours.setblocking(False)
        draining = Draining(poller, ours, b"x" * 3_000_000)
        draining.start(lambda *, whole: ends.append(whole))
        poller.turn(0)
        if gone:
            client.close()
            poller.turn(0)
        else:
            draining.look_after(draining._moved + STUCK_SECONDS + 1)
    assert ends == [False]
