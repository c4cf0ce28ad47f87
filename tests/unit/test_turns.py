"""Things are lent to one at a time, to whoever has waited longest, and the queue is bounded."""

import threading

import pytest

from citydiplomacy.errors import Overloaded
from citydiplomacy.turns import Turns


def test_thing_used_last_is_lent_first() -> None:
    turns: Turns[str] = Turns(1)
    turns.give("a")
    turns.give("b")
    assert (turns.take(), turns.take(), turns.take()) == ("b", "a", None)


def test_who_waited_longest_is_next() -> None:
    turns: Turns[str] = Turns(2)
    told: list[str] = []
    first, second = turns.queue(lambda: told.append("first")), turns.queue(lambda: told.append("second"))
    turns.give("a")
    assert (first.got, second.got, told) == ("a", None, ["first"])
    turns.give("b")
    assert (second.got, told) == ("b", ["first", "second"])
    turns.give("c")
    assert (turns.idle, told) == (1, ["first", "second"])


def test_idle_thing_is_handed_over_at_once() -> None:
    turns: Turns[str] = Turns(0)
    turns.give("a")
    told = threading.Event()
    assert turns.queue(told.set).got == "a"
    assert told.is_set()


def test_full_queue_says_so() -> None:
    turns: Turns[str] = Turns(1)
    turns.queue(lambda: None)
    with pytest.raises(Overloaded):
        turns.queue(lambda: None)


def test_place_that_is_given_up_gets_nothing() -> None:
    turns: Turns[str] = Turns(1)
    turns.leave(turns.queue(lambda: None))
    turns.give("a")
    assert turns.take() == "a"


def test_thing_that_came_at_the_last_moment_is_given_back() -> None:
    turns: Turns[str] = Turns(1)
    place = turns.queue(lambda: None)
    turns.give("a")
    turns.leave(place)
    assert turns.take() == "a"


def test_nothing_is_lost_or_lent_twice_among_threads() -> None:
    turns: Turns[list[int]] = Turns(100)
    things: list[list[int]] = [[0], [0]]
    for thing in things:
        turns.give(thing)

    def work() -> None:
        for _ in range(500):
            ready = threading.Event()
            place = turns.queue(ready.set)
            assert ready.wait(10)
            assert place.got is not None
            place.got[0] += 1
            turns.give(place.got)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(count for (count,) in things) == 8 * 500
    assert turns.idle == 2
