"""Long answers: a slow reader does not hold the source, an error arrives after what came before it."""

import threading
import time
from collections.abc import Iterator

import pytest

from citydiplomacy.web.spool import IN_MEMORY, Spool


def test_gives_out_what_it_took_in_order() -> None:
    chunks = [bytes([number % 256]) * 1000 for number in range(50)]
    spool = Spool(iter(chunks))
    assert b"".join(spool) == b"".join(chunks)
    spool.close()


def test_source_is_read_to_its_end_before_anybody_reads() -> None:
    finished = threading.Event()

    def source() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * (IN_MEMORY // 10)
        finished.set()

    spool = Spool(source())
    assert finished.wait(10)
    assert sum(map(len, spool)) == 20 * (IN_MEMORY // 10)
    spool.close()


def test_error_comes_after_the_chunks_before_it() -> None:
    def source() -> Iterator[bytes]:
        yield b"first"
        raise ValueError("then this")

    spool = Spool(source())
    reader = iter(spool)
    assert next(reader) == b"first"
    with pytest.raises(ValueError, match="then this"):
        next(reader)
    spool.close()


def test_close_ends_the_source() -> None:
    closed = threading.Event()

    def source() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
                time.sleep(0.001)
        finally:
            closed.set()

    spool = Spool(source())
    next(iter(spool))
    spool.close()
    assert closed.is_set()
