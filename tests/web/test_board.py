"""What processes of one server tell each other through memory is there for the others, and adds up."""

from pathlib import Path

import pytest

from citydiplomacy.web import board as boards
from citydiplomacy.web.board import ASKING, IDLE, REQUEST, SENDING, Board
from citydiplomacy.web.limits import Limiter
from citydiplomacy.web.metering import Meter
from citydiplomacy.web.outcomes import Outcome


class Pool:
    """What the meter asks of a pool."""

    idle = 3
    replaced = 1


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Board, Board]:
    """The same board, as two processes have it."""
    return Board(tmp_path / "board", 3), Board(tmp_path / "board", 3)


def test_what_a_worker_does_is_seen_by_others(pair: tuple[Board, Board]) -> None:
    ours, theirs = (board.slots[1] for board in pair)
    assert (theirs.asking, theirs.state) == (0, IDLE)
    for number, request in enumerate((b"x" * REQUEST, b"GET /", b""), 1):
        ours.begin(7, request)
        assert (theirs.asking, theirs.begun, theirs.state) == (number, number, ASKING)
        assert (theirs.connection, theirs.request) == (7, request)
        ours.send()
        assert (theirs.asking, theirs.state) == (0, SENDING)
        ours.end()
        assert theirs.state == IDLE
    assert pair[1].slots[0].begun == pair[1].slots[2].begun == 0


def test_slow_shape_is_remembered_for_a_while(pair: tuple[Board, Board], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(boards.time, "monotonic", lambda: now)
    pair[0].remember_slow(5)
    assert pair[1].is_slow(5)
    assert not pair[1].is_slow(6)
    assert not pair[1].is_slow(5 + boards.SHAPES)
    pair[0].pause(2)
    assert pair[1].paused_until == now + 2
    now += boards.SLOW_SECONDS
    assert not pair[1].is_slow(5)


def test_client_behind_a_port_is_known(pair: tuple[Board, Board]) -> None:
    pair[0].introduce(65535, "2001:db8::1")
    pair[0].introduce(1, "192.0.2.1")
    assert [pair[1].peer(port) for port in (65535, 1, 2)] == ["2001:db8::1", "192.0.2.1", ""]


def test_share_is_one_whichever_process_takes_of_it(pair: tuple[Board, Board]) -> None:
    now = 0.0
    limiters = [Limiter(1, lambda: now, board.shares) for board in pair]
    for turn in range(10):
        limiters[turn % 2].admit("192.0.2.1")
    assert [limiter.left("192.0.2.1") for limiter in limiters] == [0, 0]
    assert limiters[1].left("192.0.2.2") == 10


def test_figures_of_all_processes_add_up(pair: tuple[Board, Board]) -> None:
    meter = Meter(Pool(), pair[0])  # type: ignore[arg-type]
    meter.note(Outcome("/sparql", 200, "hit"), 0)
    for slot, seconds in zip(pair[1].slots, (0.0004, 0.002, 100), strict=True):
        slot.note(200, "hit", seconds)
    pair[1].slots[0].note(304, "miss", 0.02)
    figures = dict(line.rsplit(" ", 1) for line in meter.text().decode().splitlines() if not line.startswith("#"))
    assert figures['citydiplomacy_requests_total{cache="hit",route="/sparql",status="200"}'] == "4.0"
    assert figures['citydiplomacy_requests_total{cache="miss",route="/sparql",status="304"}'] == "1.0"
    counts = [figures[f'citydiplomacy_seconds_bucket{{cache="hit",le="{bound}"}}'] for bound in ("0.0005", "0.0025")]
    assert counts == ["1.0", "2.0"]
    assert figures['citydiplomacy_seconds_count{cache="hit"}'] == "4.0"
    assert float(figures['citydiplomacy_seconds_sum{cache="miss"}']) == pytest.approx(0.02)
    assert figures["citydiplomacy_workers_idle"] == "3.0"
